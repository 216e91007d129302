//! The key that the login keychain keeps: 256 random bits, as hexadecimal text.

use data_encoding::HEXLOWER_PERMISSIVE;
use keyhaven_secret::memory::Key;
use keyhaven_secret::{Exposed, SecretString};
use zeroize::Zeroizing;

use super::keys::derive_hkdf;
use crate::error::VaultError;
use crate::random::Random;

const DIGITS: usize = 64;

/// Opens the vault for anyone who has unlocked the login keychain.
#[derive(Debug)]
pub struct LoginKey(Key);

impl LoginKey {
    pub(crate) fn make(random: &mut dyn Random) -> Result<Self, VaultError> {
        let mut key = Key::zeroed();
        // Filled where it stays.
        random.fill(key.expose_mut())?;
        Ok(Self(key))
    }

    /// As the keychain keeps it.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let mut digits = Zeroizing::new([0; DIGITS]);
        // Being kept in the keychain is what it is for.
        HEXLOWER_PERMISSIVE.encode_mut(self.0.expose(), digits.as_mut_slice());
        let mut text = String::with_capacity(DIGITS);
        text.extend(digits.iter().map(|digit| char::from(*digit)));
        SecretString::new(text)
    }

    /// Reads what the keychain kept.
    ///
    /// # Errors
    /// [`VaultError::WrongLoginKey`] where it is no such key.
    pub fn parse(text: &impl Exposed) -> Result<Self, VaultError> {
        // Decoded to the page it stays on.
        let digits = text.exposed_bytes();
        let mut key = Key::zeroed();
        if digits.len() != DIGITS {
            return Err(VaultError::WrongLoginKey);
        }
        HEXLOWER_PERMISSIVE
            .decode_mut(digits, key.expose_mut())
            .map_err(|_| VaultError::WrongLoginKey)?;
        Ok(Self(key))
    }

    /// The key that opens the slot; no slow derivation, the key is random.
    pub(crate) fn derive_kek(&self, salt: &[u8], epoch: u64) -> Key {
        // The extraction reads the key.
        derive_hkdf(self.0.expose(), salt, "login", epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn what_the_keychain_keeps_comes_back() {
        let key = LoginKey::make(&mut OsRandom).unwrap();
        let text = key.to_text();
        assert_eq!(text.expose().len(), DIGITS);
        let back = LoginKey::parse(&text).unwrap();
        assert_eq!(back.0.expose(), key.0.expose());
        for wrong in ["", "0", &"g".repeat(DIGITS), &"0".repeat(DIGITS + 1)] {
            let wrong = SecretString::new(wrong.to_owned());
            assert!(LoginKey::parse(&wrong).is_err());
        }
    }
}
