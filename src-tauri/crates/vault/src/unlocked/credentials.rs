//! Adding and editing credentials.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::values::Binding;
use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::due;
use crate::error::{Invalid, RecordKind, Refusal, VaultError};
use crate::model::{
    Credential, CredentialEdit, Dates, Details, Field, Label, Moment, NewCredential,
};
use crate::names;
use crate::profile::LaunchConfig;
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::{CredentialRecord, EnvironmentRecord, VersionRecord};

impl Unlocked {
    /// Adds a credential with its first version; makes project and environment on first use.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], [`VaultError::Exists`], [`VaultError::VariableTaken`], [`Refusal::Tier`], and
    /// what any write may meet.
    pub fn add(
        &mut self,
        context: &AuditContext,
        mut new: NewCredential,
    ) -> Result<Credential, VaultError> {
        normalise(&mut new);
        check_new(&new)?;
        self.change(context, |edit| {
            let environment = edit.environment(&new.location, new.tier)?;
            edit.check_name_free(environment.id, Uuid::nil(), &new.name)?;
            edit.check_look(environment.id, &new.name, None)?;
            let fields = new.fields.iter().map(|new| &new.field);
            edit.check_variables_free(environment.id, Uuid::nil(), fields)?;
            let row = edit.insert(&environment, new)?;
            let event = edit.event(Action::Added, &row, &environment);
            Ok((row.into_credential(&environment), Some(event)))
        })
    }

    /// Replaces the metadata. `profiles` are the launch configurations of profiles that refer
    /// to the credential by a name that changes.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`], [`VaultError::Invalid`],
    /// [`VaultError::Exists`], [`VaultError::VariableTaken`].
    pub fn edit(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        new: &CredentialEdit,
        profiles: &[(Uuid, LaunchConfig)],
    ) -> Result<Credential, VaultError> {
        check_edit(new)?;
        self.change(context, |edit| {
            let row = edit.edited(seen, new)?;
            let followed = edit.put_configs(profiles)?;
            let (credential, event) = edit.finish(Action::Edited, row)?;
            let event = event.map(|event| match followed.is_empty() {
                true => event,
                false => event.with("profiles", followed.join("\n")),
            });
            Ok((credential, event))
        })
    }

    /// Quiets its reminders until a moment, cut at its expiry; `None` ends that.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`]; [`Refusal::SnoozePastExpiry`] where
    /// the expiry leaves no time to be quiet.
    pub fn snooze(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        until: Option<Moment>,
        zone: &TimeZone,
    ) -> Result<Credential, VaultError> {
        let now = context.now;
        self.update(context, seen, Action::Snoozed, |_, row| {
            let cut = |until| snoozed_until(row, until, zone, now);
            row.dates.snoozed_until = until.map(cut).transpose()?;
            Ok(())
        })
    }

    /// Changes a living credential.
    pub(super) fn update(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        action: Action,
        work: impl FnOnce(&mut Edit<'_>, &mut CredentialRecord) -> Result<(), VaultError>,
    ) -> Result<Credential, VaultError> {
        self.change(context, |edit| {
            let mut row = edit.seen_living(seen)?;
            work(edit, &mut row)?;
            edit.finish(action, row)
        })
    }
}

#[cfg(test)]
impl Unlocked {
    /// Stores a name as a program did that knew no rule of spelling.
    pub(crate) fn put_old_name(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        name: &str,
    ) -> Result<Credential, VaultError> {
        self.update(context, seen, Action::Edited, |_, row| {
            row.name = name.into();
            Ok(())
        })
    }
}

impl Edit<'_> {
    /// The record with the revision its author has seen.
    pub(super) fn seen(&self, seen: ExpectedRevision) -> Result<CredentialRecord, VaultError> {
        let row = read::credential(self.connection, seen.id)?;
        let row = row.ok_or(VaultError::NotFound(RecordKind::Credential))?;
        if row.revision != seen.revision {
            return Err(VaultError::Changed {
                expected: seen.revision,
                found: row.revision,
            });
        }
        Ok(row)
    }

