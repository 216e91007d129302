//! stub
use keyhaven_secret::{Secret, SecretString};
use crate::error::Error;

/// 160 random bits that open the vault without the password.
#[derive(Debug)]
pub struct RecoveryKey(pub(crate) Secret<[u8; 20]>);

impl RecoveryKey {
    /// In groups, with a checksum, to be written down.
    pub fn to_text(&self) -> SecretString { unimplemented!() }
    /// Reads it back; case, spaces and hyphens do not matter.
    pub fn parse(text: &SecretString) -> Result<Self, Error> { let _ = text; unimplemented!() }
}
