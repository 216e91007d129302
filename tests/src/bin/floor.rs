//! The floor under `kh run` in the benchmarks: `floor COUNT PROGRAM ARGUMENTS` sets so many
//! variables and becomes the program; nothing less could do the job.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let count = arguments
        .next()
        .and_then(|count| count.to_str()?.parse::<u32>().ok());
    let (Some(count), Some(program)) = (count, arguments.next()) else {
        return ExitCode::from(2);
    };
    let mut command = Command::new(program);
    command.args(arguments);
    for number in 0..count {
        command.env(
            format!("FLOOR_{number:02}"),
            "sk_test_0123456789abcdef0123456789",
        );
    }
    let _error = command.exec();
    ExitCode::from(127)
}
