//! Salvage of a damaged vault: a person picks where the new one goes, and types both passwords in
//! a prompt.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyhaven_client::{Language, Style, text};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::SalvageRequest;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::StatusRequest;
use serde::Serialize;
use tauri::State;

use super::prompt::only;
use crate::app::{AppState, FirstLine};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt::{ChosenFolder, Prompt};
use crate::secret_input::SecretInput;
use crate::shown_secret::ShownSecret;
use crate::strings::NativeText;

/// The name of a new vault in a folder that holds other things.
const NEW_FOLDER: &str = "keyhaven-salvaged";

/// Lets a person pick where the new vault goes, and waits for the end of its prompt. The answer
/// is where it is, if it was made.
#[tauri::command]
pub async fn salvage_vault(
    state: State<'_, Arc<AppState>>,
) -> Result<Option<ChosenFolder>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        // Before anything is chosen or typed: the agent would refuse it only then.
        if !state.link.ask(StatusRequest {})?.locked {
            return Err(Error::invalid(Problem::LockFirst));
        }
        let title = NativeText::ChooseSalvageFolder.text();
        let Some(chosen) = state.desktop.pick_folder(&title) else {
            return Ok(None);
        };
        let folder = free_folder(&chosen);
        let folder = std::path::absolute(&folder).map_err(|error| Error::io(&folder, &error))?;
        let chosen = ChosenFolder {
            folder: folder.display().to_string(),
        };
        let line = FirstLine::new(&chosen)?;
        let end = state.desktop.run_prompt(PromptKind::Salvage, Some(line))?;
        Ok(end.is_finished().then_some(chosen))
    })
    .await
}

/// The folder that was picked, if nothing is in it; else a new one in it.
fn free_folder(chosen: &Path) -> PathBuf {
    let is_empty = std::fs::read_dir(chosen).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty {
        return chosen.to_owned();
    }
    let numbered = (2..).map(|number| format!("{NEW_FOLDER}-{number}"));
    let mut names = [NEW_FOLDER.to_owned()].into_iter().chain(numbered);
    let free = names.find(|name| chosen.join(name).symlink_metadata().is_err());
    chosen.join(free.unwrap_or_default())
}

/// What a salvage saved, with the recovery key that is shown once.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SalvageResult {
    recovery_key: ShownSecret,
    /// The new vault's folder.
    folder: String,
    credentials: u32,
    /// What could not be read, and what had to be changed, in sentences.
    differences: Vec<String>,
}

/// Copies what can be read of the damaged vault into the folder that was picked.
#[tauri::command]
pub async fn prompt_salvage(
    prompt: State<'_, Prompt>,
    old: SecretInput,
    password: SecretInput,
) -> Result<SalvageResult, CommandFailure> {
    only(&prompt, PromptKind::Salvage)?;
    let (link, far) = (prompt.link.clone(), prompt.far.clone());
    let chosen = prompt.task.folder().cloned();
    let end = blocking(move || {
        let chosen = chosen.ok_or_else(|| Error::defect("a prompt without a folder"))?;
        let mut segments = Segments::default();
        let request = SalvageRequest {
            folder: chosen.folder,
            password: segments.push(old.into_bytes()),
            new_password: segments.push(password.into_bytes()),
        };
        let mut answered = link.ask_watched(request, &segments, &mut |step| far.note(step))?;
        let view = answered.answer;
        let language = Language::of_environment();
        let lost = view.lost.iter();
        let lost = lost.map(|loss| text::of_loss(language, Style::Sentence, loss));
        let changed = view.changed.iter();
        let changed = changed.map(|change| text::of_change(language, Style::Sentence, change));
        Ok(SalvageResult {
            recovery_key: ShownSecret::take(&mut answered.segments, view.recovery_key)?,
            folder: view.folder,
            credentials: view.credentials,
            differences: lost.chain(changed).map(|text| text.message).collect(),
        })
    })
    .await?;
    prompt.done();
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_vault_goes_into_an_empty_folder_or_into_a_new_one() {
        let chosen = tempfile::tempdir().unwrap();
        let chosen = chosen.path();
        assert_eq!(free_folder(chosen), chosen);
        std::fs::write(chosen.join("other"), "").unwrap();
        assert_eq!(free_folder(chosen), chosen.join("keyhaven-salvaged"));
        std::fs::create_dir(chosen.join("keyhaven-salvaged")).unwrap();
        assert_eq!(free_folder(chosen), chosen.join("keyhaven-salvaged-2"));
    }
}
