//! The switch to the next epoch: what a re-key, a restore and a rewriting migration share.
//!
//! Database and anchor of the next epoch are built next to the ones in use and checked by
//! reading them back; nothing uses them until the header names them. Header copy A is the
//! commit point, B follows, and only then the files of other epochs go. Stopped at any
//! point, the folder opens as the old epoch or as the new one, never as neither. What an older
//! epoch left is removed at the next unlock. Files of a higher one may be of a switch that was
//! stopped, or the newer vault next to an old copy: they go where the last seen state proves
//! that no newer epoch ever was the vault, and else once a later switch is above them.
//!
//! ```text
//! above_all          a number above every epoch in the folder
//! NextEpoch::begin   makes an empty database
//! Transfer           fills it, in slices, from the source's tables (store::transfer)
//! NextEpoch::seal    state and log end, anchor, and everything checked by reading it back
//! SealedEpoch::commit   header A: from here on it is the vault; then B
//! tidy               once the old database is closed
//! ```
//! A `NextEpoch` or `SealedEpoch` that is dropped takes its files along.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use uuid::Uuid;

use crate::crypto::keys::{EpochKeys, VaultKey};
use crate::crypto::mac::Digest;
use crate::error::{DataDamage, VaultError};
use crate::folder::Folder;
use crate::format::anchor::{self, Anchor, Mark};
use crate::format::disk;
use crate::format::header::{Header, HeaderCopy, UnlockSlot, database_name};
use crate::format::header_file::{self, ChosenHeader};
use crate::format::uses_record::{self, UsesRecord};
use crate::store::audit::{self, Head};
use crate::store::audit_trim;
use crate::store::connect::{self, Durability};
use crate::store::row_mac::Root;
use crate::store::row_state::RowState;

/// The database's numbers have a sign.
const MOST: u64 = i64::MAX as u64;

/// Which epoch: everything its keys and seals are bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch {
    pub(crate) vault: Uuid,
    pub(crate) number: u64,
}

/// An epoch in the making.
pub(crate) struct NextEpoch {
    // Before the files: closed before they are removed.
    pub(crate) connection: Connection,
    pub(crate) keys: EpochKeys,
    pub(crate) epoch: Epoch,
    files: EpochFiles,
}

/// What a sealed epoch holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EpochSummary {
    /// Of the rows, under its keys.
    pub(crate) root: Root,
    /// Above that of every vault it follows.
    pub(crate) generation: u64,
    /// The state it follows.
    pub(crate) previous: Digest,
    /// The end of the log, under its keys.
    pub(crate) head: Head,
}

/// A whole epoch that was checked and that no header names yet.
pub(crate) struct SealedEpoch {
    pub(crate) opened: OpenedEpoch,
    epoch: Epoch,
    files: EpochFiles,
}

/// The parts of an open vault.
pub(crate) struct OpenedEpoch {
    pub(crate) connection: Connection,
    pub(crate) keys: EpochKeys,
    pub(crate) anchor: Anchor,
    pub(crate) uses: UsesRecord,
    pub(crate) state: RowState,
    pub(crate) head: Head,
}

/// The files of an epoch, removed when dropped unless it has become the vault.
struct EpochFiles {
    folder: PathBuf,
    number: u64,
    kept: bool,
}

impl Drop for EpochFiles {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed now is removed at the next unlock.
            let _ = remove(&self.folder, self.number);
        }
    }
}

impl NextEpoch {
    /// Begins an epoch under a vault key: an empty database, private, next to the current one.
    /// Its number is one of [`above_all`].
    pub(crate) fn begin(folder: &Folder, epoch: Epoch, key: &VaultKey) -> Result<Self, VaultError> {
        let folder = folder.path().to_owned();
        let keys = EpochKeys::derive(key, epoch.vault, epoch.number);
        let files = EpochFiles {
            folder,
            number: epoch.number,
            kept: false,
        };
        let connection = connect::make(&files.database(), &keys)?;
        // Nothing of it counts before `seal`, which writes with full durability.
        connect::set_durability(&connection, Durability::Normal)?;
        Ok(Self {
            connection,
            keys,
            epoch,
            files,
        })
    }

    /// Completes it: writes the rows' state and the anchor, closes, reopens, and compares
    /// all of it with what was intended. The anchor is marked as in use, because the caller that commits
    /// may go on with what was opened; the next unlock finds it so.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`] where what is read back is not what was written, and what
    /// files and database may meet.
    pub(crate) fn seal(self, meant: EpochSummary) -> Result<SealedEpoch, VaultError> {
        let EpochSummary {
            root,
            generation,
            previous,
            head,
        } = meant;
        let Self {
            connection,
            keys,
            epoch,
            files,
        } = self;
        let state = RowState::derive(&keys.rows, root, generation, previous);
        connect::set_durability(&connection, Durability::Full)?;
        let transaction = connection.unchecked_transaction()?;
        state.insert(&transaction, epoch.vault, epoch.number)?;
        transaction.commit()?;
        connect::checkpoint(&connection)?;
        connect::close(connection)?;
        let mark = Mark {
            generation,
            state: state.state,
            audit_sequence: head.sequence,
            audit_head: head.mac,
            clean: false,
        };
        let anchor = Anchor::make(
            &files.folder,
            epoch.vault,
            epoch.number,
            &mark,
            &keys.anchor,
        );
        drop(anchor?);
        disk::sync_folder(&files.database())?;
        let opened = files.read_back(epoch, keys, state, head)?;
        Ok(SealedEpoch {
            opened,
            epoch,
            files,
        })
    }
}

