//! Locking the vault and stopping the agent, also when the agent cannot be asked.
//!
//! A request comes first. An agent that does not answer, since other programs take all of its
//! connections or keep it busy, gets a signal: it locks the vault and ends. One that was stopped
//! is continued for that, and one that still does not end is killed: a kill loses no change, and
//! leaves no key in a process; files of running programs stay until the next agent starts. The
//! process that gets the signals is the one that holds the vault's lock file, as the kernel
//! reports, else who listens on its socket; only the holder is killed.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{Ask, LockRequest, Session, StopRequest};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::connection::{Client, own_peer};
use crate::lock_holder::holder_of;

/// How long the agent may take to answer, before it gets a signal.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long an agent may take to lock, write its last and end, before it is killed.
const END_WITHIN: Timespec = Timespec {
    tv_sec: 15,
    tv_nsec: 0,
};
/// How long a socket with a full queue is waited for, to see who listens on it.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// What became of the agent when the vault was to be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockOutcome {
    /// It locked the vault.
    Locked,
    /// It did not answer, and was made to lock the vault and end.
    Ended,
    /// None was running.
    NotRunning,
}

/// Locks the vault; whatever other programs do to its agent.
///
/// # Errors
/// The vault could not be closed cleanly, or the agent neither answers nor ends.
pub fn lock(place: &VaultPaths, session: &Session) -> Result<LockOutcome, Error> {
    match ask(place, session, LockRequest {}) {
        AgentReply::Done(true) => Ok(LockOutcome::Locked),
        AgentReply::Done(false) => Ok(LockOutcome::NotRunning),
        AgentReply::Refused(error) => Err(error),
        AgentReply::Silent(error) => match AgentProcess::find(place)? {
            Some(agent) => agent.terminate(&END_WITHIN).map(|()| LockOutcome::Ended),
            None => Err(error),
        },
    }
}

/// Locks the vault and ends its agent; false when none was running.
///
/// # Errors
/// As [`lock`].
pub fn stop(place: &VaultPaths, session: &Session) -> Result<bool, Error> {
    // Found before it is asked, so that its number cannot mean another process.
    let agent = AgentProcess::find(place)?;
    match (ask(place, session, StopRequest {}), agent) {
        (AgentReply::Done(false), _) => Ok(false),
        (AgentReply::Done(true), Some(agent)) => agent.end(&END_WITHIN).map(|()| true),
        (AgentReply::Done(true), None) => Ok(true),
        (AgentReply::Refused(error), _) | (AgentReply::Silent(error), None) => Err(error),
        (AgentReply::Silent(_), Some(agent)) => agent.terminate(&END_WITHIN).map(|()| true),
    }
}

/// The answer of an agent that may be unable to give one.
enum AgentReply {
    /// It did it; false where none is running.
    Done(bool),
    /// It says that it cannot.
    Refused(Error),
    /// It could not be asked.
    Silent(Error),
}

/// Asks on a separate thread: connecting and every part of an answer may take for ever.
fn ask<R: Ask<Answer = ()> + Send + 'static>(
    place: &VaultPaths,
    session: &Session,
    request: R,
) -> AgentReply {
    let (answer, answered) = mpsc::channel();
    let (place, session) = (place.clone(), session.clone());
    let asking = std::thread::Builder::new().spawn(move || {
        let asked = Client::connect(&place, &session).and_then(|client| match client {
            None => Ok(false),
            Some(mut client) => client.ask(request).map(|()| true),
        });
        // Nobody waits any more when the agent got its signal.
        let _ = answer.send(asked);
    });
    let silent = Error::NoAgent {
        problem: Problem::AgentSilent,
    };
    if asking.is_err() {
        return AgentReply::Silent(silent);
    }
    match answered.recv_timeout(ANSWER_WITHIN) {
        Ok(Ok(done)) => AgentReply::Done(done),
        // It is no agent of this vault, and gets no signal.
        Ok(Err(
            error @ Error::BrokenAgent {
                problem: Problem::OtherVault,
            },
        )) => AgentReply::Refused(error),
        // One of another protocol understands the signal.
        Ok(Err(
            error @ (Error::BrokenAgent { .. }
            | Error::NoAgent { .. }
            | Error::AgentUnreachable { .. }
            | Error::AgentVersion { .. }),
        )) => AgentReply::Silent(error),
        Ok(Err(error)) => AgentReply::Refused(error),
        Err(_) => AgentReply::Silent(silent),
    }
}

/// The process of an agent, held so that its number cannot become another's.
#[derive(Debug)]
struct AgentProcess {
    pid: Pid,
    handle: OwnedFd,
    /// Whether it holds the vault's lock file: who only listens on the socket may be another program.
    holds_vault: bool,
}

impl AgentProcess {
    /// The agent of a vault: who holds its lock file, else who listens on its socket.
    fn find(place: &VaultPaths) -> Result<Option<Self>, Error> {
        let Some(found) = Self::open(true, || Ok(holder_of(place)))? else {
            return Self::open(false, || listener(place));
        };
        Ok(Some(found))
    }

