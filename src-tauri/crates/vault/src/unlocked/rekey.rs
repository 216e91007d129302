//! Re-keys the vault: everything encrypted again in the next epoch, a new password slot, a new
//! recovery key, no other slots. What an old password and an old copy could open ends here.
//!
//! It runs in slices between which the vault answers, and can be cancelled at any time by
//! dropping it: the vault in use is not touched before [`Rekeyed::commit`]. A change of rows
//! in between restarts it; uses may come and are carried over at the end.
//!
//! The log keeps its entries, numbers and words. Its chain is checked under the old key and
//! rebuilt under the new one; the entry that ends it records that, with the old chain's
//! length and end, so that an old copy of the vault can be compared.

use super::slots::told;
use super::{Unlocked, locate};
use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::{Kek, NewPassword};
use crate::crypto::keys::VaultKey;
use crate::crypto::recovery::RecoveryKey;
use crate::epoch::{self, Epoch, EpochSummary, NextEpoch, SealedEpoch};
use crate::error::{DataDamage, VaultError};
use crate::folder::Folder;
use crate::format::header::UnlockSlot;
use crate::store::audit::{self, AuditEvent};
use crate::store::connect;
use crate::store::transfer::{Transfer, TransferSource};
use crate::unlock_slots;
use crate::unlocked::UnlockWarning;

/// Rows of one slice: some milliseconds.
const SLICE: u64 = 512;

/// How often it restarts in slices; after that the rest is done at once.
const MOST_RESTARTS: u32 = 3;

/// A re-key under way.
pub struct Rekey {
    key: VaultKey,
    pub(crate) next: NextEpoch,
    transfer: Transfer,
    /// The rows as they were at the first slice.
    generation: u64,
    restarts: u32,
    event: AuditEvent,
}

/// A new epoch, whole and checked, that is not the vault yet.
pub struct Rekeyed {
    sealed: SealedEpoch,
    slots: Vec<UnlockSlot>,
    recovery: RecoveryKey,
}

/// A switch that failed at its commit: the old vault or the new one is in the folder, and
/// it is locked.
pub struct SwitchFailure {
    /// To be read again.
    pub folder: Folder,
    /// Why.
    pub error: VaultError,
}

impl Rekey {
    /// Begins. `proof` is the key of any slot.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`] or [`VaultError::WrongRecoveryKey`] where the proof opens nothing;
    /// what files and database may meet.
    pub fn begin(vault: &mut Unlocked, proof: &Kek) -> Result<Self, VaultError> {
        unlock_slots::open_slot(&vault.chosen.copy.header, proof)?;
        let key = VaultKey::make(&mut *vault.options.random)?;
        let (next, transfer) = start(vault, &key)?;
        Ok(Self {
            key,
            next,
            transfer,
            generation: vault.state.generation,
            restarts: 0,
            event: told(AuditEvent::done(Action::Rekeyed), proof),
        })
    }

