//! The agent from its start to its end.
//!
//! Start: the vault's lock, then the socket, then ready. End: the vault is locked, the socket
//! removed and the lock released, and only then the connections close: a client that sees its
//! connection end can start another agent at once.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_vault::KdfPolicy;
use rustix::process::Pid;
use tokio::net::UnixStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

use crate::agent::Agent;
use crate::clock::Clock;
use crate::consent::Consent;
use crate::guarded;
use crate::helpers::notification::Notifier;
use crate::log::{LockReason, LogEvent};
use crate::server::connection;
use crate::server::peer::Peer;
use crate::server::reply_writer::error_frame;
use crate::server::socket;
use crate::tasks::presence_watcher::PresenceWatcher;
use crate::tasks::{backups, idle, reminders};
use crate::vault_thread::{VaultConfig, VaultThread};

/// Connections of one process.
const MOST_OF_ONE: usize = 32;
/// Connections of all processes.
const MOST: usize = 256;
/// How long answers that are under way may take when the agent ends.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// A use is durable against power loss within a second.
const FLUSH_AFTER: Duration = Duration::from_millis(500);

/// What an agent is made of.
pub struct AgentOptions {
    /// The canonical path of the vault's folder; made when it is not there.
    pub folder: PathBuf,
    /// The socket; its folder is made when it is not there.
    pub socket: PathBuf,
    /// Where the vault's last seen state is kept; none asks no questions about old copies.
    pub state: Option<PathBuf>,
    /// Where is written down what happened; with none it is not.
    pub log: Option<PathBuf>,
    /// Folders that private files of running programs may lie in; the first that is in memory
    /// is taken.
    pub files: Vec<PathBuf>,
    /// Where it is kept which one that is, if it has the same name; with none it is not.
    pub files_note: Option<PathBuf>,
    /// Accepted and chosen key derivation.
    pub kdf: KdfPolicy,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Shows reminders.
    pub notifier: Arc<dyn Notifier>,
    /// Decides about requests for secrets.
    pub consent: Arc<dyn Consent>,
    /// The program that holds copies when started with `--clipboard`.
    pub helper: PathBuf,
    /// How it is heard that the person leaves; with none it is not.
    pub presence_options: Option<PresenceOptions>,
}

/// How it is heard that the person leaves.
#[derive(Debug, Clone)]
pub struct PresenceOptions {
    /// The program that listens when started with `--watch`.
    pub program: PathBuf,
    /// The address of the system's bus, where it is not the usual one.
    pub system_bus: Option<String>,
}

