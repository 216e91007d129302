//! A connection from its first byte to its last.
//!
//! The peer's user is checked before anything is read. The first frame is `Hello` and comes
//! within five seconds. Calls run side by side, each but a lock can be cancelled, and none but
//! a lock outlives the connection. A client that breaks the protocol gets an error and is
//! disconnected.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::frame::{FrameError, Segments};
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{Call, CallHead, Hello, HelloAnswer};
use keyhaven_protocol::{PROTOCOL, VERSION};
use tokio::io::AsyncRead;
use tokio::net::UnixStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::AbortHandle;

use crate::agent::Agent;
use crate::guarded;
use crate::log::{self, LogEvent};
use crate::numbers::clamp;
use crate::server::client_session::ClientSession;
use crate::server::events::EventHub;
use crate::server::frame_io;
use crate::server::peer::Peer;
use crate::server::peer_stream::PeerStream;
use crate::server::reply_writer::{ConnectionEnded, Reply, ReplyQueue};
use crate::server::router;
use crate::server::seats::Seat;

/// How long a peer may take to say `Hello`.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// Calls a connection may have open.
const MOST_CALLS: usize = 32;

/// Serves a connection to its end.
pub(crate) async fn serve(agent: Arc<Agent>, stream: UnixStream, peer: Peer, seat: Seat) {
    let (from, to) = stream.into_split();
    let mut from = PeerStream::new(from, peer.pid);
    let (replies, writer) = ReplyQueue::new(to, agent.events.clone());
    let mut ended = agent.ended.subscribe();
    let talk = async {
        let ended = async {
            // The sender lives in the agent.
            let _ = ended.wait_for(|ended| *ended).await;
            Ok(())
        };
        let result = tokio::select! {
            result = converse(agent, &mut from, peer, Arc::new(seat), &replies) => result,
            result = ended => result,
        };
        if let Err(error) = result {
            // It may have gone already.
            let _ = replies.error(0, error).await;
        }
        drop(replies);
        // What is queued still goes out; the writer ends when its queue is closed.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = talk => {}
        () = writer.run() => {}
    }
}

async fn converse(
    agent: Arc<Agent>,
    from: &mut (impl AsyncRead + Unpin),
    peer: Peer,
    seat: Arc<Seat>,
    replies: &ReplyQueue,
) -> Result<(), Error> {
    let first = tokio::time::timeout(
        HELLO_WITHIN,
        frame_io::read::<CallHead>(from, &agent.frame_budget),
    );
    let (id, hello) = match first.await {
        Err(_) => return Err(Error::invalid(Problem::GreetingLate)),
        Ok(Ok(frame)) => match frame.head.call {
            Call::Hello(hello) => (frame.head.id, hello),
            _ => return Err(Error::invalid(Problem::GreetingMissing)),
        },
        Ok(Err(error)) => return closing_error(&error),
    };
    if !greet(&agent, id, &hello, replies).await? {
        return Ok(());
    }
    if hello.protocol != PROTOCOL {
        return refuse_all(&agent, from, &hello, replies).await;
    }
    agent.meet(&hello.session);
    let client = Arc::new(ClientSession::new(
        agent.clone(),
        peer,
        seat,
        hello.session,
        replies.clone(),
    ));
    let forget = forget_at_locks(&client);
    tokio::select! {
        ended = calls(&client, from) => ended,
        () = forget => Ok(()),
    }
}

/// Answers the greeting, whatever protocol its sender speaks; says whether to go on.
async fn greet(agent: &Agent, id: u32, hello: &Hello, replies: &ReplyQueue) -> Result<bool, Error> {
    let folder = agent.folder.display().to_string();
    if hello.vault != folder {
        let error = Error::BrokenAgent {
            problem: Problem::OtherVault,
        };
        // The error belongs to the greeting; after it the connection ends.
        let _ = replies.error(id, error).await;
        return Ok(false);
    }
    let answer = HelloAnswer {
        protocol: PROTOCOL,
        version: VERSION.into(),
        vault: folder,
        locked: !agent.vault.is_unlocked(),
        pid: std::process::id(),
        hook_wait_seconds: *guarded(&agent.hook_wait_seconds),
    };
    Ok(replies.answer(id, Reply::open(answer)).await.is_ok())
}

/// A client of another protocol learns whether the agent may be replaced, and no more.
async fn refuse_all(
    agent: &Agent,
    from: &mut (impl AsyncRead + Unpin),
    hello: &Hello,
    replies: &ReplyQueue,
) -> Result<(), Error> {
    loop {
        match frame_io::read::<ForeignCallHead>(from, &agent.frame_budget).await {
            Ok(frame) => {
                let error = Error::AgentVersion {
                    agent: VERSION.into(),
                    client: hello.version.clone(),
                };
                if replies.error(frame.head.id, error).await.is_err() {
                    return Ok(());
                }
            }
            Err(error) => return closing_error(&error),
        }
    }
}

/// What a call of any protocol has.
#[derive(serde::Deserialize)]
struct ForeignCallHead {
    id: u32,
}

