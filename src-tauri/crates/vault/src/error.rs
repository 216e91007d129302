//! Lists every error of the vault, as one closed list with typed parameters.
//!
//! No variant carries a value of a credential. A failed decryption has no detail on purpose:
//! only an attacker could use it.

mod damage;
mod refusal;

use std::path::{Path, PathBuf};

use keyhaven_rules::names::NameFault;
use keyhaven_rules::settings::Setting;

use crate::stored_text::StoredText;

pub use damage::{BackupDamage, DataDamage, HeaderDamage, UsesDoubt};
pub use refusal::Refusal;

/// An error of the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Neither password slot opens; or the header was altered together with its checksum.
    #[error("the password is wrong")]
    WrongPassword,
    /// The recovery key is well typed but opens nothing.
    #[error("the recovery key does not open this vault")]
    WrongRecoveryKey,
    /// The checksum within the recovery key does not match: a typing error.
    #[error("the recovery key is not typed correctly")]
    MistypedRecoveryKey,
    /// What the login keychain keeps opens nothing here.
    #[error("what the login keychain keeps does not open this vault")]
    WrongLoginKey,
    /// No copy of the header can be used.
    #[error("the header of the vault is damaged: {0}")]
    DamagedHeader(HeaderDamage),
    /// The database or its anchor is not what was last written.
    #[error("the data of the vault is damaged: {0}")]
    DamagedData(DataDamage),
    /// There is no vault in this folder.
    #[error("{} is not a vault", .0.display())]
    NotAVault(PathBuf),
    /// The files of an open vault are gone, or others are in their place.
    #[error("the open vault in {} was removed or replaced", .0.display())]
    Gone(PathBuf),
    /// There is a vault already.
    #[error("{} already holds a vault", .0.display())]
    VaultExists(PathBuf),
    /// A new vault is not put among other files.
    #[error("{} is not empty", .0.display())]
    FolderNotEmpty(PathBuf),
    /// A file in the folder is called as if it were of the last epoch there can be.
    #[error("a file in {} has the highest number there is", .0.display())]
    NoEpochLeft(PathBuf),
    /// Written by a later program.
    #[error("the vault has format {found}, this program knows {supported}")]
    NewerVersion {
        /// What the vault says.
        found: u32,
        /// The latest that is known here.
        supported: u32,
    },
    /// Another process holds the vault.
    #[error("another process has {} open", .0.display())]
    AlreadyRunning(PathBuf),
    /// The folder or a file in it is not as private as it must be.
    #[error("{} {what}", .path.display())]
    Insecure {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: Insecurity,
    },
    /// This copy is older than one that was opened on this machine.
    #[error("this copy of the vault is {changes} changes old")]
    OldCopy {
        /// How many user changes the last seen state was ahead.
        changes: u64,
    },
    /// The header asks for a key derivation outside the allowed bounds.
    #[error("the key derivation asked for is outside the bounds: {0}")]
    KdfOutOfBounds(KdfBound),
    /// The key derivation could not get its memory.
    #[error("the key derivation needs {needed} bytes of memory")]
    NotEnoughMemory {
        /// Bytes.
        needed: u64,
    },
    /// No space left.
    #[error("the disk that holds {} is full", .0.display())]
    DiskFull(PathBuf),
    /// The system refused.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database reported an error (SQLite result code).
    #[error("the database failed with code {code}")]
    Database {
        /// Extended SQLite result code.
        code: i32,
    },
    /// The linked SQLite is older than the first version without known faults.
    #[error("SQLite {found} is too old")]
    OldSqlite {
        /// As SQLite numbers it, such as 3051003.
        found: i32,
    },
    /// The vault was locked while something was done with its keys elsewhere.
    #[error("the vault was locked meanwhile")]
    LockedMeanwhile,
    /// No random bytes could be had.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// Something else than a backup has that name.
    #[error("{} is not a backup of Keyhaven", .0.display())]
    NotABackup(PathBuf),
    /// The target of a backup is in the vault's own folder.
    #[error("{} is in the folder of the vault", .0.display())]
    BackupInVault(PathBuf),
    /// A backup is not what was written.
    #[error("the backup {} is damaged: {damage}", .path.display())]
    DamagedBackup {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        damage: BackupDamage,
    },
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(RecordKind),
    /// The name is taken.
    #[error("such a {0} exists already")]
    Exists(RecordKind),
    /// The record changed since it was read.
    #[error("it changed meanwhile: revision {found}, expected {expected}")]
    Changed {
        /// What the caller had seen.
        expected: u32,
        /// What there is.
        found: u32,
    },
    /// The variable is filled by another credential of the environment.
    #[error("the variable {variable} is already filled by {credential}")]
    VariableTaken {
        /// Name of the variable.
        variable: String,
        /// Name of the credential that fills it.
        credential: String,
    },
    /// The input is not well formed.
    #[error("{0}")]
    Invalid(Invalid),
    /// A policy says no.
    #[error("refused: {0}")]
    Refused(Refusal),
}

