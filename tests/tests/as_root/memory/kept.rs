//! What stays in memory on purpose: the agent's keys, out of swap, and what a supervisor masks.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use keyhaven_tests::{Kept, Secrets, Terminal, World, eventually};

use super::{Known, is_root, unlikely};

/// The agent's locked memory in KiB, as the kernel counts it.
fn locked_kib(world: &World) -> u64 {
    let agent = world.agent_pid().unwrap();
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    let locked = status.lines().find(|line| line.starts_with("VmLck:"));
    let number = locked.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

#[test]
fn whether_keys_are_kept_out_of_swap_is_shown_correctly() {
    let told = |limit: &str| {
        let world = World::of_an_ordinary_user();
        let script = format!("ulimit -l {limit}; exec kh init --password-stdin");
        let mut init = world.command("sh");
        init.args(["-c", &script]).stdin(Stdio::piped());
        let mut init = Kept::start(init.stdout(Stdio::null()));
        let mut input = init.child().stdin.take().unwrap();
        writeln!(input, "{}", keyhaven_tests::PASSWORD).unwrap();
        assert!(init.child().wait().unwrap().success());
        let status: serde_json::Value =
            serde_json::from_str(&world.kh_ok(&["status", "--json"])).unwrap();
        let notices = status["notices"].as_array().unwrap();
        let warned = notices
            .iter()
            .any(|notice| notice["notice"] == "memory_not_locked");
        (warned, locked_kib(&world))
    };
    assert_eq!(told("0"), (true, 0));
    let (warned, locked) = told("1024");
    // A page for each of the eight keys at least.
    assert!(!warned && locked >= 32, "{locked} KiB");
}

/// Of what a program received, its supervisor and the process next to it keep what is to be found
/// in the output, and nothing else.
#[test]
fn a_supervisor_keeps_of_an_environment_only_what_it_masks() {
    if !is_root() {
        eprintln!("not checked: only root sees the memory of these processes");
        return;
    }
    let world = World::new();
    let known = Known::make(&world);
    let plain = unlikely();
    let add = [
        "add", "level", "-p", "shop", "-e", "dev", "--plain", "--stdin",
    ];
    world.kh_ok_with(&add, &plain);
    let supervisors = || {
        let processes = world.processes().into_iter();
        let pids = processes.filter_map(|(pid, program)| (program == "kh").then_some(pid));
        pids.collect::<Vec<u32>>()
    };
    let held = |name: &str, value: &str| {
        let mut secrets = Secrets::default();
        secrets.text(name, value);
        let supervisors = supervisors().into_iter();
        supervisors
            .flat_map(|pid| secrets.find_in(pid))
            .collect::<BTreeSet<String>>()
    };
    let script = "test -n \"$LEVEL\" && echo started; exec sleep 600";
    let run = [
        "run", "-p", "shop", "-e", "dev", "--mask", "--", "sh", "-c", script,
    ];
    let check = || {
        eventually("the supervisor and another process", || {
            supervisors().len() == 2
        });
        // The control: what is masked is found.
        assert!(held("masked", &known.values[7]).contains("masked"));
        eventually("the end of the environment", || {
            held("plain", &plain).is_empty()
        });
    };

    let (piped, line) = Kept::start_and_read_line(&mut world.kh(&run));
    assert_eq!(line, "started");
    check();
    drop(piped);
    eventually("its end", || supervisors().is_empty());

    let terminal = Terminal::start(world.kh(&run));
    terminal.expect("started");
    check();
}
