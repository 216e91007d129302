//! Versions of values: new ones, older ones again, none any more.

use keyhaven_secret::SecretBytes;
use uuid::Uuid;

use super::values::Binding;
use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::due;
use crate::error::{Invalid, RecordKind, Refusal, VaultError};
use crate::model::{Credential, DueMoment, Field, Label, NewValue, Version};
use crate::names;
use crate::settings::Settings;
use crate::store::read;
use crate::store::rows::{CredentialRecord, VersionRecord};

/// Retired versions that keep their values.
const KEPT_RETIRED: usize = 10;

impl Unlocked {
    /// Stores new values as a new current version. Fields that are not named keep theirs.
    ///
    /// The rotation interval restarts, a fixed rotation date and a snooze end, a
    /// revoked credential lives again, and an expiry that has passed is forgotten: the end
    /// of the old key says nothing of the new one. A date has passed once it has anywhere
    /// on earth, or a key renewed on the morning after would still be expired.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for the credential or a field, [`VaultError::Changed`],
    /// [`VaultError::Invalid`].
    pub fn set_values(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        values: Vec<NewValue>,
    ) -> Result<Credential, VaultError> {
        let settings = self.settings()?;
        self.change(context, |edit| {
            let row = edit.seen_living(seen)?;
            let row = edit.store_values(row, &values, &settings)?;
            edit.finish(Action::ValueSet, row)
        })
    }

    /// Whether these are the current values of the fields they name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for a field.
    pub fn holds(&self, credential: Uuid, values: &[NewValue]) -> Result<bool, VaultError> {
        let Some(current) = read::current_version(&self.connection, credential)? else {
            return Ok(false);
        };
        for new in values {
            if self.open_value(&current, &new.field)? != new.value {
                return Ok(false);
            }
        }
        Ok(!values.is_empty())
    }

    /// Makes an older version current again; the current one becomes previous.
    /// Used by rotation: docs/architecture.md.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`], [`Refusal::VersionRevoked`],
    /// [`Refusal::VersionErased`].
    pub fn rollback(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        number: u32,
    ) -> Result<Credential, VaultError> {
        let settings = self.settings()?;
        self.change(context, |edit| {
            let mut row = edit.seen_living(seen)?;
            let target = read::version(edit.connection, row.id, number)?;
            let mut target = target.ok_or(VaultError::NotFound(RecordKind::Version))?;
            match target.label {
                Label::Current => {
                    let environment = read::environment_by_id(edit.connection, row.environment)?;
                    return Ok((row.into_credential(&environment), None));
                }
                Label::Revoked => return Err(Refusal::VersionRevoked(number).into()),
                _ if target.sealed.is_none() => return Err(Refusal::VersionErased(number).into()),
                _ => {}
            }
            edit.demote_current(row.id, number, &settings)?;
            target.label = Label::Current;
            target.grace_until = None;
            edit.rooted.put_version(&target)?;
            row.dates.rotated_at = Some(target.created_at);
            let (credential, event) = edit.finish(Action::RolledBack, row)?;
            let event = event.map(|event| event.with("version", number.to_string()));
            Ok((credential, event))
        })
    }

    /// Marks all versions revoked: it is never injected until a new value is set.
    /// Used by rotation: docs/architecture.md.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`].
    pub fn revoke(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<Credential, VaultError> {
        self.change(context, |edit| {
            let mut row = edit.seen_living(seen)?;
            for mut version in read::versions(edit.connection, row.id)? {
                version.label = Label::Revoked;
                version.grace_until = None;
                edit.rooted.put_version(&version)?;
            }
            row.revoked_at = Some(edit.now);
            edit.finish(Action::Revoked, row)
        })
    }

    /// All versions, newest first, as of a time.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn versions(&self, id: Uuid, now: jiff::Timestamp) -> Result<Vec<Version>, VaultError> {
        self.row(id)?;
        let rows = read::versions(&self.connection, id)?;
        Ok(rows.iter().map(|row| version(row, now)).collect())
    }

    /// One value with its field: of the current version where none is named, of the only
    /// field where none is named. Record the use first.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`Refusal::Revoked`], [`Refusal::VersionErased`].
    pub fn value(
        &self,
        id: Uuid,
        field: Option<&str>,
        number: Option<u32>,
    ) -> Result<(Field, SecretBytes), VaultError> {
        let row = self.row(id)?;
        let version = match number {
            Some(number) => read::version(&self.connection, id, number)?,
            None => read::current_version(&self.connection, id)?,
        };
        let version = match version {
            Some(version) => version,
            None if row.revoked_at.is_some() => {
                let credential = row.name;
                return Err(Refusal::Revoked { credential }.into());
            }
            None => return Err(VaultError::NotFound(RecordKind::Version)),
        };
        let field = pick_field(&row, field)?.clone();
        let value = self.open_value(&version, &field.name)?;
        Ok((field, value))
    }

