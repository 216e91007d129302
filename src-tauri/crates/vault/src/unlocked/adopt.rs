//! Taking in rows of another vault: their ids and dates stay, their values are sealed anew.
//!
//! Rows of a damaged vault may contradict each other. What does not fit beside what was taken
//! in before is named anew, or fills its variable no longer; it is never a reason to give up.

use std::collections::HashMap;

use uuid::Uuid;

use super::values::Binding;
use super::{Edit, Unlocked};
use crate::audit::Context;
use crate::crypto::keys::Keys;
use crate::error::{Damage, Error};
use crate::model::{Place, Tier};
use crate::names::MOST_NAME;
use crate::store::audit::Event;
use crate::store::read;
use crate::store::rows::{CredentialRow, EnvironmentRow, ProfileRow, VersionRow};

/// What takes rows in, within one change.
pub(crate) struct Adopt<'a, 'b> {
    edit: &'a mut Edit<'b>,
    /// By their ids of before.
    environments: HashMap<Uuid, EnvironmentRow>,
    /// What was changed to fit, in words.
    pub(crate) changed: Vec<String>,
}

impl Unlocked {
    /// Takes in rows, in one transaction with the event that tells of them.
    pub(crate) fn adopt(
        &mut self,
        context: &Context,
        work: impl FnOnce(&mut Adopt<'_, '_>) -> Result<Event, Error>,
    ) -> Result<(), Error> {
        self.change(context, |edit| {
            let event = work(&mut Adopt {
                edit,
                environments: HashMap::new(),
                changed: Vec::new(),
            })?;
            Ok(((), Some(event)))
        })
    }
}

impl Adopt<'_, '_> {
    /// Takes in a credential under a place, which is made where it is missing.
    pub(crate) fn credential(
        &mut self,
        mut row: CredentialRow,
        place: &Place,
        tier: Tier,
    ) -> Result<(), Error> {
        let environment = self.environment(row.environment, place, tier)?;
        row.environment = environment.id;
        if row.deleted_at.is_none() {
            self.fit_name(&mut row, &environment.place)?;
            self.fit_variables(&mut row, &environment.place)?;
        }
        self.edit.rooted.put_credential(&row)
    }

    /// Takes in a profile of a place, which is made where it is missing.
    pub(crate) fn profile(
        &mut self,
        mut row: ProfileRow,
        place: &Place,
        tier: Tier,
    ) -> Result<(), Error> {
        row.environment = self.environment(row.environment, place, tier)?.id;
        let connection = self.edit.connection;
        let name = free_name(&row.name, |name| {
            Ok(read::profile(connection, name)?.is_none())
        })?;
        if name != row.name {
            self.changed.push(format!(
                "the profile {}: there were two, this one is {name} now",
                row.name
            ));
            row.name = name;
        }
        // An old page that was put back may hold a yes that was withdrawn since.
        if std::mem::take(&mut row.recipe.allow_production) {
            self.changed.push(format!(
                "the profile {}: it takes keys of a higher tier only when you allow that anew",
                row.name
            ));
        }
        self.edit.rooted.put_profile(&row)
    }

    /// The environment that stands for one of before; two of before never become one.
    fn environment(
        &mut self,
        id: Uuid,
        place: &Place,
        tier: Tier,
    ) -> Result<EnvironmentRow, Error> {
        if let Some(known) = self.environments.get(&id) {
            return Ok(known.clone());
        }
        let connection = self.edit.connection;
        let called = |name: &str| Place {
            project: place.project.clone(),
            environment: name.into(),
        };
        let name = free_name(&place.environment, |name| {
            Ok(read::environment_by_place(connection, &called(name))?.is_none())
        })?;
        if name != place.environment {
            let Place {
                project,
                environment,
            } = place;
            self.changed.push(format!(
                "{project}/{environment}: there were two, this one is {project}/{name} now"
            ));
        }
        let row = self.edit.environment(&called(&name), Some(tier))?;
        self.environments.insert(id, row.clone());
        Ok(row)
    }

    fn fit_name(&mut self, row: &mut CredentialRow, place: &Place) -> Result<(), Error> {
        let connection = self.edit.connection;
        let name = free_name(&row.name, |name| {
            Ok(read::credential_by_name(connection, row.environment, name)?.is_none())
        })?;
        if name != row.name {
            let was = full_name(place, &row.name);
            let now = full_name(place, &name);
            self.changed
                .push(format!("{was}: there were two, this one is {now} now"));
            row.name = name;
        }
        Ok(())
    }

    fn fit_variables(&mut self, row: &mut CredentialRow, place: &Place) -> Result<(), Error> {
        let (connection, environment, id) = (self.edit.connection, row.environment, row.id);
        let name = full_name(place, &row.name);
        for field in &mut row.fields {
            let Some(variable) = &field.variable else {
                continue;
            };
            let other = read::credential_by_variable(connection, environment, variable, id)?;
            if let Some(other) = other {
                let by = full_name(place, &other.name);
                self.changed.push(format!(
                    "{name}: does not fill {variable} any more, for {by} does"
                ));
                field.variable = None;
            }
        }
        Ok(())
    }

    /// Takes in a version of a credential that was taken in; false where its values do not
    /// open, and it was not.
    pub(crate) fn version(
        &mut self,
        mut row: VersionRow,
        from: &Binding,
        keys: &Keys,
    ) -> Result<bool, Error> {
        if let Some(blob) = &row.sealed {
            let to = self.edit.binding(row.credential, row.id);
            match from.make_resealed(keys, blob, &to, self.edit.keys, self.edit.random) {
                Ok(sealed) => row.sealed = Some(sealed),
                Err(Error::DamagedData(Damage::Value)) => return Ok(false),
                Err(other) => return Err(other),
            }
        }
        self.edit.rooted.put_version(&row)?;
        Ok(true)
    }
}

fn full_name(place: &Place, name: &str) -> String {
    format!("{}/{}/{name}", place.project, place.environment)
}

/// The name, or else the first of NAME-2, NAME-3 and so on that is free.
fn free_name(name: &str, is_free: impl Fn(&str) -> Result<bool, Error>) -> Result<String, Error> {
    let mut free = name.to_owned();
    let mut number = 1;
    while !is_free(&free)? {
        number += 1;
        let end = format!("-{number}");
        let kept = name.floor_char_boundary(MOST_NAME - end.len());
        free = format!("{}{end}", &name[..kept]);
    }
    Ok(free)
}
