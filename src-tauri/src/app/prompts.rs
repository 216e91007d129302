//! Starting a prompt process and waiting for it: the main process learns only whether it
//! was finished.
//!
//! The prompt's standard input is its pipe to the parent: it ends when the pipe is closed, so that no
//! prompt outlives a lock or its window's process.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;

use keyhaven_protocol::Error;

use super::desktop::FirstLine;
use crate::arguments::{PromptKind, ScreenArea};
use crate::lock::locked;
use crate::prompt_end::PromptEnd;

/// The one prompt that may be open.
#[derive(Debug, Default)]
pub struct Prompts(Mutex<PromptSlot>);

#[derive(Debug, Default)]
enum PromptSlot {
    #[default]
    Free,
    Open(#[expect(dead_code, reason = "held, not used: closing it ends the prompt")] ChildStdin),
    /// Its pipe was closed, and it is about to end.
    Ending,
}

impl Prompts {
    /// Opens a prompt over the main window, which reads the line `first` when its kind needs
    /// one, and waits for its end. While another one is open, this one is not. `tell` learns
    /// when it has opened and when it has ended.
    ///
    /// # Errors
    /// The process could not be started.
    pub fn run(
        &self,
        over: Option<ScreenArea>,
        kind: PromptKind,
        first: Option<FirstLine>,
        tell: impl Fn(bool),
    ) -> Result<PromptEnd, Error> {
        let mut child = {
            let mut slot = locked(&self.0);
            if !matches!(*slot, PromptSlot::Free) {
                return Ok(PromptEnd::Left);
            }
            let (child, parent_pipe) = start(over, kind, first)?;
            *slot = PromptSlot::Open(parent_pipe);
            child
        };
        tell(true);
        let status = child.wait();
        tell(false);
        *locked(&self.0) = PromptSlot::Free;
        Ok(PromptEnd::of_status(
            status.ok().and_then(|status| status.code()),
        ))
    }

    /// Ends the prompt that is open.
    pub fn end(&self) {
        let mut slot = locked(&self.0);
        if matches!(*slot, PromptSlot::Open(_)) {
            *slot = PromptSlot::Ending;
        }
    }
}

fn start(
    over: Option<ScreenArea>,
    kind: PromptKind,
    first: Option<FirstLine>,
) -> Result<(Child, ChildStdin), Error> {
    let own = std::env::current_exe()
        .map_err(|error| Error::io(std::path::Path::new("keyhaven"), &error))?;
    let failed = |error: std::io::Error| Error::io(&own, &error);
    let mut command = Command::new(&own);
    command.args(["--prompt", kind.name()]);
    if let Some(area) = over {
        command.args(["--over", &area.to_text()]);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let mut parent_pipe = child
        .stdin
        .take()
        .ok_or_else(|| Error::defect("a prompt has no pipe"))?;
    if let Some(line) = first {
        // A prompt that ended already is seen by its status.
        let _ = parent_pipe.write_all(line.bytes());
    }
    Ok((child, parent_pipe))
}
