//! Reading the rooted tables: one function per question, by table.

mod credentials;
mod environments;
mod rotations;
mod saved;
mod versions;

use std::borrow::Cow;

use keyhaven_rules::names::normal;

use crate::error::VaultError;

pub(crate) use credentials::{
    InventoryRecord, credential, credential_by_name, credential_by_variable, credential_count,
    credentials_of, deleted, deleted_of, each_dated, each_living, each_living_name, each_of,
    filled_count, filled_unrevoked_count, living_count, living_counts, loader_permitted, stock,
};
pub(crate) use environments::{environment_by_id, environment_by_place, environments};
pub(crate) use rotations::{automation, automations, rotation, rotations};
pub(crate) use saved::{
    each_profile_name, oldest_denial, profile, profile_by_id, profile_count, profiles, setting,
    trusted, trusted_by_path, trusted_count,
};
pub(crate) use versions::{current_version, version, versions};

/// Names are looked up as they are given, else in the form in which new ones are stored.
fn by_name<T>(
    name: &str,
    mut find: impl FnMut(&str) -> Result<Option<T>, VaultError>,
) -> Result<Option<T>, VaultError> {
    match (find(name)?, normal(name)) {
        (None, Cow::Owned(normal)) => find(&normal),
        (found, _) => Ok(found),
    }
}
