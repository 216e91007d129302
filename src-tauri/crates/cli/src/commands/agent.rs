//! `agent status`, `agent stop`, `agent restart`, `agent install`, `agent uninstall`; the log
//! has a separate module.

mod log;

use std::path::Path;

use clap::{Args, Subcommand};
use keyhaven_client::spawn::agent_program;
use keyhaven_client::{Client, agent_process, autostart, private_file, session_from_environment};
use serde::Serialize;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;

/// Show, stop, restart or install the agent, or print its log
///
/// Example:
///   kh agent restart
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AgentArgs {
    #[command(subcommand)]
    action: Option<AgentAction>,
}

#[derive(Debug, Subcommand)]
enum AgentAction {
    /// Show whether the agent runs
    ///
    /// Example:
    ///   kh agent status --json
    #[command(verbatim_doc_comment)]
    Status,
    /// Lock the vault and stop the agent
    ///
    /// Removes the files that programs got from it (kh help files).
    ///
    /// Example:
    ///   kh agent stop
    #[command(verbatim_doc_comment)]
    Stop,
    /// Restart the agent. The vault is locked afterwards
    ///
    /// Example:
    ///   kh agent restart
    #[command(verbatim_doc_comment)]
    Restart,
    /// Print the log of the agent: times, events and codes, never names
    ///
    /// Example:
    ///   kh agent log --follow
    #[command(verbatim_doc_comment)]
    Log {
        /// Follow the log
        #[arg(long)]
        follow: bool,
    },
    /// Start the agent at login
    ///
    /// Example:
    ///   kh agent install
    #[command(verbatim_doc_comment)]
    Install,
    /// Stop starting the agent at login
    ///
    /// Example:
    ///   kh agent uninstall
    #[command(verbatim_doc_comment)]
    Uninstall,
}

#[derive(Serialize)]
struct AgentDocument {
    running: bool,
    pid: Option<u32>,
    socket: String,
    locked: bool,
    version: Option<String>,
}

/// `kh agent`
pub fn agent(context: &Context, arguments: AgentArgs) -> Result<(), Failure> {
    match arguments.action.unwrap_or(AgentAction::Status) {
        AgentAction::Status => status(context),
        AgentAction::Stop => {
            let sentence = if end(context)? {
                "The vault is locked and the agent has stopped."
            } else {
                "No agent was running."
            };
            context.printer.done(sentence)?;
            document_if_json(context)
        }
        AgentAction::Restart => {
            end(context)?;
            context.agent_of_any_folder()?;
            context
                .printer
                .done("A new agent is running; the vault is locked.")?;
            document_if_json(context)
        }
        AgentAction::Log { follow } => log::log(context, follow),
        AgentAction::Install => install(context),
        AgentAction::Uninstall => uninstall(context),
    }
}

/// Where the start at login is written down, if it is.
#[derive(Serialize)]
struct Installed {
    installed: Option<String>,
}

/// As a unit where the user's systemd manager answers, else for the desktop.
fn install(context: &Context) -> Result<(), Failure> {
    let place = context.vault()?;
    let agent = agent_program()?;
    let by_manager = autostart::manager_answers();
    let (path, text) = if by_manager {
        (
            autostart::unit_path(&place)?,
            autostart::unit(&place, &agent),
        )
    } else {
        let path = autostart::autostart_path(&place)?;
        (path, autostart::desktop_entry(&place, &agent))
    };
    write(&path, &text).map_err(|error| Failure::io(path.display(), &error))?;
    let name = autostart::unit_name(&place);
    if by_manager
        && !(autostart::systemctl(&["daemon-reload"]) && autostart::systemctl(&["enable", &name]))
    {
        return Err(CliProblem::UnitRefused {
            path: path.display().to_string(),
        }
        .into());
    }
    told(context, Some(&path), "The agent starts at login")
}

fn uninstall(context: &Context) -> Result<(), Failure> {
    let place = context.vault()?;
    let unit = autostart::unit_path(&place)?;
    if unit.exists() && autostart::manager_answers() {
        // The links it made go with it; without the unit they would lead nowhere.
        let _ = autostart::systemctl(&["disable", &autostart::unit_name(&place)]);
    }
    for path in [unit, autostart::autostart_path(&place)?] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::io(path.display(), &error));
            }
            _ => {}
        }
    }
    if autostart::manager_answers() {
        let _ = autostart::systemctl(&["daemon-reload"]);
    }
    told(
        context,
        None,
        "The agent no longer starts at login; a running agent keeps running",
    )
}

fn told(context: &Context, path: Option<&Path>, sentence: &str) -> Result<(), Failure> {
    let installed = path.map(|path| path.display().to_string());
    if context.printer.json {
        return context.printer.document(&Installed { installed });
    }
    let place = installed.map_or(String::new(), |path| format!(": {path}"));
    context.printer.done(&format!("{sentence}{place}."))
}

/// Writes the file that starts the agent at login; its folder may not exist yet.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    private_file::write(path, text.as_bytes())
}

fn status(context: &Context) -> Result<(), Failure> {
    let document = document(context)?;
    if context.printer.json {
        return context.printer.document(&document);
    }
    let text = match (document.pid, &document.version) {
        (Some(pid), Some(version)) => format!(
            "Agent   pid {pid}, version {version}\nSocket  {}\nVault   {}\n",
            document.socket,
            if document.locked {
                "locked"
            } else {
                "unlocked"
            }
        ),
        _ => format!("Agent   not running\nSocket  {}\n", document.socket),
    };
    context.printer.text(&text)
}

fn document_if_json(context: &Context) -> Result<(), Failure> {
    if !context.printer.json {
        return Ok(());
    }
    context.printer.document(&document(context)?)
}

fn document(context: &Context) -> Result<AgentDocument, Failure> {
    let place = context.vault()?;
    let client = context.running()?;
    // It may have been found by the vault, elsewhere than this environment says.
    let socket = client.as_ref().map_or(&*place.socket, Client::socket);
    let socket = socket.display().to_string();
    let agent = client.map(|client| client.agent().clone());
    Ok(AgentDocument {
        running: agent.is_some(),
        pid: agent.as_ref().map(|agent| agent.pid),
        socket,
        locked: agent.as_ref().is_none_or(|agent| agent.locked),
        version: agent.map(|agent| agent.version),
    })
}

/// Ends the agent and waits until it is gone; false when none was running.
fn end(context: &Context) -> Result<bool, Failure> {
    let place = context.vault()?;
    Ok(agent_process::stop(&place, &session_from_environment())?)
}