    /// Opens the process that is found, if it is still found once it is held.
    fn open(
        holds_vault: bool,
        find: impl Fn() -> Result<Option<Pid>, Error>,
    ) -> Result<Option<Self>, Error> {
        let Some(pid) = find()? else {
            return Ok(None);
        };
        let handle = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(handle) => handle,
            Err(rustix::io::Errno::SRCH) => return Ok(None),
            Err(error) => return Err(broken(&error.into())),
        };
        Ok((find()? == Some(pid)).then_some(Self {
            pid,
            handle,
            holds_vault,
        }))
    }

    /// Asks it to end, which locks the vault first, and sees to it that it does.
    fn terminate(&self, within: &Timespec) -> Result<(), Error> {
        self.signal(Signal::TERM)?;
        self.end(within)
    }

    /// Waits until it has ended, and kills it where that takes too long and it holds the vault.
    fn end(&self, within: &Timespec) -> Result<(), Error> {
        // A stopped process acts on this signal and on no milder one.
        self.signal(Signal::CONT)?;
        if self.has_ended(within)? {
            return Ok(());
        }
        if self.holds_vault {
            self.signal(Signal::KILL)?;
            if self.has_ended(within)? {
                return Ok(());
            }
        }
        // A killed one waits in the kernel, for a disk that does not answer, say.
        Err(Error::BrokenAgent {
            problem: Problem::AgentDoesNotEnd {
                pid: self.pid.as_raw_nonzero().get(),
            },
        })
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        match pidfd_send_signal(&self.handle, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(broken(&error.into())),
        }
    }

    fn has_ended(&self, within: &Timespec) -> Result<bool, Error> {
        let mut ended = [PollFd::new(&self.handle, PollFlags::IN)];
        let polled = rustix::event::poll(&mut ended, Some(within));
        polled
            .map(|ready| ready > 0)
            .map_err(|error| broken(&error.into()))
    }
}

/// The process that listens on the socket, if it is mine.
fn listener(place: &VaultPaths) -> Result<Option<Pid>, Error> {
    match connect_within(&place.socket, CONNECT_WITHIN) {
        Ok(stream) => own_peer(&stream).map(Some),
        Err(_) => Ok(None),
    }
}

/// Connects, unless the socket's queue stays full for so long.
fn connect_within(path: &Path, limit: Duration) -> rustix::io::Result<UnixStream> {
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    // The limit of sending is that of connecting too (socket(7)).
    set_socket_timeout(&socket, Timeout::Send, Some(limit))?;
    let address = SocketAddrUnix::new(path)?;
    rustix::io::retry_on_intr(|| connect(&socket, &address))?;
    Ok(socket.into())
}

fn broken(error: &std::io::Error) -> Error {
    Error::BrokenAgent {
        problem: Problem::system(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read as _;
    use std::os::unix::net::UnixListener;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::lock_holder::LOCK_FILE;

    #[test]
    fn the_agent_is_the_process_that_holds_the_lock_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join(LOCK_FILE)).unwrap();
        file.lock().unwrap();
        let place = VaultPaths {
            folder: folder.path().into(),
            socket: folder.path().join("agent.sock"),
        };
        let agent = AgentProcess::find(&place).unwrap().unwrap();
        assert_eq!(agent.pid, rustix::process::getpid());
        drop(file);
        assert!(AgentProcess::find(&place).unwrap().is_none());
    }

    /// A process that ignores what it can ignore.
    fn stubborn() -> (Child, AgentProcess) {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' TERM; echo ready; exec sleep 600"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = [0; 6];
        let stdout = child.stdout.as_mut().unwrap();
        stdout.read_exact(&mut said).unwrap();
        let pid = Pid::from_child(&child);
        let handle = pidfd_open(pid, PidfdFlags::empty()).unwrap();
        let agent = AgentProcess {
            pid,
            handle,
            holds_vault: true,
        };
        (child, agent)
    }

    #[test]
    fn who_only_listens_on_the_socket_is_not_killed() {
        let soon = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        let (mut child, agent) = stubborn();
        let other = AgentProcess {
            holds_vault: false,
            ..agent
        };
        other.terminate(&soon).unwrap_err();
        assert_eq!(child.try_wait().unwrap(), None, "it still runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn an_agent_that_does_not_end_is_killed() {
        let soon = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        for is_stopped in [false, true] {
            let (mut child, agent) = stubborn();
            if is_stopped {
                agent.signal(Signal::STOP).unwrap();
            }
            // The control: what asks it to end does not end it.
            agent.signal(Signal::TERM).unwrap();
            assert!(!agent.has_ended(&soon).unwrap());
            agent.terminate(&soon).unwrap();
            let status = child.wait().unwrap();
            assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
        }
    }

    #[test]
    fn a_socket_whose_queue_is_full_is_not_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let place = VaultPaths {
            folder: folder.path().into(),
            socket: folder.path().join("agent.sock"),
        };
        let listener = UnixListener::bind(&place.socket).unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        let first = UnixStream::connect(&place.socket).unwrap();
        let (found, answer) = mpsc::channel();
        std::thread::spawn(move || found.send(AgentProcess::find(&place).map(|one| one.is_none())));
        let answer = answer.recv_timeout(10 * CONNECT_WITHIN);
        assert_eq!(answer, Ok(Ok(true)));
        drop((first, listener));
    }
}
