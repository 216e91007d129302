//! Guards against rollback: stores the last state of a vault that was seen on this machine,
//! outside the vault's folder.
//!
//! Putting back the whole folder cannot be detected from inside; this file detects it.
//! Restoring this file as well is not noticed. That it is missing or not what was written is,
//! once the audit log holds an unlock on this machine: each of these entries carries a mark of
//! the machine ([`machine_mark`]).
//! ```text
//! magic "KHSEEN" | vault id [16] | epoch u64 | generation u64 | newest epoch u64 | MAC [32]
//! ```
//! The newest epoch is the highest one of which there was ever a sign here; it stays when an
//! older copy is opened on demand.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::reader::ByteReader;
use super::{disk, system};
use crate::crypto::mac::MacKey;
use crate::error::VaultError;

const MAGIC: &[u8; 6] = b"KHSEEN";
const DOMAIN: &[u8] = b"seen";
const MACHINE_DOMAIN: &[u8] = b"machine";
const LENGTH: u64 = 6 + 16 + 8 + 8 + 8 + 32;

/// How far a vault had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HighWaterMark {
    pub(crate) epoch: u64,
    pub(crate) generation: u64,
}

fn path(folder: &Path, vault: Uuid) -> PathBuf {
    folder.join(vault.to_string())
}

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastSeen {
    pub(crate) progress: HighWaterMark,
    /// The highest epoch of which there was a sign.
    pub(crate) newest: u64,
    /// Written under this vault key; else it is of another one, or of nobody's.
    pub(crate) is_ours: bool,
}

/// What is found in the place of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenFile {
    /// Nothing.
    Missing,
    /// Something that is not such a file of this vault.
    Damaged,
    /// A file of this vault.
    Found(LastSeen),
}

/// What was seen last.
pub(crate) fn read(folder: &Path, vault: Uuid, key: &MacKey) -> Result<SeenFile, VaultError> {
    let bytes = disk::read_private(&path(folder, vault), LENGTH)?;
    Ok(match bytes {
        None => SeenFile::Missing,
        Some(bytes) => decode(&bytes, vault, key).map_or(SeenFile::Damaged, SeenFile::Found),
    })
}

/// The mark of this machine and user in the log of a vault; it tells nothing of them to anybody
/// without the key. None where the machine has no id.
pub(crate) fn machine_mark(key: &MacKey) -> Option<String> {
    let tag = key.tag(MACHINE_DOMAIN, system::machine()?.as_bytes());
    let (mark, _) = tag.split_first_chunk::<8>()?;
    Some(HEXLOWER.encode(mark))
}

/// Remembers what is seen now, and a sign of some epoch; what was known of the newest one
/// stays known.
pub(crate) fn write(
    folder: &Path,
    vault: Uuid,
    progress: HighWaterMark,
    sign: u64,
    key: &MacKey,
) -> Result<(), VaultError> {
    disk::make_folder(folder)?;
    // What cannot be read is replaced.
    let known = match read(folder, vault, key) {
        Ok(SeenFile::Found(seen)) => seen.newest.max(seen.progress.epoch),
        _ => 0,
    };
    let newest = known.max(progress.epoch).max(sign);
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(vault.as_bytes());
    bytes.extend_from_slice(&progress.epoch.to_be_bytes());
    bytes.extend_from_slice(&progress.generation.to_be_bytes());
    bytes.extend_from_slice(&newest.to_be_bytes());
    let mac = key.tag(DOMAIN, &bytes);
    bytes.extend_from_slice(&mac);
    disk::replace_private(&path(folder, vault), &bytes)
}

/// Forgets a vault that is no more.
pub(crate) fn forget(folder: &Path, vault: Uuid) -> Result<(), VaultError> {
    disk::remove(&path(folder, vault))
}

/// What the bytes say about this vault.
pub(crate) fn decode(bytes: &[u8], vault: Uuid, key: &MacKey) -> Option<LastSeen> {
    let (body, mac) = bytes.split_last_chunk::<32>()?;
    let mut reader = ByteReader::new(body);
    let magic: [u8; 6] = reader.array()?;
    let whose = Uuid::from_bytes(reader.array()?);
    let progress = HighWaterMark {
        epoch: reader.u64()?,
        generation: reader.u64()?,
    };
    let newest = reader.u64()?;
    if magic != *MAGIC || whose != vault || !reader.at_end() {
        return None;
    }
    Some(LastSeen {
        progress,
        newest,
        is_ours: key.verify(DOMAIN, body, mac),
    })
}

#[cfg(test)]
mod tests {
    use keyhaven_secret::memory::Key;

    use super::*;

    #[test]
    fn only_an_intact_file_of_this_vault_counts() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state");
        let (vault, key) = (
            Uuid::from_u128(1),
            MacKey::new(Key::filled(|key| key.fill(1))),
        );
        assert_eq!(read(&folder, vault, &key).unwrap(), SeenFile::Missing);
        let progress = HighWaterMark {
            epoch: 1,
            generation: 77,
        };
        write(&folder, vault, progress, 0, &key).unwrap();
        let ours = LastSeen {
            progress,
            newest: 1,
            is_ours: true,
        };
        assert_eq!(read(&folder, vault, &key).unwrap(), SeenFile::Found(ours));
        let mut bytes = std::fs::read(path(&folder, vault)).unwrap();
        bytes[29] ^= 1;
        std::fs::write(path(&folder, vault), &bytes).unwrap();
        let found = read(&folder, vault, &key).unwrap();
        assert!(matches!(found, SeenFile::Found(seen) if !seen.is_ours));
        bytes.pop();
        std::fs::write(path(&folder, vault), &bytes).unwrap();
        assert_eq!(read(&folder, vault, &key).unwrap(), SeenFile::Damaged);
    }

    #[test]
    fn the_newest_epoch_stays_known_under_any_key() {
        let home = tempfile::tempdir().unwrap();
        let (folder, vault) = (home.path(), Uuid::from_u128(1));
        let key = |of: u8| MacKey::new(Key::filled(|key| key.fill(of)));
        let at = |epoch| HighWaterMark {
            epoch,
            generation: 7,
        };
        let newest = |of: u8| match read(folder, vault, &key(of)).unwrap() {
            SeenFile::Found(seen) => seen.newest,
            other => panic!("{other:?}"),
        };
        write(folder, vault, at(3), 0, &key(3)).unwrap();
        // An older copy, under the previous key.
        write(folder, vault, at(1), 0, &key(1)).unwrap();
        assert_eq!(newest(1), 3);
        write(folder, vault, at(1), 9, &key(1)).unwrap();
        write(folder, vault, at(4), 0, &key(4)).unwrap();
        assert_eq!(newest(4), 9);
    }
}
