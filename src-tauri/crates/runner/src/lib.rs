//! Becoming a child process with an environment, or supervising it.
//!
//! By default the child *replaces* this process (`exec`), so that nothing of Keyhaven stays
//! resident: same pid, streams, terminal, limits and signals. A supervisor stays only where
//! output is masked or the child is restarted. This crate does not know where values come
//! from.

mod child;
mod ends;
mod environment;
mod event_loop;
mod exec;
mod group_signal_probe;
pub mod mask;
mod process_tree;
#[cfg(test)]
mod promises;
mod pty;
mod restart;
mod stream;
mod supervisor;

pub use child::{ChildCommand, StartError};
pub use environment::{ChildEnvironment, EnvironmentError, EnvironmentRoom, InjectedVariable};
pub use exec::{ExecError, exec, find, fits};
pub use restart::{ChildOutcome, RestartTrigger};
pub use supervisor::Supervisor;
