//! The bytes of a backup: one file that holds a header and a database, and says what they
//! must be.
//!
//! ```text
//! magic "KHBACKUP" | format u16 | length of the manifest u32
//! manifest: vault id [16] | epoch u64 | generation u64 | state [32]
//!           | audit sequence u64 | audit head [32] | made at, microseconds since 1970 i64
//!           | reason u8 | credentials u32
//!           | parts: count u8, each: kind u8 | size u64 | SHA-256 [32]
//! MAC of everything before it, under the key for backups [32]
//! SHA-256 of everything before it [32]
//! the parts, in this order: 1 a header copy, 2 the database
//! ```
//! Numbers are big-endian; nothing follows the last part. The checksum tells damage before
//! any key is at hand, the MAC decides after the header's slot was opened. The header's slots
//! open with the password and the recovery key of the time the backup was made.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use sha2::{Digest as _, Sha256};

use super::backup_manifest::{BackupManifest, DOMAIN, FORMAT, MAGIC, ManifestPart};
use super::header::{self, DecodedCopy, HeaderCopy};
use super::reader::ByteReader;
use super::system;
use crate::crypto::mac::{Digest, MacKey};
use crate::error::{BackupDamage, VaultError};

/// Magic, format and length.
const FRONT: usize = 8 + 2 + 4;
const MOST_MANIFEST: u32 = 4096;
/// Bytes copied at a time.
const CHUNK: usize = 256 << 10;

/// A backup that was opened to be read; its manifest is well formed, its header too.
#[derive(Debug)]
pub(crate) struct BackupFile {
    path: PathBuf,
    file: File,
    pub(crate) manifest: BackupManifest,
    pub(crate) header: HeaderCopy,
    front: Vec<u8>,
}

impl BackupFile {
    /// Opens a backup and reads its front and its header. It may lie anywhere and belong to
    /// anybody: what it is, its checksums and its MAC say.
    ///
    /// # Errors
    /// [`VaultError::NotABackup`], [`VaultError::DamagedBackup`], [`VaultError::NewerVersion`],
    /// [`VaultError::Io`].
    pub(crate) fn open(path: &Path) -> Result<Self, VaultError> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let mut file = system::open(path, flags, Mode::empty())
            .map_err(|error| VaultError::io(path, error))?;
        let io = |error| VaultError::io(path, error);
        let found = file.metadata().map_err(io)?;
        if !found.is_file() {
            return Err(VaultError::NotABackup(path.to_owned()));
        }
        let front = read_front(&mut file, path)?;
        let damaged = |damage| VaultError::DamagedBackup {
            path: path.to_owned(),
            damage,
        };
        let (manifest, length) = decode_front(&front).map_err(|damage| {
            damage.map_or_else(|| VaultError::NotABackup(path.to_owned()), damaged)
        })??;
        if Some(found.len()) != manifest.length(length) {
            return Err(damaged(BackupDamage::Length));
        }
        file.seek(SeekFrom::Start(length as u64)).map_err(io)?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut file)
            .take(manifest.header.size)
            .read_to_end(&mut bytes)
            .map_err(io)?;
        let sum: Digest = Sha256::digest(&bytes).into();
        if sum != manifest.header.sha256 {
            return Err(damaged(BackupDamage::Header));
        }
        let header = match header::decode(&bytes)? {
            DecodedCopy::Good(copy) => copy,
            DecodedCopy::Damaged(_) | DecodedCopy::Foreign => {
                return Err(damaged(BackupDamage::Header));
            }
        };
        let of_it = header.header.vault == manifest.vault && header.header.epoch == manifest.epoch;
        if !of_it {
            return Err(damaged(BackupDamage::Header));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            manifest,
            header,
            front: front[..length].to_vec(),
        })
    }

    /// Whether somebody with the vault's key wrote it.
    pub(crate) fn is_authentic(&self, key: &MacKey) -> bool {
        let Some((rest, _)) = self.front.split_last_chunk::<32>() else {
            return false;
        };
        rest.split_last_chunk::<32>()
            .is_some_and(|(body, mac)| key.verify(DOMAIN, body, mac))
    }

    /// Reads the database through and hands out its bytes, then compares them with the
    /// checksum: nothing of it is to be believed before this returns.
    pub(crate) fn each_chunk(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let path = self.path.clone();
        let io = |error| VaultError::io(&path, error);
        let start = self.front.len() as u64 + self.manifest.header.size;
        self.file.seek(SeekFrom::Start(start)).map_err(io)?;
        let mut hash = Sha256::new();
        let mut left = self.manifest.database.size;
        let mut chunk = vec![0; CHUNK];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let part = &mut chunk[..most];
            self.file.read_exact(part).map_err(io)?;
            hash.update(&*part);
            take(part)?;
            left -= most as u64;
        }
        let sum: Digest = hash.finalize().into();
        if sum != self.manifest.database.sha256 {
            return Err(VaultError::DamagedBackup {
                path,
                damage: BackupDamage::Database,
            });
        }
        Ok(())
    }
}

