//! The socket's place: a folder that is mine alone, and a socket in it that is too.
//!
//! An old socket is replaced only by who holds the vault's lock. Where the socket is removed, it
//! is made again, if its folder is still there.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::{PathFault, Problem};
use tokio::net::UnixListener;

use crate::server::peer_stream;
use crate::server::removal_watch::RemovalWatch;

/// A listening socket; its file goes when this is dropped.
#[derive(Debug)]
pub(crate) struct BoundSocket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
    /// Device and number of its file; another socket may have taken its place.
    file: (u64, u64),
    /// None where the kernel watches nothing more: then a loss is not noticed.
    watch: Option<RemovalWatch>,
}

/// Binds the socket. The caller holds the vault's lock.
///
/// # Errors
/// The folder is not private, or something that is no socket is in the way.
pub(crate) fn bind(path: &Path) -> Result<BoundSocket, Error> {
    let folder = path
        .parent()
        .ok_or_else(|| Error::unsafe_path(path, Problem::NoParentFolder))?;
    private_folder(folder)?;
    bind_in(folder, path)
}

/// In a folder that is private.
fn bind_in(folder: &Path, path: &Path) -> Result<BoundSocket, Error> {
    remove_old(path)?;
    let watch = RemovalWatch::new(folder).ok();
    let listener = UnixListener::bind(path).map_err(|error| Error::io(path, &error))?;
    // Connections inherit it; where the kernel does not do that, it is set for each.
    peer_stream::note_senders(&listener).map_err(|error| Error::io(path, &error))?;
    let found = std::fs::symlink_metadata(path).map_err(|error| Error::io(path, &error))?;
    let bound = BoundSocket {
        listener,
        path: path.to_owned(),
        file: identity(&found),
        watch,
    };
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, private).map_err(|error| Error::io(path, &error))?;
    Ok(bound)
}

impl BoundSocket {
    /// Waits until clients cannot reach the socket any more.
    pub(crate) async fn lost(&self) {
        let Some(watch) = &self.watch else {
            return std::future::pending().await;
        };
        loop {
            watch.changed().await;
            if !self.is_there() {
                return;
            }
        }
    }

    /// Makes it again.
    ///
    /// # Errors
    /// Its folder is gone or not private, or something that is no socket is in the way.
    pub(crate) fn make_again(&mut self) -> Result<(), Error> {
        let folder = self
            .path
            .parent()
            .ok_or_else(|| Error::unsafe_path(&self.path, Problem::NoParentFolder))?;
        check_private(folder)?;
        *self = bind_in(folder, &self.path)?;
        Ok(())
    }

    fn is_there(&self) -> bool {
        std::fs::symlink_metadata(&self.path).is_ok_and(|found| identity(&found) == self.file)
    }
}

impl Drop for BoundSocket {
    fn drop(&mut self) {
        // If somebody removed it first, it is gone as well; another one is not its own.
        if self.is_there() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// A folder of mine that nobody else may enter; made when it is not there.
///
/// # Errors
/// It is something else, or another's.
pub(crate) fn private_folder(folder: &Path) -> Result<(), PathFault> {
    let mut builder = std::fs::DirBuilder::new();
    match builder.mode(0o700).create(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(PathFault::io(folder, &error)),
    }
    check_private(folder)
}

fn check_private(folder: &Path) -> Result<(), PathFault> {
    let found = std::fs::symlink_metadata(folder).map_err(|error| PathFault::io(folder, &error))?;
    if !found.is_dir() {
        return Err(PathFault::unsafe_path(folder, Problem::NotAFolder));
    }
    is_mine(folder, &found)?;
    let mode = found.mode() & 0o777;
    if mode != 0o700 {
        let problem = Problem::WrongMode {
            found: format!("{mode:03o}"),
            wanted: "700".into(),
        };
        return Err(PathFault::unsafe_path(folder, problem));
    }
    Ok(())
}

fn remove_old(path: &Path) -> Result<(), Error> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io(path, &error)),
        Ok(found) if found.file_type().is_socket() => {
            // In a folder of mine only root can have made it.
            is_mine(path, &found)?;
            std::fs::remove_file(path).map_err(|error| Error::io(path, &error))
        }
        Ok(_) => Err(Error::unsafe_path(path, Problem::NotASocket)),
    }
}

