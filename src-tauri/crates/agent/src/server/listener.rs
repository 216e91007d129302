//! The agent from its start to its end.
//!
//! Start: the vault's lock, then the socket, then ready. End: the vault is locked, the socket
//! removed and the lock released, and only then the connections close: a client that sees its
//! connection end can start another agent at once.

use std::sync::Arc;
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_secret::memory::{give_back, keep_little};
use tokio::net::UnixStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

use crate::agent::Agent;
use crate::log::{LockReason, LogEvent};
use crate::options::AgentOptions;
use crate::server::connection;
use crate::server::peer::Peer;
use crate::server::peer_stream;
use crate::server::reply_writer::error_frame;
use crate::server::seats::Seats;
use crate::server::{socket, socket_note};
use crate::tasks::presence_watcher::PresenceWatcher;
use crate::tasks::{calendar_file, daily_backup, folder_watch, idle, reminders};
use crate::vault_thread::{VaultConfig, VaultThread};

/// How long answers that are under way may take when the agent ends.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// A use is durable against power loss within a second.
const FLUSH_AFTER: Duration = Duration::from_millis(500);

/// Serves until a request or a signal (SIGTERM, SIGINT, SIGHUP) ends it. `ready` is called when
/// clients can connect. Needs a single-threaded tokio runtime with all drivers.
///
/// # Errors
/// It could not start ([`Error::AgentRunning`] when another agent holds the vault), or the
/// vault could not be closed cleanly.
pub async fn run(options: AgentOptions, ready: impl FnOnce()) -> Result<(), Error> {
    keep_little();
    // Before anything is announced: a signal that comes early is not lost.
    let mut signals = StopSignals::new()?;
    let (vault, thread) = VaultThread::start(VaultConfig {
        folder: options.folder.clone(),
        state: options.state.clone(),
        kdf: options.kdf,
    })?;
    let mut bound = socket::bind(&options.socket)?;
    let agent = Arc::new(Agent::new(vault, &options));
    socket_note::leave(&options.folder, &options.socket);
    agent.files.sweep();
    let mut tasks = JoinSet::new();
    tasks.spawn(idle::watch(
        agent.idle.subscribe(),
        agent.clock.clone(),
        agent.clone(),
    ));
    tasks.spawn(reminders::watch(agent.clone()));
    tasks.spawn(daily_backup::watch(agent.clone()));
    tasks.spawn(calendar_file::watch(agent.clone()));
    tasks.spawn(flush(agent.clone()));
    tasks.spawn(folder_watch::watch(agent.clone()));
    if let Some(presence_options) = options.presence_options {
        let watcher = PresenceWatcher {
            presence: agent.presence.clone(),
            options: presence_options,
            clock: agent.clock.clone(),
            log: agent.log.clone(),
            locker: agent.clone(),
        };
        tasks.spawn(watcher.run());
    }
    agent.note(LogEvent::Started);
    ready();

    let mut connections = JoinSet::new();
    let mut stop = agent.stop.subscribe();
    tokio::select! {
        () = accept(&agent, &mut bound, &mut connections) => {}
        () = signals.wait() => {}
        // The sender lives in the agent.
        _ = stop.wait_for(|stop| *stop) => {}
    }

    let locked = agent.lock_by_itself(LockReason::Ending).await;
    tasks.shutdown().await;
    // Nobody would remove the files of programs that live on.
    agent.running.clear();
    drop(bound);
    socket_note::remove(&options.folder);
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

/// Serves until the socket is lost and cannot be made again.
async fn accept(
    agent: &Arc<Agent>,
    bound: &mut socket::BoundSocket,
    connections: &mut JoinSet<()>,
) {
    let seats = Seats::default();
    loop {
        tokio::select! {
            accepted = bound.listener.accept() => match accepted {
                Ok((stream, _)) => admit(agent, stream, &seats, connections),
                // Out of descriptors: give those there are a moment to end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            () = bound.lost() => {
                let made = bound.make_again().is_ok();
                agent.note(LogEvent::SocketLost { made });
                if !made {
                    return;
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

fn admit(agent: &Arc<Agent>, stream: UnixStream, seats: &Seats, connections: &mut JoinSet<()>) {
    if peer_stream::note_senders(&stream).is_err() {
        return;
    }
    let Some(peer) = Peer::of(&stream) else {
        return;
    };
    let Some(seat) = seats.take(&peer) else {
        refuse(&stream);
        return;
    };
    let (agent, number) = (agent.clone(), seat.number());
    let task = connections.spawn(async {
        connection::serve(agent, stream, peer, seat).await;
        // An answer that nobody read any more may have been large.
        give_back();
    });
    seats.served_by(number, task);
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
