//! The commands of the prompts about what opens the vault. Each works only in a process of
//! its kind.

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    ChangePasswordRequest, NewRecoveryKeyRequest, Proof, RecoverRequest, RekeyRequest,
    UnlockByLoginRequest,
};
use keyhaven_secret::SecretBytes;
use serde::{Serialize, Serializer};
use tauri::State;

use super::prompt::{ShownRecoveryKey, only};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt::Prompt;
use crate::secret_input::SecretInput;

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
    .await?;
    prompt.done();
    Ok(())
}

/// Unlocks the vault with what the login keychain keeps.
#[tauri::command]
pub async fn prompt_login(prompt: State<'_, Prompt>) -> Result<(), CommandFailure> {
    only(&prompt, PromptKind::Unlock)?;
    let link = prompt.link.clone();
    blocking(move || link.ask(UnlockByLoginRequest {}).map(|_| ())).await?;
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
) -> Result<ShownRecoveryKey, CommandFailure> {
    only(&prompt, PromptKind::Recovery)?;
    let link = prompt.link.clone();
    let key = blocking(move || {
        let (password, segments) = one_segment(password.into_bytes());
        let answered = link.ask_with(NewRecoveryKeyRequest { password }, &segments)?;
        ShownRecoveryKey::take(answered)
    })
    .await?;
    prompt.done();
    Ok(key)
}

fn proof(old: SecretInput, recovery: bool, segments: &mut Segments) -> Proof {
    let old = segments.push(old.into_bytes());
    if recovery {
        Proof::RecoveryKey(old)
    } else {
        Proof::Password(old)
    }
}

/// What a re-key did, with the recovery key that is shown once.
#[derive(Debug)]
pub struct RekeyResult {
    recovery_key: SecretBytes,
    /// How many backups and replaced vaults stay under the old key.
    old_backups: usize,
}

impl Serialize for RekeyResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error as _, SerializeStruct as _};
        // Exposed to be shown to its owner, once, in a process that then ends.
        let text = std::str::from_utf8(self.recovery_key.expose());
        let text = text.map_err(|_| S::Error::custom("text"))?;
        let mut fields = serializer.serialize_struct("RekeyResult", 2)?;
        fields.serialize_field("recovery_key", text)?;
        fields.serialize_field("old_backups", &self.old_backups)?;
        fields.end()
    }
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
        let key = answered.segments.take(answered.answer.recovery_key);
        Ok(RekeyResult {
            recovery_key: key.map_err(|_| Error::defect("the answer lacks the recovery key"))?,
            old_backups: answered.answer.old_backups.len(),
        })
    })
    .await?;
    prompt.done();
    Ok(end)
}
