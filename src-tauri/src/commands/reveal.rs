//! Showing a value: how the main window asks for it, and what the window that shows it asks.

use std::sync::Arc;

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{GetRequest, ShowRequest, Target};
use keyhaven_secret::SecretBytes;
use serde::{Serialize, Serializer};
use tauri::{AppHandle, State};
use uuid::Uuid;

use crate::app::preferences::Theme;
use crate::app::{AppState, FirstLine};
use crate::arguments::PromptKind;
use crate::failure::{CommandFailure, blocking};
use crate::reveal::{self, Reveal, RevealTask};

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
pub struct RevealStart {
    name: String,
    project: String,
    environment: String,
    field: Option<String>,
    seconds: u64,
    theme: Theme,
}

/// A value on its way to the one page that shows it.
#[derive(Debug)]
pub struct ShownValue(SecretBytes);

impl Serialize for ShownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error as _, SerializeStruct as _};
        // Exposed to be shown to its owner, in a process that then ends.
        let text = std::str::from_utf8(self.0.expose()).map_err(|_| S::Error::custom("text"))?;
        let mut fields = serializer.serialize_struct("ShownValue", 1)?;
        fields.serialize_field("value", text)?;
        fields.end()
    }
}

/// What this process is to show.
#[tauri::command]
pub async fn reveal_start(reveal: State<'_, Reveal>) -> Result<RevealStart, CommandFailure> {
    let (wanted, theme, link) = (reveal.wanted.clone(), reveal.theme, reveal.link.clone());
    let target = Target::Id(wanted.credential);
    let shown = blocking(move || link.ask(ShowRequest { target })).await?;
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
pub async fn reveal_value(
    app: AppHandle,
    reveal: State<'_, Reveal>,
) -> Result<ShownValue, CommandFailure> {
    let (wanted, link) = (reveal.wanted.clone(), reveal.link.clone());
    let value = blocking(move || {
        // Listened to before the value comes, so that no lock is missed.
        reveal::end_with_the_lock(&link)?;
        let request = GetRequest {
            target: Target::Id(wanted.credential),
            field: wanted.field,
            version: None,
        };
        let mut answered = link.ask_with(request, &Segments::default())?;
        let value = answered.segments.take(answered.answer.value);
        let value = value.map_err(|_| Error::defect("the answer lacks the value"))?;
        // Exposed to be looked at.
        if std::str::from_utf8(value.expose()).is_err() {
            return Err(Error::invalid(Problem::ValueNotText));
        }
        reveal::end_in_time(&app)?;
        Ok(value)
    })
    .await?;
    Ok(ShownValue(value))
}

/// Ends the process that shows the value.
#[tauri::command]
pub fn reveal_leave(app: AppHandle) {
    app.exit(0);
}
