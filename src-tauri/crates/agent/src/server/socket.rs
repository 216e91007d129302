//! The socket's place: a folder that is mine alone, and a socket in it that is too.
//!
//! An old socket is replaced only by who holds the vault's lock.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use tokio::net::UnixListener;

/// A listening socket; its file goes when this is dropped.
#[derive(Debug)]
pub(crate) struct BoundSocket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
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
    remove_old(path)?;
    let listener = UnixListener::bind(path).map_err(|error| Error::io(path, &error))?;
    let bound = BoundSocket {
        listener,
        path: path.to_owned(),
    };
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, private).map_err(|error| Error::io(path, &error))?;
    Ok(bound)
}

impl Drop for BoundSocket {
    fn drop(&mut self) {
        // If somebody removed it first, it is gone as well.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A folder of mine that nobody else may enter; made when it is not there.
///
/// # Errors
/// It is something else, or another's.
pub(crate) fn private_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    match builder.mode(0o700).create(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Error::io(folder, &error)),
    }
    let found = std::fs::symlink_metadata(folder).map_err(|error| Error::io(folder, &error))?;
    if !found.is_dir() {
        return Err(Error::unsafe_path(folder, Problem::NotAFolder));
    }
    is_mine(folder, &found)?;
    let mode = found.mode() & 0o777;
    if mode != 0o700 {
        let problem = Problem::WrongMode {
            found: format!("{mode:03o}"),
            wanted: "700".into(),
        };
        return Err(Error::unsafe_path(folder, problem));
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

fn is_mine(path: &Path, found: &Metadata) -> Result<(), Error> {
    if found.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let problem = Problem::OtherOwner { uid: found.uid() };
    Err(Error::unsafe_path(path, problem))
}

#[cfg(test)]
mod tests {
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
