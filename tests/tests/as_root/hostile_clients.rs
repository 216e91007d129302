//! Others: programs of the same user that would look inside, and clients that are rude.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use keyhaven_proof::ProofRun;
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::request::{Call, CallHead, Hello, ListRequest, Query, ReplyHead, Session};
use keyhaven_protocol::{PROTOCOL, VERSION};
use keyhaven_tests::{Display, Kept, Terminal, World, eventually, eventually_some};
use rustix::process::{Pid, Signal, kill_process};

/// The ways by which `probe look`, run as the world's own user, sees into a process.
fn seen(world: &World, pid: u32) -> String {
    let output = world
        .command("probe")
        .args(["look", &pid.to_string()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The process of ours whose command line holds a word.
fn process_with(world: &World, word: &str) -> Option<u32> {
    let processes = world.processes().into_iter();
    let mut pids = processes.map(|(pid, _)| pid).filter(|pid| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|part| part == word.as_bytes())
    });
    pids.next()
}

#[test]
fn promise_09_programs_of_the_same_user_cannot_look_inside() {
    if !rustix::process::geteuid().is_root() {
        // Only root can be an ordinary user and still see which processes there are.
        ProofRun::not_checked(
            "promise_09_programs_of_the_same_user_cannot_look_inside",
            "only root can be somebody else",
        );
        return;
    }
    let mut proof = ProofRun::begin("promise_09_programs_of_the_same_user_cannot_look_inside");
    let mut world = World::of_an_ordinary_user();
    for program in ["keyhaven", "probe"] {
        world.own_program(program);
    }
    // The display is root's; X lets every local user in.
    let mut desk = World::new();
    let display = Display::start(&mut desk);
    world.set("DISPLAY", display.name());
    world.set("GDK_BACKEND", "x11");
    world.set("LIBGL_ALWAYS_SOFTWARE", "1");
    world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&add, "value");

    // The control: a process like any other can be looked into in every way.
    let open = Kept::start(world.command("sleep").arg("1000"));
    eventually("the control's own program", || {
        let name = fs::read_to_string(format!("/proc/{}/comm", open.pid()));
        name.is_ok_and(|name| name == "sleep\n")
    });
    assert_eq!(seen(&world, open.pid()), "mem environ descriptors ptrace");

    world.kh_ok(&["get", "kh://shop/dev/stripe", "--copy"]);
    let mut hidden = vec![
        ("the agent", world.agent_pid().unwrap()),
        (
            "the clipboard helper",
            process_with(&world, "--clipboard").unwrap(),
        ),
    ];
    let check = |proof: &mut ProofRun, hidden: &[(&str, u32)]| {
        for (name, pid) in hidden {
            assert_eq!(seen(&world, *pid), "", "{name} can be looked into");
            let alive = fs::read_to_string(format!("/proc/{pid}/status"));
            assert!(
                alive.is_ok_and(|text| text.contains("VmRSS")),
                "{name} is gone"
            );
            proof.case();
        }
    };
    check(&mut proof, &hidden);

    // At their question for the password: `kh` before it becomes a program, and the prompt.
    world.kh_ok(&["lock"]);
    let terminal = Terminal::start(world.kh(&["run", "-p", "shop", "-e", "dev", "--", "true"]));
    terminal.expect("Master password");
    let mut prompt = world.command("keyhaven");
    prompt.args(["--prompt", "unlock"]);
    let prompt = Kept::start(prompt.stdout(Stdio::null()).stderr(Stdio::null()));
    display.turn_to(&desk, "Keyhaven: unlock");
    hidden = vec![("kh", terminal.pid()), ("the prompt", prompt.pid())];
    check(&mut proof, &hidden);
}

