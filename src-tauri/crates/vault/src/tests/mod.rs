//! The crate as its embedder sees it, and as an attacker with the folder sees it.

mod automation;
mod backups;
mod bits;
mod credentials;
mod environments;
mod epochs;
mod errors;
mod expiry;
mod header_copies;
mod health;
mod hostile;
mod imports;
mod keys;
mod load;
mod names;
mod opening;
mod power;
mod profiles;
mod properties;
mod queries;
mod rekeying;
mod reminders;
mod restore_stops;
mod restoring;
mod rotation;
mod rotation_steps;
mod salvaging;
mod settings;
mod stopping;
mod stops;
mod stored_texts;
mod story;
mod tampering;
mod trash;
mod truth;
mod unlock_slots;
mod uses;
mod verifying;
mod versions;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use keyhaven_secret::SecretBytes;

use crate::*;

/// Counts, for what must not take much.
#[global_allocator]
static ALLOCATOR: keyhaven_proof::memory::Counting = keyhaven_proof::memory::Counting;

pub(crate) const PASSWORD: &[u8] = b"correct horse";

/// A temporary folder, and a clock that moves only on request.
pub(crate) struct Home {
    dir: tempfile::TempDir,
    pub(crate) now: Timestamp,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
        }
    }

    pub(crate) fn vault(&self) -> PathBuf {
        self.dir.path().join("vault")
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn context(&self) -> AuditContext {
        AuditContext {
            now: self.now,
            actor: Actor {
                uid: 1000,
                pid: 42,
                start_time: 7,
                program: "/usr/bin/kh".into(),
                known_by: None,
            },
            claimed: ClaimedFacts::default(),
        }
    }

    pub(crate) fn clock(&self) -> LocalNow {
        LocalNow {
            now: self.now,
            zone: TimeZone::UTC,
        }
    }

    pub(crate) fn pass(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    pub(crate) fn options(&self) -> VaultOptions {
        VaultOptions {
            policy: KdfPolicy::cheap_for_tests(),
            seen: Some(self.dir.path().join("state")),
            random: Box::new(OsRandom),
        }
    }

    pub(crate) fn create(&self) -> (Unlocked, RecoveryKey) {
        self.create_in(Folder::create(&self.vault()).unwrap())
            .unwrap()
    }

    pub(crate) fn create_in(&self, folder: Folder) -> Result<(Unlocked, RecoveryKey), VaultError> {
        let options = self.options();
        let kdf = options.policy.calibrate(|| Duration::ZERO).unwrap();
        create(folder, &secret(PASSWORD), kdf, &self.context(), options)
    }

    pub(crate) fn read(&self) -> Result<Locked, VaultError> {
        Locked::read(Folder::open(&self.vault())?, self.options())
    }

    pub(crate) fn open(&self) -> Result<Unlocked, VaultError> {
        self.read()?
            .unlock(&secret(PASSWORD), &self.context())
            .map_err(|failure| failure.error)
    }

    /// Ends the vault as a kill does: the folder stays as it is now.
    pub(crate) fn kill(&self, vault: Unlocked) {
        let copy = self.path().join("killed");
        opening::copy_folder(&self.vault(), &copy);
        drop(vault);
        self.put_back(&copy);
    }

    /// Puts a copy in the place of the folder.
    pub(crate) fn put_back(&self, copy: &Path) {
        std::fs::remove_dir_all(self.vault()).unwrap();
        std::fs::rename(copy, self.vault()).unwrap();
    }

    /// Locks properly and lets go of the folder.
    pub(crate) fn close(&self, vault: Unlocked) {
        let (_, result) = vault.lock(&self.context());
        result.unwrap();
    }
}

pub(crate) fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::copy_of(bytes)
}

pub(crate) fn location(project: &str, environment: &str) -> Location {
    Location {
        project: project.into(),
        environment: environment.into(),
    }
}

/// A credential with the single field `value` that fills NAME in upper case.
pub(crate) fn credential(name: &str, value: &str) -> NewCredential {
    NewCredential {
        location: location("shop", "dev"),
        tier: None,
        name: name.into(),
        provider: None,
        fields: vec![NewField {
            field: Field {
                name: "value".into(),
                kind: FieldKind::Secret,
                variable: Some(name.to_uppercase().replace('-', "_")),
                allow_loader_variable: false,
            },
            value: secret(value.as_bytes()),
        }],
        details: Details::default(),
        dates: Dates::default(),
        source_id: None,
    }
}

pub(crate) fn new_value(value: &str) -> Vec<NewValue> {
    vec![NewValue {
        field: "value".into(),
        value: secret(value.as_bytes()),
    }]
}

pub(crate) fn seen(credential: &Credential) -> ExpectedRevision {
    ExpectedRevision {
        id: credential.id,
        revision: credential.revision,
    }
}

/// All that is in the trash.
pub(crate) fn in_trash(vault: &Unlocked) -> Vec<uuid::Uuid> {
    vault.trash().unwrap().iter().map(|one| one.id).collect()
}

/// Sets a new value of a credential with one field, and keeps the old one.
pub(crate) fn set_value(
    vault: &mut Unlocked,
    home: &Home,
    known: &Credential,
    value: &str,
) -> Credential {
    let (seen, value) = (seen(known), new_value(value));
    let set = vault.set_values(&home.context(), seen, value, OldVersions::Keep);
    set.unwrap()
}

/// An edit that changes nothing.
pub(crate) fn unchanged(credential: &Credential) -> CredentialEdit {
    CredentialEdit {
        name: credential.name.clone(),
        provider: credential.provider.clone(),
        details: credential.details.clone(),
        expires: credential.dates.expires,
        rotate_every_days: credential.dates.rotate_every_days,
        rotate_due: credential.dates.rotate_due,
        lead_times: credential.dates.lead_times.clone(),
        fields: Vec::new(),
    }
}

/// Changes the name of a credential and nothing else.
pub(crate) fn rename(
    vault: &mut Unlocked,
    context: &AuditContext,
    credential: &Credential,
    name: &str,
) -> Result<Credential, VaultError> {
    let edit = CredentialEdit {
        name: name.into(),
        ..unchanged(credential)
    };
    vault.edit(context, seen(credential), &edit, &[])
}

pub(crate) fn text_of(vault: &Unlocked, id: uuid::Uuid, version: Option<u32>) -> String {
    let (_, value) = vault.value(id, None, version).unwrap();
    String::from_utf8(value.expose().clone()).unwrap()
}
