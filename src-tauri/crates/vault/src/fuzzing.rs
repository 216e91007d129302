//! Ways in for the fuzzers of the crate `fuzz`: each reads hostile bytes as this crate does
//! where they come from a disk, and asserts what must hold of anything that is accepted.
//!
//! Bytes are read twice: as they are, and with the checksum or MAC that only the right
//! program could have written, so that what lies behind it is reached. Each says whether
//! anything was accepted.
#![allow(
    clippy::panic,
    reason = "an assertion that fails here is what a fuzzer looks for"
)]

use keyhaven_secret::SecretString;
use keyhaven_secret::memory::Key;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::crypto::kdf::KdfPolicy;
use crate::crypto::mac::MacKey;
use crate::crypto::recovery::RecoveryKey;
use crate::format::backup_manifest::BackupManifest;
use crate::format::header::DecodedCopy;
use crate::format::{anchor, backup_file, header, rollback_guard, uses_record};
use crate::{schedule, unlock_slots};

fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    let sum: [u8; 32] = Sha256::digest(bytes).into();
    [bytes, &sum].concat()
}

fn key() -> MacKey {
    MacKey::new(Key::filled(|key| key.fill(1)))
}

/// A copy of a header, and what it asks of the key derivation.
pub fn header(bytes: &[u8]) -> bool {
    let mut accepted = false;
    for bytes in [bytes.to_vec(), with_checksum(bytes)] {
        if let Ok(DecodedCopy::Good(copy)) = header::decode(&bytes) {
            assert_eq!(copy.encode(), bytes);
            // A job costs nothing until it is run.
            accepted |= unlock_slots::password_job(&copy.header, &KdfPolicy::shipped()).is_ok();
        }
    }
    accepted
}

/// A slot of an anchor.
pub fn anchor(bytes: &[u8]) -> bool {
    let mut block = [0; anchor::SLOT];
    let length = bytes.len().min(anchor::SLOT);
    block[..length].copy_from_slice(&bytes[..length]);
    let vault = block[8..24]
        .try_into()
        .map_or(Uuid::nil(), Uuid::from_bytes);
    let of = (vault, 1);
    assert!(anchor::decode(&block, 0, of, &key()).is_none());
    let mac = key().tag(anchor::DOMAIN, &block[..anchor::BODY]);
    block[anchor::BODY..].fill(0);
    block[anchor::BODY..anchor::BODY + mac.len()].copy_from_slice(&mac);
    let slots = [0, 1].map(|slot| anchor::decode(&block, slot, of, &key()));
    assert!(slots.iter().any(Option::is_none), "one block in both slots");
    slots.iter().any(Option::is_some)
}

/// The record of the last use.
pub fn uses(bytes: &[u8]) -> bool {
    let mut block = [0; uses_record::LENGTH];
    let length = bytes.len().min(block.len());
    block[..length].copy_from_slice(&bytes[..length]);
    let vault = block[6..22]
        .try_into()
        .map_or(Uuid::nil(), Uuid::from_bytes);
    let epoch = block[22..30].try_into().map_or(0, u64::from_be_bytes);
    let owner = (vault, epoch);
    assert!(uses_record::decode(&block, owner, &key()).is_none());
    let mac = key().tag(uses_record::DOMAIN, &block[..uses_record::BODY]);
    block[uses_record::BODY..].fill(0);
    block[uses_record::BODY..uses_record::BODY + mac.len()].copy_from_slice(&mac);
    uses_record::decode(&block, owner, &key()).is_some()
}

/// The file of last seen states.
pub fn seen(bytes: &[u8]) -> bool {
    let vault = bytes.get(6..22).and_then(|id| id.try_into().ok());
    let vault = vault.map_or(Uuid::nil(), Uuid::from_bytes);
    let found = rollback_guard::decode(bytes, vault, &key());
    assert!(!found.is_some_and(|seen| seen.is_ours));
    found.is_some()
}

/// The schedule of reminders.
pub fn schedule(bytes: &[u8]) -> bool {
    let mut accepted = false;
    for bytes in [bytes.to_vec(), with_checksum(bytes)] {
        if let Some(schedule) = schedule::decode(&bytes) {
            let again = schedule::decode(&schedule::encode(&schedule));
            assert_eq!(again.as_ref(), Some(&schedule));
            accepted = true;
        }
    }
    accepted
}

/// The front of a backup.
pub fn backup(bytes: &[u8]) -> bool {
    let mut accepted = false;
    if let Some(manifest) = BackupManifest::decode_body(bytes) {
        assert_eq!(manifest.encode_body(), bytes);
        let front = manifest.encode(&key());
        let Ok(Ok((again, length))) = backup_file::decode_front(&front) else {
            panic!("a manifest does not survive its own front");
        };
        assert_eq!((&again, length), (&manifest, front.len()));
        // None where the sizes are nonsense.
        let _ = manifest.length(length);
        accepted = true;
    }
    for bytes in [bytes.to_vec(), with_checksum(bytes)] {
        accepted |= matches!(backup_file::decode_front(&bytes), Ok(Ok(_)));
    }
    accepted
}

/// A typed recovery key.
pub fn recovery_key(text: &str) -> bool {
    let Ok(key) = RecoveryKey::parse(&SecretString::new(text.into())) else {
        return false;
    };
    let again = RecoveryKey::parse(&key.to_text());
    assert!(
        again.is_ok(),
        "a recovery key does not survive its own text"
    );
    true
}
