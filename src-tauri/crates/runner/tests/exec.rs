//! Real children: what `exec` leaves of this process in them, which is nothing.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

/// The example `become`, which Cargo builds beside this test.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    profile.join("examples/become")
}

fn become_it(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_child_has_the_variable_and_the_pid() {
    let child = Command::new(program())
        .args(["sh", "-c", "echo $$ $INJECTED"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output), format!("{pid} from the vault\n"));
}

#[test]
fn the_status_is_the_child_s() {
    for status in [0, 1, 3, 126, 127, 255] {
        let output = become_it(&["sh", "-c", &format!("exit {status}")]);
        assert_eq!(output.status.code(), Some(status));
    }
    let killed = become_it(&["sh", "-c", "kill -TERM $$"]);
    assert_eq!(killed.status.signal(), Some(15));
}

#[test]
fn what_cannot_be_started_has_the_shells_statuses() {
    assert_eq!(
        become_it(&["no-such-program-anywhere"]).status.code(),
        Some(127)
    );
    assert_eq!(become_it(&["/etc/hostname/none"]).status.code(), Some(127));
    assert_eq!(become_it(&["/etc/passwd"]).status.code(), Some(126));
    assert_eq!(become_it(&["/"]).status.code(), Some(126));
    assert_eq!(become_it(&[""]).status.code(), Some(127));
}

#[test]
fn a_script_without_a_first_line_is_run_by_sh() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    std::fs::write(&script, "echo \"$INJECTED\" \"$1\"\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let output = become_it(&[script.to_str().unwrap(), "an argument"]);
    assert_eq!(text(&output), "from the vault an argument\n");
}

#[test]
fn arguments_need_not_be_utf8() {
    let odd = OsString::from_vec(b"a\xffb\n".to_vec());
    let output = Command::new(program())
        .arg("printf")
        .arg("%s")
        .arg(odd)
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"a\xffb\n");
}

/// The line of a child's `/proc/self/status`.
fn status_line(command: &mut Command, name: &str) -> u64 {
    let output = command
        .args(["grep", name, "/proc/self/status"])
        .output()
        .unwrap();
    let line = text(&output);
    u64::from_str_radix(line.split_whitespace().nth(1).unwrap(), 16).unwrap()
}

const SIGPIPE: u64 = 1 << 12;

#[test]
fn the_disposition_of_sigpipe_is_the_inherited_one() {
    // `Command` itself gives its children the default.
    assert_eq!(
        status_line(&mut Command::new(program()), "SigIgn") & SIGPIPE,
        0
    );
    let mut ignoring = Command::new("sh");
    ignoring
        .args(["-c", "trap '' PIPE; exec \"$@\"", "sh"])
        .arg(program());
    assert_eq!(status_line(&mut ignoring, "SigIgn") & SIGPIPE, SIGPIPE);
}

#[test]
fn standard_streams_that_were_closed_stay_closed() {
    let output = Command::new("sh")
        .args(["-c", "exec \"$@\" <&-", "sh"])
        .arg(program())
        .args([
            "sh",
            "-c",
            "[ -e /proc/$$/fd/0 ] && echo open || echo closed",
        ])
        .output()
        .unwrap();
    assert_eq!(text(&output), "closed\n");
}

#[test]
fn no_descriptor_of_ours_is_left() {
    let count = |command: &mut Command| {
        let output = command
            .args(["sh", "-c", "ls /proc/$$/fd"])
            .output()
            .unwrap();
        text(&output)
    };
    assert_eq!(
        count(&mut Command::new(program())),
        count(&mut Command::new("env"))
    );
}
