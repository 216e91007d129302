//! Environments and their tiers, and settings.

use std::collections::HashSet;

use keyhaven_rules::settings::Settings;
use uuid::Uuid;

use super::{Edit, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::{EnvironmentInfo, Location, Tier};
use crate::names;
use crate::settings;
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::EnvironmentRecord;
use crate::store::settings_row;

impl Unlocked {
    /// All environments, by project and name.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn environments(&self) -> Result<Vec<EnvironmentInfo>, VaultError> {
        let counts = read::living_counts(&self.connection)?;
        let count = |id: Uuid| {
            counts
                .iter()
                .find(|(of, _)| *of == id)
                .map_or(0, |(_, n)| *n)
        };
        let rows = read::environments(&self.connection)?;
        Ok(rows
            .into_iter()
            .map(|row| environment(&row, count(row.id)))
            .collect())
    }

    /// One environment by name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn environment(&self, location: &Location) -> Result<EnvironmentInfo, VaultError> {
        let row = self.environment_row(location)?;
        let living = read::living_count(&self.connection, row.id)?;
        Ok(environment(&row, living))
    }

    /// The tier of an environment, however much is in it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn tier(&self, location: &Location) -> Result<Tier, VaultError> {
        Ok(self.environment_row(location)?.tier)
    }

    pub(super) fn environment_row(
        &self,
        location: &Location,
    ) -> Result<EnvironmentRecord, VaultError> {
        read::environment_by_place(&self.connection, location)?
            .ok_or(VaultError::NotFound(RecordKind::Environment))
    }

    /// Sets an environment's tier; makes the environment where it is missing.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], and what any write may meet.
    pub fn set_tier(
        &mut self,
        context: &AuditContext,
        location: &Location,
        tier: Tier,
    ) -> Result<EnvironmentInfo, VaultError> {
        names::check_location(location)?;
        self.change(context, |edit| {
            let known = read::environment_by_place(edit.connection, location)?;
            let was = known.as_ref().map(|row| row.tier);
            let mut row = match known {
                Some(row) => row,
                None => edit.make_environment(location, tier)?,
            };
            if was.is_some_and(|was| was != tier) {
                row.tier = tier;
                row.revision += 1;
                edit.rooted.put_environment(&row)?;
            }
            let event = AuditEvent::done(Action::TierSet)
                .about(row.id)
                .with("project", &location.project)
                .with("environment", &location.environment)
                .with("tier", format!("{tier:?}").to_lowercase());
            let living = read::living_count(edit.connection, row.id)?;
            let changed = was != Some(tier);
            Ok((environment(&row, living), changed.then_some(event)))
        })
    }

    /// Removes an environment without credentials, and its project with the last one. What of
    /// it is in the trash is erased for good if its owner agreed to that.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`Refusal::EnvironmentNotEmpty`],
    /// [`Refusal::EnvironmentHasProfiles`], [`Refusal::EnvironmentHasTrash`].
    pub fn remove_environment(
        &mut self,
        context: &AuditContext,
        location: &Location,
        erase_trash: bool,
    ) -> Result<(), VaultError> {
        let row = self.environment_row(location)?;
        self.check_removable(&row)?;
        let removed = read::deleted_of(&self.connection, row.id)?;
        if !removed.is_empty() {
            let (ids, names): (HashSet<Uuid>, Vec<String>) = removed.into_iter().unzip();
            if !erase_trash {
                return Err(Refusal::EnvironmentHasTrash(names).into());
            }
            // Its own entry of the log: what it names is known to be gone.
            self.erase(context, |id| ids.contains(&id))?;
        }
        self.change(context, |edit| {
            edit.rooted.delete_environment(row.id)?;
            let others = read::environments(edit.connection)?;
            if !others.iter().any(|other| other.project == row.project) {
                edit.rooted.delete_project(row.project)?;
            }
            let event = AuditEvent::done(Action::EnvironmentRemoved)
                .about(row.id)
                .with("project", &location.project)
                .with("environment", &location.environment)
                .with("tier", row.tier.name());
            Ok(((), Some(event)))
        })
    }

    fn check_removable(&self, row: &EnvironmentRecord) -> Result<(), VaultError> {
        let living = read::living_count(&self.connection, row.id)?;
        if living > 0 {
            return Err(Refusal::EnvironmentNotEmpty(living).into());
        }
        let profiles = read::profiles(&self.connection)?.into_iter();
        let here = profiles.filter(|profile| profile.environment == row.id);
        let names: Vec<String> = here.map(|profile| profile.name).collect();
        if !names.is_empty() {
            return Err(Refusal::EnvironmentHasProfiles(names).into());
        }
        Ok(())
    }

    /// The settings.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn settings(&self) -> Result<Settings, VaultError> {
        settings_row::get(&self.connection)
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] names the setting, and what any write may meet.
    pub fn set_settings(
        &mut self,
        context: &AuditContext,
        settings: &Settings,
    ) -> Result<(), VaultError> {
        settings::check(settings)?;
        let same = self.settings()? == *settings;
        self.change(context, |edit| {
            let text = settings_row::put(&mut edit.rooted, settings)?;
            let event = AuditEvent::done(Action::SettingsChanged).with("settings", &text);
            Ok(((), (!same).then_some(event)))
        })
    }
}

