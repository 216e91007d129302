//! `keyhaven`, the desktop window; `keyhaven --prompt KIND` is the same program as a short
//! separate process for everything in which a secret is typed or shown.
//!
//! The main process never sees a password or a stored value: no request that brings one is
//! open to its [`agent_link::MainSide`], and no command returns one.

pub mod agent_link;
pub mod app;
pub mod arguments;
#[cfg(test)]
mod bindings;
mod command_list;
mod commands;
mod failure;
mod imports;
mod launch;
mod lock;
mod native;
pub mod prompt;
pub mod prompt_end;
pub mod reveal;
mod secret_input;
mod secured;
mod session_bus;
mod shown_secret;
mod strings;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use tauri::ipc::Invoke;
use tauri::{App, AppHandle, Manager as _, RunEvent, Runtime, WindowEvent};

use crate::agent_link::Link;
use crate::app::instance::{self, Instance, Listener};
use crate::app::preferences::PreferenceStore;
use crate::app::window::MainWindow;
use crate::app::{AppState, NativeDesktop, agent_events, window};
use crate::arguments::{StartMode, ToShow};
use crate::native::toolkit;

/// Wrong usage, as in every program of ours.
const USAGE: u8 = 2;
/// No display, or a toolkit that does not work.
pub(crate) const NO_WINDOW: u8 = 1;

/// Runs the process that the arguments ask for, to its end.
pub fn run() -> ExitCode {
    if let Err(error) = session_bus::check() {
        return complain(
            &format!("the window could not be started: {error}"),
            NO_WINDOW,
        );
    }
    match arguments::parse(std::env::args_os().skip(1)) {
        Ok(StartMode::Window { open }) => run_window(open),
        Ok(StartMode::Prompt {
            kind: arguments::PromptKind::Reveal,
            over,
        }) => reveal::run(over),
        Ok(StartMode::Prompt { kind, over }) => prompt::run(kind, over),
        Ok(StartMode::Version) => {
            // A closed output is no reason to fail.
            let _ = writeln!(std::io::stdout(), "keyhaven {}", keyhaven_protocol::VERSION);
            ExitCode::SUCCESS
        }
        Err(problem) => complain(&problem, USAGE),
    }
}

/// The commands of the main window, for any runtime: a test calls them without a WebView.
pub fn main_commands<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    command_list::main_handler!()
}

/// The commands of a prompt's window, for any runtime.
pub fn prompt_commands<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    command_list::prompt_handler!()
}

/// The commands of the window that shows a value, for any runtime.
pub fn reveal_commands<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    command_list::reveal_handler!()
}

fn complain(problem: &str, status: u8) -> ExitCode {
    // A closed output is no reason to fail in another way.
    let _ = writeln!(std::io::stderr(), "error: {problem}");
    ExitCode::from(status)
}

fn run_window(open: Option<ToShow>) -> ExitCode {
    let link = Link::from_environment();
    let instance = match link.place() {
        Ok(place) => instance::claim(place, open),
        Err(_) => Instance::First(None),
    };
    let Instance::First(listener) = instance else {
        return ExitCode::SUCCESS;
    };
    if let Err(none) = toolkit::open(NO_WINDOW) {
        return none.complain(NO_WINDOW);
    }
    let built = tauri::Builder::default()
        .invoke_handler(main_commands())
        .setup(move |app| {
            set_up(app, link, open, listener);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(handle)).unwrap_or(NO_WINDOW)),
        Err(error) => complain(
            &format!("the window could not be opened: {error}"),
            NO_WINDOW,
        ),
    }
}

fn set_up(
    app: &App,
    link: Link<agent_link::MainSide>,
    open: Option<ToShow>,
    listener: Option<Listener>,
) {
    let handle = app.handle().clone();
    let store = Arc::new(PreferenceStore::open());
    let window = MainWindow::new(handle.clone(), store.clone(), link.place().ok());
    let window = Arc::new(window);
    app.manage(window.clone());
    let desktop = Arc::new(NativeDesktop::new(handle, window.clone()));
    let state = Arc::new(AppState::new(desktop.clone(), store, link));
    app.manage(state.clone());
    // The agent starts while the window does.
    agent_events::start(&state);
    window.follow_system();
    state.show(open);
    desktop.start_tray(&state);
    if let Some(listener) = listener {
        let serving = state.clone();
        // Without the thread a second start finds nobody, and says so after its patience.
        let _ = std::thread::Builder::new()
            .name("instance".into())
            .spawn(move || listener.serve(|to_show| serving.show(to_show)));
    }
}

