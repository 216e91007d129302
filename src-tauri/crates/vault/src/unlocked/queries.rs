//! Questions: lists, counts, what is due, and the values of a launch.

use std::collections::HashMap;

use uuid::Uuid;

use super::Unlocked;
use super::versions::pick_field;
use crate::due::Due;
use crate::error::{Error, Kind, Refusal};
use crate::model::{Clock, Credential, Field, Place, Usage};
use crate::query::{FieldRef, Filter, Resolution, Resolved, Selection, Summary};
use crate::settings::ExpiredPolicy;
use crate::store::rows::{CredentialRow, EnvironmentRow};
use crate::store::{read, usage};

impl Unlocked {
    /// Living credentials that pass a filter, by project, environment and name.
    ///
    /// # Errors
    /// [`Error::DamagedData`], [`Error::Database`]; unknown names give an empty list.
    pub fn list(&self, filter: &Filter, clock: &Clock) -> Result<Vec<Summary>, Error> {
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
        filter: &Filter,
        clock: &Clock,
        mut take: impl FnMut(&Summary),
    ) -> Result<(), Error> {
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
    /// [`Error::DamagedData`], [`Error::Database`].
    pub fn due(&self, within_days: u32, clock: &Clock) -> Result<Vec<Summary>, Error> {
        let mut found = self.summaries(clock, |one| one.due.within(within_days, clock))?;
        found.sort_by_key(|summary| (summary.due.soonest(), summary.credential.id));
        Ok(found)
    }

    /// What is in the trash, latest first.
    ///
    /// # Errors
    /// [`Error::DamagedData`], [`Error::Database`].
    pub fn trash(&self) -> Result<Vec<Credential>, Error> {
        let environments = self.environments_by_id()?;
        let rows = read::deleted(&self.connection)?;
        rows.into_iter()
            .map(|row| place(row, &environments))
            .collect()
    }

    /// A credential by id, living or in the trash.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn get(&self, id: Uuid) -> Result<Credential, Error> {
        let row = self.row(id)?;
        let environment = read::environment_by_id(&self.connection, row.environment)?;
        Ok(row.into_credential(&environment))
    }

    /// A living credential by name.
    ///
    /// # Errors
    /// [`Error::NotFound`], for the environment or the credential.
    pub fn find(&self, place: &Place, name: &str) -> Result<Credential, Error> {
        let environment = self.environment_row(place)?;
        let row = read::credential_by_name(&self.connection, environment.id, name)?;
        let row = row.ok_or(Error::NotFound(Kind::Credential))?;
        Ok(row.into_credential(&environment))
    }

