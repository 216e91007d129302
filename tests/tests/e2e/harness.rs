//! The harness proves itself: what it says is separate is separate, and what
//! it says it sees it sees.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use keyhaven_tests::{Bus, Display, Driver, Terminal, World, eventually};

#[test]
fn a_command_sees_only_its_own_world() {
    let mut world = World::new();
    world.set("ADDED", "yes");
    let output = world.command("env").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let place = world.path("");
    for line in text.lines() {
        let (name, value) = line.split_once('=').unwrap();
        let own = value.contains(place.to_str().unwrap().trim_end_matches('/'));
        let plain = [
            "ADDED",
            "USER",
            "LOGNAME",
            "PATH",
            "SHELL",
            "TERM",
            "LANG",
            "TZ",
            "GSETTINGS_BACKEND",
            "GTK_USE_PORTAL",
            "NO_AT_BRIDGE",
        ];
        assert!(own || plain.contains(&name), "{line}");
    }
    assert!(text.contains("ADDED=yes"));
    assert_ne!(place, World::new().path(""));
}

#[test]
fn notifications_reach_dunst_on_a_private_bus() {
    let mut world = World::new();
    let bus = Bus::start(&world);
    assert!(!bus.has_owner(&world, "org.freedesktop.Notifications"));
    let mut display = Display::start(&mut world);
    display.show_notices(&world, &bus);
    let sent = world
        .command("gdbus")
        .args([
            "call",
            "--session",
            "--dest",
            "org.freedesktop.Notifications",
        ])
        .args(["--object-path", "/org/freedesktop/Notifications"])
        .args(["--method", "org.freedesktop.Notifications.Notify"])
        .args([
            "probe",
            "0",
            "",
            "A title",
            "Two\nlines",
            "[]",
            "{}",
            "5000",
        ])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(sent.success());
    eventually("the notification", || !display.notices().is_empty());
    let notices = display.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].app, "probe");
    assert_eq!(notices[0].summary, "A title");
    assert_eq!(notices[0].body, "Two\nlines");
    display.window(&world, "[Dd]unst");
    display.picture(&world, "harness-notice");
}

#[test]
fn displays_do_not_share_a_clipboard() {
    let mut one = World::new();
    let mut two = World::new();
    let first = Display::start(&mut one);
    let second = Display::start(&mut two);
    assert_ne!(first.name(), second.name());
    assert_eq!(first.clipboard(&one), None);
    first.copy(&one, "mine");
    eventually("the copy", || {
        first.clipboard(&one).as_deref() == Some("mine")
    });
    assert_eq!(second.clipboard(&two), None);
}

#[test]
fn a_terminal_is_a_terminal_with_signals() {
    let world = World::new();
    let mut command = world.command("sh");
    command.args([
        "-c",
        "test -t 0 && stty size && read line && echo \"got $line\" && read never",
    ]);
    let mut terminal = Terminal::start(command);
    terminal.expect("24 80");
    terminal.type_text("a word\n");
    terminal.expect("got a word");
    terminal.type_text("\u{3}");
    assert_eq!(terminal.wait().signal(), Some(2));
}

#[test]
fn a_page_is_driven_by_roles_and_names() {
    const PAGE: &str = "
        document.body.innerHTML = `
          <label>Name <input></label>
          <button style='display:none'>Save</button>
          <button aria-label='Save'>x</button>
          <button>Save as</button>
          <p role='status'></p>`;
        document.querySelector('[aria-label]').onclick = () => {
          document.querySelector('[role=status]').textContent =
            'saved ' + document.querySelector('input').value;
        };";
    let mut world = World::new();
    let _bus = Bus::start(&world);
    let _display = Display::start(&mut world);
    let page = Driver::start(&world, &mini_browser(), &["--automation"]);
    page.run(PAGE, &[]);
    page.fill("Name", "a key");
    page.click("button", "Save");
    page.wait_for_text("saved a key");
    assert!(page.look_for("button", "Save as").is_some());
    assert!(page.look_for("button", "Delete").is_none());
    assert!(page.look_for("checkbox", "Name").is_none());
    page.picture("harness-page");
}

/// WebKit's own small browser; it lies in the folder of one architecture.
fn mini_browser() -> String {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    let mut candidates =
        folders.map(|folder| folder.unwrap().path().join("webkit2gtk-4.1/MiniBrowser"));
    let browser = candidates
        .find(|path| path.exists())
        .expect("WebKitGTK's MiniBrowser");
    browser.to_str().unwrap().to_owned()
}
