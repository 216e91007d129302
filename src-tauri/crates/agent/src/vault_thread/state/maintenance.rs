//! Work on a vault that is not unlocked, and what replaces the vault: re-key and restore.

use std::path::Path;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_vault::{
    AuditContext, BackupInfo, CheckedBackup, KdfJob, KdfParams, Kek, Locked, NewPassword,
    RecoveryKey, Rekey, Restored, Salvaged, VerifyReport,
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

    /// Puts a backup in the vault's place, whatever state it is in; it is open then.
    ///
    /// # Errors
    /// The vault is locked, either the earlier one or the restored one.
    pub(crate) fn restore(
        &mut self,
        backup: CheckedBackup,
        password: &NewPassword,
        context: &AuditContext,
    ) -> Result<(RecoveryKey, Restored), Error> {
        let (folder, stock) = match self.take_phase() {
            VaultPhase::Unlocked(vault) => {
                let stock = vault.stock().ok();
                // What could not be closed cleanly is kept as it is.
                (vault.lock(context).0.into_folder(), stock)
            }
            VaultPhase::Locked(locked) => (locked.into_folder(), None),
            VaultPhase::Empty(folder) | VaultPhase::Broken(Some(folder), _) => (folder, None),
            VaultPhase::Broken(None, error) => {
                self.phase = VaultPhase::Broken(None, error.clone());
                return Err(error);
            }
        };
        let options = self.config.options();
        match backup.replace(folder, stock.as_ref(), password, context, options) {
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
    use keyhaven_vault::{Actor, ClaimedFacts, KdfPolicy, OldCopy};

    use super::super::VaultConfig;
    use super::*;

    fn password(text: &str) -> LockedBytes {
        LockedBytes::from(keyhaven_secret::SecretBytes::copy_of(text.as_bytes()))
    }

    fn opens(state: &mut VaultState, text: &str, context: &AuditContext) -> bool {
        let kek = state.unlock_job().unwrap().unwrap();
        let kek = kek.run(&password(text)).unwrap();
        state.unlock(&kek, OldCopy::Ask, context).is_ok()
    }

    /// After a lock nobody would see the new recovery key.
    #[test]
    fn a_rekey_that_is_not_wanted_any_more_leaves_the_vault_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let kdf = KdfPolicy::cheap_for_tests();
        let config = VaultConfig {
            folder: home.path().join("vault"),
            state: Some(home.path().join("state")),
            kdf,
        };
        let context = AuditContext {
            now: "2026-06-01T12:00:00Z".parse().unwrap(),
            actor: Actor {
                uid: 1000,
                pid: 1,
                start_time: 1,
                program: "/usr/bin/kh".into(),
            },
            claimed: ClaimedFacts::default(),
        };
        let mut state = VaultState::enter(config).unwrap();
        let params = kdf.calibrate(|| std::time::Duration::ZERO).unwrap();
        state.create(&password("old"), params, &context).unwrap();
        let rekey = |state: &mut VaultState, wanted: bool| {
            let proof = state.check_job().unwrap().run(&password("old")).unwrap();
            let vault = state.unlocked().unwrap();
            let new = vault.new_password_job(params).unwrap();
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
