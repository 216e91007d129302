//! For the tests of other crates, behind a feature that no shipped program asks for: the keys
//! of a vault, so that a test can look for them where they must not be.
//!
//! They are derived again from header and password, apart from the agent that has the vault
//! open: it needs no way to give its keys away.

use std::path::Path;

use keyhaven_secret::SecretString;

use crate::crypto::kdf::{Kek, derive_password};
use crate::crypto::keys::EpochKeys;
use crate::crypto::recovery::RecoveryKey;
use crate::error::VaultError;
use crate::format::header::SlotKind;
use crate::format::header_file;
use crate::unlock_slots::open_slot;

/// Every key of a vault with its name: those of the slots for the password and for the
/// recovery key, the vault key, the recovery key's own bytes, and what follows from them.
///
/// # Errors
/// The header cannot be read, or one of the two does not open the vault.
pub fn keys_of(
    folder: &Path,
    password: &SecretString,
    recovery: &SecretString,
) -> Result<Vec<(&'static str, Vec<u8>)>, VaultError> {
    let header = header_file::read(folder, true)?.copy.header;
    let recovery = RecoveryKey::parse(recovery)?;
    let mut found = vec![("recovery key", recovery.bytes().to_vec())];
    for slot in &header.slots {
        let (name, key) = match slot.kind {
            SlotKind::Password(params) => (
                "KEK of the password",
                derive_password(&params, &slot.salt, password)?,
            ),
            SlotKind::Recovery => (
                "KEK of the recovery key",
                recovery.derive_kek(&slot.salt, header.epoch),
            ),
            // Its key is in a keychain.
            SlotKind::Login => continue,
        };
        found.push((name, key.expose().to_vec()));
        let kek = Kek { slot: slot.id, key };
        let vault_key = open_slot(&header, &kek)?;
        found.push(("vault key", vault_key.bytes().to_vec()));
        let keys = EpochKeys::derive(&vault_key, header.vault, header.epoch);
        let each = keys.each().into_iter();
        found.extend(each.map(|(name, key)| (name, key.to_vec())));
    }
    found.sort();
    found.dedup();
    Ok(found)
}
