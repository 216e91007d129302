//! A FIFO that gives a value once, to who opens it first.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use keyhaven_secret::SecretBytes;
use rustix::fs::{self, FileType, Mode, OFlags, inotify};
use tokio::io::unix::AsyncFd;
use tokio::sync::watch;

use super::{PrivateFile, open, opened, random_name, remove};
use crate::async_fd::{changes_of, watched};

/// Makes one in a folder.
pub(super) fn make(
    folder: &Path,
    value: SecretBytes,
    locks: watch::Receiver<u64>,
) -> io::Result<PrivateFile> {
    let handle = opened(folder)?;
    let name = random_name()?;
    fs::mknodat(&handle, &name, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    let mut made = PrivateFile {
        path: folder.join(&name),
        size: value.expose().len(),
        feeder: None,
    };
    let waiting = UnreadFifo::begin(&made.path)?;
    let feeder = tokio::spawn(feed(waiting, made.path.clone(), value, locks));
    made.feeder = Some(feeder.abort_handle());
    Ok(made)
}

/// A FIFO that nobody has opened yet.
struct UnreadFifo {
    /// Held open at both ends, so that who opens it waits for bytes and not for us.
    both: OwnedFd,
    /// Readable when somebody has opened it.
    opened: AsyncFd<OwnedFd>,
}

impl UnreadFifo {
    fn begin(path: &Path) -> io::Result<Self> {
        let both = open(path, OFlags::RDWR)?;
        let opened = changes_of(path, inotify::WatchFlags::OPEN)?;
        Ok(Self { both, opened })
    }
}

/// Gives a value once, to who opens the FIFO first; to nobody after a lock.
async fn feed(
    waiting: UnreadFifo,
    path: PathBuf,
    value: SecretBytes,
    mut locks: watch::Receiver<u64>,
) {
    let given = give(waiting, &path, &value);
    tokio::select! {
        // Who opened it may have gone without reading.
        _ = given => {}
        _ = locks.changed() => {}
    }
    remove(&path, 0);
}

async fn give(waiting: UnreadFifo, path: &Path, value: &SecretBytes) -> io::Result<()> {
    let UnreadFifo { both, opened } = waiting;
    let _ = opened.readable().await?;
    let writer = watched(open(path, OFlags::WRONLY)?)?;
    // Nobody else finds it, and who has opened it sees the end when this writer goes.
    remove(path, 0);
    drop(both);
    // Exposed because this is where a value becomes the program's.
    let mut rest = value.expose().as_slice();
    while !rest.is_empty() {
        let mut ready = writer.writable().await?;
        let written = ready.try_io(|writer| Ok(rustix::io::write(writer, rest)?));
        if let Ok(written) = written {
            rest = &rest[written?..];
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    use std::time::Duration;

    use keyhaven_protocol::request::FileKind;

    use super::super::tests::{files, made, secret};
    use super::*;

    /// Long enough for a loaded machine; a test that needs it has failed.
    const PATIENCE: Duration = Duration::from_secs(60);

    async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
        let waiting = async {
            while !holds() {
                tokio::task::yield_now().await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(came.is_ok(), "{what} did not come");
    }

    async fn read(path: &Path) -> io::Result<Vec<u8>> {
        let path = path.to_owned();
        let reading = tokio::task::spawn_blocking(move || std::fs::read(path));
        tokio::time::timeout(PATIENCE, reading)
            .await
            .unwrap()
            .unwrap()
    }

    #[tokio::test]
    async fn a_fifo_gives_its_content_once_however_long_it_is() {
        let (_memory, folder, files) = files();
        for value in [vec![b'k'; 1 << 20], Vec::new()] {
            let (_locks, seen) = watch::channel(0);
            let fifo = files.make(FileKind::Fifo, secret(&value), seen).unwrap();
            let found = std::fs::symlink_metadata(fifo.path()).unwrap();
            assert!(found.file_type().is_fifo() && !found.is_file());
            assert_eq!(found.mode() & 0o777, 0o600);
            assert!(fifo.waits());
            assert_eq!(read(fifo.path()).await.unwrap(), value);
            eventually("the end of the feeder", || !fifo.waits()).await;
            let again = read(fifo.path()).await.unwrap_err();
            assert_eq!(again.kind(), io::ErrorKind::NotFound);
        }
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn who_opens_a_fifo_and_leaves_has_had_it() {
        let (_memory, _folder, files) = files();
        let (_locks, seen) = watch::channel(0);
        let value = secret(&[b'k'; 1 << 20]);
        let fifo = files.make(FileKind::Fifo, value, seen).unwrap();
        drop(std::fs::File::open(fifo.path()).unwrap());
        let feeder = fifo.feeder.clone().unwrap();
        eventually("the end of the feeder", || feeder.is_finished()).await;
        assert!(!fifo.path().exists());
    }

    #[tokio::test]
    async fn a_fifo_that_nobody_has_read_goes_at_a_lock_and_with_its_program() {
        let (_memory, folder, files) = files();
        let (locks, seen) = watch::channel(0);
        let make = || files.make(FileKind::Fifo, secret(b"a key"), seen.clone());
        let (fifo, dropped) = (make().unwrap(), make().unwrap());
        let plain = made(&files, FileKind::File, b"a key");
        let feeder = dropped.feeder.clone().unwrap();
        drop(dropped);
        eventually("the end of the feeder", || feeder.is_finished()).await;
        assert!(fifo.path().exists());
        locks.send_modify(|count| *count += 1);
        eventually("the end of the FIFO", || !fifo.path().exists()).await;
        // Its program has the file already.
        assert!(plain.path().exists());
        drop((fifo, plain));
        assert!(!folder.exists());
    }
}