fn is_mine(path: &Path, found: &Metadata) -> Result<(), PathFault> {
    if found.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let problem = Problem::OtherOwner { uid: found.uid() };
    Err(PathFault::unsafe_path(path, problem))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn folder_and_socket_are_private_and_the_socket_goes() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keyhaven/a.sock");
        let bound = bind(&path).unwrap();
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
        drop(bound);
        assert!(!path.exists());
    }

    #[tokio::test(start_paused = true)]
    async fn a_removed_socket_is_made_again_where_its_folder_is_left() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keyhaven/a.sock");
        let mut bound = bind(&path).unwrap();
        // Not its own file: nothing was lost.
        std::fs::write(path.with_extension("x"), "").unwrap();
        std::fs::remove_file(path.with_extension("x")).unwrap();
        let lost = tokio::time::timeout(Duration::from_secs(60), bound.lost());
        assert!(lost.await.is_err(), "it is there");
        std::fs::remove_file(&path).unwrap();
        bound.lost().await;
        bound.make_again().unwrap();
        assert!(std::os::unix::net::UnixStream::connect(&path).is_ok());
        // Its folder is watched again.
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        bound.lost().await;
        assert!(bound.make_again().is_err());
        assert!(!path.parent().unwrap().exists());
    }

    #[tokio::test(start_paused = true)]
    async fn another_ones_socket_is_not_removed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keyhaven/a.sock");
        let bound = bind(&path).unwrap();
        let other = home.path().join("other");
        let _other = std::os::unix::net::UnixListener::bind(&other).unwrap();
        std::fs::rename(&other, &path).unwrap();
        bound.lost().await;
        drop(bound);
        assert!(path.exists());
    }

    #[tokio::test]
    async fn an_old_socket_is_replaced_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keyhaven/a.sock");
        let old = bind(&path).unwrap();
        std::mem::forget(old);
        drop(bind(&path).unwrap());
        std::fs::write(&path, "something of the user's").unwrap();
        assert!(matches!(bind(&path), Err(Error::UnsafePath { .. })));
        assert!(path.exists());
    }

    /// The problem reported for a folder or a socket that is not as it must be.
    fn problem(path: &Path) -> Problem {
        match bind(path) {
            Err(Error::UnsafePath { problem, .. }) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_mine_alone_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("keyhaven");
        let socket = folder.join("a.sock");
        std::fs::create_dir(&folder).unwrap();
        for (mode, said) in [(0o755, "755"), (0o710, "710"), (0o1777, "777")] {
            let open = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&folder, open).unwrap();
            let expected = Problem::WrongMode {
                found: said.into(),
                wanted: "700".into(),
            };
            assert_eq!(problem(&socket), expected);
        }
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&folder, private).unwrap();
        let link = home.path().join("link");
        std::os::unix::fs::symlink(&folder, &link).unwrap();
        assert_eq!(problem(&link.join("a.sock")), Problem::NotAFolder);
        assert!(bind(&socket).is_ok());
    }

    #[tokio::test]
    async fn a_link_in_the_place_of_the_socket_is_refused_and_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let (mine, link) = (home.path().join("a/mine"), home.path().join("b/link"));
        let _bound = bind(&mine).unwrap();
        let _folder = bind(&home.path().join("b/other")).unwrap();
        for target in [mine.as_path(), Path::new("/nowhere")] {
            std::os::unix::fs::symlink(target, &link).unwrap();
            assert_eq!(problem(&link), Problem::NotASocket);
            std::fs::remove_file(&link).unwrap();
        }
        assert!(mine.exists());
    }

    #[tokio::test]
    async fn what_belongs_to_somebody_else_is_refused() {
        if !rustix::process::geteuid().is_root() {
            // Only root can give something away.
            return;
        }
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("keyhaven/a.sock");
        std::mem::forget(bind(&path).unwrap());
        let give = |path: &Path, user| std::os::unix::fs::chown(path, Some(user), None).unwrap();
        give(&path, 4242);
        assert_eq!(problem(&path), Problem::OtherOwner { uid: 4242 });
        assert!(path.exists());
        give(&path, 0);
        give(path.parent().unwrap(), 4242);
        assert_eq!(problem(&path), Problem::OtherOwner { uid: 4242 });
    }
}
