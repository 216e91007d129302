//! The socket's place: a folder that is mine alone, and a socket in it that is too.
//!
//! An old socket is replaced only by who holds the vault's lock.

use std::io::ErrorKind;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use keyhaven_protocol::error::Error;
use tokio::net::UnixListener;

/// A listening socket; its file goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) listener: UnixListener,
    path: PathBuf,
}

/// Binds the socket. The caller holds the vault's lock.
///
/// # Errors
/// The folder is not private, or something that is no socket is in the way.
pub(crate) fn bind(path: &Path) -> Result<Bound, Error> {
    let folder = path
        .parent()
        .ok_or_else(|| unsafe_path(path, "it has no folder"))?;
    prepare(folder)?;
    remove_old(path)?;
    let listener = UnixListener::bind(path).map_err(|error| io(path, &error))?;
    let bound = Bound {
        listener,
        path: path.to_owned(),
    };
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, private).map_err(|error| io(path, &error))?;
    Ok(bound)
}

impl Drop for Bound {
    fn drop(&mut self) {
        // If somebody removed it first, it is gone as well.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn prepare(folder: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    match builder.mode(0o700).create(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io(folder, &error)),
    }
    let found = std::fs::symlink_metadata(folder).map_err(|error| io(folder, &error))?;
    if !found.is_dir() {
        return Err(unsafe_path(folder, "it is not a folder"));
    }
    let me = rustix::process::geteuid().as_raw();
    if found.uid() != me {
        let problem = format!("it belongs to user {}", found.uid());
        return Err(unsafe_path(folder, &problem));
    }
    let mode = found.mode() & 0o777;
    if mode != 0o700 {
        let problem = format!("it has mode {mode:03o} instead of 700");
        return Err(unsafe_path(folder, &problem));
    }
    Ok(())
}

fn remove_old(path: &Path) -> Result<(), Error> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io(path, &error)),
        Ok(found) if found.file_type().is_socket() => {
            std::fs::remove_file(path).map_err(|error| io(path, &error))
        }
        Ok(_) => Err(unsafe_path(path, "it is not a socket")),
    }
}

fn unsafe_path(path: &Path, problem: &str) -> Error {
    Error::UnsafePath {
        path: path.display().to_string(),
        problem: problem.into(),
    }
}

fn io(path: &Path, error: &std::io::Error) -> Error {
    Error::Io {
        path: path.display().to_string(),
        problem: error.to_string(),
    }
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

    #[tokio::test]
    async fn an_open_folder_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("keyhaven");
        std::fs::create_dir(&folder).unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&folder, open).unwrap();
        let refused = bind(&folder.join("a.sock"));
        assert!(matches!(refused, Err(Error::UnsafePath { .. })));
    }
}
