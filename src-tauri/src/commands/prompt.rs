//! The commands of a prompt's window. Each works only in a process of its kind.

use keyhaven_client::{Answered, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Progress;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    ConfigureRequest, InitRequest, LoginKeychainRequest, MINIMUM_PASSWORD, RecoveryKeyView,
    StatusRequest, UnlockRequest,
};
use serde::Serialize;
use tauri::{AppHandle, Runtime, State, WebviewWindow};

use crate::app::preferences::Theme;
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt::strength::{self, Strength};
use crate::prompt::{ChosenBackup, Prompt, show_when_ready};
use crate::secret_input::SecretInput;
use crate::shown_secret::ShownSecret;

/// What a prompt shows first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromptStart {
    kind: PromptKind,
    vault_name: String,
    folder: String,
    due_this_week: u32,
    overdue: u32,
    minimum_length: u32,
    /// The login keychain may open it.
    login: bool,
    /// It was opened with the recovery key, and the password was not set since.
    recovered: bool,
    /// What is to be restored.
    backup: Option<ChosenBackup>,
    /// The folder of the new vault, where the present one is damaged.
    salvage: Option<String>,
    theme: Theme,
}

/// A new recovery key.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewRecoveryKey {
    recovery_key: ShownSecret,
}

impl NewRecoveryKey {
    /// From the answer that holds it.
    ///
    /// # Errors
    /// It does not.
    pub(super) fn take(mut answered: Answered<RecoveryKeyView>) -> Result<Self, Error> {
        let recovery_key = ShownSecret::take(&mut answered.segments, answered.answer.recovery_key)?;
        Ok(Self { recovery_key })
    }
}

/// What this prompt is for, and for which vault.
#[tauri::command]
pub async fn prompt_start(prompt: State<'_, Prompt>) -> Result<PromptStart, CommandFailure> {
    let (kind, theme, link) = (prompt.kind, prompt.theme, prompt.link.clone());
    let backup = prompt.task.backup().cloned();
    let salvage = prompt.task.folder().map(|chosen| chosen.folder.clone());
    let (status, login) = blocking(move || {
        let status = link.ask(StatusRequest {})?;
        let unlocks = kind == PromptKind::Unlock && status.initialised;
        // Where that is not known, the password is asked for.
        let login = unlocks && link.ask(LoginKeychainRequest {}).is_ok_and(|view| view.on);
        Ok((status, login))
    })
    .await?;
    Ok(PromptStart {
        kind,
        vault_name: status.name,
        folder: status.folder,
        due_this_week: status.due_this_week,
        overdue: status.overdue,
        minimum_length: MINIMUM_PASSWORD,
        login,
        recovered: status.notices.contains(&Notice::Recovered),
        backup,
        salvage,
        theme,
    })
}

/// How hard a password is to guess.
#[tauri::command]
pub async fn password_strength(
    prompt: State<'_, Prompt>,
    password: SecretInput,
) -> Result<Strength, CommandFailure> {
    let takes_new = [PromptKind::Password, PromptKind::Rekey, PromptKind::Salvage];
    if !takes_new.contains(&prompt.kind) {
        only(&prompt, PromptKind::Create)?;
    }
    blocking(move || Ok(strength::judge(password.secret()))).await
}

/// Unlocks the vault.
#[tauri::command(rename_all = "camelCase")]
pub async fn prompt_unlock(
    prompt: State<'_, Prompt>,
    password: SecretInput,
    accept_older: bool,
) -> Result<(), CommandFailure> {
    only(&prompt, PromptKind::Unlock)?;
    let link = prompt.link.clone();
    blocking(move || {
        let (password, segments) = one_segment(password.into_bytes());
        link.ask_with(
            UnlockRequest {
                password,
                accept_older,
            },
            &segments,
        )
        .map(|_| ())
    })
    .await
    .inspect_err(|failed| prompt.note_failure(&failed.0))?;
    prompt.done();
    Ok(())
}

/// Creates the vault; the answer is shown once.
#[tauri::command]
pub async fn prompt_create(
    prompt: State<'_, Prompt>,
    password: SecretInput,
) -> Result<NewRecoveryKey, CommandFailure> {
    only(&prompt, PromptKind::Create)?;
    let link = prompt.link.clone();
    let key = blocking(move || {
        let (password, segments) = one_segment(password.into_bytes());
        NewRecoveryKey::take(link.ask_with(InitRequest { password }, &segments)?)
    })
    .await?;
    prompt.done();
    Ok(key)
}

/// Changes the settings that the window asked for, with the password.
#[tauri::command]
pub async fn prompt_configure(
    prompt: State<'_, Prompt>,
    password: SecretInput,
) -> Result<(), CommandFailure> {
    only(&prompt, PromptKind::Configure)?;
    let (link, settings) = (prompt.link.clone(), prompt.task.settings().cloned());
    blocking(move || {
        let settings = settings.ok_or_else(|| Error::defect("a prompt without settings"))?;
        let (password, segments) = one_segment(password.into_bytes());
        let request = ConfigureRequest {
            settings,
            password: Some(password),
        };
        link.ask_with(request, &segments).map(|_| ())
    })
    .await?;
    prompt.done();
    Ok(())
}

/// How far the agent is with what was asked for, where that takes long.
#[tauri::command]
pub fn prompt_progress(prompt: State<'_, Prompt>) -> Option<Progress> {
    prompt.far.last()
}

/// The page can be typed into.
#[tauri::command]
pub fn prompt_ready<R: Runtime>(window: WebviewWindow<R>) {
    show_when_ready::show(&window);
}

/// Ends the prompt with success; before the agent did its part there is none.
#[tauri::command]
pub fn prompt_finish<R: Runtime>(
    app: AppHandle<R>,
    prompt: State<'_, Prompt>,
) -> Result<(), CommandFailure> {
    if !prompt.finish() {
        return Err(CommandFailure(Error::invalid(Problem::NothingToFinish)));
    }
    app.exit(0);
    Ok(())
}

/// Leaves the prompt.
#[tauri::command]
pub fn prompt_cancel<R: Runtime>(app: AppHandle<R>) {
    app.exit(0);
}

/// Refuses in a prompt of another kind.
pub(super) fn only(prompt: &Prompt, kind: PromptKind) -> Result<(), CommandFailure> {
    if prompt.kind == kind {
        return Ok(());
    }
    Err(CommandFailure(Error::invalid(Problem::OtherPrompt)))
}
