//! Notices that the machine got another time zone: the file that names it was replaced. The
//! kernel reports changes of its folder (inotify(7)), so nothing looks again and again.

use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::inotify::{Reader, WatchFlags};
use tokio::io::unix::AsyncFd;

use crate::async_fd::changes_of;

/// The zone of the machine (localtime(5)).
pub(super) const LOCAL_TIME: &str = "/etc/localtime";

/// Watches from this call on, and waits until the file is another one. Where the kernel
/// watches nothing more for this user, that is noticed at the next question to the clock, some
/// minutes later.
pub(super) fn changed(file: &Path) -> impl Future<Output = ()> + Send + use<> {
    let watch = file.parent().and_then(|folder| watch(folder).ok());
    let name = file.file_name().map(OsStr::to_owned);
    async move {
        match (watch, name) {
            (Some(watch), Some(name)) => reported(&watch, &name).await,
            _ => std::future::pending().await,
        }
    }
}

/// Waits until the kernel reports a file of this name.
async fn reported(watch: &AsyncFd<OwnedFd>, name: &OsStr) {
    let mut room = [MaybeUninit::uninit(); 4096];
    loop {
        let Ok(mut ready) = watch.readable().await else {
            // It cannot fail while the runtime lives.
            return std::future::pending().await;
        };
        let mut reports = Reader::new(watch.get_ref(), &mut room);
        while let Ok(report) = reports.next() {
            let reported = report.file_name().map(|name| name.to_bytes());
            if reported == Some(name.as_encoded_bytes()) {
                return;
            }
        }
        ready.clear_ready();
    }
}

/// Watches a folder for files that appear in it or were written.
fn watch(folder: &Path) -> io::Result<AsyncFd<OwnedFd>> {
    let changes =
        WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::CLOSE_WRITE | WatchFlags::ONLYDIR;
    changes_of(folder, changes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::task::{Context, Waker};

    use super::*;

    /// As timedatectl and ln do it: a new link takes the place of the old one.
    #[tokio::test]
    async fn another_link_in_its_place_ends_the_wait_and_another_file_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("localtime");
        symlink("/usr/share/zoneinfo/UTC", &file).unwrap();
        let mut wait = std::pin::pin!(changed(&file));
        let mut context = Context::from_waker(Waker::noop());
        assert!(wait.as_mut().poll(&mut context).is_pending());
        std::fs::write(folder.path().join("resolv.conf"), "").unwrap();
        assert!(wait.as_mut().poll(&mut context).is_pending());
        let new = folder.path().join("new");
        symlink("/usr/share/zoneinfo/Asia/Tokyo", &new).unwrap();
        std::fs::rename(&new, &file).unwrap();
        wait.await;
        let wait = changed(&file);
        let replace = async {
            std::fs::remove_file(&file).unwrap();
            symlink("/usr/share/zoneinfo/UTC", &file).unwrap();
        };
        tokio::join!(wait, replace);
    }
}
