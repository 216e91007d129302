//! What an open vault does about files that disappear under it.
//!
//! The small files next to the database (header, anchor, record of uses) can be written again
//! from memory, and are. The database itself cannot: where it, the lock or the folder is gone or
//! another one is in its place, what is open is only in memory, and a change would be lost.

use super::{UnlockWarning, Unlocked};
use crate::error::VaultError;
use crate::format::anchor::{self, Anchor};
use crate::format::uses_record::{self, UsesRecord};
use crate::format::{disk, header_file};
use crate::verify::VerifyPart;

impl Unlocked {
    /// Whether the folder, its lock and the database are still the ones that are open. A few
    /// looks at the disk; what cannot be looked at counts as in place.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        let database = self.folder.path().join(&self.chosen.copy.header.database);
        let mut database_file = self.raw.iter();
        self.folder.is_in_place() && database_file.all(|file| disk::is_same(file, &database))
    }

    /// Writes again what is missing or damaged of the small files; which parts that was.
    ///
    /// # Errors
    /// [`VaultError::Gone`] where the database or its folder is not in place any more; what
    /// writing may meet. Then a backup is the way to keep what is open.
    pub fn heal(&mut self) -> Result<Vec<VerifyPart>, VaultError> {
        let (folder, header) = (self.folder.path(), &self.chosen.copy);
        if !self.is_in_place() || header_file::is_of_another(folder, header) {
            return Err(VaultError::Gone(self.folder.path().to_owned()));
        }
        let mut healed = Vec::new();
        if self.heal_header()? {
            healed.push(VerifyPart::Header);
        }
        if self.heal_anchor()? {
            healed.push(VerifyPart::Anchor);
        }
        if self.heal_uses()? {
            healed.push(VerifyPart::Log);
        }
        Ok(healed)
    }

    /// Both copies are what is in memory afterwards.
    pub(crate) fn heal_header(&mut self) -> Result<bool, VaultError> {
        if self.chosen.unpublished {
            return Ok(false);
        }
        let healed = header_file::ensure(self.folder.path(), &self.chosen.copy)?;
        self.chosen.wants_healing = false;
        if healed && !self.warnings.contains(&UnlockWarning::HeaderHealed) {
            self.warnings.push(UnlockWarning::HeaderHealed);
        }
        Ok(healed)
    }

    /// For the lock, after which nothing can be written again: fails only where neither copy is
    /// there. One copy is enough to unlock, which writes the other.
    pub(super) fn keep_header(&mut self) -> Result<(), VaultError> {
        if !self.is_in_place() {
            // A header alone opens nothing.
            return Ok(());
        }
        match self.heal_header() {
            Err(_) if header_file::is_kept(self.folder.path(), &self.chosen.copy) => Ok(()),
            healed => healed.map(drop),
        }
    }

    /// One slot alone is written with the next change; a file that is gone never is.
    fn heal_anchor(&mut self) -> Result<bool, VaultError> {
        if self.anchor.is_in_place() {
            return Ok(false);
        }
        // The anchor must not name what is not on the disk.
        self.try_flush()?;
        let header = &self.chosen.copy.header;
        let (vault, epoch) = (header.vault, header.epoch);
        let (folder, mark) = (self.folder.path(), self.mark(false));
        disk::remove(&anchor::path(folder, epoch))?;
        self.anchor = Anchor::make(folder, vault, epoch, &mark, &self.keys.anchor)?;
        Ok(true)
    }

    fn heal_uses(&mut self) -> Result<bool, VaultError> {
        if self.uses.is_in_place() {
            return Ok(false);
        }
        let header = &self.chosen.copy.header;
        let owner = (header.vault, header.epoch);
        let (folder, key) = (self.folder.path(), &self.keys.uses);
        disk::remove(&uses_record::path(folder, header.epoch))?;
        let again = UsesRecord::begin(folder, owner, self.head, key)?;
        let before = std::mem::replace(&mut self.uses, again);
        if !before.is_trusted() {
            self.uses.distrust(key);
        }
        Ok(true)
    }
}
