//! Writes a backup of the unlocked vault while it is in use.
//!
//! While commits may not move the log into the database file, the file stays as it is: its
//! pages are copied as they are, encrypted, in slices between which the vault answers.
//! The copy is then opened with the vault's keys and checked whole, put together with a
//! header copy and a manifest under a temporary name, and renamed when all of it is on the
//! disk and has been read back.
//!
//! Slightly over 400 lines: the stages of one backup, which are read together.

use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Unlocked, database_file, make_id};
use crate::audit::{Action, AuditContext, AuditOutcome};
use crate::backup::{self, Authenticity, BackupInfo};
use crate::error::{DataDamage, VaultError};
use crate::format::backup_file::{self, BackupFile};
use crate::format::backup_manifest::{BackupManifest, ManifestPart, Reason};
use crate::format::{disk, system};
use crate::stop;
use crate::store::audit::{AuditEvent, Head};
use crate::store::check::{Check, CheckInput, pages};
use crate::store::revocable_connection::RevocableConnection;
use crate::store::row_state::RowState;
use crate::store::{connect, read};

/// Bytes copied in a slice.
const SLICE: u64 = 1 << 20;
/// The copy while it is made, in the vault's folder.
const SCRATCH: &str = "backup-copy";

/// A backup under way. What is left of one that is dropped are its files, which go with it.
pub struct Backup {
    target: PathBuf,
    reason: Reason,
    stage: BackupStage,
    files: BackupFiles,
    copy: File,
    hash: Sha256,
    size: u64,
    copied: u64,
    header: Vec<u8>,
    manifest: BackupManifest,
    state: RowState,
    head: Head,
    epoch: u64,
    check: Check,
    opened: Option<RevocableConnection>,
    front: Vec<u8>,
}

/// Who does the next step of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupStage {
    /// [`Unlocked::backup_slice`]: a piece is copied or checked.
    Slice,
    /// [`Backup::check_pages`]: does not need the vault.
    Pages,
    /// [`Unlocked::backup_slice`]: a piece of the rows is checked.
    Rows,
    /// [`Backup::assemble`]: needs neither the vault nor its keys.
    Assemble,
    /// [`Unlocked::finish_backup`].
    Finish,
}

/// The files of a backup that is not finished.
struct BackupFiles {
    scratch: PathBuf,
    temporary: PathBuf,
}

impl BackupFiles {
    fn remove(&self) -> Result<(), VaultError> {
        disk::remove_database(&self.scratch)?;
        disk::remove(&self.temporary)
    }
}

impl Drop for BackupFiles {
    fn drop(&mut self) {
        // What cannot be removed now is removed before the next backup.
        let _ = self.remove();
    }
}

