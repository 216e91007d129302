//! Finding what a request names, and saying what there is when it is not there.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::Target;
use keyhaven_protocol::{Reference, similar};
use keyhaven_vault::{Credential, Error as VaultError, Filter, Kind, Place, Unlocked};

use crate::errors::{About, field_names, word};
use crate::server::client_session::Now;

/// The credential that is meant.
pub(crate) fn credential(
    vault: &Unlocked,
    target: &Target,
    now: &Now,
) -> Result<Credential, Error> {
    match target {
        Target::Id(id) => vault.get(*id).map_err(|error| {
            let about = About::named("", "", &id.to_string());
            about.word(error)
        }),
        Target::Named {
            project,
            environment,
            name,
        } => named(vault, &place(project, environment), name, now),
    }
}

/// The living credential of that place and name.
pub(crate) fn named(
    vault: &Unlocked,
    place: &Place,
    name: &str,
    now: &Now,
) -> Result<Credential, Error> {
    match vault.find(place, name) {
        Ok(credential) => Ok(credential),
        Err(VaultError::NotFound(_)) => {
            environment(vault, place)?;
            Err(no_credential(vault, place, name, now)?)
        }
        Err(error) => Err(About::named(&place.project, &place.environment, name).word(error)),
    }
}

fn no_credential(vault: &Unlocked, place: &Place, name: &str, now: &Now) -> Result<Error, Error> {
    let filter = Filter {
        project: Some(place.project.clone()),
        environment: Some(place.environment.clone()),
        ..Filter::default()
    };
    let others = vault.list(&filter, &now.clock).map_err(word)?;
    let names = others.iter().map(|other| other.credential.name.as_str());
    Ok(Error::NoCredential {
        name: name.into(),
        similar: similar(name, names),
    })
}

/// The project is there.
pub(crate) fn project(vault: &Unlocked, project: &str) -> Result<(), Error> {
    let all = vault.environments().map_err(word)?;
    if all.iter().any(|other| other.place.project == *project) {
        return Ok(());
    }
    let projects = all.iter().map(|other| other.place.project.as_str());
    Err(Error::NoProject {
        project: project.into(),
        similar: similar(project, projects),
    })
}

/// The environment of that name.
pub(crate) fn environment(
    vault: &Unlocked,
    place: &Place,
) -> Result<keyhaven_vault::Environment, Error> {
    match vault.environment(place) {
        Err(VaultError::NotFound(Kind::Project | Kind::Environment)) => {
            Err(no_environment(vault, place)?)
        }
        other => other.map_err(word),
    }
}

fn no_environment(vault: &Unlocked, place: &Place) -> Result<Error, Error> {
    let all = vault.environments().map_err(word)?;
    let mut siblings = all
        .iter()
        .filter(|environment| environment.place.project == place.project)
        .peekable();
    if siblings.peek().is_none() {
        let projects = all.iter().map(|other| other.place.project.as_str());
        return Ok(Error::NoProject {
            project: place.project.clone(),
            similar: similar(&place.project, projects),
        });
    }
    let names = siblings.map(|sibling| sibling.place.environment.as_str());
    Ok(Error::NoEnvironment {
        project: place.project.clone(),
        environment: place.environment.clone(),
        similar: similar(&place.environment, names),
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
    own: &Place,
    reference: &Reference,
    now: &Now,
) -> Result<Credential, Error> {
    let credential = named(vault, &place_of(reference, own), &reference.name, now)?;
    if let Some(field_name) = &reference.field {
        field(&credential, Some(field_name))?;
    }
    Ok(credential)
}

/// Where a reference points to; a relative one to the place it stands for.
pub(crate) fn place_of(reference: &Reference, own: &Place) -> Place {
    match &reference.place {
        Some((project, environment)) => place(project, environment),
        None => own.clone(),
    }
}

/// Project and environment.
pub(crate) fn place(project: &str, environment: &str) -> Place {
    Place {
        project: project.into(),
        environment: environment.into(),
    }
}
