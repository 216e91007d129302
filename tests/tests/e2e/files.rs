//! Keys for programs that want a path: real ones, which read them.

use std::fs;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use keyhaven_tests::{Kept, PASSWORD, World, eventually, eventually_some};
use rustix::process::{Pid, Signal, kill_process};

/// What a file holds cannot be seen by others, so that root's rights would prove nothing.
fn world() -> World {
    let world = World::of_an_ordinary_user();
    world.init();
    world
}

fn add(world: &World, name: &str, value: &str) {
    let add = ["add", name, "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&add, value);
}

/// `kh run` in shop/dev, not yet started.
fn run(world: &World, options: &[&str], program: &[&str]) -> Command {
    let run = ["run", "-p", "shop", "-e", "dev"];
    world.kh(&[&run, options, &["--"], program].concat())
}

fn printed(world: &World, options: &[&str], program: &[&str]) -> String {
    let output = run(world, options, program).output().unwrap();
    assert!(output.status.success(), "{options:?} {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every file that is out.
fn out(world: &World) -> Vec<PathBuf> {
    let folders = world.place().files().into_iter();
    let entries = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn none_is_left(world: &World) {
    eventually("the end of the files", || out(world).is_empty());
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

/// A program that prints the path of its file and lives on.
fn holder(world: &World, options: &[&str]) -> (Kept, PathBuf) {
    let options = [options, &["--file", "F=kh:key"]].concat();
    let script = "echo \"$F\"; exec sleep 1000";
    let mut command = run(world, &options, &["sh", "-c", script]);
    let (kept, path) = Kept::start_and_read_line(&mut command);
    (kept, path.into())
}

#[test]
fn openssl_reads_a_private_key_in_each_way() {
    let world = world();
    let pem = world
        .command("openssl")
        .args(["genpkey", "-algorithm", "ed25519"])
        .output()
        .unwrap();
    let pem = String::from_utf8(pem.stdout).unwrap();
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"), "{pem}");
    add(&world, "tls", &pem);
    let public = world.write("key.pem", &pem);
    let public = world
        .command("openssl")
        .args(["pkey", "-pubout", "-in"])
        .arg(public)
        .output()
        .unwrap();
    let public = String::from_utf8(public.stdout).unwrap();
    // By a child of the program, and by the program itself.
    let child = "openssl pkey -in \"$KEY\" -noout && openssl pkey -in \"$KEY\" -pubout";
    let own = "exec openssl pkey -in \"$KEY\" -pubout";
    for (way, script) in [
        ("--file", child),
        ("--file", own),
        ("--fifo", own),
        ("--memfd", child),
        ("--memfd", own),
    ] {
        let found = printed(&world, &[way, "KEY=kh:tls"], &["sh", "-c", script]);
        assert_eq!(found, public, "{way} {script}");
        none_is_left(&world);
    }
}

#[test]
fn node_reads_a_service_account_and_sees_what_each_way_is() {
    let world = world();
    let account = serde_json::json!({
        "type": "service_account",
        "client_email": "app@shop.example",
        "private_key": "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n",
    });
    add(&world, "gcp", &account.to_string());
    world.write(
        "app.js",
        "const fs = require('fs');
         const path = process.env.GOOGLE_APPLICATION_CREDENTIALS;
         const is = fs.statSync(path).isFile() ? 'a file' : 'no file';
         let real = 'real';
         try { fs.realpathSync(path); } catch { real = 'not real'; }
         const email = JSON.parse(fs.readFileSync(path, 'utf8')).client_email;
         console.log(is, real, email, 'GCP' in process.env);",
    );
    for (way, expected) in [
        ("--file", "a file real app@shop.example false\n"),
        ("--fifo", "no file real app@shop.example false\n"),
        ("--memfd", "a file not real app@shop.example false\n"),
    ] {
        let given = "GOOGLE_APPLICATION_CREDENTIALS=kh:gcp";
        assert_eq!(
            printed(&world, &[way, given], &["node", "app.js"]),
            expected
        );
    }
    none_is_left(&world);
}

#[test]
fn a_file_goes_with_its_program_whatever_ends_it() {
    let world = world();
    add(&world, "key", "value");
    let (mut program, path) = holder(&world, &[]);
    let (other, kept) = holder(&world, &[]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "value");
    assert_ne!(path, kept);
    kill(program.pid());
    program.child().wait().unwrap();
    eventually("the end of the file", || !path.exists());
    assert!(kept.exists());
    drop(other);
    none_is_left(&world);
    // With a parent that stays, and is killed.
    let (parent, path) = holder(&world, &["--mask"]);
    assert!(path.exists());
    drop(parent);
    none_is_left(&world);
    // Where the program never began.
    let status = run(&world, &["--file", "F=kh:key"], &["/no-such-program"])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(127));
    none_is_left(&world);
}

/// A pipe in which there is room for nothing more.
fn full_pipe() -> (OwnedFd, OwnedFd) {
    use rustix::fs::{OFlags, fcntl_setfl};
    use rustix::pipe::{PipeFlags, pipe_with};
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
    while rustix::io::write(&writer, &[b'.'; 4096]).is_ok() {}
    fcntl_setfl(&writer, OFlags::empty()).unwrap();
    (reader, writer)
}

/// Starts `kh`, which warns of an expired key before it becomes the program and cannot, because
/// nobody reads what it says: its file is out, and the program has not begun.
fn between(world: &World) -> (Child, OwnedFd) {
    let (reader, writer) = full_pipe();
    let kh = run(world, &["--file", "F=kh:key"], &["touch", "began"])
        .stderr(writer)
        .spawn()
        .unwrap();
    eventually("the file", || out(world).len() == 1);
    (kh, reader)
}

#[test]
fn a_file_goes_where_kh_is_killed_before_the_program_begins() {
    let world = world();
    add(&world, "key", "value");
    world.kh_ok(&["edit", "kh://shop/dev/key", "--expires", "2020-01-01"]);
    let (mut kh, _reader) = between(&world);
    kh.kill().unwrap();
    kh.wait().unwrap();
    none_is_left(&world);
    assert!(!world.path("work/began").exists());
    // Control: let go, it begins.
    let (mut kh, reader) = between(&world);
    let mut said = Vec::new();
    fs::File::from(reader).read_to_end(&mut said).unwrap();
    assert!(kh.wait().unwrap().success());
    assert!(String::from_utf8_lossy(&said).contains("expired"));
    assert!(world.path("work/began").exists());
    none_is_left(&world);
}

#[test]
fn what_a_killed_agent_left_goes_when_the_next_one_starts() {
    let world = world();
    add(&world, "key", "value");
    let (_program, path) = holder(&world, &[]);
    let agent = world.agent_pid().unwrap();
    kill(agent);
    eventually("the end of the agent", || world.agent_pid().is_none());
    assert!(path.exists());
    world.kh_ok_with(&["unlock", "--password-stdin"], format!("{PASSWORD}\n"));
    assert_eq!(out(&world), Vec::<PathBuf>::new());
    // A clean end leaves none, though the program lives on.
    let (mut program, _path) = holder(&world, &[]);
    assert_eq!(out(&world).len(), 1);
    world.kh_ok(&["agent", "stop"]);
    assert_eq!(out(&world), Vec::<PathBuf>::new());
    assert!(program.is_running());
}

#[test]
fn a_restarted_program_has_new_files() {
    let world = world();
    add(&world, "key", "first");
    let script = "cat \"$F\" >> log; echo \" $F\" >> log; exec sleep 1000";
    let options = ["--watch", "--file", "F=kh:key"];
    let _kh = Kept::start(&mut run(&world, &options, &["sh", "-c", script]));
    let log = world.path("work/log");
    let path_after = |value: &str| {
        let text = fs::read_to_string(&log).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        let mut found = lines.filter(|(found, _)| *found == value);
        Some(PathBuf::from(found.next()?.1))
    };
    let first = eventually_some("first", || path_after("first"));
    let set = ["set", "key", "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&set, "second");
    let second = eventually_some("second", || path_after("second"));
    assert_ne!(first, second);
    assert_eq!(out(&world), [second]);
}