#[test]
fn promise_09_nobody_looks_into_what_supervises_a_program() {
    const NAME: &str = "promise_09_nobody_looks_into_what_supervises_a_program";
    if !rustix::process::geteuid().is_root() {
        return ProofRun::not_checked(NAME, "only root can be somebody else");
    }
    let mut proof = ProofRun::begin(NAME);
    let world = World::of_an_ordinary_user();
    world.own_program("probe");
    world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&add, "value");
    let run = ["run", "-p", "shop", "-e", "dev", "--mask", "--watch", "--"];
    let script = ["sh", "-c", "echo ready; exec sleep 1000"];
    let terminal = Terminal::start(world.kh(&[run.as_slice(), &script].concat()));
    terminal.expect("ready");
    let monitor = only_child(terminal.pid());
    for pid in [terminal.pid(), monitor] {
        assert_eq!(seen(&world, pid), "", "kh can be looked into");
        proof.case();
    }
    // The control, and what the program's owner must know.
    let program = only_child(monitor);
    assert_eq!(seen(&world, program), "mem environ descriptors ptrace");
    // Without a terminal another process of kh supervises the program, in its group.
    let script = ["sh", "-c", "touch ready; exec sleep 1000"];
    let mut command = world.kh(&[run.as_slice(), &script].concat());
    let kh = Kept::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    eventually("the program", || world.path("work/ready").exists());
    let of_kh = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap() == "kh\n";
    let supervisor = eventually_some("the other process", || {
        children(kh.pid()).into_iter().find(of_kh)
    });
    for pid in [kh.pid(), supervisor] {
        assert_eq!(seen(&world, pid), "", "kh can be looked into");
        proof.case();
    }
}

fn only_child(pid: u32) -> u32 {
    let children = children(pid);
    assert_eq!(children.len(), 1);
    children[0]
}

fn children(pid: u32) -> Vec<u32> {
    let numbers = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    let numbers = numbers.split_whitespace();
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// A program that may write a core file as large as it likes, unless it forbids that itself.
fn unlimited(world: &World, program: &str, arguments: &[&str]) -> Command {
    let mut command = world.command("sh");
    command.args(["-c", "ulimit -c unlimited 2>/dev/null; exec \"$@\"", "sh"]);
    command.arg(world.found(program)).args(arguments);
    command
}

/// Ends a process in the way that writes its memory down.
fn abort(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, Signal::ABORT).unwrap();
}

/// Whether a process that got SIGABRT ended by it, and left a core file: its parent, this
/// test, learns that from the wait status.
fn left_a_core(status: ExitStatus) -> bool {
    assert_eq!(status.signal(), Some(Signal::ABORT.as_raw()));
    status.core_dumped()
}

fn dies(mut program: Kept) -> bool {
    abort(program.pid());
    left_a_core(program.child().wait().unwrap())
}

fn quiet(mut command: Command) -> Kept {
    Kept::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
}

#[test]
fn promise_09_no_program_of_ours_leaves_a_core_file() {
    let mut proof = ProofRun::begin("promise_09_no_program_of_ours_leaves_a_core_file");
    let mut world = World::of_an_ordinary_user();
    world.own_program("keyhaven");
    // The display is another one's where this one is not root; X lets every local user in.
    let mut desk = World::new();
    let display = Display::start(&mut desk);
    world.set("DISPLAY", display.name());
    world.set("GDK_BACKEND", "x11");
    world.set("LIBGL_ALWAYS_SOFTWARE", "1");

    // The control, where this machine writes core files at all.
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    if !pattern.starts_with('|') {
        let sleep = quiet(unlimited(&world, "sleep", &["1000"]));
        eventually("the control's own program", || {
            let name = fs::read_to_string(format!("/proc/{}/comm", sleep.pid()));
            name.is_ok_and(|name| name == "sleep\n")
        });
        assert!(dies(sleep), "no core file of anything");
        proof.case();
    }
    let agent = quiet(unlimited(&world, "keyhaven-agent", &[]));
    eventually("the agent's socket", || world.place().socket.exists());
    assert!(!dies(agent), "the agent left a core file");
    proof.case();

    // It holds a value from its input to its end.
    let value = b"canary";
    let length = u32::try_from(value.len()).unwrap().to_be_bytes();
    let mut helper = unlimited(&world, "keyhaven-agent", &["--clipboard", "1000"]);
    helper.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut helper = Kept::start(&mut helper);
    let mut input = helper.child().stdin.take().unwrap();
    input.write_all(&[&length[..], value].concat()).unwrap();
    eventually("the copy", || {
        display.clipboard(&desk).as_deref() == Some("canary")
    });
    assert!(!dies(helper), "the clipboard helper left a core file");
    proof.case();

    // At their question for the password: `kh` before it becomes a program, and the prompt.
    world.init();
    world.kh_ok(&["lock"]);
    let run = ["run", "-p", "shop", "-e", "dev", "--", "true"];
    let mut terminal = Terminal::start(unlimited(&world, "kh", &run));
    terminal.expect("Master password");
    abort(terminal.pid());
    assert!(!left_a_core(terminal.wait()), "kh left a core file");
    proof.case();
    let prompt = quiet(unlimited(&world, "keyhaven", &["--prompt", "unlock"]));
    display.turn_to(&desk, "Keyhaven: unlock");
    assert!(!dies(prompt), "the prompt left a core file");
    proof.case();
}

