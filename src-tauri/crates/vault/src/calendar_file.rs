//! The file of due dates that is kept next to the vault for calendar programs. Its content is
//! the caller's.

use std::path::{Path, PathBuf};

use crate::error::VaultError;
use crate::format::disk;

/// Its name in the vault's folder.
const NAME: &str = "due.ics";

/// Where it is.
#[must_use]
pub fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Writes the file, mode 0600, whole or not at all.
///
/// # Errors
/// [`VaultError::Io`], [`VaultError::DiskFull`].
pub fn write(folder: &Path, text: &str) -> Result<(), VaultError> {
    disk::replace_private(&path(folder), text.as_bytes())
}

/// Removes the file, if there is one.
///
/// # Errors
/// [`VaultError::Io`].
pub fn remove(folder: &Path) -> Result<(), VaultError> {
    disk::remove(&path(folder))
}
