//! Hardening of the process that holds keys: no core dump, no debugger, no look from
//! outside through `/proc`.
//!
//! Where it ends: root sees everything, and `PR_SET_DUMPABLE` is reset by `exec`, so a
//! child that was given values is an ordinary process.

use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// What could not be done to protect this process.
#[derive(Debug, thiserror::Error)]
pub enum HardeningError {
    /// The process stays dumpable: others of the same user may attach to it.
    #[error("this process cannot be made undumpable: {0}")]
    Dumpable(#[source] std::io::Error),
    /// Core files are still written.
    #[error("core files cannot be switched off: {0}")]
    CoreFiles(#[source] std::io::Error),
}

/// Forbids core dumps, `ptrace` and `/proc/PID/mem` to processes of the same user.
///
/// Nothing of it is inherited through `exec`, so `kh` may call it before it becomes the
/// child (`prctl(2)`, `PR_SET_DUMPABLE`).
///
/// # Errors
/// The kernel refused.
pub fn deny_dumps() -> Result<(), HardeningError> {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|error| HardeningError::Dumpable(error.into()))
}

/// Sets the limit on core files to zero for this process and its children.
///
/// Not for a process that becomes a user's program: the limit is inherited.
///
/// # Errors
/// The kernel refused.
pub fn disable_core_files() -> Result<(), HardeningError> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    rustix::process::setrlimit(Resource::Core, none)
        .map_err(|error| HardeningError::CoreFiles(error.into()))
}

/// Everything a program does first that holds keys and becomes nobody else: no core files,
/// not dumpable, files private from the start (`umask` 077).
///
/// # Errors
/// The kernel refused; what came before it is done.
pub fn harden() -> Result<(), HardeningError> {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    disable_core_files()?;
    deny_dumps()
}

/// Whether this process is protected as [`deny_dumps`] does it.
#[must_use]
pub fn is_undumpable() -> bool {
    matches!(
        rustix::process::dumpable_behavior(),
        Ok(DumpableBehavior::NotDumpable | DumpableBehavior::DumpableReadableOnlyByRoot)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denied_dumps_leave_the_inherited_limits_alone() {
        let before = rustix::process::getrlimit(Resource::Core);
        deny_dumps().unwrap();
        assert!(is_undumpable());
        assert_eq!(rustix::process::getrlimit(Resource::Core), before);
    }
}
