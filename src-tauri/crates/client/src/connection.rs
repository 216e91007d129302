//! The blocking client of the agent: one connection, one request at a time.
//!
//! Before anything is sent, the peer's user is checked; the handshake makes sure that the
//! agent serves the vault that is meant. A request can be cancelled from another thread.

mod events;
mod peer;
mod replacement;

use std::io::{self, BufReader};
use std::os::unix::net::UnixStream;

use keyhaven_secret::SecretBytes;
use serde_json::value::RawValue;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::Progress;
use keyhaven_protocol::frame::{self, FrameError, Segments};
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::problem::{Problem, system_text};
use keyhaven_protocol::request::{
    Answer, Ask, Call, CallHead, Hello, HelloAnswer, ReplyHead, Session, SubscribeRequest,
};
use keyhaven_protocol::{PROTOCOL, VERSION};

use self::replacement::{Course, course};
use crate::spawn;

pub use self::events::{Canceller, Closer, Events};
pub use self::peer::own_peer;

/// A connection to the agent after the handshake.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    next_id: u32,
    agent: HelloAnswer,
}

/// An answer with its secrets.
#[derive(Debug)]
pub struct Answered<T> {
    /// The answer.
    pub answer: T,
    /// The secrets its [`frame::Segment`]s point to.
    pub segments: Segments,
}

impl Client {
    /// Connects to the agent if one is running.
    ///
    /// # Errors
    /// Something else listens there, it is not mine, it serves another vault, or it is of
    /// another protocol.
    pub fn connect(place: &VaultPaths, session: &Session) -> Result<Option<Self>, Error> {
        match Self::shake_hands(place, session)? {
            None => Ok(None),
            Some(client) if client.agent.protocol == PROTOCOL => Ok(Some(client)),
            Some(client) => Err(client.other_version()),
        }
    }

    /// Connects to the agent; starts the one next to this program when none is running, and
    /// replaces one of an older version that is locked. A newer one is never replaced.
    ///
    /// # Errors
    /// As [`Client::connect`], or no agent could be started.
    pub fn connect_or_start(place: &VaultPaths, session: &Session) -> Result<Self, Error> {
        if let Some(client) = Self::shake_hands(place, session)? {
            match course(&client.agent, VERSION) {
                Course::Use => return Ok(client),
                Course::Refuse => return Err(client.other_version()),
                Course::Replace => replacement::end(client)?,
            }
        }
        spawn::start_agent(place)?;
        Self::connect(place, session)?.ok_or(Error::NoAgent {
            problem: Problem::SocketSilent,
        })
    }

    /// What the agent reported about itself in the handshake.
    #[must_use]
    pub fn agent(&self) -> &HelloAnswer {
        &self.agent
    }

