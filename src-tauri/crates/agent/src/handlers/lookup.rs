//! Finding what a request names, and saying what there is when it is not there.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::Target;
use keyhaven_protocol::{ClosestName, NearNames, Reference};
use keyhaven_vault::{Credential, Location, RecordKind, Tier, Unlocked, VaultError, stop};

use crate::errors::{ErrorContext, field_names, to_protocol};

/// The credential that is meant.
pub(crate) fn credential(vault: &Unlocked, target: &Target) -> Result<Credential, Error> {
    match target {
        Target::Id(id) => vault.get(*id).map_err(|error| {
            let about = ErrorContext::named("", "", &id.to_string());
            about.to_protocol(error)
        }),
        Target::Named {
            project,
            environment,
            name,
        } => named(vault, &location(project, environment), name),
    }
}

/// The living credential of that place and name.
pub(crate) fn named(
    vault: &Unlocked,
    location: &Location,
    name: &str,
) -> Result<Credential, Error> {
    match vault.find(location, name) {
        Ok(credential) => Ok(credential),
        Err(VaultError::NotFound(_)) => {
            tier(vault, location)?;
            Err(no_credential(vault, location, name)?)
        }
        Err(error) => Err(
            ErrorContext::named(&location.project, &location.environment, name).to_protocol(error),
        ),
    }
}

fn no_credential(vault: &Unlocked, location: &Location, name: &str) -> Result<Error, Error> {
    let mut near = NearNames::to(name);
    let looked = vault.each_name_in(location, |other| {
        near.look_at(other);
        Ok(())
    });
    looked.map_err(to_protocol)?;
    Ok(Error::NoCredential {
        name: name.into(),
        similar: near.suggestion(),
    })
}

/// The name most like one that was not found.
fn closest<'n>(
    name: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<Option<String>, Error> {
    let mut closest = ClosestName::to(name);
    for other in names {
        stop::check().map_err(to_protocol)?;
        closest.look_at(other);
    }
    Ok(closest.found())
}

/// The project is there.
pub(crate) fn project(vault: &Unlocked, project: &str) -> Result<(), Error> {
    let all = vault.environments().map_err(to_protocol)?;
    if all.iter().any(|other| other.location.project == *project) {
        return Ok(());
    }
    let projects = all.iter().map(|other| other.location.project.as_str());
    Err(Error::NoProject {
        project: project.into(),
        similar: closest(project, projects)?,
    })
}

/// The tier of the environment of that name, which is there.
pub(crate) fn tier(vault: &Unlocked, location: &Location) -> Result<Tier, Error> {
    match vault.tier(location) {
        Err(VaultError::NotFound(RecordKind::Project | RecordKind::Environment)) => {
            Err(no_environment(vault, location)?)
        }
        other => other.map_err(to_protocol),
    }
}

pub(crate) fn no_environment(vault: &Unlocked, location: &Location) -> Result<Error, Error> {
    let all = vault.environments().map_err(to_protocol)?;
    let mut siblings = all
        .iter()
        .filter(|environment| environment.location.project == location.project)
        .peekable();
    if siblings.peek().is_none() {
        let projects = all.iter().map(|other| other.location.project.as_str());
        return Ok(Error::NoProject {
            project: location.project.clone(),
            similar: closest(&location.project, projects)?,
        });
    }
    let names: Vec<&str> = siblings
        .map(|sibling| sibling.location.environment.as_str())
        .collect();
    Ok(Error::NoEnvironment {
        project: location.project.clone(),
        environment: location.environment.clone(),
        known: Some(names.join(", ")),
    })
}

/// The field that is meant: the one named, else the only one.
pub(crate) fn field(credential: &Credential, field: Option<&str>) -> Result<String, Error> {
    let fields = field_names(credential);
    match (field, fields.as_slice()) {
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(Error::FieldNeeded {
            name: credential.name.clone(),
            fields,
        }),
        (Some(field), _) if fields.iter().any(|name| name == field) => Ok(field.into()),
        (Some(field), _) => Err(Error::NoField {
            name: credential.name.clone(),
            field: field.into(),
            fields,
        }),
    }
}

/// The credential that a reference means, which has the field it names, if any.
pub(crate) fn referred(
    vault: &Unlocked,
    own: &Location,
    reference: &Reference,
) -> Result<Credential, Error> {
    let credential = named(vault, &location_of(reference, own), &reference.name)?;
    if let Some(field_name) = &reference.field {
        field(&credential, Some(field_name))?;
    }
    Ok(credential)
}

/// Where a reference points to; a relative one to the place it stands for.
pub(crate) fn location_of(reference: &Reference, own: &Location) -> Location {
    match &reference.place {
        Some((project, environment)) => location(project, environment),
        None => own.clone(),
    }
}

/// Project and environment.
pub(crate) fn location(project: &str, environment: &str) -> Location {
    Location {
        project: project.into(),
        environment: environment.into(),
    }
}
