//! Passwords and locks.

use std::time::Duration;

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::frame;
use keyhaven_protocol::request::{
    Call, CallHead, InitRequest, InputSeenRequest, ListRequest, LockRequest, Query, SecretIn,
    StatusRequest, SubscribeRequest, UnlockRequest,
};

use crate::support::{AgentFixture, PASSWORD, Raw, eventually, secret, unlock};

fn subscribe(world: &AgentFixture) -> Raw {
    let mut raw = Raw::greeted(world);
    raw.call(2, Call::Query(Query::Subscribe(SubscribeRequest {})));
    assert_eq!(raw.reply().0.id, 2);
    raw
}

#[test]
fn a_wrong_password_opens_nothing_and_delays_nobody_else() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.lock();
    let mut bad = world.client();
    assert_eq!(
        unlock(&mut bad, "wrong password").unwrap_err(),
        Error::WrongPassword
    );
    assert!(world.client().ask(StatusRequest {}).unwrap().locked);
    let status = unlock(&mut world.client(), PASSWORD).unwrap();
    assert!(!status.locked);
    // A second unlock of an open vault is fine.
    unlock(&mut bad, PASSWORD).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk");
}

#[test]
fn a_vault_is_made_once_and_not_with_a_short_password() {
    let world = AgentFixture::empty();
    let init = |password: &str| {
        let (password, segments) = keyhaven_client::one_segment(crate::support::secret(password));
        let request = InitRequest { password };
        world.client().ask_with(request, &segments).map(|_| ())
    };
    assert_eq!(init("1234567"), Err(Error::WeakPassword { minimum: 8 }));
    assert_eq!(init(PASSWORD), Ok(()));
    assert!(matches!(init(PASSWORD), Err(Error::VaultExists { .. })));
}

#[test]
fn no_value_comes_after_the_lock() {
    const ROUNDS: u32 = 36;
    const CALLS: u32 = 12;
    let world = AgentFixture::new();
    world.add("stripe", &"s".repeat(2000));
    let (mut before, mut after) = (0, 0);
    for round in 0..ROUNDS {
        let mut raw = subscribe(&world);
        let mut locker = world.client();
        let (mut locked, mut answers) = (false, 0);
        let mut hear = |raw: &mut Raw| {
            let (reply, segments) = raw.reply();
            locked |= reply.event == Some(Event::Locked);
            if reply.event.is_none() {
                answers += 1;
                before += u32::from(!segments.is_empty());
                assert!(!locked || segments.is_empty(), "a value after the lock");
                after += u32::from(reply.error == Some(Error::Locked));
            }
            (locked, answers)
        };
        for id in 3..3 + CALLS {
            raw.get(id, "stripe");
            // The lock comes at another moment of the race each time, in every other round
            // for sure after a first answer.
            if id == 3 + round % CALLS {
                while round % 2 == 0 && hear(&mut raw).1 == 0 {}
                locker.ask(LockRequest {}).unwrap();
            }
        }
        loop {
            let (locked, answers) = hear(&mut raw);
            if locked && answers >= CALLS {
                break;
            }
        }
        world.unlock();
    }
    assert!(before > 0 && after > 0, "no race: {before} {after}");
}

/// Field 7 of `/proc/self/stat` (proc_pid_stat(5)).
fn has_terminal() -> bool {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    fields.split(' ').nth(4).unwrap() != "0"
}

#[test]
fn an_idle_vault_locks_itself_and_only_uses_of_values_count() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut events = subscribe(&world);
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let mut client = world.client();
    world.clock.advance(minutes(29));
    client.ask(InputSeenRequest {}).unwrap();
    world.clock.advance(minutes(28));
    // A use counts where this process has a terminal: a program without one is no person.
    world.get("stripe").unwrap();
    let left = client.ask(StatusRequest {}).unwrap().locks_in_seconds;
    let expected = if has_terminal() { 1800 } else { 120 };
    assert_eq!(left, Some(expected));
    client.ask(InputSeenRequest {}).unwrap();
    world.clock.advance(minutes(29));
    let status = client.ask(StatusRequest {}).unwrap();
    assert_eq!((status.locked, status.locks_in_seconds), (false, Some(60)));
    client.ask(ListRequest::default()).unwrap();
    world.clock.advance(minutes(1));
    events.wait_for(&Event::Locked);
    let status = client.ask(StatusRequest {}).unwrap();
    assert_eq!((status.locked, status.locks_in_seconds), (true, None));
    assert_eq!(world.get("stripe").unwrap_err(), Error::Locked);
}

#[test]
fn an_open_vault_has_its_time_to_lock_though_the_client_is_gone() {
    let world = AgentFixture::new();
    let mut opened = 0;
    for _ in 0..20 {
        world.lock();
        let mut raw = Raw::greeted(&world);
        let (password, segments) = one_segment(secret(PASSWORD));
        let request = UnlockRequest {
            password,
            accept_older: false,
        };
        let head = CallHead {
            id: 2,
            call: Call::SecretIn(SecretIn::Unlock(request)),
        };
        frame::write(&mut raw.stream, &head, &segments).unwrap();
        // One step of two is done: the vault is being opened now.
        while raw.reply().0.progress.is_none_or(|step| step.done == 0) {}
        drop(raw);
        let status = world.client().ask(StatusRequest {}).unwrap();
        if !status.locked {
            opened += 1;
            assert_eq!(status.locks_in_seconds, Some(1800));
        }
    }
    assert!(opened > 0);
}

#[test]
fn a_lock_is_done_and_reported_though_the_client_is_gone() {
    let world = AgentFixture::new();
    let mut events = subscribe(&world);
    for _ in 0..20 {
        let mut raw = Raw::greeted(&world);
        raw.call(2, Call::Query(Query::Lock(LockRequest {})));
        drop(raw);
        events.wait_for(&Event::Locked);
        world.unlock();
        assert_eq!(
            world
                .client()
                .ask(StatusRequest {})
                .unwrap()
                .locks_in_seconds,
            Some(1800)
        );
    }
}

#[test]
fn setting_the_wall_clock_locks_nothing() {
    let world = AgentFixture::new();
    world.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
    let status = world.client().ask(StatusRequest {}).unwrap();
    assert_eq!(
        (status.locked, status.locks_in_seconds),
        (false, Some(1800))
    );
}

#[test]
fn listening_begins_with_the_unlock() {
    let world = AgentFixture::watched_by("touch listens; echo hears screen; cat");
    world.init();
    world.lock();
    let listens = world.path("listens");
    let _ = std::fs::remove_file(&listens);
    eventually("a helper before the vault is open", || {
        unlock(&mut world.client(), "wrong password").unwrap_err();
        listens.exists()
    });
    assert!(world.client().ask(StatusRequest {}).unwrap().locked);
    world.unlock();
    assert!(!world.client().ask(StatusRequest {}).unwrap().locked);
}

#[test]
fn who_leaves_while_the_vault_is_being_opened_locks_it() {
    let world = AgentFixture::watched_by("echo left screen; cat");
    let mut events = subscribe(&world);
    world.init();
    events.wait_for(&Event::Locked);
    assert!(world.client().ask(StatusRequest {}).unwrap().locked);
}
