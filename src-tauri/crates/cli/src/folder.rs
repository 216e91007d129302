//! What is known of a folder before anything is made in it.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// What is in a folder; none where it cannot be read.
pub fn names(folder: &Path) -> Option<Vec<String>> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    Some(names.collect())
}

/// It is not this user's, or not closed to others.
pub fn is_for_others(found: &Metadata) -> bool {
    found.uid() != rustix::process::geteuid().as_raw() || found.permissions().mode() & 0o077 != 0
}
