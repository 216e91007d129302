//! The vault while unlocked: every query and every change.
//!
//! A change is one transaction that carries its audit entry; it is on the disk, and its
//! anchor too, when the method returns. A use is recorded before values are handed out; it
//! survives a kill at once, which a record next to the log proves, and a power loss after the
//! next [`Unlocked::flush_uses`].

mod automation;
mod backup;
mod bulk_edit;
mod counts;
mod credentials;
mod environments;
mod heal;
mod health;
mod imports;
mod kept_backups;
mod login;
mod merge_in;
mod old_versions;
pub(crate) mod profiles;
mod queries;
mod rekey;
mod reminders;
mod rotations;
mod slots;
mod trash;
pub(crate) mod trusted_files;
pub(crate) mod values;
mod verify;
mod versions;
mod writes;

pub use backup::{Backup, BackupStage};
pub use health::{CurrentSecrets, ValueMark};
pub use old_versions::OldVersions;
pub use rekey::{Rekey, Rekeyed, SwitchFailure};
#[cfg(test)]
pub(crate) use trash::ERASED_AT_ONCE;
pub use trash::TrashDaysLeft;
pub use verify::Verification;
use writes::Edit;

use std::cell::RefCell;

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use crate::audit::{Action, AuditContext, AuditFilter, AuditPage};
use crate::crypto::kdf::{KdfJob, Kek};
use crate::crypto::keys::EpochKeys;
use crate::crypto::mac::MacKey;
use crate::epoch::OpenedEpoch;
use crate::error::{UsesDoubt, VaultError};
use crate::folder::Folder;
use crate::format::anchor::Anchor;
use crate::format::disk;
use crate::format::header_file::ChosenHeader;
use crate::format::uses_record::UsesRecord;
use crate::locked::{self, Locked, VaultOptions};
use crate::query::Summary;
use crate::random::{Random, make_array};
use crate::stop;
use crate::store::audit::{AuditEvent, Head};
use crate::store::connect::Durability;
use crate::store::revocable_connection::ConnectionRevoker;
use crate::store::row_state::RowState;
use crate::store::{audit_page, connect};
use crate::unlock_slots;

/// A warning at unlock. Nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlockWarning {
    /// One copy of the header was damaged or missing and has been written again.
    HeaderHealed,
    /// The vault was not locked properly last time: a kill, a crash or a power loss.
    UncleanStop {
        /// Why it is not known whether entries of uses are missing; none where none is.
        doubt: Option<UsesDoubt>,
    },
    /// One slot of the anchor was damaged by an unclean stop.
    AnchorSlotLost,
    /// What was last seen of this vault on this machine could not be read or kept: whether
    /// this copy is an old one is not known.
    LastSeenUnavailable,
    /// It was opened on this machine before, but what was seen of it then is gone or not what
    /// was written: whether this copy is an old one is not known.
    LastSeenLost,
    /// It was opened with the recovery key, and the password was not set since.
    Recovered,
    /// An older copy was opened, on demand.
    OldCopyAccepted {
        /// How many user changes the last seen state was ahead.
        changes: u64,
    },
}

/// Which record a change is for, and the revision its author has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedRevision {
    /// Which.
    pub id: Uuid,
    /// The revision it must still have.
    pub revision: u32,
}

/// An open vault. Dropping it without [`Unlocked::lock`] is an unclean stop, as a kill is.
pub struct Unlocked {
    pub(crate) folder: Folder,
    pub(crate) options: VaultOptions,
    pub(crate) chosen: ChosenHeader,
    pub(crate) keys: EpochKeys,
    pub(crate) connection: Connection,
    /// The database's file, for its bytes and to know it by; closed after the database, for
    /// closing it earlier would drop the locks that keep other writers out.
    pub(crate) raw: Option<std::fs::File>,
    /// The open copy of the last backup, wherever it is checked.
    pub(crate) copy: Option<ConnectionRevoker>,
    pub(crate) anchor: Anchor,
    pub(crate) uses: UsesRecord,
    pub(crate) state: RowState,
    pub(crate) head: Head,
    pub(crate) warnings: Vec<UnlockWarning>,
    pub(crate) durability: Durability,
    pub(crate) unflushed: u32,
    /// The last change is in the database, but its anchor could not be written.
    pub(crate) anchor_behind: bool,
    /// Under which the schedule of reminders was drawn before a re-key, until the next one.
    pub(crate) former_schedule: Option<MacKey>,
    /// Every living credential by project, environment and name: read when first asked for,
    /// forgotten at each change and each use.
    pub(crate) living: RefCell<Option<Vec<Summary>>>,
}

