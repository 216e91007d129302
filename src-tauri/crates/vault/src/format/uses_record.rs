//! The record of the last use: up to which entry the audit log must reach after a kill.
//!
//! The entry of a use is committed without waiting for the disk. Within one boot the page cache
//! survives a kill, so all entries up to the recorded one must be there at the next unlock, or
//! somebody cut the log. After a restart, on another mount or device, or after an error of the
//! disk the record proves nothing, for then entries may be missing that nobody took.
//!
//! `uses-EPOCH`, 4 KiB, written by one pwrite before the value leaves, and never synced:
//! ```text
//! magic "KHUSES" | vault id [16] | epoch u64 | boot id [16] | mount id u64 | device u64
//! audit sequence u64 | audit head [32] | trusted u8 | MAC [32] | zeros
//! ```
//! The MAC covers everything before it. Putting back an earlier record of the same boot
//! together with the log and the anchor of that time is not noticed.

use std::fs::File;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::reader::ByteReader;
use super::system::Residence;
use super::{disk, system};
use crate::crypto::mac::MacKey;
use crate::error::{UsesDoubt, VaultError};
use crate::store::audit::Head;

pub(crate) const LENGTH: usize = 4096;
pub(crate) const BODY: usize = 6 + 16 + 8 + 16 + 8 + 8 + 8 + 32 + 1;
const MAC: usize = 32;
const MAGIC: &[u8; 6] = b"KHUSES";
pub(crate) const DOMAIN: &[u8] = b"uses";

/// Which vault and epoch a record is of.
pub(crate) type RecordOwner = (Uuid, u64);

/// What a valid record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastUse {
    /// The last entry.
    pub(crate) head: Head,
    /// Where the vault was then.
    pub(crate) residence: Residence,
    /// No error of the disk was seen.
    pub(crate) trusted: bool,
}

/// The open file.
#[derive(Debug)]
pub(crate) struct UsesRecord {
    file: File,
    path: PathBuf,
    owner: RecordOwner,
    last: LastUse,
}

/// `uses-EPOCH` in a folder.
pub(crate) fn path(folder: &Path, epoch: u64) -> PathBuf {
    folder.join(format!("uses-{epoch}"))
}

impl UsesRecord {
    /// Opens the file, or makes it where it is missing, and records where the vault is now and
    /// the end of its log.
    pub(crate) fn begin(
        folder: &Path,
        owner: RecordOwner,
        head: Head,
        key: &MacKey,
    ) -> Result<Self, VaultError> {
        let path = path(folder, owner.1);
        let residence = system::residence(folder).map_err(|error| VaultError::io(folder, error))?;
        let mut record = Self {
            file: disk::open_private(&path, true)?,
            path,
            owner,
            last: LastUse {
                head,
                residence,
                trusted: true,
            },
        };
        record.write(head, key)?;
        Ok(record)
    }

    /// Records the end of the log; to be called before the values leave. It does not wait for
    /// the disk.
    pub(crate) fn write(&mut self, head: Head, key: &MacKey) -> Result<(), VaultError> {
        self.last.head = head;
        let block = encode(self.owner, &self.last, key);
        system::write_at(&self.file, &self.path, &block, 0)
            .map_err(|error| VaultError::io(&self.path, error))
    }

    /// After an error of the disk entries may be missing that nobody took.
    pub(crate) fn distrust(&mut self, key: &MacKey) {
        self.last.trusted = false;
        // Where it cannot be written, an alarm may follow; the disk is failing.
        let _ = self.write(self.last.head, key);
    }

    /// Whether its path still leads to it.
    pub(crate) fn is_in_place(&self) -> bool {
        disk::is_same(&self.file, &self.path)
    }

    /// Whether no error of the disk was seen.
    pub(crate) fn is_trusted(&self) -> bool {
        self.last.trusted
    }

    /// Whether the file is what was written last.
    pub(crate) fn is_intact(&self, folder: &Path, key: &MacKey) -> bool {
        matches!(read(folder, self.owner, key), Ok(Ok(last)) if last == self.last)
    }
}

/// What the record says, or why it says nothing.
pub(crate) fn read(
    folder: &Path,
    owner: RecordOwner,
    key: &MacKey,
) -> Result<Result<LastUse, UsesDoubt>, VaultError> {
    let Some(bytes) = disk::read_private(&path(folder, owner.1), LENGTH as u64)? else {
        return Ok(Err(UsesDoubt::Missing));
    };
    Ok(decode(&bytes, owner, key).ok_or(UsesDoubt::Damaged))
}

