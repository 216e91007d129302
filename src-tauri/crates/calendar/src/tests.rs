use std::collections::HashSet;

use jiff::tz::TimeZone;
use keyhaven_protocol::view::{CredentialRow, CredentialState, Tier};
use keyhaven_rules::due::{self, LocalNow};
use proptest::prelude::*;

use super::*;

const ID: &str = "01968f00-0000-7000-8000-000000000001";

fn date(what: DueKind, due: &str) -> DueView {
    let due: Moment = due.parse().unwrap();
    let changed_at = "2026-09-02T10:11:12.5Z".parse().unwrap();
    let clock = LocalNow {
        now: changed_at,
        zone: TimeZone::UTC,
    };
    DueView {
        credential: CredentialRow {
            id: ID.parse().unwrap(),
            revision: 7,
            name: "stripe".into(),
            project: "shop".into(),
            environment: "dev".into(),
            tier: Tier::Development,
            provider: None,
            variables: Vec::new(),
            fields: 1,
            plain: false,
            scopes: Vec::new(),
            tags: Vec::new(),
            expires: None,
            expires_in: None,
            rotation_due: None,
            rotation_in: None,
            state: CredentialState::Fine,
            last_used: None,
            erased_after_days: None,
        },
        what,
        due,
        distance: due::distance(what, due, &clock),
        words_until: changed_at,
        lead_times: vec![30, 0],
        changed_at,
        snoozed_until: None,
    }
}

fn named(mut date: DueView, name: &str) -> DueView {
    date.credential.name = name.into();
    date
}

fn text(dates: &[DueView]) -> String {
    file(dates, Names::Hidden, Language::ENGLISH)
}

fn lines(file: &str) -> Vec<String> {
    let head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Keyhaven//Due dates//EN\r\n";
    assert!(file.starts_with(head), "{file}");
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    let unfolded = file.replace("\r\n ", "");
    unfolded.split_terminator("\r\n").map(Into::into).collect()
}

#[test]
fn every_text_is_there() {
    let found = messages::differences(Family::Calendar, CALENDAR_TEXTS.iter().copied());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_civil_date_is_a_day_and_names_nothing() {
    let lines = lines(&text(&[date(DueKind::Expiry, "2026-12-01")]));
    for line in [
        "UID:01968f00-0000-7000-8000-000000000001-expiry@keyhaven",
        "SEQUENCE:7",
        "DTSTAMP:20260902T101112Z",
        "LAST-MODIFIED:20260902T101112Z",
        "DTSTART;VALUE=DATE:20261201",
        "SUMMARY:An API key expires",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        // At nine on the day, and on the day 30 days before.
        "TRIGGER:PT32400S",
        "TRIGGER:-PT2559600S",
    ] {
        assert!(
            lines.iter().any(|found| found == line),
            "{line}: {lines:#?}"
        );
    }
    let stamps = lines.iter().filter(|line| line.starts_with("DTSTAMP"));
    assert_eq!(stamps.count(), 1, "{lines:#?}");
    let none = |text: &str| lines.iter().all(|line| !line.contains(text));
    assert!(none("DTEND") && none("shop") && none("TZID"));
}

#[test]
fn an_instant_is_in_utc() {
    let lines = lines(&text(&[date(DueKind::Expiry, "2026-12-01T23:30:00+02:00")]));
    assert!(
        lines.contains(&"DTSTART:20261201T213000Z".into()),
        "{lines:#?}"
    );
    assert!(lines.contains(&"TRIGGER:-PT2592000S".into()), "{lines:#?}");
    assert!(lines.contains(&"TRIGGER:P0D".into()), "{lines:#?}");
}

#[test]
fn both_dates_of_a_credential_are_separate_events() {
    let dates = [
        date(DueKind::Expiry, "2026-12-01"),
        date(DueKind::Rotation, "2026-11-01"),
    ];
    let lines = lines(&text(&dates));
    let is_uid = |line: &&String| line.starts_with("UID:");
    let uids: HashSet<_> = lines.iter().filter(is_uid).collect();
    // One of each event, and of each of its alarms (RFC 9074, 4).
    assert_eq!(uids.len(), 6, "{uids:#?}");
    assert!(lines.contains(&"SUMMARY:An API key is due for rotation".into()));
}

#[test]
fn a_name_is_there_when_asked_for_and_cannot_break_out() {
    let key = named(
        date(DueKind::Rotation, "2026-12-01"),
        "a,b;c\\d\u{7}\r\nX-EVIL:1",
    );
    let lines = lines(&file(&[key], Names::Shown, Language::ENGLISH));
    let summary = "SUMMARY:a\\,b\\;c\\\\d   X-EVIL:1 (shop/dev) is due for rotation";
    assert!(lines.contains(&summary.into()), "{lines:#?}");
    assert!(lines.iter().all(|line| !line.starts_with("X-EVIL")));
}

#[test]
fn the_same_dates_give_the_same_bytes() {
    let dates = [date(DueKind::Expiry, "2026-12-01")];
    let twice = [(); 2].map(|()| text(&dates));
    assert_eq!(twice[0], twice[1]);
}

#[test]
fn dates_beyond_four_digits_are_left_out() {
    let file = |moment: &str| text(&[date(DueKind::Expiry, moment)]);
    assert!(file("9999-12-31").contains("DTSTART;VALUE=DATE:99991231"));
    assert!(!file("-000001-12-31T00:00:00Z").contains("VEVENT"));
}

proptest! {
    /// Lines are at most 75 bytes long and come back whole.
    #[test]
    fn long_names_are_folded(name in "\\PC{0,200}") {
        let key = named(date(DueKind::Expiry, "2026-12-01"), &name);
        let summary = CalendarText::of(&key, Names::Shown).text(Language::ENGLISH);
        let file = file(&[key], Names::Shown, Language::ENGLISH);
        for line in file.split("\r\n") {
            prop_assert!(line.len() <= 75, "{line}");
        }
        let unfolded = file.replace("\r\n ", "");
        let found = unfolded
            .split("\r\n")
            .find_map(|line| line.strip_prefix("SUMMARY:"))
            .unwrap();
        let mut plain = String::new();
        let mut escaped = false;
        for character in found.chars() {
            escaped = character == '\\' && !escaped;
            if !escaped {
                plain.push(character);
            }
        }
        prop_assert_eq!(plain, summary);
    }
}
