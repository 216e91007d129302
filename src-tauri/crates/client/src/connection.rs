//! The blocking client of the agent: one connection, one request at a time.
//!
//! How a connection is made is in `greeting`. A request can be cancelled from another thread.

mod early;
mod events;
mod greeting;
mod noted_socket;
mod peer;
mod replacement;

use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use keyhaven_secret::SecretBytes;
use serde_json::value::RawValue;

use keyhaven_protocol::VERSION;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::Progress;
use keyhaven_protocol::frame::{self, FrameError, Segments};
use keyhaven_protocol::request::{
    Answer, Ask, Call, CallHead, HelloAnswer, ReplyHead, Session, SubscribeRequest,
};

pub use self::early::PendingAnswer;
pub use self::events::{Canceller, Closer, Events};
pub(crate) use self::peer::own_peer;

/// A connection to the agent after the handshake.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    next_id: u32,
    agent: HelloAnswer,
    socket: PathBuf,
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
    /// What the agent reported about itself in the handshake.
    #[must_use]
    pub fn agent(&self) -> &HelloAnswer {
        &self.agent
    }

    /// The socket on which it was reached.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
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
        let id = self.begin(request, segments)?;
        self.hear_whole::<R>(id, progress)
    }

    /// Hears an answer to its end, put together from its parts.
    fn hear_whole<R: Ask>(
        &mut self,
        id: u32,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Answered<R::Answer>, Error> {
        let mut whole: Option<Answered<R::Answer>> = None;
        let mut take = |part: Answered<R::Answer>| match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.answer.merge(part.answer),
        };
        self.hear::<R>(id, progress, &mut take)?;
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
        let id = self.begin(request, &Segments::default())?;
        self.hear::<R>(id, &mut |_| {}, &mut take)
    }

    /// Sends a request; its id.
    fn begin<R: Ask>(&mut self, request: R, segments: &Segments) -> Result<u32, Error> {
        self.send(request.into_call(), segments)
            .map_err(|error| self.refusal().unwrap_or(error))
    }

    /// Hears an answer to its end.
    fn hear<R: Ask>(
        &mut self,
        id: u32,
        progress: &mut dyn FnMut(Progress),
        take: &mut dyn FnMut(Answered<R::Answer>),
    ) -> Result<(), Error> {
        loop {
            let (head, segments) =
                frame::read_raw(&mut self.reader).map_err(|error| broken(&error))?;
            // Borrowed: a long answer is not copied before it is parsed.
            let reply: ReplyHead<&RawValue> =
                frame::parse_head(&head).map_err(|error| broken(&error))?;
            match reply.error {
                // With the id of no request it concerns the connection, which ends.
                Some(error) if reply.id == id || reply.id == 0 => return Err(error),
                _ if reply.id != id => continue,
                _ => {}
            }
            if let Some(step) = reply.progress {
                progress(step);
            }
            let Some(raw) = reply.answer else { continue };
            let answer =
                serde_json::from_str(raw.get()).map_err(|_| broken(&FrameError::Malformed))?;
            let is_secret = !segments.is_empty();
            take(Answered { answer, segments });
            if is_secret {
                self.forget_received();
            }
            if reply.last {
                return Ok(());
            }
        }
    }

    /// Frees the buffer through which secrets came, which wipes it: `kh` may stay for long.
    fn forget_received(&mut self) {
        // What was read ahead would be lost, and there may be no descriptor.
        if self.reader.buffer().is_empty()
            && let Ok(stream) = self.reader.get_ref().try_clone()
        {
            self.reader = BufReader::new(stream);
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

    /// Why the agent closed the connection, if it said so before.
    fn refusal(&mut self) -> Option<Error> {
        let (reply, _) = self.receive().ok()?;
        reply.error.filter(|_| reply.id == 0)
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

fn broken(error: &FrameError) -> Error {
    Error::BrokenAgent {
        problem: error.problem(),
    }
}
