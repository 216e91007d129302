//! Supervising a program: masking its output, or restarting it when one of its keys changes.
//!
//! Watching continues after the agent stops: the log of the next agent knows what the previous
//! one released.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use clap::ValueEnum;
use keyhaven_client::{Client, Events};
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::problem::system_text;
use keyhaven_protocol::request::IsOutdatedRequest;
use keyhaven_runner::mask::Masks;
use keyhaven_runner::{
    ChildCommand, ChildEnvironment, ChildOutcome, InjectedVariable, RestartTrigger, StartError,
    Supervisor,
};
use keyhaven_secret::SecretBytes;
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::process::Signal;

use super::resolve::ResolvedLaunch;
use crate::error::Failure;
use crate::session::Context;

/// What asks a command to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WatchSignal {
    Term,
    Hup,
    Int,
    Quit,
    Usr1,
    Usr2,
    Kill,
}

/// What a program is supervised for.
pub struct Supervision {
    /// To mask its output.
    pub mask: bool,
    /// To be notified of changed keys.
    pub events: Option<Events>,
    /// How to stop the program then.
    pub signal: WatchSignal,
}

/// The events of the vault from now on.
pub fn events(context: &Context) -> Result<Events, Failure> {
    Ok(context.unlocked()?.subscribe()?)
}

/// Supervises a program only to mask its output. Returns only if it was not started.
pub fn mask_output(
    context: &Context,
    launch: ResolvedLaunch,
    command: (&OsStr, &[OsString]),
    inherited: impl Iterator<Item = (OsString, OsString)>,
    injected: Vec<InjectedVariable>,
) -> Failure {
    let supervision = Supervision {
        mask: true,
        events: None,
        signal: WatchSignal::Term,
    };
    let ended = supervision.stay(context, &mut None, launch, command, inherited, injected);
    // Nothing is watched, so nothing is restarted.
    ended
        .err()
        .unwrap_or_else(|| Failure::defect("a shell that should have been replaced"))
}

impl Supervision {
    /// Whether there is a reason to supervise.
    pub fn is_wanted(&self) -> bool {
        self.mask || self.events.is_some()
    }

    /// Starts the program and stays until it has ended; ends as it did. Comes back where it is
    /// to be restarted, or if nothing was started, which is logged as well.
    pub fn stay(
        self,
        context: &Context,
        parent: &mut Option<Supervisor>,
        mut launch: ResolvedLaunch,
        (program, arguments): (&OsStr, &[OsString]),
        inherited: impl Iterator<Item = (OsString, OsString)>,
        injected: Vec<InjectedVariable>,
    ) -> Result<(), Failure> {
        let masks = self.mask.then(|| masks(context, &launch, &injected));
        let released = IsOutdatedRequest {
            release: launch.view.release,
            released_at: launch.view.released_at,
            file: None,
        };
        let mut watching = self.events.map(|events| KeyWatch {
            context,
            client: &mut launch.client,
            source: ChangeSource::Agent(events),
            released,
            signal: self.signal,
        });
        let environment = ChildEnvironment::new(inherited, injected);
        let started = environment.map_err(|error| StartError::Exec(error.into()));
        let ended = started.and_then(|environment| {
            let parent = match parent {
                Some(parent) => &*parent,
                None => parent.insert(Supervisor::new()?),
            };
            let program = ChildCommand {
                program,
                arguments,
                environment: &environment,
            };
            let watch = watching
                .as_mut()
                .map(|watching| watching as &mut dyn RestartTrigger);
            match parent.run(&program, masks.as_ref(), watch)? {
                ChildOutcome::Itself(status) => parent.end_as(status),
                ChildOutcome::Replaced => Ok(()),
            }
        });
        ended.map_err(|error| {
            launch.never_started();
            match error {
                StartError::Exec(error) => launch.not_started(&error),
                StartError::System(error) => Failure::failed(
                    format!(
                        "the command cannot be started as a child of kh: {}",
                        system_text(&error)
                    ),
                    "without --mask and --watch, the command replaces kh",
                ),
            }
        })
    }
}

