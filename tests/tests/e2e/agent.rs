//! The agent as a process: what only shows from outside. What it answers is proved by its
//! own crate's tests.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use keyhaven_client::Client;
use keyhaven_proof::ProofRun;
use keyhaven_protocol::request::{
    EndRunningRequest, LaunchPurpose, LaunchSource, ListRequest, LockRequest, ResolveRequest,
    RunningRequest, Session, StatusRequest,
};
use keyhaven_tests::{Kept, World, eventually};
use rustix::process::{Pid, Signal, kill_process};

fn client(world: &World) -> Client {
    let client = Client::connect(&world.place(), &Session::default());
    client.unwrap().expect("a running agent")
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn is_alive(pid: u32) -> bool {
    fs::exists(format!("/proc/{pid}")).unwrap()
}

fn mode(path: impl AsRef<std::path::Path>) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o777
}

#[test]
fn a_client_starts_it_and_it_serves_until_locked() {
    let world = World::new();
    assert_eq!(world.agent_pid(), None);
    world.init();
    world.kh_ok_with(
        &["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"],
        "value-1",
    );
    let mut client = client(&world);
    let status = client.ask(StatusRequest {}).unwrap();
    assert_eq!(Some(status.agent.pid), world.agent_pid());
    assert_eq!((status.locked, status.credentials), (false, 1));
    let listed = client.ask(ListRequest::default()).unwrap();
    assert_eq!(listed[0].name, "stripe");
    let source = LaunchSource::Environment {
        project: "shop".into(),
        environment: "dev".into(),
    };
    let request = ResolveRequest::new(source, LaunchPurpose::Env);
    let mut launch = client.ask_with(request, &Default::default()).unwrap();
    let variable = &launch.answer.variables[0];
    assert_eq!(variable.name, "STRIPE");
    let value = launch.segments.take(variable.value).unwrap();
    assert_eq!(value.expose(), b"value-1");
    client.ask(LockRequest {}).unwrap();
    let locked = client.ask(ListRequest::default()).unwrap_err();
    assert_eq!(locked.code().exit_status(), 3, "{locked:?}");
}

#[test]
fn a_program_that_holds_a_replaced_value_is_marked_and_can_be_ended() {
    let world = World::new();
    world.init();
    world.kh_ok_with(
        &["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"],
        "value-1",
    );
    let run = ["run", "-p", "shop", "-e", "dev", "--", "sleep", "1000"];
    let mut program = world.kh(&run).spawn().unwrap();
    let mut client = client(&world);
    eventually("the program in the list", || {
        let running = client.ask(RunningRequest {}).unwrap();
        running.iter().any(|each| each.pid == program.id())
    });
    assert!(client.ask(RunningRequest {}).unwrap()[0].stale.is_empty());
    world.kh_ok_with(
        &["set", "stripe", "-p", "shop", "-e", "dev", "--stdin"],
        "value-2",
    );
    assert_eq!(client.ask(RunningRequest {}).unwrap()[0].stale, ["stripe"]);
    // Only what is in the list: not this test, say.
    let pid = std::process::id();
    let stranger = client.ask(EndRunningRequest { pid }).unwrap_err();
    assert_eq!(stranger.code().exit_status(), 2, "{stranger:?}");
    let pid = program.id();
    client.ask(EndRunningRequest { pid }).unwrap();
    let ended = program.wait().unwrap();
    assert_eq!(ended.signal(), Some(Signal::TERM.as_raw()));
    eventually("an empty list", || {
        client.ask(RunningRequest {}).unwrap().is_empty()
    });
}

#[test]
fn its_folder_and_socket_are_private_and_gone_after_sigterm() {
    let world = World::new();
    world.init();
    let socket = world.place().socket;
    assert!(
        fs::symlink_metadata(&socket)
            .unwrap()
            .file_type()
            .is_socket()
    );
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(socket.parent().unwrap()), 0o700);
    assert_eq!(mode(world.path("vault")), 0o700);
    for entry in fs::read_dir(world.path("vault")).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
    let pid = world.agent_pid().unwrap();
    signal(pid, Signal::TERM);
    eventually("the agent's end", || !is_alive(pid));
    assert!(!socket.exists());
    assert_eq!(world.agent_pid(), None);
}

