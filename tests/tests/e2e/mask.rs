//! `kh run --mask` on a real terminal: what a person sees and types.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use keyhaven_tests::{PASSWORD, Terminal, World, eventually, eventually_some};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::LocalModes;

const KEY: &str = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";

fn shop() -> World {
    let world = World::new();
    world.init();
    let add = [
        "add",
        "stripe",
        "-p",
        "shop",
        "-e",
        "dev",
        "--stdin",
        "--env-var",
        "STRIPE",
    ];
    world.kh_ok_with(&add, KEY);
    world
}

fn masked(world: &World, script: &str) -> Command {
    let run = ["run", "-p", "shop", "-e", "dev", "--mask", "--"];
    world.kh(&[run.as_slice(), &["sh", "-c", script]].concat())
}

/// A shell of the person's own, at its prompt.
fn shell(world: &World) -> Terminal {
    let mut command = world.command("bash");
    command
        .args(["--norc", "-i"])
        .envs([("PS1", "shell> "), ("TERM", "dumb")]);
    let terminal = Terminal::start(command);
    terminal.expect("shell> ");
    terminal
}

fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn is_raw(terminal: &Terminal) -> bool {
    !terminal.settings().local_modes.contains(LocalModes::ICANON)
}

#[test]
fn colours_stay_while_values_are_masked() {
    let world = shop();
    let script = "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && printf '\\033[32m%s\\033[0m|\\n' $STRIPE";
    let mut terminal = Terminal::start(masked(&world, script));
    terminal.expect("\u{1b}[32m[masked]\u{1b}[0m|\r\n");
    assert!(terminal.wait().success());
}

#[test]
fn a_value_in_two_writes_is_masked_on_a_terminal() {
    let world = shop();
    // The second half comes when the first has long been read.
    let script = "printf %.20s $STRIPE; read go; printf '%s\\n' ${STRIPE#????????????????????}";
    let mut terminal = Terminal::start(masked(&world, script));
    eventually("the program's line editor", || is_raw(&terminal));
    terminal.type_text("\n");
    terminal.expect("[masked]");
    assert!(terminal.wait().success());
    let screen = terminal.screen();
    assert!(
        !screen.contains(&KEY[..4]) && !screen.contains(&KEY[20..]),
        "{screen}"
    );
}

#[test]
fn lines_are_edited_and_each_letter_is_seen_at_once() {
    let world = shop();
    let mut terminal = Terminal::start(masked(&world, "read line; echo \"got $line\"; stty size"));
    eventually("the keys", || is_raw(&terminal));
    // It is how the value begins.
    terminal.type_text("s");
    terminal.expect("s");
    terminal.type_text("k");
    terminal.expect("sk");
    terminal.type_text("x\u{7f}y\n");
    terminal.expect("got sky\r\n24 80\r\n");
    assert!(terminal.wait().success());
    assert!(!is_raw(&terminal), "the terminal has its mode back");
}

#[test]
fn a_password_that_is_typed_without_echo_stays_so() {
    let world = shop();
    let script = "stty -echo; echo ready; read word; stty echo; echo \"got ${#word}\"";
    let mut terminal = Terminal::start(masked(&world, script));
    terminal.expect("ready");
    terminal.type_text("hunter2\n");
    terminal.expect("got 7");
    assert!(terminal.wait().success());
    assert!(!terminal.screen().contains("hunter2"));
}

/// A shell that pipes something into a masked program.
fn piped(world: &World, script: &str) -> Command {
    let mut command = world.command("sh");
    // The shell leads the session: if Ctrl-C ended it, its end would send a hangup to the rest.
    let run = "trap : INT; echo piped | kh run -p shop -e dev --mask -- sh -c \"$0\"";
    command.args(["-c", run, script]);
    command
}

#[test]
fn who_is_piped_into_can_ask_at_the_terminal() {
    let world = shop();
    let script = "read a; stty -echo < /dev/tty; echo ready; read b < /dev/tty; \
        echo \"$a and ${#b} $STRIPE\"; stty echo < /dev/tty; read c < /dev/tty; echo \"got $c\"";
    let mut terminal = Terminal::start(piped(&world, script));
    terminal.expect("ready\r\n");
    terminal.type_text("hunter2\n");
    terminal.expect("piped and 7 [masked]\r\n");
    terminal.type_text("seen\n");
    terminal.expect("got seen\r\n");
    assert!(terminal.wait().success());
    assert!(!terminal.screen().contains("hunter2"));
    assert!(!is_raw(&terminal), "the terminal has its mode back");
}

#[test]
fn ctrl_c_reaches_who_is_piped_into() {
    let world = shop();
    let script = "trap 'echo told; exit 5' INT; echo ready; while :; do sleep 0.1; done";
    let mut terminal = Terminal::start(piped(&world, script));
    terminal.expect("ready");
    eventually("the keys", || is_raw(&terminal));
    terminal.type_text("\u{3}");
    terminal.expect("told");
    terminal.wait();
}

#[test]
fn the_size_follows_the_window() {
    let world = shop();
    let script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.1; done";
    let mut terminal = Terminal::start(masked(&world, script));
    terminal.expect("ready");
    terminal.resize(30, 99);
    terminal.expect("30 99");
    assert!(terminal.wait().success());
}