/// A connection that was greeted. The place of one that has just ended may still be taken.
fn greeted(world: &World) -> UnixStream {
    eventually_some("a place among the connections", || greet(world))
}

fn greet(world: &World) -> Option<UnixStream> {
    let place = world.place();
    let mut stream = UnixStream::connect(&place.socket).unwrap();
    let hello = Hello {
        protocol: PROTOCOL,
        version: VERSION.into(),
        vault: place.folder_text(),
        session: Session::default(),
    };
    let head = CallHead {
        id: 1,
        call: Call::Hello(hello),
    };
    // Who is refused may be cut off before this is written or answered.
    frame::write(&mut stream, &head, &Segments::default()).ok()?;
    let (reply, _) = frame::read::<ReplyHead>(&mut stream).ok()?;
    reply.error.is_none().then_some(stream)
}

fn send(stream: &mut UnixStream, id: u32, call: Call) {
    frame::write(stream, &CallHead { id, call }, &Segments::default()).unwrap();
}

/// A figure of the agent's `/proc/PID/status`, in KiB.
fn status_kib(agent: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn promise_10_rude_clients_hurt_nobody_else() {
    let mut proof = ProofRun::begin("promise_10_rude_clients_hurt_nobody_else");
    let world = World::new();
    world.init();
    let file: String = (0..200).map(|n| format!("KEY_{n}=value-{n}\n")).collect();
    world.kh_ok_with(&["import", "dotenv", "-", "-p", "shop", "-e", "dev"], file);
    let agent = world.agent_pid().unwrap();
    let before = status_kib(agent, "VmRSS:");

    // Half a frame; a frame of 4 GiB; silence; answers that nobody reads.
    let mut rude = Vec::new();
    for _ in 0..6 {
        let mut half = greeted(&world);
        half.write_all(&[0, 0, 0, 100, 0]).unwrap();
        let mut deaf = greeted(&world);
        for id in 2..30 {
            send(
                &mut deaf,
                id,
                Call::Query(Query::List(ListRequest::default())),
            );
        }
        rude.extend([half, deaf, greeted(&world)]);
        let mut huge = greeted(&world);
        huge.write_all(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
            .unwrap();
        // Told so, and cut off.
        let mut end = Vec::new();
        huge.read_to_end(&mut end).unwrap();
        assert!(!end.is_empty());
        proof.case();
    }

    // The good client is a separate process, as every `kh` is.
    let mut good = world.command("probe");
    let questions = ProofRun::cases(200, 2000);
    good.args(["ask", &questions.to_string()]);
    let mut good = Kept::start(good.stdout(Stdio::piped()));
    let crowd = ProofRun::cases(2_000, 10_000);
    let socket = world.place().socket;
    // As many as it may have, held open all the while.
    let held: Vec<UnixStream> = (0..14).map(|_| greeted(&world)).collect();
    assert_eq!(rude.len() + held.len(), 32);
    let refused = thread::scope(|scope| {
        let flood = scope.spawn(|| {
            let refused = (0..crowd).filter(|_| {
                let mut stream = UnixStream::connect(&socket).unwrap();
                // More than a process may have, or no greeting: told so, and cut off at once.
                // Either may come before this is written.
                let _ = stream.write_all(&[0xff; 8]);
                let mut said = Vec::new();
                stream.read_to_end(&mut said).is_err() || !said.is_empty()
            });
            refused.count()
        });
        flood.join().unwrap()
    });
    drop(held);
    proof.held(refused);
    assert!(refused >= crowd - 32, "{refused} of {crowd} were refused");

    assert!(
        good.child().wait().unwrap().success(),
        "the good client failed"
    );
    let mut said = String::new();
    let mut output = good.child().stdout.take().unwrap();
    output.read_to_string(&mut said).unwrap();
    let percentile: u64 = said.trim().parse().unwrap();
    if ProofRun::is_full() {
        assert!(percentile < 100, "{percentile} ms");
    }
    let growth = status_kib(agent, "VmHWM:").saturating_sub(before);
    assert!(growth < 32 << 10, "the agent grew by {growth} KiB");
    assert_eq!(world.kh_ok(&["get", "kh://shop/dev/KEY_7"]), "value-7");
    drop(rude);
}
