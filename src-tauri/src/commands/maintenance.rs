//! Restoring a backup: a person picks and confirms it, and types its password in a prompt.

use std::sync::Arc;

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::maintenance::{BackupsRequest, RestoreBackupRequest};
use keyhaven_secret::SecretBytes;
use serde::{Serialize, Serializer};
use tauri::State;

use super::preferences::PromptOutcome;
use super::prompt::only;
use crate::app::{AppState, FirstLine, Question};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt::{ChosenBackup, Prompt};
use crate::secret_input::SecretInput;
use crate::strings;

/// Restores one of the listed backups, or one that a person picks; waits for the end.
#[tauri::command]
pub async fn restore_backup(
    state: State<'_, Arc<AppState>>,
    file: Option<String>,
) -> Result<PromptOutcome, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let chosen = match file {
            Some(file) => listed(&state, &file)?,
            None => match state.desktop.pick_file(strings::CHOOSE_BACKUP) {
                Some(path) => ChosenBackup {
                    file: path.display().to_string(),
                    made: None,
                },
                None => return Ok(PromptOutcome { done: false }),
            },
        };
        let question = Question {
            title: strings::RESTORE_QUESTION,
            text: strings::restore_text(&chosen.file),
            yes: strings::RESTORE,
        };
        if !state.desktop.confirm(question) {
            return Ok(PromptOutcome { done: false });
        }
        let line = FirstLine::new(&chosen)?;
        Ok(PromptOutcome {
            done: state.desktop.run_prompt(PromptKind::Restore, Some(line))?,
        })
    })
    .await
}

/// The agent's word for what lies there, not the script's.
fn listed(state: &AppState, file: &str) -> Result<ChosenBackup, Error> {
    let backups = state.link.ask(BackupsRequest {})?;
    let found = backups.into_iter().find(|backup| backup.file == file);
    let found = found.ok_or_else(|| Error::NotABackup { path: file.into() })?;
    Ok(ChosenBackup {
        file: found.file,
        made: Some((found.made_at, found.credentials)),
    })
}

/// What a restore did, with the recovery key that is shown once.
#[derive(Debug)]
pub struct RestoreResult {
    recovery_key: SecretBytes,
    check: Vec<String>,
    missing: Vec<String>,
}

impl Serialize for RestoreResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error as _, SerializeStruct as _};
        // Exposed to be shown to its owner, once, in a process that then ends.
        let text = std::str::from_utf8(self.recovery_key.expose());
        let text = text.map_err(|_| S::Error::custom("text"))?;
        let mut fields = serializer.serialize_struct("RestoreResult", 3)?;
        fields.serialize_field("recovery_key", text)?;
        fields.serialize_field("check", &self.check)?;
        fields.serialize_field("missing", &self.missing)?;
        fields.end()
    }
}

/// Restores the backup that was chosen in the main window.
#[tauri::command]
pub async fn prompt_restore(
    prompt: State<'_, Prompt>,
    password: SecretInput,
) -> Result<RestoreResult, CommandFailure> {
    only(&prompt, PromptKind::Restore)?;
    let (link, far) = (prompt.link.clone(), prompt.far.clone());
    let backup = prompt.backup.clone();
    let end = blocking(move || {
        let backup = backup.ok_or_else(|| Error::defect("a prompt without a backup"))?;
        let (password, segments) = one_segment(password.into_bytes());
        let request = RestoreBackupRequest {
            file: backup.file,
            password,
        };
        let mut answered = link.ask_watched(request, &segments, &mut |step| far.note(step))?;
        let key = answered.segments.take(answered.answer.recovery_key);
        Ok(RestoreResult {
            recovery_key: key.map_err(|_| Error::defect("the answer lacks the recovery key"))?,
            check: answered.answer.check,
            missing: answered.answer.missing,
        })
    })
    .await?;
    prompt.done();
    Ok(end)
}
