//! `kh run --watch`: a program is restarted when one of its keys has a new value.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use keyhaven_tests::{Kept, Terminal, World, eventually, eventually_some};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

fn shop() -> World {
    let world = World::new();
    world.init();
    for (name, place) in [("stripe", "dev"), ("other", "qa")] {
        let add = [
            "add",
            name,
            "-p",
            "shop",
            "-e",
            place,
            "--stdin",
            "--env-var",
            "KEY",
        ];
        world.kh_ok_with(&add, "first");
    }
    world
}

fn set(world: &World, name: &str, place: &str, value: &str) {
    world.kh_ok_with(&["set", name, "-p", "shop", "-e", place, "--stdin"], value);
}

fn watched(world: &World, options: &[&str], script: &str) -> Command {
    let run = ["run", "-p", "shop", "-e", "dev", "--watch"];
    world.kh(&[run.as_slice(), options, &["--", "sh", "-c", script]].concat())
}

/// What programs that append to it wrote so far.
fn log(world: &World) -> String {
    fs::read_to_string(world.path("work/log")).unwrap_or_default()
}

fn expect(world: &World, text: &str) {
    eventually(text, || log(world).contains(text));
}

#[test]
fn a_new_value_restarts_the_program_and_others_do_not() {
    let world = shop();
    let script = "echo has $KEY >> log; exec sleep 1000";
    let mut kh = Kept::start(&mut watched(&world, &[], script));
    expect(&world, "has first\n");
    set(&world, "other", "qa", "elsewhere");
    world.kh_ok(&["edit", "kh://shop/dev/stripe", "--note", "a word"]);
    set(&world, "stripe", "dev", "second");
    expect(&world, "has second\n");
    // Locked, nothing is known; unlocked, it is asked again.
    world.kh_ok(&["lock"]);
    let password = format!("{}\n", keyhaven_tests::PASSWORD);
    world.kh_ok_with(&["unlock", "--password-stdin"], &password);
    set(&world, "stripe", "dev", "third");
    expect(&world, "has third\n");
    assert_eq!(log(&world), "has first\nhas second\nhas third\n");
    assert!(kh.is_running());
}

#[test]
fn the_signal_is_the_one_that_was_chosen() {
    let world = shop();
    let script = "trap 'echo told >> log; exit 3' USR1; echo has $KEY >> log; \
        while :; do sleep 0.1; done";
    let _kh = Kept::start(&mut watched(&world, &["--watch-signal", "USR1"], script));
    expect(&world, "has first\n");
    set(&world, "stripe", "dev", "second");
    expect(&world, "has first\ntold\nhas second\n");
}

#[test]
fn a_program_that_does_not_end_is_killed() {
    let world = shop();
    let script = "trap '' TERM; echo has $KEY >> log; while :; do sleep 0.1; done";
    let _kh = Kept::start(&mut watched(&world, &[], script));
    expect(&world, "has first\n");
    set(&world, "stripe", "dev", "second");
    expect(&world, "has second\n");
}

/// A server that keeps a lock as it would keep a port, and takes a while to end.
const SERVER: &str = "trap 'sleep 0.3; echo gone >> log; exit' TERM\n\
    echo has $KEY >> log\n\
    while [ -e server ]; do sleep 0.05; done\n";

#[test]
fn what_the_program_started_is_gone_before_it_is_started_again() {
    let below_a_shell = "flock -n LOCK sh server || echo busy >> log; true";
    // In the background, in its own session, of a parent that has ended.
    let alone = "(setsid sh -c 'flock -n LOCK sh server || echo busy >> log' &); exec sleep 1000";
    let world = shop();
    world.write("server", SERVER);
    for (round, (script, masked)) in [
        (below_a_shell, false),
        (below_a_shell, true),
        (alone, false),
        (alone, true),
    ]
    .into_iter()
    .enumerate()
    {
        let script = script.replace("LOCK", &format!("lock{round}"));
        let (first, second) = (format!("one{round}"), format!("two{round}"));
        set(&world, "stripe", "dev", &first);
        let start = log(&world).len();
        // With masking, it has a terminal.
        let terminal = masked.then(|| Terminal::start(watched(&world, &["--mask"], &script)));
        let kept = (!masked).then(|| Kept::start(&mut watched(&world, &[], &script)));
        expect(&world, &format!("has {first}\n"));
        set(&world, "stripe", "dev", &second);
        expect(&world, &format!("has {second}\n"));
        let expected = format!("has {first}\ngone\nhas {second}\n");
        assert_eq!(log(&world)[start..], expected, "{script}");
        drop((terminal, kept));
    }
}

