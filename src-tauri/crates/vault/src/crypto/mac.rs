//! HMAC-SHA256 (RFC 2104) over data framed so that no two inputs encode alike.

use hmac::{Hmac, KeyInit as _, Mac as _};
use keyhaven_secret::memory::{Key, LockState};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A MAC or a hash.
pub(crate) type Digest = [u8; 32];

/// A key for MACs.
#[derive(Debug)]
pub(crate) struct MacKey(Key);

/// A MAC in the making; cloning a keyed one saves the key schedule.
#[derive(Clone)]
pub(crate) struct Tagger(Hmac<Sha256>);

impl MacKey {
    pub(crate) fn new(key: Key) -> Self {
        Self(key)
    }

    /// Whether it is kept out of swap.
    pub(crate) fn state(&self) -> LockState {
        self.0.state()
    }

    /// The key itself, to be looked for where it must not be.
    #[cfg(feature = "test-support")]
    pub(crate) fn bytes(&self) -> [u8; 32] {
        *self.0.expose()
    }

    /// Keyed, and bound to what the MAC is for.
    pub(crate) fn start(&self, domain: &[u8]) -> Tagger {
        // RFC 2104 pads a short key with zeros to the block of the hash.
        let mut block = Zeroizing::new([0; 64]);
        // The key enters the HMAC state here and nowhere else.
        block[..32].copy_from_slice(self.0.expose());
        let mut mac = Tagger(Hmac::new((&*block).into()));
        mac.bytes(domain);
        mac
    }

    /// The MAC of a single piece.
    pub(crate) fn tag(&self, domain: &[u8], data: &[u8]) -> Digest {
        let mut mac = self.start(domain);
        mac.bytes(data);
        mac.finish()
    }

    /// Compares in constant time.
    pub(crate) fn verify(&self, domain: &[u8], data: &[u8], tag: &Digest) -> bool {
        self.tag(domain, data).ct_eq(tag).into()
    }
}

impl Tagger {
    /// Data of any length, preceded by its length.
    pub(crate) fn bytes(&mut self, data: &[u8]) -> &mut Self {
        self.0.update(&(data.len() as u64).to_be_bytes());
        self.0.update(data);
        self
    }

    /// A number of fixed width.
    pub(crate) fn number(&mut self, value: u64) -> &mut Self {
        self.0.update(&value.to_be_bytes());
        self
    }

    /// Data that is framed already.
    pub(crate) fn raw(&mut self, data: &[u8]) -> &mut Self {
        self.0.update(data);
        self
    }

    pub(crate) fn finish(self) -> Digest {
        self.0.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_piece_ends_matters() {
        let key = MacKey::new(Key::filled(|key| key.fill(7)));
        let tag = |pieces: &[&[u8]]| {
            let mut mac = key.start(b"test");
            for piece in pieces {
                mac.bytes(piece);
            }
            mac.finish()
        };
        assert_ne!(tag(&[b"ab", b"c"]), tag(&[b"a", b"bc"]));
        assert_ne!(key.tag(b"one", b"x"), key.tag(b"two", b"x"));
        assert!(key.verify(b"one", b"x", &key.tag(b"one", b"x")));
        assert!(!key.verify(b"one", b"x", &[0; 32]));
    }
}
