//! The bytes of a header copy.
//!
//! ```text
//! magic "KEYHAVEN" | format u16 | vault id [16] | epoch u64
//! name of the database: length u16, UTF-8
//! slots: count u8, each: id u32 | type u8 | memory KiB u32 | passes u32 | lanes u32
//!        | salt: length u8, bytes | wrapped key [72]: nonce, ciphertext, tag
//! MAC under the vault key [32] | SHA-256 of everything before it [32]
//! ```
//! Numbers are big-endian. Slots for a recovery key or a login keychain have zeros for the
//! three parameters.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::reader::ByteReader;
use crate::crypto::kdf::KdfParams;
use crate::crypto::mac::{Digest, MacKey};
use crate::error::{HeaderDamage, VaultError};

/// No copy is longer.
pub(crate) const MOST: u64 = 64 * 1024;
/// The format this program writes, and the latest it reads.
pub(crate) const FORMAT: u16 = 1;

const MAGIC: &[u8; 8] = b"KEYHAVEN";
const DOMAIN: &[u8] = b"header";
const HASH: usize = 32;
const WRAPPED: usize = 32 + crate::crypto::seal::OVERHEAD;
const PASSWORD: u8 = 1;
const RECOVERY: u8 = 2;
const LOGIN: u8 = 3;

/// How a slot's key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// Argon2id from a password.
    Password(KdfParams),
    /// HKDF from a recovery key.
    Recovery,
    /// HKDF from a random key that the login keychain keeps.
    Login,
}

/// The vault key, wrapped for one way of opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnlockSlot {
    pub(crate) id: u32,
    pub(crate) kind: SlotKind,
    pub(crate) salt: Vec<u8>,
    pub(crate) wrapped: Vec<u8>,
}

/// A header without its MAC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) vault: Uuid,
    pub(crate) epoch: u64,
    pub(crate) database: String,
    pub(crate) slots: Vec<UnlockSlot>,
}

/// A copy whose checksum is right; whether its MAC is, only the key can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderCopy {
    pub(crate) header: Header,
    body: Vec<u8>,
    mac: Digest,
}

impl Header {
    /// What a slot's seal is bound to: the vault, its epoch, and this slot's own parameters;
    /// nothing of other slots, which can change without the key of this one.
    pub(crate) fn associated(vault: Uuid, epoch: u64, slot: &UnlockSlot) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(96);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_be_bytes());
        bytes.extend_from_slice(vault.as_bytes());
        bytes.extend_from_slice(&epoch.to_be_bytes());
        slot.encode_terms(&mut bytes);
        bytes
    }

    /// How the password's key is derived; none where the header has no such slot.
    pub(crate) fn kdf(&self) -> Option<KdfParams> {
        self.slots.iter().find_map(|slot| match slot.kind {
            SlotKind::Password(params) => Some(params),
            SlotKind::Recovery | SlotKind::Login => None,
        })
    }

    /// Whether there is a slot of that id.
    pub(crate) fn has_slot(&self, id: u32) -> bool {
        self.slots.iter().any(|slot| slot.id == id)
    }

    fn encode_body(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_be_bytes());
        bytes.extend_from_slice(self.vault.as_bytes());
        bytes.extend_from_slice(&self.epoch.to_be_bytes());
        bytes.extend_from_slice(&(self.database.len() as u16).to_be_bytes());
        bytes.extend_from_slice(self.database.as_bytes());
        bytes.push(self.slots.len() as u8);
        for slot in &self.slots {
            slot.encode_terms(&mut bytes);
            bytes.extend_from_slice(&slot.wrapped);
        }
        bytes
    }

    fn decode_body(body: &[u8]) -> Option<Self> {
        let mut reader = ByteReader::new(body);
        reader.take(MAGIC.len())?;
        let known = reader.u16()? == FORMAT;
        let vault = Uuid::from_bytes(reader.array()?);
        let epoch = reader.u64()?;
        let length = reader.u16()?;
        let database = std::str::from_utf8(reader.take(length.into())?)
            .ok()?
            .to_owned();
        let count = reader.u8()?;
        let slots = (0..count)
            .map(|_| UnlockSlot::decode(&mut reader))
            .collect::<Option<Vec<_>>>()?;
        let header = Self {
            vault,
            epoch,
            database,
            slots,
        };
        let sound = known && reader.at_end() && header.database == database_name(epoch);
        sound.then_some(header)
    }
}

/// `vault-EPOCH.db`; no header can name another file.
pub(crate) fn database_name(epoch: u64) -> String {
    format!("vault-{epoch}.db")
}

impl UnlockSlot {
    /// Everything of a slot but the wrapped key.
    fn encode_terms(&self, bytes: &mut Vec<u8>) {
        let (kind, memory, passes, lanes) = match self.kind {
            SlotKind::Password(kdf) => (PASSWORD, kdf.memory_kib, kdf.passes, kdf.lanes),
            SlotKind::Recovery => (RECOVERY, 0, 0, 0),
            SlotKind::Login => (LOGIN, 0, 0, 0),
        };
        bytes.extend_from_slice(&self.id.to_be_bytes());
        bytes.push(kind);
        for number in [memory, passes, lanes] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.push(self.salt.len() as u8);
        bytes.extend_from_slice(&self.salt);
    }

