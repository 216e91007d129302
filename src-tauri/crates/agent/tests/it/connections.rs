//! Peers that are rude, and those that are not.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use keyhaven_agent::Peer;
use keyhaven_agent::consent::{Consent, Decision};
use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::frame;
use keyhaven_protocol::request::{
    AuditRequest, Call, CopyRequest, Hello, HelloAnswer, ListRequest, Query, Session,
    SetTierRequest, StatusRequest, SubscribeRequest,
};
use keyhaven_protocol::view::Tier;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::Semaphore;

use crate::support::separate::SeparateAgent;
use crate::support::{AgentFixture, PATIENCE, Raw, hello, named, second};

fn status() -> Call {
    Call::Query(Query::Status(StatusRequest {}))
}

#[test]
fn another_vault_is_not_served() {
    let world = AgentFixture::empty();
    let mut raw = Raw::connect(&world);
    let other = Hello {
        vault: "/another".into(),
        ..hello(&world)
    };
    raw.call(7, Call::Hello(other));
    let (reply, _) = raw.reply();
    assert_eq!(reply.id, 7);
    assert!(matches!(reply.error, Some(Error::BrokenAgent { .. })));
    assert!(raw.rest().is_empty());
}

#[test]
fn another_protocol_learns_whether_the_agent_may_be_replaced_and_no_more() {
    let world = AgentFixture::new();
    let mut raw = Raw::connect(&world);
    let other = Hello {
        protocol: 99,
        version: "99.0".into(),
        ..hello(&world)
    };
    raw.call(1, Call::Hello(other));
    let answer = raw.reply().0.answer.unwrap();
    let answer: HelloAnswer = serde_json::from_str(answer.get()).unwrap();
    assert!(!answer.locked);
    raw.call(2, status());
    let (reply, _) = raw.reply();
    assert!(matches!(reply.error, Some(Error::AgentVersion { client, .. }) if client == "99.0"));
}

#[test]
fn the_first_frame_must_be_a_greeting() {
    let world = AgentFixture::empty();
    let mut raw = Raw::connect(&world);
    raw.call(1, status());
    let replies = raw.rest();
    assert!(matches!(
        replies[..],
        [keyhaven_protocol::request::ReplyHead {
            id: 0,
            error: Some(Error::Invalid { .. }),
            ..
        }]
    ));
}

#[test]
fn rude_frames_end_only_their_own_connection() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    // Four GiB of head; four GiB of segments; no JSON; the number of an open call.
    for rude in [
        &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0][..],
        &[0, 0, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff],
        &[0, 0, 0, 2, 0, 0, 0, 0, b'{', b'{'],
    ] {
        let mut raw = Raw::greeted(&world);
        raw.stream.write_all(rude).unwrap();
        let replies = raw.rest();
        assert!(matches!(replies[0].error, Some(Error::Invalid { .. })));
    }
    // Half a frame, silence after the greeting, silence before it: all still there.
    let mut half = Raw::greeted(&world);
    half.stream.write_all(&[0, 0, 0, 100, 0]).unwrap();
    let _silent = Raw::greeted(&world);
    let _mute = Raw::connect(&world);
    assert_eq!(world.get("stripe").unwrap(), "sk");
}

#[test]
fn a_client_that_does_not_read_hurts_nobody() {
    let world = AgentFixture::new();
    for number in 0..40 {
        world.add(&format!("key-{number}"), "value");
    }
    let mut slow = Raw::greeted(&world);
    // More answers than the socket's buffer holds; none of them is read.
    for id in 2..30 {
        slow.call(id, Call::Query(Query::List(ListRequest::default())));
    }
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(world.get("key-7").unwrap(), "value");
    }
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn one_process_cannot_take_every_connection() {
    let world = AgentFixture::empty();
    let held: Vec<Raw> = (0..32).map(|_| Raw::greeted(&world)).collect();
    let mut refused = Raw::connect(&world);
    let replies = refused.rest();
    assert!(matches!(replies[0].error, Some(Error::BrokenAgent { .. })));
    drop(held);
    // A seat is free as soon as the agent has seen the end of one.
    let start = Instant::now();
    while keyhaven_client::Client::connect(&world.place, &Default::default()).is_err() {
        assert!(start.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
}

/// Lets a request for a value wait until a permit comes.
struct Doorman(Arc<Semaphore>);

impl Consent for Doorman {
    fn ask<'a>(&'a self, _peer: &'a Peer, request: &'static str) -> Decision<'a> {
        Box::pin(async move {
            if request == "Get" {
                self.0.acquire().await.unwrap().forget();
            }
            true
        })
    }
}

