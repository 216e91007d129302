//! Saved ways to launch.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::project_file::Template;
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, Choice, EditProfileRequest, Profile, ProfileRequest,
    ProfileView, RemoveProfileRequest,
};
use keyhaven_protocol::{Reference, similar};
use keyhaven_vault::{Credential, Error as VaultError, Kind, NewProfile, Recipe, Seen, Unlocked};
use uuid::Uuid;

use crate::agent::Agent;
use crate::errors::{About, invalid, word};
use crate::handlers::launch::select;
use crate::handlers::lookup;
use crate::server::client_session::{Caller, Now};

/// All of them, by name.
pub(crate) async fn profiles(caller: &Caller) -> Result<Vec<ProfileView>, Error> {
    caller
        .with_vault(|vault, _| {
            let profiles = vault.profiles().map_err(word)?;
            Ok(profiles.into_iter().map(view).collect())
        })
        .await
}

/// One of them.
pub(crate) async fn profile(
    caller: &Caller,
    request: ProfileRequest,
) -> Result<ProfileView, Error> {
    caller
        .with_vault(move |vault, _| named(vault, &request.name).map(view))
        .await
}

/// The profile of that name.
pub(crate) fn named(vault: &Unlocked, name: &str) -> Result<keyhaven_vault::Profile, Error> {
    match vault.profile(name) {
        Err(VaultError::NotFound(Kind::Profile)) => {
            let others = vault.profiles().map_err(word)?;
            Err(Error::NoProfile {
                name: name.into(),
                similar: similar(name, others.iter().map(|other| other.name.as_str())),
            })
        }
        other => other.map_err(word),
    }
}

/// Saves a new one.
pub(crate) async fn add(caller: &Caller, request: AddProfileRequest) -> Result<ProfileView, Error> {
    let new = record(request.profile)?;
    caller
        .change(Agent::changed, move |vault, now| {
            check_references(vault, &new, now)?;
            let about = About::named(&new.place.project, &new.place.environment, &new.name);
            let added = vault.add_profile(&now.context, new);
            added.map(view).map_err(|error| about.word(error))
        })
        .await
}

/// Replaces what one says.
pub(crate) async fn edit(
    caller: &Caller,
    request: EditProfileRequest,
) -> Result<ProfileView, Error> {
    let new = record(request.profile)?;
    let seen = Seen {
        id: request.id,
        revision: request.revision,
    };
    caller
        .change(Agent::changed, move |vault, now| {
            check_references(vault, &new, now)?;
            let about = About::named(&new.place.project, &new.place.environment, &new.name);
            let edited = vault.edit_profile(&now.context, seen, new);
            edited.map(view).map_err(|error| about.word(error))
        })
        .await
}

/// Removes one for good.
pub(crate) async fn remove(caller: &Caller, request: RemoveProfileRequest) -> Result<(), Error> {
    let seen = Seen {
        id: request.id,
        revision: request.revision,
    };
    let about = About::named("", "", &request.id.to_string());
    caller
        .change(Agent::changed, move |vault, now| {
            let removed = vault.remove_profile(&now.context, seen);
            removed.map_err(|error| about.word(error))
        })
        .await
}

/// What those profiles say that name a credential, once it has another name.
pub(crate) fn renamed(
    vault: &Unlocked,
    credential: &Credential,
    name: &str,
) -> Result<Vec<(Uuid, Recipe)>, Error> {
    let mut followed = Vec::new();
    for saved in vault.profiles().map_err(word)? {
        let change = |reference: &Reference| {
            let named = reference.name == credential.name
                && lookup::place_of(reference, &saved.place) == credential.place;
            named.then(|| Reference {
                name: name.into(),
                ..reference.clone()
            })
        };
        let recipe = with_references(&saved.recipe, change);
        if recipe != saved.recipe {
            followed.push((saved.id, recipe));
        }
    }
    Ok(followed)
}

/// The same with other references, as `change` says.
fn with_references(recipe: &Recipe, change: impl Fn(&Reference) -> Option<Reference>) -> Recipe {
    let mut recipe = recipe.clone();
    let chosen = recipe.only.iter_mut().chain(&mut recipe.except);
    for text in chosen.chain(recipe.renamed.iter_mut().map(|(_, text)| text)) {
        let changed = Reference::parse(text).ok().and_then(|found| change(&found));
        if let Some(changed) = changed {
            *text = changed.to_string();
        }
    }
    for (_, text) in &mut recipe.set {
        let template = Template::parse(text).ok();
        if let Some(changed) = template.and_then(|template| template.changed(&change)) {
            *text = changed.to_string();
        }
    }
    recipe
}

/// What a profile says, as the vault keeps it.
fn record(profile: Profile) -> Result<NewProfile, Error> {
    let texts = profile.command.iter().chain(&profile.directory);
    if texts.chain(&profile.shell).any(|text| text.contains('\0')) {
        return Err(invalid("the command", "it holds a NUL byte"));
    }
    Ok(NewProfile {
        place: lookup::place(&profile.project, &profile.environment),
        name: profile.name,
        recipe: Recipe {
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
fn check_references(vault: &Unlocked, new: &NewProfile, now: &Now) -> Result<(), Error> {
    lookup::environment(vault, &new.place)?;
    let recipe = &new.recipe;
    let renamed = recipe.renamed.iter().map(|(_, text)| text);
    let chosen = recipe.only.iter().chain(&recipe.except).chain(renamed);
    let mut references = chosen
        .map(|text| select::reference(text))
        .collect::<Result<Vec<_>, _>>()?;
    for (variable, text) in &recipe.set {
        references.extend(select::template(variable, text)?.references().cloned());
    }
    for reference in &references {
        lookup::referred(vault, &new.place, reference, now)?;
    }
    Ok(())
}

/// Which variables a profile gives.
pub(crate) fn choice_of(recipe: Recipe) -> Choice {
    Choice {
        only: recipe.only,
        except: recipe.except,
        prefix: recipe.prefix,
        renamed: assignments(recipe.renamed),
        set: assignments(recipe.set),
    }
}

fn view(saved: keyhaven_vault::Profile) -> ProfileView {
    let recipe = saved.recipe;
    ProfileView {
        id: saved.id,
        revision: saved.revision,
        tier: saved.tier,
        profile: Profile {
            name: saved.name,
            project: saved.place.project,
            environment: saved.place.environment,
            command: recipe.command.clone(),
            directory: recipe.directory.clone(),
            shell: recipe.shell.clone(),
            clean: recipe.clean,
            keep: recipe.keep.clone(),
            mask: recipe.mask,
            allow_production: recipe.allow_production,
            needs: recipe.needs.clone(),
            choice: choice_of(recipe),
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
