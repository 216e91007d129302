//! Restores a backup in place of the vault.
//!
//! ```text
//! Restore::read      the file's checksums and header; the slow step is the caller's
//! Restore::check     the manifest's MAC, and everything in a copy of the database
//! Restore::replace   the current vault is kept in a separate folder; then a new epoch above
//!                    both, with a new vault key, a new password slot and recovery key
//! ```
//! Until the header names the new epoch the vault that was there is the vault; its files are
//! copied away before, so that nothing is lost at any point. Other ways into the backup, such
//! as its recovery key, are wrapped for its own epoch and open nothing any more.

mod differences;
mod present;
mod protection;
mod replaced;
mod restored;
mod rights;

use differences::Differences;
pub use differences::Inventory;
use present::PresentVault;
use replaced::keep;
pub use replaced::replaced;
pub use restored::{Restored, RestoredRights};
pub use rights::WithdrawnRights;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::{KdfJob, KdfParams, KdfPolicy, Kek, NewPassword, NewPasswordJob};
use crate::crypto::keys::{EpochKeys, VaultKey};
use crate::crypto::recovery::RecoveryKey;
use crate::epoch::{self, Epoch, EpochSummary, NextEpoch};
use crate::error::{BackupDamage, DataDamage, HeaderDamage, VaultError};
use crate::folder::{Folder, MAKING};
use crate::format::backup_file::BackupFile;
use crate::format::backup_manifest::BackupManifest;
use crate::format::{anchor, disk, header_file, system};
use crate::locked::VaultOptions;
use crate::random::OsRandom;
use crate::store::audit::{self, AuditEvent, Head};
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::check::{Check, CheckInput, pages};
use crate::store::connect;
use crate::store::read;
use crate::store::row_mac::Root;
use crate::store::row_state::RowState;
use crate::store::transfer::{Transfer, TransferSource};
use crate::unlock_slots;
use crate::unlocked::Unlocked;
use crate::verify::VerifyReport;

/// The copy of the backup's database while it is checked, in the vault's folder.
const SCRATCH: &str = "restore-copy";
/// The tag of a credential whose value had changed since the backup.
pub const CHECK_TAG: &str = "check";

/// A backup that is to be restored.
pub struct Restore {
    path: PathBuf,
    file: BackupFile,
    policy: KdfPolicy,
}

/// A backup whose content was checked whole.
pub struct CheckedBackup {
    path: PathBuf,
    manifest: BackupManifest,
    keys: EpochKeys,
    // Before the files: closed before they are removed.
    connection: Connection,
    state: RowState,
    head: Head,
    _scratch: Scratch,
}

/// What is known of the vault that a restore replaces.
#[derive(Clone, Copy, Default)]
pub struct ReplacedVault<'a> {
    /// What it holds, if it was unlocked.
    pub inventory: Option<&'a Inventory>,
    /// The key with which its owner proved to be that, where its header can be read.
    pub kek: Option<&'a Kek>,
}

/// A backup that was carried over, and is not the vault yet.
pub(crate) struct Staged {
    // Before the files of either: closed before they are removed.
    pub(crate) next: NextEpoch,
    backup: CheckedBackup,
    transfer: Transfer,
    key: VaultKey,
    generation: u64,
    differences: Differences,
    present: PresentVault,
    restored: Restored,
    options: VaultOptions,
    // Last: its lock is held as long as there is anything to remove.
    folder: Folder,
}

/// Files that go when this is dropped.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed before the next restore.
        let _ = disk::remove_database(&self.0);
    }
}

impl Restore {
    /// Opens a backup and reads what can be read without a key.
    ///
    /// # Errors
    /// [`VaultError::NotABackup`], [`VaultError::DamagedBackup`], [`VaultError::NewerVersion`],
    /// [`VaultError::Io`].
    pub fn read(path: &Path, policy: KdfPolicy) -> Result<Self, VaultError> {
        Ok(Self {
            path: path.to_owned(),
            file: BackupFile::open(path)?,
            policy,
        })
    }

    /// The slow step for the password of the time it was made.
    ///
    /// # Errors
    /// [`VaultError::KdfOutOfBounds`], [`VaultError::NotEnoughMemory`].
    pub fn password_job(&self) -> Result<KdfJob, VaultError> {
        unlock_slots::password_job(&self.file.header.header, &self.policy)
    }

    /// The slow step for the same password in its new slot: with these parameters, or with
    /// those of the backup's time where they were stronger.
    ///
    /// # Errors
    /// As [`Restore::password_job`], and [`VaultError::NoRandomness`].
    pub fn new_password_job(&self, kdf: KdfParams) -> Result<NewPasswordJob, VaultError> {
        let before = self.file.header.header.kdf();
        let before = before.ok_or(HeaderDamage::Malformed)?;
        NewPasswordJob::make(kdf.stronger(before), &self.policy, &mut OsRandom)
    }

