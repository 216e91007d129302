//! Merges rows of another vault: ids and dates stay, values are sealed again.
//!
//! Rows of a damaged vault may contradict each other. A row that conflicts with an earlier one
//! gets another name or no longer fills its variable; a conflict never stops the merge.

use std::collections::HashMap;

use keyhaven_rules::names::MAX_NAME;
use uuid::Uuid;

use super::values::Binding;
use super::{Edit, Unlocked};
use crate::audit::AuditContext;
use crate::crypto::keys::EpochKeys;
use crate::error::{DataDamage, VaultError};
use crate::model::{Location, Tier};
use crate::rotation::Automation;
use crate::salvage::ChangedItem;
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::{
    CredentialRecord, EnvironmentRecord, ProfileRecord, RotationRecord, VersionRecord,
};

/// Merges rows within one change.
pub(crate) struct Merge<'a, 'b> {
    edit: &'a mut Edit<'b>,
    /// By the ids they had in the other vault.
    environments: HashMap<Uuid, EnvironmentRecord>,
    /// What was changed to fit.
    pub(crate) changed: Vec<ChangedItem>,
}

impl Unlocked {
    /// Merges rows, in one transaction with their audit event.
    pub(crate) fn adopt(
        &mut self,
        context: &AuditContext,
        work: impl FnOnce(&mut Merge<'_, '_>) -> Result<AuditEvent, VaultError>,
    ) -> Result<(), VaultError> {
        self.change(context, |edit| {
            let event = work(&mut Merge {
                edit,
                environments: HashMap::new(),
                changed: Vec::new(),
            })?;
            Ok(((), Some(event)))
        })
    }
}

impl Merge<'_, '_> {
    /// Merges a credential into a location, which is created if it is missing.
    pub(crate) fn credential(
        &mut self,
        mut row: CredentialRecord,
        location: &Location,
        tier: Tier,
    ) -> Result<(), VaultError> {
        let environment = self.environment(row.environment, location, tier)?;
        row.environment = environment.id;
        if row.deleted_at.is_none() {
            self.fit_name(&mut row, &environment.location)?;
            self.fit_variables(&mut row, &environment.location)?;
        }
        self.edit.rooted.put_credential(&row)
    }

    /// Merges a profile of a location, which is created if it is missing.
    pub(crate) fn profile(
        &mut self,
        mut row: ProfileRecord,
        location: &Location,
        tier: Tier,
    ) -> Result<(), VaultError> {
        row.environment = self.environment(row.environment, location, tier)?.id;
        let connection = self.edit.connection;
        let name = free_name(&row.name, |name| {
            Ok(read::profile(connection, name)?.is_none())
        })?;
        if name != row.name {
            self.changed.push(ChangedItem::ProfileRenamed {
                was: std::mem::replace(&mut row.name, name.clone()),
                now: name,
            });
        }
        // A replayed old page may hold a permission that was withdrawn since.
        if std::mem::take(&mut row.config.allow_production) {
            self.changed.push(ChangedItem::ProfileTierWithdrawn {
                profile: row.name.clone(),
            });
        }
        self.edit.rooted.put_profile(&row)
    }

    /// Merges an open rotation, if the version with its new value was merged.
    pub(crate) fn rotation(&mut self, row: &RotationRecord) -> Result<(), VaultError> {
        match read::version(self.edit.connection, row.credential, row.version)? {
            Some(_) => self.edit.rooted.put_rotation(row),
            None => Ok(()),
        }
    }

    /// Merges what an automatic rotation has asked, if its credential was merged: a key that
    /// nobody knows may be left at the provider.
    pub(crate) fn automation(&mut self, row: &Automation) -> Result<(), VaultError> {
        match read::credential(self.edit.connection, row.credential)? {
            Some(_) => self.edit.rooted.put_automation(row),
            None => Ok(()),
        }
    }

    /// The environment for one of the other vault; two of them never become one.
    fn environment(
        &mut self,
        id: Uuid,
        location: &Location,
        tier: Tier,
    ) -> Result<EnvironmentRecord, VaultError> {
        if let Some(known) = self.environments.get(&id) {
            return Ok(known.clone());
        }
        let connection = self.edit.connection;
        let called = |name: &str| Location {
            project: location.project.clone(),
            environment: name.into(),
        };
        let name = free_name(&location.environment, |name| {
            Ok(read::environment_by_place(connection, &called(name))?.is_none())
        })?;
        if name != location.environment {
            self.changed.push(ChangedItem::EnvironmentRenamed {
                was: location.clone(),
                now: called(&name),
            });
        }
        let row = self.edit.environment(&called(&name), Some(tier))?;
        self.environments.insert(id, row.clone());
        Ok(row)
    }

    fn fit_name(
        &mut self,
        row: &mut CredentialRecord,
        location: &Location,
    ) -> Result<(), VaultError> {
        let connection = self.edit.connection;
        let name = free_name(&row.name, |name| {
            Ok(read::credential_by_name(connection, row.environment, name)?.is_none())
        })?;
        if name != row.name {
            self.changed.push(ChangedItem::CredentialRenamed {
                was: full_name(location, &row.name),
                now: full_name(location, &name),
            });
            row.name = name;
        }
        Ok(())
    }

    fn fit_variables(
        &mut self,
        row: &mut CredentialRecord,
        location: &Location,
    ) -> Result<(), VaultError> {
        let (connection, environment, id) = (self.edit.connection, row.environment, row.id);
        let name = full_name(location, &row.name);
        for field in &mut row.fields {
            let Some(variable) = &field.variable else {
                continue;
            };
            let other = read::credential_by_variable(connection, environment, variable, id)?;
            if let Some(other) = other {
                self.changed.push(ChangedItem::VariableCleared {
                    credential: name.clone(),
                    variable: variable.clone(),
                    by: full_name(location, &other.name),
                });
                field.variable = None;
            }
        }
        Ok(())
    }

    /// Merges a version of a merged credential; returns false, and skips it, if its values do
    /// not open.
    pub(crate) fn version(
        &mut self,
        mut row: VersionRecord,
        from: &Binding,
        keys: &EpochKeys,
    ) -> Result<bool, VaultError> {
        if let Some(blob) = &row.sealed {
            let to = self.edit.binding(row.credential, row.id);
            match from.make_resealed(keys, blob, &to, self.edit.keys, self.edit.random) {
                Ok(sealed) => row.sealed = Some(sealed),
                Err(VaultError::DamagedData(DataDamage::Value)) => return Ok(false),
                Err(other) => return Err(other),
            }
        }
        self.edit.rooted.put_version(&row)?;
        Ok(true)
    }
}

fn full_name(location: &Location, name: &str) -> String {
    format!("{}/{}/{name}", location.project, location.environment)
}

/// The name, or else the first of NAME-2, NAME-3 and so on that is free.
fn free_name(
    name: &str,
    is_free: impl Fn(&str) -> Result<bool, VaultError>,
) -> Result<String, VaultError> {
    let mut free = name.to_owned();
    let mut number = 1;
    while !is_free(&free)? {
        number += 1;
        let end = format!("-{number}");
        let kept = name.floor_char_boundary(MAX_NAME - end.len());
        free = format!("{}{end}", &name[..kept]);
    }
    Ok(free)
}
