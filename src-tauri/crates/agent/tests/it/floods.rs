//! Programs that take every connection: locking still works.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_client::agent_process::{self, LockOutcome};
use keyhaven_proof::ProofRun;
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{
    Call, ListRequest, LockRequest, Query, Session, StatusRequest, SubscribeRequest,
};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::separate::SeparateAgent;
use crate::support::{AgentFixture, PATIENCE, Raw, eventually};

/// Connections of each process; one may have no more.
const OF_ONE: usize = 32;
/// Processes: with their connections, many more than there are seats.
const PROCESSES: usize = 10;

/// A program that opens connections and keeps them, and goes on with new ones where that is wanted.
struct Flooder {
    process: Child,
    _stdin: ChildStdin,
}

impl Flooder {
    fn start(place: &VaultPaths, own_session: bool, for_ever: bool) -> Self {
        let script = "
            use IO::Socket::UNIX; use POSIX; $| = 1;
            my ($path, $most, $own, $ever) = @ARGV; POSIX::setsid() if $own; my @open;
            sub one { push @open, IO::Socket::UNIX->new(Peer => $path) }
            one() while @open < $most;
            print \"ready\\n\";
            if ($ever) { while (1) { shift @open; one(); select undef, undef, undef, 0.002 } }
            <STDIN>;";
        let mut process = Command::new("perl")
            .args(["-e", script])
            .arg(&place.socket)
            .arg(OF_ONE.to_string())
            .args([own_session, for_ever].map(|flag| if flag { "1" } else { "" }))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take().unwrap();
        let mut line = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self {
            process,
            _stdin: stdin,
        }
    }
}

