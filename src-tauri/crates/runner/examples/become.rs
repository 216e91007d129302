//! Becomes its arguments with the variable `INJECTED`, for the tests.

use std::ffi::OsString;

use keyhaven_runner::{Environment, exec};

#[allow(clippy::print_stderr)]
fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let injected = vec![("INJECTED", "from the vault").into()];
    let error = match Environment::new(std::env::vars_os(), injected) {
        Ok(environment) => exec(&program, &arguments, &environment),
        Err(error) => error.into(),
    };
    eprintln!("{error}");
    std::process::exit(error.exit_status().into());
}
