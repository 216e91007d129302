//! Saving a way to launch: what it will start and give is confirmed as a launch is, and a
//! page never names a path.

use std::collections::BTreeSet;
use std::sync::Arc;

use keyhaven_exchange::Catalogue;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::Template;
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, EditProfileRequest, Profile, ProfileView, ProfilesRequest,
};
use keyhaven_protocol::{Error, Reference};
use keyhaven_rules::variables;
use serde::Deserialize;
use tauri::State;
use uuid::Uuid;

use super::launches::chosen;
use crate::app::AppState;
use crate::app::confirm;
use crate::failure::{CommandFailure, blocking};
use crate::launch::parse_command;

/// What JavaScript says of a profile; what it does not say stays as it was.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProfileDraft {
    /// The profile to be changed, and the revision that was read; none for a new one.
    known: Option<(Uuid, u32)>,
    name: String,
    project: String,
    environment: String,
    /// As it was typed; empty where each launch says its own.
    command: String,
    directory: ProfileDirectory,
    /// References; empty means all.
    only: Vec<String>,
    set: Vec<Assignment>,
    clean: bool,
    allow_production: bool,
    needs: Vec<String>,
}

/// Where a profile's command runs.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
enum ProfileDirectory {
    /// As it is saved.
    Kept,
    /// Wherever it is launched.
    Anywhere,
    /// In a folder that a person has chosen.
    Chosen(usize),
}

/// Saves a profile; `None` when the person said no to what it would start.
#[tauri::command]
pub async fn save_profile(
    state: State<'_, Arc<AppState>>,
    draft: ProfileDraft,
) -> Result<Option<ProfileView>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let known = draft.known;
        let before = known.map(|(id, _)| saved(&state, id)).transpose()?;
        let profile = draft.profile(&state, before.clone().unwrap_or_default())?;
        let shown = match before == Some(profile.clone()) {
            true => None,
            false => match confirm::save(&state, &profile)? {
                None => return Ok(None),
                shown => shown,
            },
        };
        let saved = match known {
            None => state.link.ask(AddProfileRequest { profile })?,
            Some((id, revision)) => state.link.ask(EditProfileRequest {
                id,
                revision,
                profile,
            })?,
        };
        if let Some(shown) = shown {
            confirm::saved(&state, &shown, &saved);
        }
        Ok(Some(saved))
    })
    .await
}

/// The profiles in the tray's menu.
#[tauri::command]
pub fn pinned_profiles(state: State<'_, Arc<AppState>>) -> BTreeSet<Uuid> {
    state.store.pinned()
}

/// Puts a profile into the tray's menu, or takes it out.
#[tauri::command]
pub async fn pin_profile(
    state: State<'_, Arc<AppState>>,
    id: Uuid,
    on: bool,
) -> Result<(), CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        state.store.pin(id, on)?;
        state.refresh_pins();
        Ok(())
    })
    .await
}

fn saved(state: &AppState, id: Uuid) -> Result<Profile, Error> {
    let all = state.link.ask(ProfilesRequest {})?;
    let found = all.into_iter().find(|view| view.id == id);
    let found = found.ok_or(Error::invalid(Problem::ProfileGone))?;
    Ok(found.profile)
}

impl ProfileDraft {
    fn profile(self, state: &AppState, before: Profile) -> Result<Profile, Error> {
        let directory = match self.directory {
            ProfileDirectory::Kept => before.directory.clone(),
            ProfileDirectory::Anywhere => None,
            ProfileDirectory::Chosen(id) => Some(text_of(&chosen(state, id)?)?),
        };
        // Before a person is asked to confirm what cannot be saved.
        check_texts(&self.set, &before.choice.set)?;
        let mut profile = Profile {
            name: self.name,
            project: self.project,
            environment: self.environment,
            command: parse_command(&self.command),
            directory,
            clean: self.clean,
            allow_production: self.allow_production,
            needs: self.needs,
            ..before
        };
        profile.choice.only = self.only.into_iter().map(reference).collect();
        profile.choice.set = self.set;
        Ok(profile)
    }
}

/// Looks at texts that a program is to get as they are. One that was saved before was
/// looked at then.
fn check_texts(texts: &[Assignment], before: &[Assignment]) -> Result<(), Error> {
    for one in texts.iter().filter(|one| !before.contains(one)) {
        let name = &one.variable;
        if !variables::is_variable_name(name) {
            return Err(Error::invalid(Problem::BadVariable {
                variable: Some(name.escape_debug().to_string()),
            }));
        }
        if variables::loader(name).is_some() {
            return Err(Error::invalid(Problem::LoaderVariableInProfile {
                variable: name.clone(),
            }));
        }
        // What cannot be read is refused by the agent.
        let literal = Template::parse(&one.text).map(|template| template.literal());
        let literal = literal.unwrap_or_default();
        if let Some(kind) = Catalogue::builtin().secret_in(&literal) {
            return Err(Error::invalid(Problem::TextLooksLikeKey {
                variable: name.clone(),
                kind: kind.to_string(),
            }));
        }
    }
    Ok(())
}

/// A name alone is one of the launch's own place.
fn reference(text: String) -> String {
    if text.starts_with("kh:") {
        return text;
    }
    let named = Reference {
        place: None,
        name: text,
        field: None,
    };
    named.to_string()
}

fn text_of(path: &std::path::Path) -> Result<String, Error> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or(Error::invalid(Problem::PathNotUtf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_takes_no_secret_and_no_loader_as_a_text() {
        let text = |variable: &str, text: &str| Assignment {
            variable: variable.into(),
            text: text.into(),
        };
        let key = format!("sk_{}_a1B2c3D4e5F6g7H8i9J0", "test");
        let refused = |one: Assignment| check_texts(&[one], &[]).unwrap_err();
        let said = crate::failure::message(&refused(text("KEY", &key)));
        assert!(said.contains("(Stripe)") && !said.contains(&key), "{said}");
        for wrong in [text("LD_PRELOAD", "x"), text("A B", "x")] {
            refused(wrong);
        }
        let saved = [text("KEY", &key), text("URL", "x{{kh:stripe|url}}")];
        check_texts(&saved, &saved[..1]).unwrap();
    }
}
