//! Looking after the vault: checks, backups, restoring, salvaging. The requests stand in the
//! one list of [`crate::request`]; what they hold and bring is here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::finding::{SalvageChange, SalvageLoss, VerifyFinding};
use crate::frame::Segment;
use crate::notice::Notice;
use crate::proof::Proof;

/// See [`crate::request::Query::Backups`].
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct BackupsRequest {}

/// See [`crate::request::Query::BackUp`].
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct BackUpRequest {}

/// See [`crate::request::Query::BackUpTo`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct BackUpToRequest {
    /// The absolute path of the file. A backup that lies there is replaced, nothing else is.
    pub file: String,
}

/// See [`crate::request::Query::VerifyLog`].
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct VerifyLogRequest {}

/// The log is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct LogView {
    /// The number of its first entry: above 1 where older ones were cut off.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "number"))]
    pub first: u64,
    /// Entries.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "number"))]
    pub entries: u64,
}

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum BackupReason {
    /// Somebody asked for it.
    Asked,
    /// A day has passed.
    Daily,
    /// Before an import.
    Import,
    /// Before a new vault key.
    Rekey,
    /// Before the tables migrate.
    Migration,
}

/// What is known of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum BackupState {
    /// It is from this vault and key, and everything in it was checked when it was written.
    /// Whether it is whole still shows when it is restored.
    Authentic,
    /// Its beginning is well formed; whose it is shows when it is restored: the vault is
    /// locked, or it was made under an earlier key.
    Unproved,
    /// Its beginning is not what was written.
    Damaged,
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct BackupView {
    /// Its path.
    pub file: String,
    /// When it was made.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub made_at: Timestamp,
    /// Why.
    pub reason: BackupReason,
    /// Bytes.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "number"))]
    pub size: u64,
    /// Credentials in it, the trash included.
    pub credentials: u32,
    /// What is known of it.
    pub state: BackupState,
}

/// See [`crate::request::SecretIn::Verify`].
#[derive(Debug, Serialize, Deserialize)]
pub struct VerifyRequest {
    /// The master password; needed while the vault is locked, which it stays.
    pub password: Option<Segment>,
}

/// A part of the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultPart {
    /// Both copies of the header.
    Header,
    /// The anchor, and that the database fits it.
    Anchor,
    /// The pages of the database.
    Pages,
    /// The rows users change.
    Rows,
    /// The sealed values.
    Values,
    /// What follows from other rows.
    Derived,
    /// The log.
    Log,
}

/// A part that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedView {
    /// Which.
    pub part: VaultPart,
    /// How many things of it were looked at.
    pub things: u64,
    /// Whether nothing is wrong with them.
    pub intact: bool,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingView {
    /// In which part.
    pub part: VaultPart,
    /// What is wrong, and where.
    pub finding: VerifyFinding,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyView {
    /// The parts that were reached.
    pub checked: Vec<CheckedView>,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<FindingView>,
    /// How many more findings there are.
    pub more: u32,
    /// What was missing or damaged and has been written again.
    #[serde(default)]
    pub healed: Vec<VaultPart>,
    /// The backup to restore from: read through and whole, of the vault's own key where there
    /// is one, and the newest of those.
    pub backup: Option<BackupView>,
}

/// See [`crate::request::SecretOut::RestoreBackup`].
#[derive(Debug, Serialize, Deserialize)]
pub struct RestoreBackupRequest {
    /// The absolute path of the backup.
    pub file: String,
    /// The master password of the time it was made.
    pub password: Segment,
    /// What shows that the owner of the vault that is replaced asks; needed where its header
    /// can be read.
    #[serde(default)]
    pub present: Option<Proof>,
}

/// A backup has taken the vault's place; it is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RestoredView {
    /// The new recovery key, shown once: earlier ones open nothing any more.
    pub recovery_key: Segment,
    /// When the backup was made.
    pub made_at: Timestamp,
    /// Credentials in it, the trash included.
    pub credentials: u32,
    /// The folder that holds what was replaced, itself a vault; none where there was nothing.
    pub replaced: Option<String>,
    /// Whether what was replaced could be compared.
    pub compared: bool,
    /// What its owner should know.
    pub notices: Vec<Notice>,
    /// Credentials whose value had changed since; each has the tag `check` now.
    pub check: Vec<String>,
    /// Credentials that came after the backup and are not in it.
    pub missing: Vec<String>,
}

/// See [`crate::request::SecretOut::Salvage`].
#[derive(Debug, Serialize, Deserialize)]
pub struct SalvageRequest {
    /// The absolute path of the new vault's folder: empty, or not there yet.
    pub folder: String,
    /// The master password of the vault that is damaged.
    pub password: Segment,
    /// The master password of the new vault.
    pub new_password: Segment,
}

/// What could still be read is in a new vault, which is locked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SalvageView {
    /// The recovery key of the new vault, shown once.
    pub recovery_key: Segment,
    /// Its folder.
    pub folder: String,
    /// Credentials in it, the trash included.
    pub credentials: u32,
    /// Versions with values in it.
    pub versions: u32,
    /// Profiles in it.
    pub profiles: u32,
    /// What could not be read; empty where nothing is known to be lost.
    pub lost: Vec<SalvageLoss>,
    /// What was renamed or fills its variable no longer, because something else stood in
    /// its place already; and profiles that may no longer take keys of a higher tier.
    pub changed: Vec<SalvageChange>,
}
