//! Versions of values: new ones, older ones again, none any more.

use std::collections::HashSet;

use keyhaven_rules::settings::Settings;
use keyhaven_secret::SecretBytes;
use uuid::Uuid;

use super::old_versions::OldVersions;
use super::values::Binding;
use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext, VERSION};
use crate::error::{Invalid, RecordKind, Refusal, VaultError};
use crate::model::{
    Credential, ExpiryChange, Field, Label, Moment, NewValue, NewVersion, RollbackDates, Version,
};
use crate::names;
use crate::stop;
use crate::store::read;
use crate::store::rows::{CredentialRecord, VersionHead, VersionRecord};

impl Unlocked {
    /// Stores new values as a new current version. Fields that are not named keep theirs.
    ///
    /// The rotation interval restarts, a fixed rotation date and a snooze end, a
    /// revoked credential lives again, and unless its owner says otherwise an expiry that has
    /// passed is forgotten: the end of the old key says nothing of the new one. A date has
    /// passed once it has anywhere on earth, or a key renewed on the morning after would still
    /// be expired.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for the credential or a field, [`VaultError::Changed`],
    /// [`VaultError::Invalid`], [`Refusal::WouldDiscard`].
    pub fn set_values(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        new: impl Into<NewVersion>,
        old: OldVersions,
    ) -> Result<Credential, VaultError> {
        let (new, settings) = (new.into(), self.settings()?);
        self.change(context, |edit| {
            let row = edit.seen_living(seen)?;
            let row = edit.store_values(row, &new, &settings, old)?;
            edit.finish(Action::ValueSet, row)
        })
    }

    /// Sets the dates that were given with values that are there already, and nothing else.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`], [`VaultError::Invalid`].
    pub fn set_dates(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        expiry: ExpiryChange,
        rotate_due: Option<Moment>,
    ) -> Result<Credential, VaultError> {
        self.update(context, seen, Action::Edited, |_, row| {
            if let ExpiryChange::Set(expires) = expiry {
                row.dates.expires = expires;
            }
            put_rotation_date(row, rotate_due)
        })
    }

    /// Whether these are the current values of the fields they name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] for a field, [`VaultError::Invalid`] for one that is named twice.
    pub fn holds(&self, credential: Uuid, values: &[NewValue]) -> Result<bool, VaultError> {
        let Some(current) = read::current_version(&self.connection, credential)? else {
            return Ok(false);
        };
        check_distinct(values)?;
        for new in values {
            stop::check()?;
            if self.open_value(&current, &new.field)? != new.value {
                return Ok(false);
            }
        }
        Ok(!values.is_empty())
    }

    /// Makes an older version current again; the current one becomes previous. The dates of the
    /// credential stay as they are unless its owner says otherwise. The way back to the version
    /// that an open rotation has replaced ends that rotation.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`], [`Refusal::VersionPending`],
    /// [`Refusal::VersionRevoked`], [`Refusal::VersionErased`].
    pub fn rollback(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        number: u32,
        dates: impl Into<RollbackDates>,
    ) -> Result<Credential, VaultError> {
        let (dates, settings) = (dates.into(), self.settings()?);
        self.change(context, |edit| {
            let mut row = edit.seen_living(seen)?;
            let target = read::version(edit.connection, row.id, number)?;
            let target = target.ok_or(VaultError::NotFound(RecordKind::Version))?;
            match target.label {
                Label::Current => {
                    let environment = read::environment_by_id(edit.connection, row.environment)?;
                    return Ok((row.into_credential(&environment), None));
                }
                Label::Pending => return Err(Refusal::VersionPending(number).into()),
                Label::Revoked => return Err(Refusal::VersionRevoked(number).into()),
                Label::Previous | Label::Retired => {}
            }
            let open = read::rotation(edit.connection, row.id)?;
            if open.is_some_and(|open| open.replaced == Some(number)) {
                edit.drop_rotation(row.id)?;
            }
            row.dates.rotated_at = Some(edit.make_current(row.id, number, &settings)?);
            if let ExpiryChange::Set(expires) = dates.expiry {
                row.dates.expires = expires;
            }
            if let Some(ended) = dates.ended {
                // Since then its owner may have decided that it is never rotated.
                let is_rotated = row.details.never_rotate.is_none();
                row.dates.rotate_due = ended.rotate_due.filter(|_| is_rotated);
                row.dates.snoozed_until = ended.snoozed_until;
            }
            let (credential, event) = edit.finish(Action::RolledBack, row)?;
            let event = event.map(|event| event.with(VERSION, number.to_string()));
            Ok((credential, event))
        })
    }

    /// Marks all versions revoked: it is never injected until a new value is set. An open
    /// rotation ends.
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
            for version in read::versions(edit.connection, row.id)? {
                edit.change_version(row.id, version.number, |version| {
                    version.label = Label::Revoked;
                    version.grace_until = None;
                })?;
            }
            edit.drop_rotation(row.id)?;
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
                return Err(Refusal::Revoked { credential, id }.into());
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

fn version(row: &VersionHead, now: jiff::Timestamp) -> Version {
    Version {
        id: row.id,
        number: row.number,
        label: row.label_at(now),
        created_at: row.created_at,
        grace_until: row.grace_until,
        has_values: row.bytes.is_some(),
    }
}

impl Edit<'_> {
    /// Stores a new current version; the row is changed but not yet stored.
    pub(super) fn store_values(
        &mut self,
        mut row: CredentialRecord,
        new: &NewVersion,
        settings: &Settings,
        old: OldVersions,
    ) -> Result<CredentialRecord, VaultError> {
        let version = self.new_version(&row, &new.values, Label::Current)?;
        self.demote_current(row.id, version.number, settings)?;
        self.make_room(&row, old)?;
        self.rooted.put_version(&version)?;
        row.revoked_at = None;
        self.renew_dates(&mut row, new.expiry, new.rotate_due)?;
        Ok(row)
    }

