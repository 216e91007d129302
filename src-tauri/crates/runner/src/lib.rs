//! Becoming a child with an environment: names and sizes checked, then `exec`; or staying
//! beside it, to mask what it prints or to start it anew.
//!
//! A child is the very process, so that no shadow of Keyhaven is left: same pid, streams,
//! terminal, limits, signals. Only where one of these is asked for a parent stays. Where values
//! come from is not known here.

mod child;
mod environment;
mod exec;
pub mod mask;
mod parent;
#[cfg(test)]
mod promises;
mod pty;
mod relay;
mod stream;
mod witness;

pub use child::{Launch, StartError};
pub use environment::{Environment, EnvironmentError, Injected};
pub use exec::{ExecError, exec};
pub use parent::{Ended, Parent, Watch};
