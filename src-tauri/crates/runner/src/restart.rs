//! When a supervised child is replaced by a new one, and how a run ended.

use std::os::fd::BorrowedFd;
use std::process::ExitStatus;

use rustix::process::Signal;

/// What says that a child is to be replaced by a new one.
pub trait RestartTrigger {
    /// Becomes readable when there is something to look at; nothing where nothing more comes.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
    /// Looks at what came; whether it is time.
    fn look(&mut self) -> bool;
    /// The signal that asks the child to end.
    fn signal(&self) -> Signal;
}

/// Why a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildOutcome {
    /// By itself.
    Itself(ExitStatus),
    /// To be replaced.
    Replaced,
}