    pub(super) fn seen_living(
        &self,
        seen: ExpectedRevision,
    ) -> Result<CredentialRecord, VaultError> {
        let row = self.seen(seen)?;
        match row.deleted_at {
            None => Ok(row),
            Some(_) => Err(VaultError::NotFound(RecordKind::Credential)),
        }
    }

    /// A living credential with new metadata, checked and not yet stored.
    pub(super) fn edited(
        &self,
        seen: ExpectedRevision,
        new: &CredentialEdit,
    ) -> Result<CredentialRecord, VaultError> {
        let row = self.seen_living(seen)?;
        self.applied(row, new)
    }

    pub(super) fn applied(
        &self,
        mut row: CredentialRecord,
        new: &CredentialEdit,
    ) -> Result<CredentialRecord, VaultError> {
        let before = row.name.clone();
        apply_edit(&mut row, new)?;
        names::check_fields(&row.fields)?;
        if row.name != before {
            names::normalise(&mut row.name);
            self.check_look(row.environment, &row.name, Some(&before))?;
            row.details.renamed_at = Some(self.now);
        }
        self.check_row_name(&row)?;
        self.check_row_variables(&row)?;
        Ok(row)
    }

    /// Stores a changed row under its next revision, with the event that tells of it.
    pub(super) fn finish(
        &mut self,
        action: Action,
        mut row: CredentialRecord,
    ) -> Result<(Credential, Option<AuditEvent>), VaultError> {
        row.revision += 1;
        row.changed_at = self.now;
        self.rooted.put_credential(&row)?;
        let environment = read::environment_by_id(self.connection, row.environment)?;
        let event = self.event(action, &row, &environment);
        Ok((row.into_credential(&environment), Some(event)))
    }

    pub(super) fn event(
        &self,
        action: Action,
        row: &CredentialRecord,
        environment: &EnvironmentRecord,
    ) -> AuditEvent {
        AuditEvent::done(action)
            .about(row.id)
            .with("name", &row.name)
            .with("project", &environment.location.project)
            .with("environment", &environment.location.environment)
    }

    /// Stores a new credential and its first version. What it is, and that its name and
    /// variables are free, was checked.
    pub(super) fn insert(
        &mut self,
        environment: &EnvironmentRecord,
        new: NewCredential,
    ) -> Result<CredentialRecord, VaultError> {
        let row = CredentialRecord {
            id: self.make_id()?,
            revision: 1,
            environment: environment.id,
            name: new.name,
            provider: new.provider,
            fields: new.fields.iter().map(|new| new.field.clone()).collect(),
            details: Details {
                renamed_at: None,
                ..new.details.without_repeats()
            },
            dates: Dates {
                rotated_at: new.dates.rotated_at.or(Some(self.now)),
                ..new.dates
            },
            source_id: new.source_id,
            revoked_at: None,
            deleted_at: None,
            created_at: self.now,
            changed_at: self.now,
        };
        self.rooted.put_credential(&row)?;
        let version = self.make_id()?;
        let binding = self.binding(row.id, version);
        let values = new
            .fields
            .iter()
            .map(|new| (new.field.name.as_str(), &new.value));
        let sealed = binding.make_sealed(self.keys, values, self.random)?;
        self.rooted.put_version(&VersionRecord {
            credential: row.id,
            number: 1,
            id: version,
            label: Label::Current,
            created_at: self.now,
            grace_until: None,
            sealed: Some(sealed),
        })?;
        Ok(row)
    }

    pub(super) fn binding(&self, credential: Uuid, version: Uuid) -> Binding {
        Binding {
            vault: self.vault,
            epoch: self.epoch,
            credential,
            version,
        }
    }

    pub(super) fn check_row_name(&self, row: &CredentialRecord) -> Result<(), VaultError> {
        self.check_name_free(row.environment, row.id, &row.name)
    }

    pub(super) fn check_row_variables(&self, row: &CredentialRecord) -> Result<(), VaultError> {
        self.check_variables_free(row.environment, row.id, row.fields.iter())
    }

