//! Keeps the vault that a restore replaces, and lists what was kept.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::VaultError;
use crate::folder::Folder;
use crate::format::{disk, system};

/// Begins the name of each folder.
const REPLACED: &str = "replaced-";

/// The folders of what restores have replaced, oldest first: each is a vault that opens with
/// the password and the recovery key of then.
///
/// # Errors
/// [`VaultError::Io`].
pub fn replaced(folder: &Path) -> Result<Vec<PathBuf>, VaultError> {
    let io = |error| VaultError::io(folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let name = entry.map_err(io)?.file_name();
        if name.to_string_lossy().starts_with(REPLACED) {
            found.push(folder.join(name));
        }
    }
    found.sort();
    Ok(found)
}

/// Copies the files of the vault into a separate folder, which is then a vault; `None` if
/// there are none.
pub(super) fn keep(folder: &Folder, now: Timestamp) -> Result<Option<PathBuf>, VaultError> {
    let files = folder.vault_files()?;
    if files.is_empty() {
        return Ok(None);
    }
    let stamp = now.strftime("%Y-%m-%dT%H%M%SZ").to_string();
    let mut to = folder.path().join(format!("{REPLACED}{stamp}"));
    let mut number = 1;
    while std::fs::symlink_metadata(&to).is_ok() {
        number += 1;
        to = folder.path().join(format!("{REPLACED}{stamp}-{number}"));
    }
    disk::make_folder(&to)?;
    for name in files {
        copy(&folder.path().join(&name), &to.join(&name))?;
    }
    disk::sync_folder(&to.join("header-a"))?;
    Ok(Some(to))
}

fn copy(from: &Path, to: &Path) -> Result<(), VaultError> {
    let mut source: File = disk::open_private(from, false)?;
    let target = disk::make_private(to)?;
    let io = |error| VaultError::io(to, error);
    let mut chunk = vec![0; 1 << 20];
    loop {
        let count = std::io::Read::read(&mut source, &mut chunk).map_err(io)?;
        if count == 0 {
            break;
        }
        system::write(&target, to, &chunk[..count]).map_err(io)?;
    }
    system::sync(&target, to).map_err(io)
}
