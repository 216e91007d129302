//! Settings of the window alone, and the prompts it may open.

use std::sync::Arc;

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use serde::Serialize;
use tauri::State;

use crate::app::preferences::Preferences;
use crate::app::{AppState, UnsavedWork};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::prompt_end::PromptEnd;

/// Whether a prompt was finished.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromptOutcome {
    done: bool,
    /// It was left after the vault was found to be damaged.
    damaged: bool,
}

impl From<PromptEnd> for PromptOutcome {
    fn from(end: PromptEnd) -> Self {
        Self {
            done: end.is_finished(),
            damaged: end == PromptEnd::Damaged,
        }
    }
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
        let before = state.store.preferences();
        state.store.set_preferences(preferences)?;
        let now = state.store.preferences();
        // A view that is remembered changes nothing of the window.
        if (before.theme, before.zoom) != (now.theme, now.zoom) {
            state.desktop.apply_preferences();
        }
        Ok(())
    })
    .await
}

/// Notes what the page has that is not stored: a person is asked before it is lost.
#[tauri::command]
pub fn set_unsaved(state: State<'_, Arc<AppState>>, work: Option<UnsavedWork>) {
    state.unsaved.note(work);
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
        | PromptKind::Rekey => Ok(state.desktop.run_prompt(kind, None)?.into()),
        PromptKind::Configure | PromptKind::Reveal | PromptKind::Restore | PromptKind::Salvage => {
            Err(Error::invalid(Problem::PromptNotOpenable))
        }
    })
    .await
}