    /// Decrypts one field of a version.
    pub(super) fn open_value(
        &self,
        version: &VersionRecord,
        field: &str,
    ) -> Result<SecretBytes, VaultError> {
        let header = &self.chosen.copy.header;
        let binding = Binding {
            vault: header.vault,
            epoch: header.epoch,
            credential: version.credential,
            version: version.id,
        };
        let erased = Refusal::VersionErased(version.number);
        let blob = version.sealed.as_deref().ok_or(erased)?;
        let value = binding.open(&self.keys, blob, field)?;
        value.ok_or(VaultError::NotFound(RecordKind::Field))
    }
}

/// The named field, or the only one.
pub(super) fn pick_field<'a>(
    row: &'a CredentialRecord,
    name: Option<&str>,
) -> Result<&'a Field, VaultError> {
    let found = match (name, row.fields.as_slice()) {
        (None, [only]) => Some(only),
        (None, _) => None,
        (Some(name), fields) => fields.iter().find(|field| field.name == name),
    };
    found.ok_or(VaultError::NotFound(RecordKind::Field))
}

fn version(row: &VersionRecord, now: jiff::Timestamp) -> Version {
    Version {
        id: row.id,
        number: row.number,
        label: row.label_at(now),
        created_at: row.created_at,
        grace_until: row.grace_until,
        has_values: row.sealed.is_some(),
    }
}

impl Edit<'_> {
    /// Stores a new current version; the row is changed but not yet stored.
    pub(super) fn store_values(
        &mut self,
        mut row: CredentialRecord,
        values: &[NewValue],
        settings: &Settings,
    ) -> Result<CredentialRecord, VaultError> {
        check_values(&row, values)?;
        let versions = read::versions(self.connection, row.id)?;
        let number = versions.first().map_or(1, |newest| newest.number + 1);
        let kept = self.kept_values(&row, &versions, values)?;
        let id = self.make_id()?;
        let named = values.iter().map(|new| (new.field.as_str(), &new.value));
        let kept = kept.iter().map(|(field, value)| (field.as_str(), value));
        let sealed =
            self.binding(row.id, id)
                .make_sealed(self.keys, named.chain(kept), self.random)?;
        self.demote_current(row.id, number, settings)?;
        self.rooted.put_version(&VersionRecord {
            credential: row.id,
            number,
            id,
            label: Label::Current,
            created_at: self.now,
            grace_until: None,
            sealed: Some(sealed),
        })?;
        row.revoked_at = None;
        row.dates.rotated_at = Some(self.now);
        row.dates.rotate_due = None;
        row.dates.snoozed_until = None;
        let over = |end: &DueMoment| due::is_over_somewhere(*end, self.now);
        row.dates.expires = row.dates.expires.filter(|end| !over(end));
        Ok(row)
    }

    /// Values of the fields that a new version does not name, from the current one.
    fn kept_values(
        &self,
        row: &CredentialRecord,
        versions: &[VersionRecord],
        values: &[NewValue],
    ) -> Result<Vec<(String, SecretBytes)>, VaultError> {
        let mut kept = Vec::new();
        let unnamed = |field: &&Field| !values.iter().any(|new| new.field == field.name);
        for field in row.fields.iter().filter(unnamed) {
            // A revoked credential has no current version: all its fields are to be named.
            let current = versions
                .iter()
                .find(|version| version.label == Label::Current);
            let current = current.ok_or(VaultError::NotFound(RecordKind::Version))?;
            let blob = current.sealed.as_deref().unwrap_or_default();
            let binding = self.binding(row.id, current.id);
            if let Some(value) = binding.open(self.keys, blob, &field.name)? {
                kept.push((field.name.clone(), value));
            }
        }
        Ok(kept)
    }

    /// Makes room for a new current version: current becomes previous, previous retired, and
    /// the values of retired ones beyond the last ten are erased.
    fn demote_current(
        &mut self,
        credential: Uuid,
        promoted: u32,
        settings: &Settings,
    ) -> Result<(), VaultError> {
        let grace = jiff::SignedDuration::from_hours(settings.grace_hours.into());
        let mut retired = 0;
        for mut version in read::versions(self.connection, credential)? {
            if version.number == promoted {
                continue;
            }
            let (label, grace_until) = match version.label {
                Label::Current => (Label::Previous, Some(due::later(self.now, grace))),
                Label::Previous => (Label::Retired, version.grace_until),
                other => (other, version.grace_until),
            };
            if label == Label::Retired {
                retired += 1;
            }
            let erase = label == Label::Retired && retired > KEPT_RETIRED;
            if label != version.label || (erase && version.sealed.is_some()) {
                version.label = label;
                version.grace_until = grace_until;
                version.sealed = version.sealed.filter(|_| !erase);
                self.rooted.put_version(&version)?;
            }
        }
        Ok(())
    }
}

fn check_values(row: &CredentialRecord, values: &[NewValue]) -> Result<(), VaultError> {
    if values.is_empty() {
        return Err(Invalid::FieldCount.into());
    }
    for (at, new) in values.iter().enumerate() {
        if !row.fields.iter().any(|field| field.name == new.field) {
            return Err(VaultError::NotFound(RecordKind::Field));
        }
        if values[..at].iter().any(|other| other.field == new.field) {
            return Err(Invalid::Duplicate(new.field.clone()).into());
        }
        // Only the length is looked at.
        names::check_value(new.value.expose())?;
    }
    Ok(())
}
