//! The agent's start at login, and how it is found where a login's variables are missing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use keyhaven_tests::{Kept, PASSWORD, World, eventually};

/// The files below a folder of settings whose names begin with ours.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("keyhaven-agent-")
    });
    ours.map(|entry| entry.path()).collect()
}

/// What stands behind `NAME=` in a file of settings.
fn line(file: &Path, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap();
    let found = text.lines().find_map(|line| line.strip_prefix(name));
    found.unwrap().to_owned()
}

#[test]
fn without_a_systemd_manager_the_desktop_starts_it() {
    let world = World::new();
    let said = world.kh_ok(&["agent", "install"]);
    let found = entries(&world.path("home/.config/autostart"));
    let [entry] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(said.contains(entry.to_str().unwrap()), "{said}");
    assert_eq!(world.agent_pid(), None);

    // As the desktop does it: the words of this line need no shell's help here.
    let mut start = world.command("sh");
    start.args(["-c", &format!("exec {}", line(entry, "Exec="))]);
    start.env("OPENSSL_CONF", "/tmp/evil.cnf");
    let agent = Kept::start(start.stdout(Stdio::null()));
    eventually("the agent", || world.agent_pid() == Some(agent.pid()));
    if rustix::process::geteuid().is_root() {
        let environment = fs::read(format!("/proc/{}/environ", agent.pid())).unwrap();
        let environment = String::from_utf8(environment).unwrap();
        assert!(environment.contains("KEYHAVEN_HOME="), "{environment}");
        assert!(!environment.contains("OPENSSL_CONF"), "{environment}");
    }

    world.kh_ok(&["agent", "uninstall"]);
    assert!(entries(&world.path("home/.config/autostart")).is_empty());
    assert_eq!(world.agent_pid(), Some(agent.pid()));
}

/// In the place of systemctl: it writes down what it is asked, and starts a unit as systemd
/// would, its own words filled in.
const SYSTEMCTL: &str = r#"#!/bin/sh
echo "$*" >> "$HOME/asked"
[ "$3" = start ] || exit 0
unit="$XDG_CONFIG_HOME/systemd/user/$4"
line=$(sed -n 's/^ExecStart=//p' "$unit" | sed "s|%h|$HOME|g; s|%u|tester|g; s|%t|$XDG_RUNTIME_DIR|g")
NOTIFY_SOCKET=$HOME/notify; export NOTIFY_SOCKET
eval "setsid $line" </dev/null >/dev/null 2>&1 &
"#;

#[test]
fn where_a_systemd_manager_answers_its_unit_is_installed_and_started() {
    let mut world = World::new();
    let programs = world.own_programs();
    let systemctl = programs.join("systemctl");
    fs::write(&systemctl, SYSTEMCTL).unwrap();
    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(world.path("run/systemd")).unwrap();
    let _manager = UnixListener::bind(world.path("run/systemd/private")).unwrap();
    let told = std::os::unix::net::UnixDatagram::bind(world.path("home/notify")).unwrap();

    world.kh_ok(&["agent", "install"]);
    let found = entries(&world.path("home/.config/systemd/user"));
    let [unit] = found.as_slice() else {
        panic!("{found:?}");
    };
    let name = unit.file_name().unwrap().to_str().unwrap();
    let asked = || fs::read_to_string(world.path("home/asked")).unwrap_or_default();
    let enabled = format!("--user --quiet daemon-reload\n--user --quiet enable {name}\n");
    assert_eq!(asked(), enabled);
    assert!(entries(&world.path("home/.config/autostart")).is_empty());

    // A client starts the unit, not a child process; systemd hears that it serves.
    world.init();
    assert!(
        asked().ends_with(&format!("--user --quiet start {name}\n")),
        "{}",
        asked()
    );
    let mut word = [0; 16];
    let length = told.recv(&mut word).unwrap();
    assert_eq!(&word[..length], b"READY=1");
    let agent = world.agent_pid().unwrap();
    let environment = fs::read_to_string(format!("/proc/{agent}/environ"));
    if rustix::process::geteuid().is_root() {
        assert!(!environment.unwrap().contains("DBUS_SESSION_BUS_ADDRESS"));
    }

    world.kh_ok(&["agent", "uninstall"]);
    assert!(entries(&world.path("home/.config/systemd/user")).is_empty());
    assert!(asked().contains(&format!("disable {name}")));
    world.kh_ok(&["agent", "stop"]);
    world.kh_ok_with(&["unlock", "--password-stdin"], PASSWORD);
    assert_eq!(asked().matches(" start ").count(), 1);
}
