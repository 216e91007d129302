//! Saved ways to launch.

use uuid::Uuid;

use super::{Edit, Seen, Unlocked};
use crate::audit::{Action, Context};
use crate::error::{Error, Kind};
use crate::profile::{NewProfile, Profile, Recipe};
use crate::store::audit::Event;
use crate::store::read;
use crate::store::rows::{EnvironmentRow, ProfileRow};

impl Unlocked {
    /// All profiles, by name.
    ///
    /// # Errors
    /// [`Error::DamagedData`], [`Error::Database`].
    pub fn profiles(&self) -> Result<Vec<Profile>, Error> {
        let rows = read::profiles(&self.connection)?.into_iter();
        rows.map(|row| self.placed(row)).collect()
    }

    /// A profile by name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn profile(&self, name: &str) -> Result<Profile, Error> {
        let row = read::profile(&self.connection, name)?;
        self.placed(row.ok_or(Error::NotFound(Kind::Profile))?)
    }

    fn placed(&self, row: ProfileRow) -> Result<Profile, Error> {
        let environment = read::environment_by_id(&self.connection, row.environment)?;
        Ok(row.into_profile(&environment))
    }

    /// Saves a profile for an environment that is there.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Exists`], and what any write may meet.
    pub fn add_profile(&mut self, context: &Context, new: NewProfile) -> Result<Profile, Error> {
        new.check()?;
        let environment = self.environment_row(&new.place)?;
        self.change(context, |edit| {
            edit.check_profile_free(Uuid::nil(), &new.name)?;
            let row = ProfileRow {
                id: edit.make_id()?,
                revision: 1,
                name: new.name,
                environment: environment.id,
                recipe: new.recipe,
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
    /// As [`Unlocked::add_profile`], and [`Error::Changed`].
    pub fn edit_profile(
        &mut self,
        context: &Context,
        seen: Seen,
        new: NewProfile,
    ) -> Result<Profile, Error> {
        new.check()?;
        let environment = self.environment_row(&new.place)?;
        self.change(context, |edit| {
            let mut row = edit.seen_profile(seen)?;
            edit.check_profile_free(row.id, &new.name)?;
            let same = (&row.name, row.environment, &row.recipe)
                == (&new.name, environment.id, &new.recipe);
            if same {
                return Ok((row.into_profile(&environment), None));
            }
            row.revision += 1;
            row.name = new.name;
            row.environment = environment.id;
            row.recipe = new.recipe;
            row.changed_at = edit.now;
            edit.rooted.put_profile(&row)?;
            let event = event(Action::ProfileEdited, &row, &environment);
            Ok((row.into_profile(&environment), Some(event)))
        })
    }

    /// Removes a profile for good.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Changed`].
    pub fn remove_profile(&mut self, context: &Context, seen: Seen) -> Result<(), Error> {
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
    fn check_profile_free(&self, own: Uuid, name: &str) -> Result<(), Error> {
        match read::profile(self.connection, name)? {
            Some(other) if other.id != own => Err(Error::Exists(Kind::Profile)),
            _ => Ok(()),
        }
    }

    /// Gives profiles other recipes; their names.
    pub(super) fn put_recipes(&mut self, recipes: &[(Uuid, Recipe)]) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for (id, recipe) in recipes {
            let row = read::profile_by_id(self.connection, *id)?;
            let mut row = row.ok_or(Error::NotFound(Kind::Profile))?;
            recipe.check()?;
            row.revision += 1;
            row.recipe = recipe.clone();
            row.changed_at = self.now;
            self.rooted.put_profile(&row)?;
            names.push(row.name);
        }
        Ok(names)
    }

    fn seen_profile(&self, seen: Seen) -> Result<ProfileRow, Error> {
        let row = read::profile_by_id(self.connection, seen.id)?;
        let row = row.ok_or(Error::NotFound(Kind::Profile))?;
        if row.revision != seen.revision {
            return Err(Error::Changed {
                expected: seen.revision,
                found: row.revision,
            });
        }
        Ok(row)
    }
}

/// The log has what a profile lets in, not what it starts: arguments may hold anything.
fn event(action: Action, row: &ProfileRow, environment: &EnvironmentRow) -> Event {
    Event::done(action)
        .about(row.id)
        .with("profile", &row.name)
        .with("project", &environment.place.project)
        .with("environment", &environment.place.environment)
        .with("production", row.recipe.allow_production.to_string())
}
