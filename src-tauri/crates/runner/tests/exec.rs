//! Real children: what `exec` leaves of this process in them, which is nothing.

#![allow(clippy::unwrap_used)] // The whole file is a test.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

/// The example `become`, which Cargo builds with this test.
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
    for stream in ["0", "1", "2"] {
        let is_open = |closing: &str| {
            let status = Command::new("sh")
                .args(["-c", &format!("exec \"$@\" {closing}"), "sh"])
                .arg(program())
                .args(["sh", "-c", "[ -e /proc/$$/fd/$0 ]", stream])
                .status();
            status.unwrap().success()
        };
        assert!(is_open(""), "{stream}");
        assert!(!is_open(&format!("{stream}>&-")), "{stream}");
    }
}

#[test]
fn limits_and_umask_are_the_inherited_ones() {
    let output = Command::new("sh")
        .args([
            "-c",
            "ulimit -c 7; ulimit -n 99; umask 0137; exec \"$@\"",
            "sh",
        ])
        .arg(program())
        .args(["sh", "-c", "ulimit -c; ulimit -n; umask"])
        .output()
        .unwrap();
    assert_eq!(text(&output), "7\n99\n0137\n");
}

#[test]
fn inherited_variables_need_not_be_utf8() {
    let odd = OsString::from_vec(b"a\xffb".to_vec());
    let output = Command::new(program())
        .env("ODD", odd)
        .args(["printenv", "ODD"])
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"a\xffb\n");
}

const E2BIG: i32 = 7;

#[test]
fn one_variable_may_be_as_large_as_the_kernel_takes() {
    let most = keyhaven_rules::variables::MAX_STRING - "INJECTED=".len();
    let measured = |bytes: usize| {
        Command::new(program())
            .env("INJECTED", bytes.to_string())
            .args(["sh", "-c", "echo ${#INJECTED}"])
            .output()
            .unwrap()
    };
    assert_eq!(text(&measured(most)), format!("{most}\n"));
    let refused = measured(most + 1);
    assert_eq!(refused.status.code(), Some(126));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("INJECTED") && said.contains("131072"),
        "{said}"
    );
    let by_the_kernel = Command::new("true")
        .env("INJECTED", "x".repeat(most + 1))
        .status();
    assert_eq!(by_the_kernel.unwrap_err().raw_os_error(), Some(E2BIG));
}

/// Variables of about 100,000 bytes each, and a last one of `rest`.
fn filled(whole: usize, rest: usize) -> Vec<(String, String)> {
    let long = (0..whole).map(|i| (format!("FILL{i:03}"), "x".repeat(100_000)));
    let last = ("LAST".to_owned(), "x".repeat(rest));
    long.chain([last]).collect()
}

/// Whether the kernel itself takes these variables and `INJECTED` for that program.
fn kernel_takes(path: &str, variables: &[(String, String)]) -> bool {
    let started = Command::new(path)
        .env_clear()
        .envs(variables.iter().cloned())
        .env("INJECTED", "from the vault")
        .status();
    match started {
        Ok(status) => status.success(),
        Err(error) => {
            assert_eq!(error.raw_os_error(), Some(E2BIG));
            false
        }
    }
}

#[test]
fn all_together_may_be_as_large_as_the_kernel_takes() {
    // The long path makes the child larger than the example that becomes it.
    let path = format!("{}bin/true", "/".repeat(3_000));
    let whole = (0..100)
        .find(|n| !kernel_takes(&path, &filled(*n, 0)))
        .unwrap()
        - 1;
    let (mut fits, mut over) = (0, 100_100);
    while over - fits > 1 {
        let middle = usize::midpoint(fits, over);
        if kernel_takes(&path, &filled(whole, middle)) {
            fits = middle;
        } else {
            over = middle;
        }
    }
    let ours = |rest: usize| {
        Command::new(program())
            .env_clear()
            .envs(filled(whole, rest))
            .arg(&path)
            .output()
            .unwrap()
    };
    assert_eq!(ours(fits).status.code(), Some(0));
    let refused = ours(over);
    assert_eq!(refused.status.code(), Some(126));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("too large together") && said.contains("FILL"),
        "{said}"
    );
}

#[test]
fn a_name_that_is_found_far_away_is_refused_in_the_same_words() {
    let folder = format!("{}bin", "/".repeat(3_000));
    let path = format!("{folder}/true");
    let whole = (0..100)
        .find(|n| !kernel_takes(&path, &filled(*n, 0)))
        .unwrap()
        - 1;
    // Steps of 2,000 bytes: one of them lies between the name's size and the path's.
    let statuses = (0..51).map(|step| {
        let mut variables = filled(whole, step * 2_000);
        variables.push(("PATH".to_owned(), folder.clone()));
        let output = Command::new(program())
            .env_clear()
            .envs(variables)
            .arg("true")
            .output();
        match output {
            Ok(output) => (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap(),
            ),
            Err(error) => (error.raw_os_error(), String::new()),
        }
    });
    for (status, said) in statuses {
        let known = match status {
            Some(0 | E2BIG) => true,
            Some(126) => said.contains("too large together"),
            _ => false,
        };
        assert!(known, "{status:?} {said}");
    }
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

/// As an ordinary user: root may look into every folder.
#[test]
fn a_folder_of_path_that_cannot_be_read_is_named_and_does_not_hide_that_nothing_was_found() {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let set_mode = |name: &str, mode| {
        let path = folder.path().join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let copy = folder.path().join("become");
    std::fs::copy(program(), &copy).unwrap();
    std::fs::create_dir(folder.path().join("closed")).unwrap();
    std::fs::create_dir(folder.path().join("open")).unwrap();
    std::fs::write(folder.path().join("open/present"), "not for execution\n").unwrap();
    set_mode("become", 0o755);
    set_mode("closed", 0o000);
    set_mode("", 0o755);
    let closed = folder.path().join("closed").display().to_string();
    let path = format!("{closed}:{}/open:/usr/bin:/bin", folder.path().display());
    let run = |name: &str, look_only: bool| {
        let mut command = Command::new(&copy);
        if look_only {
            command.env("ONLY_FIND", "1");
        }
        command.arg(name).env("PATH", &path).current_dir("/");
        if rustix::process::geteuid().is_root() {
            std::os::unix::process::CommandExt::uid(&mut command, 65_534);
        }
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for look_only in [true, false] {
        let (status, message) = run("no-such-program-anywhere", look_only);
        assert_eq!(status, Some(127), "{message}");
        let named = format!("a folder in PATH cannot be read: {closed}\n");
        assert!(message.ends_with(&named), "{message}");
        assert_eq!(run("true", look_only), (Some(0), String::new()));
        let (status, message) = run("present", look_only);
        assert_eq!(status, Some(126), "{message}");
        // A path that was written is what it is about.
        let (status, message) = run(&format!("{closed}/x"), look_only);
        assert_eq!(status, Some(126), "{message}");
    }
    set_mode("closed", 0o700);
}
