//! Writes a private file as a whole: after a crash, the path has either the old content or the
//! new one, and only its owner can read it.
//!
//! For the files of `kh` and the window. The vault has its own functions for this, because its
//! tests run them on a simulated disk.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file with mode 0600, in place of one that is there.
///
/// A symbolic link at the path is replaced, never followed. The folder has to exist.
///
/// # Errors
/// The system refused; the file is unchanged, unless only the folder could not be synchronised.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A path of one component has the parent "".
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Created with mode 0600, and removed again unless it is renamed.
    let mut file = tempfile::Builder::new()
        .prefix(".keyhaven-")
        .suffix(".new")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_file_is_private_also_when_it_replaces_a_readable_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"first").unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn a_symbolic_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, b"untouched").unwrap();
        let path = folder.path().join("link");
        symlink(&other, &path).unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"untouched");
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }

    #[test]
    fn a_failure_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("folder");
        fs::create_dir(&path).unwrap();
        assert!(write(&path, b"new").is_err());
        assert_eq!(files(folder.path()), 1);
        assert!(write(&folder.path().join("missing/file"), b"new").is_err());
        assert_eq!(files(folder.path()), 1);
    }
}
