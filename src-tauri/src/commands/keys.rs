//! The commands of the prompts about what opens the vault. Each works only in a process of
//! its kind.

use keyhaven_protocol::client::one_segment;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    ChangePasswordRequest, NewRecoveryKeyRequest, Proof, RecoverRequest, UnlockByLoginRequest,
};
use tauri::State;

use super::prompt::{RecoveryKey, only};
use crate::arguments::Kind;
use crate::failure::{Failure, blocking};
use crate::prompt::Prompt;
use crate::typed::Typed;

/// Unlocks the vault with the recovery key.
#[tauri::command(rename_all = "camelCase")]
pub async fn prompt_recover(
    prompt: State<'_, Prompt>,
    recovery_key: Typed,
    accept_older: bool,
) -> Result<(), Failure> {
    only(&prompt, Kind::Unlock)?;
    let link = prompt.link.clone();
    blocking(move || {
        let (recovery_key, segments) = one_segment(recovery_key.into_bytes());
        let request = RecoverRequest {
            recovery_key,
            accept_older,
        };
        link.ask_with(request, &segments).map(|_| ())
    })
    .await?;
    prompt.done();
    Ok(())
}

/// Unlocks the vault with what the login keychain keeps.
#[tauri::command]
pub async fn prompt_login(prompt: State<'_, Prompt>) -> Result<(), Failure> {
    only(&prompt, Kind::Unlock)?;
    let link = prompt.link.clone();
    blocking(move || link.ask(UnlockByLoginRequest {}).map(|_| ())).await?;
    prompt.done();
    Ok(())
}

/// Changes the master password; `old` is the recovery key where `recovery` says so.
#[tauri::command]
pub async fn prompt_password(
    prompt: State<'_, Prompt>,
    old: Typed,
    recovery: bool,
    password: Typed,
) -> Result<(), Failure> {
    only(&prompt, Kind::Password)?;
    let link = prompt.link.clone();
    blocking(move || {
        let mut segments = Segments::default();
        let old = segments.push(old.into_bytes());
        let proof = if recovery {
            Proof::RecoveryKey(old)
        } else {
            Proof::Password(old)
        };
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
    password: Typed,
) -> Result<RecoveryKey, Failure> {
    only(&prompt, Kind::Recovery)?;
    let link = prompt.link.clone();
    let key = blocking(move || {
        let (password, segments) = one_segment(password.into_bytes());
        let answered = link.ask_with(NewRecoveryKeyRequest { password }, &segments)?;
        RecoveryKey::take(answered)
    })
    .await?;
    prompt.done();
    Ok(key)
}
