//! The commands of the prompts about what opens the vault. Each works only in a process of
//! its kind.

use keyhaven_client::one_segment;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    ChangePasswordRequest, NewRecoveryKeyRequest, Proof, RecoverRequest, RekeyRequest,
    UnlockByLoginRequest,
};
use serde::Serialize;
use tauri::State;

use super::prompt::{NewRecoveryKey, only};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt::Prompt;
use crate::secret_input::SecretInput;
use crate::shown_secret::ShownSecret;

/// Unlocks the vault with the recovery key.
#[tauri::command(rename_all = "camelCase")]
pub async fn prompt_recover(
    prompt: State<'_, Prompt>,
    recovery_key: SecretInput,
    accept_older: bool,
) -> Result<(), CommandFailure> {
    only(&prompt, PromptKind::Unlock)?;
    let link = prompt.link.clone();
    blocking(move || {
        let (recovery_key, segments) = one_segment(recovery_key.into_bytes());
        let request = RecoverRequest {
            recovery_key,
            accept_older,
        };
        link.ask_with(request, &segments).map(|_| ())
    })
    .await
    .inspect_err(|failed| prompt.note_failure(&failed.0))?;
    prompt.done();
    Ok(())
}

/// Unlocks the vault with what the login keychain keeps.
#[tauri::command]
pub async fn prompt_login(prompt: State<'_, Prompt>) -> Result<(), CommandFailure> {
    only(&prompt, PromptKind::Unlock)?;
    let link = prompt.link.clone();
    blocking(move || link.ask(UnlockByLoginRequest {}).map(|_| ()))
        .await
        .inspect_err(|failed| prompt.note_failure(&failed.0))?;
    prompt.done();
    Ok(())
}

/// Changes the master password; `old` is the recovery key where `recovery` says so.
#[tauri::command]
pub async fn prompt_password(
    prompt: State<'_, Prompt>,
    old: SecretInput,
    recovery: bool,
    password: SecretInput,
) -> Result<(), CommandFailure> {
    only(&prompt, PromptKind::Password)?;
    let link = prompt.link.clone();
    blocking(move || {
        let mut segments = Segments::default();
        let proof = proof(old, recovery, &mut segments);
        let password = segments.push(password.into_bytes());
        let request = ChangePasswordRequest { proof, password };
        link.ask_with(request, &segments).map(|_| ())
    })
    .await?;
    prompt.done();
    Ok(())
}

/// Makes a new recovery key; the answer is shown once.
#[tauri::command]
pub async fn prompt_recovery_key(
    prompt: State<'_, Prompt>,
    password: SecretInput,
) -> Result<NewRecoveryKey, CommandFailure> {
    only(&prompt, PromptKind::Recovery)?;
    let link = prompt.link.clone();
    let key = blocking(move || {
        let (password, segments) = one_segment(password.into_bytes());
        let answered = link.ask_with(NewRecoveryKeyRequest { password }, &segments)?;
        NewRecoveryKey::take(answered)
    })
    .await?;
    prompt.done();
    Ok(key)
}

/// What the owner gave, as a request carries it.
pub fn proof(old: SecretInput, recovery: bool, segments: &mut Segments) -> Proof {
    let old = segments.push(old.into_bytes());
    if recovery {
        Proof::RecoveryKey(old)
    } else {
        Proof::Password(old)
    }
}

/// What a re-key did, with the recovery key that is shown once.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RekeyResult {
    recovery_key: ShownSecret,
    /// How many backups and replaced vaults stay under the old key.
    old_backups: usize,
}

/// Encrypts everything under a new key; `old` is the recovery key where `recovery` says so.
#[tauri::command]
pub async fn prompt_rekey(
    prompt: State<'_, Prompt>,
    old: SecretInput,
    recovery: bool,
    password: SecretInput,
) -> Result<RekeyResult, CommandFailure> {
    only(&prompt, PromptKind::Rekey)?;
    let (link, far) = (prompt.link.clone(), prompt.far.clone());
    let end = blocking(move || {
        let mut segments = Segments::default();
        let proof = proof(old, recovery, &mut segments);
        let request = RekeyRequest {
            proof,
            password: segments.push(password.into_bytes()),
            without_backup: false,
        };
        let mut answered = link.ask_watched(request, &segments, &mut |step| far.note(step))?;
        Ok(RekeyResult {
            recovery_key: ShownSecret::take(&mut answered.segments, answered.answer.recovery_key)?,
            old_backups: answered.answer.old_backups.len(),
        })
    })
    .await?;
    prompt.done();
    Ok(end)
}
