//! The window where the toolkit cannot show it: without a font, and where WebKit's processes
//! cannot start or end by themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use keyhaven_tests::{Bus, Display, Kept, World, eventually, eventually_some};
use rustix::process::{Pid, Signal, kill_process};

const HINT: &str = "hint: install WebKitGTK again, or use kh in a terminal\n";
const PAGE_PROCESS_ENDED: &str =
    "error: the window could not be shown: the process of WebKit that draws it ended\n";

fn desk() -> (World, Bus, Display) {
    let mut world = World::new();
    let bus = Bus::start(&world);
    let display = Display::start(&mut world);
    world.init();
    (world, bus, display)
}

/// The status of a process that ended, and what it said of that.
fn end(output: Output) -> (Option<i32>, String) {
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[test]
fn without_a_font_one_error_says_what_to_do() {
    let (mut world, _bus, _display) = desk();
    let none = world.write("fonts.conf", "<fontconfig></fontconfig>");
    world.set("FONTCONFIG_FILE", none);
    let expected = "error: the window could not be opened: no font is installed\n\
                    hint: install a font, on Debian and Ubuntu for example the package \
                    fonts-dejavu-core, or use kh in a terminal\n";
    for (arguments, status) in [(&[][..], 1), (&["--prompt", "unlock"], 70)] {
        let output = world.command("keyhaven").args(arguments).output().unwrap();
        assert_eq!(end(output), (Some(status), expected.into()));
    }
}

/// Where WebKit has the programs of its processes.
fn web_kit() -> PathBuf {
    let roots = ["/usr/lib", "/usr/lib64", "/usr/libexec"];
    let folders = roots.iter().filter_map(|root| fs::read_dir(root).ok());
    let below = folders.flatten().flatten().map(|entry| entry.path());
    let places = below.chain(roots.iter().map(PathBuf::from));
    let mut places = places.map(|place| place.join("webkit2gtk-4.1"));
    let found = places.find(|place| place.join("WebKitWebProcess").exists());
    found.expect("the programs of WebKit")
}

/// `keyhaven` where something else lies in one place of the file system; none where the system
/// does not let a test do that.
#[expect(clippy::print_stderr, reason = "says what was not checked")]
fn with_mount(world: &World, what: &Path, place: &Path) -> Option<Command> {
    let command = |script: &str| {
        let mut command = world.command("unshare");
        let own = ["--user", "--map-root-user", "--mount", "sh", "-c"];
        command.args(own).arg(script).arg("sh").args([what, place]);
        command
    };
    let mount = "mount --bind \"$1\" \"$2\"";
    if !command(mount)
        .output()
        .is_ok_and(|tried| tried.status.success())
    {
        eprintln!("not checked: this system lets nobody mount anything");
        return None;
    }
    let mut command = command(&format!("{mount} && exec \"$3\""));
    command.arg(world.bin("keyhaven"));
    Some(command)
}

#[test]
fn where_web_kit_starts_no_process_one_error_gives_its_reason() {
    let (world, _bus, _display) = desk();
    let programs = web_kit();
    let empty = world.path("empty");
    fs::create_dir(&empty).unwrap();
    let ends = world.write("ends", "#!/bin/sh\nexit 1\n");
    fs::set_permissions(&ends, fs::Permissions::from_mode(0o755)).unwrap();
    for (what, place, reason) in [
        (&empty, programs.clone(), programs.to_str().unwrap()),
        (&ends, programs.join("WebKitWebProcess"), "crashed"),
    ] {
        let Some(mut window) = with_mount(&world, what, &place) else {
            return;
        };
        let (status, said) = end(window.output().unwrap());
        assert_eq!(status, Some(1), "{said}");
        let start = "error: the window could not be shown; WebKit or GTK reports: ";
        let errors: Vec<&str> = said.matches("error: ").collect();
        assert_eq!(errors.len(), 1, "{said}");
        assert!(said.contains(start) && said.ends_with(HINT), "{said}");
        assert!(said.contains(reason), "{said}");
    }
}

fn page_process(window: u32) -> Option<u32> {
    let children = format!("/proc/{window}/task/{window}/children");
    let children = fs::read_to_string(children).unwrap_or_default();
    let is_page = |child: &&str| {
        let comm = fs::read_to_string(format!("/proc/{child}/comm"));
        comm.is_ok_and(|comm| comm.starts_with("WebKitWebProces"))
    };
    let child = children.split_whitespace().find(is_page)?;
    child.parse().ok()
}

fn kill(process: u32) {
    let process = Pid::from_raw(process.cast_signed()).unwrap();
    kill_process(process, Signal::KILL).unwrap();
}

#[test]
fn a_page_whose_process_is_killed_is_opened_again_but_not_twice_in_a_minute() {
    let (world, _bus, display) = desk();
    world.kh_ok(&["lock"]);
    let mut program = world.command("keyhaven");
    program.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut program = Kept::start(&mut program);
    let window = program.pid();
    let prompt_opens = || {
        display.turn_to(&world, "^Keyhaven$");
        // What is pressed before the page listens is lost.
        eventually("a prompt", || {
            display.press(&world, &["Return"]);
            display.settle();
            !display.windows(&world, "Keyhaven: unlock").is_empty()
        });
    };
    prompt_opens();
    let first = page_process(window).unwrap();
    kill(first);
    // The prompt belonged to the page.
    display.wait_gone(&world, "Keyhaven: unlock");
    let second = eventually_some("another page", || {
        page_process(window).filter(|process| *process != first)
    });
    prompt_opens();
    assert!(program.is_running());
    kill(second);
    let status = eventually_some("the end", || program.child().try_wait().unwrap());
    assert_eq!(status.code(), Some(1));
    let mut said = String::new();
    let stderr = program.child().stderr.as_mut().unwrap();
    std::io::Read::read_to_string(stderr, &mut said).unwrap();
    assert_eq!(said, format!("{PAGE_PROCESS_ENDED}{HINT}"));
}
