//! Questions: lists, counts, what is due, and the values of a launch. It is long because they
//! share the credentials that were read, and how long those stay.

use std::collections::HashMap;

use jiff::Timestamp;
use keyhaven_rules::settings::ExpiredPolicy;
use uuid::Uuid;

use super::Unlocked;
use super::versions::pick_field;
use crate::due::Due;
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::{Credential, Field, LocalNow, Location, Tier, Usage};
use crate::query::{CredentialFilter, FieldRef, Resolution, Resolved, Selection, Summary};
use crate::stop;
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

    /// What expires, must be rotated, or has a replaced value to revoke within so many days,
    /// overdue included, soonest first.
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
        let revoke_at = self.rotation(id)?.and_then(|open| open.revoke_at());
        Ok(summarise(self.get(id)?, usage, revoke_at, clock))
    }

    /// Shows every living credential of an environment, by name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what `take` returns.
    pub fn each_in(
        &self,
        location: &Location,
        mut take: impl FnMut(&Credential) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let environment = self.environment_row(location)?;
        read::each_of(&self.connection, environment.id, |row| {
            take(&row.into_credential(&environment))
        })
    }

    /// Shows the name of every living credential of an environment, in their order.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what `take` returns.
    pub fn each_name_in(
        &self,
        location: &Location,
        take: impl FnMut(&str) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let environment = self.environment_row(location)?;
        read::each_living_name(&self.connection, environment.id, take)
    }

    /// How many variables an environment fills, where that is more than so many. What was
    /// revoked fills none.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn filled_beyond(&self, location: &Location, most: u64) -> Result<Option<u64>, VaultError> {
        let environment = self.environment_row(location)?.id;
        // Exact only where it matters: that looks at each credential.
        if read::filled_count(&self.connection, environment)? <= most {
            return Ok(None);
        }
        let filled = read::filled_unrevoked_count(&self.connection, environment)?;
        Ok((filled > most).then_some(filled))
    }

    /// The values of a launch, at most so many bytes of them. Nothing is recorded; call
    /// [`Unlocked::record_use`] before they are handed out. `expired` stands over the
    /// settings.
    ///
    /// # Errors
    /// [`VaultError::NotFound`]; [`Refusal::Revoked`] for one that was asked for by name;
    /// [`Refusal::Expired`] where what has expired is refused; [`Refusal::TooLarge`].
    pub fn resolve(
        &self,
        selection: &Selection,
        expired: Option<ExpiredPolicy>,
        most: usize,
        clock: &LocalNow,
    ) -> Result<Resolution, VaultError> {
        let mut resolver = Resolver {
            vault: self,
            expired,
            most,
            clock,
            size: 0,
            resolution: Resolution {
                values: Vec::new(),
                revoked: Vec::new(),
            },
        };
        match selection {
            Selection::Environment(location) => resolver.environment(location)?,
            Selection::Fields(wanted) => {
                // Those of one credential are read together where they stand together.
                for wanted in wanted.chunk_by(|a, b| a.credential == b.credential) {
                    resolver.fields(wanted)?;
                }
            }
        }
        Ok(resolver.resolution)
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
                    summary.due = due(&summary.credential, summary.revoke_at, clock);
                }
                living
            }
        };
        for summary in &living {
            stop::check()?;
            take(summary);
        }
        self.living.replace(Some(living));
        Ok(())
    }

    fn read_living(&self, clock: &LocalNow) -> Result<Vec<Summary>, VaultError> {
        let environments = self.environments_by_id()?;
        let revoke_at = self.revocations()?;
        let mut living = Vec::new();
        read::each_living(&self.connection, |row, usage| {
            let revoke_at = revoke_at.get(&row.id).copied();
            let credential = location(row, &environments)?;
            living.push(summarise(credential, usage, revoke_at, clock));
            Ok(())
        })?;
        // As people look for names: capitals among small letters. Summaries are large: moved
        // once, not at each comparison.
        living.sort_by_cached_key(|summary| {
            let (location, name) = (&summary.credential.location, &summary.credential.name);
            (location.clone(), name.to_lowercase(), name.clone())
        });
        Ok(living)
    }

    fn environments_by_id(&self) -> Result<HashMap<Uuid, EnvironmentRecord>, VaultError> {
        let rows = read::environments(&self.connection)?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// The values of a launch, while they are read.
struct Resolver<'a> {
    vault: &'a Unlocked,
    expired: Option<ExpiredPolicy>,
    most: usize,
    clock: &'a LocalNow,
    /// Bytes of the values so far.
    size: usize,
    resolution: Resolution,
}

