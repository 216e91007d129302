//! The vault's errors in the protocol's words. Closed: a new error of the vault does not
//! compile until it has its place here.

use crate::numbers::clamp;
use std::path::Path;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::finding::{Damage, VerifyFinding};
use keyhaven_protocol::problem::Problem;
use keyhaven_rules::days;
use keyhaven_vault::{
    BackupDamage, Credential, Damage as DataDamage, HeaderDamage, Insecurity, Invalid, KdfBound,
    RecordKind, Refusal, VaultError, VerifyProblem,
};

/// What a request was about, to name it in an error.
#[derive(Debug, Clone, Default)]
pub(crate) struct ErrorContext {
    /// The credential's name.
    pub(crate) name: String,
    /// The project.
    pub(crate) project: String,
    /// The environment.
    pub(crate) environment: String,
    /// The field, where one was named.
    pub(crate) field: String,
    /// The fields there are.
    pub(crate) fields: Vec<String>,
    /// The version, where one was named.
    pub(crate) version: u32,
}

impl ErrorContext {
    pub(crate) fn credential(credential: &Credential) -> Self {
        Self {
            name: credential.name.clone(),
            project: credential.location.project.clone(),
            environment: credential.location.environment.clone(),
            fields: field_names(credential),
            ..Self::default()
        }
    }

    pub(crate) fn named(project: &str, environment: &str, name: &str) -> Self {
        Self {
            name: name.into(),
            project: project.into(),
            environment: environment.into(),
            ..Self::default()
        }
    }

    /// Words an error of the vault.
    pub(crate) fn to_protocol(&self, error: VaultError) -> Error {
        match error {
            VaultError::NotFound(kind) => self.not_found(kind),
            VaultError::Exists(_) => Error::Exists {
                name: self.name.clone(),
            },
            VaultError::Changed { .. } => Error::Changed {
                name: self.name.clone(),
            },
            VaultError::Invalid(invalid) => Error::invalid(self.invalid(invalid)),
            VaultError::Refused(refusal) => self.refused(refusal),
            other => to_protocol(other),
        }
    }

    fn not_found(&self, kind: RecordKind) -> Error {
        match kind {
            RecordKind::Project => Error::NoProject {
                project: self.project.clone(),
                similar: None,
            },
            RecordKind::Environment => Error::NoEnvironment {
                project: self.project.clone(),
                environment: self.environment.clone(),
                similar: None,
            },
            RecordKind::Credential => Error::NoCredential {
                name: self.name.clone(),
                similar: None,
            },
            RecordKind::Field => Error::NoField {
                name: self.name.clone(),
                field: self.field.clone(),
                fields: self.fields.clone(),
            },
            RecordKind::Version => Error::NoVersion {
                name: self.name.clone(),
                version: self.version,
            },
            RecordKind::TrustedFile => Error::Untrusted {
                path: self.name.clone(),
            },
            RecordKind::Profile => Error::NoProfile {
                name: self.name.clone(),
                similar: None,
            },
        }
    }

    fn refused(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Revoked { credential } => Error::Revoked { name: credential },
            Refusal::Expired { credential } => Error::Expired { name: credential },
            Refusal::VersionRevoked(_) => Error::Revoked {
                name: self.name.clone(),
            },
            Refusal::VersionErased(version) => Error::NoVersion {
                name: self.name.clone(),
                version,
            },
            Refusal::Tier(tier) => Error::invalid(Problem::EnvironmentHasTier { tier }),
            Refusal::NotInTrash => Error::invalid(Problem::NotInTrash {
                name: self.name.clone(),
            }),
        }
    }

    fn invalid(&self, invalid: Invalid) -> Problem {
        let name = (!self.name.is_empty()).then(|| self.name.clone());
        match invalid {
            Invalid::Name(kind) => bad_name(kind),
            Invalid::Variable => Problem::BadVariable { variable: None },
            Invalid::ValueTooLong(bytes) => Problem::ValueTooLong {
                name,
                bytes: Some(bytes as u64),
            },
            Invalid::FieldCount => Problem::FieldCount { name },
            Invalid::Duplicate(name) => Problem::Duplicate { name },
            Invalid::DetailsTooLong => Problem::MetadataTooLong { name },
            Invalid::Interval => Problem::IntervalOutOfRange {
                minimum: *days::ROTATION.start(),
                maximum: *days::ROTATION.end(),
            },
            Invalid::ImportConflicts(count) => Problem::ImportConflicts {
                count: clamp(count as u64),
            },
            Invalid::RelativePath => Problem::RelativePath {
                path: self.name.clone(),
            },
            Invalid::EmptyPassword => Problem::EmptyPassword,
            Invalid::Setting(setting) => Problem::SettingOutOfRange {
                setting: setting.into(),
            },
        }
    }
}

