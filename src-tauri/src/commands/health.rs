//! What is wrong with the keys, as `kh health` shows it.

use std::sync::Arc;

use keyhaven_client::{Language, Style, text};
use keyhaven_protocol::health::{HealthFix, HealthRequest, HealthSeverity, HealthView, KeyFinding};
use serde::Serialize;
use tauri::State;
use uuid::Uuid;

use crate::app::AppState;
use crate::failure::{CommandFailure, blocking};

/// A finding in words.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HealthFindingView {
    /// The credential.
    id: Uuid,
    project: String,
    environment: String,
    name: String,
    severity: HealthSeverity,
    /// A sentence.
    message: String,
    fix: HealthFix,
    /// The command of `kh` that fixes it.
    command: String,
}

/// What is wrong with the keys, the most urgent first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HealthReport {
    /// How many keys were looked at.
    keys: u32,
    problems: u32,
    warnings: u32,
    notes: u32,
    /// Not all, where there are very many.
    findings: Vec<HealthFindingView>,
}

impl From<&KeyFinding> for HealthFindingView {
    fn from(found: &KeyFinding) -> Self {
        Self {
            id: found.id,
            project: found.project.clone(),
            environment: found.environment.clone(),
            name: found.name.clone(),
            severity: found.finding.severity(),
            message: text::of_health(Language::of_environment(), Style::Sentence, &found.finding),
            fix: found.fix,
            command: found.command(),
        }
    }
}

impl From<HealthView> for HealthReport {
    fn from(view: HealthView) -> Self {
        Self {
            keys: view.keys,
            problems: view.problems,
            warnings: view.warnings,
            notes: view.notes,
            findings: view.findings.iter().map(Into::into).collect(),
        }
    }
}

/// What is wrong with the keys.
#[tauri::command]
pub async fn health(state: State<'_, Arc<AppState>>) -> Result<HealthReport, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || Ok(state.link.ask(HealthRequest::default())?.into())).await
}
