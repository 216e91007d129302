//! The agent's end of the readiness pipe: it reports to its starter that it serves, or why not.
//!
//! Invariant of the `unsafe` code here: [`ReadyPipe::take_over`] is called once, at the start
//! of the agent, where nothing else can own the descriptor.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};

use keyhaven_protocol::Error;
use keyhaven_protocol::ready::READY;

/// The agent's end of the readiness pipe.
#[derive(Debug)]
pub(crate) struct ReadyPipe(File);

impl ReadyPipe {
    /// Takes over the descriptor named by `--ready-fd`. Call it once, first thing in `main`.
    ///
    /// # Errors
    /// The descriptor is a standard stream or is not open.
    pub(crate) fn take_over(descriptor: RawFd) -> io::Result<Self> {
        if descriptor <= libc::STDERR_FILENO {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: F_GETFD only looks; an unknown descriptor is an error.
        if unsafe { libc::fcntl(descriptor, libc::F_GETFD) } == -1 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: it is open, and by the contract of this call nobody else owns it.
        let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
        rustix::io::fcntl_setfd(&owned, rustix::io::FdFlags::CLOEXEC)?;
        Ok(Self(owned.into()))
    }

    /// Reports that the socket answers.
    pub(crate) fn ready(mut self) {
        // The starter may have exited already; the agent serves anyway.
        let _ = self.0.write_all(READY);
    }

    /// Reports why there will be no agent.
    pub(crate) fn failed(mut self, error: &Error) {
        if let Ok(report) = serde_json::to_vec(error) {
            let _ = self.0.write_all(&report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_streams_and_closed_descriptors_are_refused() {
        assert!(ReadyPipe::take_over(1).is_err());
        assert!(ReadyPipe::take_over(9_999).is_err());
    }
}