    /// Rows done, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.transfer.progress()
    }

    /// Carries over a slice; whether there is more. The vault may change between slices.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`] where the vault is not what was written; what files and
    /// database may meet.
    pub fn step(self, vault: &mut Unlocked) -> Result<(Self, bool), VaultError> {
        self.try_step(vault)
            .map_err(|error| locate(error, &vault.folder))
    }

    fn try_step(self, vault: &mut Unlocked) -> Result<(Self, bool), VaultError> {
        let mut rekey = self.follow(vault)?;
        let source = TransferSource {
            connection: &vault.connection,
            keys: &vault.keys,
            epoch: vault.epoch(),
        };
        let random = &mut *vault.options.random;
        let more = rekey.transfer.step(&source, &rekey.next, random, SLICE)?;
        let more = more && rekey.restarts < MOST_RESTARTS;
        Ok((rekey, more))
    }

    /// Carries over what is left, checks everything, and makes the slots. The vault must not
    /// be used between this and [`Rekeyed::commit`].
    ///
    /// # Errors
    /// As [`Rekey::step`]; the vault goes on as it was.
    pub fn seal(
        self,
        vault: &mut Unlocked,
        context: &AuditContext,
        password: &NewPassword,
    ) -> Result<Rekeyed, VaultError> {
        self.try_seal(vault, context, password)
            .map_err(|error| locate(error, &vault.folder))
    }

    fn try_seal(
        self,
        vault: &mut Unlocked,
        context: &AuditContext,
        password: &NewPassword,
    ) -> Result<Rekeyed, VaultError> {
        let Self {
            key,
            next,
            mut transfer,
            event,
            ..
        } = self.follow(vault)?;
        let had_login_slot = vault.has_login_slot();
        let source = TransferSource {
            connection: &vault.connection,
            keys: &vault.keys,
            epoch: vault.epoch(),
        };
        let random = &mut *vault.options.random;
        transfer.finish(&source, &next, random)?;
        if transfer.old_root != vault.state.root {
            return Err(DataDamage::Rows.into());
        }
        if transfer.old_head != vault.head {
            let sequence = transfer.old_head.sequence + 1;
            return Err(DataDamage::Audit { sequence }.into());
        }
        let old_end = data_encoding::HEXLOWER.encode(&vault.head.mac);
        let event = event
            .with_kdf(password.params)
            .with("epoch", next.epoch.number.to_string())
            .with("carried_over", vault.head.sequence.to_string())
            .with("old_end", old_end);
        let event = match had_login_slot {
            true => event.with("dropped", "login keychain"),
            false => event,
        };
        let keys = &next.keys;
        let head = audit::append(
            &next.connection,
            &keys.audit,
            transfer.head,
            context,
            &event,
        )?;
        let epoch = next.epoch;
        let password = unlock_slots::make_password(epoch, &key, password, random)?;
        let (recovery, slot) = unlock_slots::make_recovery(epoch, &key, random)?;
        let sealed = next.seal(EpochSummary {
            root: transfer.root,
            generation: vault.state.generation + 1,
            previous: vault.state.state,
            head,
        })?;
        Ok(Rekeyed {
            sealed,
            slots: vec![password, slot],
            recovery,
        })
    }

    /// Restarts if rows have changed since.
    fn follow(self, vault: &mut Unlocked) -> Result<Self, VaultError> {
        if self.generation == vault.state.generation {
            return Ok(self);
        }
        let Self {
            key,
            next,
            restarts,
            event,
            ..
        } = self;
        // It goes with its files, whose names are needed again.
        drop(next);
        let (next, transfer) = start(vault, &key)?;
        Ok(Self {
            key,
            next,
            transfer,
            generation: vault.state.generation,
            restarts: restarts + 1,
            event,
        })
    }
}

impl Rekeyed {
    /// Makes the new epoch the vault, and goes on with it open. The recovery key is in
    /// nobody's hands but the caller's.
    ///
    /// # Errors
    /// [`SwitchFailure`]: the vault is locked, as the old one or the new one.
    pub fn commit(self, vault: Unlocked) -> Result<(Unlocked, RecoveryKey), Box<SwitchFailure>> {
        let Unlocked {
            folder,
            options,
            keys,
            connection,
            mut warnings,
            ..
        } = vault;
        let (chosen, opened) = match self.sealed.commit(self.slots) {
            Ok(committed) => committed,
            Err(error) => return Err(Box::new(SwitchFailure { folder, error })),
        };
        // From here on the old epoch is nobody's; what cannot be tidied now is tidied at the
        // next unlock.
        let _ = connect::close(connection);
        let _ = epoch::tidy(&folder, &chosen);
        warnings.retain(|remark| *remark != UnlockWarning::Recovered);
        let mut vault = Unlocked::switched(folder, options, chosen, opened);
        vault.warnings.splice(0..0, warnings);
        vault.former_schedule = Some(keys.schedule);
        Ok((vault, self.recovery))
    }
}

fn start(vault: &mut Unlocked, key: &VaultKey) -> Result<(NextEpoch, Transfer), VaultError> {
    let epoch = vault.epoch();
    let next = Epoch {
        number: epoch::above_all(&vault.folder, epoch.number)?,
        ..epoch
    };
    let next = NextEpoch::begin(&vault.folder, next, key)?;
    let source = TransferSource {
        connection: &vault.connection,
        keys: &vault.keys,
        epoch,
    };
    let transfer = Transfer::new(&source)?;
    Ok((next, transfer))
}
