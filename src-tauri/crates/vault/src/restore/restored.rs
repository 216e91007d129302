//! What is reported of a restore.

use std::path::PathBuf;

use jiff::Timestamp;

#[cfg(doc)]
use super::CHECK_TAG;

/// What a restore did.
#[derive(Debug, Clone)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// Credentials in it, the trash included.
    pub credentials: u32,
    /// The folder of what was replaced, itself a vault.
    pub replaced: Option<PathBuf>,
    /// Whether it is not certain that the backup has the vault key of the vault it replaced, so
    /// that no trusted files came with it, nor production rights of profiles, nor permissions
    /// for variables that load code.
    pub other_vault: bool,
    /// The keys of settings that stayed as they were: those of the backup protect less.
    pub settings_kept: Vec<String>,
    /// Whether what was replaced could be compared.
    pub compared: bool,
    /// Credentials whose value had changed since; each has the tag [`CHECK_TAG`].
    pub check: Vec<String>,
    /// Credentials that came after the backup and are not in it.
    pub missing: Vec<String>,
}
