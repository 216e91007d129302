//! Notices that something was removed from a folder: the socket, as at a logout or by a cleaning
//! program, or a file of the vault. The kernel reports changes of the folder (inotify(7)), so
//! nothing looks again and again.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::inotify::{Reader, WatchFlags};
use tokio::io::unix::AsyncFd;

use crate::async_fd::changes_of;

/// Who removes a folder needs a moment for all that is in it.
const SETTLE: Duration = Duration::from_secs(1);

/// Watches a folder.
#[derive(Debug)]
pub(crate) struct RemovalWatch {
    kernel: AsyncFd<OwnedFd>,
    /// Device and number of the folder.
    folder: (u64, u64),
}

impl RemovalWatch {
    /// Watches from now on.
    ///
    /// # Errors
    /// The kernel watches nothing more for this user.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let changes = WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        Ok(Self {
            kernel: changes_of(folder, changes)?,
            folder: identity(folder)?,
        })
    }

    /// Whether a path leads to the folder that is watched.
    pub(crate) fn is_of(&self, folder: &Path) -> bool {
        identity(folder).is_ok_and(|found| found == self.folder)
    }

    /// Waits until something was removed from the folder, or the folder itself, and a moment
    /// longer. What was reported is forgotten only at the end, so that the wait can be dropped
    /// and begun again.
    pub(crate) async fn changed(&self) {
        let Ok(mut ready) = self.kernel.readable().await else {
            // It cannot fail while the runtime lives.
            return std::future::pending().await;
        };
        tokio::time::sleep(SETTLE).await;
        let mut room = [MaybeUninit::uninit(); 4096];
        let mut reports = Reader::new(self.kernel.get_ref(), &mut room);
        while reports.next().is_ok() {}
        ready.clear_ready();
    }
}

fn identity(folder: &Path) -> io::Result<(u64, u64)> {
    let found = std::fs::symlink_metadata(folder)?;
    Ok((found.dev(), found.ino()))
}
