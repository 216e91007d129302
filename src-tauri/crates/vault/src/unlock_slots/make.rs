//! Makes the slots of a header: the vault key, wrapped for each way to unlock.

use keyhaven_secret::memory::Key;

use crate::crypto::kdf::NewPassword;
use crate::crypto::keys::VaultKey;
use crate::crypto::login::LoginKey;
use crate::crypto::recovery::RecoveryKey;
use crate::epoch::Epoch;
use crate::error::VaultError;
use crate::format::header::{Header, SlotKind, UnlockSlot};
use crate::random::{Random, make_array};

pub(crate) const PASSWORD_SLOT: u32 = 1;
pub(crate) const RECOVERY_SLOT: u32 = 2;
pub(crate) const LOGIN_SLOT: u32 = 3;

/// The slot of a password whose key was derived.
pub(crate) fn make_password(
    epoch: Epoch,
    key: &VaultKey,
    password: &NewPassword,
    random: &mut dyn Random,
) -> Result<UnlockSlot, VaultError> {
    let slot = UnlockSlot {
        id: PASSWORD_SLOT,
        kind: SlotKind::Password(password.params),
        salt: password.salt.clone(),
        wrapped: Vec::new(),
    };
    wrap(epoch, key, slot, &password.key, random)
}

/// A new recovery key, and its slot.
pub(crate) fn make_recovery(
    epoch: Epoch,
    key: &VaultKey,
    random: &mut dyn Random,
) -> Result<(RecoveryKey, UnlockSlot), VaultError> {
    let recovery = RecoveryKey::make(random)?;
    let salt: [u8; 32] = make_array(random)?;
    let slot = UnlockSlot {
        id: RECOVERY_SLOT,
        kind: SlotKind::Recovery,
        salt: salt.to_vec(),
        wrapped: Vec::new(),
    };
    let kek = recovery.derive_kek(&salt, epoch.number);
    let slot = wrap(epoch, key, slot, &kek, random)?;
    Ok((recovery, slot))
}

/// A new key for the login keychain, and its slot.
pub(crate) fn make_login(
    epoch: Epoch,
    key: &VaultKey,
    random: &mut dyn Random,
) -> Result<(LoginKey, UnlockSlot), VaultError> {
    let login = LoginKey::make(random)?;
    let salt: [u8; 32] = make_array(random)?;
    let slot = UnlockSlot {
        id: LOGIN_SLOT,
        kind: SlotKind::Login,
        salt: salt.to_vec(),
        wrapped: Vec::new(),
    };
    let kek = login.derive_kek(&salt, epoch.number);
    let slot = wrap(epoch, key, slot, &kek, random)?;
    Ok((login, slot))
}

fn wrap(
    epoch: Epoch,
    key: &VaultKey,
    mut slot: UnlockSlot,
    kek: &Key,
    random: &mut dyn Random,
) -> Result<UnlockSlot, VaultError> {
    let associated = Header::associated(epoch.vault, epoch.number, &slot);
    slot.wrapped = key.make_wrapped(kek, &associated, random)?;
    Ok(slot)
}
