//! The agent's answer to a prompt, which waits for it only for [`BUDGET`].

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_client::{Client, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{Choice, LaunchPurpose, LaunchSource, Overrides, ResolveRequest};
use keyhaven_protocol::view::{Claimed, LaunchView};
use keyhaven_runner::InjectedVariable;

use crate::commands::launch::variables;
use crate::error::Failure;
use crate::session::Context;
use crate::texts;

/// How long a prompt waits for the agent: with the start of the process it stays below 20 ms.
pub(super) const BUDGET: Duration = Duration::from_millis(15);

/// Why the agent gave no answer.
pub(super) enum NoAnswer {
    /// It said so.
    Refused(Error),
    /// It is not known which agent.
    Nowhere(Failure),
    /// It took too long.
    Late,
}

impl NoAnswer {
    pub(super) fn words(&self) -> String {
        match self {
            Self::Refused(error) => worded(error),
            Self::Nowhere(failure) => failure.message(),
            Self::Late => {
                let budget = BUDGET.as_millis();
                format!(
                    "the agent has not answered within {budget} ms; the next prompt tries again"
                )
            }
        }
    }
}

/// The agent's answer, if it comes in time for the prompt.
pub(super) fn in_time<T: Send + 'static>(
    context: &Context,
    ask: impl FnOnce(&VaultPaths) -> Result<T, Error> + Send + 'static,
) -> Result<T, NoAnswer> {
    let vault = context.vault().map_err(NoAnswer::Nowhere)?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody may wait any more.
        let _ = sender.send(ask(&vault));
    });
    match receiver.recv_timeout(BUDGET) {
        Ok(answer) => answer.map_err(NoAnswer::Refused),
        Err(_) => Err(NoAnswer::Late),
    }
}

pub(super) fn worded(error: &Error) -> String {
    let hint = texts::hint(error).map(|hint| format!(" ({hint})"));
    format!("{}{}", texts::message(error), hint.unwrap_or_default())
}

/// The agent, if it runs and the vault is open.
pub(super) fn connect(vault: &VaultPaths) -> Result<Client, Error> {
    Client::connect(vault, &session_from_environment())?
        .filter(|client| !client.agent().locked)
        .ok_or(Error::Locked)
}

pub(super) fn ask(
    vault: &VaultPaths,
    found: FoundProjectFile,
) -> Result<(LaunchView, Vec<InjectedVariable>), Error> {
    let mut client = connect(vault)?;
    keyhaven_secret::process::deny_dumps()
        .map_err(|_| Error::defect("hardening of kh against core dumps"))?;
    let directory = std::env::current_dir().ok();
    let request = ResolveRequest {
        source: LaunchSource::ProjectFile {
            path: found.path_text(),
            content: found.content,
            environment: None,
        },
        choice: Choice::default(),
        overrides: Overrides::default(),
        files: Vec::new(),
        purpose: LaunchPurpose::Hook,
        claimed: Claimed {
            directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
            ..Claimed::default()
        },
    };
    let mut answered = client.ask_with(request, &Default::default())?;
    let mut view = answered.answer;
    let injected = variables(&mut view, &mut answered.segments);
    let injected = injected.ok_or_else(|| Error::defect("the answer to a hook"))?;
    Ok((view, injected))
}
