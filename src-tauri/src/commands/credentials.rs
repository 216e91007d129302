//! Values typed into add and edit, and the settings of the vault.

use std::sync::Arc;

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    AddRequest, ConfigureRequest, EmptyTrashRequest, FieldValue, Metadata, NextExpiry, SetRequest,
    SettingsRequest, Target,
};
use keyhaven_protocol::settings::Settings;
use keyhaven_protocol::view::{CredentialView, Tier};
use serde::Deserialize;
use tauri::State;

use crate::app::confirm;
use crate::app::{AppState, FirstLine};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::secret_input::SecretInput;

/// A value as it was typed for a field.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FieldInput {
    field: String,
    value: SecretInput,
}

/// A new credential.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AddCredential {
    project: String,
    environment: String,
    tier: Option<Tier>,
    metadata: Metadata,
    values: Vec<FieldInput>,
}

/// New values of a credential.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SetValues {
    target: Target,
    revision: Option<u32>,
    values: Vec<FieldInput>,
    /// The expiry of the new key; where it is left out, a date that has passed is forgotten and
    /// another one stays.
    #[cfg_attr(test, ts(optional))]
    expires: Option<NextExpiry>,
}

/// Stores a new credential.
#[tauri::command]
pub async fn add_credential(
    state: State<'_, Arc<AppState>>,
    request: AddCredential,
) -> Result<CredentialView, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let (values, segments) = gather(request.values);
        let request = AddRequest {
            project: request.project,
            environment: request.environment,
            tier: request.tier,
            metadata: request.metadata,
            values,
        };
        confirm::add(&state, &request)?;
        Ok(state.link.ask_with(request, &segments)?.answer)
    })
    .await
}

/// Stores new values as a new version.
#[tauri::command]
pub async fn set_values(
    state: State<'_, Arc<AppState>>,
    request: SetValues,
) -> Result<CredentialView, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let (values, segments) = gather(request.values);
        let mut request = SetRequest {
            target: request.target,
            revision: request.revision,
            values,
            expires: request.expires,
            rotate_on: None,
            discard_old: false,
        };
        let before = confirm::set(&state, &mut request)?;
        let stored = match state.link.ask_with(request.clone(), &segments) {
            Err(refused @ Error::WouldDiscard { .. }) => {
                confirm::discard(&state, refused)?;
                request.discard_old = true;
                state.link.ask_with(request, &segments)
            }
            stored => stored,
        };
        let stored = stored?.answer;
        // The values there are already make no version.
        if stored.version != before.version {
            state.reminded.replaced(&before);
        }
        Ok(stored)
    })
    .await
}

/// Erases for good what a person was shown of the trash and agreed to; how many keys.
#[tauri::command]
pub async fn empty_trash(state: State<'_, Arc<AppState>>) -> Result<u32, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let ids = confirm::empty_trash(&state)?;
        let parts = EmptyTrashRequest::parts(&ids);
        parts.map(|part| state.link.ask(part)).sum()
    })
    .await
}

/// Changes the vault's settings; where that needs the password, a prompt asks for it.
#[tauri::command]
pub async fn configure(
    state: State<'_, Arc<AppState>>,
    settings: Settings,
) -> Result<Settings, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let request = ConfigureRequest {
            settings: settings.clone(),
            password: None,
        };
        match state.link.ask(request) {
            Err(Error::PasswordNeeded) => confirm(&state, &settings),
            answered => answered,
        }
    })
    .await
}

fn confirm(state: &AppState, settings: &Settings) -> Result<Settings, Error> {
    let first = FirstLine::new(settings)?;
    if state
        .desktop
        .run_prompt(PromptKind::Configure, Some(first))?
        .is_finished()
    {
        return state.link.ask(SettingsRequest {});
    }
    Err(Error::Cancelled)
}

fn gather(typed: Vec<FieldInput>) -> (Vec<FieldValue>, Segments) {
    let mut segments = Segments::default();
    let values = typed
        .into_iter()
        .map(|typed| FieldValue {
            field: typed.field,
            value: segments.push(typed.value.into_bytes()),
        })
        .collect();
    (values, segments)
}