impl Drop for Flooder {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn flood(world: &AgentFixture, own_session: bool) -> Vec<Flooder> {
    let one = |for_ever| Flooder::start(&world.place, own_session, for_ever);
    let mut all: Vec<Flooder> = (1..PROCESSES).map(|_| one(false)).collect();
    all.push(one(true));
    all
}

#[test]
fn status_lock_and_stop_work_while_ten_programs_hold_every_connection() {
    for own_session in [false, true] {
        let mut world = AgentFixture::new();
        let flood = flood(&world, own_session);
        assert!(!world.client().ask(StatusRequest {}).unwrap().locked);
        assert_eq!(world.client().ask(LockRequest {}), Ok(()));
        assert!(world.client().ask(StatusRequest {}).unwrap().locked);
        world.unlock();
        let session = Session::default();
        let outcome = agent_process::lock(&world.place, &session);
        assert_eq!(outcome, Ok(LockOutcome::Locked));
        world.unlock();
        world.stop();
        drop(flood);
    }
}

/// The cause of the next promise: who floods loses its own connections, and nobody else's.
#[test]
fn a_flood_ends_none_of_the_connections_of_others() {
    let world = AgentFixture::new();
    let mut window = Raw::greeted(&world);
    window.call(2, Call::Query(Query::Subscribe(SubscribeRequest {})));
    assert_eq!(window.reply().0.id, 2);
    let _flood = flood(&world, true);
    for _ in 0..20 {
        world.lock();
        while window.reply().0.event != Some(Event::Locked) {}
        world.unlock();
    }
}

/// How long a lock may take; measured when proving, on a machine that does nothing else.
const LOCKED_WITHIN: Duration = Duration::from_millis(100);

/// Sends as many calls as a connection may have open, and reads none of the answers.
fn busy(world: &AgentFixture) -> Raw {
    let mut raw = Raw::greeted(world);
    for id in 2..32 {
        raw.call(id, Call::Query(Query::List(ListRequest::default())));
    }
    raw
}

#[test]
fn promise_26_a_lock_is_answered_while_programs_flood_the_agent() {
    let name = "promise_26_a_lock_is_answered_while_programs_flood_the_agent";
    let mut proof = ProofRun::begin(name);
    let mut slowest = Duration::ZERO;
    for own_session in [false, true] {
        let world = AgentFixture::new();
        for number in 0..ProofRun::cases(10, 200) {
            world.add(&format!("key-{number}"), "value");
        }
        let _flood = flood(&world, own_session);
        for _ in 0..ProofRun::cases(3, 100) {
            let _busy: Vec<Raw> = (0..4).map(|_| busy(&world)).collect();
            let mut client = world.client();
            let start = Instant::now();
            client.ask(LockRequest {}).unwrap();
            let took = start.elapsed();
            slowest = slowest.max(took);
            assert!(!ProofRun::is_full() || took <= LOCKED_WITHIN, "{took:?}");
            assert!(client.ask(StatusRequest {}).unwrap().locked);
            world.unlock();
            proof.case();
        }
    }
    proof.measured(&format!("the slowest lock took {slowest:.1?}"));
}

/// Any program of the same user can send it the signal.
#[test]
fn a_stopped_agent_locks_and_ends_too() {
    for only_lock in [true, false] {
        let mut agent = SeparateAgent::start();
        let pid = Pid::from_child(&agent.process);
        kill_process(pid, Signal::STOP).unwrap();
        let session = Session::default();
        if only_lock {
            let outcome = agent_process::lock(&agent.place, &session);
            assert_eq!(outcome, Ok(LockOutcome::Ended));
        } else {
            assert_eq!(agent_process::stop(&agent.place, &session), Ok(true));
        }
        // It was not killed: it locked before it ended.
        assert!(agent.process.wait().unwrap().success());
    }
}

/// A socket in the place of the agent's, which takes connections and says nothing.
#[test]
fn an_agent_that_cannot_be_asked_is_made_to_lock_and_end_by_a_signal() {
    let mut agent = SeparateAgent::start();
    let other = agent.place.socket.with_extension("other");
    let _silent = std::os::unix::net::UnixListener::bind(&other).unwrap();
    std::fs::rename(&other, &agent.place.socket).unwrap();
    let start = Instant::now();
    let outcome = agent_process::lock(&agent.place, &Session::default());
    assert_eq!(outcome, Ok(LockOutcome::Ended));
    assert!(start.elapsed() < PATIENCE);
    assert!(agent.process.wait().unwrap().success());
    // And where none runs, nothing is wrong.
    // It may have made its socket again in the meantime, and removed that.
    let _ = std::fs::remove_file(&agent.place.socket);
    let outcome = agent_process::lock(&agent.place, &Session::default());
    assert_eq!(outcome, Ok(LockOutcome::NotRunning));
    assert_eq!(
        agent_process::stop(&agent.place, &Session::default()),
        Ok(false)
    );
}

#[test]
fn an_agent_whose_socket_was_removed_makes_it_again_and_one_without_a_folder_ends() {
    let mut agent = SeparateAgent::start();
    std::fs::remove_file(&agent.place.socket).unwrap();
    eventually("the socket", || {
        let client = Client::connect(&agent.place, &Session::default());
        client.is_ok_and(|client| {
            client.is_some_and(|mut client| client.ask(StatusRequest {}).is_ok())
        })
    });
    std::fs::remove_dir_all(agent.place.socket.parent().unwrap()).unwrap();
    assert!(agent.process.wait().unwrap().success());
}

#[test]
fn stop_ends_the_agent() {
    let mut agent = SeparateAgent::start();
    assert_eq!(
        agent_process::stop(&agent.place, &Session::default()),
        Ok(true)
    );
    assert!(agent.process.wait().unwrap().success());
    let none = Client::connect(&agent.place, &Session::default());
    assert!(matches!(none, Ok(None)), "{none:?}");
}

/// As for cron or `su`: the environment names another runtime folder, or none.
#[test]
fn an_agent_is_found_from_an_environment_with_another_runtime_folder() {
    let mut agent = SeparateAgent::start();
    let folder = agent.place.folder.clone();
    let elsewhere = VaultPaths::new(&folder, None).unwrap();
    assert_ne!(elsewhere.socket, agent.place.socket);
    let client = Client::connect(&elsewhere, &Session::default());
    let client = client.unwrap().unwrap();
    assert_eq!(client.socket(), agent.place.socket);
    let outcome = agent_process::lock(&elsewhere, &Session::default());
    assert_eq!(outcome, Ok(LockOutcome::Locked));
    let stopped = agent_process::stop(&elsewhere, &Session::default());
    assert_eq!(stopped, Ok(true));
    assert!(agent.process.wait().unwrap().success());
    assert!(!keyhaven_protocol::paths::socket_note(&folder).exists());
}

/// "Locked" would be false where an agent holds the vault open.
#[test]
fn an_agent_that_cannot_be_reached_is_reported_and_locked_by_a_signal() {
    let mut agent = SeparateAgent::start();
    let elsewhere = VaultPaths::new(&agent.place.folder, None).unwrap();
    // The agent would leave it again where it is gone.
    let note = keyhaven_protocol::paths::socket_note(&elsewhere.folder);
    std::fs::remove_file(&note).unwrap();
    std::fs::create_dir(&note).unwrap();
    let session = Session::default();
    let pid = i32::try_from(agent.process.id()).unwrap();
    let unreachable = Error::AgentUnreachable { pid };
    assert_eq!(unreachable.code().exit_status(), 8);
    let asked = Client::connect(&elsewhere, &session).map(drop);
    assert_eq!(asked, Err(unreachable.clone()));
    let started = Client::connect_or_start(&elsewhere, &session).map(drop);
    assert_eq!(started, Err(unreachable));
    let outcome = agent_process::lock(&elsewhere, &session);
    assert_eq!(outcome, Ok(LockOutcome::Ended));
    assert!(agent.process.wait().unwrap().success());
    let none = Client::connect(&elsewhere, &session);
    assert!(matches!(none, Ok(None)), "{none:?}");
}
