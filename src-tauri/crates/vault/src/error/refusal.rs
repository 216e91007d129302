//! What the rules of the vault forbid, though it is well formed.

use std::path::PathBuf;

use jiff::Timestamp;
use keyhaven_rules::Tier;
use uuid::Uuid;

use crate::model::Moment;

/// A rule that forbids something well formed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was revoked.
    #[error("{credential} is revoked")]
    Revoked {
        /// Its name.
        credential: String,
        /// Its id.
        id: Uuid,
    },
    /// It expired, and the setting says refuse.
    #[error("{credential} has expired")]
    Expired {
        /// Its name.
        credential: String,
        /// Its id.
        id: Uuid,
    },
    /// The environment has another tier than the requested one.
    #[error("the environment is {} already", .present.name())]
    Tier {
        /// Its tier.
        present: Tier,
        /// The one that was given.
        wanted: Tier,
    },
    /// The values that were asked for have more bytes than the caller can take.
    #[error("the values are larger than {0} bytes together")]
    TooLarge(usize),
    /// A rotation of it is open already.
    #[error("a rotation of {credential} is open since {started_at}")]
    RotationOpen {
        /// Its name.
        credential: String,
        /// Since when.
        started_at: Timestamp,
    },
    /// No rotation of it is open.
    #[error("no rotation of {credential} is open")]
    NoRotation {
        /// Its name.
        credential: String,
    },
    /// The new value of a rotation is not in use yet, so the current one is needed.
    #[error("the new value of {credential} is not in use yet")]
    NotPromoted {
        /// Its name.
        credential: String,
    },
    /// Another version than that of its rotation is in use since.
    #[error("{credential} got another value since its rotation")]
    RotationOvertaken {
        /// Its name.
        credential: String,
    },
    /// The new value of a rotation is the current one.
    #[error("{credential} has this value already")]
    SameValue {
        /// Its name.
        credential: String,
    },
    /// A version that is to become current by its rotation alone.
    #[error("version {0} is pending")]
    VersionPending(u32),
    /// A version that was revoked cannot come back.
    #[error("version {0} is revoked")]
    VersionRevoked(u32),
    /// The values of this version were erased.
    #[error("the values of version {0} are erased")]
    VersionErased(u32),
    /// The older values would take too much room together with a new one.
    #[error("version {version} of {credential} would be discarded")]
    WouldDiscard {
        /// Its name.
        credential: String,
        /// The oldest version that would lose its values.
        version: u32,
        /// Until when that was the current one.
        until: Timestamp,
    },
    /// The backups next to the vault that have to stay leave no room for another one.
    #[error("the backups in {} take too much room", .0.display())]
    BackupsFull(PathBuf),
    /// A snooze ends at the expiry, and that is not later than now.
    #[error("the reminders of {credential} cannot be quieted: its expiry is {expires}")]
    SnoozePastExpiry {
        /// Its name.
        credential: String,
        /// When it expires.
        expires: Moment,
    },
    /// It is in the trash (or not).
    #[error("it is not in the trash")]
    NotInTrash,
    /// A new name can be taken for another one next to it.
    #[error("{name} looks like {existing}")]
    Lookalike {
        /// The new name.
        name: String,
        /// The one there is.
        existing: String,
    },
    /// There are as many profiles as a vault can have.
    #[error("a vault has at most {0} profiles")]
    TooManyProfiles(usize),
    /// There are as many trusted files as a vault can have.
    #[error("a vault trusts at most {0} contents of files")]
    TooManyTrustedFiles(usize),
    /// An environment that is to be removed has credentials.
    #[error("the environment holds {0} credentials")]
    EnvironmentNotEmpty(u64),
    /// An environment that is to be removed has credentials in the trash.
    #[error("credentials of the environment are in the trash: {0:?}")]
    EnvironmentHasTrash(Vec<String>),
    /// An environment that is to be removed has profiles.
    #[error("profiles live in the environment: {0:?}")]
    EnvironmentHasProfiles(Vec<String>),
}
