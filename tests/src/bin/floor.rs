//! The floor under `kh run` in the benchmarks: sets 50 variables and becomes
//! the program in its arguments; nothing less could do the job.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        return ExitCode::from(2);
    };
    let mut command = Command::new(program);
    command.args(arguments);
    for number in 0..50 {
        command.env(
            format!("FLOOR_{number:02}"),
            "sk_test_0123456789abcdef0123456789",
        );
    }
    let _error = command.exec();
    ExitCode::from(127)
}
