//! From no connection to one that was greeted: finding the agent or starting it, and the
//! handshake.
//!
//! Before anything is sent, the peer's user is checked; the handshake makes sure that the agent
//! serves the vault that is meant.

use std::io::{self, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::problem::{Problem, system_text};
use keyhaven_protocol::request::{Ask as _, Call, CallHead, Hello, HelloAnswer, Session};
use keyhaven_protocol::{PROTOCOL, VERSION};

use super::peer::own_peer;
use super::replacement::{self, Course, course};
use super::{Client, broken, noted_socket};
use crate::lock_holder::holder_of;
use crate::spawn;

/// The id of the greeting.
pub(super) const GREETING: u32 = 1;

/// For so long a greeting is tried again.
const GREET_WITHIN: Duration = Duration::from_secs(5);
/// Between two greetings.
const GREET_AGAIN: Duration = Duration::from_millis(10);
/// For so long an agent may hold the vault without a socket, as it does when it begins and ends.
const REACH_WITHIN: Duration = Duration::from_secs(2);

impl Client {
    /// Connects to the agent if one is running.
    ///
    /// # Errors
    /// Something else listens there, it is not mine, it serves another vault, or it is of
    /// another protocol; or an agent holds the vault and cannot be reached.
    pub fn connect(place: &VaultPaths, session: &Session) -> Result<Option<Self>, Error> {
        match Self::greet_holder(place, session)? {
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
        if let Some(client) = Self::greet_holder(place, session)? {
            match course(&client.agent, VERSION) {
                Course::Use => return Ok(client),
                Course::Refuse => return Err(client.other_version()),
                Course::Replace => replacement::end(client)?,
            }
        }
        let deadline = Instant::now() + GREET_WITHIN;
        loop {
            spawn::start_agent(place)?;
            // What answered the starter may have been an agent that was just ending.
            if let Some(client) = Self::connect(place, session)? {
                return Ok(client);
            }
            if Instant::now() >= deadline {
                return Err(Error::NoAgent {
                    problem: Problem::SocketSilent,
                });
            }
        }
    }

    /// Connects and greets. That there is no agent is believed only where none holds the vault:
    /// one that cannot be reached may have it unlocked.
    fn greet_holder(place: &VaultPaths, session: &Session) -> Result<Option<Self>, Error> {
        let deadline = Instant::now() + REACH_WITHIN;
        loop {
            if let Some(client) = Self::greet(place, session, None)? {
                return Ok(Some(client));
            }
            let Some(holder) = holder_of(place) else {
                return Ok(None);
            };
            if Instant::now() >= deadline {
                return Err(Error::AgentUnreachable {
                    pid: holder.as_raw_nonzero().get(),
                });
            }
            std::thread::sleep(GREET_AGAIN);
        }
    }

    /// Connects and greets. Where the connection breaks before the greeting was answered, the
    /// agent has just ended or was killed, and it is tried again: nothing was asked yet, or
    /// what was sent with the greeting was not answered.
    pub(super) fn greet(
        place: &VaultPaths,
        session: &Session,
        early: Option<&[u8]>,
    ) -> Result<Option<Self>, Error> {
        let deadline = Instant::now() + GREET_WITHIN;
        loop {
            match Self::shake_hands(place, session, early) {
                Err(error) if is_broken_off(&error) && Instant::now() < deadline => {
                    std::thread::sleep(GREET_AGAIN);
                }
                greeted => return greeted,
            }
        }
    }

    /// Connects and greets; with the frame of a request that is sent at once, and whose id is
    /// the one after the greeting.
    fn shake_hands(
        place: &VaultPaths,
        session: &Session,
        early: Option<&[u8]>,
    ) -> Result<Option<Self>, Error> {
        let Some((stream, socket)) = connect(place)? else {
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
            hook_wait_seconds: None,
        };
        let mut client = Self {
            reader: BufReader::new(stream),
            writer,
            next_id: GREETING,
            agent: nobody,
            socket,
        };
        let hello = Hello {
            protocol: PROTOCOL,
            version: VERSION.into(),
            vault: place.folder_text(),
            session: session.clone(),
        };
        client.send_greeting(hello, early)?;
        client.agent = client.hear_whole::<Hello>(GREETING, &mut |_| {})?.answer;
        if client.agent.vault != place.folder_text() {
            return Err(Error::BrokenAgent {
                problem: Problem::OtherVault,
            });
        }
        Ok(Some(client))
    }

    /// Sends the greeting, in one write with what follows it.
    fn send_greeting(&mut self, hello: Hello, early: Option<&[u8]>) -> Result<(), Error> {
        let mut bytes = encoded(GREETING, hello.into_call())?;
        self.next_id = GREETING + 1;
        if let Some(early) = early {
            bytes.extend_from_slice(early);
            self.next_id += 1;
        }
        let written = self.writer.write_all(&bytes);
        written.map_err(|error| self.refusal().unwrap_or_else(|| broken(&error.into())))
    }
}

/// Connects to the socket of this environment, else to the one that the vault names.
fn connect(place: &VaultPaths) -> Result<Option<(UnixStream, PathBuf)>, Error> {
    match UnixStream::connect(&place.socket) {
        Ok(stream) => Ok(Some((stream, place.socket.clone()))),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
            ) =>
        {
            Ok(noted_socket::connect(place))
        }
        Err(error) => Err(Error::NoAgent {
            problem: Problem::SocketRefused {
                socket: place.socket.display().to_string(),
                system: system_text(&error),
            },
        }),
    }
}

/// The frame of a call without secrets.
pub(super) fn encoded(id: u32, call: Call) -> Result<Vec<u8>, Error> {
    let frame = frame::encode(&CallHead { id, call }, &Segments::default());
    Ok(frame.map_err(|error| broken(&error))?.to_vec())
}

/// Whether a connection ended without a reason.
fn is_broken_off(error: &Error) -> bool {
    matches!(
        error,
        Error::BrokenAgent {
            problem: Problem::ConnectionClosed | Problem::System { .. }
        }
    )
}
