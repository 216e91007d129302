//! `keyhaven`, the desktop window; `keyhaven --prompt KIND` is the same program as a short
//! process of its own for everything in which a secret is typed or shown.
//!
//! The main process never sees a password or a stored value: no request that brings one is
//! open to its [`agent_link::MainSide`], and no command returns one.

mod agent_link;
mod appearance;
mod arguments;
mod commands;
mod dialogs;
mod failure;
mod guard;
mod imports;
mod instance;
mod launch;
mod order;
mod preferences;
mod prompt;
mod prompts;
mod reveal;
mod shell;
mod surface;
mod sync;
mod tray;
mod typed;
mod watcher;
mod window;
mod words;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use tauri::{App, AppHandle, Manager as _, RunEvent, WindowEvent};
use uuid::Uuid;

use crate::agent_link::Link;
use crate::arguments::Start;
use crate::instance::{Instance, Listener};
use crate::shell::Shell;

/// What was typed in a window is wiped when it is freed.
#[global_allocator]
static ALLOCATOR: keyhaven_secret::memory::WipingAllocator =
    keyhaven_secret::memory::WipingAllocator;

/// Wrong usage, as in every program of ours.
const USAGE: u8 = 2;
/// No display, or a toolkit that does not work.
const NO_WINDOW: u8 = 1;

fn main() -> ExitCode {
    match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Start::Window { open }) => run_window(open),
        Ok(Start::Prompt {
            kind: arguments::Kind::Reveal,
            over,
        }) => reveal::run(over),
        Ok(Start::Prompt { kind, over }) => prompt::run(kind, over),
        Ok(Start::Version) => {
            // A closed output is no reason to fail.
            let _ = writeln!(std::io::stdout(), "keyhaven {}", keyhaven_protocol::VERSION);
            ExitCode::SUCCESS
        }
        Err(problem) => complain(&problem, USAGE),
    }
}

fn complain(problem: &str, status: u8) -> ExitCode {
    // A closed output is no reason to fail in another way.
    let _ = writeln!(std::io::stderr(), "error: {problem}");
    ExitCode::from(status)
}

fn run_window(open: Option<Uuid>) -> ExitCode {
    let link = Link::from_environment();
    let instance = match link.place() {
        Ok(place) => instance::claim(place, open),
        Err(_) => Instance::First(None),
    };
    let Instance::First(listener) = instance else {
        return ExitCode::SUCCESS;
    };
    let built = tauri::Builder::default()
        .invoke_handler(surface::main_handler!())
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
    open: Option<Uuid>,
    listener: Option<Listener>,
) {
    let shell = Arc::new(Shell::new(app.handle().clone(), link, open));
    app.manage(shell.clone());
    // The agent starts while the window does.
    watcher::start(&shell);
    window::follow_system(&shell);
    shell.show(None);
    tray::start(&shell);
    if let Some(listener) = listener {
        let serving = shell.clone();
        // Without the thread a second start finds nobody, and says so after its patience.
        let _ = std::thread::Builder::new()
            .name("instance".into())
            .spawn(move || listener.serve(|wish| serving.show(wish)));
    }
}

fn handle(app: &AppHandle, event: RunEvent) {
    let shell = || app.state::<Arc<Shell>>().inner().clone();
    match event {
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::Destroyed,
            ..
        } if label == window::LABEL => {
            window::destroyed(&shell());
        }
        // The last window is gone; the process stays where a person can reach it, and as
        // long as it reads what its children write.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            let shell = shell();
            let stays = shell.tray.is_shown() || shell.launches.any_runs();
            if stays || window::is_renewing(&shell) {
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
        assert_eq!(main, expected(surface::MAIN, &events));
        let prompt = allowed(include_str!("../capabilities/prompt.json"));
        assert_eq!(prompt, expected(surface::PROMPT, &[]));
        let reveal = allowed(include_str!("../capabilities/reveal.json"));
        assert_eq!(reveal, expected(surface::REVEAL, &[]));
        // No command belongs to two windows.
        let all = [surface::MAIN, surface::PROMPT, surface::REVEAL].concat();
        assert_eq!(all, surface::COMMANDS);
        assert_eq!(BTreeSet::from_iter(&all).len(), all.len());
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