const fn bad_name(kind: RecordKind) -> Problem {
    match kind {
        RecordKind::Project => Problem::BadProjectName,
        RecordKind::Environment => Problem::BadEnvironmentName,
        RecordKind::Field => Problem::BadFieldName,
        RecordKind::Profile => Problem::BadProfileName,
        RecordKind::Credential | RecordKind::Version | RecordKind::TrustedFile => {
            Problem::BadCredentialName
        }
    }
}

/// Words an error of the vault as a whole.
pub(crate) fn to_protocol(error: VaultError) -> Error {
    match error {
        VaultError::WrongPassword => Error::WrongPassword,
        VaultError::WrongRecoveryKey => Error::WrongRecoveryKey,
        VaultError::MistypedRecoveryKey => Error::MistypedRecoveryKey,
        VaultError::WrongLoginKey => Error::NoKeychain {
            problem: Problem::KeychainKeyUnknown,
        },
        VaultError::DamagedHeader(damage) => Error::DamagedHeader {
            damage: header_damage(damage),
        },
        VaultError::DamagedData(damage) => Error::DamagedData {
            damage: data_damage(damage),
        },
        VaultError::NotABackup(path) => Error::NotABackup { path: text(&path) },
        VaultError::BackupInVault(path) => Error::BackupInVault { path: text(&path) },
        VaultError::DamagedBackup { path, damage } => Error::DamagedBackup {
            path: text(&path),
            damage: backup_damage(damage),
        },
        VaultError::NotAVault(path) => Error::NotAVault { path: text(&path) },
        VaultError::VaultExists(path) => Error::VaultExists {
            folder: text(&path),
        },
        VaultError::FolderNotEmpty(path) => Error::FolderNotEmpty {
            folder: text(&path),
        },
        VaultError::NoEpochLeft(folder) => Error::invalid(Problem::NumbersUsedUp {
            folder: text(&folder),
        }),
        VaultError::NewerVersion { found, supported } => Error::NewerVault {
            vault: found,
            program: supported,
        },
        VaultError::AlreadyRunning(_) => Error::AgentRunning,
        VaultError::Insecure { path, what } => Error::UnsafePath {
            path: text(&path),
            problem: insecurity(what),
        },
        VaultError::OldCopy { changes } => Error::OlderCopy {
            changes: clamp(changes),
        },
        VaultError::KdfOutOfBounds(bound) => Error::KdfRefused {
            problem: kdf_bound(bound),
        },
        VaultError::NotEnoughMemory { needed } => Error::NotEnoughMemory {
            needed_mib: clamp(needed.div_ceil(1 << 20)),
        },
        VaultError::DiskFull(_) => Error::DiskFull,
        VaultError::Io { path, source } => Error::io(&path, &source),
        VaultError::Database { code } => Error::defect(&format!("the database, code {code}")),
        VaultError::OldSqlite { found } => Error::defect(&format!("SQLite {found} is linked")),
        VaultError::LockedMeanwhile => Error::Locked,
        VaultError::NoRandomness => Error::defect("the system gives no random bytes"),
        VaultError::VariableTaken {
            variable,
            credential,
        } => Error::VariableTaken {
            variable,
            by: credential,
        },
        error @ (VaultError::NotFound(_)
        | VaultError::Exists(_)
        | VaultError::Changed { .. }
        | VaultError::Invalid(_)
        | VaultError::Refused(_)) => ErrorContext::default().to_protocol(error),
    }
}

const fn header_damage(damage: HeaderDamage) -> Damage {
    match damage {
        HeaderDamage::Missing => Damage::HeaderMissing,
        HeaderDamage::Checksum => Damage::HeaderChecksum,
        HeaderDamage::Malformed => Damage::HeaderMalformed,
        HeaderDamage::Mac => Damage::HeaderAltered,
    }
}

const fn data_damage(damage: DataDamage) -> Damage {
    match damage {
        DataDamage::DatabaseMissing => Damage::DatabaseMissing,
        DataDamage::DatabaseBroken => Damage::DatabaseBroken,
        DataDamage::DatabaseEmpty => Damage::DatabaseEmpty,
        DataDamage::AnchorMissing => Damage::AnchorMissing,
        DataDamage::AnchorBroken => Damage::AnchorBroken,
        DataDamage::Rows => Damage::Rows,
        DataDamage::State => Damage::RowState,
        DataDamage::ChangesMissing { missing } => Damage::ChangesMissing { missing },
        DataDamage::OldAnchor { behind } => Damage::OldAnchor { behind },
        DataDamage::Fork => Damage::Fork,
        DataDamage::Audit { sequence } => Damage::AuditLog { sequence },
        DataDamage::Value => Damage::Value,
        DataDamage::Malformed => Damage::RowMalformed,
    }
}

const fn backup_damage(damage: BackupDamage) -> Damage {
    match damage {
        BackupDamage::Manifest => Damage::BackupManifest,
        BackupDamage::Length => Damage::BackupLength,
        BackupDamage::Header => Damage::BackupHeader,
        BackupDamage::Database => Damage::BackupDatabase,
        BackupDamage::Content(damage) => data_damage(damage),
    }
}

