//! Reminders as a person gets them: in a notification service on a bus, while no window is
//! open.

use std::time::Duration;

use keyhaven_tests::{Bus, Display, Notice, World, eventually};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A world with a bus and a notification service, a vault, and a key that ends on a day
/// 40 days from now: well before its first reminder.
fn world() -> (World, Bus, Display) {
    let mut world = World::new();
    let bus = Bus::start(&world);
    let mut display = Display::start(&mut world);
    display.show_notices(&world, &bus);
    world.init();
    world.configure("auto-lock-minutes", "0");
    // At any time of day a reminder is wanted at once.
    world.kh_ok(&["config", "set", "quiet-from", "00:00"]);
    world.kh_ok(&["config", "set", "quiet-to", "00:00"]);
    let arguments = [
        "add",
        "moonbase",
        "-p",
        "apollo",
        "-e",
        "dev",
        "--stdin",
        "--expires",
        "40d",
    ];
    world.kh_ok_with(&arguments, "value");
    (world, bus, display)
}

fn next_notice(display: &Display, seen: usize) -> Notice {
    eventually("a notification", || display.notices().len() > seen);
    display.notices()[seen].clone()
}

#[test]
fn a_reminder_names_nothing_unless_its_owner_wants_it() {
    let (world, _bus, display) = world();
    world.pass(11 * DAY);
    let first = next_notice(&display, 0);
    assert_eq!(first.app, "Keyhaven");
    assert_eq!(first.summary, "1 key is due");
    assert!(!format!("{first:?}").contains("moonbase"), "{first:?}");
    assert!(!format!("{first:?}").contains("apollo"), "{first:?}");
    display.window(&world, "[Dd]unst");
    display.picture(&world, "notice-without-names");
}

#[test]
fn a_locked_vault_reminds_without_names() {
    let (world, _bus, display) = world();
    world.configure("names-in-notices", "true");
    world.kh_ok(&["lock"]);
    assert!(display.notices().is_empty());
    world.pass(11 * DAY);
    let notice = next_notice(&display, 0);
    assert_eq!(notice.summary, "1 key is due");
    assert_eq!(notice.body, "Expires in 29 days.\nUnlock to see which.");
}

#[test]
fn an_unlocked_vault_reminds_with_names_where_that_is_wanted() {
    let (world, _bus, display) = world();
    world.configure("names-in-notices", "true");
    world.pass(11 * DAY);
    let notice = next_notice(&display, 0);
    assert_eq!(notice.summary, "1 key is due");
    let line = "moonbase (apollo/dev): expires in 29 days";
    assert_eq!(notice.body, line, "{notice:?}");
}
