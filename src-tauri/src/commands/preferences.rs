//! Settings of the window alone, and the prompts it may open.

use std::sync::Arc;

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use serde::Serialize;
use tauri::State;

use crate::app::AppState;
use crate::app::preferences::Preferences;
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};

/// Whether a prompt was finished.
#[derive(Debug, Serialize)]
pub struct PromptOutcome {
    pub(super) done: bool,
}

/// What a person has chosen about the window.
#[tauri::command]
pub fn preferences(state: State<'_, Arc<AppState>>) -> Preferences {
    state.store.preferences()
}

/// Changes what a person has chosen about the window.
#[tauri::command]
pub async fn set_preferences(
    state: State<'_, Arc<AppState>>,
    preferences: Preferences,
) -> Result<(), CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        state.store.set_preferences(preferences)?;
        state.desktop.apply_theme();
        Ok(())
    })
    .await
}

/// Opens a prompt in which a secret is typed or shown, and waits for its end.
#[tauri::command]
pub async fn open_prompt(
    state: State<'_, Arc<AppState>>,
    kind: PromptKind,
) -> Result<PromptOutcome, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || match kind {
        PromptKind::Create
        | PromptKind::Unlock
        | PromptKind::Password
        | PromptKind::Recovery
        | PromptKind::Rekey => Ok(PromptOutcome {
            done: state.desktop.run_prompt(kind, None)?,
        }),
        PromptKind::Configure | PromptKind::Reveal | PromptKind::Restore => {
            Err(Error::invalid(Problem::PromptNotOpenable))
        }
    })
    .await
}
