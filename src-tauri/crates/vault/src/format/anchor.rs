//! The anchor: what the database must be, kept outside of it.
//!
//! 8 KiB in two slots of 4 KiB, each in its own block; a state with serial N goes to slot
//! N mod 2 by pwrite and fdatasync. The file is never renamed. Each block is
//! ```text
//! magic "KHANCHOR" | vault id [16] | epoch u64 | serial u64 | generation u64
//! state [32] | audit sequence u64 | audit head [32] | clean u8 | MAC [32] | zeros
//! ```
//! and the MAC covers everything before it. Everything but the zeros is in the first 512 bytes:
//! a disk that loses power in the middle of a block has written its first sector or not.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::reader::ByteReader;
use super::{disk, system};
use crate::crypto::mac::{Digest, MacKey};
use crate::error::{DataDamage, VaultError};

pub(crate) const SLOT: usize = 4096;
pub(crate) const BODY: usize = 8 + 16 + 8 + 8 + 8 + 32 + 8 + 32 + 1;
const MAC: usize = 32;
const MAGIC: &[u8; 8] = b"KHANCHOR";
pub(crate) const DOMAIN: &[u8] = b"anchor";

/// What the database was when the anchor was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// User changes so far.
    pub(crate) generation: u64,
    /// MAC of the rows' state.
    pub(crate) state: Digest,
    /// Last audit entry.
    pub(crate) audit_sequence: u64,
    /// And its MAC.
    pub(crate) audit_head: Digest,
    /// The vault was locked properly.
    pub(crate) clean: bool,
}

/// What an anchor file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The newest valid mark.
    pub(crate) mark: Mark,
    /// The other slot is not valid.
    pub(crate) slot_lost: bool,
}

/// The open file.
#[derive(Debug)]
pub(crate) struct Anchor {
    file: File,
    path: PathBuf,
    vault: Uuid,
    epoch: u64,
    serial: u64,
}

/// `anchor-EPOCH` in a folder.
pub(crate) fn path(folder: &Path, epoch: u64) -> PathBuf {
    folder.join(format!("anchor-{epoch}"))
}

/// The highest generation in anchors of these epochs, unauthenticated: to stay
/// above what may have been.
pub(crate) fn claimed_generation(folder: &Path, epochs: &BTreeSet<u64>) -> u64 {
    let anchors = epochs.iter().filter_map(|epoch| {
        let file = disk::read_private(&path(folder, *epoch), 2 * SLOT as u64);
        file.ok().flatten()
    });
    anchors
        .flat_map(|bytes| {
            let slots = bytes.chunks(SLOT).map(|block| {
                let mut reader = ByteReader::new(block);
                reader.take(8 + 16 + 8 + 8)?;
                // What is no number of changes is left out, or nothing would be above it.
                reader.u64().filter(|generation| *generation < 1 << 48)
            });
            slots.flatten().collect::<Vec<_>>()
        })
        .max()
        .unwrap_or(0)
}

impl Anchor {
    /// Makes the file with both slots set.
    pub(crate) fn make(
        folder: &Path,
        vault: Uuid,
        epoch: u64,
        mark: &Mark,
        key: &MacKey,
    ) -> Result<Self, VaultError> {
        let path = path(folder, epoch);
        let file = disk::make_private(&path)?;
        let mut anchor = Self {
            file,
            path,
            vault,
            epoch,
            serial: 0,
        };
        anchor.write_both(mark, key)?;
        disk::sync_folder(&anchor.path)?;
        Ok(anchor)
    }

    /// Opens the file and finds its newest mark.
    ///
    /// # Errors
    /// [`DataDamage::AnchorMissing`]; [`DataDamage::AnchorBroken`] where no slot is valid, or one is
    /// not although the vault was locked properly.
    pub(crate) fn open(
        folder: &Path,
        vault: Uuid,
        epoch: u64,
        key: &MacKey,
    ) -> Result<(Self, Reading), VaultError> {
        let path = path(folder, epoch);
        if !disk::check_file(&path)? {
            return Err(DataDamage::AnchorMissing.into());
        }
        let mut anchor = Self {
            file: disk::open_private(&path, false)?,
            path,
            vault,
            epoch,
            serial: 0,
        };
        let length = anchor
            .file
            .metadata()
            .map_err(|error| anchor.io(error))?
            .len();
        if length != 2 * SLOT as u64 {
            return Err(DataDamage::AnchorBroken.into());
        }
        let slots = [anchor.read_slot(0, key)?, anchor.read_slot(1, key)?];
        let newest = slots.iter().flatten().max_by_key(|(serial, _)| *serial);
        let (serial, mark) = *newest.ok_or(DataDamage::AnchorBroken)?;
        let slot_lost = slots.iter().any(Option::is_none);
        if slot_lost && mark.clean {
            return Err(DataDamage::AnchorBroken.into());
        }
        anchor.serial = serial;
        Ok((anchor, Reading { mark, slot_lost }))
    }

