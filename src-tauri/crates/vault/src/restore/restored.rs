//! What is reported of a restore.

use std::path::PathBuf;

use jiff::Timestamp;

#[cfg(doc)]
use super::CHECK_TAG;
use super::rights::WithdrawnRights;
use crate::store::audit::AuditEvent;

/// What became of the permissions in a backup: trusted files, production rights of profiles,
/// permissions for variables that load code, lower tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoredRights {
    /// They are all there: there was no vault.
    Kept,
    /// They are there if the vault that was replaced had them too.
    Common(WithdrawnRights),
    /// None is there: it is not certain that the backup has the vault key of that vault.
    OtherVault,
    /// None is there: that vault could not be read.
    Unreadable,
}

impl RestoredRights {
    /// The event of the restore, with what became of them.
    pub(super) fn noted(self, event: AuditEvent) -> AuditEvent {
        match self {
            Self::OtherVault => event.with("other_vault", "true"),
            Self::Unreadable => event.with("rights_withdrawn", "all"),
            Self::Common(withdrawn) if withdrawn.total() > 0 => {
                event.with("rights_withdrawn", withdrawn.total().to_string())
            }
            Self::Common(_) | Self::Kept => event,
        }
    }
}

/// What a restore did.
#[derive(Debug, Clone)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// Credentials in it, the trash included.
    pub credentials: u32,
    /// The folder of what was replaced, itself a vault.
    pub replaced: Option<PathBuf>,
    /// What became of the permissions in the backup.
    pub rights: RestoredRights,
    /// The keys of settings that stayed as they were: those of the backup protect less.
    pub settings_kept: Vec<String>,
    /// Whether what was replaced could be compared.
    pub compared: bool,
    /// Credentials whose value had changed since; each has the tag [`CHECK_TAG`].
    pub check: Vec<String>,
    /// Credentials that came after the backup and are not in it.
    pub missing: Vec<String>,
}