impl Unlocked {
    /// Begins a backup into a file that is written whole or not at all. A backup of Keyhaven
    /// that lies there is replaced; anything else is not.
    ///
    /// # Errors
    /// [`VaultError::BackupInVault`]; [`VaultError::NotABackup`] where something else has that name; what
    /// files and database may meet.
    pub fn begin_backup(
        &mut self,
        target: &Path,
        reason: Reason,
        context: &AuditContext,
    ) -> Result<Backup, VaultError> {
        self.check_outside_of_vault(target)?;
        if std::fs::symlink_metadata(target).is_ok() {
            match BackupFile::open(target) {
                // Of another vault it may be the only one.
                Ok(other) if other.manifest.vault != self.id() => {
                    return Err(VaultError::NotABackup(target.to_owned()));
                }
                Ok(_) | Err(VaultError::DamagedBackup { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        // A separate name, so that a file of the user is never removed.
        let mine = make_id(&mut *self.options.random, context.now)?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{mine}.new"));
        let temporary = target.with_file_name(name);
        let scratch = match self.is_in_place() {
            true => self.folder.path().join(SCRATCH),
            // There is no such folder any more, and this backup is what is left of it.
            false => temporary.with_extension(SCRATCH),
        };
        let files = BackupFiles { scratch, temporary };
        files.remove()?;
        let copy = disk::make_private(&files.scratch)?;
        self.flush_uses()?;
        connect::checkpoint(&self.connection)?;
        let size = self.raw()?.metadata().map(|found| found.len());
        let size = size.map_err(|error| VaultError::io(self.folder.path(), error))?;
        let header = self.chosen.copy.encode();
        let part = |size, sha256| ManifestPart { size, sha256 };
        let credentials = read::credential_count(&self.connection)?;
        let manifest = BackupManifest {
            vault: self.id(),
            epoch: self.chosen.copy.header.epoch,
            generation: self.state.generation,
            state: self.state.state,
            audit_sequence: self.head.sequence,
            audit_head: self.head.mac,
            made_at: context.now,
            reason,
            credentials: u32::try_from(credentials).unwrap_or(u32::MAX),
            header: part(header.len() as u64, Sha256::digest(&header).into()),
            database: part(size, [0; 32]),
        };
        // Last, for what fails before would leave it so. Nothing was committed since.
        connect::set_checkpoints(&self.connection, false)?;
        Ok(Backup {
            target: target.to_owned(),
            reason,
            stage: BackupStage::Slice,
            files,
            copy,
            hash: Sha256::new(),
            size,
            copied: 0,
            header,
            epoch: manifest.epoch,
            manifest,
            state: self.state,
            head: self.head,
            check: Check::new(),
            opened: None,
            front: Vec::new(),
        })
    }

    /// Whether a backup would lie elsewhere than the vault, or where the automatic ones do: in
    /// the vault's folder it would go with it, and to open what lies there by its path could
    /// drop the locks of the database.
    fn check_outside_of_vault(&self, target: &Path) -> Result<(), VaultError> {
        let folder = target.parent().unwrap_or(target);
        let folder = folder
            .canonicalize()
            .map_err(|error| VaultError::io(folder, error))?;
        // Where it leads, if it is a link to something.
        let end = target.canonicalize().ok();
        let end = end.as_deref().and_then(Path::parent);
        let vault = self.folder.path();
        let automatic = backup::backup_folder(vault);
        let within = |at: &Path| at.starts_with(vault) && at != automatic;
        if within(&folder) || end.is_some_and(within) {
            return Err(VaultError::BackupInVault(target.to_owned()));
        }
        Ok(())
    }

    /// The database file, for its bytes.
    fn raw(&mut self) -> Result<&File, VaultError> {
        match &mut self.raw {
            Some(file) => Ok(file),
            none => Ok(none.insert(database_file(&self.folder, &self.chosen)?)),
        }
    }

    /// Copies or checks a piece.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`] where the copy, and so the vault, is not what was written; what
    /// files and database may meet.
    pub fn backup_slice(&mut self, backup: &mut Backup) -> Result<(), VaultError> {
        let done = match backup.stage {
            BackupStage::Slice => self.copy_slice(backup),
            BackupStage::Rows => self.check_slice(backup),
            BackupStage::Pages | BackupStage::Assemble | BackupStage::Finish => Ok(()),
        };
        if done.is_err() {
            self.abandon_backup()?;
        }
        done
    }

    /// The database goes on as if no backup had begun.
    ///
    /// # Errors
    /// [`VaultError::Database`].
    pub(crate) fn abandon_backup(&mut self) -> Result<(), VaultError> {
        connect::set_checkpoints(&self.connection, true)
    }

    fn copy_slice(&mut self, backup: &mut Backup) -> Result<(), VaultError> {
        if self.chosen.copy.header.epoch != backup.epoch {
            return Err(DataDamage::State.into());
        }
        let left = (backup.size - backup.copied).min(SLICE);
        let mut piece = vec![0; usize::try_from(left).unwrap_or(0)];
        let from = self.folder.path().to_owned();
        system::read_at(self.raw()?, &from, &mut piece, backup.copied)
            .map_err(|error| VaultError::io(&from, error))?;
        let scratch = &backup.files.scratch;
        system::write(&backup.copy, scratch, &piece)
            .map_err(|error| VaultError::io(scratch, error))?;
        backup.hash.update(&piece);
        backup.copied += left;
        if backup.copied == backup.size {
            connect::set_checkpoints(&self.connection, true)?;
            backup.manifest.database.sha256 = std::mem::take(&mut backup.hash).finalize().into();
            let (lent, recall) =
                RevocableConnection::new(connect::open(&backup.files.scratch, &self.keys)?);
            backup.opened = Some(lent);
            self.copy = Some(recall);
            backup.stage = BackupStage::Pages;
        }
        Ok(())
    }

    fn check_slice(&mut self, backup: &mut Backup) -> Result<(), VaultError> {
        let opened = backup.opened.as_ref().ok_or(DataDamage::DatabaseMissing)?;
        let check = &mut backup.check;
        let more = opened.using(|connection| {
            check.step(&CheckInput {
                connection,
                keys: &self.keys,
                vault: backup.manifest.vault,
                epoch: backup.epoch,
                state: Some(backup.state),
                head: Some(backup.head),
            })
        })?;
        // What could not be read because of that is no damage.
        stop::check()?;
        if let Some(damage) = backup.check.report.damage() {
            return Err(damage.into());
        }
        if !more {
            backup.opened = None;
            backup.front = backup.manifest.encode(&self.keys.backup);
            backup.stage = BackupStage::Assemble;
        }
        Ok(())
    }

    /// Records the backup and gives it its name.
    ///
    /// # Errors
    /// What a write may meet; then there is no backup.
    pub fn finish_backup(
        &mut self,
        backup: Backup,
        context: &AuditContext,
    ) -> Result<BackupInfo, VaultError> {
        let event = AuditEvent::done(Action::BackedUp)
            .with("file", backup.target.display().to_string())
            .with("reason", backup.reason.word())
            .with("bytes", backup.bytes().to_string());
        self.record_anchored(context, &event)?;
        let renamed = system::rename(&backup.files.temporary, &backup.target)
            .map_err(|error| VaultError::io(&backup.target, error))
            .and_then(|()| disk::sync_folder(&backup.target));
        if let Err(error) = renamed {
            let failed = AuditEvent {
                outcome: AuditOutcome::Failed,
                ..event
            };
            self.record_anchored(context, &failed)?;
            return Err(error);
        }
        let file = BackupFile::open(&backup.target)?;
        Ok(BackupInfo::of(
            &backup.target,
            &file,
            Authenticity::Authentic,
        ))
    }

    fn record_anchored(
        &mut self,
        context: &AuditContext,
        event: &AuditEvent,
    ) -> Result<(), VaultError> {
        self.record_flushed(context, event)?;
        self.write_anchor()
    }

    /// All steps of a backup.
    ///
    /// # Errors
    /// As its steps.
    pub fn backup(
        &mut self,
        target: &Path,
        reason: Reason,
        context: &AuditContext,
    ) -> Result<BackupInfo, VaultError> {
        let mut backup = self.begin_backup(target, reason, context)?;
        loop {
            match backup.stage() {
                BackupStage::Slice | BackupStage::Rows => self.backup_slice(&mut backup)?,
                BackupStage::Pages => backup.check_pages()?,
                BackupStage::Assemble => backup.assemble()?,
                BackupStage::Finish => return self.finish_backup(backup, context),
            }
        }
    }
}

impl Backup {
    /// Who does the next step.
    #[must_use]
    pub fn stage(&self) -> BackupStage {
        self.stage
    }

    /// Bytes copied or things checked so far, and how many there are about.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let (checked, things) = self.check.progress();
        (self.copied / 4096 + checked, self.size / 4096 + things)
    }

    fn bytes(&self) -> u64 {
        (self.front.len() + self.header.len()) as u64 + self.size
    }

    /// Checks every page of the copy. Slow; to be run anywhere: a lock breaks it off.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::LockedMeanwhile`].
    pub fn check_pages(&mut self) -> Result<(), VaultError> {
        let opened = self.opened.as_ref().ok_or(DataDamage::DatabaseMissing)?;
        let report = &mut self.check.report;
        opened.using(|connection| pages::check(connection, report))?;
        match self.check.report.damage() {
            Some(damage) => Err(damage.into()),
            None => {
                self.stage = BackupStage::Rows;
                Ok(())
            }
        }
    }

    /// Puts the parts together under the temporary name, syncs, and reads all of it back.
    /// Slow; to be run anywhere.
    ///
    /// # Errors
    /// What files may meet; [`VaultError::DamagedBackup`] where what is read back differs.
    pub fn assemble(&mut self) -> Result<(), VaultError> {
        let path = &self.files.temporary;
        let file = disk::make_private(path)?;
        let mut database = disk::open_private(&self.files.scratch, false)?;
        let expected = self.manifest.database;
        let same = backup_file::assemble(
            (&file, path),
            &self.front,
            &self.header,
            &mut database,
            expected,
        )
        .map_err(|error| VaultError::io(path, error))?;
        if !same {
            return Err(DataDamage::DatabaseBroken.into());
        }
        BackupFile::open(path)?.each_chunk(|_| Ok(()))?;
        self.stage = BackupStage::Finish;
        Ok(())
    }
}
