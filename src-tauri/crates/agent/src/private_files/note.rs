//! Which folder private files are in, kept in the state folder: the next agent may have another
//! runtime folder, and would not look there.
//!
//! What is read is not believed further than that it is a path of the right name.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// The longest path (`PATH_MAX` on Linux).
const MOST: u64 = 4096;

/// The file; it has the name of the folder whose path is in it.
#[derive(Debug)]
pub(crate) struct FolderNote(PathBuf);

impl FolderNote {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Keeps a folder that has its name; any other is found without.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        if !self.is_of(folder) || self.read().as_deref() == Some(folder) {
            return Ok(());
        }
        if let Some(parent) = self.0.parent() {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700).create(parent)?;
        }
        let mut options = without_links();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&self.0)?;
        file.write_all(folder.as_os_str().as_bytes())
    }

    /// The folder that an agent before this one has used.
    pub(crate) fn read(&self) -> Option<PathBuf> {
        let file = without_links().read(true).open(&self.0).ok()?;
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes).ok()?;
        let folder = PathBuf::from(std::ffi::OsString::from_vec(bytes));
        (folder.is_absolute() && self.is_of(&folder)).then_some(folder)
    }

    pub(crate) fn remove(&self) {
        // One that stays names a folder that is looked at once more.
        let _ = std::fs::remove_file(&self.0);
    }

    fn is_of(&self, folder: &Path) -> bool {
        folder.file_name() == self.0.file_name()
    }
}

/// Nor does it wait where a FIFO is in the way.
fn without_links() -> OpenOptions {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options.custom_flags(flags.bits().cast_signed());
    options
}
