//! Promise 13: a program cannot tell that `kh run` started it, nor can its parent. Each case
//! is tried without `kh`, with it, and with `--mask`, and must come out the same.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

use keyhaven_proof::ProofRun;
use keyhaven_tests::{Terminal, World, eventually};
use rustix::process::{Pid, Signal, kill_process};

/// How a program is started.
const WAYS: [&[&str]; 3] = [
    &["env"],
    &["kh", "run", "-p", "shop", "-e", "dev", "--"],
    &["kh", "run", "-p", "shop", "-e", "dev", "--mask", "--"],
];

/// A world with one key, which no case here prints.
fn shop() -> World {
    let world = World::new();
    world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&add, "sk_live_4eC39HqLyjWDarjtT1zdp7dc");
    world
}

/// A program started in one of the ways, by another one that prepares its process.
fn started(
    world: &World,
    prepare: &[&str],
    way: &[&str],
    program: &[impl AsRef<OsStr>],
) -> Command {
    let line: Vec<&OsStr> = prepare
        .iter()
        .chain(way)
        .map(OsStr::new)
        .chain(program.iter().map(AsRef::as_ref))
        .collect();
    let mut command = world.command(line[0]);
    command.args(&line[1..]);
    command
}

/// The same, whichever way it is started.
fn same<T: PartialEq + std::fmt::Debug>(case: &str, look: impl Fn(&[&str]) -> T) {
    let [without, with, masked] = WAYS.map(look);
    assert_eq!(without, with, "{case}");
    assert_eq!(without, masked, "{case}, masked");
}

fn sh(script: &str) -> [&str; 3] {
    ["sh", "-c", script]
}

fn ended(output: &Output) -> (Option<i32>, Option<i32>) {
    (output.status.code(), output.status.signal())
}

#[test]
fn promise_13_every_exit_status_is_the_program_s() {
    let mut proof = ProofRun::begin("promise_13_every_exit_status_is_the_program_s");
    let world = shop();
    for status in (0..=255).step_by(256 / ProofRun::cases(16, 256)) {
        same(&format!("exit {status}"), |way| {
            let exit = format!("exit {status}");
            ended(&started(&world, &[], way, &sh(&exit)).output().unwrap())
        });
        proof.case();
    }
}

#[test]
fn promise_13_a_death_by_any_signal_is_seen_as_one() {
    let mut proof = ProofRun::begin("promise_13_a_death_by_any_signal_is_seen_as_one");
    let world = shop();
    // Those that stop, or are of the C library.
    let not_asked = [19, 20, 21, 22, 32, 33];
    let signals: Vec<i32> = (1..=64)
        .filter(|signal| !not_asked.contains(signal))
        .collect();
    for signal in signals
        .iter()
        .step_by(if ProofRun::is_full() { 1 } else { 4 })
    {
        same(&format!("signal {signal}"), |way| {
            let kill = format!("ulimit -c 0; kill -{signal} $$; exit 3");
            let program = ["bash", "-c", &kill];
            ended(&started(&world, &[], way, &program).output().unwrap())
        });
        proof.case();
    }
}

#[test]
fn promise_13_arguments_are_those_that_were_given() {
    let mut proof = ProofRun::begin("promise_13_arguments_are_those_that_were_given");
    let world = shop();
    let odd = [
        "",
        " ",
        "two words",
        "it's",
        "\"quoted\"",
        "line\nbreak",
        "$HOME `id` $(id) \\ * ?",
        "--",
        "--json",
        "-p",
        "ü\u{1f511}",
    ];
    let mut arguments: Vec<OsString> = odd.iter().map(Into::into).collect();
    arguments.push(OsString::from_vec(vec![0xff, 0xfe, b'a', 0x80]));
    let large = vec![OsString::from("x".repeat(50_000)); 4];
    for given in [arguments, large, vec![OsString::from("y"); 10_000]] {
        same("arguments", |way| {
            let program = [OsString::from("printf"), "%s\\n%s|".into()];
            let program = [program.as_slice(), &given].concat();
            let output = started(&world, &[], way, &program).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            output.stdout
        });
        proof.held(given.len());
    }
}

