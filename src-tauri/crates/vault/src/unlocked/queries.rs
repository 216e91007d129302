//! Questions: lists, counts, what is due, and the values of a launch.

use std::collections::HashMap;

use uuid::Uuid;

use super::Unlocked;
use super::versions::pick_field;
use crate::due::Due;
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::{Credential, Field, LocalNow, Location, Usage};
use crate::query::{CredentialFilter, FieldRef, Resolution, Resolved, Selection, Summary};
use crate::settings::ExpiredRule;
use crate::store::rows::{CredentialRecord, EnvironmentRecord};
use crate::store::{read, usage};

impl Unlocked {
    /// Living credentials that pass a filter, by project, environment and name.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`]; unknown names give an empty list.
    pub fn list(
        &self,
        filter: &CredentialFilter,
        clock: &LocalNow,
    ) -> Result<Vec<Summary>, VaultError> {
        let mut found = Vec::new();
        self.each(filter, clock, |summary| found.push(summary.clone()))?;
        Ok(found)
    }

    /// Shows what [`Unlocked::list`] would give, one after the other, without a copy.
    ///
    /// # Errors
    /// As [`Unlocked::list`].
    pub fn each(
        &self,
        filter: &CredentialFilter,
        clock: &LocalNow,
        mut take: impl FnMut(&Summary),
    ) -> Result<(), VaultError> {
        let text = filter.text.as_ref().map(|text| text.to_lowercase());
        self.visit(clock, |summary| {
            if passes(summary, filter, text.as_deref(), clock) {
                take(summary);
            }
        })
    }

