//! The vault's errors in the protocol's words. Closed: a new error of the vault does not
//! compile until it has its place here.

mod damage;
mod finding;

use std::path::Path;

use keyhaven_protocol::accepted_value::AcceptedValue;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::settings;
use keyhaven_rules::days;
use keyhaven_rules::names::NameFault;
use keyhaven_vault::{Credential, Invalid, RecordKind, Refusal, StoredText, VaultError};

use crate::numbers::clamp;

pub(crate) use damage::uses_doubt;
use damage::{backup_damage, data_damage, header_damage, insecurity, kdf_bound};
pub(crate) use finding::verify_finding;

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
                known: None,
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
            RecordKind::Profile => Error::NoProfile {
                name: self.name.clone(),
                similar: None,
            },
        }
    }

    fn refused(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Revoked { credential, .. } => Error::Revoked { name: credential },
            Refusal::Expired { credential, .. } => Error::Expired { name: credential },
            Refusal::RotationOpen {
                credential,
                started_at,
            } => Error::RotationOpen {
                name: credential,
                since: started_at,
            },
            Refusal::NoRotation { credential } => Error::NoRotation { name: credential },
            Refusal::NotPromoted { credential } => Error::NotPromoted { name: credential },
            Refusal::RotationOvertaken { credential } => {
                Error::RotationOvertaken { name: credential }
            }
            Refusal::SameValue { credential } => Error::SameValue { name: credential },
            Refusal::VersionPending(version) => Error::VersionPending {
                name: self.name.clone(),
                version,
            },
            Refusal::VersionRevoked(version) => Error::VersionRevoked {
                name: self.name.clone(),
                version,
            },
            Refusal::VersionErased(version) => Error::NoVersion {
                name: self.name.clone(),
                version,
            },
            Refusal::WouldDiscard {
                credential,
                version,
                until,
            } => Error::WouldDiscard {
                name: credential,
                version,
                until,
            },
            Refusal::BackupsFull(folder) => Error::BackupsFull {
                folder: text(&folder),
            },
            Refusal::TooLarge(bytes) => Error::invalid(Problem::LaunchTooLarge {
                location: None,
                limit_mib: clamp((bytes >> 20) as u64),
            }),
            Refusal::Tier { present, wanted } => Error::invalid(Problem::EnvironmentHasTier {
                project: self.project.clone(),
                environment: self.environment.clone(),
                tier: present,
                wanted,
            }),
            Refusal::SnoozePastExpiry {
                credential,
                expires,
            } => Error::SnoozePastExpiry {
                name: credential,
                expires,
            },
            Refusal::TooManyProfiles(limit) => Error::invalid(Problem::TooManyProfiles {
                limit: clamp(limit as u64),
            }),
            Refusal::TooManyTrustedFiles(limit) => Error::invalid(Problem::TooManyTrustedFiles {
                limit: clamp(limit as u64),
            }),
            Refusal::Lookalike { name, existing } => Error::Lookalike { name, existing },
            Refusal::EnvironmentNotEmpty(credentials) => Error::EnvironmentNotEmpty {
                project: self.project.clone(),
                environment: self.environment.clone(),
                credentials: clamp(credentials),
            },
            Refusal::EnvironmentHasTrash(names) => Error::EnvironmentHasTrash {
                project: self.project.clone(),
                environment: self.environment.clone(),
                names,
            },
            Refusal::EnvironmentHasProfiles(profiles) => Error::EnvironmentHasProfiles {
                project: self.project.clone(),
                environment: self.environment.clone(),
                profiles,
            },
            Refusal::NotInTrash => Error::invalid(Problem::NotInTrash {
                name: self.name.clone(),
            }),
        }
    }

    fn invalid(&self, invalid: Invalid) -> Problem {
        let name = (!self.name.is_empty()).then(|| self.name.clone());
        match invalid {
            Invalid::Name(kind, fault) => bad_name(kind, fault),
            Invalid::Variable => Problem::BadVariable { variable: None },
            Invalid::ValueTooLong(bytes) => Problem::ValueTooLong {
                name,
                bytes: Some(bytes as u64),
            },
            Invalid::ValuesTooLong(bytes) => Problem::ValuesTooLong {
                name,
                limit_mib: clamp((bytes >> 20) as u64),
            },
            Invalid::FieldCount => Problem::FieldCount { name },
            Invalid::Duplicate(name) => Problem::Duplicate { name },
            Invalid::TextTooLong(StoredText::Metadata) => Problem::MetadataTooLong { name },
            Invalid::TextTooLong(text) => Problem::TextTooLong {
                text: text.word().into(),
                limit: clamp(text.limit() as u64),
            },
            Invalid::Interval => Problem::IntervalOutOfRange {
                minimum: *days::ROTATION.start(),
                maximum: *days::ROTATION.end(),
            },
            Invalid::NeverWithoutReason => Problem::NeverWithoutReason { name },
            Invalid::NeverWithRotation => Problem::NeverWithRotation { name },
            Invalid::ImportConflicts(count) => Problem::ImportConflicts {
                count: clamp(count as u64),
            },
            Invalid::RelativePath(path) => Problem::RelativePath { path },
            Invalid::EmptyPassword => Problem::EmptyPassword,
            Invalid::Setting(setting) => settings::value_problem(setting),
            Invalid::Sha256 => Problem::BadSha256,
            Invalid::LeadTimes => Problem::SettingValue {
                setting: "lead-times".into(),
                accepted: AcceptedValue::LeadTimes {
                    count: clamp(days::MAX_LEAD_TIMES as u64),
                    maximum: *days::LEAD_TIME.end(),
                },
            },
        }
    }
}

const fn bad_name(kind: RecordKind, fault: NameFault) -> Problem {
    match kind {
        RecordKind::Project => Problem::BadProjectName { fault },
        RecordKind::Environment => Problem::BadEnvironmentName { fault },
        RecordKind::Field => Problem::BadFieldName { fault },
        RecordKind::Profile => Problem::BadProfileName { fault },
        RecordKind::Credential | RecordKind::Version => Problem::BadCredentialName { fault },
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
        VaultError::Gone(path) => Error::VaultGone {
            folder: text(&path),
        },
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
        let (present, wanted) = (
            keyhaven_vault::Tier::Production,
            keyhaven_vault::Tier::Staging,
        );
        let tier = VaultError::Refused(Refusal::Tier { present, wanted });
        assert_eq!(
            about.to_protocol(tier),
            Error::invalid(Problem::EnvironmentHasTier {
                project: "shop".into(),
                environment: "dev".into(),
                tier: present,
                wanted,
            })
        );
        assert!(matches!(
            to_protocol(VaultError::Refused(Refusal::NotInTrash)),
            Error::Invalid { .. }
        ));
    }
}
