//! The encrypted vault: the on-disk format, the store, and the rules of the domain.
//!
//! Nothing here knows a socket, a process or a terminal; time and randomness are handed
//! in. A [`Folder`] is checked and held, a [`Locked`] vault has no key in memory, an
//! [`Unlocked`] one answers questions and makes changes.

mod audit;
mod backup;
mod create;
mod crypto;
pub mod due;
mod epoch;
mod error;
#[cfg(test)]
mod faults;
mod folder;
mod format;
#[doc(hidden)]
pub mod fuzzing;
mod import;
mod inspect;
mod locked;
mod model;
pub mod names;
mod profile;
mod query;
mod random;
pub mod reminder;
mod restore;
mod retention;
mod salvage;
pub mod schedule;
mod settings;
mod store;
#[cfg(feature = "test-support")]
pub mod test_support;
#[cfg(test)]
mod tests;
mod unlock_slots;
mod unlocked;
mod verify;

pub use audit::{
    Action, Actor, AuditContext, AuditEntry, AuditFilter, AuditOutcome, AuditPage, ClaimedFacts,
    Detail,
};
pub use backup::{
    Authenticity, BackupInfo, backup_folder, list_locked as list_backups,
    new_path as new_backup_path, prune as prune_backups,
};
pub use create::create;
pub use crypto::kdf::{KdfJob, KdfParams, KdfPolicy, Kek, NewPassword, NewPasswordJob};
pub use crypto::login::LoginKey;
pub use crypto::recovery::RecoveryKey;
pub use error::{
    BackupDamage, Damage, HeaderDamage, Insecurity, Invalid, KdfBound, RecordKind, Refusal,
    VaultError,
};
pub use folder::{Folder, is_database};
pub use format::backup_manifest::Reason;
pub use import::{
    ImportConflict, ImportEffect, ImportEffects, ImportLine, ImportRecord, ImportTarget,
};
pub use locked::{Locked, OldCopy, OpenFailure, VaultOptions};
pub use model::{
    Credential, CredentialEdit, Dates, Details, DueMoment, EnvironmentInfo, Field, FieldKind,
    Label, LocalNow, Location, NewCredential, NewField, NewValue, Tier, TrustedFile, Usage,
    Version,
};
pub use profile::{LaunchConfig, NewProfile, SavedProfile};
pub use query::{Counts, CredentialFilter, FieldRef, Resolution, Resolved, Selection, Summary};
pub use random::{OsRandom, Random};
pub use restore::{CHECK_TAG, CheckedBackup, Inventory, Restore, Restored, replaced};
pub use retention::superseded;
pub use rusqlite::version as sqlite_version;
pub use salvage::{LostItem, SalvageChange, Salvaged};
pub use settings::{ExpiredRule, Settings};
pub use unlocked::{
    Backup, BackupStage, ExpectedRevision, Rekey, Rekeyed, SwitchFailure, UnlockWarning, Unlocked,
    Verification,
};
pub use verify::{MOST_FINDINGS, VerifyFinding, VerifyPart, VerifyProblem, VerifyReport};