/// The calls that were begun and not yet answered; those that cannot be cancelled have no handle.
#[derive(Default)]
struct OpenCalls(Mutex<HashMap<u32, Option<AbortHandle>>>);

impl OpenCalls {
    /// Takes a call out for its answer; false when it was cancelled.
    fn take(&self, id: u32) -> bool {
        guarded(&self.0).remove(&id).is_some()
    }

    /// Takes a call out to cancel it.
    fn give_up(&self, id: u32) -> Option<AbortHandle> {
        let mut calls = guarded(&self.0);
        let call = calls.get(&id)?.clone()?;
        calls.remove(&id);
        Some(call)
    }
}

/// Ends every open call when the connection ends, though each holds the list too.
struct AbortOnDrop(Arc<OpenCalls>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        for call in guarded(&self.0.0).drain().filter_map(|(_, call)| call) {
            call.abort();
        }
    }
}

async fn calls(
    client: &Arc<ClientSession>,
    from: &mut (impl AsyncRead + Unpin),
) -> Result<(), Error> {
    let open = Arc::new(OpenCalls::default());
    let _end = AbortOnDrop(open.clone());
    loop {
        let frame = match frame_io::read::<CallHead>(from, &client.agent.frame_budget).await {
            Ok(frame) => frame,
            Err(error) => return closing_error(&error),
        };
        client.seat.used();
        match frame.head.call {
            Call::Hello(_) => return Err(Error::invalid(Problem::GreetingTwice)),
            Call::Cancel(id) => cancel(client, &open, id).await?,
            call => {
                let (id, room) = (frame.head.id, frame.room);
                begin(client, &open, id, call, frame.segments, room).await?;
            }
        }
    }
}

async fn cancel(client: &ClientSession, open: &OpenCalls, id: u32) -> Result<(), Error> {
    let Some(call) = open.give_up(id) else {
        return Ok(());
    };
    call.abort();
    // A client that is gone needs no answer.
    let _ = client.replies.error(id, Error::Cancelled).await;
    Ok(())
}

async fn begin(
    client: &Arc<ClientSession>,
    open: &Arc<OpenCalls>,
    id: u32,
    call: Call,
    segments: Segments,
    room: Option<OwnedSemaphorePermit>,
) -> Result<(), Error> {
    let busy = {
        let calls = guarded(&open.0);
        if id == 0 || calls.contains_key(&id) {
            return Err(Error::invalid(Problem::RequestId));
        }
        calls.len() >= MOST_CALLS
    };
    if busy {
        let problem = Problem::TooManyRequests {
            limit: clamp(MOST_CALLS as u64),
        };
        let refused = client.replies.error(id, Error::invalid(problem));
        let _ = refused.await;
        return Ok(());
    }
    let subscribes = matches!(
        &call,
        Call::Query(keyhaven_protocol::request::Query::Subscribe(_))
    );
    if subscribes {
        subscribe(client, open, id);
        return Ok(());
    }
    let bound = router::cannot_be_cancelled(&call);
    let reservation = router::reserves_seat(&call).then(|| client.seat.reserve());
    let task = {
        let (client, open) = (client.clone(), open.clone());
        async move {
            let turn = if router::takes_turn(&call) {
                Some(client.turn.lock().await)
            } else {
                None
            };
            let (name, pid) = (call.name(), client.peer.pid);
            let result = router::answer(&client, id, call, segments).await;
            if let Err(error) = &result
                && log::is_worth_a_line(error.code())
            {
                let refused = LogEvent::Refused(name, error.code(), pid);
                client.agent.note(refused);
            }
            if open.take(id) {
                // A client that is gone needs no answer.
                let _ = client.replies.answer(id, result).await;
            }
            drop((turn, room, reservation));
        }
    };
    // Entered before the task can run: there is one thread, and no wait in between.
    let mut calls = guarded(&open.0);
    let handle = tokio::spawn(task).abort_handle();
    calls.insert(id, (!bound).then_some(handle));
    Ok(())
}

/// Sends events until the connection ends. Events that happen from now on are not missed.
fn subscribe(client: &Arc<ClientSession>, open: &OpenCalls, id: u32) {
    let mut events = client.agent.events.subscribe();
    let replies = client.replies.clone();
    let task = async move {
        replies.answer(id, Reply::open(())).await?;
        loop {
            match events.recv().await {
                Ok(event) => replies.event(event).await?,
                Err(RecvError::Lagged(_)) => replies.event(Event::Lagged).await?,
                Err(RecvError::Closed) => return Ok::<(), ConnectionEnded>(()),
            }
        }
    };
    let handle = tokio::spawn(task).abort_handle();
    guarded(&open.0).insert(id, Some(handle));
}

async fn forget_at_locks(client: &ClientSession) {
    let events: &EventHub = &client.agent.events;
    let mut locks = events.watch_locks();
    while locks.changed().await.is_ok() {
        client.forget();
    }
}

/// The error that a peer receives for a frame that could not be read.
fn closing_error(error: &FrameError) -> Result<(), Error> {
    match error {
        FrameError::Closed | FrameError::Io(_) => Ok(()),
        other => Err(Error::invalid(other.problem())),
    }
}