    /// Whether its path still leads to it.
    pub(crate) fn is_in_place(&self) -> bool {
        disk::is_same(&self.file, &self.path)
    }

    /// Which of both slots are valid.
    pub(crate) fn sound_slots(&self, key: &MacKey) -> Result<[bool; 2], VaultError> {
        Ok([
            self.read_slot(0, key)?.is_some(),
            self.read_slot(1, key)?.is_some(),
        ])
    }

    /// Writes the next mark into the older slot; durable when it returns.
    pub(crate) fn write(&mut self, mark: &Mark, key: &MacKey) -> Result<(), VaultError> {
        let serial = self.serial + 1;
        let block = self.encode(serial, mark, key);
        let at = (serial % 2) * SLOT as u64;
        system::write_at(&self.file, &self.path, &block, at)
            .and_then(|()| system::sync_data(&self.file, &self.path))
            .map_err(|error| self.io(error))?;
        self.serial = serial;
        Ok(())
    }

    /// Writes a mark into both slots, one after the other.
    pub(crate) fn write_both(&mut self, mark: &Mark, key: &MacKey) -> Result<(), VaultError> {
        self.write(mark, key)?;
        self.write(mark, key)
    }

    fn encode(&self, serial: u64, mark: &Mark, key: &MacKey) -> Vec<u8> {
        let mut block = Vec::with_capacity(SLOT);
        block.extend_from_slice(MAGIC);
        block.extend_from_slice(self.vault.as_bytes());
        block.extend_from_slice(&self.epoch.to_be_bytes());
        block.extend_from_slice(&serial.to_be_bytes());
        block.extend_from_slice(&mark.generation.to_be_bytes());
        block.extend_from_slice(&mark.state);
        block.extend_from_slice(&mark.audit_sequence.to_be_bytes());
        block.extend_from_slice(&mark.audit_head);
        block.push(mark.clean.into());
        let mac = key.tag(DOMAIN, &block);
        block.extend_from_slice(&mac);
        block.resize(SLOT, 0);
        block
    }

    /// Serial and mark of a slot; `None` where it is not valid.
    fn read_slot(&self, slot: u64, key: &MacKey) -> Result<Option<(u64, Mark)>, VaultError> {
        let mut block = [0; SLOT];
        let at = slot * SLOT as u64;
        system::read_at(&self.file, &self.path, &mut block, at).map_err(|error| self.io(error))?;
        Ok(decode(&block, slot, (self.vault, self.epoch), key))
    }

    #[cfg(test)]
    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    fn io(&self, error: std::io::Error) -> VaultError {
        VaultError::io(&self.path, error)
    }
}

/// Serial and mark in the bytes of a slot of this vault and epoch; `None` where they are not
/// what was written there.
pub(crate) fn decode(
    block: &[u8; SLOT],
    slot: u64,
    of: (Uuid, u64),
    key: &MacKey,
) -> Option<(u64, Mark)> {
    let (body, rest) = block.split_at_checked(BODY)?;
    let (mac, zeros) = rest.split_first_chunk::<MAC>()?;
    if !key.verify(DOMAIN, body, mac) || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut reader = ByteReader::new(body);
    let magic: [u8; 8] = reader.array()?;
    let vault = Uuid::from_bytes(reader.array()?);
    let epoch = reader.u64()?;
    let serial = reader.u64()?;
    let mark = Mark {
        generation: reader.u64()?,
        state: reader.array()?,
        audit_sequence: reader.u64()?,
        audit_head: reader.array()?,
        clean: reader.u8()? == 1,
    };
    let ours = magic == *MAGIC && (vault, epoch) == of;
    (ours && reader.at_end() && serial % 2 == slot).then_some((serial, mark))
}

