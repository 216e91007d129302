//! The window's commands without a WebView, as a process (`window-host`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::Value;

use crate::World;

/// A running `window-host`.
#[derive(Debug)]
pub struct WindowHost {
    child: Child,
    calls: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl WindowHost {
    /// Starts it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(world: &World) -> Self {
        Self::start_with(world, &[])
    }

    /// Starts one in which a yes to a command holds whatever keys it is given, for controls.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_unbound(world: &World) -> Self {
        Self::start_with(world, &["--unbound"])
    }

    fn start_with(world: &World, arguments: &[&str]) -> Self {
        let mut child = world
            .command("window-host")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the window's host starts");
        Self {
            calls: child.stdin.take().expect("its input"),
            lines: BufReader::new(child.stdout.take().expect("its output")),
            child,
        }
    }

    /// The line that answers the call. Every line goes through `hear` first; what that gives
    /// answers the dialog on it.
    ///
    /// # Panics
    /// When the host has ended.
    pub fn call(&mut self, call: &Value, mut hear: impl FnMut(&str) -> Option<Value>) -> Value {
        writeln!(self.calls, "{call}").expect("the host reads");
        loop {
            let mut text = String::new();
            let read = self.lines.read_line(&mut text).expect("the host answers");
            assert!(read > 0, "the host ended at {call}");
            let answer = hear(&text);
            let line: Value = serde_json::from_str(&text).expect("a line of JSON");
            if line.get("dialog").is_some() {
                let answer = answer.unwrap_or(Value::Null);
                writeln!(self.calls, "{answer}").expect("the host reads");
            } else if line.get("answer").is_some() || line.get("failure").is_some() {
                return line;
            }
        }
    }

    /// Ends it.
    ///
    /// # Panics
    /// When it failed.
    pub fn end(self) {
        let Self {
            mut child, calls, ..
        } = self;
        drop(calls);
        assert!(child.wait().expect("its end").success());
    }
}
