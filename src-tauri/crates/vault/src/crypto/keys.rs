//! The vault key and the keys that follow from it (HKDF-SHA256, RFC 5869).
//!
//! Every key is created in place, on its own locked pages, and never moved out of them.

use hkdf::Hkdf;
use keyhaven_secret::SecretBytes;
use keyhaven_secret::memory::{Key, LockState};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::mac::MacKey;
use super::seal;
use crate::error::VaultError;
use crate::random::Random;

/// The 32 random bytes from which everything follows.
#[derive(Debug)]
pub(crate) struct VaultKey(Key);

impl VaultKey {
    pub(crate) fn make(random: &mut dyn Random) -> Result<Self, VaultError> {
        let mut key = Key::zeroed();
        // Filled where it stays.
        random.fill(key.expose_mut())?;
        Ok(Self(key))
    }

    /// Wraps it for a slot.
    pub(crate) fn make_wrapped(
        &self,
        kek: &Key,
        associated: &[u8],
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, VaultError> {
        // Wrapping is what makes it storable.
        seal::make_sealed(kek, associated, self.0.expose(), random)
    }

    /// Opens a slot.
    pub(crate) fn unwrap(kek: &Key, associated: &[u8], wrapped: &[u8]) -> Option<Self> {
        let plain: SecretBytes = seal::open(kek, associated, wrapped)?;
        let mut key = Key::zeroed();
        // From one wiped buffer to the page it stays on.
        if plain.expose().len() != key.expose().len() {
            return None;
        }
        key.expose_mut().copy_from_slice(plain.expose());
        Some(Self(key))
    }

    /// The key itself, to be looked for where it must not be.
    #[cfg(feature = "test-support")]
    pub(crate) fn bytes(&self) -> [u8; 32] {
        *self.0.expose()
    }

    fn derive(&self, vault: Uuid, purpose: &str, epoch: u64) -> Key {
        // The extraction reads the key.
        derive_hkdf(self.0.expose(), vault.as_bytes(), purpose, epoch)
    }
}

/// HKDF with the info `keyhaven/1/PURPOSE/EPOCH`.
pub(crate) fn derive_hkdf(material: &[u8], salt: &[u8], purpose: &str, epoch: u64) -> Key {
    let info = format!("keyhaven/1/{purpose}/{epoch}");
    let mut key = Key::zeroed();
    // Filled where it stays. 32 bytes are within what SHA-256 can expand to, the only
    // error there is.
    let expanded =
        Hkdf::<Sha256>::new(Some(salt), material).expand(info.as_bytes(), key.expose_mut());
    debug_assert!(expanded.is_ok());
    key
}

/// A key with its name.
type NamedKey<'a, K> = (&'static str, &'a K);

/// The keys of one epoch.
pub(crate) struct EpochKeys {
    /// Seals values.
    pub(crate) values: Key,
    /// Row root and state.
    pub(crate) rows: MacKey,
    /// Header copies.
    pub(crate) header: MacKey,
    /// Anchor slots.
    pub(crate) anchor: MacKey,
    /// Audit chain.
    pub(crate) audit: MacKey,
    /// The record of the last use.
    pub(crate) uses: MacKey,
    /// Manifests of backups.
    pub(crate) backup: MacKey,
    /// Ids in the schedule of reminders.
    pub(crate) schedule: MacKey,
    /// The file of last seen states; the same in every epoch, or it could not compare them.
    pub(crate) seen: MacKey,
    database: Key,
}

impl EpochKeys {
    pub(crate) fn derive(key: &VaultKey, vault: Uuid, epoch: u64) -> Self {
        let mac = |purpose| MacKey::new(key.derive(vault, purpose, epoch));
        Self {
            values: key.derive(vault, "values", epoch),
            rows: mac("rows"),
            header: mac("header"),
            anchor: mac("anchor"),
            audit: mac("audit"),
            uses: mac("uses"),
            backup: mac("backup"),
            schedule: mac("schedule"),
            seen: MacKey::new(key.derive(vault, "seen", 0)),
            database: key.derive(vault, "database", epoch),
        }
    }

