//! Becomes its arguments with the variable `INJECTED`, for the tests. Its value has as many
//! bytes as `INJECTED` said before, if it said a number. With `ONLY_FIND` set, it only looks for
//! the program.

use std::ffi::OsString;

use keyhaven_runner::{ChildEnvironment, ExecError, exec, find};

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let asked = std::env::var("INJECTED").ok().and_then(|n| n.parse().ok());
    let value = asked.map_or_else(|| "from the vault".to_owned(), |bytes| "x".repeat(bytes));
    let injected = vec![("INJECTED", value.as_str()).into()];
    if std::env::var_os("ONLY_FIND").is_some() {
        let Err(error) = find(&program) else { return };
        fail(&error);
    }
    let error = match ChildEnvironment::new(std::env::vars_os(), injected) {
        Ok(environment) => exec(&program, &arguments, &environment),
        Err(error) => error.into(),
    };
    fail(&error);
}

#[allow(clippy::print_stderr)]
fn fail(error: &ExecError) -> ! {
    eprintln!("{error}");
    std::process::exit(error.exit_status().into());
}
