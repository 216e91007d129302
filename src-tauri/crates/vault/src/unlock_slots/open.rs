//! Unlocks a slot of a locked vault with the password, the recovery key or the login keychain's
//! key, and selects the copy of the header that it opens.
//!
//! Where the copies differ, copy A counts, unless a key shows that A was altered and B was not.

use crate::crypto::kdf::{Fallback, KdfJob, KdfPolicy, Kek};
use crate::crypto::keys::{EpochKeys, VaultKey};
use crate::crypto::login::LoginKey;
use crate::crypto::recovery::RecoveryKey;
use crate::error::{HeaderDamage, VaultError};
use crate::format::header::{Header, HeaderCopy, SlotKind};
use crate::locked::Locked;

/// The slow step for the password slot; its bounds are checked here, before any memory is
/// taken.
pub(crate) fn password_job(header: &Header, policy: &KdfPolicy) -> Result<KdfJob, VaultError> {
    for slot in &header.slots {
        if let SlotKind::Password(params) = slot.kind {
            policy.check(&params, &slot.salt)?;
            return Ok(KdfJob {
                slot: slot.id,
                params,
                salt: slot.salt.clone(),
                fallback: None,
            });
        }
    }
    Err(HeaderDamage::Malformed.into())
}

/// Opens the slot a key was derived for.
pub(crate) fn open_slot(header: &Header, kek: &Kek) -> Result<VaultKey, VaultError> {
    let slot = header.slots.iter().find(|slot| slot.id == kek.slot);
    let slot = slot.ok_or(HeaderDamage::Malformed)?;
    let associated = Header::associated(header.vault, header.epoch, slot);
    let key = VaultKey::unwrap(&kek.key, &associated, &slot.wrapped);
    key.ok_or(match slot.kind {
        SlotKind::Password(_) => VaultError::WrongPassword,
        SlotKind::Recovery => VaultError::WrongRecoveryKey,
        SlotKind::Login => VaultError::WrongLoginKey,
    })
}

/// Opens a copy of the header: the slot a key was derived for, then the MAC over all of it.
fn open_copy(copy: &HeaderCopy, kek: &Kek) -> Result<EpochKeys, VaultError> {
    let header = &copy.header;
    let keys = EpochKeys::derive(&open_slot(header, kek)?, header.vault, header.epoch);
    if !copy.is_authentic(&keys.header) {
        return Err(HeaderDamage::Mac.into());
    }
    Ok(keys)
}

/// The key of the recovery slot.
pub(crate) fn recovery_kek(header: &Header, recovery: &RecoveryKey) -> Result<Kek, VaultError> {
    let mut slots = header.slots.iter();
    let slot = slots.find(|slot| slot.kind == SlotKind::Recovery);
    let slot = slot.ok_or(VaultError::WrongRecoveryKey)?;
    let key = recovery.derive_kek(&slot.salt, header.epoch);
    Ok(Kek { slot: slot.id, key })
}

/// The key of the slot for the login keychain.
fn login_kek(header: &Header, login: &LoginKey) -> Result<Kek, VaultError> {
    let mut slots = header.slots.iter();
    let slot = slots.find(|slot| slot.kind == SlotKind::Login);
    let slot = slot.ok_or(VaultError::WrongLoginKey)?;
    let key = login.derive_kek(&slot.salt, header.epoch);
    Ok(Kek { slot: slot.id, key })
}

impl Locked {
    /// The key of the slot for the login keychain; fast, its key is random.
    ///
    /// # Errors
    /// [`VaultError::WrongLoginKey`] where the vault has no such slot.
    pub fn login_kek(&self, login: &LoginKey) -> Result<Kek, VaultError> {
        self.kek_of(|header| login_kek(header, login))
    }

    /// Whether a derived key opens the slot it is for.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`].
    pub fn try_key(&self, kek: &Kek) -> Result<(), VaultError> {
        self.look_into(kek).map(drop)
    }

    /// The slow step for this vault's password, to be run anywhere.
    ///
    /// # Errors
    /// [`VaultError::KdfOutOfBounds`], [`VaultError::NotEnoughMemory`]: before any memory is taken.
    pub fn password_job(&self) -> Result<KdfJob, VaultError> {
        let policy = &self.options.policy;
        let first = password_job(self.header(), policy);
        let Some(other) = &self.chosen.other else {
            return first;
        };
        match (first, password_job(&other.header, policy)) {
            (Ok(first), Ok(other)) => Ok(self.with_fallback(first, other)),
            (Err(_), Ok(other)) => Ok(other),
            (first, Err(_)) => first,
        }
    }

    /// One derivation does for both copies where they ask for the same.
    fn with_fallback(&self, first: KdfJob, other: KdfJob) -> KdfJob {
        let header = self.header();
        let slot = header.slots.iter().find(|slot| slot.id == first.slot);
        let terms = |job: &KdfJob| (job.slot, job.params, job.salt.clone());
        match slot {
            Some(slot) if terms(&first) != terms(&other) => KdfJob {
                fallback: Some(Box::new(Fallback {
                    associated: Header::associated(header.vault, header.epoch, slot),
                    wrapped: slot.wrapped.clone(),
                    job: other,
                })),
                ..first
            },
            _ => first,
        }
    }

    /// The key for a slot, from the first copy of the header that it opens.
    fn kek_of(&self, make: impl Fn(&Header) -> Result<Kek, VaultError>) -> Result<Kek, VaultError> {
        let first = make(self.header());
        let opens = first
            .as_ref()
            .is_ok_and(|kek| open_slot(self.header(), kek).is_ok());
        match &self.chosen.other {
            Some(other) if !opens => make(&other.header).or(first),
            _ => first,
        }
    }

    /// The copy of the header that a key opens, and the vault's keys.
    pub(crate) fn open_header(&self, kek: &Kek) -> Result<(&HeaderCopy, EpochKeys), VaultError> {
        let first = &self.chosen.copy;
        let (error, other) = match (open_copy(first, kek), &self.chosen.other) {
            (Ok(keys), _) => return Ok((first, keys)),
            (Err(error), None) => return Err(error),
            (Err(error), Some(other)) => (error, other),
        };
        match open_copy(other, kek) {
            // Copy A is written first: where that is whole B is only behind, and what opens B
            // alone is an earlier password.
            Ok(keys) if !first.is_authentic(&keys.header) => Ok((other, keys)),
            _ => Err(error),
        }
    }

    /// As [`Locked::open_header`], but for reading only: an altered header does not
    /// prevent that.
    pub(crate) fn look_into(&self, kek: &Kek) -> Result<(&Header, EpochKeys), VaultError> {
        match self.open_header(kek) {
            Ok((copy, keys)) => Ok((&copy.header, keys)),
            Err(VaultError::DamagedHeader(_)) => {
                let header = self.header();
                let key = open_slot(header, kek)?;
                Ok((header, EpochKeys::derive(&key, header.vault, header.epoch)))
            }
            Err(other) => Err(other),
        }
    }

    /// The key of the recovery slot; fast, a recovery key is random.
    ///
    /// # Errors
    /// [`VaultError::WrongRecoveryKey`] where the vault has no such slot.
    pub fn recovery_kek(&self, recovery: &RecoveryKey) -> Result<Kek, VaultError> {
        self.kek_of(|header| recovery_kek(header, recovery))
    }
}
