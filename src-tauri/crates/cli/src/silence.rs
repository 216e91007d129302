//! A terminal that does not echo: while something hidden is typed, and while what was typed is
//! checked, when a person may go on typing.
//!
//! Its settings are always restored afterwards.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;

use keyhaven_secret::Secret;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Signal;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use crate::error::Failure;
use crate::hidden_line::LineKeys;
use crate::problem::SystemPart;

/// A terminal that neither echoes nor sends signals, as long as this lives.
pub struct Silence {
    tty: File,
    before: Termios,
}

impl Silence {
    /// Begins it; what was typed before is dropped.
    ///
    /// # Errors
    /// The terminal failed.
    pub fn begin(tty: &File) -> Result<Self, Failure> {
        let tty = tty.try_clone().map_err(|error| broken(&error))?;
        let before = tcgetattr(&tty).map_err(|error| broken(&error.into()))?;
        let mut silent = before.clone();
        silent
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&tty, OptionalActions::Flush, &silent).map_err(|error| broken(&error.into()))?;
        Ok(Self { tty, before })
    }

    /// The keys as the terminal's owner has set them.
    pub fn keys(&self) -> LineKeys {
        let key = |index| self.before.special_codes[index];
        LineKeys {
            erase: key(SpecialCodeIndex::VERASE),
            kill_word: key(SpecialCodeIndex::VWERASE),
            kill_line: key(SpecialCodeIndex::VKILL),
            interrupt: key(SpecialCodeIndex::VINTR),
            suspend: key(SpecialCodeIndex::VSUSP),
            end: key(SpecialCodeIndex::VEOF),
        }
    }

    /// Stops this process, as the key does where it is not held back, with the terminal as its
    /// owner has set it; returns when it goes on.
    ///
    /// # Errors
    /// The terminal failed.
    pub fn suspend(self) -> Result<Self, Failure> {
        self.end();
        // It stops nothing where no shell could continue it.
        let _ = rustix::process::kill_current_process_group(Signal::TSTP);
        Self::begin(&self.tty)
    }

    /// Drops what is typed, until the other end of `until` is closed. The key that interrupts
    /// still does: it is no signal here, since a process that a signal ends restores nothing.
    fn watch(&self, until: &OwnedFd) {
        // 0 is no key.
        let interrupt = Some(self.keys().interrupt).filter(|key| *key != 0);
        let mut typed = Secret::new([0; 64]);
        loop {
            let mut waiting = [
                PollFd::new(until, PollFlags::IN),
                PollFd::new(&self.tty, PollFlags::IN),
            ];
            match poll(&mut waiting, None) {
                Ok(_) if waiting[0].revents().is_empty() => {}
                Err(Errno::INTR) => continue,
                _ => return,
            }
            // Exposed to look for the key.
            let typed = typed.expose_mut();
            let Ok(count @ 1..) = (&self.tty).read(typed) else {
                return;
            };
            if interrupt.is_some_and(|key| typed[..count].contains(&key)) {
                self.end();
                // It returns only where the signal is ignored.
                let _ = rustix::process::kill_current_process_group(Signal::INT);
            }
        }
    }

    fn end(&self) {
        // A terminal that has gone needs no settings.
        let _ = tcsetattr(&self.tty, OptionalActions::Flush, &self.before);
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        self.end();
    }
}

/// Works on what was typed, such as a password that is checked: nothing that is typed
/// meanwhile is shown, or becomes an answer to the next question.
///
/// # Errors
/// The terminal failed.
pub fn while_working<T>(tty: &File, work: impl FnOnce() -> T) -> Result<T, Failure> {
    let silence = Silence::begin(tty)?;
    let (until, open) = pipe_with(PipeFlags::CLOEXEC).map_err(|error| broken(&error.into()))?;
    std::thread::scope(|scope| {
        let silence = &silence;
        // Dropped when the work is over, also by a panic: the watching ends then.
        let open = open;
        scope.spawn(move || silence.watch(&until));
        let done = work();
        drop(open);
        Ok(done)
    })
}

fn broken(error: &std::io::Error) -> Failure {
    Failure::system(SystemPart::Terminal, error)
}