#[test]
fn promise_13_the_process_is_as_it_was_prepared() {
    let mut proof = ProofRun::begin("promise_13_the_process_is_as_it_was_prepared");
    let world = shop();
    let prepared: [&[&str]; 7] = [
        &[],
        &["env", "--ignore-signal=HUP,INT,PIPE,CHLD,USR1,TSTP"],
        &["env", "--block-signal=TERM,USR2,CHLD,WINCH,PIPE"],
        &["sh", "-c", "umask 0137; exec \"$@\"", "sh"],
        &[
            "sh",
            "-c",
            "ulimit -n 99; ulimit -c 7; ulimit -t 500; ulimit -s 1024; exec \"$@\"",
            "sh",
        ],
        &["nice", "-n", "5"],
        &["sh", "-c", "exec \"$@\" 5<&0", "sh"],
    ];
    let state = "^(Umask|SigBlk|SigIgn|SigCgt|NoNewPrivs|Seccomp|Uid|Gid|Groups|CapEff)";
    for prepare in prepared {
        for look in [
            &["grep", "-E", state, "/proc/self/status"][..],
            &["cat", "/proc/self/limits"],
            &["nice"],
            &["pwd"],
            &["sh", "-c", "ls /proc/$$/fd"],
        ] {
            same(&format!("{prepare:?} {look:?}"), |way| {
                let output = started(&world, prepare, way, look).output().unwrap();
                assert!(output.status.success(), "{output:?}");
                without_internal_signals(&String::from_utf8(output.stdout).unwrap())
            });
            proof.case();
        }
    }
}

/// The C library's own two signals are set by how many threads the test has just now.
fn without_internal_signals(state: &str) -> String {
    let line = |line: &str| {
        let mask = line
            .strip_prefix("Sig")
            .and_then(|line| line.split_once(":\t"));
        match mask.map(|(name, mask)| (name, u64::from_str_radix(mask, 16))) {
            Some((name, Ok(mask))) => format!("Sig{name}: {:x}\n", mask & !(3 << 31)),
            _ => format!("{line}\n"),
        }
    };
    state.lines().map(line).collect()
}

#[test]
fn promise_13_standard_streams_are_open_or_closed_as_they_were() {
    let mut proof = ProofRun::begin("promise_13_standard_streams_are_open_or_closed_as_they_were");
    let world = shop();
    let script = "for n in 0 1 2; do [ -e /proc/$$/fd/$n ] && echo open $n; done > seen; cat seen";
    for closing in [
        "",
        "<&-",
        ">&-",
        "2>&-",
        "<&- >&-",
        "<&- >&- 2>&-",
        ">/dev/full",
    ] {
        same(closing, |way| {
            let prepare = ["sh", "-c", &format!("exec \"$@\" {closing}"), "sh"];
            let output = started(&world, &prepare, way, &sh(script))
                .output()
                .unwrap();
            (
                ended(&output).1,
                std::fs::read(world.path("work/seen")).unwrap(),
            )
        });
        proof.case();
    }
    for input in ["", "a word", &"long ".repeat(100_000)] {
        same("stdin", |way| {
            let file = world.write("input", input);
            let mut command = started(&world, &[], way, &["cat"]);
            command.stdin(std::fs::File::open(file).unwrap());
            let from_file = command.output().unwrap().stdout;
            let prepare = ["sh", "-c", "cat input | \"$@\"", "sh"];
            let from_pipe = started(&world, &prepare, way, &["cat"]).output().unwrap();
            (from_file == from_pipe.stdout, from_file)
        });
        proof.case();
    }
}

#[test]
fn promise_13_a_program_that_leaves_others_behind_still_ends() {
    let mut proof = ProofRun::begin("promise_13_a_program_that_leaves_others_behind_still_ends");
    let world = shop();
    for (case, script) in [
        (
            "background",
            "(until [ -e go ]; do sleep 0.1; done; echo late > late) & exit 4",
        ),
        (
            "session",
            "setsid sh -c 'until [ -e go ]; do sleep 0.1; done; echo late > late' & exit 4",
        ),
    ] {
        same(case, |way| {
            let mut command = started(&world, &[], way, &sh(script));
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let status = command.status().unwrap();
            world.write("go", "");
            eventually("what it left running", || world.path("work/late").exists());
            std::fs::remove_file(world.path("work/go")).unwrap();
            std::fs::remove_file(world.path("work/late")).unwrap();
            status.code()
        });
        proof.case();
    }
}

