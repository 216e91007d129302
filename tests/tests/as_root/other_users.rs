//! What needs a second user: strangers at the socket, and somebody's own runtime folder.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;
use std::process::Command;

use keyhaven_proof::ProofRun;
use keyhaven_tests::World;

#[test]
fn promise_09_another_user_is_not_listened_to() {
    const NAME: &str = "promise_09_another_user_is_not_listened_to";
    if !rustix::process::geteuid().is_root() {
        return ProofRun::not_checked(NAME, "only root can be somebody else");
    }
    let mut proof = ProofRun::begin(NAME);
    let world = World::new();
    world.init();
    let socket = world.place().socket;
    // Even where the modes let everybody in.
    for path in [
        world.path(""),
        world.path("run"),
        socket.parent().unwrap().into(),
        socket.clone(),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let probe = format!(
        "const s = require('net').connect('{}'); s.on('connect', () => s.write(Buffer.alloc(64)));\
         s.on('data', () => process.exit(1)); s.on('error', () => process.exit(0));\
         s.on('close', () => process.exit(0))",
        socket.display()
    );
    let mut stranger = Command::new("setpriv");
    stranger
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .args(["node", "-e", &probe]);
    assert!(
        stranger.status().unwrap().success(),
        "the agent answered a stranger"
    );
    assert!(world.agent_pid().is_some());
    proof.case();
}

/// Nobody has this number; its folder below `/run/user` is made and removed by the test.
const SOMEBODY: u32 = 61_234;

#[test]
fn without_the_logins_variables_the_agent_of_the_login_is_found() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not checked: only root can make somebody's runtime folder");
        return;
    }
    struct Runtime(PathBuf);
    impl Drop for Runtime {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
    let runtime = Runtime(format!("/run/user/{SOMEBODY}").into());
    fs::create_dir_all(&runtime.0).unwrap();
    fs::set_permissions(&runtime.0, fs::Permissions::from_mode(0o700)).unwrap();
    chown(&runtime.0, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
    let mut world = World::of_user(SOMEBODY);
    world.set("XDG_RUNTIME_DIR", &runtime.0);
    // As the desktop has it, and then as a cron job has it.
    world.init();
    let status = |world: &World| {
        let text = world.kh_ok(&["agent", "status", "--json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let there = status(&world);
    assert_eq!(there["running"], true);
    world.unset("XDG_RUNTIME_DIR");
    let here = status(&world);
    assert_eq!(
        (&here["pid"], &here["socket"]),
        (&there["pid"], &there["socket"])
    );
    world.kh_ok(&["agent", "stop"]);
}

#[test]
fn a_vault_of_another_user_is_left_alone() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not checked: only root has a folder that the user of the tests has not");
        return;
    }
    let world = World::of_an_ordinary_user();
    let theirs = world.path("work/theirs");
    fs::create_dir(&theirs).unwrap();
    fs::set_permissions(&theirs, fs::Permissions::from_mode(0o700)).unwrap();
    let folder = theirs.to_str().unwrap();
    for command in [
        &["unlock", "--password-stdin"][..],
        &["init", "--password-stdin"],
        &["list", "--no-input"],
    ] {
        let arguments = [command, &["--vault", folder]].concat();
        let output = world.kh_with(&arguments, keyhaven_tests::PASSWORD);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
        assert!(said.starts_with(&format!("error: {folder}")), "{said}");
        assert!(said.contains("\nhint: "), "{said}");
    }
}
