//! The encrypted vault: the on-disk format, the store, and the rules of the domain.
//!
//! Nothing here knows a socket, a process or a terminal; time and randomness are handed
//! in; what may take long can be stopped from another thread ([`stop`]). A [`Folder`] is checked and held, a [`Locked`] vault has no key in memory, an
//! [`Unlocked`] one answers questions and makes changes.

mod audit;
mod backup;
pub mod calendar_file;
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
mod rotation;
mod salvage;
pub mod schedule;
mod settings;
pub mod stop;
mod store;
mod stored_text;
#[cfg(feature = "test-support")]
pub mod test_support;
#[cfg(test)]
mod tests;
mod unlock;
mod unlock_slots;
mod unlocked;
mod verify;

pub use audit::{
    Action, Actor, AuditContext, AuditEntry, AuditFilter, AuditOutcome, AuditPage, CHECK_STATE,
    ClaimedFacts, Detail, ProgramEvidence,
};
pub use backup::{
    Authenticity, BackupInfo, backup_folder, list_locked as list_backups,
    new_path as new_backup_path,
};
pub use create::create;
pub use crypto::kdf::{KdfJob, KdfParams, KdfPolicy, Kek, NewPassword, NewPasswordJob};
pub use crypto::login::LoginKey;
pub use crypto::recovery::RecoveryKey;
pub use error::{
    BackupDamage, DataDamage, HeaderDamage, Insecurity, Invalid, KdfBound, RecordKind, Refusal,
    UsesDoubt, VaultError,
};
pub use folder::{Folder, is_database};
pub use format::backup_manifest::Reason;
pub use import::{
    ImportConflict, ImportEffect, ImportEffects, ImportLine, ImportRecord, ImportTarget,
    ReplacedValues,
};
pub use keyhaven_rules::settings::{ExpiredPolicy, Settings};
pub use locked::{Locked, OldCopy, VaultOptions};
pub use model::{
    Credential, CredentialEdit, Dates, Details, EnvironmentInfo, ExpiryChange, Field, FieldKind,
    FileTrust, Label, LocalNow, Location, Moment, NewCredential, NewField, NewValue, NewVersion,
    RollbackDates, Tier, TrustedFile, Usage, ValueDates, Version,
};
pub use profile::{LaunchConfig, NewProfile, SavedProfile};
pub use query::{Counts, CredentialFilter, FieldRef, Resolution, Resolved, Selection, Summary};
pub use random::{OsRandom, Random};
pub use restore::{
    CHECK_TAG, CheckedBackup, Inventory, ReplacedVault, Restore, Restored, RestoredRights,
    WithdrawnRights, replaced,
};
pub use rotation::{Automation, AutomationStage, NewValueCheck, Rotation, RotationStage};
pub use rusqlite::version as sqlite_version;
pub use salvage::{ChangedItem, LostItem, Salvaged};
pub use store::audit_search::LatestCheck;
pub use stored_text::StoredText;
pub use unlock::OpenFailure;
pub use unlocked::{
    Backup, BackupStage, CurrentSecrets, ExpectedRevision, OldVersions, Rekey, Rekeyed,
    SwitchFailure, TrashDaysLeft, UnlockWarning, Unlocked, ValueMark, Verification,
};
pub use verify::{MOST_FINDINGS, PartProblem, VerifyPart, VerifyProblem, VerifyReport};
