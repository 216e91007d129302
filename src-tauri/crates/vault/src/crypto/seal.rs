//! XChaCha20-Poly1305 with a random 24-byte nonce in front of the ciphertext.

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use keyhaven_secret::SecretBytes;
use keyhaven_secret::memory::Key;

use crate::error::VaultError;
use crate::random::{Random, make_array};

/// Bytes a seal adds: nonce and tag.
pub(crate) const OVERHEAD: usize = NONCE + TAG;
const NONCE: usize = 24;
const TAG: usize = 16;

/// Encrypts: nonce, ciphertext, tag.
pub(crate) fn make_sealed(
    key: &Key,
    associated: &[u8],
    plain: &[u8],
    random: &mut dyn Random,
) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; NONCE] = make_array(random)?;
    let mut sealed = Vec::with_capacity(plain.len() + OVERHEAD);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    // The cipher needs its key.
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let (_, body) = sealed.split_at_mut(NONCE);
    let tag = cipher
        .encrypt_inout_detached(&XNonce::from(nonce), associated, InOutBuf::from(body))
        .map_err(|_| crate::error::Invalid::ValueTooLong(plain.len()))?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Decrypts; `None` says no more than that it failed.
pub(crate) fn open(key: &Key, associated: &[u8], sealed: &[u8]) -> Option<SecretBytes> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
    let (body, tag) = rest.split_last_chunk::<TAG>()?;
    let mut plain = SecretBytes::copy_of(body);
    // The cipher needs its key, and the buffer is where the plaintext arises.
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    cipher
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            associated,
            InOutBuf::from(plain.expose_mut().as_mut_slice()),
            &Tag::from(*tag),
        )
        .ok()?;
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn only_the_same_key_and_context_open() {
        let key = Key::filled(|key| key.fill(1));
        let sealed = make_sealed(&key, b"here", b"value", &mut OsRandom).unwrap();
        assert_eq!(sealed.len(), 5 + OVERHEAD);
        assert_eq!(
            open(&key, b"here", &sealed).unwrap(),
            SecretBytes::copy_of(b"value")
        );
        assert!(open(&key, b"there", &sealed).is_none());
        assert!(open(&Key::filled(|key| key.fill(2)), b"here", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert!(open(&key, b"here", &bent).is_none(), "byte {at}");
            assert!(open(&key, b"here", &sealed[..at]).is_none(), "cut at {at}");
        }
    }
}
