//! Stores where the log begins once its oldest entries were trimmed.
//!
//! The mark is a row of `setting`, so that the row root covers it, and carries a MAC under
//! the key of the log itself. It holds the number and MAC of the last entry that was cut,
//! from which the chain goes on, and how often each credential had been used by then: the
//! counts of uses go on as well.

use std::collections::HashMap;

use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::audit::{GENESIS, Head};
use super::authenticated_writer::to_json;
use super::read;
use crate::crypto::mac::{Digest, MacKey};
use crate::error::{DataDamage, VaultError};
use crate::format::reader::ByteReader;
use crate::model::Usage;

/// The name of its row.
pub(crate) const ROW: &str = "log-begins";
const DOMAIN: &[u8] = b"cutoff";

/// How often credentials were used.
pub(crate) type Uses = HashMap<Uuid, Usage>;

/// The mark; by default that of a log that was never cut.
#[derive(Debug, Clone)]
pub(crate) struct TrimMark {
    /// The last entry that was cut.
    pub(crate) last: Head,
    /// What the cut entries counted.
    pub(crate) uses: Uses,
}

impl Default for TrimMark {
    fn default() -> Self {
        Self {
            last: GENESIS,
            uses: Uses::new(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct TrimMarkText {
    sequence: u64,
    mac: String,
    uses: String,
    seal: String,
}

impl TrimMark {
    /// The mark, where the log was ever cut.
    ///
    /// # Errors
    /// [`DataDamage::Audit`] where it is not what was written.
    pub(crate) fn read(connection: &Connection, key: &MacKey) -> Result<Option<Self>, VaultError> {
        let Some(text) = read::setting(connection, ROW)? else {
            return Ok(None);
        };
        let cutoff = Self::decode(&text, key);
        cutoff
            .ok_or(DataDamage::Audit { sequence: 0 }.into())
            .map(Some)
    }

    /// Its text, with its MAC.
    pub(crate) fn encode(&self, key: &MacKey) -> Result<String, VaultError> {
        let uses = encode_uses(&self.uses);
        to_json(&TrimMarkText {
            sequence: self.last.sequence,
            mac: HEXLOWER.encode(&self.last.mac),
            seal: HEXLOWER.encode(&seal(key, self.last, &uses)),
            uses: BASE64.encode(&uses),
        })
    }

    fn decode(text: &str, key: &MacKey) -> Option<Self> {
        let text: TrimMarkText = serde_json::from_str(text).ok()?;
        let digest = |text: &str| -> Option<Digest> {
            HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
        };
        let last = Head {
            sequence: text.sequence,
            mac: digest(&text.mac)?,
        };
        let uses = BASE64.decode(text.uses.as_bytes()).ok()?;
        if seal(key, last, &uses) != digest(&text.seal)? {
            return None;
        }
        Some(Self {
            last,
            uses: decode_uses(&uses)?,
        })
    }
}

/// The place from which the chain is to be walked.
///
/// # Errors
/// As [`TrimMark::read`].
pub(crate) fn beginning(connection: &Connection, key: &MacKey) -> Result<Head, VaultError> {
    Ok(TrimMark::read(connection, key)?.map_or(GENESIS, |cutoff| cutoff.last))
}

fn seal(key: &MacKey, last: Head, uses: &[u8]) -> Digest {
    let mut mac = key.start(DOMAIN);
    mac.number(last.sequence).raw(&last.mac).bytes(uses);
    mac.finish()
}

fn encode_uses(uses: &Uses) -> Vec<u8> {
    let mut sorted: Vec<_> = uses.iter().collect();
    sorted.sort_by_key(|(id, _)| **id);
    let mut bytes = Vec::with_capacity(sorted.len() * 32);
    for (id, usage) in sorted {
        let last = usage.last_used.map_or(i64::MIN, Timestamp::as_microsecond);
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&last.to_be_bytes());
        bytes.extend_from_slice(&usage.uses.to_be_bytes());
    }
    bytes
}

fn decode_uses(bytes: &[u8]) -> Option<Uses> {
    let mut reader = ByteReader::new(bytes);
    let mut uses = Uses::new();
    while !reader.at_end() {
        let id = Uuid::from_bytes(reader.array()?);
        let last = reader.i64()?;
        let usage = Usage {
            last_used: (last != i64::MIN)
                .then(|| Timestamp::from_microsecond(last))
                .transpose()
                .ok()?,
            uses: reader.u64()?,
        };
        uses.insert(id, usage);
    }
    Some(uses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyhaven_secret::memory::Key;

    #[test]
    fn only_what_was_sealed_comes_back() {
        let key = MacKey::new(Key::filled(|key| key.fill(1)));
        let usage = |uses, at: Option<i64>| Usage {
            last_used: at.map(|at| Timestamp::from_microsecond(at).unwrap()),
            uses,
        };
        let cutoff = TrimMark {
            last: Head {
                sequence: 77,
                mac: [5; 32],
            },
            uses: [
                (Uuid::from_u128(1), usage(3, Some(9))),
                (Uuid::from_u128(2), usage(0, None)),
            ]
            .into(),
        };
        let text = cutoff.encode(&key).unwrap();
        let back = TrimMark::decode(&text, &key).unwrap();
        assert_eq!((back.last, back.uses), (cutoff.last, cutoff.uses));
        assert!(TrimMark::decode(&text.replace("77", "76"), &key).is_none());
        let other = MacKey::new(Key::filled(|key| key.fill(2)));
        assert!(TrimMark::decode(&text, &other).is_none());
    }
}