/// What the record proves here and now: the entry that must be in the log.
pub(crate) fn required(
    folder: &Path,
    owner: RecordOwner,
    key: &MacKey,
) -> Result<Result<Head, UsesDoubt>, VaultError> {
    let last = match read(folder, owner, key)? {
        Ok(last) => last,
        Err(doubt) => return Ok(Err(doubt)),
    };
    let here = system::residence(folder).map_err(|error| VaultError::io(folder, error))?;
    Ok(match last {
        _ if last.residence.boot != here.boot || here.boot.is_nil() => Err(UsesDoubt::OtherBoot),
        _ if last.residence != here => Err(UsesDoubt::OtherResidence),
        _ if !last.trusted => Err(UsesDoubt::DiskError),
        _ => Ok(last.head),
    })
}

fn encode((vault, epoch): RecordOwner, last: &LastUse, key: &MacKey) -> Vec<u8> {
    let mut block = Vec::with_capacity(LENGTH);
    block.extend_from_slice(MAGIC);
    block.extend_from_slice(vault.as_bytes());
    block.extend_from_slice(&epoch.to_be_bytes());
    block.extend_from_slice(last.residence.boot.as_bytes());
    block.extend_from_slice(&last.residence.mount.to_be_bytes());
    block.extend_from_slice(&last.residence.device.to_be_bytes());
    block.extend_from_slice(&last.head.sequence.to_be_bytes());
    block.extend_from_slice(&last.head.mac);
    block.push(last.trusted.into());
    let mac = key.tag(DOMAIN, &block);
    block.extend_from_slice(&mac);
    block.resize(LENGTH, 0);
    block
}

/// What the bytes say of this vault and epoch; `None` where they are not what was written.
pub(crate) fn decode(bytes: &[u8], owner: RecordOwner, key: &MacKey) -> Option<LastUse> {
    if bytes.len() != LENGTH {
        return None;
    }
    let (body, rest) = bytes.split_at_checked(BODY)?;
    let (mac, zeros) = rest.split_first_chunk::<MAC>()?;
    if !key.verify(DOMAIN, body, mac) || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut reader = ByteReader::new(body);
    let magic: [u8; 6] = reader.array()?;
    let whose = (Uuid::from_bytes(reader.array()?), reader.u64()?);
    let residence = Residence {
        boot: Uuid::from_bytes(reader.array()?),
        mount: reader.u64()?,
        device: reader.u64()?,
    };
    let head = Head {
        sequence: reader.u64()?,
        mac: reader.array()?,
    };
    let trusted = reader.u8()? == 1;
    (magic == *MAGIC && whose == owner && reader.at_end()).then_some(LastUse {
        head,
        residence,
        trusted,
    })
}

#[cfg(test)]
mod tests {
    use keyhaven_secret::memory::Key;

    use super::*;
    use crate::faults::boots;

    const OWNER: RecordOwner = (Uuid::from_u128(5), 1);

    fn key() -> MacKey {
        MacKey::new(Key::filled(|key| key.fill(1)))
    }

    fn head(sequence: u64) -> Head {
        Head {
            sequence,
            mac: [3; 32],
        }
    }

    #[test]
    fn it_counts_in_the_boot_that_wrote_it_and_until_the_disk_failed() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        let required = || required(folder, OWNER, &key()).unwrap();
        assert_eq!(required(), Err(UsesDoubt::Missing));
        let mut record = UsesRecord::begin(folder, OWNER, head(7), &key()).unwrap();
        assert_eq!(required(), Ok(head(7)));
        record.write(head(8), &key()).unwrap();
        assert!(record.is_intact(folder, &key()));
        assert_eq!(required(), Ok(head(8)));
        boots::restart();
        assert_eq!(required(), Err(UsesDoubt::OtherBoot));
        let mut record = UsesRecord::begin(folder, OWNER, head(9), &key()).unwrap();
        assert_eq!(required(), Ok(head(9)));
        record.distrust(&key());
        assert_eq!(required(), Err(UsesDoubt::DiskError));
        record.last.residence.mount += 1;
        record.write(head(9), &key()).unwrap();
        assert_eq!(required(), Err(UsesDoubt::OtherResidence));
    }

    #[test]
    fn each_flipped_byte_and_another_vault_are_noticed() {
        let home = tempfile::tempdir().unwrap();
        UsesRecord::begin(home.path(), OWNER, head(7), &key()).unwrap();
        let path = path(home.path(), 1);
        let bytes = std::fs::read(&path).unwrap();
        assert!(decode(&bytes, OWNER, &key()).is_some());
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 0x10;
            assert_eq!(decode(&bent, OWNER, &key()), None, "byte {at}");
        }
        for owner in [(Uuid::from_u128(6), 1), (OWNER.0, 2)] {
            assert_eq!(decode(&bytes, owner, &key()), None);
        }
        assert_eq!(decode(&bytes[..BODY + MAC], OWNER, &key()), None);
    }
}