/// 32 and 33 belong to the C library, which lets nobody set them (signal(7)).
const C_LIBRARY_SIGNALS: u64 = 0b11 << 31;

/// What its starter hands on, seen from inside: a stand-in writes it down.
#[test]
fn it_inherits_nothing_it_does_not_need() {
    let mut world = World::new();
    let stand_in = world.own_programs().join("keyhaven-agent");
    let noted = world.path("noted");
    // For a vault that is not there none is started.
    let folder = world.place().folder;
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let script = format!(
        "#!/bin/sh\nexec > {noted}.new\nprintf 'dir %s\\numask %s\\ncore %s\\nargs %s\\n' \
         \"$(pwd)\" \"$(umask)\" \"$(ulimit -c)\" \"$*\"\n\
         ls -l /proc/$$/fd\n\
         sed -n 's/^Sig\\(Blk\\|Ign\\):/signals /p' /proc/self/status\n\
         env | sed 's/^/env /'\nmv {noted}.new {noted}\n",
        noted = noted.display()
    );
    fs::remove_file(&stand_in).unwrap();
    fs::write(&stand_in, script).unwrap();
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let mut shell = world.command("sh");
    shell
        .args([
            "-c",
            "umask 022; trap '' INT PIPE; exec 7</etc/passwd; exec kh unlock --no-input",
        ])
        .env("OPENSSL_CONF", "/tmp/evil.cnf")
        .env("GCONV_PATH", "/tmp")
        .env("NODE_OPTIONS", "--require=/tmp/evil.js")
        .env("LC_TIME", "de_DE.UTF-8");
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(8));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("error: the agent could not be"), "{said}");

    eventually("the stand-in's notes", || noted.exists());
    let notes = fs::read_to_string(&noted).unwrap();
    let all = |what: &str| -> Vec<&str> {
        notes
            .lines()
            .filter_map(|line| line.strip_prefix(what))
            .collect()
    };
    assert_eq!(all("dir "), ["/"]);
    assert_eq!(all("umask "), ["0077"]);
    assert_eq!(all("core "), ["0"]);
    assert_eq!(all("args "), ["--ready-fd 3"]);
    for signals in all("signals ") {
        let set = u64::from_str_radix(signals.trim(), 16).unwrap();
        assert_eq!(set & !C_LIBRARY_SIGNALS, 0, "{notes}");
    }
    let mut descriptors = 0;
    for line in notes.lines() {
        let Some((before, file)) = line.split_once(" -> ") else {
            continue;
        };
        descriptors += 1;
        let fine = match before.rsplit(' ').next().unwrap() {
            "0" | "2" => file == "/dev/null",
            // Where the stand-in writes.
            "1" => true,
            "3" => file.starts_with("pipe:"),
            // A shell keeps its script open from 10 on.
            number => number.parse::<u32>().unwrap() >= 10 && file.ends_with("keyhaven-agent"),
        };
        assert!(fine, "{line}");
    }
    assert!(descriptors >= 4, "{notes}");
    let mut names: Vec<&str> = all("env ")
        .iter()
        .filter_map(|line| Some(line.split_once('=')?.0))
        // Set by the shell that is the stand-in.
        .filter(|name| !["PWD", "OLDPWD", "_", "SHLVL"].contains(name))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "HOME",
            "KEYHAVEN_HOME",
            "LANG",
            "LC_TIME",
            "LOGNAME",
            "PATH",
            "TZ",
            "USER",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_RUNTIME_DIR",
            "XDG_STATE_HOME"
        ]
    );
    assert!(notes.contains("env PATH=/usr/bin:/bin\n"), "{notes}");
}

