//! What makes a supervisor restart its child, and how a run ended.

use std::os::fd::BorrowedFd;
use std::process::ExitStatus;

use rustix::process::Signal;

/// Decides when a child is replaced by a new one.
pub trait RestartTrigger {
    /// Becomes readable when [`RestartTrigger::look`] should be called; none if it never will.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
    /// Reads what arrived. Returns whether to restart now.
    fn look(&mut self) -> bool;
    /// The signal that asks the child to quit.
    fn signal(&self) -> Signal;
}

/// Why a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildOutcome {
    /// It ended by itself.
    Itself(ExitStatus),
    /// It was stopped to be replaced.
    Replaced,
}