impl SealedEpoch {
    /// Makes it the vault: header A, then B. After an error the header must be read again,
    /// for either epoch may be the vault then; nothing of the old one is removed. Where only
    /// B could not be written it is the vault, and B is repaired at the next unlock.
    pub(crate) fn commit(
        mut self,
        slots: Vec<UnlockSlot>,
    ) -> Result<(ChosenHeader, OpenedEpoch), VaultError> {
        let header = Header {
            vault: self.epoch.vault,
            epoch: self.epoch.number,
            database: database_name(self.epoch.number),
            slots,
        };
        let copy = HeaderCopy::make(header, &self.opened.keys.header);
        // From the first byte on the header may name these files.
        self.files.kept = true;
        let wants_healing = header_file::commit(&self.files.folder, &copy)?;
        Ok((ChosenHeader::of(copy, wants_healing), self.opened))
    }
}

impl EpochFiles {
    fn database(&self) -> PathBuf {
        self.folder.join(database_name(self.number))
    }

    /// Reads everything from the disk and compares it with what was meant to be there.
    fn read_back(
        &self,
        epoch: Epoch,
        keys: EpochKeys,
        meant: RowState,
        head: Head,
    ) -> Result<OpenedEpoch, VaultError> {
        let owner = (epoch.vault, epoch.number);
        let uses = UsesRecord::begin(&self.folder, owner, head, &keys.uses)?;
        let (anchor, _) = Anchor::open(&self.folder, epoch.vault, epoch.number, &keys.anchor)?;
        let connection = connect::open(&self.database(), &keys)?;
        let state = RowState::read(&connection, &keys.rows)?;
        if state != meant {
            return Err(DataDamage::State.into());
        }
        if Root::compute(&connection, &keys.rows)? != state.root {
            return Err(DataDamage::Rows.into());
        }
        let beginning = audit_trim::beginning(&connection, &keys.audit)?;
        let end = audit::verify_from(&connection, &keys.audit, beginning)?;
        if end != head {
            let sequence = end.sequence + 1;
            return Err(DataDamage::Audit { sequence }.into());
        }
        Ok(OpenedEpoch {
            connection,
            keys,
            anchor,
            uses,
            state,
            head,
        })
    }
}

/// A number above every epoch with a file in the folder, and above a known one.
///
/// # Errors
/// [`VaultError::NoEpochLeft`]: no vault gets there, but anybody can name a file so.
pub(crate) fn above_all(folder: &Folder, known: u64) -> Result<u64, VaultError> {
    let lying = folder.epochs()?.into_iter().max().unwrap_or(0);
    let above = lying
        .max(known)
        .checked_add(1)
        .filter(|above| *above < MOST);
    above.ok_or_else(|| VaultError::NoEpochLeft(folder.path().to_owned()))
}

/// Removes the files of one epoch. Its database must be closed.
pub(crate) fn remove(folder: &Path, epoch: u64) -> Result<(), VaultError> {
    let database = folder.join(database_name(epoch));
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = database.clone().into_os_string();
        name.push(suffix);
        disk::remove(Path::new(&name))?;
    }
    disk::remove(&anchor::path(folder, epoch))?;
    disk::remove(&uses_record::path(folder, epoch))
}

/// Removes what the epochs before a switch left, once both copies of the header name the
/// new one: until then the other copy may be the only way in that is left.
pub(crate) fn tidy(folder: &Folder, chosen: &ChosenHeader) -> Result<(), VaultError> {
    if chosen.wants_healing {
        return Ok(());
    }
    remove_older(folder, chosen.copy.header.epoch)
}

/// Removes what epochs before this one left. Only for a vault whose header and data were
/// checked.
pub(crate) fn remove_older(folder: &Folder, epoch: u64) -> Result<(), VaultError> {
    for older in folder.epochs()?.range(..epoch) {
        remove(folder.path(), *older)?;
    }
    Ok(())
}

/// Removes what other epochs left: those before, and any that never came to be. Only for a
/// vault whose header and data were checked, and that is known to be the newest there was.
pub(crate) fn remove_others(folder: &Folder, epoch: u64) -> Result<(), VaultError> {
    for other in folder.epochs()? {
        if other != epoch {
            remove(folder.path(), other)?;
        }
    }
    Ok(())
}
