//! The tray icon, used as the desktop's tray would.

use std::process::Stdio;

use keyhaven_tests::{Bus, Display, Kept, Tray, World, eventually};

#[test]
fn the_tray_says_what_is_due_locks_and_opens_the_window() {
    let mut world = World::new();
    let bus = Bus::start(&world);
    let display = Display::start(&mut world);
    let tray = Tray::start(&world);
    world.init();
    let value = world.write("value", "sk_test_made_up");
    let arguments = [
        "add",
        "stripe",
        "-p",
        "shop",
        "-e",
        "dev",
        "--expires",
        "2020-01-01",
        "--stdin",
    ];
    let mut add = world.kh(&arguments);
    add.stdin(std::fs::File::open(value).unwrap());
    assert!(add.output().unwrap().status.success());
    let mut program = world.command("keyhaven");
    let window = Kept::start(program.stdout(Stdio::null()).stderr(Stdio::null()));
    display.turn_to(&world, "^Keyhaven$");
    let says = |label: &str| {
        let menu = tray.menu(&world);
        menu.iter().any(|entry| entry.label == label)
    };
    eventually("what is due, in the menu", || says("1 overdue"));

    tray.choose(&world, "Lock now");
    eventually("the lock", || world.is_locked() && says("Unlock…"));

    // The process stays in the tray, and shows a window again when it is asked to.
    display.turn_to(&world, "^Keyhaven$");
    display.close(&world, "^Keyhaven$");
    tray.choose(&world, "Open Keyhaven");
    display.turn_to(&world, "^Keyhaven$");

    tray.choose(&world, "Quit");
    display.wait_gone(&world, "^Keyhaven$");
    eventually("an empty tray", || tray.menu(&world).is_empty());
    drop((window, bus));
}
