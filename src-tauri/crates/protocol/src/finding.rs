//! What verify and salvage report, as closed lists of codes with typed parameters.
//!
//! The texts are in the crate `messages`: `damage-CODE`, `finding-CODE`, `loss-CODE`,
//! `change-CODE`. A parameter `credential` is a location and a name; no variant holds a value.

use jiff::Timestamp;

use crate::coded::coded;

coded! {
    /// What is wrong with a header, the data of a vault, or a backup.
    Damage as DAMAGES {
        /// Both copies of the header are missing although there is data.
        HeaderMissing,
        /// No copy's checksum matches its content.
        HeaderChecksum,
        /// The checksum matches, but the content is not well formed.
        HeaderMalformed,
        /// Altered by somebody without the key.
        HeaderAltered,
        /// The database is missing.
        DatabaseMissing,
        /// The database cannot be read with its key, or a page is broken.
        DatabaseBroken,
        /// The database opens, but is empty or incomplete.
        DatabaseEmpty,
        /// The anchor is missing.
        AnchorMissing,
        /// Both slots of the anchor are invalid, or one after a clean stop.
        AnchorBroken,
        /// Rows differ from their root.
        Rows,
        /// The stored state does not follow from its parts.
        RowState,
        /// The database is older than its anchor.
        ChangesMissing { /** How many changes. */ missing: u64 },
        /// The anchor is older than the database.
        OldAnchor { /** How many changes. */ behind: u64 },
        /// Database and anchor have the same age and different content.
        Fork,
        /// The audit log lacks entries, or one was changed.
        AuditLog { /** The first entry that is wrong. */ sequence: u64 },
        /// The log ends before the last recorded use.
        UsesMissing { /** How many entries. */ missing: u64 },
        /// A sealed value cannot be decrypted.
        Value,
        /// A row is not well formed.
        RowMalformed,
        /// The manifest of a backup is not what was written.
        BackupManifest,
        /// A backup was cut, or something follows it.
        BackupLength,
        /// The header in a backup is not what was written.
        BackupHeader,
        /// The database in a backup is not what was written.
        BackupDatabase,
    }
}

coded! {
    /// What verify found, and where.
    VerifyFinding as VERIFY_FINDINGS {
        /// One copy of the header.
        HeaderCopy { /** `A` or `B`. */ copy: String, /** What is wrong with it. */ damage: Damage },
        /// The two copies differ.
        HeaderCopiesDiffer,
        /// A slot of the anchor.
        AnchorSlot { /** Its number. */ slot: u32 },
        /// The anchor, or how the database fits it.
        Anchor { /** What is wrong with it. */ damage: Damage },
        /// The log ends before the last recorded use.
        Uses { /** What is missing. */ damage: Damage },
        /// The record of the last use is missing or not what was written.
        UsesRecord,
        /// A page.
        Page { /** The text of SQLite or SQLCipher, which names the page. */ system: String },
        /// The database as a whole.
        Database { /** What is wrong with it. */ damage: Damage },
        /// The pages could not be read at all.
        PagesUnreadable,
        /// The rows are not what was written: an old page, or a changed row.
        RowsChanged,
        /// The stored state does not follow from its parts.
        RowState,
        /// The log says that the credential was changed last at another time.
        StaleCredential { /** Which. */ credential: String },
        /// The log knows the credential, but it is missing.
        MissingCredential { /** Which, or its id. */ credential: String },
        /// A stored version is missing.
        MissingVersion {
            /** Of which. */ credential: String,
            /** When it was stored. */ #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))] at: Timestamp
        },
        /// A row is not well formed.
        MalformedRow { /** Its table. */ table: String, /** Its key, where it is known. */ key: Option<String> },
        /// A version is not well formed.
        MalformedVersion { /** Of which. */ credential: String, /** Its number. */ version: u32 },
        /// A row refers to one that is missing.
        MissingParent { /** Its table. */ table: String, /** The table of the missing one. */ parent: String },
        /// A credential is on a broken page.
        UnreadableCredential { /** Which. */ credential: String },
        /// A version is on a broken page.
        UnreadableVersion { /** Of which. */ credential: String, /** Its number. */ version: u32 },
        /// Some rows of a table are on broken pages.
        UnreadableTable { /** Its name. */ table: String },
        /// Sealed values cannot be decrypted.
        SealedValue { /** Of which. */ credential: String, /** Its version. */ version: u32 },
        /// The index of variables does not match the credential.
        VariableIndex { /** Which. */ credential: String, /** The variable. */ variable: String },
        /// The count of uses does not match the log.
        UseCount { /** Of which. */ credential: String },
        /// The first wrong entry of the audit log.
        LogEntry { /** Its number. */ sequence: u64 },
        /// The mark of the log's beginning is not what was written.
        LogStart,
        /// Not checked because of another finding.
        NotChecked,
    }
}

coded! {
    /// What a salvage could not read.
    SalvageLoss as SALVAGE_LOSSES {
        /// The name of a project.
        ProjectName { /** Its name now. */ now: String },
        /// The name of an environment.
        EnvironmentName { /** Its project and name now. */ now: String },
        /// A credential.
        Credential { /** Which. */ credential: String },
        /// A version.
        Version { /** Of which. */ credential: String, /** Its number. */ version: u32 },
        /// The values of a version.
        Values { /** Of which. */ credential: String, /** Its number. */ version: u32 },
        /// The settings.
        Settings,
        /// The trust in a file.
        Trust { /** The file. */ path: String },
        /// A profile.
        Profile { /** Its name. */ profile: String },
    }
}

coded! {
    /// What a salvage had to change.
    SalvageChange as SALVAGE_CHANGES {
        /// A profile has another name, because its name was taken.
        ProfileRenamed { /** Before. */ was: String, /** Now. */ now: String },
        /// A profile no longer takes keys of a higher tier.
        ProfileTierWithdrawn { /** Its name. */ profile: String },
        /// An environment has another name, because its name was taken.
        EnvironmentRenamed { /** Before. */ was: String, /** Now. */ now: String },
        /// A credential has another name, because its name was taken.
        CredentialRenamed { /** Before. */ was: String, /** Now. */ now: String },
        /// A field no longer sets its variable, because another one does.
        VariableCleared {
            /** Which. */ credential: String,
            /** The variable. */ variable: String,
            /** The credential that sets it. */ by: String
        },
    }
}
