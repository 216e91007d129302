//! Dates: in hours when near, in the zone of the machine, the same to everybody; and the
//! calendar file that follows them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use jiff::tz::{TimeZone, offset};
use keyhaven_client::one_segment;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    Call, ConfigureRequest, DueRequest, EditAllRequest, EditRequest, ListRequest, Metadata, Query,
    SettingsRequest, ShowRequest, StatusRequest, SubscribeRequest,
};
use keyhaven_protocol::settings::Settings;
use keyhaven_protocol::view::{CredentialView, DueWords, Moment, RotationBasis};

use crate::support::{AgentFixture, PASSWORD, Raw, eventually, expiring, metadata, named, secret};

const HOUR: Duration = Duration::from_secs(3600);

/// The clock of a fixture stands at noon of this day, in UTC.
const TODAY: &str = "2026-06-01";

pub fn configure(world: &AgentFixture, change: impl FnOnce(&mut Settings)) {
    let mut client = world.client();
    let mut settings = client.ask(SettingsRequest {}).unwrap();
    change(&mut settings);
    let (password, segments) = one_segment(secret(PASSWORD));
    let request = ConfigureRequest {
        settings,
        password: Some(password),
    };
    client.ask_with(request, &segments).unwrap();
}

fn moment(text: &str) -> Option<Moment> {
    Some(text.parse().unwrap())
}

fn add(world: &AgentFixture, metadata: Metadata) -> CredentialView {
    world.add_to("shop", "dev", metadata, "value").unwrap()
}

fn show(world: &AgentFixture, name: &str) -> CredentialView {
    let target = named("shop", "dev", name);
    world.client().ask(ShowRequest { target }).unwrap()
}

fn edited(view: &CredentialView, change: impl FnOnce(&mut Metadata)) -> EditRequest {
    let mut new = metadata(&view.row.name);
    change(&mut new);
    EditRequest {
        id: view.row.id,
        revision: view.row.revision,
        metadata: new,
    }
}

#[test]
fn a_list_a_key_and_what_is_due_say_the_same_in_hours() {
    let world = AgentFixture::new();
    configure(&world, |settings| settings.auto_lock_minutes = 0);
    add(
        &world,
        Metadata {
            expires: moment("2026-06-01T13:00:00Z"),
            ..metadata("stripe")
        },
    );
    let words = || {
        let mut client = world.client();
        let row = client.ask(ListRequest::default()).unwrap().swap_remove(0);
        let due = client.ask(DueRequest { within_days: 30 }).unwrap();
        let (listed, told) = (row.expires_in.unwrap(), due[0].distance);
        assert_eq!(listed, told);
        assert_eq!(show(&world, "stripe").row.expires_in, Some(told));
        let status = client.ask(StatusRequest {}).unwrap();
        assert_eq!(status.overdue, u32::from(told.seconds <= 0));
        (told.seconds, told.words)
    };
    assert_eq!(words(), (3600, DueWords::InHours { hours: 1 }));
    world.clock.advance(2 * HOUR);
    assert_eq!(words(), (-3600, DueWords::ExpiredHours { hours: 1 }));
}

#[test]
fn another_zone_moves_civil_dates_without_a_restart() {
    let world = AgentFixture::new();
    configure(&world, |settings| settings.auto_lock_minutes = 0);
    add(
        &world,
        Metadata {
            expires: moment(TODAY),
            rotate_every_days: Some(30),
            ..metadata("stripe")
        },
    );
    let stripe = show(&world, "stripe").row;
    assert_eq!(stripe.rotation_due, moment("2026-07-01"));
    assert_eq!(stripe.expires_in.unwrap().seconds, 12 * 3600);
    // At the same time it is the next day already on Kiritimati.
    world.clock.set_zone(TimeZone::fixed(offset(14)));
    let stripe = show(&world, "stripe").row;
    assert_eq!(stripe.rotation_due, moment("2026-07-02"));
    let expired = DueWords::ExpiredHours { hours: 2 };
    assert_eq!(stripe.expires_in.unwrap().words, expired);
}