    /// Names are unique among the living of an environment.
    fn check_name_free(&self, environment: Uuid, own: Uuid, name: &str) -> Result<(), VaultError> {
        match read::credential_by_name(self.connection, environment, name)? {
            Some(other) if other.id != own => Err(VaultError::Exists(RecordKind::Credential)),
            _ => Ok(()),
        }
    }

    /// A new name differs from the living ones of an environment, but for its own former one.
    fn check_look(
        &self,
        environment: Uuid,
        name: &str,
        before: Option<&str>,
    ) -> Result<(), VaultError> {
        let new = names::NewLook::of(name);
        read::each_living_name(self.connection, environment, |other| {
            match before == Some(other) {
                true => Ok(()),
                false => new.differs_from(other),
            }
        })
    }

    /// One variable is filled once per environment.
    fn check_variables_free<'f>(
        &self,
        environment: Uuid,
        own: Uuid,
        fields: impl Iterator<Item = &'f Field>,
    ) -> Result<(), VaultError> {
        for variable in fields.filter_map(|field| field.variable.as_ref()) {
            let other = read::credential_by_variable(self.connection, environment, variable, own)?;
            if let Some(other) = other {
                return Err(VaultError::VariableTaken {
                    variable: variable.clone(),
                    credential: other.name,
                });
            }
        }
        Ok(())
    }
}

/// Until when a snooze lasts: no key is quiet past its expiry.
fn snoozed_until(
    row: &CredentialRecord,
    until: Moment,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Moment, Refusal> {
    match row.dates.expires {
        Some(end) if due::start_of(end, zone) < due::start_of(until, zone) => {
            if due::start_of(end, zone) > now {
                return Ok(end);
            }
            Err(Refusal::SnoozePastExpiry {
                credential: row.name.clone(),
                expires: end,
            })
        }
        _ => Ok(until),
    }
}

/// Names that are new are stored in one form.
fn normalise(new: &mut NewCredential) {
    names::normalise(&mut new.name);
    for field in &mut new.fields {
        names::normalise(&mut field.field.name);
    }
}

pub(super) fn check_new(new: &NewCredential) -> Result<(), Invalid> {
    names::check_location(&new.location)?;
    names::check_name(RecordKind::Credential, &new.name)?;
    let fields: Vec<Field> = new.fields.iter().map(|new| new.field.clone()).collect();
    names::check_fields(&fields)?;
    for field in &new.fields {
        // Only the length is looked at.
        names::check_value(field.value.expose())?;
    }
    names::check_total(new.fields.iter().map(|field| field.value.expose().len()))?;
    names::check_details(&new.details, new.provider.as_deref())?;
    names::check_dates(
        new.dates.rotate_every_days,
        new.dates.rotate_due,
        new.details.never_rotate.as_deref(),
        new.dates.lead_times.as_deref(),
    )
}

pub(super) fn check_edit(new: &CredentialEdit) -> Result<(), Invalid> {
    names::check_name(RecordKind::Credential, &new.name)?;
    names::check_details(&new.details, new.provider.as_deref())?;
    names::check_dates(
        new.rotate_every_days,
        new.rotate_due,
        new.details.never_rotate.as_deref(),
        new.lead_times.as_deref(),
    )
}

fn apply_edit(row: &mut CredentialRecord, new: &CredentialEdit) -> Result<(), VaultError> {
    row.name.clone_from(&new.name);
    row.provider.clone_from(&new.provider);
    row.details = Details {
        renamed_at: row.details.renamed_at,
        ..new.details.clone().without_repeats()
    };
    row.dates.expires = new.expires;
    row.dates.rotate_every_days = new.rotate_every_days;
    row.dates.rotate_due = new.rotate_due;
    row.dates.lead_times.clone_from(&new.lead_times);
    for field in &new.fields {
        let found = row.fields.iter_mut().find(|known| known.name == field.name);
        *found.ok_or(VaultError::NotFound(RecordKind::Field))? = field.clone();
    }
    Ok(())
}