    /// The dates of a credential that has a new value from now on.
    pub(super) fn renew_dates(
        &self,
        row: &mut CredentialRecord,
        expiry: ExpiryChange,
        rotate_due: Option<Moment>,
    ) -> Result<(), VaultError> {
        row.dates.rotated_at = Some(self.now);
        row.dates.rotate_due = None;
        row.dates.snoozed_until = None;
        row.dates.expires = expiry.applied(row.dates.expires, self.now);
        put_rotation_date(row, rotate_due)
    }

    /// Makes a stored version the current one; the current one becomes previous. Returns when it
    /// was made.
    pub(super) fn make_current(
        &mut self,
        credential: Uuid,
        number: u32,
        settings: &Settings,
    ) -> Result<jiff::Timestamp, VaultError> {
        let target = read::version(self.connection, credential, number)?;
        let mut target = target.ok_or(VaultError::NotFound(RecordKind::Version))?;
        if target.sealed.is_none() {
            return Err(Refusal::VersionErased(number).into());
        }
        self.demote_current(credential, number, settings)?;
        target.label = Label::Current;
        target.grace_until = None;
        self.rooted.put_version(&target)?;
        Ok(target.created_at)
    }

    /// A new version with a label, not yet stored. Fields that are not named have the values of
    /// the current one.
    pub(super) fn new_version(
        &mut self,
        row: &CredentialRecord,
        values: &[NewValue],
        label: Label,
    ) -> Result<VersionRecord, VaultError> {
        check_values(row, values)?;
        let versions = read::versions(self.connection, row.id)?;
        let number = versions.first().map_or(1, |newest| newest.number + 1);
        let kept = self.kept_values(row, values)?;
        // Exposed for their lengths alone.
        let lengths = kept.iter().map(|(_, value)| value.expose().len());
        let new_lengths = values.iter().map(|new| new.value.expose().len());
        names::check_total(lengths.chain(new_lengths))?;
        let id = self.make_id()?;
        let named = values.iter().map(|new| (new.field.as_str(), &new.value));
        let kept = kept.iter().map(|(field, value)| (field.as_str(), value));
        let sealed =
            self.binding(row.id, id)
                .make_sealed(self.keys, named.chain(kept), self.random)?;
        Ok(VersionRecord {
            credential: row.id,
            number,
            id,
            label,
            created_at: self.now,
            grace_until: None,
            sealed: Some(sealed),
        })
    }

    /// Values of the fields that a new version does not name, from the current one.
    fn kept_values(
        &self,
        row: &CredentialRecord,
        values: &[NewValue],
    ) -> Result<Vec<(String, SecretBytes)>, VaultError> {
        let mut kept = Vec::new();
        let unnamed = |field: &&Field| !values.iter().any(|new| new.field == field.name);
        let unnamed: Vec<&Field> = row.fields.iter().filter(unnamed).collect();
        if unnamed.is_empty() {
            return Ok(kept);
        }
        // A revoked credential has no current version: all its fields are to be named.
        let current = read::current_version(self.connection, row.id)?;
        let current = current.ok_or(VaultError::NotFound(RecordKind::Version))?;
        let blob = current.sealed.as_deref().unwrap_or_default();
        let binding = self.binding(row.id, current.id);
        for field in unnamed {
            stop::check()?;
            if let Some(value) = binding.open(self.keys, blob, &field.name)? {
                kept.push((field.name.clone(), value));
            }
        }
        Ok(kept)
    }
}

/// A fixed rotation date, where one is given.
fn put_rotation_date(
    row: &mut CredentialRecord,
    rotate_due: Option<Moment>,
) -> Result<(), VaultError> {
    if rotate_due.is_some() {
        let never = row.details.never_rotate.as_deref();
        names::check_dates(row.dates.rotate_every_days, rotate_due, never, None)?;
        row.dates.rotate_due = rotate_due;
    }
    Ok(())
}

fn check_values(row: &CredentialRecord, values: &[NewValue]) -> Result<(), VaultError> {
    if values.is_empty() {
        return Err(Invalid::FieldCount.into());
    }
    check_distinct(values)?;
    for new in values {
        if !row.fields.iter().any(|field| field.name == new.field) {
            return Err(VaultError::NotFound(RecordKind::Field));
        }
        // Only the length is looked at.
        names::check_value(new.value.expose())?;
    }
    Ok(())
}

/// Each field is named once, and so no more than a credential can have.
fn check_distinct(values: &[NewValue]) -> Result<(), Invalid> {
    let mut known = HashSet::new();
    match values.iter().find(|new| !known.insert(&new.field)) {
        None => Ok(()),
        Some(twice) => Err(Invalid::Duplicate(twice.field.clone())),
    }
}
