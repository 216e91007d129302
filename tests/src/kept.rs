//! A child process that does not outlive its owner.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A started process; killed and reaped on drop.
pub struct Kept {
    child: Child,
    name: String,
}

impl Kept {
    /// Starts a command in the background.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        Self { child, name }
    }

    /// Starts a command and waits for the first line it prints, by which
    /// servers say that they are ready.
    ///
    /// # Panics
    /// When it cannot be started or ends without a line.
    pub fn start_and_read_line(command: &mut Command) -> (Self, String) {
        let mut kept = Self::start(command.stdout(Stdio::piped()));
        let mut line = String::new();
        BufReader::new(kept.stdout())
            .read_line(&mut line)
            .expect("a line of text");
        assert!(!line.is_empty(), "{} ended before it was ready", kept.name);
        (kept, line.trim().to_owned())
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The process, to write to or wait for.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("a piped stdout")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Either may fail only because the process has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