    /// Whether others follow from the same vault key, whatever their epoch.
    pub(crate) fn are_of_the_same_vault(&self, others: &Self) -> bool {
        let tag = |keys: &Self| keys.seen.tag(b"same vault", b"");
        tag(self).ct_eq(&tag(others)).into()
    }

    /// Whether all of them are kept out of swap.
    pub(crate) fn are_locked(&self) -> bool {
        let (macs, plain) = self.all();
        let states = macs.map(|(_, key)| key.state());
        let plain = plain.map(|(_, key)| key.state());
        states
            .into_iter()
            .chain(plain)
            .all(|state| state == LockState::Locked)
    }

    /// Each with its name, to be looked for where they must not be.
    #[cfg(feature = "test-support")]
    pub(crate) fn each(&self) -> Vec<(&'static str, [u8; 32])> {
        let (macs, plain) = self.all();
        let macs = macs.map(|(name, key)| (name, key.bytes()));
        let plain = plain.map(|(name, key)| (name, *key.expose()));
        macs.into_iter().chain(plain).collect()
    }

    /// Every key by its name. A new one does not compile before it stands here.
    fn all(&self) -> ([NamedKey<'_, MacKey>; 8], [NamedKey<'_, Key>; 2]) {
        let Self {
            values,
            rows,
            header,
            anchor,
            audit,
            uses,
            backup,
            schedule,
            seen,
            database,
        } = self;
        let macs = [
            ("rows", rows),
            ("header", header),
            ("anchor", anchor),
            ("audit", audit),
            ("uses", uses),
            ("backup", backup),
            ("schedule", schedule),
            ("seen", seen),
        ];
        (macs, [("values", values), ("database", database)])
    }

    /// The statement that gives SQLCipher its raw key: 64 hex digits, no salt.
    pub(crate) fn database_pragma(&self) -> Zeroizing<String> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // Room for all of it at once, so that nothing is left behind by growing.
        let mut text = Zeroizing::new(String::with_capacity(96));
        text.push_str("PRAGMA key = \"x'");
        // The database cannot be opened without it; the buffer is wiped.
        for byte in self.database.expose() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text.push_str("'\"");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn keys_differ_by_purpose_and_epoch_and_vault() {
        let key = VaultKey::make(&mut OsRandom).unwrap();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let base = key.derive(one, "rows", 1);
        assert_eq!(base, key.derive(one, "rows", 1));
        assert_ne!(base, key.derive(one, "values", 1));
        assert_ne!(base, key.derive(one, "rows", 2));
        assert_ne!(base, key.derive(two, "rows", 1));
        assert_ne!(*base.expose(), [0; 32]);
    }

    #[test]
    fn epochs_of_one_vault_key_are_of_the_same_vault_and_a_copied_id_is_not_enough() {
        let make = || VaultKey::make(&mut OsRandom).unwrap();
        let (key, other) = (make(), make());
        let id = Uuid::from_u128(1);
        let keys = EpochKeys::derive(&key, id, 1);
        assert!(keys.are_of_the_same_vault(&EpochKeys::derive(&key, id, 2)));
        assert!(!keys.are_of_the_same_vault(&EpochKeys::derive(&other, id, 1)));
    }

    #[test]
    fn a_wrapped_key_comes_back() {
        let key = VaultKey::make(&mut OsRandom).unwrap();
        let kek = Key::filled(|key| key.fill(3));
        let wrapped = key.make_wrapped(&kek, b"slot", &mut OsRandom).unwrap();
        let back = VaultKey::unwrap(&kek, b"slot", &wrapped).unwrap();
        assert_eq!(back.0, key.0);
        assert!(VaultKey::unwrap(&kek, b"other", &wrapped).is_none());
    }
}
