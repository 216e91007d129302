//! Saved ways to launch.

use std::cell::Cell;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::Template;
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, Choice, EditProfileRequest, Profile, ProfileRequest,
    ProfileView, RemoveProfileRequest,
};
use keyhaven_protocol::{ClosestName, Reference};
use keyhaven_vault::{
    Credential, ExpectedRevision, LaunchConfig, NewProfile, RecordKind, Unlocked, VaultError, stop,
};
use uuid::Uuid;

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::launch::select;
use crate::handlers::lookup;
use crate::server::client_session::ClientSession;

/// All of them, by name.
pub(crate) async fn profiles(client: &ClientSession) -> Result<Vec<ProfileView>, Error> {
    client
        .with_vault(|vault, _| {
            let profiles = vault.profiles().map_err(to_protocol)?;
            Ok(profiles.into_iter().map(view).collect())
        })
        .await
}

/// One of them.
pub(crate) async fn profile(
    client: &ClientSession,
    request: ProfileRequest,
) -> Result<ProfileView, Error> {
    client
        .with_vault(move |vault, _| named(vault, &request.name).map(view))
        .await
}

/// The profile of that name.
pub(crate) fn named(vault: &Unlocked, name: &str) -> Result<keyhaven_vault::SavedProfile, Error> {
    match vault.profile(name) {
        Err(VaultError::NotFound(RecordKind::Profile)) => {
            let mut closest = ClosestName::to(name);
            let looked = vault.each_profile_name(|other| {
                closest.look_at(other);
                Ok(())
            });
            looked.map_err(to_protocol)?;
            Err(Error::NoProfile {
                name: name.into(),
                similar: closest.found(),
            })
        }
        other => other.map_err(to_protocol),
    }
}

/// Saves a new one.
pub(crate) async fn add(
    client: &ClientSession,
    request: AddProfileRequest,
) -> Result<ProfileView, Error> {
    let new = record(request.profile)?;
    client
        .change(Agent::changed, move |vault, now| {
            check_references(vault, &new)?;
            let about =
                ErrorContext::named(&new.location.project, &new.location.environment, &new.name);
            let added = vault.add_profile(&now.context, new);
            added.map(view).map_err(|error| about.to_protocol(error))
        })
        .await
}

/// Replaces what one says.
pub(crate) async fn edit(
    client: &ClientSession,
    request: EditProfileRequest,
) -> Result<ProfileView, Error> {
    let new = record(request.profile)?;
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    client
        .change(Agent::changed, move |vault, now| {
            check_references(vault, &new)?;
            let about =
                ErrorContext::named(&new.location.project, &new.location.environment, &new.name);
            let edited = vault.edit_profile(&now.context, seen, new);
            edited.map(view).map_err(|error| about.to_protocol(error))
        })
        .await
}

/// Removes one for good.
pub(crate) async fn remove(
    client: &ClientSession,
    request: RemoveProfileRequest,
) -> Result<(), Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let about = ErrorContext::named("", "", &request.id.to_string());
    client
        .change(Agent::changed, move |vault, now| {
            let removed = vault.remove_profile(&now.context, seen);
            removed.map_err(|error| about.to_protocol(error))
        })
        .await
}

/// What those profiles say that name a credential, once it has another name.
///
/// # Errors
/// A profile uses that name for a credential that is not there: it would give this one instead.
pub(crate) fn renamed(
    vault: &Unlocked,
    credential: &Credential,
    name: &str,
) -> Result<Vec<(Uuid, LaunchConfig)>, Error> {
    // Where another credential has the name, that is what is refused.
    let is_free = vault.find(&credential.location, name).is_err();
    let mut followed = Vec::new();
    for saved in vault.profiles().map_err(to_protocol)? {
        stop::check().map_err(to_protocol)?;
        let is_taken = Cell::new(false);
        let change = |reference: &Reference| {
            let is_here = lookup::location_of(reference, &saved.location) == credential.location;
            if is_here && reference.name == name {
                is_taken.set(true);
            }
            let named = is_here && reference.name == credential.name;
            named.then(|| Reference {
                name: name.into(),
                ..reference.clone()
            })
        };
        let config = with_references(&saved.config, change);
        if is_free && is_taken.get() {
            return Err(Error::invalid(Problem::NameInProfile {
                name: name.into(),
                profile: saved.name,
            }));
        }
        if config != saved.config {
            followed.push((saved.id, config));
        }
    }
    Ok(followed)
}

