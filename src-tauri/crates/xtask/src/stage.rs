//! Steps in sequence: each is announced and timed. The first failure ends them,
//! with the command that failed and a hint.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::say;

/// The steps done so far, with their times.
pub struct Stages {
    done: Vec<(&'static str, Duration)>,
}

impl Stages {
    /// No step yet.
    pub fn new() -> Self {
        Self { done: Vec::new() }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// The step's own, under its name.
    pub fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        say::step(name);
        let start = Instant::now();
        let outcome = step().with_context(|| format!("\"{name}\" failed"))?;
        let took = start.elapsed();
        self.done.push((name, took));
        say::line(&format!("    {name}: {}", seconds(took)));
        Ok(outcome)
    }

    /// Runs one step that is one command.
    ///
    /// # Errors
    /// When the command cannot be started or does not succeed; `hint`
    /// is shown then.
    pub fn command(&mut self, name: &'static str, command: &mut Command, hint: &str) -> Result<()> {
        self.run(name, || succeed(command, hint))
    }

    /// Prints every step with its time.
    pub fn summary(&self) {
        say::step("All done");
        for (name, took) in &self.done {
            say::line(&format!("{:>9}  {name}", seconds(*took)));
        }
        let total = self.done.iter().map(|(_, took)| *took).sum();
        say::line(&format!("{:>9}  in total", seconds(total)));
    }
}

/// Runs a command to its end. Its output is shown.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub fn succeed(command: &mut Command, hint: &str) -> Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    succeeded(status, &shown, hint)
}

/// Says how a command ended, where it did not succeed.
///
/// # Errors
/// When it did not succeed.
pub fn succeeded(status: ExitStatus, shown: &str, hint: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    if hint.is_empty() {
        bail!("`{shown}` ended with {status}");
    }
    bail!("`{shown}` ended with {status}\nhint: {hint}")
}

/// A command as one would type it (without quoting).
pub fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut line = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
