//! What only root can observe of programs that allow no debugger.

use std::process::Stdio;

use keyhaven_proof::ProofRun;
use keyhaven_tests::{World, eventually};

/// `CLOCK_BOOTTIME` goes on while the machine sleeps (clock_gettime(2)); its number is 7.
#[test]
fn promise_17_idleness_is_measured_by_a_clock_that_counts_sleep() {
    const NAME: &str = "promise_17_idleness_is_measured_by_a_clock_that_counts_sleep";
    if !rustix::process::geteuid().is_root() {
        return ProofRun::not_checked(NAME, "only root sees the timers of a protected process");
    }
    let mut proof = ProofRun::begin(NAME);
    let world = World::new();
    world.init();
    let agent = world.agent_pid().unwrap();
    let folder = std::fs::read_dir(format!("/proc/{agent}/fdinfo"));
    let files = folder.into_iter().flatten().flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    assert_eq!(
        texts.filter(|text| text.contains("clockid: 7\n")).count(),
        1
    );
    proof.case();
}

/// Also what is nobody's child, as what a window has started that was killed.
#[test]
fn what_was_started_in_a_world_ends_with_it() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not checked: only root sees all processes of a world");
        return;
    }
    let world = World::new();
    world.init();
    world.kh_ok_with(
        &["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"],
        "sk_test",
    );
    let run = ["run", "-p", "shop", "-e", "dev", "--mask-all", "--"];
    let program = ["sh", "-c", "echo ready; exec sleep 600"];
    let mut run = world.kh(&[&run[..], &program].concat());
    let mut run = run.stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = [0; 6];
    std::io::Read::read_exact(run.stdout.as_mut().unwrap(), &mut ready).unwrap();
    drop(world);
    eventually("its end", || run.try_wait().unwrap().is_some());
}
