//! `window-host`: the window's commands without a WebView, for the contract test. Never shipped.
//!
//! Each line on standard input is a call, `{"command", "args", "prompt"?, "task"?, "dialogs"?}`;
//! its answer is a line `{"answer"}` or `{"failure"}`. Events of the window are lines `{"event"}`
//! in between. With `prompt`, the command is one of that prompt's window, and `task` is what the
//! window that opened the prompt sends it. Dialogs, pickers and prompts are answered in order by
//! `dialogs`; without an answer the person said no. With `ask`, each is a line `{"dialog"}`
//! instead, and the next line on standard input answers it.
//!
//! With the argument `--unbound`, a yes to a command holds for it from then on, whatever keys it
//! is given: the fault that the walk of a hostile page must find.

use std::collections::{BTreeSet, VecDeque};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyhaven_protocol::Error;
use keyhaven_window::agent_link::Link;
use keyhaven_window::app::preferences::{PreferenceStore, Theme};
use keyhaven_window::app::{
    AppState, Desktop, FirstLine, Question, VaultSummary, WindowEvent, agent_events,
};
use keyhaven_window::arguments::PromptKind;
use keyhaven_window::prompt::{Prompt, PromptTask};
use keyhaven_window::prompt_end::PromptEnd;
use keyhaven_window::reveal::Reveal;
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
    task: Value,
    #[serde(default)]
    dialogs: VecDeque<DialogAnswer>,
    #[serde(default)]
    ask: bool,
}

/// Where the answers of a person come from.
#[derive(Debug)]
enum Answers {
    /// The call has brought them.
    Known(VecDeque<DialogAnswer>),
    /// They are asked for one by one.
    Asked,
}

/// Answers in the place of a person.
#[derive(Debug)]
struct ScriptedDesktop {
    answers: Mutex<Answers>,
    /// With `--unbound`, the commands that were agreed to.
    agreed: Option<Mutex<BTreeSet<String>>>,
}

impl ScriptedDesktop {
    fn new(is_unbound: bool) -> Self {
        Self {
            answers: Mutex::new(Answers::Known(VecDeque::new())),
            agreed: is_unbound.then(Mutex::default),
        }
    }

    fn agreed(&self) -> Option<MutexGuard<'_, BTreeSet<String>>> {
        let agreed = self.agreed.as_ref()?;
        Some(agreed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn expect(&self, answers: Answers) {
        *self.answers() = answers;
    }

    fn next(&self, dialog: &Value) -> Option<DialogAnswer> {
        match &mut *self.answers() {
            Answers::Known(answers) => answers.pop_front(),
            Answers::Asked => {
                say(&json!({ "dialog": dialog }));
                serde_json::from_str(&read_line()?).ok()
            }
        }
    }

    fn unused(&self) -> usize {
        match &*self.answers() {
            Answers::Known(answers) => answers.len(),
            Answers::Asked => 0,
        }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next line of standard input, which nothing holds in between.
fn read_line() -> Option<String> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    read.is_ok_and(|bytes| bytes > 0).then_some(line)
}

impl Desktop for ScriptedDesktop {
    fn pick_file(&self, title: &str) -> Option<PathBuf> {
        match self.next(&json!({ "file": title })) {
            // As a dialog of the desktop gives it, here and below.
            Some(DialogAnswer::File(path)) => std::path::absolute(path).ok(),
            _ => None,
        }
    }

    fn pick_folder(&self, title: &str) -> Option<PathBuf> {
        match self.next(&json!({ "folder": title })) {
            Some(DialogAnswer::Folder(path)) => std::path::absolute(path).ok(),
            _ => None,
        }
    }

    fn confirm(&self, question: Question) -> bool {
        let Question {
            title,
            text,
            details,
            yes,
        } = question;
        let command = text.lines().next().unwrap_or_default().to_owned();
        if self
            .agreed()
            .is_some_and(|agreed| agreed.contains(&command))
        {
            return true;
        }
        let shown = json!({ "title": title, "text": text, "details": details, "yes": yes });
        let answer = self.next(&json!({ "confirm": shown }));
        let agrees = matches!(answer, Some(DialogAnswer::Confirm(true)));
        if let Some(mut agreed) = self.agreed().filter(|_| agrees && !details.is_empty()) {
            agreed.insert(command);
        }
        agrees
    }

    fn report(&self, text: String) {
        say(&json!({ "report": text }));
    }

    fn run_prompt(&self, kind: PromptKind, first: Option<FirstLine>) -> Result<PromptEnd, Error> {
        let task = first.and_then(|line| serde_json::from_slice::<Value>(line.bytes()).ok());
        let answer = self.next(&json!({ "prompt": format!("{kind:?}"), "task": task }));
        Ok(match answer {
            Some(DialogAnswer::Prompt(true)) => PromptEnd::Finished,
            _ => PromptEnd::Left,
        })
    }

    fn emit(&self, event: WindowEvent) {
        say(&json!({ "event": event.name(), "payload": event.payload() }));
    }

    fn end_prompt(&self) {}
    fn show_window(&self) {}
    fn renew_window(&self) {}
    fn close_window(&self) {}
    fn has_window(&self) -> bool {
        true
    }
    fn apply_preferences(&self) {}
    fn has_tray(&self) -> bool {
        false
    }
    fn show_summary(&self, _summary: VaultSummary) {}
    fn pin_profiles(&self, _names: Vec<String>) {}
    fn exit(&self) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let is_unbound = std::env::args().any(|argument| argument == "--unbound");
    let desktop = Arc::new(ScriptedDesktop::new(is_unbound));
    let store = Arc::new(PreferenceStore::open());
    let link = Link::from_environment();
    let state = Arc::new(AppState::new(desktop.clone(), store, link));
    agent_events::start(&state);
    let app = mock_builder()
        .invoke_handler(keyhaven_window::main_commands())
        .manage(state)
        .build(mock_context(tauri::test::noop_assets()))?;
    let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build()?;
    while let Some(line) = read_line() {
        let call: Call = serde_json::from_str(&line)?;
        desktop.expect(match call.ask {
            true => Answers::Asked,
            false => Answers::Known(call.dialogs),
        });
        let result = match call.prompt {
            None => invoke(&window, &call.command, call.args),
            Some(kind) => {
                let (_app, window) = prompt_window(kind, call.task)?;
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
    task: Value,
) -> Result<(App<MockRuntime>, WebviewWindow<MockRuntime>), Box<dyn std::error::Error>> {
    let builder = match kind {
        PromptKind::Reveal => mock_builder().invoke_handler(keyhaven_window::reveal_commands()),
        _ => mock_builder().invoke_handler(keyhaven_window::prompt_commands()),
    };
    let app = builder.build(mock_context(tauri::test::noop_assets()))?;
    let prompt = |task| Prompt::new(kind, task, Theme::System);
    match kind {
        PromptKind::Reveal => app.manage(Reveal::new(serde_json::from_value(task)?, Theme::System)),
        PromptKind::Configure => {
            app.manage(prompt(PromptTask::Settings(serde_json::from_value(task)?)))
        }
        PromptKind::Restore => {
            app.manage(prompt(PromptTask::Backup(serde_json::from_value(task)?)))
        }
        PromptKind::Salvage => {
            app.manage(prompt(PromptTask::Folder(serde_json::from_value(task)?)))
        }
        _ => app.manage(prompt(PromptTask::None)),
    };
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
