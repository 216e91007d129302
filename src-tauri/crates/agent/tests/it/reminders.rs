//! Reminders on a clock that the test sets.

use std::time::Duration;

use keyhaven_client::one_segment;
use keyhaven_proof::ProofRun;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{
    ConfigureRequest, SettingsRequest, SnoozeRequest, StatusRequest, TestNotificationRequest,
};

use crate::support::{AgentFixture, PASSWORD, expiring, secret};

/// A vault that does not lock while days pass.
fn world() -> AgentFixture {
    let world = AgentFixture::new();
    let mut client = world.client();
    let mut settings = client.ask(SettingsRequest {}).unwrap();
    settings.auto_lock_minutes = 0;
    let (password, segments) = one_segment(secret(PASSWORD));
    let request = ConfigureRequest {
        settings,
        password: Some(password),
    };
    client.ask_with(request, &segments).unwrap();
    world
}

const DAY: Duration = Duration::from_secs(24 * 3600);

fn no_notice(world: &AgentFixture) {
    // The agent has looked at the clock when it answers two requests in a row.
    for _ in 0..3 {
        world.client().ask(StatusRequest {}).unwrap();
    }
    assert!(world.notices.try_recv().is_err());
}

#[test]
fn promise_20_a_date_is_announced_at_its_lead_times_without_names() {
    let mut proof =
        ProofRun::begin("promise_20_a_date_is_announced_at_its_lead_times_without_names");
    let world = world();
    world
        .add_to("shop", "dev", expiring("stripe", "2026-06-10"), "sk")
        .unwrap();
    // Nine days ahead the lead times of 30 and 14 days lie behind: nothing is due today.
    no_notice(&world);
    // Seven days ahead, at noon.
    world.clock.advance(2 * DAY);
    let notice = world.notice();
    assert_eq!(notice.title, "1 key is due");
    assert!(!format!("{notice:?}").contains("stripe"));
    assert!(notice.opens.is_some());
    // At most once a day.
    world.clock.advance(Duration::from_secs(3600));
    no_notice(&world);
    world.clock.advance(4 * DAY);
    assert_eq!(world.notice().title, "1 key is due");
    proof.held(2);
}

#[test]
fn names_are_shown_only_if_enabled_and_while_the_vault_is_unlocked() {
    let world = world();
    let mut client = world.client();
    let mut settings = client.ask(SettingsRequest {}).unwrap();
    settings.names_in_notices = true;
    let (password, segments) = one_segment(secret(PASSWORD));
    let request = ConfigureRequest {
        settings,
        password: Some(password),
    };
    client.ask_with(request, &segments).unwrap();
    world
        .add_to("shop", "dev", expiring("stripe", "2026-06-10"), "sk")
        .unwrap();
    world.clock.advance(2 * DAY);
    let open = world.notice();
    assert_eq!(open.body, "stripe (shop/dev): expires in 7 days");
    world.lock();
    world.clock.advance(4 * DAY);
    let locked = world.notice();
    assert_eq!(locked.title, "1 key is due");
    assert!(locked.body.contains("Unlock to see which"), "{locked:?}");
    assert!(!format!("{locked:?}").contains("stripe"));
    assert_eq!(locked.opens, None);
    world.unlock();
    let status = world.client().ask(StatusRequest {}).unwrap();
    assert_eq!((status.overdue, status.due_this_week), (0, 1));
}

#[test]
fn promise_20_a_restart_repeats_and_forgets_nothing() {
    let mut proof = ProofRun::begin("promise_20_a_restart_repeats_and_forgets_nothing");
    let mut world = AgentFixture::new();
    world
        .add_to("shop", "dev", expiring("stripe", "2026-06-10"), "sk")
        .unwrap();
    world.clock.advance(2 * DAY);
    world.notice();
    world.restart();
    no_notice(&world);
    let status = world.client().ask(StatusRequest {}).unwrap();
    assert!(status.locked);
    assert_eq!(status.due_this_week, 1);
    // The agent was not running on the due date: it reminds at the next start.
    world.stop();
    world.clock.advance(5 * DAY);
    world.restart();
    assert_eq!(world.notice().title, "1 key is due");
    proof.held(2);
}

#[test]
fn promise_20_a_snoozed_key_waits_until_its_day() {
    let mut proof = ProofRun::begin("promise_20_a_snoozed_key_waits_until_its_day");
    let world = AgentFixture::new();
    let added = world
        .add_to("shop", "dev", expiring("stripe", "2026-06-10"), "sk")
        .unwrap();
    let snooze = SnoozeRequest {
        id: added.row.id,
        revision: added.row.revision,
        until: Some("2026-06-06".parse().unwrap()),
    };
    world.client().ask(snooze).unwrap();
    world.clock.advance(2 * DAY);
    no_notice(&world);
    world.clock.advance(3 * DAY);
    world.notice();
    proof.held(1);
}

#[test]
fn promise_20_a_damaged_schedule_pauses_reminders_until_the_next_unlock() {
    let mut proof =
        ProofRun::begin("promise_20_a_damaged_schedule_pauses_reminders_until_the_next_unlock");
    let mut world = AgentFixture::new();
    world
        .add_to("shop", "dev", expiring("stripe", "2026-06-02"), "sk")
        .unwrap();
    world.notice();
    world.stop();
    let path = world.place.folder.join("schedule");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    world.restart();
    world.clock.advance(DAY);
    let status = world.client().ask(StatusRequest {}).unwrap();
    assert!(status.notices.contains(&Notice::ScheduleDamaged));
    no_notice(&world);
    world.unlock();
    world.notice();
    let status = world.client().ask(StatusRequest {}).unwrap();
    assert!(!status.notices.contains(&Notice::ScheduleDamaged));
    proof.held(1);
}

#[test]
fn a_test_notification_is_shown_apart_from_reminders() {
    let world = world();
    let expiring = expiring("stripe", "2026-06-08");
    world.add_to("shop", "dev", expiring, "sk").unwrap();
    assert_eq!(world.notice().title, "1 key is due");
    assert!(world.client().ask(TestNotificationRequest {}).unwrap());
    let notice = world.notice();
    assert_eq!(notice.title, "Test notification of Keyhaven");
    assert!(notice.is_separate && notice.opens.is_none());
    // It counts as no reminder.
    world.clock.advance(4 * DAY);
    assert_eq!(world.notice().title, "1 key is due");
}
