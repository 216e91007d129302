//! Showing a value: how the main window asks for it, and what the window that shows it asks.

use std::sync::Arc;

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{GetRequest, ShowRequest, Target};
use serde::Serialize;
use tauri::{AppHandle, Runtime, State};
use uuid::Uuid;

use crate::app::preferences::Theme;
use crate::app::{AppState, FirstLine};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::reveal::{self, Reveal, RevealTask};
use crate::shown_secret::ShownSecret;

/// Shows a value in a separate process and waits for its end. The value never comes here.
#[tauri::command]
pub async fn open_reveal(
    state: State<'_, Arc<AppState>>,
    credential: Uuid,
    field: Option<String>,
) -> Result<(), CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let first = FirstLine::new(&RevealTask { credential, field })?;
        state
            .desktop
            .run_prompt(PromptKind::Reveal, Some(first))
            .map(drop)
    })
    .await
}

/// What is about to be shown, and for how long.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RevealStart {
    name: String,
    project: String,
    environment: String,
    field: Option<String>,
    seconds: u64,
    theme: Theme,
}

/// The value that is shown.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShownValue {
    value: ShownSecret,
}

/// What this process is to show.
#[tauri::command]
pub async fn reveal_start<R: Runtime>(
    app: AppHandle<R>,
    reveal: State<'_, Reveal>,
) -> Result<RevealStart, CommandFailure> {
    let (wanted, theme, link) = (reveal.wanted.clone(), reveal.theme, reveal.link.clone());
    let target = Target::Id(wanted.credential);
    let shown = blocking(move || link.ask(ShowRequest { target })).await;
    if shown.is_err() {
        reveal::show_window(&app);
    }
    let shown = shown?;
    Ok(RevealStart {
        name: shown.row.name,
        project: shown.row.project,
        environment: shown.row.environment,
        field: wanted.field,
        seconds: reveal::SHOWN_FOR.as_secs(),
        theme,
    })
}

/// The value, once; from here on this process has its time, and ends with the next lock.
#[tauri::command]
pub async fn reveal_value<R: Runtime>(
    app: AppHandle<R>,
    reveal: State<'_, Reveal>,
) -> Result<ShownValue, CommandFailure> {
    let (wanted, link) = (reveal.wanted.clone(), reveal.link.clone());
    let ended = app.clone();
    let value = blocking(move || {
        // Listened to before the value comes, so that no lock is missed.
        reveal::end_with_the_lock(&link)?;
        let request = GetRequest {
            target: Target::Id(wanted.credential),
            field: wanted.field,
            version: None,
        };
        let mut answered = link.ask_with(request, &Segments::default())?;
        let value = ShownSecret::take(&mut answered.segments, answered.answer.value)?;
        if !value.is_text() {
            return Err(Error::invalid(Problem::ValueNotText));
        }
        reveal::end_in_time(&ended)?;
        Ok(value)
    })
    .await;
    reveal::show_window(&app);
    Ok(ShownValue { value: value? })
}

/// Ends the process that shows the value.
#[tauri::command]
pub fn reveal_leave<R: Runtime>(app: AppHandle<R>) {
    app.exit(0);
}
