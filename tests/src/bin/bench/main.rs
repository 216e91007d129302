//! The benchmarks: each figure is a ratio to, or a difference from, a floor
//! measured in the same run, the two taken turn by turn so that a busy moment
//! of the machine hits both. Ends with 1 when a figure misses its target.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod care;
mod hook;
mod keys;
mod mask;
mod reads;
mod recognise;
mod run;
mod window;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use keyhaven_tests::{PASSWORD, World};

/// Credentials in the large vault.
const MANY: usize = 10_000;

/// How long the idle agent is watched.
const WATCH: Duration = Duration::from_secs(10);

/// Measures one figure.
type Measure = fn() -> Figure;

/// Every figure by the name it is asked for with.
const FIGURES: [(&str, Measure); 21] = [
    ("mask", mask::throughput),
    ("run-50", run::fifty),
    ("run-1", run::one),
    ("run-500", run::five_hundred),
    ("run-peers", run::peers),
    ("hook-bash", hook::bash),
    ("hook-zsh", hook::zsh),
    ("hook-load", hook::under_load),
    ("unlock", unlock_many),
    ("list", list_many),
    ("unlock-100000", care::unlock),
    ("password", keys::password),
    ("reads", reads::reads),
    ("recognise", recognise::one_key),
    ("backup", care::backup),
    ("restore", care::restore),
    ("verify", care::verify),
    ("idle-memory", idle_memory),
    ("idle-wakeups", idle_wakeups),
    ("window-open", window::open),
    ("window-locked", window::locked),
];

/// Measures the figures whose names contain the one argument, or all.
fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let asked: Vec<_> = FIGURES
        .iter()
        .filter(|(name, _)| name.contains(&wanted))
        .collect();
    let mut good = true;
    if asked.is_empty() {
        let names: Vec<&str> = FIGURES.iter().map(|(name, _)| *name).collect();
        println!("no figure of that name; there are: {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    println!("{:<44} {:<34} target", "what", "measured");
    for (_, measure) in asked {
        let figure = measure();
        let verdict = if figure.good { "ok" } else { "MISSED" };
        good &= figure.good;
        println!(
            "{:<44} {:<34} {:<16} {verdict}",
            figure.what, figure.measured, figure.target
        );
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One line of the result.
struct Figure {
    what: &'static str,
    measured: String,
    target: String,
    good: bool,
}

/// With the test-agent, whose key derivation costs next to nothing: what is
/// left of an unlock is everything else.
fn unlock_many() -> Figure {
    let world = World::new();
    world.init();
    import(&world, MANY);
    let password = world.write("password", format!("{PASSWORD}\n"));
    let unlock = || {
        world.kh_ok(&["lock"]);
        let mut command = world.kh(&["unlock", "--password-stdin"]);
        command.stdin(fs::File::open(&password).unwrap());
        command
    };
    let start = || world.kh(&["--version"]);
    let [unlock, start] = medians(30, [&unlock, &start]);
    difference("unlock at 10,000, without KDF and start", unlock, start)
}

fn list_many() -> Figure {
    let world = World::new();
    world.init();
    import(&world, MANY);
    let listed = world.kh_ok(&["list", "--json"]);
    assert!(listed.contains("key_09999") || listed.contains("KEY_09999"));
    let list = || world.kh(&["list"]);
    let start = || world.kh(&["--version"]);
    let [list, start] = medians(50, [&list, &start]);
    difference("kh list of 10,000, without start", list, start)
}

fn idle_memory() -> Figure {
    let world = World::shipped();
    world.init();
    import(&world, 50);
    world.kh_ok(&["run", "-p", "bench", "-e", "dev", "--", "true"]);
    let resident = resident_kib(agent(&world));
    Figure {
        what: "idle agent, resident, unlocked",
        measured: format!("{:.1} MiB", resident / 1024.0),
        target: "at most 25 MiB".into(),
        good: resident <= 25.0 * 1024.0,
    }
}

fn idle_wakeups() -> Figure {
    let world = World::shipped();
    world.init();
    import(&world, 50);
    let pid = agent(&world);
    // What follows a request is not idleness: a last write within 1 s, and the end of a
    // helper thread after 10 s without work.
    std::thread::sleep(Duration::from_secs(12));
    let before = switches(pid);
    std::thread::sleep(WATCH);
    let after = switches(pid);
    assert!(
        after.keys().eq(before.keys()),
        "no thread begins or ends in an idle agent"
    );
    let woken = after.values().sum::<u64>() - before.values().sum::<u64>();
    Figure {
        what: "idle agent, wake-ups in 10 s",
        measured: woken.to_string(),
        target: "none".into(),
        good: woken == 0,
    }
}

fn difference(what: &'static str, whole: Duration, start: Duration) -> Figure {
    let rest = whole.saturating_sub(start);
    Figure {
        what,
        measured: format!("{} ({} - {})", ms(rest), ms(whole), ms(start)),
        target: "at most 30 ms".into(),
        good: rest <= Duration::from_millis(30),
    }
}

/// The median time from start to end of each command, taken in turns.
fn medians<const N: usize>(rounds: usize, makes: [&dyn Fn() -> Command; N]) -> [Duration; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (make, times) in makes.iter().zip(&mut times) {
            let mut command = make();
            command.stdout(Stdio::null());
            let start = Instant::now();
            let status = command.status().expect("a program that starts");
            times.push(start.elapsed());
            assert!(status.success(), "{command:?} ended with {status}");
        }
    }
    times.map(median)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn import(world: &World, count: usize) {
    let mut text = String::new();
    for number in 0..count {
        let _ = writeln!(text, "KEY_{number:05}=sk_test_{number:032x}");
    }
    let file = world.write("keys.env", text);
    let file = file.to_str().expect("a plain path");
    world.kh_ok(&[
        "import", "dotenv", file, "-p", "bench", "-e", "dev", "--yes",
    ]);
}

fn agent(world: &World) -> u32 {
    world.agent_pid().expect("a running agent")
}

fn resident_kib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a living agent");
    number(&status, "VmRSS:").expect("a resident size")
}

/// How often each of the agent's threads has been woken so far.
fn switches(pid: u32) -> BTreeMap<OsString, u64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("a living agent");
    threads
        .filter_map(|thread| {
            let thread = thread.ok()?;
            let status = fs::read_to_string(thread.path().join("status")).ok()?;
            let switches = number(&status, "voluntary_ctxt_switches:")?;
            Some((thread.file_name(), switches as u64))
        })
        .collect()
}

fn number(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
