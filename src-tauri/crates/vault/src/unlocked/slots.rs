//! Other ways in: a new master password, a new recovery key. Only the header changes, one
//! slot of it, however much the vault holds.
//!
//! The vault key is not kept while the vault is unlocked: a caller that changes a slot brings the
//! key of a slot, from the password or the recovery key, and it is unwrapped for that alone.
//! The audit entry is durable before the header changes. A kill between the two leaves an
//! entry about a change that did not come to be, never a change without its entry; a change
//! that fails otherwise gets a second entry that says so.
//!
//! An old password together with an old copy of the header, or with a backup, still opens
//! the vault key and with it today's vault. Only [`Rekey`](super::Rekey) ends that.

use super::Unlocked;
use crate::audit::{Action, AuditContext, AuditOutcome};
use crate::crypto::kdf::{KdfParams, Kek, NewPassword, NewPasswordJob};
use crate::crypto::recovery::RecoveryKey;
use crate::epoch::Epoch;
use crate::error::VaultError;
use crate::format::header::{Header, HeaderCopy, UnlockSlot};
use crate::format::header_file;
use crate::store::audit::AuditEvent;
use crate::unlock_slots::{self, RECOVERY_SLOT};
use crate::unlocked::{UnlockWarning, locate};

impl Unlocked {
    /// How the master password's key is derived at present.
    #[must_use]
    pub fn kdf(&self) -> Option<KdfParams> {
        self.chosen.copy.header.kdf()
    }

    /// The key of the recovery slot; give it where the password's would do.
    ///
    /// # Errors
    /// [`VaultError::WrongRecoveryKey`] where the vault has no such slot.
    pub fn recovery_kek(&self, recovery: &RecoveryKey) -> Result<Kek, VaultError> {
        unlock_slots::recovery_kek(&self.chosen.copy.header, recovery)
    }

    /// The slow step of a new password, with a fresh salt and parameters from
    /// [`calibrate`](crate::KdfPolicy::calibrate).
    ///
    /// # Errors
    /// [`VaultError::KdfOutOfBounds`], [`VaultError::NotEnoughMemory`], [`VaultError::NoRandomness`].
    pub fn new_password_job(&mut self, kdf: KdfParams) -> Result<NewPasswordJob, VaultError> {
        NewPasswordJob::make(kdf, &self.options.policy, &mut *self.options.random)
    }

    /// Replaces the master password. `proof` is the key of any slot: the old password's, or
    /// the recovery key's.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`] or [`VaultError::WrongRecoveryKey`] where the proof opens nothing;
    /// what files and database may meet: the old password still opens the vault then.
    pub fn set_password(
        &mut self,
        context: &AuditContext,
        proof: &Kek,
        password: &NewPassword,
    ) -> Result<(), VaultError> {
        let key = unlock_slots::open_slot(&self.chosen.copy.header, proof)?;
        let epoch = self.epoch();
        let slot = unlock_slots::make_password(epoch, &key, password, &mut *self.options.random)?;
        let event =
            told(AuditEvent::done(Action::PasswordChanged), proof).with_kdf(password.params);
        self.replace_slot(context, slot, event)?;
        self.warnings
            .retain(|remark| *remark != UnlockWarning::Recovered);
        Ok(())
    }

    /// Makes a new recovery key; the old one opens nothing any more.
    ///
    /// # Errors
    /// As [`Unlocked::set_password`].
    pub fn make_recovery(
        &mut self,
        context: &AuditContext,
        proof: &Kek,
    ) -> Result<RecoveryKey, VaultError> {
        let key = unlock_slots::open_slot(&self.chosen.copy.header, proof)?;
        let epoch = self.epoch();
        let (recovery, slot) = unlock_slots::make_recovery(epoch, &key, &mut *self.options.random)?;
        let event = told(AuditEvent::done(Action::RecoveryChanged), proof);
        self.replace_slot(context, slot, event)?;
        Ok(recovery)
    }

    /// Which epoch is open.
    pub(crate) fn epoch(&self) -> Epoch {
        let header = &self.chosen.copy.header;
        Epoch {
            vault: header.vault,
            number: header.epoch,
        }
    }

    /// Puts a slot in the place of the one with its id.
    pub(super) fn replace_slot(
        &mut self,
        context: &AuditContext,
        slot: UnlockSlot,
        event: AuditEvent,
    ) -> Result<(), VaultError> {
        let mut header = self.chosen.copy.header.clone();
        header.slots.retain(|old| old.id != slot.id);
        header.slots.push(slot);
        header.slots.sort_by_key(|slot| slot.id);
        self.replace_header(context, header, event)
            .map_err(|error| locate(error, &self.folder))
    }

    /// Takes a slot out.
    pub(super) fn drop_slot(
        &mut self,
        context: &AuditContext,
        id: u32,
        event: AuditEvent,
    ) -> Result<(), VaultError> {
        let mut header = self.chosen.copy.header.clone();
        header.slots.retain(|slot| slot.id != id);
        self.replace_header(context, header, event)
            .map_err(|error| locate(error, &self.folder))
    }

    fn replace_header(
        &mut self,
        context: &AuditContext,
        header: Header,
        event: AuditEvent,
    ) -> Result<(), VaultError> {
        let copy = HeaderCopy::make(header, &self.keys.header);
        self.record_flushed(context, &event)?;
        let written = self
            .write_anchor()
            .and_then(|()| header_file::commit(self.folder.path(), &copy));
        match written {
            Ok(wants_healing) => {
                self.chosen.copy = copy;
                self.chosen.wants_healing = wants_healing;
                Ok(())
            }
            Err(error) => {
                self.put_back(&copy);
                let failed = AuditEvent {
                    outcome: AuditOutcome::Failed,
                    ..event
                };
                // The first error is the one to report.
                let _ = self
                    .record_flushed(context, &failed)
                    .and_then(|()| self.write_anchor());
                Err(error)
            }
        }
    }

    /// After a header that could not be made durable: the old one again. Where that fails
    /// too, what the disk holds counts.
    fn put_back(&mut self, refused: &HeaderCopy) {
        let folder = self.folder.path();
        let found = header_file::read(folder, true);
        let in_place = found.is_ok_and(|found| found.copy == *refused);
        if in_place && header_file::commit(folder, &self.chosen.copy).is_err() {
            self.chosen.copy = refused.clone();
        }
    }
}

/// With what it was allowed.
pub(super) fn told(event: AuditEvent, proof: &Kek) -> AuditEvent {
    if proof.slot == RECOVERY_SLOT {
        event.with("with", "recovery key")
    } else {
        event.with("with", "password")
    }
}

impl AuditEvent {
    /// How the new password's key is derived.
    pub(super) fn with_kdf(self, kdf: KdfParams) -> Self {
        self.with("kdf_memory_mib", (kdf.memory_kib / 1024).to_string())
            .with("kdf_passes", kdf.passes.to_string())
            .with("kdf_lanes", kdf.lanes.to_string())
    }
}
