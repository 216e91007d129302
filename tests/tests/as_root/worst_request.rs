//! The worst that one client can ask for: a lock does not wait for it, and the agent gives the
//! memory back.

mod requests;

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_proof::ProofRun;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{
    AddProfileRequest, Choice, LockRequest, Profile, Session, TrustRequest,
};
use keyhaven_tests::{PASSWORD, World, eventually};
use requests::{REQUESTS, import};

/// How long a lock may take while somebody else asks for much.
const LOCKED_WITHIN: Duration = Duration::from_millis(100);
/// How much the agent may grow for one request.
const MOST_GROWTH_KIB: u64 = 64 << 10;
const MIB: usize = 1 << 20;

#[test]
fn promise_26_a_lock_does_not_wait_for_the_worst_request() {
    const NAME: &str = "promise_26_a_lock_does_not_wait_for_the_worst_request";
    let mut proof = ProofRun::begin(NAME);
    let world = filled(ProofRun::cases(1_000, 20_000));
    let pid = world.agent_pid().unwrap();
    let rounds = ProofRun::cases(1, 20);
    let mut stopped = 0;
    let mut slowest = (Duration::ZERO, "");
    for (at, (name, ask)) in REQUESTS.iter().enumerate() {
        for round in 0..rounds {
            let mut locker = connect(&world);
            let before = vault_time(pid);
            let (took, asked) = thread::scope(|scope| {
                let asked: Vec<_> = (0..3)
                    .map(|client| {
                        let mut client_of = connect(&world);
                        let number = (at * rounds + round) * 3 + client;
                        scope.spawn(move || ask(&mut client_of, number))
                    })
                    .collect();
                eventually("work on the vault", || {
                    asked.iter().all(|asked| asked.is_finished())
                        || vault_time(pid) > before + Duration::from_millis(3)
                });
                let start = Instant::now();
                locker.ask(LockRequest {}).unwrap();
                let took = start.elapsed();
                let asked: Vec<_> = asked.into_iter().map(|one| one.join().unwrap()).collect();
                (took, asked)
            });
            for result in asked {
                match result {
                    Err(Error::Locked | Error::ImportStopped) => stopped += 1,
                    // What is refused was looked at as well.
                    Ok(())
                    | Err(
                        Error::Invalid { .. }
                        | Error::NoCredential { .. }
                        | Error::ScopeMissing { .. }
                        | Error::Changed { .. },
                    ) => {}
                    Err(other) => panic!("{name}: {other:?}"),
                }
            }
            slowest = slowest.max((took, *name));
            // Times gate only where promises are proved.
            assert!(
                !ProofRun::is_full() || took < LOCKED_WITHIN,
                "{name}: locked after {took:?}"
            );
            assert!(world.is_locked(), "{name}: still unlocked");
            world.kh_ok_with(&["unlock", "--password-stdin"], format!("{PASSWORD}\n"));
            proof.case();
        }
    }
    assert!(stopped > 0, "nothing was under way when the locks came");
    let (took, name) = slowest;
    proof.measured(&format!("the slowest lock took {took:.1?}, during {name}"));
    // What was stopped is neither done by half nor damage.
    assert!(world.kh_ok(&["verify"]).contains("intact"));
}

#[test]
fn promise_10_the_worst_request_leaves_no_memory_behind() {
    const NAME: &str = "promise_10_the_worst_request_leaves_no_memory_behind";
    if !rustix::process::geteuid().is_root() {
        return ProofRun::not_checked(NAME, "only root can measure a protected process");
    }
    let mut proof = ProofRun::begin(NAME);
    let world = filled(ProofRun::cases(1_000, 4_000));
    let pid = world.agent_pid().unwrap();
    let idle = kib(pid, "VmRSS:");
    let idle_own = kib(pid, "RssAnon:");
    for (at, (name, ask)) in REQUESTS.iter().enumerate() {
        // Forgets the peak (proc_pid_clear_refs(5)).
        fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
        let _ = ask(&mut connect(&world), 1000 + at);
        let peak = kib(pid, "VmHWM:").saturating_sub(idle);
        assert!(peak <= MOST_GROWTH_KIB, "{name}: {peak} KiB more");
        proof.case();
    }
    connect(&world).ask(LockRequest {}).unwrap();
    // Pages of the program itself are no memory that it took.
    eventually("the memory to go back", || {
        kib(pid, "RssAnon:").saturating_sub(idle_own) <= MOST_GROWTH_KIB / 4
    });
}

/// A vault with so many keys, and three large ones.
fn filled(keys: usize) -> World {
    let world = World::new();
    world.init();
    let mut client = connect(&world);
    let parts = keys.div_ceil(4_000);
    for part in 0..parts {
        let environment = if part == 0 {
            "dev".into()
        } else {
            format!("dev-{part}")
        };
        import(&mut client, &environment, keys / parts, 32).unwrap();
    }
    import(&mut client, "big", 3, MIB).unwrap();
    save_profiles(&mut client, ProofRun::cases(16, 64));
    for number in 0..ProofRun::cases(32, 1024) {
        let request = TrustRequest {
            path: format!("/{}/{number}", "x".repeat(4000)),
            sha256: "ab".repeat(32),
            allow_production: false,
            outline: Vec::new(),
        };
        client.ask(request).unwrap();
    }
    world
}

/// So many large profiles; no key has a scope that they need.
fn save_profiles(client: &mut Client, count: usize) {
    for number in 0..count {
        let profile = Profile {
            name: format!("needs-{number}"),
            project: "bench".into(),
            environment: "dev".into(),
            choice: Choice::default(),
            needs: (0..4000).map(|scope| format!("scope-{scope}")).collect(),
            ..Profile::default()
        };
        client.ask(AddProfileRequest { profile }).unwrap();
    }
}

fn connect(world: &World) -> Client {
    Client::connect(&world.place(), &Session::default())
        .unwrap()
        .unwrap()
}

/// How long the thread that owns the vault has worked.
fn vault_time(pid: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let vault = threads
        .flatten()
        .map(|thread| thread.path())
        .find(|thread| fs::read_to_string(thread.join("comm")).is_ok_and(|name| name == "vault\n"));
    let times = fs::read_to_string(vault.unwrap().join("schedstat")).unwrap();
    let nanos = times.split(' ').next().unwrap().parse().unwrap();
    Duration::from_nanos(nanos)
}

fn kib(pid: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let number = line.unwrap().split_whitespace().next();
    number.unwrap().parse().unwrap()
}
