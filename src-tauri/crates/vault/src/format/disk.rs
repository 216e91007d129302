//! Private files: made 0600, never through a symbolic link, replaced whole or not at all.
//!
//! Everything but the database itself reaches the disk through this module.

use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::system;
use crate::error::{Insecurity, VaultError};

const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Checks that a folder is one, is ours and closed to others.
pub(crate) fn check_folder(path: &Path) -> Result<(), VaultError> {
    let found = system::metadata(path).map_err(|error| VaultError::io(path, error))?;
    if found.is_symlink() {
        return Err(insecure(path, Insecurity::Symlink));
    }
    if !found.is_dir() {
        return Err(insecure(path, Insecurity::NotAFolder));
    }
    check_rights(path, &found, FOLDER_MODE)
}

/// Checks a file that may be missing, without opening it: opening and closing the database
/// would drop the locks of its holder.
pub(crate) fn check_file(path: &Path) -> Result<bool, VaultError> {
    let found = match system::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(VaultError::io(path, error)),
    };
    if found.is_symlink() {
        return Err(insecure(path, Insecurity::Symlink));
    }
    if !found.is_file() || found.nlink() != 1 {
        return Err(insecure(path, Insecurity::NotAFile));
    }
    check_rights(path, &found, FILE_MODE)?;
    Ok(true)
}

/// Whether a path leads to an open file. What cannot be looked at counts as the same.
pub(crate) fn is_same(file: &File, path: &Path) -> bool {
    let found = match system::metadata(path) {
        Ok(found) => found,
        Err(error) => return error.kind() != std::io::ErrorKind::NotFound,
    };
    file.metadata().map_or(true, |open| {
        (open.dev(), open.ino()) == (found.dev(), found.ino())
    })
}

fn check_rights(path: &Path, found: &std::fs::Metadata, wanted: u32) -> Result<(), VaultError> {
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(insecure(path, Insecurity::Owner { uid: found.uid() }));
    }
    let mode = found.mode() & 0o7777;
    if mode != wanted {
        let found = mode;
        return Err(insecure(path, Insecurity::Mode { found, wanted }));
    }
    Ok(())
}

fn insecure(path: &Path, what: Insecurity) -> VaultError {
    let path = path.to_owned();
    VaultError::Insecure { path, what }
}

/// Makes a folder with mode 0700 where there is none; parents too. Their names are durable
/// when it returns.
pub(crate) fn make_folder(path: &Path) -> Result<(), VaultError> {
    match system::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        // The code that opens it checks what it is.
        found => return found.map(drop).map_err(|error| VaultError::io(path, error)),
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        make_folder(parent)?;
    }
    match system::make_folder(path, FOLDER_MODE) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(VaultError::io(path, error));
        }
        _ => {}
    }
    match sync_folder(path) {
        // A folder may be one that we can write but not read; then nobody can sync it.
        Err(VaultError::Io { source, .. })
            if source.kind() == std::io::ErrorKind::PermissionDenied =>
        {
            Ok(())
        }
        synced => synced,
    }
}

/// Opens a private file for reading and writing; makes it where `make` says so.
pub(crate) fn open_private(path: &Path, make: bool) -> Result<File, VaultError> {
    let mut flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    if make {
        flags |= OFlags::CREATE;
    }
    open_checked(path, flags)
}

/// Makes a private file that must not exist.
pub(crate) fn make_private(path: &Path) -> Result<File, VaultError> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::CREATE | OFlags::EXCL;
    open_checked(path, flags)
}

fn open_checked(path: &Path, flags: OFlags) -> Result<File, VaultError> {
    let mode = Mode::from_raw_mode(FILE_MODE);
    let file = match system::open(path, flags, mode) {
        Ok(file) => file,
        Err(error) if Errno::from_io_error(&error) == Some(Errno::LOOP) => {
            return Err(insecure(path, Insecurity::Symlink));
        }
        Err(error) => return Err(VaultError::io(path, error)),
    };
    let found = file
        .metadata()
        .map_err(|error| VaultError::io(path, error))?;
    if !found.is_file() || found.nlink() != 1 {
        return Err(insecure(path, Insecurity::NotAFile));
    }
    check_rights(path, &found, FILE_MODE)?;
    Ok(file)
}

/// Reads a private file of at most `limit` bytes, and one byte more where it is longer;
/// `None` where there is no such file.
pub(crate) fn read_private(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, VaultError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = match open_checked(path, flags) {
        Ok(file) => file,
        Err(VaultError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let bytes =
        system::read(&file, path, limit + 1).map_err(|error| VaultError::io(path, error))?;
    Ok(Some(bytes))
}

/// What the name of a file ends in until it is whole.
pub(crate) const NEW: &str = ".new";

/// Replaces a private file: temporary file, fsync, rename, fsync of the folder.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(NEW);
    let temporary = path.with_file_name(name);
    remove(&temporary)?;
    let file = make_private(&temporary)?;
    system::write(&file, &temporary, bytes)
        .and_then(|()| system::sync(&file, &temporary))
        .and_then(|()| system::rename(&temporary, path))
        .map_err(|error| {
            // What is half written is of no use; the first error is the one to report.
            let _ = system::remove(&temporary);
            VaultError::io(path, error)
        })?;
    sync_folder(path)
}

/// Removes a file that may be missing.
pub(crate) fn remove(path: &Path) -> Result<(), VaultError> {
    match system::remove(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(VaultError::io(path, error))
        }
        _ => Ok(()),
    }
}

/// Makes the names within the folder of `path` durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), VaultError> {
    let folder = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    };
    system::sync_folder(folder).map_err(|error| VaultError::io(folder, error))
}

/// Removes a database with the files that SQLite keeps next to it.
pub(crate) fn remove_database(path: &Path) -> Result<(), VaultError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.to_owned().into_os_string();
        name.push(suffix);
        remove(Path::new(&name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_replaced_file_is_private_and_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        replace_private(&path, b"one").unwrap();
        replace_private(&path, b"two").unwrap();
        assert_eq!(read_private(&path, 10).unwrap().unwrap(), b"two");
        assert_eq!(read_private(&path, 1).unwrap().unwrap(), b"tw");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
        assert!(
            read_private(&home.path().join("none"), 10)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn links_and_open_modes_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        replace_private(&path, b"one").unwrap();
        let link = home.path().join("link");
        symlink(&path, &link).unwrap();
        assert!(matches!(
            read_private(&link, 10),
            Err(VaultError::Insecure {
                what: Insecurity::Symlink,
                ..
            })
        ));
        assert!(check_file(&link).is_err());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            check_file(&path),
            Err(VaultError::Insecure {
                what: Insecurity::Mode { found: 0o644, .. },
                ..
            })
        ));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::hard_link(&path, home.path().join("twin")).unwrap();
        assert!(matches!(
            check_file(&path),
            Err(VaultError::Insecure {
                what: Insecurity::NotAFile,
                ..
            })
        ));
    }
}
