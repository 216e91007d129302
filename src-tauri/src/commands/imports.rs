//! Recognising values, and importing files that a person picks.

use std::collections::HashMap;
use std::sync::Arc;

use keyhaven_exchange::{Catalogue, recognise as recognise_value};
use keyhaven_protocol::request::ImportStep;
use keyhaven_protocol::view::{FieldKind, ImportReport, Tier};
use serde::Serialize;
use tauri::State;

use crate::app::AppState;
use crate::failure::{CommandFailure, blocking};
use crate::imports::{ImportFileView, ImportPlan};
use crate::secret_input::SecretInput;
use crate::strings;

/// What a value looks like.
#[derive(Debug, Serialize)]
pub struct RecognisedView {
    provider: Option<String>,
    provider_name: Option<String>,
    kind: FieldKind,
    reason: &'static str,
    variable: Option<String>,
    rotate_every_days: Option<u32>,
}

/// A service that is known.
#[derive(Debug, Serialize)]
pub struct ProviderView {
    id: &'static str,
    name: &'static str,
    variables: &'static [String],
    rotate_every_days: Option<u32>,
    dashboard: Option<&'static str>,
}

/// Says to which service a typed value belongs, by its pattern or its variable.
#[tauri::command]
pub fn recognise(value: SecretInput, variable: &str) -> RecognisedView {
    let known = recognise_value(&value.into_bytes(), variable);
    RecognisedView {
        provider: known.provider,
        provider_name: known.provider_name,
        kind: known.kind,
        reason: known.reason,
        variable: known.variable,
        rotate_every_days: known.rotate_every_days,
    }
}

/// The services known.
#[tauri::command]
pub fn providers() -> Vec<ProviderView> {
    let view = |provider: &'static keyhaven_exchange::Provider| ProviderView {
        id: &provider.id,
        name: &provider.name,
        variables: &provider.variables,
        rotate_every_days: provider.rotate_days,
        dashboard: provider.dashboard.as_deref(),
    };
    Catalogue::builtin().providers().iter().map(view).collect()
}

/// Lets a person pick a file and reads it; `None` when the picker was left.
#[tauri::command]
pub async fn import_choose(
    state: State<'_, Arc<AppState>>,
) -> Result<Option<ImportFileView>, CommandFailure> {
    let state = state.inner().clone();
    blocking(
        move || match state.desktop.pick_file(&strings::choose_import()) {
            Some(path) => state.imports.read(&path).map(Some),
            None => Ok(None),
        },
    )
    .await
}

/// Says what an import would do.
#[tauri::command]
pub async fn import_preview(
    state: State<'_, Arc<AppState>>,
    id: u32,
    project: String,
    environment: String,
    tier: Option<Tier>,
    kinds: HashMap<String, FieldKind>,
) -> Result<ImportReport, CommandFailure> {
    let plan = ImportPlan {
        id,
        project,
        environment,
        tier,
        kinds,
    };
    send(state.inner(), plan, ImportStep::Preview).await
}

/// Writes an import, or nothing.
#[tauri::command]
pub async fn import_apply(
    state: State<'_, Arc<AppState>>,
    id: u32,
    project: String,
    environment: String,
    tier: Option<Tier>,
    kinds: HashMap<String, FieldKind>,
) -> Result<ImportReport, CommandFailure> {
    let plan = ImportPlan {
        id,
        project,
        environment,
        tier,
        kinds,
    };
    send(state.inner(), plan, ImportStep::Apply).await
}

/// Forgets a file and its values.
#[tauri::command]
pub fn import_discard(state: State<'_, Arc<AppState>>, id: u32) {
    state.imports.discard(id);
}

async fn send(
    state: &Arc<AppState>,
    plan: ImportPlan,
    step: ImportStep,
) -> Result<ImportReport, CommandFailure> {
    let state = state.clone();
    blocking(move || state.imports.send(&mut state.link.connect()?, &plan, step)).await
}