    /// A credential by id with its use and what is due.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn summary(&self, id: Uuid, clock: &Clock) -> Result<Summary, Error> {
        let usage = usage::of(&self.connection, id)?;
        Ok(summarise(self.get(id)?, usage, clock))
    }

    /// The values of a launch. Nothing is recorded; call [`Unlocked::record_use`] before
    /// they are handed out. `expired` stands over the settings.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::Revoked`] for one that was asked for by name;
    /// [`Refusal::Expired`] where what has expired is refused.
    pub fn resolve(
        &self,
        selection: &Selection,
        expired: Option<ExpiredPolicy>,
        clock: &Clock,
    ) -> Result<Resolution, Error> {
        let mut resolution = Resolution {
            values: Vec::new(),
            revoked: Vec::new(),
        };
        match selection {
            Selection::Environment(place) => {
                let environment = self.environment_row(place)?;
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
                        return Err(Error::NotFound(Kind::Credential));
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
        row: &CredentialRow,
        environment: &EnvironmentRow,
        fields: &[&Field],
        expired: Option<ExpiredPolicy>,
        clock: &Clock,
        resolution: &mut Resolution,
    ) -> Result<(), Error> {
        if fields.is_empty() {
            return Ok(());
        }
        let credential = row.name.clone();
        if row.revoked_at.is_some() {
            return Err(Refusal::Revoked { credential }.into());
        }
        let due = Due::of(&row.fields, row.revoked_at, &row.dates, clock);
        let policy = match expired {
            _ if !due.expired => ExpiredPolicy::Allow,
            Some(policy) => policy,
            None => self.settings()?.expired,
        };
        if policy == ExpiredPolicy::Refuse {
            return Err(Refusal::Expired { credential }.into());
        }
        let version = read::current_version(&self.connection, row.id)?;
        let version = version.ok_or(Error::NotFound(Kind::Version))?;
        for field in fields {
            resolution.values.push(Resolved {
                credential: row.id,
                name: row.name.clone(),
                tier: environment.tier,
                field: (*field).clone(),
                value: self.open_value(&version, &field.name)?,
                expired_at: due.expires_at.filter(|_| policy == ExpiredPolicy::Warn),
            });
        }
        Ok(())
    }

    pub(super) fn row(&self, id: Uuid) -> Result<CredentialRow, Error> {
        read::credential(&self.connection, id)?.ok_or(Error::NotFound(Kind::Credential))
    }

    /// The living credentials that are to be kept, by project, environment and name.
    pub(super) fn summaries(
        &self,
        clock: &Clock,
        mut keep: impl FnMut(&Summary) -> bool,
    ) -> Result<Vec<Summary>, Error> {
        let mut kept = Vec::new();
        self.visit(clock, |summary| {
            if keep(summary) {
                kept.push(summary.clone());
            }
        })?;
        Ok(kept)
    }

    /// Shows every living credential as of now, by project, environment and name.
    pub(super) fn visit(&self, clock: &Clock, mut take: impl FnMut(&Summary)) -> Result<(), Error> {
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

    fn read_living(&self, clock: &Clock) -> Result<Vec<Summary>, Error> {
        let environments = self.environments_by_id()?;
        let mut living = Vec::new();
        read::each_living(&self.connection, |row, usage| {
            living.push(summarise(place(row, &environments)?, usage, clock));
            Ok(())
        })?;
        // Summaries are large: moved once, not at each comparison.
        living.sort_by_cached_key(|summary| {
            let credential = &summary.credential;
            (credential.place.clone(), credential.name.clone())
        });
        Ok(living)
    }

    fn environments_by_id(&self) -> Result<HashMap<Uuid, EnvironmentRow>, Error> {
        let rows = read::environments(&self.connection)?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

fn place(
    row: CredentialRow,
    environments: &HashMap<Uuid, EnvironmentRow>,
) -> Result<Credential, Error> {
    let environment = environments.get(&row.environment);
    let environment = environment.ok_or(Error::NotFound(Kind::Environment))?;
    Ok(row.into_credential(environment))
}

fn summarise(credential: Credential, usage: Usage, clock: &Clock) -> Summary {
    Summary {
        due: due(&credential, clock),
        credential,
        usage,
    }
}

fn due(credential: &Credential, clock: &Clock) -> Due {
    Due::of(
        &credential.fields,
        credential.revoked_at,
        &credential.dates,
        clock,
    )
}

fn passes(summary: &Summary, filter: &Filter, text: Option<&str>, clock: &Clock) -> bool {
    let credential = &summary.credential;
    let equals = |wanted: &Option<String>, found: Option<&String>| {
        wanted.is_none() || wanted.as_ref() == found
    };
    let tagged = |tag: &String| credential.details.tags.contains(tag);
    let due = |days| summary.due.within(days, clock);
    equals(&filter.project, Some(&credential.place.project))
        && equals(&filter.environment, Some(&credential.place.environment))
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
    [&credential.name, &credential.place.project]
        .into_iter()
        .chain(&credential.provider)
        .chain(&details.owner)
        .chain(&details.note)
        .chain(&details.tags)
        .chain(variables)
        .any(|found| found.to_lowercase().contains(text))
}
