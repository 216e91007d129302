//! Becoming a child with an environment: names and sizes checked, then `exec`.
//!
//! The child is the very process, so that no shadow of Keyhaven is left: same pid, streams,
//! terminal, limits, signals. Where values come from is not known here.

mod environment;
mod exec;
pub mod mask;
pub mod names;
#[cfg(test)]
mod promises;

pub use environment::{Environment, EnvironmentError, Injected, MAX_STRING};
pub use exec::{ExecError, exec};
