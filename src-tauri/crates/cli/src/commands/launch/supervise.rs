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
use keyhaven_protocol::view::FieldKind;
use keyhaven_runner::mask::Masks;
use keyhaven_runner::{
    ChildCommand, ChildEnvironment, ChildOutcome, ExecError, InjectedVariable, RestartTrigger,
    StartError, Supervisor, fits,
};
use keyhaven_secret::SecretBytes;
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::process::Signal;

use super::arguments::MaskScope;
use super::resolve::ResolvedLaunch;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
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
    /// To mask these values in its output.
    pub mask: Option<MaskScope>,
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
    scope: MaskScope,
    launch: ResolvedLaunch,
    command: (&OsStr, &[OsString]),
    inherited: impl Iterator<Item = (OsString, OsString)>,
    injected: Vec<InjectedVariable>,
) -> Failure {
    let supervision = Supervision {
        mask: Some(scope),
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
        self.mask.is_some() || self.events.is_some()
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
        let masks = self
            .mask
            .map(|scope| masks(context, scope, &launch, &injected));
        launch.parts.clear();
        let released = IsOutdatedRequest {
            release: launch.view.release,
            released_at: launch.view.released_at,
            file: None,
        };
        let environment = ChildEnvironment::new(inherited, injected);
        let environment = environment
            .map_err(ExecError::from)
            .and_then(|environment| fits(program, arguments, &environment).map(|()| environment));
        if environment.is_ok() {
            launch.say_notices(context);
        }
        let mut watching = self.events.map(|events| KeyWatch {
            context,
            client: &mut launch.client,
            source: ChangeSource::Agent(events),
            released,
            signal: self.signal,
        });
        let started = environment.map_err(StartError::Exec);
        let ended = started.and_then(|environment| {
            let parent = match parent {
                Some(parent) => &*parent,
                None => parent.insert(Supervisor::new()?),
            };
            let program = ChildCommand {
                program,
                arguments,
                environment,
            };
            let watch = watching
                .as_mut()
                .map(|watching| watching as &mut dyn RestartTrigger);
            match parent.run(program, masks.as_ref(), watch)? {
                ChildOutcome::Itself(status) => parent.end_as(status),
                ChildOutcome::Replaced => Ok(()),
            }
        });
        ended.map_err(|error| {
            launch.never_started();
            match error {
                StartError::Exec(error) => launch.not_started(&error),
                StartError::System(error) => CliProblem::NoChild {
                    system: system_text(&error),
                }
                .into(),
            }
        })
    }
}

/// What is to be masked; says what is too short for it.
fn masks(
    context: &Context,
    scope: MaskScope,
    launch: &ResolvedLaunch,
    injected: &[InjectedVariable],
) -> Masks {
    let is_secret = |variable: &&InjectedVariable| !launch.not_secret.contains(&variable.name);
    let secret_parts = || {
        let parts = launch.parts.iter();
        parts.filter(|part| part.kind == FieldKind::Secret)
    };
    // What is plain is often short, and nobody misses it.
    for short in injected
        .iter()
        .filter(is_secret)
        .filter(|variable| is_too_short(&variable.value))
    {
        let variable = short.name.clone();
        context.printer.warn(&CliNotice::ShortValue { variable });
    }
    warn_of_words(context, launch, injected);
    // They have no names: the text around them, or the path to a file, has one.
    if secret_parts().any(|part| is_too_short(&part.value)) {
        context.printer.warn(&CliNotice::ShortPart);
    }
    let all = scope == MaskScope::All;
    let whole = injected
        .iter()
        .filter(|variable| all || is_secret(variable))
        .map(|variable| &variable.value);
    let parts = launch.parts.iter();
    let parts = parts
        .filter(|part| all || part.kind == FieldKind::Secret)
        .map(|part| &part.value);
    Masks::new(whole.chain(parts).map(SecretBytes::duplicate).collect())
}

/// Says which ordinary words masking hides wherever they are printed.
fn warn_of_words(context: &Context, launch: &ResolvedLaunch, injected: &[InjectedVariable]) {
    let of_variables = launch.ordinary.iter().filter_map(|(name, reference)| {
        let found = injected.iter().find(|variable| variable.name == *name)?;
        Some((Some(name.clone()), reference, &found.value))
    });
    let of_parts = launch.parts.iter().filter_map(|part| {
        let reference = part.ordinary.as_ref()?;
        Some((None, reference, &part.value))
    });
    for (variable, reference, value) in of_variables.chain(of_parts) {
        if Masks::takes(value) {
            let reference = reference.clone();
            let notice = CliNotice::OrdinaryValue {
                variable,
                reference,
            };
            context.printer.warn(&notice);
        }
    }
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
        let (source, notice) = match self.folder() {
            Some(folder) => (ChangeSource::Folder(folder), CliNotice::AgentStopped),
            None => (ChangeSource::Nowhere, CliNotice::WatchEnded),
        };
        self.source = source;
        self.context.printer.warn(&notice);
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
        printer.note(&CliNotice::WatchContinues);
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
