//! Runs its arguments with the value of `MASKED` hidden, for the tests.

use std::ffi::OsString;

use keyhaven_runner::mask::Masks;
use keyhaven_runner::{ChildCommand, ChildEnvironment, ChildOutcome, StartError, Supervisor};
use keyhaven_secret::SecretBytes;

#[allow(clippy::print_stderr)]
fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let value = std::env::var("MASKED").unwrap_or_default();
    let masks = Masks::new(vec![SecretBytes::copy_of(value.as_bytes())]);
    let environment = ChildEnvironment::new(std::env::vars_os(), Vec::new());
    let started = environment
        .map_err(|error| StartError::from(keyhaven_runner::ExecError::from(error)))
        .and_then(|environment| {
            let parent = Supervisor::new()?;
            let launch = ChildCommand {
                program: &program,
                arguments: &arguments,
                environment,
            };
            Ok((parent.run(launch, Some(&masks), None)?, parent))
        });
    match started {
        Ok((ChildOutcome::Itself(status), parent)) => parent.end_as(status),
        Ok((ChildOutcome::Replaced, _)) => {}
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
