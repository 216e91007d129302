//! Restoring a backup: a person picks and confirms it, and types its password in a prompt.

use std::sync::Arc;

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::maintenance::{BackupsRequest, RestoreBackupRequest};
use keyhaven_secret::SecretBytes;
use serde::{Serialize, Serializer};
use tauri::State;

use super::preferences::PromptEnd;
use super::prompt::only;
use crate::arguments::Kind;
use crate::dialogs;
use crate::failure::{Failure, blocking, defect};
use crate::prompt::{ChosenBackup, Prompt};
use crate::prompts;
use crate::shell::Shell;
use crate::typed::Typed;
use crate::words;

/// Restores one of the listed backups, or one that a person picks; waits for the end.
#[tauri::command]
pub async fn restore_backup(
    shell: State<'_, Arc<Shell>>,
    file: Option<String>,
) -> Result<PromptEnd, Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        let chosen = match file {
            Some(file) => listed(&shell, &file)?,
            None => match dialogs::pick_file(&shell, words::CHOOSE_BACKUP) {
                Some(path) => ChosenBackup {
                    file: path.display().to_string(),
                    made: None,
                },
                None => return Ok(PromptEnd { done: false }),
            },
        };
        let text = words::restore_text(&chosen.file);
        if !dialogs::confirm(&shell, words::RESTORE_QUESTION, text, words::RESTORE) {
            return Ok(PromptEnd { done: false });
        }
        let line = prompts::line(&chosen)?;
        Ok(PromptEnd {
            done: shell.prompts.run(&shell, Kind::Restore, Some(&line))?,
        })
    })
    .await
}

/// The agent's word for what lies there, not the script's.
fn listed(shell: &Shell, file: &str) -> Result<ChosenBackup, Error> {
    let backups = shell.link.ask(BackupsRequest {})?;
    let found = backups.into_iter().find(|backup| backup.file == file);
    let found = found.ok_or_else(|| Error::NotABackup { path: file.into() })?;
    Ok(ChosenBackup {
        file: found.file,
        made: Some((found.made_at, found.credentials)),
    })
}

/// What a restore did, with the recovery key that is shown once.
#[derive(Debug)]
pub struct RestoredEnd {
    recovery_key: SecretBytes,
    check: Vec<String>,
    missing: Vec<String>,
}

impl Serialize for RestoredEnd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error as _, SerializeStruct as _};
        // Exposed to be shown to its owner, once, in a process that then ends.
        let text = std::str::from_utf8(self.recovery_key.expose());
        let text = text.map_err(|_| S::Error::custom("text"))?;
        let mut fields = serializer.serialize_struct("RestoredEnd", 3)?;
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
    password: Typed,
) -> Result<RestoredEnd, Failure> {
    only(&prompt, Kind::Restore)?;
    let (link, far) = (prompt.link.clone(), prompt.far.clone());
    let backup = prompt.backup.clone();
    let end = blocking(move || {
        let backup = backup.ok_or_else(|| defect("a prompt without a backup"))?;
        let (password, segments) = one_segment(password.into_bytes());
        let request = RestoreBackupRequest {
            file: backup.file,
            password,
        };
        let mut answered = link.ask_watched(request, &segments, &mut |step| far.note(step))?;
        let key = answered.segments.take(answered.answer.recovery_key);
        Ok(RestoredEnd {
            recovery_key: key.map_err(|_| defect("the answer lacks the recovery key"))?,
            check: answered.answer.check,
            missing: answered.answer.missing,
        })
    })
    .await?;
    prompt.done();
    Ok(end)
}
