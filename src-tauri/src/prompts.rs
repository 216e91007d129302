//! Starting a prompt process and waiting for it: the main process learns only whether it
//! was finished.
//!
//! The prompt's standard input is its lifeline: it ends when the pipe is closed, so that no
//! prompt outlives a lock or its window's process.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;

use keyhaven_protocol::Error;
use serde::Serialize;

use crate::arguments::Kind;
use crate::failure::defect;
use crate::shell::Shell;
use crate::sync::locked;
use crate::window;

/// The one prompt that may be open.
#[derive(Debug, Default)]
pub struct Prompts(Mutex<Slot>);

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Free,
    Open(#[expect(dead_code, reason = "held, not used: closing it ends the prompt")] ChildStdin),
    /// Its pipe was closed, and it is about to end.
    Ending,
}

impl Prompts {
    /// Opens a prompt over the main window, which reads the line `first` when its kind needs
    /// one, and waits for its end. While another one is open, this one is not.
    ///
    /// # Errors
    /// The process could not be started.
    pub fn run(&self, shell: &Shell, kind: Kind, first: Option<&[u8]>) -> Result<bool, Error> {
        let mut child = {
            let mut slot = locked(&self.0);
            if !matches!(*slot, Slot::Free) {
                return Ok(false);
            }
            let (child, lifeline) = start(shell, kind, first)?;
            *slot = Slot::Open(lifeline);
            child
        };
        let status = child.wait();
        *locked(&self.0) = Slot::Free;
        Ok(status.is_ok_and(|status| status.success()))
    }

    /// Ends the prompt that is open.
    pub fn end(&self) {
        let mut slot = locked(&self.0);
        if matches!(*slot, Slot::Open(_)) {
            *slot = Slot::Ending;
        }
    }
}

/// What a prompt reads first, as a line.
///
/// # Errors
/// It is no JSON.
pub fn line(what: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut line = serde_json::to_vec(what).map_err(|_| defect("a prompt's task as JSON"))?;
    line.push(b'\n');
    Ok(line)
}

fn start(shell: &Shell, kind: Kind, first: Option<&[u8]>) -> Result<(Child, ChildStdin), Error> {
    let own = std::env::current_exe().map_err(|error| Error::Io {
        path: "keyhaven".into(),
        problem: error.to_string(),
    })?;
    let failed = |error: std::io::Error| Error::Io {
        path: own.display().to_string(),
        problem: error.to_string(),
    };
    let mut command = Command::new(&own);
    command.args(["--prompt", kind.name()]);
    if let Some(area) = window::area(shell) {
        command.args(["--over", &area.to_text()]);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let mut lifeline = child
        .stdin
        .take()
        .ok_or_else(|| defect("a prompt has no pipe"))?;
    if let Some(line) = first {
        // A prompt that ended already is seen by its status.
        let _ = lifeline.write_all(line);
    }
    Ok((child, lifeline))
}
