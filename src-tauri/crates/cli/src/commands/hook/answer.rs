//! The agent's answer to a step, which waits for it for a limited time.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_client::{Client, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{
    ExecRoom, LaunchPurpose, LaunchSource, ResolveRequest, StartFailedRequest,
};
use keyhaven_protocol::settings::Settings;
use keyhaven_protocol::view::Claimed;

use super::HookShell;
use super::loaded::LoadedVariables;
use super::state::HookState;
use crate::commands::launch::{AskedLaunch, variables};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::session::Context;
use crate::texts;

/// How long the shell waits where nothing may have changed: with the start of the process a
/// prompt stays below 20 ms. What comes later is not missed.
pub(super) const UNCHANGED: Duration = Duration::from_millis(15);
/// The same where the agent did not answer the last time.
pub(super) const AGAIN: Duration = Duration::from_millis(300);
/// After this time the wait for a folder's variables is noted.
const NOTED: Duration = Duration::from_millis(300);

/// How long the shell waits for an answer.
#[derive(Clone, Copy)]
pub(super) enum WaitLimit {
    /// So long.
    Fixed(Duration),
    /// As the settings say for entering a folder.
    Setting,
}

impl WaitLimit {
    /// `seconds` is the setting, as far as the agent has told it.
    fn time(self, seconds: Option<u32>) -> Duration {
        match self {
            Self::Fixed(time) => time,
            Self::Setting => {
                let seconds = seconds.unwrap_or_else(|| Settings::default().hook_wait_seconds);
                Duration::from_secs(seconds.into())
            }
        }
    }
}

/// Why the agent gave no answer.
pub(super) enum NoAnswer {
    /// It said so.
    Refused(Error),
    /// It is not known which agent.
    Nowhere(Failure),
    /// It took longer than this.
    Late(Duration),
}

impl NoAnswer {
    /// Why, with what helps about it; the source is what was asked for.
    pub(super) fn reason(self, source: &LaunchSource) -> String {
        let failure = match self {
            Self::Refused(error) => {
                let asked = AskedLaunch {
                    purpose: LaunchPurpose::Hook,
                    source,
                    template: None,
                };
                asked.explained(error)
            }
            Self::Nowhere(failure) => failure,
            Self::Late(limit) => {
                let milliseconds = limit.as_millis() as u64;
                return CliNotice::HookLate { milliseconds }.text();
            }
        };
        texts::within(failure.in_hook())
    }
}

/// What comes of asking the agent, while the shell waits.
enum AnswerStage<T> {
    /// It has greeted, with the setting.
    Greeted(Option<u32>),
    /// Its answer.
    Answered(Result<T, Error>),
}

/// Tells the waiting shell that the agent has greeted.
pub(super) type Greeted<'a> = &'a dyn Fn(&Client);

/// The agent's answer, if it comes in time. A long wait is noted. `seconds` is the setting, as the
/// agent told it last: it does so before it looks into the vault.
pub(super) fn in_time<T: Send + 'static>(
    context: &Context,
    limit: WaitLimit,
    seconds: &mut Option<u32>,
    ask: impl FnOnce(&VaultPaths, Greeted) -> Result<T, Error> + Send + 'static,
) -> Result<T, NoAnswer> {
    let vault = context.vault().map_err(NoAnswer::Nowhere)?;
    let (sender, receiver) = mpsc::channel();
    let begun = Instant::now();
    thread::spawn(move || {
        // Nobody may wait any more.
        let greeted = |client: &Client| {
            let _ = sender.send(AnswerStage::Greeted(client.agent().hook_wait_seconds));
        };
        let _ = sender.send(AnswerStage::Answered(ask(&vault, &greeted)));
    });
    let mut noted = false;
    loop {
        let time = limit.time(*seconds);
        let until = if noted { time } else { time.min(NOTED) };
        match receiver.recv_timeout(until.saturating_sub(begun.elapsed())) {
            Ok(AnswerStage::Greeted(told)) => *seconds = told.or(*seconds),
            Ok(AnswerStage::Answered(answer)) => return answer.map_err(NoAnswer::Refused),
            Err(_) if until == time => return Err(NoAnswer::Late(time)),
            Err(_) => {
                context.printer.note(&CliNotice::HookWaits);
                noted = true;
            }
        }
    }
}

/// A project file as the source of a launch.
pub(super) fn source(found: FoundProjectFile) -> LaunchSource {
    LaunchSource::ProjectFile {
        path: found.path_text(),
        content: found.content,
        environment: None,
    }
}

/// The agent, if it runs and the vault is open.
pub(super) fn connect(vault: &VaultPaths, greeted: Greeted) -> Result<Client, Error> {
    let client = Client::connect(vault, &session_from_environment())?.ok_or(Error::Locked)?;
    greeted(&client);
    match client.agent().locked {
        true => Err(Error::Locked),
        false => Ok(client),
    }
}

/// What a step asks the agent for.
pub(super) struct HookQuestion {
    pub(super) shell: HookShell,
    pub(super) source: LaunchSource,
    /// What the system leaves for the variables.
    pub(super) room: Option<ExecRoom>,
    /// What the shell knows besides what is loaded.
    pub(super) state: HookState,
}

/// The variables of a file. What the shell cannot take is reported as not started: it counts as
/// no use.
pub(super) fn ask(
    vault: &VaultPaths,
    greeted: Greeted,
    question: HookQuestion,
) -> Result<Result<LoadedVariables, CliNotice>, Error> {
    let mut client = connect(vault, greeted)?;
    keyhaven_secret::process::deny_dumps()
        .map_err(|_| Error::defect("hardening of kh against core dumps"))?;
    let directory = std::env::current_dir().ok();
    let source = question.source;
    let claimed = Claimed {
        directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
        ..Claimed::default()
    };
    let request = ResolveRequest {
        claimed,
        room: question.room,
        ..ResolveRequest::new(source, LaunchPurpose::Hook)
    };
    let mut answered = client.ask_with(request, &Segments::default())?;
    let mut view = answered.answer;
    let release = view.release;
    let injected = variables(&mut view, &mut answered.segments);
    let injected = injected.ok_or_else(|| Error::defect("the answer to a hook"))?;
    let loaded = LoadedVariables::new(question.shell, view, injected, question.state);
    if loaded.is_err() {
        // Why nothing is loaded matters more.
        let _ = client.ask(StartFailedRequest { release });
    }
    Ok(loaded)
}