fn environment(row: &EnvironmentRecord, credentials: u64) -> EnvironmentInfo {
    EnvironmentInfo {
        id: row.id,
        revision: row.revision,
        location: row.location.clone(),
        tier: row.tier,
        credentials,
    }
}

/// The tier of a new environment: the requested one, or the one its name implies, or production.
pub(super) fn new_tier(location: &Location, said: Option<Tier>) -> Tier {
    said.or_else(|| Tier::of_environment(&location.environment))
        .unwrap_or(Tier::Production)
}

impl Edit<'_> {
    /// The environment of that name, made on first use. A given tier must agree with
    /// a known environment's.
    pub(super) fn environment(
        &mut self,
        location: &Location,
        said: Option<Tier>,
    ) -> Result<EnvironmentRecord, VaultError> {
        let Some(row) = read::environment_by_place(self.connection, location)? else {
            return self.make_environment(location, new_tier(location, said));
        };
        match said.filter(|wanted| *wanted != row.tier) {
            Some(wanted) => {
                let present = row.tier;
                Err(Refusal::Tier { present, wanted }.into())
            }
            None => Ok(row),
        }
    }

    fn make_environment(
        &mut self,
        location: &Location,
        tier: Tier,
    ) -> Result<EnvironmentRecord, VaultError> {
        let (location, known) = self.new_location(location)?;
        let project = match known {
            Some(id) => id,
            None => {
                let id = self.make_id()?;
                self.rooted
                    .insert_project(id, &location.project, self.now)?;
                id
            }
        };
        let row = EnvironmentRecord {
            id: self.make_id()?,
            revision: 1,
            project,
            location,
            tier,
            created_at: self.now,
        };
        self.rooted.put_environment(&row)?;
        Ok(row)
    }

    /// A location in the form in which it is stored, with its project if that is known. What is
    /// new of it differs from what there is.
    fn new_location(&self, given: &Location) -> Result<(Location, Option<Uuid>), VaultError> {
        let all = read::environments(self.connection)?;
        let mut location = given.clone();
        names::normalise(&mut location.environment);
        let mut known = self.rooted.project(&location.project)?;
        if known.is_none() {
            names::normalise(&mut location.project);
            known = self.rooted.project(&location.project)?;
        }
        let others = all.iter().map(|row| &row.location);
        match known {
            None => {
                let new = names::NewLook::of(&location.project);
                let mut projects = others.map(|other| &other.project);
                projects.try_for_each(|other| new.differs_from(other))?;
            }
            Some(_) => {
                let new = names::NewLook::of(&location.environment);
                let mut siblings = others.filter(|other| other.project == location.project);
                siblings.try_for_each(|other| new.differs_from(&other.environment))?;
            }
        }
        Ok((location, known))
    }
}