/// What a name, or an absence, is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A project.
    Project,
    /// An environment.
    Environment,
    /// A credential.
    Credential,
    /// A field of a credential.
    Field,
    /// A version of a credential.
    Version,
    /// A profile.
    Profile,
}

impl std::fmt::Display for RecordKind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Credential => "credential",
            Self::Field => "field",
            Self::Version => "version",
            Self::Profile => "profile",
        })
    }
}

/// Input that is refused for its form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Empty, over 128 bytes, or with a character that a name may not have.
    #[error("the name of a {0} has a fault: {1:?}")]
    Name(RecordKind, NameFault),
    /// Does not match `^[A-Za-z_][A-Za-z0-9_]*$`.
    #[error("not a name of an environment variable")]
    Variable,
    /// Over 1 MiB.
    #[error("a value has at most 1 MiB, this one has {0} bytes")]
    ValueTooLong(usize),
    /// The values of a credential are over so many bytes together.
    #[error("the values of a credential have at most {0} bytes together")]
    ValuesTooLong(usize),
    /// A credential has at least one field and at most 64.
    #[error("a credential has 1 to 64 fields")]
    FieldCount,
    /// Two fields with one name, or two items of an import with one name.
    #[error("{0} occurs twice")]
    Duplicate(String),
    /// A text that is stored, longer than it may be.
    #[error("a {} has at most {} bytes", .0.word(), .0.limit())]
    TextTooLong(StoredText),
    /// Zero, or more than 36,500 days.
    #[error("an interval has 1 to 36500 days")]
    Interval,
    /// Never rotated, without a reason.
    #[error("that a credential is never rotated needs a reason")]
    NeverWithoutReason,
    /// Never rotated, and yet with an interval or a rotation date.
    #[error("what is never rotated has neither an interval nor a rotation date")]
    NeverWithRotation,
    /// An import with nothing to apply because items are in conflict.
    #[error("{0} items of the import are in conflict")]
    ImportConflicts(usize),
    /// A path is not absolute.
    #[error("the path {0} is not absolute")]
    RelativePath(String),
    /// A password is empty.
    #[error("the password is empty")]
    EmptyPassword,
    /// A setting with a value that it does not accept.
    #[error("{} is outside its range", .0.name)]
    Setting(&'static Setting),
    /// The lead times of a credential.
    #[error("the lead times are outside their range")]
    LeadTimes,
    /// Zeros, which no content is known to have: they stand for a file that was denied.
    #[error("no content has this SHA-256")]
    Sha256,
}

/// Which bound of the key derivation was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KdfBound {
    /// KiB of memory.
    #[error("memory of {0} KiB")]
    Memory(u32),
    /// Passes.
    #[error("{0} passes")]
    Passes(u32),
    /// Lanes.
    #[error("{0} lanes")]
    Lanes(u32),
    /// Memory times passes, in KiB-passes.
    #[error("work of {0} KiB-passes")]
    Work(u64),
    /// Bytes of salt.
    #[error("a salt of {0} bytes")]
    Salt(usize),
}

/// Why a folder or file is not private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Insecurity {
    /// Owned by someone else.
    #[error("belongs to user {uid}")]
    Owner {
        /// Whose it is.
        uid: u32,
    },
    /// Others may read or write.
    #[error("has mode {found:03o} instead of {wanted:03o}")]
    Mode {
        /// Permission bits found.
        found: u32,
        /// Permission bits wanted.
        wanted: u32,
    },
    /// Points elsewhere.
    #[error("is a symbolic link")]
    Symlink,
    /// Not a folder where one is wanted.
    #[error("is not a folder")]
    NotAFolder,
    /// Not a regular file, or one with several names.
    #[error("is not a regular file with a single name")]
    NotAFile,
}

impl VaultError {
    /// Whether the disk failed to read or write.
    pub(crate) fn is_of_disk(&self) -> bool {
        match self {
            Self::Io { .. } => true,
            Self::Database { code } => code & 0xff == rusqlite::ffi::SQLITE_IOERR,
            _ => false,
        }
    }

    /// Wraps an error of the system with the path it happened at.
    pub(crate) fn io(path: &Path, source: impl Into<std::io::Error>) -> Self {
        let source = source.into();
        if source.kind() == std::io::ErrorKind::StorageFull
            || source.kind() == std::io::ErrorKind::QuotaExceeded
        {
            Self::DiskFull(path.to_owned())
        } else {
            Self::Io {
                path: path.to_owned(),
                source,
            }
        }
    }
}

impl From<Invalid> for VaultError {
    fn from(what: Invalid) -> Self {
        Self::Invalid(what)
    }
}

impl From<Refusal> for VaultError {
    fn from(what: Refusal) -> Self {
        Self::Refused(what)
    }
}

impl From<DataDamage> for VaultError {
    fn from(what: DataDamage) -> Self {
        Self::DamagedData(what)
    }
}

impl From<HeaderDamage> for VaultError {
    fn from(what: HeaderDamage) -> Self {
        Self::DamagedHeader(what)
    }
}