    /// Whether a key opens it.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`].
    pub fn try_key(&self, kek: &Kek) -> Result<(), VaultError> {
        unlock_slots::open_slot(&self.file.header.header, kek).map(drop)
    }

    /// Checks everything in it. Its database is copied into the vault's folder to be opened.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`]; [`VaultError::DamagedBackup`] with what is wrong.
    pub fn check(mut self, kek: &Kek, folder: &Path) -> Result<CheckedBackup, VaultError> {
        let header = &self.file.header.header;
        let key = unlock_slots::open_slot(header, kek)?;
        let keys = EpochKeys::derive(&key, header.vault, header.epoch);
        let damaged = |path: &Path, damage| VaultError::DamagedBackup {
            path: path.to_owned(),
            damage,
        };
        if !self.file.header.is_authentic(&keys.header) || !self.file.is_authentic(&keys.backup) {
            return Err(damaged(&self.path, BackupDamage::Manifest));
        }
        let scratch = Scratch(folder.join(SCRATCH));
        disk::remove_database(&scratch.0)?;
        let copy = disk::make_private(&scratch.0)?;
        self.file.each_chunk(|bytes| {
            system::write(&copy, &scratch.0, bytes)
                .map_err(|error| VaultError::io(&scratch.0, error))
        })?;
        drop(copy);
        let manifest = self.file.manifest.clone();
        let inside = |error| match error {
            VaultError::DamagedData(damage) => damaged(&self.path, BackupDamage::Content(damage)),
            other => other,
        };
        let connection = connect::open(&scratch.0, &keys).map_err(inside)?;
        let state = RowState::read(&connection, &keys.rows).map_err(inside)?;
        let head = Head {
            sequence: manifest.audit_sequence,
            mac: manifest.audit_head,
        };
        let meant = state.state == manifest.state && state.generation == manifest.generation;
        let mut report = VerifyReport::default();
        pages::check(&connection, &mut report);
        if meant && report.is_clean() {
            report = Check::with(report).run(&CheckInput {
                connection: &connection,
                keys: &keys,
                vault: manifest.vault,
                epoch: manifest.epoch,
                state: Some(state),
                head: Some(head),
            });
        }
        let damage = report.damage().or((!meant).then_some(DataDamage::State));
        if let Some(damage) = damage {
            return Err(damaged(&self.path, BackupDamage::Content(damage)));
        }
        Ok(CheckedBackup {
            path: self.path,
            manifest,
            keys,
            connection,
            state,
            head,
            _scratch: scratch,
        })
    }
}

impl CheckedBackup {
    /// Puts the backup in the place of whatever is in the folder, and goes on with it open.
    ///
    /// # Errors
    /// What files and databases may meet. The folder went with the attempt: it is to be read
    /// again, and holds the previous vault or the restored one.
    pub fn replace(
        self,
        folder: Folder,
        there: ReplacedVault<'_>,
        password: &NewPassword,
        context: &AuditContext,
        options: VaultOptions,
    ) -> Result<(Unlocked, RecoveryKey, Restored), VaultError> {
        let path = folder.path().to_owned();
        self.stage(folder, there, context, options)
            .and_then(|staged| staged.put(password, context))
            .map_err(|error| match error {
                // The database does not say where it is full.
                VaultError::DiskFull(at) if at.as_os_str().is_empty() => VaultError::DiskFull(path),
                other => other,
            })
    }

