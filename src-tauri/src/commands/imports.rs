//! Recognising values, and importing files that a person picks.

use std::sync::Arc;

use keyhaven_exchange::{Catalogue, recognise as recognise_value};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::ImportStep;
use keyhaven_protocol::view::{FieldKind, ImportReport};
use keyhaven_rules::hidden_in_token;
use serde::Serialize;
use tauri::State;

use crate::app::{AppState, confirm};
use crate::failure::{CommandFailure, blocking};
use crate::imports::{ImportFileView, ImportPlan};
use crate::secret_input::SecretInput;
use crate::strings;

/// What a value looks like.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecognisedView {
    provider: Option<String>,
    provider_name: Option<String>,
    kind: FieldKind,
    reason: String,
    variable: Option<String>,
    rotate_every_days: Option<u32>,
    /// The invisible characters in a value that looks like a token, by name.
    hidden: Vec<String>,
}

/// A service that is known.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProviderView {
    id: &'static str,
    name: &'static str,
    variables: &'static [String],
    rotate_every_days: Option<u32>,
    dashboard: Option<String>,
}

/// Says to which service a typed value belongs, by its pattern or its variable.
#[tauri::command]
pub fn recognise(value: SecretInput, variable: String) -> RecognisedView {
    let bytes = value.into_bytes();
    let known = recognise_value(&bytes, &variable);
    RecognisedView {
        provider: known.provider,
        provider_name: known.provider_name,
        kind: known.kind,
        reason: strings::proposal(&known.reason),
        variable: known.variable,
        rotate_every_days: known.rotate_every_days,
        // Exposed to look for characters that nobody sees.
        hidden: hidden_in_token(bytes.expose()),
    }
}

/// The services known.
#[tauri::command]
pub fn providers() -> Vec<ProviderView> {
    let view = |provider: &'static keyhaven_exchange::Provider| ProviderView {
        id: &provider.id,
        name: &provider.name,
        variables: &provider.variables,
        rotate_every_days: Some(provider.rotation_days()),
        dashboard: provider.dashboard_address(),
    };
    Catalogue::builtin().providers().iter().map(view).collect()
}

/// Lets a person pick a file and reads it; `None` when the picker was left, or the person does not
/// want it converted to UTF-8 or read as another format.
#[tauri::command]
pub async fn import_choose(
    state: State<'_, Arc<AppState>>,
) -> Result<Option<ImportFileView>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let Some(path) = state.desktop.pick_file(&strings::choose_import()) else {
            return Ok(None);
        };
        let agrees = |question| state.desktop.confirm(question);
        state.imports.read(&path, agrees)
    })
    .await
}

/// Says what an import would do.
#[tauri::command]
pub async fn import_preview(
    state: State<'_, Arc<AppState>>,
    plan: ImportPlan,
) -> Result<ImportReport, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let mut connection = state.link.connect()?;
        state
            .imports
            .send(&mut connection, &plan, ImportStep::Preview)
    })
    .await
}

/// Writes an import, or nothing.
#[tauri::command]
pub async fn import_apply(
    state: State<'_, Arc<AppState>>,
    plan: ImportPlan,
) -> Result<ImportReport, CommandFailure> {
    let state = state.inner().clone();
    let mut plan = plan;
    blocking(move || {
        let preview = state
            .imports
            .send(&mut state.link.connect()?, &plan, ImportStep::Preview)?;
        confirm::import(&state, &plan, &preview)?;
        let apply = |plan: &ImportPlan| {
            let mut connection = state.link.connect()?;
            state.imports.send(&mut connection, plan, ImportStep::Apply)
        };
        match apply(&plan) {
            Err(refused @ Error::WouldDiscard { .. }) => {
                confirm::discard_by_import(&state, refused)?;
                plan.discard_old = true;
                apply(&plan)
            }
            applied => applied,
        }
    })
    .await
}

/// Forgets a file and its values.
#[tauri::command]
pub fn import_discard(state: State<'_, Arc<AppState>>, id: u32) {
    state.imports.discard(id);
}