/// Nobody asks anything: the agent itself notices the zone, and reports what is due then.
#[test]
fn another_zone_is_noticed_without_a_question() {
    let world = AgentFixture::new();
    configure(&world, |settings| settings.auto_lock_minutes = 0);
    let mut raw = Raw::greeted(&world);
    raw.call(2, Call::Query(Query::Subscribe(SubscribeRequest {})));
    add(&world, expiring("stripe", TODAY));
    let counts = |overdue, due_this_week| Event::Due {
        overdue,
        due_this_week,
    };
    raw.wait_for(&counts(0, 1));
    // More than once: the agent may still look at the clock because of what came before.
    for _ in 0..4 {
        // On Kiritimati the day is over.
        world.clock.set_zone(TimeZone::fixed(offset(14)));
        raw.wait_for(&counts(1, 0));
        world.clock.set_zone(TimeZone::UTC);
        raw.wait_for(&counts(0, 1));
    }
}

#[test]
fn what_set_the_rotation_date_is_shown() {
    let world = AgentFixture::new();
    let added = add(
        &world,
        Metadata {
            rotate_every_days: Some(30),
            ..metadata("stripe")
        },
    );
    assert_eq!(added.rotation_basis, Some(RotationBasis::Added));
    let request = edited(&added, |new| new.rotate_on = moment("2026-06-20"));
    let fixed = world.client().ask(request).unwrap();
    assert_eq!(fixed.row.rotation_due, moment("2026-06-20"));
    assert_eq!(fixed.rotation_basis, Some(RotationBasis::FixedDate));
    let request = edited(&fixed, |new| new.never_rotate = Some("a test key".into()));
    let never = world.client().ask(request).unwrap();
    assert_eq!((never.row.rotation_due, never.rotation_basis), (None, None));
    assert_eq!(never.never_rotate.as_deref(), Some("a test key"));
    let request = edited(&never, |new| {
        new.never_rotate = Some("a test key".into());
        new.rotate_every_days = Some(30);
    });
    let name = Some("stripe".to_owned());
    assert_eq!(
        world.client().ask(request).unwrap_err(),
        Error::invalid(Problem::NeverWithRotation { name })
    );
}

#[test]
fn many_keys_are_edited_as_one_or_not_at_all() {
    let world = AgentFixture::new();
    let keys = ["a", "b"].map(|name| add(&world, metadata(name)));
    let every = |days| {
        let edit = |view| edited(view, |new| new.rotate_every_days = Some(days));
        keys.each_ref().map(edit).to_vec()
    };
    let mut edits = every(30);
    edits[1].revision += 1;
    let refused = world.client().ask(EditAllRequest { edits }).unwrap_err();
    assert_eq!(refused, Error::Changed { name: "b".into() });
    let days = || ["a", "b"].map(|name| show(&world, name).rotate_every_days);
    assert_eq!(days(), [None; 2]);
    // Names stay as they are.
    let mut edits = every(90);
    edits[1].metadata.name = "c".into();
    let views = world.client().ask(EditAllRequest { edits }).unwrap();
    assert_eq!(views.len(), 2);
    assert_eq!(days(), [Some(90); 2]);
}

#[test]
fn a_calendar_file_is_kept_while_it_is_wanted() {
    let world = AgentFixture::new();
    let file = world.path("vault/due.ics");
    let text = || fs::read_to_string(&file).unwrap_or_default();
    let dated = |name: &str, day: &str| {
        let expires = moment(day);
        add(
            &world,
            Metadata {
                expires,
                ..metadata(name)
            },
        );
    };
    dated("stripe", "2026-06-20");
    assert!(!file.exists());
    configure(&world, |settings| settings.calendar_file = true);
    eventually("the file", || {
        text().contains("DTSTART;VALUE=DATE:20260620")
    });
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(!text().contains("stripe") && !text().contains("shop"));
    dated("sendgrid", "2026-07-01");
    eventually("the second date", || text().contains("VALUE=DATE:20260701"));
    // While it is locked, the file stays.
    world.lock();
    assert!(text().contains("VALUE=DATE:20260701"));
    world.unlock();
    configure(&world, |settings| settings.names_in_calendar = true);
    eventually("names", || text().contains("sendgrid (shop/dev) expires"));
    configure(&world, |settings| settings.calendar_file = false);
    eventually("no file", || !file.exists());
}