    /// What expires or must be rotated within so many days, overdue included, soonest first.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn due(&self, within_days: u32, clock: &LocalNow) -> Result<Vec<Summary>, VaultError> {
        let mut found = self.summaries(clock, |one| one.due.within(within_days, clock))?;
        found.sort_by_key(|summary| (summary.due.soonest(), summary.credential.id));
        Ok(found)
    }

    /// What is in the trash, latest first.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn trash(&self) -> Result<Vec<Credential>, VaultError> {
        let environments = self.environments_by_id()?;
        let rows = read::deleted(&self.connection)?;
        rows.into_iter()
            .map(|row| location(row, &environments))
            .collect()
    }

    /// A credential by id, living or in the trash.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn get(&self, id: Uuid) -> Result<Credential, VaultError> {
        let row = self.row(id)?;
        let environment = read::environment_by_id(&self.connection, row.environment)?;
        Ok(row.into_credential(&environment))
    }

    /// A living credential by name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], for the environment or the credential.
    pub fn find(&self, location: &Location, name: &str) -> Result<Credential, VaultError> {
        let environment = self.environment_row(location)?;
        let row = read::credential_by_name(&self.connection, environment.id, name)?;
        let row = row.ok_or(VaultError::NotFound(RecordKind::Credential))?;
        Ok(row.into_credential(&environment))
    }

    /// A credential by id with its use and what is due.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn summary(&self, id: Uuid, clock: &LocalNow) -> Result<Summary, VaultError> {
        let usage = usage::of(&self.connection, id)?;
        Ok(summarise(self.get(id)?, usage, clock))
    }

    /// The values of a launch. Nothing is recorded; call [`Unlocked::record_use`] before
    /// they are handed out. `expired` stands over the settings.
    ///
    /// # Errors
    /// [`VaultError::NotFound`]; [`Refusal::Revoked`] for one that was asked for by name;
    /// [`Refusal::Expired`] where what has expired is refused.
    pub fn resolve(
        &self,
        selection: &Selection,
        expired: Option<ExpiredRule>,
        clock: &LocalNow,
    ) -> Result<Resolution, VaultError> {
        let mut resolution = Resolution {
            values: Vec::new(),
            revoked: Vec::new(),
        };
        match selection {
            Selection::Environment(location) => {
                let environment = self.environment_row(location)?;
                for row in read::credentials_of(&self.connection, environment.id)? {
                    if row.revoked_at.is_some() {
                        resolution.revoked.push(row.name);
                        continue;
                    }
                    let fills = |field: &&Field| field.variable.is_some();
                    let fields: Vec<&Field> = row.fields.iter().filter(fills).collect();
                    self.resolve_fields(
                        &row,
                        &environment,
                        &fields,
                        expired,
                        clock,
                        &mut resolution,
                    )?;
                }
            }
            Selection::Fields(wanted) => {
                for FieldRef { credential, field } in wanted {
                    let row = self.row(*credential)?;
                    if row.deleted_at.is_some() {
                        return Err(VaultError::NotFound(RecordKind::Credential));
                    }
                    let environment = read::environment_by_id(&self.connection, row.environment)?;
                    let field = pick_field(&row, field.as_deref())?;
                    self.resolve_fields(
                        &row,
                        &environment,
                        &[field],
                        expired,
                        clock,
                        &mut resolution,
                    )?;
                }
            }
        }
        Ok(resolution)
    }

    fn resolve_fields(
        &self,
        row: &CredentialRecord,
        environment: &EnvironmentRecord,
        fields: &[&Field],
        expired: Option<ExpiredRule>,
        clock: &LocalNow,
        resolution: &mut Resolution,
    ) -> Result<(), VaultError> {
        if fields.is_empty() {
            return Ok(());
        }
        let credential = row.name.clone();
        if row.revoked_at.is_some() {
            return Err(Refusal::Revoked { credential }.into());
        }
        let due = Due::of(&row.fields, row.revoked_at, &row.dates, clock);
        let policy = match expired {
            _ if !due.expired => ExpiredRule::Allow,
            Some(policy) => policy,
            None => self.settings()?.expired,
        };
        if policy == ExpiredRule::Refuse {
            return Err(Refusal::Expired { credential }.into());
        }
        let version = read::current_version(&self.connection, row.id)?;
        let version = version.ok_or(VaultError::NotFound(RecordKind::Version))?;
        for field in fields {
            resolution.values.push(Resolved {
                credential: row.id,
                name: row.name.clone(),
                tier: environment.tier,
                field: (*field).clone(),
                value: self.open_value(&version, &field.name)?,
                expired_at: due.expires_at.filter(|_| policy == ExpiredRule::Warn),
            });
        }
        Ok(())
    }

    pub(super) fn row(&self, id: Uuid) -> Result<CredentialRecord, VaultError> {
        read::credential(&self.connection, id)?.ok_or(VaultError::NotFound(RecordKind::Credential))
    }

    /// The living credentials that are to be kept, by project, environment and name.
    pub(super) fn summaries(
        &self,
        clock: &LocalNow,
        mut keep: impl FnMut(&Summary) -> bool,
    ) -> Result<Vec<Summary>, VaultError> {
        let mut kept = Vec::new();
        self.visit(clock, |summary| {
            if keep(summary) {
                kept.push(summary.clone());
            }
        })?;
        Ok(kept)
    }

    /// Shows every living credential as of now, by project, environment and name.
    pub(super) fn visit(
        &self,
        clock: &LocalNow,
        mut take: impl FnMut(&Summary),
    ) -> Result<(), VaultError> {
        // Out of its place meanwhile: a question within this one would read for itself.
        let living = match self.living.take() {
            None => self.read_living(clock)?,
            Some(mut living) => {
                for summary in &mut living {
                    summary.due = due(&summary.credential, clock);
                }
                living
            }
        };
        living.iter().for_each(&mut take);
        self.living.replace(Some(living));
        Ok(())
    }

    fn read_living(&self, clock: &LocalNow) -> Result<Vec<Summary>, VaultError> {
        let environments = self.environments_by_id()?;
        let mut living = Vec::new();
        read::each_living(&self.connection, |row, usage| {
            living.push(summarise(location(row, &environments)?, usage, clock));
            Ok(())
        })?;
        // Summaries are large: moved once, not at each comparison.
        living.sort_by_cached_key(|summary| {
            let credential = &summary.credential;
            (credential.location.clone(), credential.name.clone())
        });
        Ok(living)
    }

    fn environments_by_id(&self) -> Result<HashMap<Uuid, EnvironmentRecord>, VaultError> {
        let rows = read::environments(&self.connection)?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

fn location(
    row: CredentialRecord,
    environments: &HashMap<Uuid, EnvironmentRecord>,
) -> Result<Credential, VaultError> {
    let environment = environments.get(&row.environment);
    let environment = environment.ok_or(VaultError::NotFound(RecordKind::Environment))?;
    Ok(row.into_credential(environment))
}

fn summarise(credential: Credential, usage: Usage, clock: &LocalNow) -> Summary {
    Summary {
        due: due(&credential, clock),
        credential,
        usage,
    }
}

fn due(credential: &Credential, clock: &LocalNow) -> Due {
    Due::of(
        &credential.fields,
        credential.revoked_at,
        &credential.dates,
        clock,
    )
}

fn passes(
    summary: &Summary,
    filter: &CredentialFilter,
    text: Option<&str>,
    clock: &LocalNow,
) -> bool {
    let credential = &summary.credential;
    let equals = |wanted: &Option<String>, found: Option<&String>| {
        wanted.is_none() || wanted.as_ref() == found
    };
    let tagged = |tag: &String| credential.details.tags.contains(tag);
    let due = |days| summary.due.within(days, clock);
    equals(&filter.project, Some(&credential.location.project))
        && equals(&filter.environment, Some(&credential.location.environment))
        && equals(&filter.provider, credential.provider.as_ref())
        && filter.tag.as_ref().is_none_or(tagged)
        && filter.due_within_days.is_none_or(due)
        && (!filter.expired || summary.due.expired)
        && (!filter.unused || summary.usage.uses == 0)
        && text.is_none_or(|text| contains(credential, text))
}

/// Whether a lower-case text occurs in what a person would search.
fn contains(credential: &Credential, text: &str) -> bool {
    let details = &credential.details;
    let variables = credential.fields.iter().flat_map(|field| &field.variable);
    [&credential.name, &credential.location.project]
        .into_iter()
        .chain(&credential.provider)
        .chain(&details.owner)
        .chain(&details.note)
        .chain(&details.tags)
        .chain(variables)
        .any(|found| found.to_lowercase().contains(text))
}