    fn decode(reader: &mut ByteReader<'_>) -> Option<Self> {
        let id = reader.u32()?;
        let kind = reader.u8()?;
        let params = KdfParams {
            memory_kib: reader.u32()?,
            passes: reader.u32()?,
            lanes: reader.u32()?,
        };
        let kind = match kind {
            PASSWORD => SlotKind::Password(params),
            RECOVERY => SlotKind::Recovery,
            LOGIN => SlotKind::Login,
            _ => return None,
        };
        let length = reader.u8()?;
        Some(Self {
            id,
            kind,
            salt: reader.take(length.into())?.to_vec(),
            wrapped: reader.take(WRAPPED)?.to_vec(),
        })
    }
}

/// What the bytes of a copy are.
#[derive(Debug)]
pub(crate) enum DecodedCopy {
    /// Well formed, checksum right.
    Good(HeaderCopy),
    /// Begins like a header, but is damaged.
    Damaged(HeaderDamage),
    /// Something else.
    Foreign,
}

/// Reads a copy without any key.
///
/// # Errors
/// [`VaultError::NewerVersion`] for an intact copy of a later format.
pub(crate) fn decode(bytes: &[u8]) -> Result<DecodedCopy, VaultError> {
    if !bytes.starts_with(MAGIC) {
        return Ok(DecodedCopy::Foreign);
    }
    let checksum = HeaderDamage::Checksum;
    let Some((rest, sum)) = bytes.split_last_chunk::<HASH>() else {
        return Ok(DecodedCopy::Damaged(checksum));
    };
    let expected: Digest = Sha256::digest(rest).into();
    if bytes.len() as u64 > MOST || expected != *sum {
        return Ok(DecodedCopy::Damaged(checksum));
    }
    if let Some([high, low]) = rest.get(8..10) {
        let found = u16::from_be_bytes([*high, *low]);
        if found > FORMAT {
            return Err(VaultError::NewerVersion {
                found: found.into(),
                supported: FORMAT.into(),
            });
        }
    }
    let copy = rest.split_last_chunk::<HASH>().and_then(|(body, mac)| {
        Some(HeaderCopy {
            header: Header::decode_body(body)?,
            body: body.to_vec(),
            mac: *mac,
        })
    });
    Ok(copy.map_or(
        DecodedCopy::Damaged(HeaderDamage::Malformed),
        DecodedCopy::Good,
    ))
}

impl HeaderCopy {
    /// A new copy with its MAC.
    pub(crate) fn make(header: Header, key: &MacKey) -> Self {
        let body = header.encode_body();
        let mac = key.tag(DOMAIN, &body);
        Self { header, body, mac }
    }

    /// The whole copy, with MAC and checksum.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.body.clone();
        bytes.extend_from_slice(&self.mac);
        let sum: Digest = Sha256::digest(&bytes).into();
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// Whether somebody with the vault key wrote it.
    pub(crate) fn is_authentic(&self, key: &MacKey) -> bool {
        key.verify(DOMAIN, &self.body, &self.mac)
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_secret::memory::Key;
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Header {
        let slot = |id, kind| UnlockSlot {
            id,
            kind,
            salt: vec![5; 32],
            wrapped: vec![6; WRAPPED],
        };
        Header {
            vault: Uuid::from_u128(7),
            epoch: 3,
            database: database_name(3),
            slots: vec![
                slot(
                    1,
                    SlotKind::Password(KdfParams {
                        memory_kib: 65_536,
                        passes: 3,
                        lanes: 4,
                    }),
                ),
                slot(2, SlotKind::Recovery),
                slot(3, SlotKind::Login),
            ],
        }
    }

    fn key() -> MacKey {
        MacKey::new(Key::filled(|key| key.fill(1)))
    }

    /// A header whose author fixed the checksum but has no key.
    fn with_checksum(mut body: Vec<u8>) -> Vec<u8> {
        let sum: Digest = Sha256::digest(&body).into();
        body.extend_from_slice(&sum);
        body
    }

    #[test]
    fn it_comes_back() {
        let DecodedCopy::Good(copy) = decode(&HeaderCopy::make(sample(), &key()).encode()).unwrap()
        else {
            panic!("not good");
        };
        assert_eq!(copy.header, sample());
        assert!(copy.is_authentic(&key()));
        assert!(!copy.is_authentic(&MacKey::new(Key::filled(|key| key.fill(2)))));
    }

    #[test]
    fn each_flipped_bit_is_damage_before_any_key() {
        let bytes = HeaderCopy::make(sample(), &key()).encode();
        for at in 0..bytes.len() * 8 {
            let mut bent = bytes.clone();
            bent[at / 8] ^= 1 << (at % 8);
            assert!(
                !matches!(decode(&bent).unwrap(), DecodedCopy::Good(_)),
                "bit {at}"
            );
        }
    }

    #[test]
    fn a_later_format_is_named() {
        let bytes = HeaderCopy::make(sample(), &key()).encode();
        let mut body = bytes[..bytes.len() - HASH].to_vec();
        body[9] = 2;
        assert!(matches!(
            decode(&with_checksum(body)),
            Err(VaultError::NewerVersion {
                found: 2,
                supported: 1
            })
        ));
    }

    #[test]
    fn no_header_names_a_file_elsewhere() {
        let mut header = sample();
        header.database = "../../x".into();
        assert!(matches!(
            decode(&HeaderCopy::make(header, &key()).encode()).unwrap(),
            DecodedCopy::Damaged(HeaderDamage::Malformed)
        ));
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(tail in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = MAGIC.to_vec();
            bytes.extend_from_slice(&[0, 1]);
            bytes.extend_from_slice(&tail);
            let _ = decode(&with_checksum(bytes));
            let _ = decode(&tail);
        }
    }
}
