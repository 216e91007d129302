//! A parent that stays, in pipes: what comes out of it, and that it ends.

#![allow(clippy::unwrap_used)] // The whole file is a test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// For a loaded machine; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);
const VALUE: &str = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";

/// The example `masked`, which Cargo builds with this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    profile.join("examples/masked")
}

fn masked(script: &str) -> Command {
    let mut command = Command::new(program());
    command.env("MASKED", VALUE).args(["sh", "-c", script]);
    command
}

fn run(script: &str) -> Output {
    masked(script).output().unwrap()
}

#[test]
fn both_outputs_are_masked_and_stay_apart() {
    let output = run("echo \"out $MASKED\"; echo \"err $MASKED\" >&2; exit 7");
    assert_eq!(output.stdout, b"out [masked]\n");
    assert_eq!(output.stderr, b"err [masked]\n");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn a_great_deal_comes_out_whole() {
    let output = run("head -c 5000000 /dev/zero; echo $MASKED; head -c 100000 /dev/zero >&2");
    let expected = [vec![0; 5_000_000].as_slice(), b"[masked]\n"].concat();
    assert!(output.stdout == expected);
    assert!(output.stderr == vec![0; 100_000]);
}

#[test]
fn a_slow_reader_loses_nothing_and_the_child_is_still_told() {
    let mut child = masked("trap 'exit 6' TERM; echo ready >&2; while :; do echo $MASKED; done")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    child
        .stderr
        .as_mut()
        .unwrap()
        .read_exact(&mut ready)
        .unwrap();
    // Nobody reads the output, which is soon full on both sides.
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(lines.lines().all(|line| line == "[masked]"), "{lines}");
}

/// Two of one signal that are not taken yet are one to the system, so each is waited for.
#[test]
fn a_signal_comes_once_whether_to_the_group_or_to_the_parent() {
    let script = "trap 'echo group' USR1; trap 'echo parent' USR2; trap 'exit 5' TERM; echo ready
        while :; do sleep 0.01; done";
    let mut child = masked(script)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let pid = Pid::from_child(&child);
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "ready");
    for _ in 0..100 {
        kill_process_group(pid, Signal::USR1).unwrap();
        assert_eq!(said.next().unwrap().unwrap(), "group");
        kill_process(pid, Signal::USR2).unwrap();
        assert_eq!(said.next().unwrap().unwrap(), "parent");
    }
    kill_process_group(pid, Signal::TERM).unwrap();
    assert_eq!(said.next().transpose().unwrap(), None);
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

#[test]
fn a_reader_that_goes_causes_sigpipe() {
    let mut child = masked("exec yes").stdout(Stdio::piped()).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    output.read_exact(&mut [0; 2]).unwrap();
    drop(output);
    assert_eq!(child.wait().unwrap().signal(), Some(13));
}

#[test]
fn standard_input_is_the_child_s_own() {
    let mut child = masked("read a; echo got $a; cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"one\ntwo\n")
        .unwrap();
    assert_eq!(child.wait_with_output().unwrap().stdout, b"got one\ntwo\n");
}

#[test]
fn who_holds_the_output_open_is_not_waited_for() {
    // It holds the pipe as long as the test lets it.
    let mut child = masked("sleep 1000 & echo $!; echo $MASKED")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(child.wait().unwrap().success());
    let mut text = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    let (pid, rest) = text.split_once('\n').unwrap();
    assert_eq!(rest, "[masked]\n");
    Command::new("kill").arg(pid).status().unwrap();
}

#[test]
fn one_who_writes_without_end_is_not_waited_for_either() {
    let mut child = masked("yes $MASKED & echo $! >&2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut text = String::new();
    output.read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!text.contains("sk_"));
}

#[test]
fn a_killed_parent_takes_the_child_along() {
    let mut child = masked("echo $$; exec sleep 1000")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pid = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut pid).unwrap();
    let status = format!("/proc/{}/status", pid.trim());
    let lives = || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        !status.is_empty() && !status.contains("State:\tZ")
    };
    assert!(lives());
    child.kill().unwrap();
    child.wait().unwrap();
    let start = Instant::now();
    while lives() {
        assert!(start.elapsed() < PATIENCE, "it lives on");
        std::thread::yield_now();
    }
}

#[test]
fn what_cannot_be_started_is_reported() {
    let mut command = Command::new(program());
    let output = command.args(["/etc/passwd"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("cannot be executed: Permission denied"),
        "{said}"
    );
    let output = Command::new(program())
        .arg("no-such-program")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no-such-program was not found"), "{said}");
}
