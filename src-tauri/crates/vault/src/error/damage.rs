//! Lists the kinds of damage to a header, a backup, and the data of a vault.

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderDamage {
    /// Both copies are missing although there is data.
    #[error("both copies are missing")]
    Missing,
    /// Neither copy's checksum matches its content.
    #[error("both copies are damaged")]
    Checksum,
    /// The checksum matches but the content makes no sense.
    #[error("its content is not well formed")]
    Malformed,
    /// Altered by somebody without the key.
    #[error("it was altered")]
    Mac,
}

/// What is wrong with a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackupDamage {
    /// What it says of itself.
    #[error("its manifest is not what was written")]
    Manifest,
    /// It was cut, or something follows it.
    #[error("its length is wrong")]
    Length,
    /// The header in it.
    #[error("its header is not what was written")]
    Header,
    /// The bytes of the database in it.
    #[error("its database is not what was written")]
    Database,
    /// The database does not hold what the manifest says.
    #[error("its content is not what was written: {0}")]
    Content(DataDamage),
}

/// What is wrong with database, anchor, rows or chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataDamage {
    /// The database file is not there.
    #[error("the database is missing")]
    DatabaseMissing,
    /// The database cannot be read with its key, or a page is broken.
    #[error("the database is broken")]
    DatabaseBroken,
    /// The database opens but is empty or incomplete.
    #[error("the database is empty")]
    DatabaseEmpty,
    /// The anchor file is not there.
    #[error("the anchor is missing")]
    AnchorMissing,
    /// Both slots are invalid, or one after a clean stop.
    #[error("the anchor is damaged")]
    AnchorBroken,
    /// Rows differ from their root: an old page, or a row changed.
    #[error("rows are not what was written")]
    Rows,
    /// The stored state does not follow from its parts.
    #[error("the state of the rows is not what was written")]
    State,
    /// The database is older than its anchor.
    #[error("{missing} changes are missing")]
    ChangesMissing {
        /// Generations.
        missing: u64,
    },
    /// The anchor is older than the database.
    #[error("the anchor is {behind} changes old")]
    OldAnchor {
        /// Generations.
        behind: u64,
    },
    /// Same age, different content.
    #[error("database and anchor come from different histories")]
    Fork,
    /// The audit log lacks entries, or an entry was changed.
    #[error("the audit log is broken at entry {sequence}")]
    Audit {
        /// First entry that is wrong.
        sequence: u64,
    },
    /// The log ends before the last use that was recorded outside of it.
    #[error("{missing} uses are missing from the audit log")]
    UsesMissing {
        /// Entries.
        missing: u64,
    },
    /// A sealed value does not open.
    #[error("a value cannot be opened")]
    Value,
    /// A row cannot be understood.
    #[error("a row is not well formed")]
    Malformed,
}

/// Why the record of the last use proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsesDoubt {
    /// There is none: an earlier program had the vault open, or it was removed.
    #[error("there is no record of the last use")]
    Missing,
    /// It is not what was written.
    #[error("the record of the last use is damaged")]
    Damaged,
    /// The machine was restarted since.
    #[error("the machine was restarted since")]
    OtherBoot,
    /// The vault is on another mount or device since.
    #[error("the vault is on another mount or device since")]
    OtherResidence,
    /// The disk had reported an error.
    #[error("the disk had reported an error")]
    DiskError,
}

impl UsesDoubt {
    /// As the log stores it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Missing => "no_record",
            Self::Damaged => "damaged_record",
            Self::OtherBoot => "restarted",
            Self::OtherResidence => "moved",
            Self::DiskError => "disk_error",
        }
    }
}