const HEARD: [&str; 8] = [
    "HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "TSTP", "WINCH",
];

/// How often a program on a terminal hears of each signal when something is done to it.
fn heard(world: &World, way: &[&str], signal: &str, does: impl Fn(&mut Terminal)) -> [usize; 8] {
    let listener = format!(
        "for s in {}; do trap \"echo heard-$s.\" $s; done; echo ready; \
         until [ -e stop ]; do sleep 0.1; done; echo over; exit 9",
        HEARD.join(" ")
    );
    let mut terminal = Terminal::start(started(world, &[], way, &sh(&listener)));
    terminal.expect("ready");
    does(&mut terminal);
    terminal.expect(&format!("heard-{signal}."));
    let stop = world.write("stop", "");
    terminal.expect("over");
    assert_eq!(terminal.wait().code(), Some(9));
    std::fs::remove_file(stop).unwrap();
    HEARD.map(|signal| {
        terminal
            .screen()
            .matches(&format!("heard-{signal}."))
            .count()
    })
}

#[test]
fn promise_13_keys_make_each_signal_once() {
    let mut proof = ProofRun::begin("promise_13_keys_make_each_signal_once");
    let world = shop();
    for (key, signal) in [("\u{3}", "INT"), ("\u{1c}", "QUIT")] {
        same(signal, |way| {
            heard(&world, way, signal, |terminal| terminal.type_text(key))
        });
        proof.case();
    }
    same("WINCH", |way| {
        heard(&world, way, "WINCH", |terminal| terminal.resize(33, 77))
    });
    proof.case();
}

#[test]
fn promise_13_signals_from_outside_arrive_once() {
    let mut proof = ProofRun::begin("promise_13_signals_from_outside_arrive_once");
    let world = shop();
    for (signal, name) in [
        (Signal::HUP, "HUP"),
        (Signal::INT, "INT"),
        (Signal::QUIT, "QUIT"),
        (Signal::TERM, "TERM"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
    ] {
        same(name, |way| {
            heard(&world, way, name, |terminal| send(terminal.pid(), signal))
        });
        proof.case();
    }
}

#[test]
fn promise_13_a_signal_from_outside_ends_it_as_itself() {
    let mut proof = ProofRun::begin("promise_13_a_signal_from_outside_ends_it_as_itself");
    let world = shop();
    for signal in [
        Signal::HUP,
        Signal::INT,
        Signal::TERM,
        Signal::USR1,
        Signal::KILL,
    ] {
        same(&format!("{signal:?}"), |way| {
            let program = sh("echo ready; exec sleep 1000");
            let mut terminal = Terminal::start(started(&world, &[], way, &program));
            terminal.expect("ready");
            send(terminal.pid(), signal);
            terminal.wait().signal()
        });
        proof.case();
    }
}

fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

#[test]
fn promise_13_a_program_is_stopped_and_continued_as_itself() {
    let mut proof = ProofRun::begin("promise_13_a_program_is_stopped_and_continued_as_itself");
    let world = shop();
    same("Ctrl-Z", |way| {
        let mut shell = world.command("bash");
        shell
            .args(["--norc", "-i"])
            .envs([("PS1", "shell> "), ("TERM", "dumb")]);
        let mut terminal = Terminal::start(shell);
        terminal.expect("shell> ");
        let line = [way, &["sh", "-c", "'echo on; read x; echo got $x; exit 6'"]].concat();
        terminal.type_text(&format!("{}\n", line.join(" ")));
        terminal.expect("on\r\n");
        terminal.type_text("\u{1a}");
        terminal.expect("Stopped");
        terminal.type_text("echo stopped with $?\n");
        terminal.expect("stopped with 148");
        terminal.type_text("bg\n");
        terminal.type_text("jobs; fg\n");
        terminal.type_text("again\n");
        // With masks, what is typed before the program has ended is typed to it.
        terminal.expect("got again\r\nshell> ");
        terminal.type_text("echo status $?; exit 0\n");
        terminal.expect("status 6");
        terminal.wait().code()
    });
    proof.case();
}
