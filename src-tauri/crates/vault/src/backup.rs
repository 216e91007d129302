//! Backups as a whole: what one is, where the automatic ones lie, which there are.
//!
//! Their bytes are in `format::backup_file`; how one is written, in `unlocked::backup`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::crypto::mac::MacKey;
use crate::error::VaultError;
use crate::format::backup_file::BackupFile;
use crate::format::backup_manifest::Reason;
use crate::format::disk;
use crate::retention::{self, KeptBackup};

/// The folder of the automatic backups, in the vault's own.
pub(crate) const FOLDER: &str = "backups";
const SUFFIX: &str = ".khbackup";

/// What is known about a backup without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// Where it lies.
    pub path: PathBuf,
    /// Of which vault.
    pub vault: Uuid,
    /// When it was made.
    pub made_at: Timestamp,
    /// Why.
    pub reason: Reason,
    /// Its size in bytes.
    pub size: u64,
    /// Credentials in it, the trash included.
    pub credentials: u32,
    /// User changes up to it.
    pub generation: u64,
    /// Entries of the log up to it.
    pub audit_sequence: u64,
    /// What is known of it now.
    pub authenticity: Authenticity,
}

/// How a backup stands to the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticity {
    /// Its manifest is from this vault and key, and everything in it was checked when it was
    /// written. Whether the database in it is whole still only [`BackupInfo::is_whole`] tells.
    Authentic,
    /// Its manifest and header are well formed; whose it is is not known, for the vault is
    /// locked, or it was made under an earlier key or by another vault.
    Unproved,
    /// Its manifest or its header is not what was written.
    Damaged,
}

impl BackupInfo {
    pub(crate) fn of(path: &Path, file: &BackupFile, authenticity: Authenticity) -> Self {
        let manifest = &file.manifest;
        Self {
            path: path.to_owned(),
            vault: manifest.vault,
            made_at: manifest.made_at,
            reason: manifest.reason,
            size: std::fs::metadata(path).map_or(0, |found| found.len()),
            credentials: manifest.credentials,
            generation: manifest.generation,
            audit_sequence: manifest.audit_sequence,
            authenticity,
        }
    }

    /// Reads it through: whether every byte is what its manifest says. Slow. Of an authentic
    /// one this is what was checked whole when it was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let read = BackupFile::open(&self.path).and_then(|mut file| file.each_chunk(|_| Ok(())));
        read.is_ok()
    }
}

/// The folder of automatic backups of a vault's folder.
#[must_use]
pub fn backup_folder(vault: &Path) -> PathBuf {
    vault.join(FOLDER)
}

/// The path of a new automatic backup; its folder is made, private.
///
/// # Errors
/// [`VaultError::Insecure`], [`VaultError::Io`].
pub fn new_path(vault: &Path, at: Timestamp, reason: Reason) -> Result<PathBuf, VaultError> {
    let folder = backup_folder(vault);
    disk::make_folder(&folder)?;
    disk::check_folder(&folder)?;
    let stamp = at.strftime("%Y-%m-%dT%H%M%SZ");
    let name = |more: String| folder.join(format!("{stamp}-{}{more}{SUFFIX}", reason.word()));
    let mut path = name(String::new());
    let mut number = 1;
    while disk::check_file(&path)? {
        number += 1;
        path = name(format!("-{number}"));
    }
    Ok(path)
}

/// The automatic backups of a locked vault, newest first.
///
/// # Errors
/// [`VaultError::Insecure`], [`VaultError::Io`].
pub fn list_locked(vault: &Path) -> Result<Vec<BackupInfo>, VaultError> {
    list(vault, None)
}

/// The automatic backups, newest first. With the key of the unlocked vault it is known which of
/// them are its own. A file that is damaged is listed as such, with the time of its file.
///
/// # Errors
/// [`VaultError::Insecure`], [`VaultError::Io`].
pub(crate) fn list(vault: &Path, key: Option<&MacKey>) -> Result<Vec<BackupInfo>, VaultError> {
    let folder = backup_folder(vault);
    match std::fs::symlink_metadata(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        _ => disk::check_folder(&folder)?,
    }
    let io = |error| VaultError::io(&folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.to_string_lossy().ends_with(SUFFIX) {
            found.push(look(&path, key));
        }
    }
    found.sort_by(|a, b| (b.made_at, &b.path).cmp(&(a.made_at, &a.path)));
    Ok(found)
}

fn look(path: &Path, key: Option<&MacKey>) -> BackupInfo {
    match BackupFile::open(path) {
        Ok(file) => {
            let own = key.is_some_and(|key| file.is_authentic(key));
            let authenticity = if own {
                Authenticity::Authentic
            } else {
                Authenticity::Unproved
            };
            BackupInfo::of(path, &file, authenticity)
        }
        Err(_) => {
            let found = std::fs::symlink_metadata(path);
            let modified = found.as_ref().ok().and_then(|found| found.modified().ok());
            let made_at = modified.and_then(|at| Timestamp::try_from(at).ok());
            BackupInfo {
                path: path.to_owned(),
                vault: Uuid::nil(),
                made_at: made_at.unwrap_or(Timestamp::UNIX_EPOCH),
                reason: Reason::Asked,
                size: found.map_or(0, |found| found.len()),
                credentials: 0,
                generation: 0,
                audit_sequence: 0,
                authenticity: Authenticity::Damaged,
            }
        }
    }
}

/// Of these, newest first, those that a vault may be restored from; those under its current key
/// first. Whether they are whole is the caller's to find out.
pub(crate) fn restorable(mut backups: Vec<BackupInfo>, vault: Uuid) -> Vec<BackupInfo> {
    backups.retain(|one| one.vault == vault && one.authenticity != Authenticity::Damaged);
    backups.sort_by_key(|one| one.authenticity != Authenticity::Authentic);
    backups
}

/// Removes those of these backups that are not needed any more; which. Recent are those behind
/// an entry of the log.
pub(crate) fn prune(
    mut backups: Vec<BackupInfo>,
    zone: &TimeZone,
    old: u64,
) -> Result<Vec<PathBuf>, VaultError> {
    // Damaged ones are left: somebody should see them.
    backups.retain(|backup| backup.authenticity != Authenticity::Damaged);
    let kept: Vec<_> = backups
        .iter()
        .map(|one| KeptBackup {
            made_at: one.made_at,
            reason: one.reason,
            is_recent: one.audit_sequence > old,
        })
        .collect();
    let mut removed = Vec::new();
    for at in retention::superseded(&kept, zone) {
        if let Some(backup) = backups.get(at) {
            disk::remove(&backup.path)?;
            removed.push(backup.path.clone());
        }
    }
    Ok(removed)
}
