//! Work on a vault that is not unlocked, and what replaces the vault: re-key and restore.

use std::path::Path;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_vault::{
    AuditContext, BackupInfo, CheckedBackup, Folder, KdfJob, KdfParams, Kek, Locked, NewPassword,
    RecoveryKey, Rekey, ReplacedVault, Restored, Salvaged, VaultError, VerifyReport,
};

use super::{VaultPhase, VaultState, look};
use crate::errors::to_protocol;

impl VaultState {
    /// Ends a re-key: the new epoch is the vault, and open. Where its commit fails the vault
    /// is locked.
    /// `wanted` is asked last, when all is built: with a no the vault stays as it was.
    ///
    /// # Errors
    /// It could not be completed or is not wanted, and the vault is as it was; or not be
    /// committed.
    pub(crate) fn rekey(
        &mut self,
        rekey: Rekey,
        context: &AuditContext,
        password: &NewPassword,
        wanted: impl FnOnce() -> bool,
    ) -> Result<RecoveryKey, Error> {
        let rekeyed = rekey
            .seal(self.unlocked()?, context, password)
            .map_err(to_protocol)?;
        if !wanted() {
            return Err(Error::Cancelled);
        }
        let vault = match self.take_phase() {
            VaultPhase::Unlocked(vault) => vault,
            other => {
                self.phase = other;
                return Err(Error::Locked);
            }
        };
        match rekeyed.commit(*vault) {
            Ok((vault, recovery)) => {
                self.phase = VaultPhase::Unlocked(Box::new(vault));
                Ok(recovery)
            }
            Err(failure) => {
                self.phase = look(&self.config, failure.folder);
                Err(to_protocol(failure.error))
            }
        }
    }

    /// The slow step of looking at a vault that is locked or does not unlock.
    ///
    /// # Errors
    /// There is no vault, or no header can be used.
    pub(crate) fn examine_job(&mut self) -> Result<KdfJob, Error> {
        self.with_locked(|locked| locked.password_job())
    }

    /// Looks at a vault that is locked or does not unlock; it stays so. With the backups it
    /// may be restored from.
    ///
    /// # Errors
    /// The password opens nothing.
    pub(crate) fn examine(&mut self, kek: &Kek) -> Result<(VerifyReport, Vec<BackupInfo>), Error> {
        self.with_locked(|locked| {
            let report = locked.verify(kek)?;
            // That there is no list of them is no reason to keep the report back.
            Ok((report, locked.restorable(kek).unwrap_or_default()))
        })
    }

    /// Whether a key opens a vault that is locked or does not unlock.
    ///
    /// # Errors
    /// It opens nothing.
    pub(crate) fn try_key(&mut self, kek: &Kek) -> Result<(), Error> {
        self.with_locked(|locked| locked.try_key(kek))
    }

    /// Writes what can be read of a locked vault into a new one elsewhere.
    ///
    /// # Errors
    /// The folder cannot be used, or nothing can be read.
    pub(crate) fn salvage(
        &mut self,
        kek: &Kek,
        into: &Path,
        password: &LockedBytes,
        kdf: KdfParams,
        context: &AuditContext,
    ) -> Result<(RecoveryKey, Salvaged), Error> {
        let options = self.config.options();
        self.with_locked(|locked| locked.salvage(kek, into, password, kdf, context, options))
    }

    /// Whether there is a vault whose header can be read: its owner has to agree before it is
    /// replaced.
    ///
    /// # Errors
    /// The header may be whole, but could not be looked at.
    pub(crate) fn has_present(&mut self) -> Result<bool, Error> {
        self.look_again();
        match &self.phase {
            // What is gone from the disk is no vault that is replaced.
            VaultPhase::Unlocked(vault) => Ok(vault.is_in_place()),
            VaultPhase::Locked(_) => Ok(true),
            VaultPhase::Empty(_)
            | VaultPhase::Missing
            | VaultPhase::Broken(_, Error::NotAVault { .. } | Error::DamagedHeader { .. }) => {
                Ok(false)
            }
            VaultPhase::Broken(_, error) => Err(error.clone()),
        }
    }

    /// The slow step for the password of that vault, locked or not.
    ///
    /// # Errors
    /// There is no such vault, or its header asks for too much.
    pub(crate) fn present_job(&self) -> Result<KdfJob, Error> {
        match &self.phase {
            VaultPhase::Unlocked(vault) => vault.password_job(),
            VaultPhase::Locked(vault) => vault.password_job(),
            _ => return Err(Error::PresentProofNeeded),
        }
        .map_err(to_protocol)
    }

    /// The key of its recovery slot.
    ///
    /// # Errors
    /// There is no such vault or slot.
    pub(crate) fn present_recovery_kek(&self, recovery: &RecoveryKey) -> Result<Kek, Error> {
        match &self.phase {
            VaultPhase::Unlocked(vault) => vault.recovery_kek(recovery),
            VaultPhase::Locked(vault) => vault.recovery_kek(recovery),
            _ => return Err(Error::PresentProofNeeded),
        }
        .map_err(to_protocol)
    }