    /// Keeps what is there, and carries everything over into an epoch that nobody needs yet.
    pub(crate) fn stage(
        self,
        folder: Folder,
        there: ReplacedVault<'_>,
        context: &AuditContext,
        options: VaultOptions,
    ) -> Result<Staged, VaultError> {
        let epoch = Epoch {
            vault: self.manifest.vault,
            number: next_epoch(&folder, self.manifest.epoch)?,
        };
        let backup = read::stock(&self.connection)?;
        let inventory = there.inventory;
        let differences = inventory.map(|there| Differences::between(&backup, &there.rows));
        let compared = differences.is_some();
        let differences = differences.unwrap_or_default();
        let (present, folder, mut options) =
            PresentVault::look(folder, options, there, &self.keys)?;
        let replaced = keep(&folder, context.now)?;
        let known = inventory.map_or(0, |there| there.generation);
        let generation = known
            .max(anchor::claimed_generation(folder.path(), &folder.epochs()?))
            .max(self.manifest.generation)
            + 1;
        if replaced.is_none() {
            // Stopped before its header, it never was a vault.
            disk::replace_private(&folder.path().join(MAKING), b"")?;
        }
        let random = &mut *options.random;
        let key = VaultKey::make(random)?;
        let next = NextEpoch::begin(&folder, epoch, &key)?;
        let source = TransferSource {
            connection: &self.connection,
            keys: &self.keys,
            epoch: Epoch {
                vault: self.manifest.vault,
                number: self.manifest.epoch,
            },
        };
        let mut transfer = Transfer::new(&source)?;
        transfer.finish(&source, &next, random)?;
        let name = |id: &Uuid| backup.get(id).map(|row| row.name.clone());
        let restored = Restored {
            made_at: self.manifest.made_at,
            credentials: self.manifest.credentials,
            replaced,
            rights: RestoredRights::Kept,
            settings_kept: Vec::new(),
            compared,
            check: differences.check.iter().filter_map(name).collect(),
            missing: differences.missing.clone(),
        };
        Ok(Staged {
            backup: self,
            next,
            transfer,
            key,
            generation,
            differences,
            present,
            restored,
            folder,
            options,
        })
    }

    fn event(&self, restored: &Restored, differences: &Differences, now: Timestamp) -> AuditEvent {
        let age = now.duration_since(self.manifest.made_at).as_secs().max(0);
        let mut event = AuditEvent::done(Action::BackupRestored)
            .with("file", self.path.display().to_string())
            .with("made_at", self.manifest.made_at.to_string())
            .with("age_seconds", age.to_string())
            .with("entries", self.head.sequence.to_string())
            .with("missing", differences.missing.len().to_string());
        if let Some(replaced) = &restored.replaced {
            event = event.with("replaced", replaced.display().to_string());
        }
        event = restored.rights.noted(event);
        if !restored.settings_kept.is_empty() {
            event = event.with("settings_kept", restored.settings_kept.join(" "));
        }
        event.subjects.extend(&differences.check);
        event
    }
}

impl Staged {
    /// Records the restore and makes the new epoch the vault, which is open then.
    pub(crate) fn put(
        mut self,
        password: &NewPassword,
        context: &AuditContext,
    ) -> Result<(Unlocked, RecoveryKey, Restored), VaultError> {
        let epoch = self.next.epoch;
        let (root, head) = self.mark(context)?;
        let random = &mut *self.options.random;
        let (recovery, recovery_slot) = unlock_slots::make_recovery(epoch, &self.key, random)?;
        let slots = vec![
            unlock_slots::make_password(epoch, &self.key, password, random)?,
            recovery_slot,
        ];
        let sealed = self.next.seal(EpochSummary {
            root,
            generation: self.generation,
            previous: self.backup.state.state,
            head,
        })?;
        let (chosen, opened) = sealed.commit(slots)?;
        // It is the vault now; what cannot be tidied is tidied at the next unlock.
        let _ = disk::remove(&self.folder.path().join(MAKING));
        let _ = epoch::tidy(&self.folder, &chosen);
        let vault = Unlocked::switched(self.folder, self.options, chosen, opened);
        Ok((vault, recovery, self.restored))
    }

    /// Tags what is to be checked, withdraws what the backup must not bring, and ends the log with
    /// what was done.
    fn mark(&mut self, context: &AuditContext) -> Result<(Root, Head), VaultError> {
        let next = &self.next;
        let transaction = next.connection.unchecked_transaction()?;
        let rows = &next.keys.rows;
        let mut rooted = AuthenticatedWriter::new(&transaction, rows, self.transfer.root);
        self.differences.tag(&transaction, &mut rooted, context)?;
        let rights = &self.present.rights;
        self.restored.rights = rights.limit(&transaction, &mut rooted, context.now)?;
        if let Some(present) = &self.present.settings {
            let kept = protection::keep_protection(&transaction, &mut rooted, present)?;
            self.restored.settings_kept = kept;
        }
        let root = rooted.root();
        let (backup, restored) = (&self.backup, &self.restored);
        let event = backup.event(restored, &self.differences, context.now);
        let (key, head) = (&next.keys.audit, self.transfer.head);
        let head = audit::append(&transaction, key, head, context, &event)?;
        transaction.commit()?;
        Ok((root, head))
    }
}

/// Above every epoch of which there is a trace.
fn next_epoch(folder: &Folder, backup: u64) -> Result<u64, VaultError> {
    let header = match header_file::read(folder.path(), false) {
        Ok(chosen) => chosen.copy.header.epoch,
        // What cannot be read names no epoch that could win.
        Err(_) => 0,
    };
    epoch::above_all(folder, header.max(backup))
}
