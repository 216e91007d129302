//! The last state of a vault that was seen on this machine, outside the vault's folder.
//!
//! Putting back the whole folder cannot be seen from inside; this file asks the question.
//! Restoring this file as well is not noticed, and a file that is missing or not ours says
//! nothing.
//! ```text
//! magic "KHSEEN" | vault id [16] | epoch u64 | generation u64 | MAC [32]
//! ```

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::disk;
use super::reader::Reader;
use crate::crypto::mac::MacKey;
use crate::error::Error;

const MAGIC: &[u8; 6] = b"KHSEEN";
const DOMAIN: &[u8] = b"seen";
const LENGTH: u64 = 6 + 16 + 8 + 8 + 32;

/// How far a vault had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Progress {
    pub(crate) epoch: u64,
    pub(crate) generation: u64,
}

fn path(folder: &Path, vault: Uuid) -> PathBuf {
    folder.join(vault.to_string())
}

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Written under this vault key.
    Ours(Progress),
    /// Well formed, but of another vault key, or of nobody's.
    Claimed(Progress),
}

/// What was seen last, if anything is known.
pub(crate) fn read(folder: &Path, vault: Uuid, key: &MacKey) -> Result<Option<Seen>, Error> {
    let bytes = disk::read_private(&path(folder, vault), LENGTH)?;
    Ok(bytes.and_then(|bytes| decode(&bytes, vault, key)))
}

/// Remembers what is seen now.
pub(crate) fn write(
    folder: &Path,
    vault: Uuid,
    progress: Progress,
    key: &MacKey,
) -> Result<(), Error> {
    disk::make_folder(folder)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(vault.as_bytes());
    bytes.extend_from_slice(&progress.epoch.to_be_bytes());
    bytes.extend_from_slice(&progress.generation.to_be_bytes());
    let mac = key.tag(DOMAIN, &bytes);
    bytes.extend_from_slice(&mac);
    disk::replace_private(&path(folder, vault), &bytes)
}

/// Forgets a vault that is no more.
pub(crate) fn forget(folder: &Path, vault: Uuid) -> Result<(), Error> {
    disk::remove(&path(folder, vault))
}

/// What the bytes say about this vault.
pub(crate) fn decode(bytes: &[u8], vault: Uuid, key: &MacKey) -> Option<Seen> {
    let (body, mac) = bytes.split_last_chunk::<32>()?;
    let mut reader = Reader::new(body);
    let magic: [u8; 6] = reader.array()?;
    let whose = Uuid::from_bytes(reader.array()?);
    let progress = Progress {
        epoch: reader.u64()?,
        generation: reader.u64()?,
    };
    if magic != *MAGIC || whose != vault || !reader.at_end() {
        return None;
    }
    Some(match key.verify(DOMAIN, body, mac) {
        true => Seen::Ours(progress),
        false => Seen::Claimed(progress),
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
        assert_eq!(read(&folder, vault, &key).unwrap(), None);
        let progress = Progress {
            epoch: 1,
            generation: 77,
        };
        write(&folder, vault, progress, &key).unwrap();
        let ours = Some(Seen::Ours(progress));
        assert_eq!(read(&folder, vault, &key).unwrap(), ours);
        let mut bytes = std::fs::read(path(&folder, vault)).unwrap();
        bytes[29] ^= 1;
        std::fs::write(path(&folder, vault), &bytes).unwrap();
        assert!(matches!(
            read(&folder, vault, &key).unwrap(),
            Some(Seen::Claimed(_))
        ));
        bytes.pop();
        std::fs::write(path(&folder, vault), &bytes).unwrap();
        assert_eq!(read(&folder, vault, &key).unwrap(), None);
    }
}
