//! Stores and changes profiles.

use uuid::Uuid;

use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{RecordKind, Refusal, VaultError};
use crate::names;
use crate::profile::{LaunchConfig, NewProfile, SavedProfile};
use crate::stop;
use crate::store::audit::AuditEvent;
use crate::store::authenticated_writer::to_json;
use crate::store::read;
use crate::store::rows::{EnvironmentRecord, ProfileRecord};
use crate::stored_text::StoredText;

/// All are read for one list, each with a configuration of up to 64 KiB: 16 MiB at most, as a
/// large answer.
pub(crate) const MOST_PROFILES: usize = 256;

impl Unlocked {
    /// All profiles, by name.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn profiles(&self) -> Result<Vec<SavedProfile>, VaultError> {
        let rows = read::profiles(&self.connection)?.into_iter();
        rows.map(|row| {
            stop::check()?;
            self.placed(row)
        })
        .collect()
    }

    /// Shows the name of each profile, in their order.
    ///
    /// # Errors
    /// [`VaultError::Database`], and what `take` returns.
    pub fn each_profile_name(
        &self,
        mut take: impl FnMut(&str) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        read::each_profile_name(&self.connection, |_, name| take(name))
    }

    /// A profile by name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn profile(&self, name: &str) -> Result<SavedProfile, VaultError> {
        let row = read::profile(&self.connection, name)?;
        self.placed(row.ok_or(VaultError::NotFound(RecordKind::Profile))?)
    }

    fn placed(&self, row: ProfileRecord) -> Result<SavedProfile, VaultError> {
        let environment = read::environment_by_id(&self.connection, row.environment)?;
        Ok(row.into_profile(&environment))
    }

    /// Saves a profile for an environment that is there.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], [`VaultError::NotFound`], [`VaultError::Exists`],
    /// [`Refusal::TooManyProfiles`], and what any write may meet.
    pub fn add_profile(
        &mut self,
        context: &AuditContext,
        mut new: NewProfile,
    ) -> Result<SavedProfile, VaultError> {
        names::normalise(&mut new.name);
        check(&new)?;
        let environment = self.environment_row(&new.location)?;
        self.change(context, |edit| {
            edit.check_profile_free(Uuid::nil(), &new.name)?;
            edit.check_profile_look(Uuid::nil(), &new.name)?;
            if read::profile_count(edit.connection)? >= MOST_PROFILES {
                return Err(Refusal::TooManyProfiles(MOST_PROFILES).into());
            }
            let row = ProfileRecord {
                id: edit.make_id()?,
                revision: 1,
                name: new.name,
                environment: environment.id,
                config: new.config,
                created_at: edit.now,
                changed_at: edit.now,
            };
            edit.rooted.put_profile(&row)?;
            let event = event(Action::ProfileAdded, &row, &environment);
            Ok((row.into_profile(&environment), Some(event)))
        })
    }

    /// Replaces what a profile says.
    ///
    /// # Errors
    /// As [`Unlocked::add_profile`], and [`VaultError::Changed`].
    pub fn edit_profile(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        mut new: NewProfile,
    ) -> Result<SavedProfile, VaultError> {
        check(&new)?;
        let environment = self.environment_row(&new.location)?;
        self.change(context, |edit| {
            let mut row = edit.seen_profile(seen)?;
            if row.name != new.name {
                names::normalise(&mut new.name);
                edit.check_profile_look(row.id, &new.name)?;
            }
            edit.check_profile_free(row.id, &new.name)?;
            let same = (&row.name, row.environment, &row.config)
                == (&new.name, environment.id, &new.config);
            if same {
                return Ok((row.into_profile(&environment), None));
            }
            row.revision += 1;
            row.name = new.name;
            row.environment = environment.id;
            row.config = new.config;
            row.changed_at = edit.now;
            edit.rooted.put_profile(&row)?;
            let event = event(Action::ProfileEdited, &row, &environment);
            Ok((row.into_profile(&environment), Some(event)))
        })
    }

    /// Removes a profile for good.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`].
    pub fn remove_profile(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<(), VaultError> {
        self.change(context, |edit| {
            let row = edit.seen_profile(seen)?;
            edit.rooted.delete_profile(row.id)?;
            let environment = read::environment_by_id(edit.connection, row.environment)?;
            let event = event(Action::ProfileRemoved, &row, &environment);
            Ok(((), Some(event)))
        })
    }
}

impl Edit<'_> {
    fn check_profile_free(&self, own: Uuid, name: &str) -> Result<(), VaultError> {
        match read::profile(self.connection, name)? {
            Some(other) if other.id != own => Err(VaultError::Exists(RecordKind::Profile)),
            _ => Ok(()),
        }
    }

    /// A new name differs from those of the other profiles.
    fn check_profile_look(&self, own: Uuid, name: &str) -> Result<(), VaultError> {
        let new = names::NewLook::of(name);
        read::each_profile_name(self.connection, |id, other| match id == own {
            true => Ok(()),
            false => new.differs_from(other),
        })
    }

    /// Replaces the launch configurations of profiles; returns the profiles' names.
    pub(super) fn put_configs(
        &mut self,
        configs: &[(Uuid, LaunchConfig)],
    ) -> Result<Vec<String>, VaultError> {
        let mut names = Vec::new();
        for (id, config) in configs {
            stop::check()?;
            let row = read::profile_by_id(self.connection, *id)?;
            let mut row = row.ok_or(VaultError::NotFound(RecordKind::Profile))?;
            check_config(config)?;
            row.revision += 1;
            row.config = config.clone();
            row.changed_at = self.now;
            self.rooted.put_profile(&row)?;
            names.push(row.name);
        }
        Ok(names)
    }

    fn seen_profile(&self, seen: ExpectedRevision) -> Result<ProfileRecord, VaultError> {
        let row = read::profile_by_id(self.connection, seen.id)?;
        let row = row.ok_or(VaultError::NotFound(RecordKind::Profile))?;
        if row.revision != seen.revision {
            return Err(VaultError::Changed {
                expected: seen.revision,
                found: row.revision,
            });
        }
        Ok(row)
    }
}

fn check(new: &NewProfile) -> Result<(), VaultError> {
    names::check_name(RecordKind::Profile, &new.name)?;
    check_config(&new.config)
}

/// Checks variables, paths and the stored size.
fn check_config(config: &LaunchConfig) -> Result<(), VaultError> {
    config.check()?;
    names::check_text(StoredText::LaunchConfig, &to_json(config)?)?;
    Ok(())
}

/// The log has what a profile lets in, not what it starts: arguments may hold anything.
fn event(action: Action, row: &ProfileRecord, environment: &EnvironmentRecord) -> AuditEvent {
    AuditEvent::done(action)
        .about(row.id)
        .with("profile", &row.name)
        .with("project", &environment.location.project)
        .with("environment", &environment.location.environment)
        .with("production", row.config.allow_production.to_string())
}