    /// Whether the agent is of another version than this program and should be restarted.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.agent.version != VERSION
    }

    /// Asks something that carries no secret and returns none.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn ask<R: Ask>(&mut self, request: R) -> Result<R::Answer, Error> {
        self.ask_with(request, &Segments::default())
            .map(|answered| answered.answer)
    }

    /// Asks with secrets, and returns the answer's secrets.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn ask_with<R: Ask>(
        &mut self,
        request: R,
        segments: &Segments,
    ) -> Result<Answered<R::Answer>, Error> {
        self.ask_watched(request, segments, &mut |_| {})
    }

    /// Asks, and hears how far a long request is.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn ask_watched<R: Ask>(
        &mut self,
        request: R,
        segments: &Segments,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Answered<R::Answer>, Error> {
        let mut whole: Option<Answered<R::Answer>> = None;
        let mut take = |part: Answered<R::Answer>| match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.answer.merge(part.answer),
        };
        self.converse(request, segments, progress, &mut take)?;
        whole.ok_or_else(|| broken(&FrameError::Malformed))
    }

    /// Asks something whose answer is long, and takes its parts as they come: the agent makes
    /// one while the one before is dealt with, and none is kept.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke; parts may have been taken by then.
    pub fn ask_in_parts<R: Ask>(
        &mut self,
        request: R,
        mut take: impl FnMut(R::Answer),
    ) -> Result<(), Error> {
        let mut take = |part: Answered<R::Answer>| take(part.answer);
        self.converse(request, &Segments::default(), &mut |_| {}, &mut take)
    }

    /// Sends a request and hears its answer to the end.
    fn converse<R: Ask>(
        &mut self,
        request: R,
        segments: &Segments,
        progress: &mut dyn FnMut(Progress),
        take: &mut dyn FnMut(Answered<R::Answer>),
    ) -> Result<(), Error> {
        let id = self.send(request.into_call(), segments)?;
        loop {
            let (head, segments) =
                frame::read_raw(&mut self.reader).map_err(|error| broken(&error))?;
            // Borrowed: a long answer is not copied before it is parsed.
            let reply: ReplyHead<&RawValue> =
                frame::parse_head(&head).map_err(|error| broken(&error))?;
            if reply.id != id {
                continue;
            }
            if let Some(error) = reply.error {
                return Err(error);
            }
            if let Some(step) = reply.progress {
                progress(step);
            }
            let Some(raw) = reply.answer else { continue };
            let answer =
                serde_json::from_str(raw.get()).map_err(|_| broken(&FrameError::Malformed))?;
            take(Answered { answer, segments });
            if reply.last {
                return Ok(());
            }
        }
    }

    /// Turns the connection into a stream of events.
    ///
    /// # Errors
    /// The agent's answer, or the connection broke.
    pub fn subscribe(mut self) -> Result<Events, Error> {
        self.ask(SubscribeRequest {})?;
        Ok(Events { client: self })
    }

    /// Returns a handle with which another thread can cancel this connection's open requests.
    ///
    /// # Errors
    /// The system has no more descriptors.
    pub fn canceller(&self) -> Result<Canceller, Error> {
        let writer = self
            .writer
            .try_clone()
            .map_err(|error| broken(&error.into()))?;
        Ok(Canceller {
            writer,
            id: self.next_id,
        })
    }

    fn shake_hands(place: &VaultPaths, session: &Session) -> Result<Option<Self>, Error> {
        let Some(stream) = connect(place)? else {
            return Ok(None);
        };
        own_peer(&stream)?;
        let writer = stream.try_clone().map_err(|error| broken(&error.into()))?;
        let nobody = HelloAnswer {
            protocol: 0,
            version: String::new(),
            vault: String::new(),
            locked: true,
            pid: 0,
        };
        let mut client = Self {
            reader: BufReader::new(stream),
            writer,
            next_id: 1,
            agent: nobody,
        };
        client.agent = client.ask(Hello {
            protocol: PROTOCOL,
            version: VERSION.into(),
            vault: place.folder_text(),
            session: session.clone(),
        })?;
        if client.agent.vault != place.folder_text() {
            return Err(Error::BrokenAgent {
                problem: Problem::OtherVault,
            });
        }
        Ok(Some(client))
    }

    fn send(&mut self, call: Call, segments: &Segments) -> Result<u32, Error> {
        let id = self.next_id;
        self.next_id += 1;
        frame::write(&mut self.writer, &CallHead { id, call }, segments)
            .map_err(|error| broken(&error))?;
        Ok(id)
    }

    fn receive(&mut self) -> Result<(ReplyHead, Segments), Error> {
        frame::read(&mut self.reader).map_err(|error| broken(&error))
    }

    fn other_version(&self) -> Error {
        Error::AgentVersion {
            agent: self.agent.version.clone(),
            client: VERSION.into(),
        }
    }
}

/// The display and bus of this process, for the handshake.
#[must_use]
pub fn session_from_environment() -> Session {
    let variable = |name| {
        std::env::var(name)
            .ok()
            .filter(|value: &String| !value.is_empty())
    };
    Session {
        display: variable("DISPLAY"),
        xauthority: variable("XAUTHORITY"),
        wayland_display: variable("WAYLAND_DISPLAY"),
        bus: variable("DBUS_SESSION_BUS_ADDRESS"),
    }
}

/// A secret text as a frame's bytes.
#[must_use]
pub fn one_segment(secret: SecretBytes) -> (frame::Segment, Segments) {
    let mut segments = Segments::default();
    let at = segments.push(secret);
    (at, segments)
}

fn connect(place: &VaultPaths) -> Result<Option<UnixStream>, Error> {
    match UnixStream::connect(&place.socket) {
        Ok(stream) => Ok(Some(stream)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(Error::NoAgent {
            problem: Problem::SocketRefused {
                socket: place.socket.display().to_string(),
                system: system_text(&error),
            },
        }),
    }
}

fn broken(error: &FrameError) -> Error {
    Error::BrokenAgent {
        problem: error.problem(),
    }
}