fn pid(kh: &Kept) -> Pid {
    Pid::from_raw(kh.pid().try_into().unwrap()).unwrap()
}

#[test]
fn a_signal_comes_once_whether_to_the_group_or_to_kh() {
    let world = shop();
    let script = "trap 'echo group >> log' USR1; trap 'echo kh >> log' USR2; \
        trap 'exit 5' TERM; echo ready >> log; while :; do sleep 0.01; done";
    let mut kh = Kept::start(watched(&world, &[], script).process_group(0));
    let mut heard = "ready\n".to_owned();
    expect(&world, &heard);
    for _ in 0..20 {
        kill_process_group(pid(&kh), Signal::USR1).unwrap();
        heard.push_str("group\n");
        expect(&world, &heard);
        kill_process(pid(&kh), Signal::USR2).unwrap();
        heard.push_str("kh\n");
        expect(&world, &heard);
    }
    kill_process_group(pid(&kh), Signal::TERM).unwrap();
    let status = eventually_some("the end of kh", || kh.child().try_wait().unwrap());
    assert_eq!((status.code(), log(&world)), (Some(5), heard));
}

#[test]
fn a_signal_to_end_while_the_program_is_replaced_ends_it_for_good() {
    let world = shop();
    let script = "trap 'echo told >> log; until [ -e go ]; do sleep 0.1; done; exit 4' TERM; \
        echo has $KEY >> log; while :; do sleep 0.1; done";
    let mut kh = Kept::start(&mut watched(&world, &[], script));
    expect(&world, "has first\n");
    set(&world, "stripe", "dev", "second");
    expect(&world, "told\n");
    kill_process(pid(&kh), Signal::TERM).unwrap();
    fs::write(world.path("work/go"), "").unwrap();
    let status = eventually_some("the end of kh", || kh.child().try_wait().unwrap());
    assert_eq!(status.code(), Some(4));
    assert!(!log(&world).contains("second"));
}

#[test]
fn an_agent_that_ends_is_not_the_end_of_the_watch() {
    let world = shop();
    let said = world.path("work/said");
    let script = "echo has $KEY >> log; until [ -e go ]; do sleep 0.1; done; exit 6";
    let mut command = watched(&world, &[], script);
    let mut kh = Kept::start(command.stderr(fs::File::create(&said).unwrap()));
    expect(&world, "has first\n");
    world.kh_ok(&["agent", "stop"]);
    let words = || fs::read_to_string(&said).unwrap();
    let warning = "warning: the agent has stopped; watching continues";
    eventually("a warning", || words().contains(warning));
    let password = format!("{}\n", keyhaven_tests::PASSWORD);
    world.kh_ok_with(&["unlock", "--password-stdin"], &password);
    eventually("the new agent", || words().contains("an agent runs again"));
    set(&world, "other", "qa", "elsewhere");
    set(&world, "stripe", "dev", "second");
    expect(&world, "has second\n");
    // What changes before the new agent is found counts as well.
    world.kh_ok(&["agent", "stop"]);
    world.kh_ok_with(&["unlock", "--password-stdin"], &password);
    set(&world, "stripe", "dev", "third");
    expect(&world, "has third\n");
    assert_eq!(log(&world), "has first\nhas second\nhas third\n");
    assert_eq!(words().matches("warning:").count(), 2);
    fs::write(world.path("work/go"), "").unwrap();
    let status = eventually_some("the end of kh", || kh.child().try_wait().unwrap());
    assert_eq!(status.code(), Some(6));
}

#[test]
fn a_program_that_ends_by_itself_ends_kh() {
    let world = shop();
    let mut command = watched(&world, &[], "echo $KEY; exit 7");
    let output = command.stderr(Stdio::null()).output().unwrap();
    assert_eq!(output.stdout, b"first\n");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn the_new_value_is_masked_too() {
    let world = shop();
    let script = "echo \"$KEY has ${#KEY}\"; read word; echo \"got $word\"; exit 5";
    let mut terminal = Terminal::start(watched(&world, &["--mask"], script));
    terminal.expect("[masked] has 5\r\n");
    set(&world, "stripe", "dev", "the second");
    terminal.expect("[masked] has 10\r\n");
    terminal.type_text("hello\n");
    terminal.expect("got hello");
    assert_eq!(terminal.wait().code(), Some(5));
}
