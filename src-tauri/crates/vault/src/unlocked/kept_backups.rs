//! The backups next to the vault: which there are, and which are removed.

use std::path::PathBuf;

use jiff::Timestamp;

use super::Unlocked;
use super::trash::TRASH_DAYS;
use crate::backup::{self, BackupInfo};
use crate::error::{Refusal, VaultError};
use crate::format::backup_manifest::Reason;
use crate::model::LocalNow;
use crate::retention;
use crate::store::audit_search;

impl Unlocked {
    /// The automatic backups, newest first.
    ///
    /// # Errors
    /// [`VaultError::Insecure`], [`VaultError::Io`].
    pub fn backups(&self) -> Result<Vec<BackupInfo>, VaultError> {
        backup::list(self.folder.path(), Some(&self.keys.backup))
    }

    /// The automatic backups that this vault may be restored from, the best first: whichever
    /// [`BackupInfo::is_whole`].
    ///
    /// # Errors
    /// As [`Unlocked::backups`].
    pub fn restorable(&self) -> Result<Vec<BackupInfo>, VaultError> {
        Ok(backup::restorable(self.backups()?, self.id()))
    }

    /// Whether there is room for another requested backup next to the vault: those of the last
    /// 30 days of use stay.
    ///
    /// # Errors
    /// [`Refusal::BackupsFull`]; as [`Unlocked::backups`].
    pub fn check_backup_room(&self, now: Timestamp) -> Result<(), VaultError> {
        let old = audit_search::newest_old(&self.connection, TRASH_DAYS, now)?;
        let backups = self.backups()?;
        let recent = backups
            .iter()
            .filter(|one| one.reason == Reason::Asked && one.audit_sequence > old);
        let sizes: Vec<u64> = recent.map(|one| one.size).collect();
        if retention::has_room(&sizes) {
            return Ok(());
        }
        let folder = backup::backup_folder(self.folder.path());
        Err(Refusal::BackupsFull(folder).into())
    }

    /// Removes the automatic backups that are not needed any more; which.
    ///
    /// # Errors
    /// As [`Unlocked::backups`].
    pub fn prune_backups(&self, clock: &LocalNow) -> Result<Vec<PathBuf>, VaultError> {
        let old = audit_search::newest_old(&self.connection, TRASH_DAYS, clock.now)?;
        backup::prune(self.backups()?, &clock.zone, old)
    }
}