fn handle(app: &AppHandle, event: RunEvent) {
    // Not before it is asked for: the first events come before the window is managed.
    let window = || app.state::<Arc<MainWindow>>().inner().clone();
    match event {
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::Destroyed,
            ..
        } if label == window::LABEL => {
            window().destroyed();
        }
        RunEvent::WindowEvent { label, event, .. } if label == window::LABEL => match event {
            WindowEvent::CloseRequested { api, .. } => {
                let state = app.state::<Arc<AppState>>();
                if state.unsaved.is_some() {
                    api.prevent_close();
                    state.ask_to_close();
                } else {
                    window().closing();
                }
            }
            WindowEvent::Focused(true) => window().focused(),
            _ => {}
        },
        // The last window is gone; the process stays where a person can reach it, and as
        // long as it reads what its children write.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            let state = app.state::<Arc<AppState>>();
            let stays = state.desktop.has_tray() || state.launches.any_runs();
            if stays || window().is_renewing() {
                api.prevent_exit();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn allowed(file: &str) -> BTreeSet<String> {
        let json: serde_json::Value = serde_json::from_str(file).unwrap();
        assert_eq!(json["local"], true);
        assert!(json.get("remote").is_none());
        json["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p.as_str().unwrap().into())
            .collect()
    }

    fn expected(commands: &[&str], further: &[&str]) -> BTreeSet<String> {
        let own = commands
            .iter()
            .map(|command| format!("allow-{}", command.replace('_', "-")));
        own.chain(further.iter().map(ToString::to_string)).collect()
    }

    #[test]
    fn each_window_is_allowed_exactly_its_commands() {
        let main = allowed(include_str!("../capabilities/main.json"));
        let events = ["core:event:allow-listen", "core:event:allow-unlisten"];
        assert_eq!(main, expected(command_list::MAIN, &events));
        let prompt = allowed(include_str!("../capabilities/prompt.json"));
        assert_eq!(prompt, expected(command_list::PROMPT, &[]));
        let reveal = allowed(include_str!("../capabilities/reveal.json"));
        assert_eq!(reveal, expected(command_list::REVEAL, &[]));
        // No command belongs to two windows.
        let all = [
            command_list::MAIN,
            command_list::PROMPT,
            command_list::REVEAL,
        ]
        .concat();
        assert_eq!(all, command_list::COMMANDS);
        assert_eq!(BTreeSet::from_iter(&all).len(), all.len());
    }

    /// Commands without a scenario that the page's fake is compared with, and why.
    const WITHOUT_SCENARIO: [(&str, &str); 2] = [
        (
            "prompt_cancel",
            "ends its process, which a window in tests has not",
        ),
        (
            "reveal_leave",
            "ends its process, which a window in tests has not",
        ),
    ];

    #[test]
    fn every_command_has_a_scenario_of_the_contract() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/tests/contract");
        let mut found = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let scenarios: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
            for step in scenarios
                .iter()
                .flat_map(|one| one["steps"].as_array().unwrap())
            {
                found.insert(step["command"].as_str().unwrap().to_owned());
            }
        }
        let without = WITHOUT_SCENARIO.map(|(command, _)| command.to_owned());
        let covered: BTreeSet<_> = found.iter().cloned().chain(without.clone()).collect();
        let all = command_list::COMMANDS.iter().map(ToString::to_string);
        assert_eq!(covered, all.collect());
        assert!(without.iter().all(|command| !found.contains(command)));
    }

    #[test]
    fn the_configuration_opens_nothing() {
        let json: serde_json::Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        let (app, security) = (&json["app"], &json["app"]["security"]);
        assert_eq!(app["withGlobalTauri"], false);
        assert_eq!(
            security["capabilities"],
            serde_json::json!(["main", "prompt", "reveal"])
        );
        assert!(json["build"].get("devUrl").is_none());
        let policy = security["csp"].as_object().unwrap();
        assert_eq!(policy["default-src"], "'none'");
        for (directive, sources) in policy {
            let sources = sources.as_str().unwrap();
            assert!(
                ["'none'", "'self'", "ipc:"].contains(&sources),
                "{directive} allows {sources}"
            );
        }
    }
}