#[test]
fn ctrl_z_gives_the_shell_back_and_fg_goes_on() {
    let world = shop();
    let mut terminal = shell(&world);
    terminal.type_text("kh run -p shop -e dev --mask -- sh -c 'echo one; read a; echo got $a'\n");
    terminal.expect("one\r\n");
    terminal.type_text("\u{1a}");
    terminal.expect("Stopped");
    terminal.type_text("echo in the $((1 + 1))nd shell\n");
    terminal.expect("in the 2nd shell");
    terminal.type_text("fg\nagain\n");
    // What is typed before the program has ended is typed to it.
    terminal.expect("got again\r\nshell> ");
    terminal
        .type_text("kh run -p shop -e dev --mask -- sh -c 'echo $((1 + 1))nd; exec sleep 1000'\n");
    terminal.expect("2nd\r\n");
    terminal.type_text("\u{3}");
    terminal.expect("^C\r\nshell> ");
    terminal.type_text("echo status $?\n");
    terminal.expect("status 130");
    terminal.type_text("exit\n");
    terminal.wait();
}

#[test]
fn a_shell_is_masked_and_keeps_its_jobs() {
    let world = shop();
    let mut command = world.kh(&["shell", "-p", "shop", "-e", "dev", "--mask"]);
    command.env("TERM", "dumb");
    let mut terminal = Terminal::start(command);
    terminal.expect("(shop/dev) ");
    terminal.type_text("echo \"<$STRIPE>\"\n");
    terminal.expect("<[masked]>");
    terminal.type_text("sh -c 'echo $((1 + 1))nd; read x; echo got $x'\n");
    terminal.expect("2nd\r\n");
    terminal.type_text("\u{1a}");
    terminal.expect("Stopped");
    terminal.type_text("fg\n");
    terminal.type_text("again\n");
    terminal.expect("got again");
    terminal.type_text("exit 5\n");
    assert_eq!(terminal.wait().code(), Some(5));
    assert!(!terminal.screen().contains("sk_"), "{}", terminal.screen());
}

#[test]
fn a_terminal_has_its_mode_back_after_a_kill_too() {
    let world = shop();
    let terminal = Terminal::start(masked(&world, "echo ready; sleep 1000"));
    terminal.expect("ready");
    eventually("the keys", || is_raw(&terminal));
    send(terminal.pid(), Signal::KILL);
    eventually("its mode", || !is_raw(&terminal));
}

#[test]
fn a_program_that_is_put_in_the_background_ends_with_its_output() {
    let world = shop();
    let mut terminal = shell(&world);
    terminal.type_text("kh run -p shop -e dev --mask -- sh -c 'echo $STRIPE in the back' &\n");
    terminal.expect("[masked] in the back");
    terminal.type_text("wait; echo status $?\n");
    terminal.expect("status 0");
    terminal.type_text("exit\n");
    terminal.wait();
}

/// The first process of a container has no default actions: who does not listen to SIGTERM
/// cannot be stopped.
#[test]
fn the_first_process_of_a_container_passes_sigterm_on() {
    const CONTAINER: [&str; 3] = ["--pid", "--fork", "--mount-proc"];
    let world = shop();
    let can = world
        .command("unshare")
        .args(CONTAINER)
        .arg("true")
        .status();
    if !can.is_ok_and(|status| status.success()) {
        eprintln!("not checked: no process namespaces here");
        return;
    }
    // The container has a separate agent.
    world.kh_ok(&["agent", "stop"]);
    let run = "kh run -p shop -e dev --mask -- sh -c \
        'trap \"echo told; exit 5\" TERM; echo ready; while :; do sleep 0.1; done'";
    let script = format!("echo '{PASSWORD}' | kh unlock --password-stdin; exec {run}");
    let mut command = world.command("unshare");
    command.args(CONTAINER).args(["sh", "-c", &script]);
    let mut terminal = Terminal::start(command);
    terminal.expect("ready");
    let first = eventually_some("the first process", || {
        let pid = terminal.pid();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        children.ok()?.split_whitespace().next()?.parse().ok()
    });
    send(first, Signal::TERM);
    terminal.expect("told");
    assert_eq!(terminal.wait().code(), Some(5));
}

#[test]
fn a_child_that_outlives_is_not_waited_for() {
    let world = shop();
    let script = "(while [ ! -e go ]; do sleep 0.1; done; echo late > late) & echo $STRIPE; exit 4";
    let mut child = masked(&world, script);
    let output = child.output().unwrap();
    assert_eq!(
        (output.stdout.as_slice(), output.status.code()),
        (b"[masked]\n".as_slice(), Some(4))
    );
    world.write("go", "");
    eventually("what it left running", || world.path("work/late").exists());
}

#[test]
fn its_parent_sees_a_death_by_signal() {
    let world = shop();
    for (number, name) in [(15, "TERM"), (9, "KILL"), (11, "SEGV")] {
        let script = format!("kill -{name} $$");
        let status = masked(&world, &script).status().unwrap();
        assert_eq!(status.signal(), Some(number));
    }
}