/// What is to be masked; says what is too short for it.
fn masks(context: &Context, launch: &ResolvedLaunch, injected: &[InjectedVariable]) -> Masks {
    let is_secret = |variable: &&InjectedVariable| !launch.not_secret.contains(&variable.name);
    let secrets = || injected.iter().filter(is_secret);
    for short in secrets().filter(|variable| is_too_short(&variable.value)) {
        let name = &short.name;
        context
            .printer
            .warn(&format!("{name} is too short to be masked"));
    }
    // They have no names: the text around them, or the path to a file, has one.
    if launch.parts.iter().any(is_too_short) {
        context
            .printer
            .warn("a value in a file or in a text is too short to be masked");
    }
    let whole = secrets().map(|variable| &variable.value);
    let all = whole.chain(&launch.parts).map(SecretBytes::duplicate);
    Masks::new(all.collect())
}

fn is_too_short(value: &SecretBytes) -> bool {
    // Exposed to be measured: what is empty hides nothing.
    !value.expose().is_empty() && !Masks::takes(value)
}

/// Waits for changes, and asks whether one of them is of a released key.
struct KeyWatch<'c> {
    context: &'c Context,
    client: &'c mut Client,
    source: ChangeSource,
    /// What it was given.
    released: IsOutdatedRequest,
    signal: WatchSignal,
}

/// Where events come from.
enum ChangeSource {
    /// The agent that runs.
    Agent(Events),
    /// None runs: the folder in which the next one's socket will be.
    Folder(OwnedFd),
    /// Nothing more comes.
    Nowhere,
}

impl KeyWatch<'_> {
    fn is_outdated(&mut self) -> bool {
        // A locked vault tells nothing; it is asked again when it is unlocked.
        self.client.ask(self.released.clone()).unwrap_or(false)
    }

    /// The agent has ended.
    fn lose_agent(&mut self) {
        let (source, words) = match self.folder() {
            Some(folder) => (
                ChangeSource::Folder(folder),
                "the agent has stopped; watching continues when an agent runs again",
            ),
            None => (
                ChangeSource::Nowhere,
                "the agent has stopped and changes are no longer watched; \
                 restart the command to watch again",
            ),
        };
        self.source = source;
        self.context.printer.warn(words);
    }

    fn folder(&self) -> Option<OwnedFd> {
        let place = self.context.vault().ok()?;
        let notes = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).ok()?;
        // An agent sets the mode of its socket when it listens there.
        inotify::add_watch(&notes, place.socket.parent()?, WatchFlags::ATTRIB).ok()?;
        Some(notes)
    }

    /// Looks for an agent; whether it knows of a new value.
    fn look_for_agent(&mut self) -> bool {
        let connected = || Some((self.context.running().ok()??, self.context.running().ok()??));
        let Some((client, second)) = connected() else {
            return false;
        };
        // Before it is asked, so that no change falls between.
        let Ok(events) = second.subscribe() else {
            return false;
        };
        *self.client = client;
        self.source = ChangeSource::Agent(events);
        let printer = &self.context.printer;
        printer.note("an agent is running again; watching continues");
        self.is_outdated()
    }
}

/// Whether one of the events that came tells of a change.
fn tells_of_change(events: &mut Events) -> Result<bool, Error> {
    let mut changed = false;
    loop {
        let tells = [Event::Changed, Event::Unlocked, Event::Lagged];
        changed |= tells.contains(&events.wait()?);
        if !events.is_one_read() {
            return Ok(changed);
        }
    }
}

impl RestartTrigger for KeyWatch<'_> {
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.source {
            ChangeSource::Agent(events) => Some(events.as_fd()),
            ChangeSource::Folder(notes) => Some(notes.as_fd()),
            ChangeSource::Nowhere => None,
        }
    }

    fn look(&mut self) -> bool {
        match &mut self.source {
            ChangeSource::Agent(events) => match tells_of_change(events) {
                Ok(changed) => changed && self.is_outdated(),
                Err(_) => {
                    self.lose_agent();
                    // It may have come before the folder was looked at.
                    self.look_for_agent()
                }
            },
            ChangeSource::Folder(notes) => {
                // What changed does not matter: the socket is looked at.
                while rustix::io::read(&*notes, &mut [0; 4096]).is_ok() {}
                self.look_for_agent()
            }
            ChangeSource::Nowhere => false,
        }
    }

    fn signal(&self) -> Signal {
        match self.signal {
            WatchSignal::Term => Signal::TERM,
            WatchSignal::Hup => Signal::HUP,
            WatchSignal::Int => Signal::INT,
            WatchSignal::Quit => Signal::QUIT,
            WatchSignal::Usr1 => Signal::USR1,
            WatchSignal::Usr2 => Signal::USR2,
            WatchSignal::Kill => Signal::KILL,
        }
    }
}