/// Serves until a request or a signal (SIGTERM, SIGINT, SIGHUP) ends it. `ready` is called when
/// clients can connect. Needs a single-threaded tokio runtime with all drivers.
///
/// # Errors
/// It could not start ([`Error::AgentRunning`] when another agent holds the vault), or the
/// vault could not be closed cleanly.
pub async fn run(options: AgentOptions, ready: impl FnOnce()) -> Result<(), Error> {
    // Before anything is announced: a signal that comes early is not lost.
    let mut signals = StopSignals::new()?;
    let (vault, thread) = VaultThread::start(VaultConfig {
        folder: options.folder.clone(),
        state: options.state.clone(),
        kdf: options.kdf,
    })?;
    let bound = socket::bind(&options.socket)?;
    let agent = Arc::new(Agent::new(vault, &options));
    agent.files.sweep();
    let mut tasks = JoinSet::new();
    tasks.spawn(idle::watch(
        agent.idle.subscribe(),
        agent.clock.clone(),
        agent.clone(),
    ));
    tasks.spawn(reminders::watch(agent.clone()));
    tasks.spawn(backups::watch(agent.clone()));
    tasks.spawn(flush(agent.clone()));
    if let Some(presence_options) = options.presence_options {
        let watcher = PresenceWatcher {
            presence: agent.presence.clone(),
            options: presence_options,
            clock: agent.clock.clone(),
            log: agent.log.clone(),
            session: agent.session.clone(),
            trigger: agent.clone(),
        };
        tasks.spawn(watcher.run());
    }
    agent.note(LogEvent::Started);
    ready();

    let mut connections = JoinSet::new();
    let mut stop = agent.stop.subscribe();
    tokio::select! {
        () = accept(&agent, &bound, &mut connections) => {}
        () = signals.wait() => {}
        // The sender lives in the agent.
        _ = stop.wait_for(|stop| *stop) => {}
    }

    let locked = agent.lock_by_itself(LockReason::Ending).await;
    tasks.shutdown().await;
    // Nobody would remove the files of programs that live on.
    agent.running.clear();
    drop(bound);
    let release = agent.vault.run(|state| state.leave_folder());
    let released = release.await;
    agent.note(LogEvent::Ended);
    agent.ended.send_replace(true);
    // What is queued, such as the answer to the request to stop, may still go out.
    let _ = tokio::time::timeout(LAST_WORDS, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
    connections.shutdown().await;
    drop(agent);
    drop(thread);
    released.and(locked)
}

struct StopSignals {
    term: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl StopSignals {
    fn new() -> Result<Self, Error> {
        let listen =
            |kind| signal(kind).map_err(|error| Error::defect(&format!("signals: {error}")));
        Ok(Self {
            term: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            // A session that ends sends it right behind SIGTERM.
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

/// How many connections each process has.
type ConnectionCounts = Arc<Mutex<HashMap<Pid, usize>>>;

async fn accept(agent: &Arc<Agent>, bound: &socket::BoundSocket, connections: &mut JoinSet<()>) {
    let counts = ConnectionCounts::default();
    loop {
        tokio::select! {
            accepted = bound.listener.accept() => match accepted {
                Ok((stream, _)) => admit(agent, stream, &counts, connections),
                // Out of descriptors: give those there are a moment to end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

fn admit(
    agent: &Arc<Agent>,
    stream: UnixStream,
    counts: &ConnectionCounts,
    connections: &mut JoinSet<()>,
) {
    let Some((uid, pid)) = Peer::of_this_user(&stream) else {
        return;
    };
    let Some(seat) = ConnectionSlot::take(counts, pid) else {
        refuse(&stream);
        return;
    };
    let peer = Peer::observe(uid, pid);
    let agent = agent.clone();
    connections.spawn(async move {
        let _seat = seat;
        connection::serve(agent, stream, peer).await;
    });
}

/// Says why before closing, if that takes no wait.
fn refuse(stream: &UnixStream) {
    let error = Error::BrokenAgent {
        problem: Problem::TooManyConnections,
    };
    if let Some(frame) = error_frame(0, error) {
        let _ = stream.try_write(&frame);
    }
}

/// A connection's place among those of its process and of all.
struct ConnectionSlot {
    counts: ConnectionCounts,
    pid: Pid,
}

impl ConnectionSlot {
    fn take(counts: &ConnectionCounts, pid: Pid) -> Option<Self> {
        let mut seats = guarded(counts);
        let all: usize = seats.values().sum();
        let of_one = seats.entry(pid).or_default();
        if *of_one >= MOST_OF_ONE || all >= MOST {
            if *of_one == 0 {
                seats.remove(&pid);
            }
            return None;
        }
        *of_one += 1;
        Some(Self {
            counts: counts.clone(),
            pid,
        })
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut seats = guarded(&self.counts);
        if let Some(of_one) = seats.get_mut(&self.pid) {
            *of_one -= 1;
            if *of_one == 0 {
                seats.remove(&self.pid);
            }
        }
    }
}

/// Makes recorded uses durable, soon after they were; without uses it sleeps.
async fn flush(agent: Arc<Agent>) {
    loop {
        agent.used.notified().await;
        tokio::time::sleep(FLUSH_AFTER).await;
        let flushed = agent.vault.run(|state| match state.unlocked() {
            Ok(vault) => vault.flush_uses().is_ok(),
            Err(_) => true,
        });
        if !flushed.await.unwrap_or(true) {
            // A full disk: once more, after the pause.
            agent.used.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_cannot_take_all_seats() {
        let counts = ConnectionCounts::default();
        let mut seats: Vec<ConnectionSlot> = Vec::new();
        let (one, other) = (Pid::INIT, rustix::process::getpid());
        while let Some(seat) = ConnectionSlot::take(&counts, one) {
            seats.push(seat);
        }
        assert_eq!(seats.len(), MOST_OF_ONE);
        assert!(ConnectionSlot::take(&counts, other).is_some());
        seats.pop();
        assert!(ConnectionSlot::take(&counts, one).is_some());
        seats.clear();
        assert!(guarded(&counts).is_empty());
    }
}
