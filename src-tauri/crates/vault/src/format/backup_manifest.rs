//! The manifest of a backup: what the file holds, with a size and a checksum of each part.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::header;
use super::reader::ByteReader;
use crate::crypto::mac::{Digest, MacKey};

pub(super) const MAGIC: &[u8; 8] = b"KHBACKUP";
/// The format this program writes, and the latest it reads.
pub(crate) const FORMAT: u16 = 1;
pub(super) const DOMAIN: &[u8] = b"backup";
const HEADER: u8 = 1;
const DATABASE: u8 = 2;

/// Why a backup was made. The number is what the file stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Somebody asked for it.
    Asked = 1,
    /// A day has passed.
    Daily = 2,
    /// Before an import.
    Import = 3,
    /// Before a new vault key.
    Rekey = 4,
    /// Before the tables migrate.
    Migration = 5,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Asked,
        Self::Daily,
        Self::Import,
        Self::Rekey,
        Self::Migration,
    ];

    /// Its word, in names of files and in the log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Daily => "daily",
            Self::Import => "import",
            Self::Rekey => "rekey",
            Self::Migration => "migration",
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| *reason as u8 == number)
    }
}

/// A part's size and checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ManifestPart {
    pub(crate) size: u64,
    pub(crate) sha256: Digest,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BackupManifest {
    pub(crate) vault: Uuid,
    pub(crate) epoch: u64,
    pub(crate) generation: u64,
    pub(crate) state: Digest,
    pub(crate) audit_sequence: u64,
    pub(crate) audit_head: Digest,
    pub(crate) made_at: Timestamp,
    pub(crate) reason: Reason,
    pub(crate) credentials: u32,
    pub(crate) header: ManifestPart,
    pub(crate) database: ManifestPart,
}

impl BackupManifest {
    /// The front of the file: everything before the parts.
    pub(crate) fn encode(&self, key: &MacKey) -> Vec<u8> {
        let body = self.encode_body();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORMAT.to_be_bytes());
        bytes.extend_from_slice(&(body.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&body);
        let mac = key.tag(DOMAIN, &bytes);
        bytes.extend_from_slice(&mac);
        let sum: Digest = Sha256::digest(&bytes).into();
        bytes.extend_from_slice(&sum);
        bytes
    }

    pub(crate) fn encode_body(&self) -> Vec<u8> {
        let mut body = self.vault.as_bytes().to_vec();
        body.extend_from_slice(&self.epoch.to_be_bytes());
        body.extend_from_slice(&self.generation.to_be_bytes());
        body.extend_from_slice(&self.state);
        body.extend_from_slice(&self.audit_sequence.to_be_bytes());
        body.extend_from_slice(&self.audit_head);
        body.extend_from_slice(&self.made_at.as_microsecond().to_be_bytes());
        body.push(self.reason as u8);
        body.extend_from_slice(&self.credentials.to_be_bytes());
        body.push(2);
        for (kind, part) in [(HEADER, self.header), (DATABASE, self.database)] {
            body.push(kind);
            body.extend_from_slice(&part.size.to_be_bytes());
            body.extend_from_slice(&part.sha256);
        }
        body
    }

    /// Bytes of a file with a front of so many; none has sizes that do not fit.
    pub(crate) fn length(&self, front: usize) -> Option<u64> {
        (front as u64)
            .checked_add(self.header.size)?
            .checked_add(self.database.size)
    }

    pub(crate) fn decode_body(body: &[u8]) -> Option<Self> {
        let mut reader = ByteReader::new(body);
        let mut manifest = Self {
            vault: Uuid::from_bytes(reader.array()?),
            epoch: reader.u64()?,
            generation: reader.u64()?,
            state: reader.array()?,
            audit_sequence: reader.u64()?,
            audit_head: reader.array()?,
            made_at: Timestamp::from_microsecond(reader.i64()?).ok()?,
            reason: Reason::from_number(reader.u8()?)?,
            credentials: reader.u32()?,
            header: ManifestPart {
                size: 0,
                sha256: [0; 32],
            },
            database: ManifestPart {
                size: 0,
                sha256: [0; 32],
            },
        };
        if reader.u8()? != 2 {
            return None;
        }
        for (kind, part) in [
            (HEADER, &mut manifest.header),
            (DATABASE, &mut manifest.database),
        ] {
            if reader.u8()? != kind {
                return None;
            }
            part.size = reader.u64()?;
            part.sha256 = reader.array()?;
        }
        let sound = reader.at_end() && manifest.header.size <= header::MOST;
        sound.then_some(manifest)
    }
}
