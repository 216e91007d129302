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
mod examine;
#[cfg(test)]
mod faults;
mod folder;
mod format;
#[doc(hidden)]
pub mod fuzzing;
mod import;
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
mod slots;
mod store;
#[cfg(feature = "test-support")]
pub mod test_support;
#[cfg(test)]
mod tests;
mod unlocked;
mod verify;
mod ways_in;

pub use audit::{
    Action, Actor, AuditEntry, AuditFilter, AuditPage, Claimed, Context, Detail, Outcome,
};
pub use backup::{
    BackupInfo, Standing, backup_folder, list_locked as list_backups, new_path as new_backup_path,
    prune as prune_backups,
};
pub use create::create;
pub use crypto::kdf::{KdfJob, KdfParams, KdfPolicy, Kek, NewPassword, NewPasswordJob};
pub use crypto::login::LoginKey;
pub use crypto::recovery::RecoveryKey;
pub use error::{
    BackupDamage, Damage, Error, HeaderDamage, Insecurity, Invalid, KdfBound, Kind, Refusal,
};
pub use folder::{Folder, is_database};
pub use format::backup_file::Reason;
pub use import::{
    ImportConflict, ImportItem, ImportLine, ImportOutcome, ImportReport, ImportTarget,
};
pub use locked::{Locked, OldCopy, OpenFailure, Options};
pub use model::{
    Clock, Credential, Dates, Details, Environment, Field, FieldKind, FieldValue, Label, Moment,
    NewCredential, NewField, Patch, Place, Tier, TrustedFile, Usage, Version,
};
pub use profile::{NewProfile, Profile, Recipe};
pub use query::{Counts, FieldRef, Filter, Resolution, Resolved, Selection, Summary};
pub use random::{OsRandom, Random};
pub use restore::{CHECK_TAG, Checked, Restore, Restored, Stock, replaced};
pub use retention::superseded;
pub use rusqlite::version as sqlite_version;
pub use salvage::Salvaged;
pub use settings::{ExpiredPolicy, Settings};
pub use unlocked::{
    Backup, BackupStage, Rekey, Rekeyed, Remark, Seen, SwitchFailure, Unlocked, Verification,
};
pub use verify::{Finding, MOST_FINDINGS, Part, Report, Wrong};
