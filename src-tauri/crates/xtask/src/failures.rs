//! Runs the tests and repeats at the end what the failed ones printed. Otherwise the outputs
//! of many other test programs stand between a failure and the end of the run.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::say;
use crate::stage::{shown, succeeded};

/// Runs `cargo test`, shows what it prints, and repeats the outputs of failed tests.
///
/// # Errors
/// When it cannot be started, or a test fails.
pub fn run_tests(command: &mut Command) -> Result<()> {
    let name = shown(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{name}`"))?;
    let stdout = child.stdout.take().context("the output of cargo")?;
    let mut outputs = Outputs::default();
    for line in BufReader::new(stdout).split(b'\n') {
        // A test may print any bytes.
        let line = String::from_utf8_lossy(&line?).into_owned();
        say::text(&format!("{line}\n"));
        outputs.take(&line);
    }
    let status = child.wait()?;
    if !outputs.of_failed.is_empty() {
        say::step("what the failed tests printed");
        say::line(&outputs.of_failed);
    }
    succeeded(status, &name, "")
}

/// What the failed tests printed, found in the output of libtest.
#[derive(Default)]
struct Outputs {
    of_failed: String,
    inside: bool,
}

impl Outputs {
    /// libtest prints `---- NAME stdout ----` before each output, and `failures:` before the
    /// first one and again before the list of names, which ends them.
    fn take(&mut self, line: &str) {
        if line == "failures:" {
            self.inside = false;
        } else if line.starts_with("---- ") && line.ends_with(" stdout ----") {
            self.inside = true;
        }
        if self.inside {
            self.of_failed.push_str(line);
            self.of_failed.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outputs_of_failed_tests_are_kept_and_nothing_else() {
        let printed = "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\nfailures:\n\n\
            ---- b stdout ----\nthread 'b' panicked\n  left: 1\n\n\nfailures:\n    b\n\n\
            test result: FAILED\n\nrunning 1 test\ntest c ... ok\n";
        let mut outputs = Outputs::default();
        printed.lines().for_each(|line| outputs.take(line));
        assert_eq!(
            outputs.of_failed,
            "---- b stdout ----\nthread 'b' panicked\n  left: 1\n\n\n"
        );
    }
}
