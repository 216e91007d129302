//! Waiting for a descriptor of the kernel: a timer, or the handle of a process.

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::unix::AsyncFd;

/// A descriptor that can be waited for.
pub(crate) fn watched(descriptor: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // Deprecated for types that may lie about their descriptor; an `OwnedFd` cannot, and
    // the replacement is `unsafe` only for the sake of those.
    #[allow(deprecated)]
    AsyncFd::new(descriptor)
}