fn insecurity(what: Insecurity) -> Problem {
    match what {
        Insecurity::Owner { uid } => Problem::OtherOwner { uid },
        Insecurity::Mode { found, wanted } => Problem::WrongMode {
            found: format!("{found:03o}"),
            wanted: format!("{wanted:03o}"),
        },
        Insecurity::Symlink => Problem::Symlink,
        Insecurity::NotAFolder => Problem::NotAFolder,
        Insecurity::NotAFile => Problem::NotRegularFile,
    }
}

fn kdf_bound(bound: KdfBound) -> Problem {
    match bound {
        KdfBound::Memory(kib) => Problem::KdfMemory { kib },
        KdfBound::Passes(passes) => Problem::KdfPasses { passes },
        KdfBound::Lanes(lanes) => Problem::KdfLanes { lanes },
        KdfBound::Work(work) => Problem::KdfWork { work },
        KdfBound::Salt(bytes) => Problem::KdfSalt {
            bytes: clamp(bytes as u64),
        },
    }
}

/// What a check of the vault found.
pub(crate) fn verify_finding(wrong: &VerifyProblem) -> VerifyFinding {
    let wrong = wrong.clone();
    match wrong {
        VerifyProblem::HeaderCopy { copy, damage } => VerifyFinding::HeaderCopy {
            copy: copy.into(),
            damage: header_damage(damage),
        },
        VerifyProblem::HeaderCopies => VerifyFinding::HeaderCopiesDiffer,
        VerifyProblem::AnchorSlot(slot) => VerifyFinding::AnchorSlot { slot: slot.into() },
        VerifyProblem::Anchor(damage) => VerifyFinding::Anchor {
            damage: data_damage(damage),
        },
        VerifyProblem::Page { report } => VerifyFinding::Page { system: report },
        VerifyProblem::PagesUnreadable => VerifyFinding::PagesUnreadable,
        VerifyProblem::Database(damage) => VerifyFinding::Database {
            damage: data_damage(damage),
        },
        VerifyProblem::RowsChanged => VerifyFinding::RowsChanged,
        VerifyProblem::RowState => VerifyFinding::RowState,
        VerifyProblem::StaleCredential { credential } => {
            VerifyFinding::StaleCredential { credential }
        }
        VerifyProblem::MissingCredential { credential } => {
            VerifyFinding::MissingCredential { credential }
        }
        VerifyProblem::MissingVersion { credential, at } => {
            VerifyFinding::MissingVersion { credential, at }
        }
        VerifyProblem::MalformedRow { table, key } => VerifyFinding::MalformedRow {
            table: table.into(),
            key,
        },
        VerifyProblem::MalformedVersion {
            credential,
            version,
        } => VerifyFinding::MalformedVersion {
            credential,
            version,
        },
        VerifyProblem::MissingParent { table, parent } => {
            VerifyFinding::MissingParent { table, parent }
        }
        VerifyProblem::UnreadableCredential { credential } => {
            VerifyFinding::UnreadableCredential { credential }
        }
        VerifyProblem::UnreadableVersion {
            credential,
            version,
        } => VerifyFinding::UnreadableVersion {
            credential,
            version,
        },
        VerifyProblem::Table { table } => VerifyFinding::UnreadableTable {
            table: table.into(),
        },
        VerifyProblem::SealedValue {
            credential,
            version,
        } => VerifyFinding::SealedValue {
            credential,
            version,
        },
        VerifyProblem::VariableIndex {
            credential,
            variable,
        } => VerifyFinding::VariableIndex {
            credential,
            variable,
        },
        VerifyProblem::UseCount { credential } => VerifyFinding::UseCount { credential },
        VerifyProblem::LogEntry { sequence } => VerifyFinding::LogEntry { sequence },
        VerifyProblem::LogStart => VerifyFinding::LogStart,
        VerifyProblem::NotChecked => VerifyFinding::NotChecked,
    }
}

/// A credential's fields by name.
pub(crate) fn field_names(credential: &Credential) -> Vec<String> {
    let names = credential.fields.iter().map(|field| field.name.clone());
    names.collect()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_what_it_is_about() {
        let about = ErrorContext::named("shop", "dev", "stripe");
        let changed = VaultError::Changed {
            expected: 1,
            found: 2,
        };
        assert_eq!(
            about.to_protocol(changed),
            Error::Changed {
                name: "stripe".into()
            }
        );
        let tier = VaultError::Refused(Refusal::Tier(keyhaven_vault::Tier::Production));
        assert_eq!(
            about.to_protocol(tier),
            Error::invalid(Problem::EnvironmentHasTier {
                tier: keyhaven_vault::Tier::Production
            })
        );
        assert!(matches!(
            to_protocol(VaultError::Refused(Refusal::NotInTrash)),
            Error::Invalid { .. }
        ));
    }
}