#[cfg(test)]
mod tests {
    use keyhaven_secret::memory::Key;

    use super::*;

    const VAULT: Uuid = Uuid::from_u128(5);

    fn key() -> MacKey {
        MacKey::new(Key::filled(|key| key.fill(1)))
    }

    fn mark(generation: u64, clean: bool) -> Mark {
        Mark {
            generation,
            state: [2; 32],
            audit_sequence: 9,
            audit_head: [3; 32],
            clean,
        }
    }

    fn open(folder: &Path) -> Result<Reading, VaultError> {
        Anchor::open(folder, VAULT, 1, &key()).map(|(_, reading)| reading)
    }

    #[test]
    fn the_newest_mark_is_found() {
        let home = tempfile::tempdir().unwrap();
        let mut anchor = Anchor::make(home.path(), VAULT, 1, &mark(0, true), &key()).unwrap();
        for generation in 1..6 {
            anchor.write(&mark(generation, false), &key()).unwrap();
            let reading = open(home.path()).unwrap();
            assert_eq!(reading.mark, mark(generation, false));
            assert!(!reading.slot_lost);
        }
    }

    #[test]
    fn each_flipped_byte_is_noticed_after_a_clean_stop() {
        let home = tempfile::tempdir().unwrap();
        Anchor::make(home.path(), VAULT, 1, &mark(4, true), &key()).unwrap();
        let path = path(home.path(), 1);
        let bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 0x10;
            std::fs::write(&path, &bent).unwrap();
            assert!(
                matches!(
                    open(home.path()),
                    Err(VaultError::DamagedData(DataDamage::AnchorBroken))
                ),
                "byte {at}"
            );
        }
    }

    #[test]
    fn after_an_unclean_stop_one_slot_may_be_lost() {
        let home = tempfile::tempdir().unwrap();
        let mut anchor = Anchor::make(home.path(), VAULT, 1, &mark(4, false), &key()).unwrap();
        anchor.write(&mark(5, false), &key()).unwrap();
        let path = path(home.path(), 1);
        let bytes = std::fs::read(&path).unwrap();
        let mut torn = bytes.clone();
        torn[SLOT + 100..SLOT + 200].fill(0);
        std::fs::write(&path, &torn).unwrap();
        let reading = open(home.path()).unwrap();
        assert!(reading.slot_lost);
        assert_eq!(reading.mark.generation, 4);
        torn.fill(0);
        std::fs::write(&path, &torn).unwrap();
        assert!(open(home.path()).is_err());
    }

    /// A disk writes sectors of 512 bytes whole, but not all of them.
    #[test]
    fn a_write_torn_between_sectors_leaves_the_old_mark_or_the_new() {
        let home = tempfile::tempdir().unwrap();
        let path = path(home.path(), 1);
        for (before, after) in [(true, false), (false, true), (false, false)] {
            let _ = std::fs::remove_file(&path);
            let (before, after) = (mark(4, before), mark(4, after));
            let mut anchor = Anchor::make(home.path(), VAULT, 1, &before, &key()).unwrap();
            for _ in 0..2 {
                let old = std::fs::read(&path).unwrap();
                anchor.write(&after, &key()).unwrap();
                let new = std::fs::read(&path).unwrap();
                for sector in 0..=2 * SLOT / 512 {
                    for (head, tail) in [(&old, &new), (&new, &old)] {
                        let torn = [&head[..sector * 512], &tail[sector * 512..]].concat();
                        std::fs::write(&path, torn).unwrap();
                        let reading = open(home.path()).unwrap();
                        assert!([before, after].contains(&reading.mark));
                        assert!(!reading.slot_lost);
                    }
                }
                std::fs::write(&path, new).unwrap();
            }
        }
    }

    #[test]
    fn slots_do_not_change_places_nor_vaults() {
        let home = tempfile::tempdir().unwrap();
        Anchor::make(home.path(), VAULT, 1, &mark(4, true), &key()).unwrap();
        let path = path(home.path(), 1);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.rotate_left(SLOT);
        std::fs::write(&path, &bytes).unwrap();
        assert!(open(home.path()).is_err());
        bytes.rotate_left(SLOT);
        std::fs::write(&path, &bytes).unwrap();
        open(home.path()).unwrap();
        assert!(Anchor::open(home.path(), Uuid::from_u128(6), 1, &key()).is_err());
    }
}