/// The same with other references, as `change` says.
fn with_references(
    config: &LaunchConfig,
    change: impl Fn(&Reference) -> Option<Reference>,
) -> LaunchConfig {
    let mut config = config.clone();
    let chosen = config.only.iter_mut().chain(&mut config.except);
    for text in chosen.chain(config.renamed.iter_mut().map(|(_, text)| text)) {
        let changed = Reference::parse(text).ok().and_then(|found| change(&found));
        if let Some(changed) = changed {
            *text = changed.to_string();
        }
    }
    for (_, text) in &mut config.set {
        let template = Template::parse(text).ok();
        if let Some(changed) = template.and_then(|template| template.changed(&change)) {
            *text = changed.to_string();
        }
    }
    config
}

/// What a profile says, as the vault keeps it.
fn record(profile: Profile) -> Result<NewProfile, Error> {
    let texts = profile.command.iter().chain(&profile.directory);
    if texts.chain(&profile.shell).any(|text| text.contains('\0')) {
        return Err(Error::invalid(Problem::CommandNul));
    }
    Ok(NewProfile {
        location: lookup::location(&profile.project, &profile.environment),
        name: profile.name,
        config: LaunchConfig {
            only: profile.choice.only,
            except: profile.choice.except,
            prefix: profile.choice.prefix,
            renamed: pairs(profile.choice.renamed),
            set: pairs(profile.choice.set),
            command: profile.command,
            directory: profile.directory,
            shell: profile.shell,
            clean: profile.clean,
            keep: profile.keep,
            mask: profile.mask,
            allow_production: profile.allow_production,
            needs: profile.needs,
        },
    })
}

/// What it names is there.
fn check_references(vault: &Unlocked, new: &NewProfile) -> Result<(), Error> {
    lookup::tier(vault, &new.location)?;
    let config = &new.config;
    let renamed = config.renamed.iter().map(|(_, text)| text);
    let chosen = config.only.iter().chain(&config.except).chain(renamed);
    let mut references = chosen
        .map(|text| select::reference(text))
        .collect::<Result<Vec<_>, _>>()?;
    for (variable, text) in &config.set {
        references.extend(select::template(variable, text)?.references().cloned());
    }
    for reference in &references {
        stop::check().map_err(to_protocol)?;
        lookup::referred(vault, &new.location, reference)?;
    }
    Ok(())
}

/// Which variables a profile gives.
pub(crate) fn choice_of(config: LaunchConfig) -> Choice {
    Choice {
        only: config.only,
        except: config.except,
        prefix: config.prefix,
        renamed: assignments(config.renamed),
        set: assignments(config.set),
    }
}

pub(crate) fn view(saved: keyhaven_vault::SavedProfile) -> ProfileView {
    let config = saved.config;
    ProfileView {
        id: saved.id,
        revision: saved.revision,
        tier: saved.tier,
        profile: Profile {
            name: saved.name,
            project: saved.location.project,
            environment: saved.location.environment,
            command: config.command.clone(),
            directory: config.directory.clone(),
            shell: config.shell.clone(),
            clean: config.clean,
            keep: config.keep.clone(),
            mask: config.mask,
            allow_production: config.allow_production,
            needs: config.needs.clone(),
            choice: choice_of(config),
        },
        created_at: saved.created_at,
        changed_at: saved.changed_at,
    }
}

fn pairs(assignments: Vec<Assignment>) -> Vec<(String, String)> {
    let pairs = assignments.into_iter();
    pairs.map(|one| (one.variable, one.text)).collect()
}

fn assignments(pairs: Vec<(String, String)>) -> Vec<Assignment> {
    let pairs = pairs.into_iter();
    pairs
        .map(|(variable, text)| Assignment { variable, text })
        .collect()
}