    /// Whether a key opens that vault.
    ///
    /// # Errors
    /// It does not, or there is no such vault.
    pub(crate) fn check_present(&self, kek: &Kek) -> Result<(), Error> {
        match &self.phase {
            VaultPhase::Unlocked(vault) => vault.check_password(kek),
            VaultPhase::Locked(vault) => vault.try_key(kek),
            _ => return Err(Error::PresentProofNeeded),
        }
        .map_err(|error| match error {
            VaultError::WrongPassword => Error::WrongPresentPassword,
            other => to_protocol(other),
        })
    }

    /// Puts a backup in the vault's place, whatever state it is in; it is open then. Where the
    /// header of that vault can be read, only with a key that opens it.
    ///
    /// # Errors
    /// The key opens nothing; or the vault is locked, either the earlier one or the restored one.
    pub(crate) fn restore(
        &mut self,
        backup: CheckedBackup,
        password: &NewPassword,
        present: Option<&Kek>,
        context: &AuditContext,
    ) -> Result<(RecoveryKey, Restored), Error> {
        if self.has_present()? {
            self.check_present(present.ok_or(Error::PresentProofNeeded)?)?;
        }
        let (folder, stock) = match self.take_phase() {
            VaultPhase::Unlocked(vault) => {
                let (stock, in_place) = (vault.stock().ok(), vault.is_in_place());
                // What could not be closed cleanly is kept as it is.
                let folder = vault.lock(context).0.into_folder();
                let folder = if in_place {
                    folder
                } else {
                    self.made_folder()?
                };
                (folder, stock)
            }
            VaultPhase::Missing => (self.made_folder()?, None),
            VaultPhase::Locked(locked) => (locked.into_folder(), None),
            VaultPhase::Empty(folder) | VaultPhase::Broken(Some(folder), _) => (folder, None),
            VaultPhase::Broken(None, error) => {
                self.phase = VaultPhase::Broken(None, error.clone());
                return Err(error);
            }
        };
        let options = self.config.options();
        let there = ReplacedVault {
            inventory: stock.as_ref(),
            kek: present,
        };
        match backup.replace(folder, there, password, context, options) {
            Ok((vault, recovery, restored)) => {
                self.phase = VaultPhase::Unlocked(Box::new(vault));
                Ok((recovery, restored))
            }
            Err(error) => {
                self.look_again();
                Err(to_protocol(error))
            }
        }
    }

    /// The folder, made where there is none: what is restored needs it before it is the vault.
    ///
    /// # Errors
    /// It cannot be made or used, or another agent holds it.
    pub(crate) fn make_folder(&mut self) -> Result<(), Error> {
        match self.phase {
            VaultPhase::Missing => {
                self.phase = VaultPhase::Empty(self.made_folder()?);
                Ok(())
            }
            VaultPhase::Unlocked(ref vault) if !vault.is_in_place() => self.made_folder().map(drop),
            _ => Ok(()),
        }
    }

    fn made_folder(&self) -> Result<Folder, Error> {
        Folder::create(&self.config.folder).map_err(to_protocol)
    }

    /// Does something with a vault without opening it, whatever state its header is in.
    fn with_locked<T>(
        &mut self,
        work: impl FnOnce(&Locked) -> Result<T, keyhaven_vault::VaultError>,
    ) -> Result<T, Error> {
        self.look_again();
        match self.take_phase() {
            VaultPhase::Locked(locked) => {
                let done = work(&locked).map_err(to_protocol);
                self.phase = VaultPhase::Locked(locked);
                done
            }
            VaultPhase::Broken(Some(folder), error) => {
                let done = match Locked::read_damaged(folder, self.config.options()) {
                    Ok(locked) => work(&locked).map_err(to_protocol),
                    Err(_) => Err(error),
                };
                // The folder went with the attempt; its lock is taken again at once.
                self.look_again();
                done
            }
            other => {
                self.phase = other;
                self.unlocked()
                    .and_then(|_| Err(Error::invalid(Problem::LockFirst)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_vault::OldCopy;

    use super::*;
    use crate::vault_thread::for_tests::{context, kdf, made, password};

    fn opens(state: &mut VaultState, text: &str, context: &AuditContext) -> bool {
        let kek = state.unlock_job().unwrap().unwrap();
        let kek = kek.run(&password(text)).unwrap();
        state.unlock(&kek, OldCopy::Ask, context).is_ok()
    }

    /// After a lock nobody would see the new recovery key.
    #[test]
    fn a_rekey_that_is_not_wanted_any_more_leaves_the_vault_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let context = context();
        let mut state = made(home.path(), &password("old"));
        let rekey = |state: &mut VaultState, wanted: bool| {
            let proof = state.check_job().unwrap().run(&password("old")).unwrap();
            let vault = state.unlocked().unwrap();
            let new = vault.new_password_job(kdf()).unwrap();
            let new = new.run(&password("new")).unwrap();
            let rekey = Rekey::begin(vault, &proof).unwrap();
            let done = state.rekey(rekey, &context, &new, || wanted);
            state.lock(&context).unwrap();
            done
        };
        let refused = rekey(&mut state, false).map(drop);
        assert_eq!(refused, Err(Error::Cancelled));
        assert!(!opens(&mut state, "new", &context));
        assert!(opens(&mut state, "old", &context));
        // Control: wanted, it is done.
        rekey(&mut state, true).unwrap();
        assert!(opens(&mut state, "new", &context));
    }
}