#[test]
fn a_request_that_waits_can_be_cancelled_and_does_not_block_others() {
    let permits = Arc::new(Semaphore::new(0));
    let world = AgentFixture::with(Arc::new(Doorman(permits.clone())));
    world.init();
    world.add("stripe", "sk");
    let mut raw = Raw::greeted(&world);
    raw.get(2, "stripe");
    raw.call(3, status());
    let (reply, _) = raw.reply();
    assert_eq!((reply.id, reply.error), (3, None));
    raw.call(0, Call::Cancel(2));
    let (reply, segments) = raw.reply();
    assert_eq!((reply.id, reply.error), (2, Some(Error::Cancelled)));
    assert!(segments.is_empty());
    permits.add_permits(1);
    raw.get(4, "stripe");
    let (reply, segments) = raw.reply();
    assert_eq!((reply.id, segments.len()), (4, 1));
    // Cancelling a request that is not open has no effect, and is no error.
    raw.call(0, Call::Cancel(4));
    raw.call(5, status());
    assert_eq!(raw.reply().0.id, 5);
}

/// Says no to everything that would let a value out, and keeps what it was asked for.
#[derive(Default)]
struct Refuser(std::sync::Mutex<Vec<&'static str>>);

impl Consent for Refuser {
    fn ask<'a>(&'a self, _peer: &'a Peer, request: &'static str) -> Decision<'a> {
        self.0.lock().unwrap().push(request);
        Box::pin(std::future::ready(request == "Init"))
    }
}

#[test]
fn no_value_leaves_without_consent_by_copy_either() {
    let refuser = Arc::new(Refuser::default());
    let world = AgentFixture::with(refuser.clone());
    world.init();
    world.add("stripe", "sk");
    assert_eq!(world.get("stripe").unwrap_err(), Error::Cancelled);
    let copy = CopyRequest {
        target: named("shop", "dev", "stripe"),
        field: None,
    };
    assert_eq!(world.client().ask(copy).unwrap_err(), Error::Cancelled);
    assert_eq!(*refuser.0.lock().unwrap(), ["Init", "Get", "Copy"]);
    // Refused before anything was drawn: the log has no release.
    let log = world.client().ask(AuditRequest::default()).unwrap();
    assert!(log.iter().all(|entry| entry.outcome != "released"));
}

#[test]
fn a_number_in_use_breaks_the_protocol() {
    let permits = Arc::new(Semaphore::new(0));
    let world = AgentFixture::with(Arc::new(Doorman(permits)));
    world.init();
    let mut raw = Raw::greeted(&world);
    raw.get(2, "stripe");
    raw.get(2, "stripe");
    let replies = raw.rest();
    assert!(matches!(replies[0].error, Some(Error::Invalid { .. })));
}

#[test]
fn a_subscriber_hears_changes_and_a_slow_one_that_it_lagged() {
    let world = AgentFixture::new();
    let mut slow = Raw::greeted(&world);
    slow.call(2, Call::Query(Query::Subscribe(SubscribeRequest {})));
    assert_eq!(slow.reply().0.id, 2);
    let mut changes = world.client();
    let mut change = || {
        let request = SetTierRequest {
            project: "shop".into(),
            environment: "dev".into(),
            tier: Tier::Development,
        };
        changes.ask(request).unwrap();
    };
    let mut heard = Vec::new();
    change();
    while !heard.contains(&Event::Changed) {
        heard.extend(slow.reply().0.event);
    }
    // More than the socket's buffer and the queues take.
    for _ in 0..600 {
        change();
    }
    let mut heard = Vec::new();
    while !heard.contains(&Event::Lagged) {
        heard.extend(slow.reply().0.event);
        assert!(heard.len() < 600, "nothing was dropped");
    }
}

#[test]
fn a_second_agent_says_that_the_vault_is_held() {
    let world = AgentFixture::new();
    assert_eq!(second(&world).unwrap_err(), Error::AgentRunning);
    assert_eq!(world.client().ask(StatusRequest {}).unwrap().credentials, 0);
}

#[test]
fn the_program_ends_cleanly_at_sigterm() {
    let mut agent = SeparateAgent::start();
    let client = Client::connect(&agent.place, &Session::default());
    let mut client = client.unwrap().unwrap();
    let status = client.ask(StatusRequest {}).unwrap();
    assert!(!status.initialised);
    assert_eq!(status.agent.pid, agent.process.id());
    // Hardened: others of this user can neither dump nor debug it.
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", agent.process.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core"));
    assert!(core.unwrap().split_whitespace().nth(4) == Some("0"));
    let pid = Pid::from_raw(i32::try_from(agent.process.id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert!(agent.process.wait().unwrap().success());
    assert!(!agent.place.socket.exists());
}

#[test]
fn the_end_is_seen_after_the_vault_is_free() {
    let mut world = AgentFixture::new();
    let mut waiting = Raw::greeted(&world);
    let waiter = std::thread::spawn(move || {
        let end = frame::read::<serde_json::Value>(&mut waiting.stream);
        assert!(matches!(end, Err(frame::FrameError::Closed)));
    });
    world.stop();
    waiter.join().unwrap();
    world.restart();
    world.unlock();
}