pub(crate) fn make_id(random: &mut dyn Random, now: Timestamp) -> Result<Uuid, VaultError> {
    let bytes: [u8; 10] = make_array(random)?;
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

impl Unlocked {
    /// A vault that was opened just now: nothing was noticed, done or put off yet.
    pub(crate) fn new(
        folder: Folder,
        options: VaultOptions,
        chosen: ChosenHeader,
        opened: OpenedEpoch,
    ) -> Self {
        let raw = database_file(&folder, &chosen).ok();
        Self {
            folder,
            options,
            chosen,
            keys: opened.keys,
            connection: opened.connection,
            raw,
            copy: None,
            anchor: opened.anchor,
            uses: opened.uses,
            state: opened.state,
            head: opened.head,
            warnings: Vec::new(),
            durability: Durability::Full,
            unflushed: 0,
            anchor_behind: false,
            former_schedule: None,
            living: RefCell::default(),
        }
    }

    /// An epoch that has just become the vault, open.
    pub(crate) fn switched(
        folder: Folder,
        options: VaultOptions,
        chosen: ChosenHeader,
        opened: OpenedEpoch,
    ) -> Self {
        let mut vault = Self::new(folder, options, chosen, opened);
        if vault.write_seen(0).is_err() {
            vault.warnings.push(UnlockWarning::LastSeenUnavailable);
        }
        vault
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.chosen.copy.header.vault
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Counts the vault keys that this vault has had, from 1: a new one and a restore raise it.
    #[must_use]
    pub fn epoch_number(&self) -> u64 {
        self.chosen.copy.header.epoch
    }

    /// How many user changes there have been; a change of it tells that something changed.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.state.generation
    }

    /// Whether every key in memory is kept out of swap.
    #[must_use]
    pub fn keys_are_locked(&self) -> bool {
        self.keys.are_locked()
    }

    /// SQLCipher's version, where it tells.
    #[must_use]
    pub fn cipher_version(&self) -> Option<String> {
        let version = self
            .connection
            .pragma_query_value(None, "cipher_version", |row| row.get(0));
        version.ok()
    }

    /// What was noticed at unlock.
    #[must_use]
    pub fn warnings(&self) -> &[UnlockWarning] {
        &self.warnings
    }

    /// The slow step of asking for the password again; give its key to
    /// [`Unlocked::check_password`].
    ///
    /// # Errors
    /// [`VaultError::KdfOutOfBounds`], [`VaultError::NotEnoughMemory`].
    pub fn password_job(&self) -> Result<KdfJob, VaultError> {
        unlock_slots::password_job(&self.chosen.copy.header, &self.options.policy)
    }

    /// Whether a derived key opens the slot it is for.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`].
    pub fn check_password(&self, kek: &Kek) -> Result<(), VaultError> {
        unlock_slots::open_slot(&self.chosen.copy.header, kek).map(drop)
    }

    /// Reopens the database if a disk error has broken the connection, and
    /// checks it as at unlock. To be called before the vault is used; cheap where nothing
    /// is wrong.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`], [`VaultError::DiskFull`], [`VaultError::Io`]: it
    /// cannot be used now, and is to be called again.
    pub fn repair_connection(&mut self) -> Result<(), VaultError> {
        if connect::answers(&self.connection) {
            return Ok(());
        }
        let reopened = self.reopen();
        self.noticing(reopened)
    }

    fn reopen(&mut self) -> Result<(), VaultError> {
        // The old connection has to be gone first, for it holds the file's locks.
        drop(std::mem::replace(
            &mut self.connection,
            Connection::open_in_memory()?,
        ));
        self.living.take();
        let path = self.folder.path().join(&self.chosen.copy.header.database);
        let connection = connect::open(&path, &self.keys)?;
        let (state, head) = locked::check(&connection, &self.keys, &self.mark(false))?;
        self.connection = connection;
        self.durability = Durability::Full;
        // A change that was reported as failed may have been stored anyway.
        self.anchor_behind |= state.generation != self.state.generation;
        self.state = state;
        self.head = head;
        Ok(())
    }

    /// Locks: moves the log into the database, closes it, marks the anchor clean, wipes the
    /// keys. It is locked whatever happens; the second part tells whether the stop was clean.
    pub fn lock(self, context: &AuditContext) -> (Locked, Result<(), VaultError>) {
        stop::to_the_end(|| self.lock_whole(context))
    }

    fn lock_whole(mut self, context: &AuditContext) -> (Locked, Result<(), VaultError>) {
        let recorded = self
            .repair_connection()
            .and_then(|()| self.record_flushed(context, &AuditEvent::done(Action::Locked)));
        if let Some(copy) = self.copy.take() {
            copy.close();
        }
        // While the header is in memory: without it, nothing opens the vault again.
        let kept = self.keep_header();
        // Where it cannot be kept, the next unlock says so.
        let _ = self.write_seen(0);
        let mark = self.mark(true);
        let Self {
            folder,
            options,
            chosen,
            keys,
            connection,
            mut anchor,
            ..
        } = self;
        let checkpointed = connect::checkpoint(&connection);
        let closed = connect::close(connection);
        let result = recorded
            .and(kept)
            .and(checkpointed)
            .and(closed)
            .and_then(|()| anchor.write_both(&mark, &keys.anchor))
            .map_err(|error| locate(error, &folder));
        (Locked::from_parts(folder, options, chosen), result)
    }

    /// A page of the audit log, newest first.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn audit(&self, filter: &AuditFilter) -> Result<AuditPage, VaultError> {
        audit_page::page(&self.connection, filter)
    }
}

/// The file of the open database.
fn database_file(folder: &Folder, chosen: &ChosenHeader) -> Result<std::fs::File, VaultError> {
    let path = folder.path().join(&chosen.copy.header.database);
    disk::open_private(&path, false)
}

/// The database does not say where it is full.
pub(crate) fn locate(error: VaultError, folder: &Folder) -> VaultError {
    match error {
        VaultError::DiskFull(path) if path.as_os_str().is_empty() => {
            VaultError::DiskFull(folder.path().to_owned())
        }
        other => other,
    }
}
