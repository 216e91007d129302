//! Staying beside a program: its output masked, or started anew when a key has a new value.
//!
//! An agent that ends is not the end of the watch: the next one's log knows what was handed
//! out by the one before.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use keyhaven_client::Client;
use keyhaven_client::Events;
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::request::IsOutdatedRequest;
use keyhaven_protocol::wording::system_words;
use keyhaven_runner::mask::Masks;
use keyhaven_runner::{
    ChildCommand as Program, ChildEnvironment, ChildOutcome, InjectedVariable, RestartTrigger,
    StartError, Supervisor,
};
use keyhaven_secret::SecretBytes;
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::process::Signal;

use super::Launch;
use crate::command_line::WatchSignal;
use crate::error::Failure;
use crate::session::Context;

/// Why to stay.
pub struct Beside {
    /// To mask what is printed.
    pub mask: bool,
    /// To hear of new values.
    pub events: Option<Events>,
    /// How to end the program then.
    pub signal: WatchSignal,
}

/// What happens in the vault from now on.
pub fn events(context: &Context) -> Result<Events, Failure> {
    Ok(context.unlocked()?.subscribe()?)
}

/// Stays beside a program only to mask what it prints. Returns only if it was not started.
pub fn mask(
    context: &Context,
    launch: Launch,
    command: (&OsStr, &[OsString]),
    inherited: impl Iterator<Item = (OsString, OsString)>,
    injected: Vec<InjectedVariable>,
) -> Failure {
    let beside = Beside {
        mask: true,
        events: None,
        signal: WatchSignal::Term,
    };
    let ended = beside.stay(context, &mut None, launch, command, inherited, injected);
    // Nothing is watched, so that nothing is to be started anew.
    ended
        .err()
        .unwrap_or_else(|| Failure::defect("a shell that was to be replaced"))
}

impl Beside {
    /// Whether there is a reason.
    pub fn is_wanted(&self) -> bool {
        self.mask || self.events.is_some()
    }

    /// Starts the program and stays until it has ended; ends as it did. Comes back where it is
    /// to be started anew, or where nothing was started, which the log learns as well.
    pub fn stay(
        self,
        context: &Context,
        parent: &mut Option<Supervisor>,
        mut launch: Launch,
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
        let mut watching = self.events.map(|events| Watching {
            context,
            client: &mut launch.client,
            source: Source::Agent(events),
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
            let program = Program {
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
                        "a command cannot be started beside kh: {}",
                        system_words(&error)
                    ),
                    "without --mask and --watch it takes the place of kh",
                ),
            }
        })
    }
}

/// What is to be masked; says what is too short for it.
fn masks(context: &Context, launch: &Launch, injected: &[InjectedVariable]) -> Masks {
    let is_secret = |variable: &&InjectedVariable| !launch.plain.contains(&variable.name);
    let secrets = || injected.iter().filter(is_secret);
    for short in secrets().filter(|variable| is_too_short(&variable.value)) {
        let name = &short.name;
        context
            .printer
            .warn(&format!("{name} is too short to be masked"));
    }
    // They have no names of their own: the text around them, or the path to a file, has one.
    if launch.parts.iter().any(is_too_short) {
        context
            .printer
            .warn("a value in a file or within a text is too short to be masked");
    }
    let whole = secrets().map(|variable| &variable.value);
    let all = whole.chain(&launch.parts).map(SecretBytes::duplicate);
    Masks::new(all.collect())
}

fn is_too_short(value: &SecretBytes) -> bool {
    // Exposed to be measured: what is empty hides nothing.
    !value.expose().is_empty() && !Masks::takes(value)
}

/// Hears of changes, and asks whether one of them is of a key that was handed out.
struct Watching<'c> {
    context: &'c Context,
    client: &'c mut Client,
    source: Source,
    /// What it was given.
    released: IsOutdatedRequest,
    signal: WatchSignal,
}

/// Where it is heard from.
enum Source {
    /// The agent that runs.
    Agent(Events),
    /// None runs: the folder in which the next one's socket will be.
    Folder(OwnedFd),
    /// Nothing more comes.
    Nowhere,
}

impl Watching<'_> {
    fn is_outdated(&mut self) -> bool {
        // A locked vault tells nothing; it is asked again when it is unlocked.
        self.client.ask(self.released.clone()).unwrap_or(false)
    }

    /// The agent has ended.
    fn lose_agent(&mut self) {
        let (source, words) = match self.folder() {
            Some(folder) => (
                Source::Folder(folder),
                "the agent has ended; as soon as one runs, new values are watched for again",
            ),
            None => (
                Source::Nowhere,
                "the agent has ended, and new values are no longer watched for; \
                 to watch again, start the command again",
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
        self.source = Source::Agent(events);
        let printer = &self.context.printer;
        printer.note("an agent runs again: new values are watched for");
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

impl RestartTrigger for Watching<'_> {
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.source {
            Source::Agent(events) => Some(events.as_fd()),
            Source::Folder(notes) => Some(notes.as_fd()),
            Source::Nowhere => None,
        }
    }

    fn look(&mut self) -> bool {
        match &mut self.source {
            Source::Agent(events) => match tells_of_change(events) {
                Ok(changed) => changed && self.is_outdated(),
                Err(_) => {
                    self.lose_agent();
                    // It may have come before the folder was looked at.
                    self.look_for_agent()
                }
            },
            Source::Folder(notes) => {
                // What changed does not matter: the socket is looked at.
                while rustix::io::read(&*notes, &mut [0; 4096]).is_ok() {}
                self.look_for_agent()
            }
            Source::Nowhere => false,
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
