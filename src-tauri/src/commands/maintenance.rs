//! Restoring a backup: a person picks and confirms it, and types its password in a prompt.

use std::sync::Arc;

use keyhaven_client::{Language, Style, text};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{BackupsRequest, RestoreBackupRequest};
use keyhaven_protocol::notice::Notice;
use keyhaven_rules::text::visible;
use serde::Serialize;
use tauri::State;

use super::preferences::PromptOutcome;
use super::prompt::only;
use super::unlock_methods::proof;
use crate::app::{AppState, FirstLine, Question};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt::{ChosenBackup, Prompt};
use crate::prompt_end::PromptEnd;
use crate::secret_input::SecretInput;
use crate::shown_secret::ShownSecret;
use crate::strings::NativeText;

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
            None => match state.desktop.pick_file(&NativeText::ChooseBackup.text()) {
                Some(path) => ChosenBackup {
                    file: path.display().to_string(),
                    made: None,
                },
                None => return Ok(PromptEnd::Left.into()),
            },
        };
        let question = Question {
            title: NativeText::RestoreQuestion.text(),
            text: NativeText::RestoreText {
                backup: named(&chosen),
            }
            .text(),
            details: Vec::new(),
            yes: NativeText::RestoreYes.text(),
        };
        if !state.desktop.confirm(question) {
            return Ok(PromptEnd::Left.into());
        }
        let line = FirstLine::new(&chosen)?;
        let end = state.desktop.run_prompt(PromptKind::Restore, Some(line))?;
        Ok(end.into())
    })
    .await
}

/// Which backup it is: when it was made and what it holds, where that is known, and its file.
fn named(chosen: &ChosenBackup) -> String {
    let file = visible(&chosen.file).into_owned();
    let Some((made, keys)) = chosen.made else {
        return file;
    };
    let made = made.to_string();
    let made = format!("{} UTC", made.get(..16).unwrap_or(&made).replace('T', " "));
    format!("{}\n{file}", NativeText::BackupMade { made, keys }.text())
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
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RestoreResult {
    recovery_key: ShownSecret,
    check: Vec<String>,
    missing: Vec<String>,
    /// What its owner should know, in sentences.
    notices: Vec<String>,
}

fn sentence(notice: &Notice) -> String {
    let text = text::of_notice(Language::of_environment(), Style::Sentence, notice);
    match text.hint {
        Some(hint) => format!("{} {hint}", text.message),
        None => text.message,
    }
}

/// Restores the backup that was chosen in the main window.
#[tauri::command]
pub async fn prompt_restore(
    prompt: State<'_, Prompt>,
    password: SecretInput,
    present: Option<SecretInput>,
    recovery: bool,
) -> Result<RestoreResult, CommandFailure> {
    only(&prompt, PromptKind::Restore)?;
    let (link, far) = (prompt.link.clone(), prompt.far.clone());
    let backup = prompt.task.backup().cloned();
    let end = blocking(move || {
        let backup = backup.ok_or_else(|| Error::defect("a prompt without a backup"))?;
        let mut segments = Segments::default();
        let request = RestoreBackupRequest {
            file: backup.file,
            password: segments.push(password.into_bytes()),
            present: present.map(|secret| proof(secret, recovery, &mut segments)),
        };
        let mut answered = link.ask_watched(request, &segments, &mut |step| far.note(step))?;
        Ok(RestoreResult {
            recovery_key: ShownSecret::take(&mut answered.segments, answered.answer.recovery_key)?,
            check: answered.answer.check,
            missing: answered.answer.missing,
            notices: answered.answer.notices.iter().map(sentence).collect(),
        })
    })
    .await?;
    prompt.done();
    Ok(end)
}
