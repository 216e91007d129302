//! Starting a prompt process and waiting for it: the main process learns only whether it
//! was finished.
//!
//! The prompt's standard input is its pipe to the parent: it ends when the pipe is closed, so that no
//! prompt outlives a lock or its window's process. A prompt waits until no native dialog is open, and
//! a dialog until no prompt is.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;

use keyhaven_protocol::Error;

use super::desktop::FirstLine;
use super::turn::Turns;
use crate::arguments::{PromptKind, ScreenArea};
use crate::lock::locked;
use crate::prompt_end::PromptEnd;

/// The one prompt that may be open.
#[derive(Debug)]
pub struct Prompts {
    slot: Mutex<PromptSlot>,
    turns: &'static Turns,
}

#[derive(Debug, Default)]
enum PromptSlot {
    #[default]
    Free,
    /// It waits for its turn.
    Waiting,
    Open(#[expect(dead_code, reason = "held, not used: closing it ends the prompt")] ChildStdin),
    /// Its pipe was closed, or it will not open any more.
    Ending,
}

impl Prompts {
    /// None is open.
    pub fn new(turns: &'static Turns) -> Self {
        let slot = Mutex::default();
        Self { slot, turns }
    }

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
        self.run_started(|| start(over, kind, first), tell)
    }

    fn run_started(
        &self,
        start: impl FnOnce() -> Result<(Child, ChildStdin), Error>,
        tell: impl Fn(bool),
    ) -> Result<PromptEnd, Error> {
        let Some(_place) = self.claim() else {
            return Ok(PromptEnd::Left);
        };
        let Some(_turn) = self.turns.take() else {
            return Ok(PromptEnd::Left);
        };
        let mut child = {
            let mut slot = locked(&self.slot);
            if !matches!(*slot, PromptSlot::Waiting) {
                return Ok(PromptEnd::Left);
            }
            let (child, parent_pipe) = start()?;
            *slot = PromptSlot::Open(parent_pipe);
            child
        };
        tell(true);
        let status = child.wait();
        tell(false);
        Ok(PromptEnd::of_status(
            status.ok().and_then(|status| status.code()),
        ))
    }

    /// Ends the prompt that is open, or waits.
    pub fn end(&self) {
        let mut slot = locked(&self.slot);
        if !matches!(*slot, PromptSlot::Free) {
            *slot = PromptSlot::Ending;
        }
    }

    fn claim(&self) -> Option<PromptPlace<'_>> {
        let mut slot = locked(&self.slot);
        let is_free = matches!(*slot, PromptSlot::Free);
        is_free.then(|| {
            *slot = PromptSlot::Waiting;
            PromptPlace(&self.slot)
        })
    }
}

/// The place of the one prompt, which is free again afterwards.
struct PromptPlace<'a>(&'a Mutex<PromptSlot>);

impl Drop for PromptPlace<'_> {
    fn drop(&mut self) {
        *locked(self.0) = PromptSlot::Free;
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Ends when its pipe is closed, as a prompt does.
    fn cat() -> Result<(Child, ChildStdin), Error> {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let pipe = child.stdin.take().unwrap();
        Ok((child, pipe))
    }

    fn until(is: impl Fn() -> bool) {
        while !is() {
            std::thread::yield_now();
        }
    }

    fn is_waiting(prompts: &Prompts) -> bool {
        matches!(*locked(&prompts.slot), PromptSlot::Waiting)
    }

    fn is_open(prompts: &Prompts) -> bool {
        matches!(*locked(&prompts.slot), PromptSlot::Open(_))
    }

    fn prompts() -> Prompts {
        Prompts::new(Box::leak(Box::new(Turns::new())))
    }

    #[test]
    fn a_prompt_opens_only_when_no_dialog_is_open() {
        let prompts = prompts();
        let is_shown = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let dialog = prompts.turns.take().unwrap();
            let prompt = scope.spawn(|| {
                let start = || {
                    assert!(!is_shown.load(Ordering::Acquire), "over a dialog");
                    cat()
                };
                prompts.run_started(start, |_| ())
            });
            until(|| is_waiting(&prompts));
            // Another one is not even waited for.
            let second = prompts.run_started(|| panic!("a second prompt"), |_| ());
            assert_eq!(second, Ok(PromptEnd::Left));
            is_shown.store(false, Ordering::Release);
            drop(dialog);
            until(|| is_open(&prompts));
            prompts.end();
            assert!(prompt.join().unwrap().is_ok());
        });
        assert!(matches!(*locked(&prompts.slot), PromptSlot::Free));
    }

    #[test]
    fn a_dialog_opens_only_when_no_prompt_is_open() {
        let prompts = prompts();
        let is_shown = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let prompt = scope.spawn(|| {
                let tell = |open| is_shown.store(open, Ordering::Release);
                prompts.run_started(cat, tell)
            });
            until(|| is_open(&prompts));
            let dialog = scope.spawn(|| {
                let _turn = prompts.turns.take().unwrap();
                assert!(!is_shown.load(Ordering::Acquire), "over a prompt");
            });
            prompts.end();
            assert!(prompt.join().unwrap().is_ok());
            dialog.join().unwrap();
        });
    }

    #[test]
    fn a_prompt_that_waits_while_the_vault_is_locked_does_not_open() {
        let prompts = prompts();
        std::thread::scope(|scope| {
            let dialog = prompts.turns.take().unwrap();
            let prompt = scope.spawn(|| prompts.run_started(|| panic!("it opened"), |_| ()));
            until(|| is_waiting(&prompts));
            prompts.end();
            drop(dialog);
            assert_eq!(prompt.join().unwrap(), Ok(PromptEnd::Left));
        });
        assert!(matches!(*locked(&prompts.slot), PromptSlot::Free));
    }
}
