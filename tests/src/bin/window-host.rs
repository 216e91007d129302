//! `window-host`: the window's commands without a WebView, for the contract test. Never shipped.
//!
//! Each line on standard input is a call, `{"command", "args", "prompt"?, "dialogs"?}`; its
//! answer is a line `{"answer"}` or `{"failure"}`. Events of the window are lines `{"event"}`
//! in between. With `prompt`, the command is one of that prompt's window. Dialogs, pickers and
//! prompts are answered in order by `dialogs`; without an answer the person said no.

use std::collections::VecDeque;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use keyhaven_protocol::Error;
use keyhaven_window::agent_link::Link;
use keyhaven_window::app::preferences::{PreferenceStore, Theme};
use keyhaven_window::app::{
    AppState, Desktop, FirstLine, Question, VaultSummary, WindowEvent, agent_events,
};
use keyhaven_window::arguments::PromptKind;
use keyhaven_window::prompt::Prompt;
use serde::Deserialize;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context};
use tauri::webview::InvokeRequest;
use tauri::{App, Manager as _, WebviewWindow, WebviewWindowBuilder};

/// A person's answer to one dialog.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DialogAnswer {
    File(PathBuf),
    Folder(PathBuf),
    Confirm(bool),
    Prompt(bool),
}

#[derive(Debug, Deserialize)]
struct Call {
    command: String,
    #[serde(default)]
    args: Value,
    prompt: Option<PromptKind>,
    #[serde(default)]
    dialogs: VecDeque<DialogAnswer>,
}

/// Answers in the place of a person.
#[derive(Debug, Default)]
struct ScriptedDesktop(Mutex<VecDeque<DialogAnswer>>);

impl ScriptedDesktop {
    fn expect(&self, answers: VecDeque<DialogAnswer>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answers;
    }

    fn next(&self) -> Option<DialogAnswer> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.pop_front()
    }

    fn unused(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Desktop for ScriptedDesktop {
    fn pick_file(&self, _title: &str) -> Option<PathBuf> {
        match self.next() {
            Some(DialogAnswer::File(path)) => Some(path),
            _ => None,
        }
    }

    fn pick_folder(&self, _title: &str) -> Option<PathBuf> {
        match self.next() {
            Some(DialogAnswer::Folder(path)) => Some(path),
            _ => None,
        }
    }

    fn confirm(&self, _question: Question) -> bool {
        matches!(self.next(), Some(DialogAnswer::Confirm(true)))
    }

    fn report(&self, text: String) {
        say(&json!({ "report": text }));
    }

    fn run_prompt(&self, _kind: PromptKind, _first: Option<FirstLine>) -> Result<bool, Error> {
        Ok(matches!(self.next(), Some(DialogAnswer::Prompt(true))))
    }

    fn emit(&self, event: WindowEvent) {
        say(&json!({ "event": event.name(), "payload": event.payload() }));
    }

    fn end_prompt(&self) {}
    fn show_window(&self) {}
    fn renew_window(&self) {}
    fn has_window(&self) -> bool {
        true
    }
    fn apply_theme(&self) {}
    fn has_tray(&self) -> bool {
        false
    }
    fn show_summary(&self, _summary: VaultSummary) {}
    fn pin_profiles(&self, _names: Vec<String>) {}
    fn exit(&self) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desktop = Arc::new(ScriptedDesktop::default());
    let store = Arc::new(PreferenceStore::open());
    let link = Link::from_environment();
    let state = Arc::new(AppState::new(desktop.clone(), store, link, None));
    agent_events::start(&state);
    let app = mock_builder()
        .invoke_handler(keyhaven_window::main_commands())
        .manage(state)
        .build(mock_context(tauri::test::noop_assets()))?;
    let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build()?;
    for line in std::io::stdin().lock().lines() {
        let call: Call = serde_json::from_str(&line?)?;
        desktop.expect(call.dialogs);
        let result = match call.prompt {
            None => invoke(&window, &call.command, call.args),
            Some(kind) => {
                let (_app, window) = prompt_window(kind)?;
                invoke(&window, &call.command, call.args)
            }
        };
        let unused = desktop.unused();
        say(&match result {
            _ if unused > 0 => json!({ "failure": format!("{unused} dialogs did not come") }),
            Ok(answer) => json!({ "answer": answer }),
            Err(failure) => json!({ "failure": failure }),
        });
    }
    Ok(())
}

fn prompt_window(
    kind: PromptKind,
) -> tauri::Result<(App<MockRuntime>, WebviewWindow<MockRuntime>)> {
    let app = mock_builder()
        .invoke_handler(keyhaven_window::prompt_commands())
        .build(mock_context(tauri::test::noop_assets()))?;
    app.manage(Prompt::new(kind, None, None, Theme::System));
    let window = WebviewWindowBuilder::new(&app, "prompt", Default::default()).build()?;
    Ok((app, window))
}

fn invoke(window: &WebviewWindow<MockRuntime>, command: &str, args: Value) -> Result<Value, Value> {
    let url = "tauri://localhost"
        .parse()
        .map_err(|_| json!("the address of the page"))?;
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url,
        body: InvokeBody::Json(args),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.into(),
    };
    let body = get_ipc_response(window, request)?;
    body.deserialize().map_err(|error| json!(error.to_string()))
}

fn say(line: &Value) {
    // A test that does not read any more needs no further line.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