#[test]
fn its_own_user_cannot_look_inside() {
    let world = World::of_an_ordinary_user();
    world.init();
    let pid = world.agent_pid().unwrap();
    for file in ["mem", "environ", "maps", "fd"] {
        let path = format!("/proc/{pid}/{file}");
        // The same user's other processes can be looked into: the control.
        let look = |path: &str| {
            let command = format!("head -c 1 {path} >/dev/null 2>&1 || ls {path}/ >/dev/null 2>&1");
            world
                .command("sh")
                .args(["-c", &command])
                .status()
                .unwrap()
                .success()
        };
        assert!(look("/proc/self/environ"));
        assert!(!look(&path), "{path} can be read");
    }
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn a_second_one_loses_and_the_first_goes_on() {
    let world = World::new();
    world.init();
    let first = world.agent_pid().unwrap();
    let mut second = world.command("keyhaven-agent");
    let status = second
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    assert_eq!(world.agent_pid(), Some(first));
    assert!(world.place().socket.exists());
}

#[test]
fn clients_that_start_it_at_once_share_one() {
    let world = World::new();
    world.init();
    world.kh_ok(&["agent", "stop"]);
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let mut unlock = world.kh(&["unlock", "--password-stdin"]);
            unlock.stdin(Stdio::piped()).stdout(Stdio::null());
            let mut child = unlock.spawn().unwrap();
            let mut stdin = child.stdin.take().unwrap();
            std::io::Write::write_all(&mut stdin, keyhaven_tests::PASSWORD.as_bytes()).unwrap();
            child
        })
        .collect();
    for mut client in clients {
        assert!(client.wait().unwrap().success());
    }
    assert_eq!(agents_of(&world), 1);
}

/// How many agents of this world listen.
fn agents_of(world: &World) -> usize {
    sockets_of(world)
        .lines()
        .filter(|line| listens(line))
        .count()
}

/// The lines of unix(7)'s table that belong to this world's agent: what listens, and its end
/// of every connection, accepted or not.
fn sockets_of(world: &World) -> String {
    let socket = world.place().socket;
    let unix = fs::read_to_string("/proc/net/unix").unwrap();
    unix.lines()
        .filter(|line| line.ends_with(socket.to_str().unwrap()))
        .fold(String::new(), |lines, line| lines + line + "\n")
}

/// A listening socket has the flag `__SO_ACCEPTCON` (unix(7), /proc/net/unix).
fn listens(line: &str) -> bool {
    line.contains(" 00010000 ")
}

fn connections_of(world: &World) -> usize {
    sockets_of(world)
        .lines()
        .filter(|line| !listens(line))
        .count()
}

#[test]
fn a_kill_in_the_middle_of_a_request_is_reported_and_loses_nothing() {
    let world = World::new();
    world.init();
    world.kh_ok_with(
        &["add", "kept", "-p", "shop", "-e", "dev", "--stdin"],
        "value",
    );
    let agent = world.agent_pid().unwrap();
    eventually("those before to have left", || connections_of(&world) == 0);
    let mut greeted = client(&world);
    signal(agent, Signal::STOP);
    let asking = std::thread::spawn(move || greeted.ask(ListRequest::default()));
    let mut listing = Kept::start(
        world
            .kh(&["list", "--no-input"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped()),
    );
    // That a socket exists would prove too little: until it is connected, kh may start another
    // agent.
    eventually("kh's connection", || connections_of(&world) == 2);
    signal(agent, Signal::KILL);
    let broken = asking.join().unwrap().unwrap_err();
    assert_eq!(broken.code().exit_status(), 8, "{broken:?}");
    // Nothing was asked yet by who was not greeted: it asks another agent, which is locked.
    let status = listing.child().wait().unwrap();
    let mut said = String::new();
    let mut stderr = listing.child().stderr.take().unwrap();
    std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    assert_eq!(status.code(), Some(3), "{said}");
    world.kh_ok_with(&["unlock", "--password-stdin"], keyhaven_tests::PASSWORD);
    assert_eq!(
        world.kh_ok(&["get", "kh://shop/dev/kept"]).trim_end(),
        "value"
    );
}

#[test]
fn promise_01_an_agent_that_was_killed_is_replaced_at_once() {
    let mut proof = ProofRun::begin("promise_01_an_agent_that_was_killed_is_replaced_at_once");
    let world = World::new();
    world.init();
    for _ in 0..ProofRun::cases(5, 500) {
        signal(client(&world).agent().pid, Signal::KILL);
        // At once: what the killed agent has not closed yet is no reason to fail.
        world.kh_ok_with(&["unlock", "--password-stdin"], keyhaven_tests::PASSWORD);
        proof.case();
    }
}