/// As much of the file as its front may have.
fn read_front(file: &mut File, path: &Path) -> Result<Vec<u8>, VaultError> {
    let mut front = Vec::new();
    let most = FRONT as u64 + u64::from(MOST_MANIFEST) + 64;
    Read::by_ref(file)
        .take(most)
        .read_to_end(&mut front)
        .map_err(|error| VaultError::io(path, error))?;
    Ok(front)
}

/// The manifest and the length of the front; no damage named means something else entirely.
pub(crate) fn decode_front(
    bytes: &[u8],
) -> Result<Result<(BackupManifest, usize), VaultError>, Option<BackupDamage>> {
    let mut reader = ByteReader::new(bytes);
    if reader.array() != Some(*MAGIC) {
        return Err(None);
    }
    let damaged = Some(BackupDamage::Manifest);
    let found = reader.u16().ok_or(damaged)?;
    let length = reader.u32().filter(|length| *length <= MOST_MANIFEST);
    let length = length.ok_or(damaged)? as usize;
    let front = bytes.get(..FRONT + length + 64).ok_or(damaged)?;
    let (rest, sum) = front.split_last_chunk::<32>().ok_or(damaged)?;
    let expected: Digest = Sha256::digest(rest).into();
    if expected != *sum {
        return Err(damaged);
    }
    if found != FORMAT {
        return Ok(Err(VaultError::NewerVersion {
            found: found.into(),
            supported: FORMAT.into(),
        }));
    }
    let body = reader.take(length).ok_or(damaged)?;
    let manifest = BackupManifest::decode_body(body).ok_or(damaged)?;
    Ok(Ok((manifest, front.len())))
}

/// Writes front, header and database into a new private file and syncs it; the database is
/// read from a file and compared with what the front says of it on the way.
pub(crate) fn assemble(
    (target, path): (&File, &Path),
    front: &[u8],
    header: &[u8],
    database: &mut impl Read,
    expected: ManifestPart,
) -> std::io::Result<bool> {
    system::write(target, path, front)?;
    system::write(target, path, header)?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = database.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        hash.update(&chunk[..count]);
        size += count as u64;
        system::write(target, path, &chunk[..count])?;
    }
    system::sync(target, path)?;
    let sum: Digest = hash.finalize().into();
    Ok(size == expected.size && sum == expected.sha256)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use keyhaven_secret::memory::Key;
    use uuid::Uuid;

    use super::*;
    use crate::format::backup_manifest::Reason;

    fn sample() -> BackupManifest {
        let part = |size| ManifestPart {
            size,
            sha256: [size as u8; 32],
        };
        BackupManifest {
            vault: Uuid::from_u128(9),
            epoch: 3,
            generation: 77,
            state: [1; 32],
            audit_sequence: 12,
            audit_head: [2; 32],
            made_at: Timestamp::from_second(1000).unwrap(),
            reason: Reason::Rekey,
            credentials: 5,
            header: part(300),
            database: part(8192),
        }
    }

    fn key() -> MacKey {
        MacKey::new(Key::filled(|key| key.fill(1)))
    }

    #[test]
    fn a_manifest_comes_back() {
        let bytes = sample().encode(&key());
        let (manifest, length) = decode_front(&bytes).unwrap().unwrap();
        assert_eq!((manifest, length), (sample(), bytes.len()));
    }

    #[test]
    fn each_flipped_bit_of_the_front_is_damage_before_any_key() {
        let bytes = sample().encode(&key());
        for at in 0..bytes.len() * 8 {
            let mut bent = bytes.clone();
            bent[at / 8] ^= 1 << (at % 8);
            assert!(!matches!(decode_front(&bent), Ok(Ok(_))), "bit {at}");
        }
        for length in 0..bytes.len() {
            assert!(!matches!(decode_front(&bytes[..length]), Ok(Ok(_))));
        }
    }

    /// Anybody can make a checksum; sizes that add up to a small number are no small file.
    #[test]
    fn sizes_beyond_all_bounds_are_damage() {
        let mut manifest = sample();
        manifest.database.size = u64::MAX - 299;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("backup");
        std::fs::write(&path, manifest.encode(&key())).unwrap();
        assert!(matches!(
            BackupFile::open(&path),
            Err(VaultError::DamagedBackup {
                damage: BackupDamage::Length,
                ..
            })
        ));
    }

    #[test]
    fn a_later_format_is_named() {
        let mut bytes = sample().encode(&key());
        bytes[9] = 2;
        let end = bytes.len() - 32;
        let sum: Digest = Sha256::digest(&bytes[..end]).into();
        bytes[end..].copy_from_slice(&sum);
        assert!(matches!(
            decode_front(&bytes),
            Ok(Err(VaultError::NewerVersion {
                found: 2,
                supported: 1
            }))
        ));
    }
}
