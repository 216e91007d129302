//! The worst that one client can ask for: a lock does not wait for it, and the agent gives the
//! memory back.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_proof::ProofRun;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{BackUpRequest, VerifyLogRequest, VerifyRequest};
use keyhaven_protocol::request::{
    Assignment, AuditRequest, Choice, ImportItem, ImportRequest, ImportStep, LaunchPurpose,
    LaunchSource, ListRequest, LockRequest, ResolveRequest, Session,
};
use keyhaven_protocol::view::FieldKind;
use keyhaven_secret::SecretBytes;
use keyhaven_tests::{PASSWORD, World, eventually};

/// How long a lock may take while somebody else asks for much.
const LOCKED_WITHIN: Duration = Duration::from_millis(100);
/// How much the agent may grow for one request.
const MOST_GROWTH_KIB: u64 = 64 << 10;
const MIB: usize = 1 << 20;

/// A request that makes much work; whether it was done.
type Ask = fn(&mut Client, usize) -> Result<(), Error>;

const REQUESTS: [(&str, Ask); 9] = [
    ("list", |client, _| {
        client.ask(ListRequest::default()).map(drop)
    }),
    ("search", |client, _| {
        let text = Some("nothing has this".into());
        let request = ListRequest {
            text,
            ..ListRequest::default()
        };
        client.ask(request).map(drop)
    }),
    ("launch", |client, _| {
        resolve(client, environment("dev"), Choice::default())
    }),
    ("large launch", |client, _| {
        let choice = Choice {
            set: (0..14)
                .map(|number| assignment(number, "{{kh:big-0}}"))
                .collect(),
            ..Choice::default()
        };
        resolve(client, environment("big"), choice)
    }),
    ("expansion", |client, _| {
        let text = "{{kh:big-0}}".repeat(4096);
        let choice = Choice {
            set: vec![assignment(0, &text)],
            ..Choice::default()
        };
        resolve(client, environment("big"), choice)
    }),
    ("import", |client, round| {
        import(client, &format!("new-{round}"), 8000, 16)
    }),
    ("large import", |client, round| {
        import(client, &format!("large-{round}"), 31, MIB)
    }),
    ("log", |client, _| {
        let request = AuditRequest {
            project: Some("bench".into()),
            limit: 10_000,
            ..AuditRequest::default()
        };
        client.ask(request).map(drop)?;
        client.ask(VerifyLogRequest {}).map(drop)
    }),
    ("verify and back up", |client, _| {
        client.ask(VerifyRequest { password: None }).map(drop)?;
        client.ask(BackUpRequest {}).map(drop)
    }),
];

#[test]
fn promise_26_a_lock_does_not_wait_for_the_worst_request() {
    const NAME: &str = "promise_26_a_lock_does_not_wait_for_the_worst_request";
    let mut proof = ProofRun::begin(NAME);
    let world = filled(ProofRun::cases(1_000, 20_000));
    let pid = world.agent_pid().unwrap();
    let rounds = ProofRun::cases(1, 20);
    let mut stopped = 0;
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
                    Ok(()) | Err(Error::Invalid { .. }) => {}
                    Err(other) => panic!("{name}: {other:?}"),
                }
            }
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
    world
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

fn environment(name: &str) -> LaunchSource {
    LaunchSource::Environment {
        project: "bench".into(),
        environment: name.into(),
    }
}

fn assignment(number: usize, text: &str) -> Assignment {
    Assignment {
        variable: format!("V{number}"),
        text: text.into(),
    }
}

fn resolve(client: &mut Client, source: LaunchSource, choice: Choice) -> Result<(), Error> {
    let request = ResolveRequest {
        choice,
        ..ResolveRequest::new(source, LaunchPurpose::Env)
    };
    client.ask_with(request, &Segments::default()).map(drop)
}

/// Imports so many keys with values of so many bytes into a new environment.
fn import(client: &mut Client, environment: &str, keys: usize, bytes: usize) -> Result<(), Error> {
    let numbers: Vec<usize> = (0..keys).collect();
    let mut parts = numbers.chunks((8 * MIB / bytes).min(2000)).peekable();
    while let Some(part) = parts.next() {
        let mut segments = Segments::default();
        let prefix = if bytes == MIB { "big" } else { "key" };
        let items = part.iter().map(|number| ImportItem {
            field: None,
            name: format!("{prefix}-{number}"),
            variable: Some(format!("KEY_{number}")),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            source_id: format!("test:{number}"),
            value: segments.push(SecretBytes::new(vec![b'v'; bytes])),
        });
        let items = items.collect();
        let request = ImportRequest {
            project: "bench".into(),
            environment: environment.into(),
            tier: None,
            items,
            step: match parts.peek() {
                Some(_) => ImportStep::Gather,
                None => ImportStep::Apply,
            },
            without_backup: true,
            discard_old: false,
            expires: None,
        };
        client.ask_with(request, &segments)?;
    }
    Ok(())
}
