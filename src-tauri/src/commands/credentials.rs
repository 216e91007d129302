//! Values typed into add and edit, and the settings of the vault.

use std::sync::Arc;

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    AddRequest, ConfigureRequest, FieldValue, Metadata, SetRequest, SettingsRequest, Target,
};
use keyhaven_protocol::view::{CredentialView, SettingsView, Tier};
use serde::Deserialize;
use tauri::State;

use crate::arguments::Kind;
use crate::failure::{Failure, blocking};
use crate::guard;
use crate::prompts;
use crate::shell::Shell;
use crate::typed::Typed;

/// A value as it was typed for a field.
#[derive(Debug, Deserialize)]
pub struct TypedValue {
    field: String,
    value: Typed,
}

/// A new credential.
#[derive(Debug, Deserialize)]
pub struct NewCredential {
    project: String,
    environment: String,
    tier: Option<Tier>,
    metadata: Metadata,
    values: Vec<TypedValue>,
}

/// New values of a credential.
#[derive(Debug, Deserialize)]
pub struct NewValues {
    target: Target,
    revision: Option<u32>,
    values: Vec<TypedValue>,
}

/// Stores a new credential.
#[tauri::command]
pub async fn add_credential(
    shell: State<'_, Arc<Shell>>,
    request: NewCredential,
) -> Result<CredentialView, Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        let (values, segments) = gather(request.values);
        let request = AddRequest {
            project: request.project,
            environment: request.environment,
            tier: request.tier,
            metadata: request.metadata,
            values,
        };
        guard::add(&shell, &request)?;
        Ok(shell.link.ask_with(request, &segments)?.answer)
    })
    .await
}

/// Stores new values as a new version.
#[tauri::command]
pub async fn set_values(
    shell: State<'_, Arc<Shell>>,
    request: NewValues,
) -> Result<CredentialView, Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        let (values, segments) = gather(request.values);
        let mut request = SetRequest {
            target: request.target,
            revision: request.revision,
            values,
        };
        guard::set(&shell, &mut request)?;
        Ok(shell.link.ask_with(request, &segments)?.answer)
    })
    .await
}

/// Changes the vault's settings; where that needs the password, a prompt asks for it.
#[tauri::command]
pub async fn configure(
    shell: State<'_, Arc<Shell>>,
    settings: SettingsView,
) -> Result<SettingsView, Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        let request = ConfigureRequest {
            settings: settings.clone(),
            password: None,
        };
        match shell.link.ask(request) {
            Err(Error::PasswordNeeded) => confirm(&shell, &settings),
            answered => answered,
        }
    })
    .await
}

fn confirm(shell: &Shell, settings: &SettingsView) -> Result<SettingsView, Error> {
    let first = prompts::line(settings)?;
    if shell.prompts.run(shell, Kind::Configure, Some(&first))? {
        return shell.link.ask(SettingsRequest {});
    }
    Err(Error::Cancelled)
}

fn gather(typed: Vec<TypedValue>) -> (Vec<FieldValue>, Segments) {
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
