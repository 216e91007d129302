//! The vault's errors in the protocol's words. Closed: a new error of the vault does not
//! compile until it has its place here.

use crate::numbers::clamp;
use std::path::Path;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::wording::{system_words, tier_word};
use keyhaven_vault::{Credential, Invalid, RecordKind, Refusal, VaultError};

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
            VaultError::Invalid(invalid) => self.invalid(&invalid),
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
            Refusal::Tier(tier) => {
                let to_protocol = tier_word(tier);
                let problem = format!("the environment is a {to_protocol} one already");
                invalid("the tier", &problem)
            }
            Refusal::NotInTrash => invalid("the credential", &refusal.to_string()),
        }
    }

    fn invalid(&self, why: &Invalid) -> Error {
        let what = match why {
            Invalid::Name(kind) => format!("the name of the {kind}"),
            Invalid::Variable => "the environment variable".into(),
            Invalid::ValueTooLong(_) if self.name.is_empty() => "the value".into(),
            Invalid::ValueTooLong(_) => format!("the value of {}", self.name),
            Invalid::Setting(_) => "the settings".into(),
            Invalid::EmptyPassword => "the password".into(),
            Invalid::RelativePath => "the path".into(),
            _ if self.name.is_empty() => "the request".into(),
            _ => self.name.clone(),
        };
        invalid(&what, &why.to_string())
    }
}

/// Words an error of the vault as a whole.
pub(crate) fn to_protocol(error: VaultError) -> Error {
    match error {
        VaultError::WrongPassword => Error::WrongPassword,
        VaultError::WrongRecoveryKey => Error::WrongRecoveryKey,
        VaultError::MistypedRecoveryKey => Error::MistypedRecoveryKey,
        VaultError::WrongLoginKey => Error::NoKeychain {
            problem: "what it keeps does not open this vault".into(),
        },
        VaultError::DamagedHeader(damage) => Error::DamagedHeader {
            finding: damage.to_string(),
        },
        VaultError::DamagedData(damage) => Error::DamagedData {
            finding: damage.to_string(),
        },
        VaultError::NotABackup(path) => Error::NotABackup { path: text(&path) },
        VaultError::BackupInVault(path) => Error::BackupInVault { path: text(&path) },
        VaultError::DamagedBackup { path, damage } => Error::DamagedBackup {
            path: text(&path),
            finding: damage.to_string(),
        },
        VaultError::NotAVault(path) => Error::NotAVault { path: text(&path) },
        VaultError::VaultExists(path) => Error::VaultExists {
            folder: text(&path),
        },
        VaultError::FolderNotEmpty(path) => Error::FolderNotEmpty {
            folder: text(&path),
        },
        VaultError::NoEpochLeft(folder) => invalid(
            &text(&folder),
            "a file in it is called as if it were the last one a vault can have; move it elsewhere",
        ),
        VaultError::NewerVersion { found, supported } => Error::NewerVault {
            vault: found,
            program: supported,
        },
        VaultError::AlreadyRunning(_) => Error::AgentRunning,
        VaultError::Insecure { path, what } => Error::UnsafePath {
            path: text(&path),
            problem: what.to_string(),
        },
        VaultError::OldCopy { changes } => Error::OlderCopy {
            changes: clamp(changes),
        },
        VaultError::KdfOutOfBounds(bound) => Error::KdfRefused {
            problem: bound.to_string(),
        },
        VaultError::NotEnoughMemory { needed } => Error::NotEnoughMemory {
            needed_mib: clamp(needed.div_ceil(1 << 20)),
        },
        VaultError::DiskFull(_) => Error::DiskFull,
        VaultError::Io { path, source } => Error::Io {
            path: text(&path),
            problem: system_words(&source),
        },
        VaultError::Database { code } => defect(&format!("the database, code {code}")),
        VaultError::OldSqlite { found } => defect(&format!("SQLite {found} is linked")),
        VaultError::LockedMeanwhile => Error::Locked,
        VaultError::NoRandomness => defect("the system gives no random bytes"),
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

/// Something that is not acceptable, and why.
pub(crate) fn invalid(what: &str, problem: &str) -> Error {
    Error::Invalid {
        what: what.into(),
        problem: problem.into(),
    }
}

/// A state that the program should never reach; `place` says where.
pub(crate) fn defect(place: &str) -> Error {
    Error::Defect {
        place: place.into(),
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
            about.to_protocol(tier).to_string(),
            "the tier: the environment is a production one already"
        );
        assert!(matches!(
            to_protocol(VaultError::Refused(Refusal::NotInTrash)),
            Error::Invalid { .. }
        ));
    }
}
