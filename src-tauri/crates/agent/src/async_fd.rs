//! Waiting for a descriptor of the kernel: a timer, the handle of a process, or reports of
//! changes of a file or folder (inotify(7)), so that nothing looks again and again.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
use tokio::io::unix::AsyncFd;

/// A descriptor that can be waited for.
pub(crate) fn watched(descriptor: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // Deprecated for types that may lie about their descriptor; an `OwnedFd` cannot, and
    // the replacement is `unsafe` only for the sake of those.
    #[allow(deprecated)]
    AsyncFd::new(descriptor)
}

/// Reports of these changes of a file or folder, from now on.
///
/// # Errors
/// It is not there, or the kernel watches nothing more for this user.
pub(crate) fn changes_of(path: &Path, changes: WatchFlags) -> io::Result<AsyncFd<OwnedFd>> {
    let reports = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    add_watch(&reports, path, changes)?;
    watched(reports)
}