impl Resolver<'_> {
    fn environment(&mut self, location: &Location) -> Result<(), VaultError> {
        let vault = self.vault;
        let environment = vault.environment_row(location)?;
        read::each_of(&vault.connection, environment.id, |row| {
            if row.revoked_at.is_some() {
                self.resolution.revoked.push(row.name);
                return Ok(());
            }
            let fills = |field: &&Field| field.variable.is_some();
            let fields: Vec<&Field> = row.fields.iter().filter(fills).collect();
            self.take(&row, environment.tier, &fields)
        })
    }

    /// Fields of one credential.
    fn fields(&mut self, wanted: &[FieldRef]) -> Result<(), VaultError> {
        let Some(first) = wanted.first() else {
            return Ok(());
        };
        let row = self.vault.row(first.credential)?;
        if row.deleted_at.is_some() {
            return Err(VaultError::NotFound(RecordKind::Credential));
        }
        let environment = read::environment_by_id(&self.vault.connection, row.environment)?;
        let fields = wanted
            .iter()
            .map(|wanted| pick_field(&row, wanted.field.as_deref()))
            .collect::<Result<Vec<_>, _>>()?;
        self.take(&row, environment.tier, &fields)
    }

    fn take(
        &mut self,
        row: &CredentialRecord,
        tier: Tier,
        fields: &[&Field],
    ) -> Result<(), VaultError> {
        stop::check()?;
        if fields.is_empty() {
            return Ok(());
        }
        let credential = row.name.clone();
        if row.revoked_at.is_some() {
            let id = row.id;
            return Err(Refusal::Revoked { credential, id }.into());
        }
        let due = Due::of(&row.fields, row.revoked_at, &row.dates, None, self.clock);
        let policy = match self.expired {
            _ if !due.expired => ExpiredPolicy::Allow,
            Some(policy) => policy,
            None => self.vault.settings()?.expired,
        };
        if policy == ExpiredPolicy::Refuse {
            let id = row.id;
            return Err(Refusal::Expired { credential, id }.into());
        }
        let version = read::current_version(&self.vault.connection, row.id)?;
        let version = version.ok_or(VaultError::NotFound(RecordKind::Version))?;
        for field in fields {
            let value = self.vault.open_value(&version, &field.name)?;
            // Exposed for its length alone.
            self.size += value.expose().len();
            if self.size > self.most {
                return Err(Refusal::TooLarge(self.most).into());
            }
            self.resolution.values.push(Resolved {
                credential: row.id,
                name: row.name.clone(),
                tier,
                field: (*field).clone(),
                value,
                expired_at: due.expires_at.filter(|_| policy == ExpiredPolicy::Warn),
            });
        }
        Ok(())
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

fn summarise(
    credential: Credential,
    usage: Usage,
    revoke_at: Option<Timestamp>,
    clock: &LocalNow,
) -> Summary {
    Summary {
        due: due(&credential, revoke_at, clock),
        credential,
        usage,
        revoke_at,
    }
}

fn due(credential: &Credential, revoke_at: Option<Timestamp>, clock: &LocalNow) -> Due {
    Due::of(
        &credential.fields,
        credential.revoked_at,
        &credential.dates,
        revoke_at,
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
