//! The recovery key: 160 random bits in a form that can be written down and typed.
//!
//! Eight groups of five characters of Crockford's base 32. The last eight characters are
//! a checksum, so that a typing error is distinguished from a wrong key.

use data_encoding::{Encoding, Specification};
use keyhaven_secret::SecretString;
use keyhaven_secret::memory::{Key, LockedArray};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::keys::derive_hkdf;
use crate::error::VaultError;
use crate::random::Random;

const KEY: usize = 20;
const CHECK: usize = 5;
const GROUP: usize = 5;

/// Opens the vault without the password.
#[derive(Debug)]
pub struct RecoveryKey(LockedArray<KEY>);

impl RecoveryKey {
    pub(crate) fn make(random: &mut dyn Random) -> Result<Self, VaultError> {
        let mut key = LockedArray::zeroed();
        // Filled where it stays.
        random.fill(key.expose_mut())?;
        Ok(Self(key))
    }

    /// In groups, to be shown once and written down.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let mut bytes = Zeroizing::new([0; KEY + CHECK]);
        // Being read by its owner is what it is for.
        bytes[..KEY].copy_from_slice(self.0.expose());
        bytes[KEY..].copy_from_slice(&checksum(self.0.expose()));
        let mut digits = Zeroizing::new([0; (KEY + CHECK) * 8 / 5]);
        alphabet().encode_mut(bytes.as_slice(), digits.as_mut_slice());
        let mut text = Zeroizing::new(String::with_capacity(digits.len() * 2));
        for (at, digit) in digits.iter().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*digit));
        }
        SecretString::new(std::mem::take(&mut *text))
    }

    /// Reads what was typed; case, spaces and hyphens do not matter, O is 0, I and L are 1.
    ///
    /// # Errors
    /// [`VaultError::MistypedRecoveryKey`] when the length, a character or the checksum is wrong.
    pub fn parse(typed: &SecretString) -> Result<Self, VaultError> {
        // What was typed is decoded into wiped buffers.
        let bytes = alphabet()
            .decode(typed.expose().as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| VaultError::MistypedRecoveryKey)?;
        let (key, check) = bytes
            .split_first_chunk::<KEY>()
            .ok_or(VaultError::MistypedRecoveryKey)?;
        if *check != checksum(key) {
            return Err(VaultError::MistypedRecoveryKey);
        }
        let mut whole = LockedArray::zeroed();
        // From one wiped buffer to the page it stays on.
        whole.expose_mut().copy_from_slice(key);
        Ok(Self(whole))
    }

    /// The key itself, to be looked for where it must not be.
    #[cfg(feature = "test-support")]
    pub(crate) fn bytes(&self) -> [u8; KEY] {
        *self.0.expose()
    }

    /// The key that opens the recovery slot; no slow derivation, the key is random.
    pub(crate) fn derive_kek(&self, salt: &[u8], epoch: u64) -> Key {
        // The extraction reads the key.
        derive_hkdf(self.0.expose(), salt, "recovery", epoch)
    }
}

fn checksum(key: &[u8; KEY]) -> [u8; CHECK] {
    let mut hash = Sha256::new();
    hash.update(b"keyhaven recovery key");
    hash.update(key);
    let whole: [u8; 32] = hash.finalize().into();
    let mut check = [0; CHECK];
    check.copy_from_slice(&whole[..CHECK]);
    check
}

/// Crockford's base 32, forgiving when read.
fn alphabet() -> Encoding {
    let mut form = Specification::new();
    form.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    form.ignore.push_str(" -\n\r\t");
    form.translate.from.push_str("abcdefghjkmnpqrstvwxyzoOiIlL");
    form.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    // A constant form: the test below reads and writes with it.
    form.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn what_is_written_down_can_be_typed() {
        let key = RecoveryKey::make(&mut OsRandom).unwrap();
        let text = key.to_text();
        let shown = text.expose();
        assert_eq!(shown.split('-').count(), 8);
        assert!(!shown.contains(['O', 'I', 'L', 'U']));
        assert_eq!(RecoveryKey::parse(&text).unwrap().0, key.0);
        let sloppy = shown
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(
            RecoveryKey::parse(&SecretString::new(sloppy)).unwrap().0,
            key.0
        );
    }

    #[test]
    fn each_wrong_character_is_noticed() {
        let text = RecoveryKey::make(&mut OsRandom).unwrap().to_text();
        for at in 0..text.expose().len() {
            let mut typed: Vec<char> = text.expose().chars().collect();
            if typed[at] == '-' {
                continue;
            }
            typed[at] = if typed[at] == 'A' { 'B' } else { 'A' };
            let typed: String = typed.into_iter().collect();
            assert!(matches!(
                RecoveryKey::parse(&SecretString::new(typed)),
                Err(VaultError::MistypedRecoveryKey)
            ));
        }
        assert!(RecoveryKey::parse(&SecretString::new(String::new())).is_err());
    }
}
