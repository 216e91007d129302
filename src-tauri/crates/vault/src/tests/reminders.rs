//! A year on a fake clock: every due date reminded per its lead times, once, in time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time, date};
use keyhaven_proof::ProofRun;
use keyhaven_rules::due::DueKind;

use super::*;
use crate::due::{day_of, later, plus_days, start_of_day};
use crate::reminder::{QuietHours, Schedule, before_today, entry};
use crate::schedule;

const LEADS: [u32; 6] = [30, 14, 7, 3, 1, 0];
const QUIET: QuietHours = QuietHours {
    from: Time::constant(20, 0, 0, 0),
    to: Time::constant(8, 0, 0, 0),
};

fn clock(now: Timestamp, zone: &str) -> LocalNow {
    LocalNow {
        now,
        zone: TimeZone::get(zone).unwrap(),
    }
}

fn rotation(day: Date) -> Dates {
    Dates {
        rotate_due: Some(Moment::Date(day)),
        ..Dates::default()
    }
}

fn expiry(day: Date) -> Dates {
    Dates {
        expires: Some(Moment::Date(day)),
        ..Dates::default()
    }
}

fn scheduled(all: &[Dates], clock: &LocalNow) -> Schedule {
    let entries = all
        .iter()
        .enumerate()
        .map(|(at, dates)| reminder::ScheduleEntry {
            id: uuid::Uuid::from_u128(at as u128),
            ..entry(dates, None, &LEADS, before_today(clock), clock).unwrap()
        });
    Schedule {
        nonce: [0; 16],
        quiet: QUIET,
        last_digest: None,
        entries: entries.collect(),
    }
}

#[test]
fn a_notice_tells_of_an_end_before_a_late_rotation() {
    let dates = Dates {
        rotate_due: Some(Moment::Date(date(2026, 6, 1))),
        ..expiry(date(2026, 6, 10))
    };
    let told = |now: &str| {
        let clock = clock(now.parse().unwrap(), "Europe/Berlin");
        let entry = entry(&dates, None, &LEADS, before_today(&clock), &clock).unwrap();
        entry.most_pressing(&clock)
    };
    let rotation = (DueKind::Rotation, Moment::Date(date(2026, 6, 1)));
    let end = (DueKind::Expiry, Moment::Date(date(2026, 6, 10)));
    assert_eq!(told("2026-06-05T12:00:00Z"), rotation);
    assert_eq!(told("2026-06-10T12:00:00Z"), end);
    assert_eq!(told("2026-06-12T12:00:00Z"), end);
}

#[test]
fn the_end_of_a_grace_period_reminds_from_its_day_on() {
    let at = "2026-06-10T15:00:00Z".parse().unwrap();
    let clock = |now: &str| clock(now.parse().unwrap(), "Europe/Berlin");
    let before = clock("2026-06-01T12:00:00Z");
    let dates = rotation(date(2026, 9, 1));
    let entry = entry(&dates, Some(at), &LEADS, before_today(&before), &before).unwrap();
    let mut schedule = Schedule {
        entries: vec![entry.clone()],
        ..scheduled(&[], &before)
    };
    let days = run(
        &mut schedule,
        before.now,
        clock("2026-06-13T00:00:00Z").now,
        "Europe/Berlin",
    );
    let days: Vec<_> = days.iter().map(|(at, _)| at.to_string()).collect();
    assert_eq!(
        days,
        [
            "2026-06-10T06:00:00Z",
            "2026-06-11T06:00:00Z",
            "2026-06-12T06:00:00Z"
        ]
    );
    let revocation = (DueKind::Revocation, Moment::Instant(at));
    assert_eq!(entry.most_pressing(&before), revocation);
    assert_eq!(
        entry.most_pressing(&clock("2026-06-11T12:00:00Z")),
        revocation
    );
}

/// Runs until a time, sleeping exactly until `wake_at`; each notice with its time.
fn run(
    schedule: &mut Schedule,
    from: Timestamp,
    until: Timestamp,
    zone: &str,
) -> Vec<(Timestamp, Vec<usize>)> {
    run_with_naps(schedule, from, until, zone, 0)
}

/// As [`run`], on a machine that wakes up to so many hours late.
fn run_with_naps(
    schedule: &mut Schedule,
    from: Timestamp,
    until: Timestamp,
    zone: &str,
    most_hours: i64,
) -> Vec<(Timestamp, Vec<usize>)> {
    let mut sent = Vec::new();
    let mut clock = clock(from, zone);
    let mut naps = (0..=most_hours).cycle();
    loop {
        if let Some(notice) = schedule.notice(&clock) {
            let ids = notice.ids.iter().map(|id| id.as_u128() as usize);
            sent.push((clock.now, ids.collect()));
            schedule.mark_sent(&notice, clock.now);
            assert_eq!(schedule.notice(&clock), None, "the same notice twice");
        }
        // A restart: all that counts is in the file.
        *schedule = schedule::decode(&schedule::encode(schedule)).unwrap();
        let Some(wake) = schedule.wake_at(&clock) else {
            return sent;
        };
        assert!(wake > clock.now, "no progress at {}", clock.now);
        if wake >= until {
            return sent;
        }
        clock.now = wake;
        assert!(
            schedule.notice(&clock).is_some(),
            "woken for nothing at {wake}"
        );
        clock.now = later(wake, SignedDuration::from_hours(naps.next().unwrap_or(0)));
    }
}

#[test]
fn promise_20_every_date_of_a_year_is_announced_once_per_lead_time() {
    let mut proof =
        ProofRun::begin("promise_20_every_date_of_a_year_is_announced_once_per_lead_time");
    for zone in [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "America/Santiago",
    ] {
        let first = date(2026, 1, 1);
        let days: Vec<Date> = (40..330)
            .step_by(13)
            .map(|day| plus_days(first, day))
            .collect();
        let all: Vec<Dates> = days
            .iter()
            .enumerate()
            .map(|(at, day)| {
                if at % 2 == 0 {
                    expiry(*day)
                } else {
                    rotation(*day)
                }
            })
            .collect();
        let tz = TimeZone::get(zone).unwrap();
        let start = start_of_day(first, &tz);
        let end = start_of_day(date(2027, 1, 1), &tz);
        let mut schedule = scheduled(&all, &clock(start, zone));
        let sent = run(&mut schedule, start, end, zone);

        // One notice per civil day, which names each entry at most once.
        let mut by_day: BTreeMap<Date, BTreeSet<usize>> = BTreeMap::new();
        for (at, ids) in &sent {
            let day = day_of(*at, &tz);
            let set: BTreeSet<usize> = ids.iter().copied().collect();
            assert_eq!(set.len(), ids.len());
            assert!(
                by_day.insert(day, set).is_none(),
                "{zone}: two notices on {day}"
            );
            let time = tz.to_datetime(*at).time();
            // What ends within 24 hours, and nothing else, may come at night.
            let urgent = ids.iter().any(|id| id % 2 == 0 && days[*id] == day);
            assert!(
                urgent || (time >= QUIET.to && time < QUIET.from),
                "{zone}: {at}"
            );
        }
        let mut expected: BTreeMap<Date, BTreeSet<usize>> = BTreeMap::new();
        for (id, due) in days.iter().enumerate() {
            let leads = LEADS.iter().map(|lead| plus_days(*due, -i64::from(*lead)));
            let overdue = (1..400).map(|day| plus_days(*due, day));
            for day in leads.chain(overdue).filter(|day| *day < date(2027, 1, 1)) {
                expected.entry(day).or_default().insert(id);
            }
        }
        assert_eq!(by_day, expected, "{zone}");
        proof.held(expected.len());
    }
}

#[test]
fn promise_20_waking_late_loses_and_repeats_nothing() {
    let mut proof = ProofRun::begin("promise_20_waking_late_loses_and_repeats_nothing");
    // Santiago skips a midnight, Lord Howe moves by half an hour.
    for zone in ["America/Santiago", "Australia/Lord_Howe", "Europe/Berlin"] {
        let tz = TimeZone::get(zone).unwrap();
        let start = start_of_day(date(2026, 1, 1), &tz);
        let end = start_of_day(date(2027, 1, 1), &tz);
        let due = date(2026, 9, 6);
        let mut schedule = scheduled(&[rotation(due)], &clock(start, zone));
        let sent = run_with_naps(&mut schedule, start, end, zone, 4);
        let days: Vec<Date> = sent.iter().map(|(at, _)| day_of(*at, &tz)).collect();
        let leads = LEADS.iter().map(|lead| plus_days(due, -i64::from(*lead)));
        let overdue = (1..117).map(|day| plus_days(due, day));
        assert_eq!(days, leads.chain(overdue).collect::<Vec<_>>(), "{zone}");
        proof.held(days.len());
    }
}

#[test]
fn an_overdue_rotation_is_reminded_of_daily_though_the_expiry_is_far() {
    let dates = Dates {
        expires: Some(Moment::Date(date(2026, 5, 20))),
        ..rotation(date(2026, 3, 10))
    };
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let end: Timestamp = "2026-03-15T00:00:00Z".parse().unwrap();
    let mut schedule = scheduled(&[dates], &clock(start, "UTC"));
    let sent = run(&mut schedule, start, end, "UTC");
    let days: Vec<i8> = sent
        .iter()
        .map(|(at, _)| day_of(*at, &TimeZone::UTC).day())
        .collect();
    assert_eq!(days, [3, 7, 9, 10, 11, 12, 13, 14]);
}

#[test]
fn a_quiet_hour_that_comes_twice_is_quiet_twice() {
    // In Berlin it is 02:15 for the second time; the clock went back at 01:00 UTC.
    let clock = clock("2026-10-25T01:15:00Z".parse().unwrap(), "Europe/Berlin");
    let mut schedule = scheduled(&[rotation(date(2026, 10, 25))], &clock);
    schedule.quiet.to = Time::constant(2, 30, 0, 0);
    assert_eq!(schedule.notice(&clock), None);
    let end = "2026-10-25T01:30:00Z".parse().unwrap();
    assert_eq!(schedule.wake_at(&clock), Some(end));
}

#[test]
fn what_a_wrong_clock_sent_in_the_future_does_not_silence_the_present() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("stripe", "v");
    new.dates = rotation(date(2026, 3, 1));
    vault.add(&home.context(), new).unwrap();
    let mut wrong = vault.schedule(None, &home.clock()).unwrap();
    let notice = wrong.notice(&home.clock()).unwrap();
    wrong.mark_sent(&notice, "2030-01-01T12:00:00Z".parse().unwrap());

    let repaired = vault.schedule(Some(&wrong), &home.clock()).unwrap();
    assert_eq!(repaired.notice(&home.clock()), None);
    home.pass(24);
    assert!(repaired.notice(&home.clock()).is_some());
}

#[test]
fn what_was_slept_over_comes_as_one_notice() {
    let zone = "Europe/Berlin";
    let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let all = [
        rotation(date(2026, 3, 20)),
        expiry(date(2026, 3, 25)),
        rotation(date(2026, 9, 1)),
    ];
    let mut schedule = scheduled(&all, &clock(start, zone));
    let wake: Timestamp = "2026-03-22T12:00:00Z".parse().unwrap();
    let notice = schedule.notice(&clock(wake, zone)).unwrap();
    assert_eq!(notice.ids.len(), 2);
    schedule.mark_sent(&notice, wake);
    assert_eq!(schedule.notice(&clock(wake, zone)), None);
}

#[test]
fn a_snooze_is_quiet_until_its_day_and_then_speaks() {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let end: Timestamp = "2026-03-19T00:00:00Z".parse().unwrap();
    let mut dates = expiry(date(2026, 3, 20));
    dates.snoozed_until = Some("2026-03-11".parse().unwrap());
    let mut schedule = scheduled(&[dates.clone()], &clock(start, "UTC"));
    let sent = run(&mut schedule, start, end, "UTC");
    let days: Vec<Date> = sent
        .iter()
        .map(|(at, _)| day_of(*at, &TimeZone::UTC))
        .collect();
    assert_eq!(
        days,
        [date(2026, 3, 11), date(2026, 3, 13), date(2026, 3, 17)]
    );

    dates.snoozed_until = Some("2026-05-01".parse().unwrap());
    let mut schedule = scheduled(&[dates], &clock(start, "UTC"));
    let end: Timestamp = "2026-03-21T00:00:00Z".parse().unwrap();
    let sent = run(&mut schedule, start, end, "UTC");
    assert_eq!(sent[0].0, "2026-03-20T00:00:00Z".parse().unwrap());
}

#[test]
fn only_what_ends_within_a_day_breaks_the_night() {
    let night: Timestamp = "2026-03-10T23:00:00Z".parse().unwrap();
    let soon = Dates {
        expires: Some(Moment::Instant("2026-03-11T21:00:00Z".parse().unwrap())),
        ..Dates::default()
    };
    let calm = scheduled(&[rotation(date(2026, 3, 10))], &clock(night, "UTC"));
    assert_eq!(calm.notice(&clock(night, "UTC")), None);
    let morning = "2026-03-11T08:00:00Z".parse().unwrap();
    assert_eq!(calm.wake_at(&clock(night, "UTC")), Some(morning));
    let urgent = scheduled(&[soon, rotation(date(2026, 3, 10))], &clock(night, "UTC"));
    let notice = urgent.notice(&clock(night, "UTC")).unwrap();
    assert_eq!((notice.ids.len(), notice.urgent, notice.expired), (2, 1, 0));
}

#[test]
fn dates_follow_the_zone() {
    let fields = &credential("k", "v").fields[0].field.clone();
    let due = |dates: &Dates, now: &str, zone: &str| {
        let clock = clock(now.parse().unwrap(), zone);
        crate::due::Due::of(std::slice::from_ref(fields), None, dates, None, &clock)
    };
    let dates = expiry(date(2026, 3, 29));
    // The day on which Berlin skips an hour ends at 22:00 UTC.
    assert!(!due(&dates, "2026-03-29T21:59:59Z", "Europe/Berlin").expired);
    assert!(due(&dates, "2026-03-29T22:00:00Z", "Europe/Berlin").expired);
    assert!(!due(&dates, "2026-03-29T22:00:00Z", "UTC").expired);
    let interval = Dates {
        rotate_every_days: Some(30),
        rotated_at: Some("2026-03-01T23:30:00Z".parse().unwrap()),
        ..Dates::default()
    };
    // In Berlin that was already the 2nd.
    let berlin = due(&interval, "2026-03-05T00:00:00Z", "Europe/Berlin");
    assert_eq!(
        berlin.rotate_at,
        Some("2026-03-31T22:00:00Z".parse().unwrap())
    );
    let utc = due(&interval, "2026-03-05T00:00:00Z", "UTC");
    assert_eq!(utc.rotate_at, Some("2026-03-31T00:00:00Z".parse().unwrap()));
    let far = Dates {
        rotate_every_days: Some(36_500),
        rotated_at: Some(later(Timestamp::MAX, SignedDuration::from_hours(-50))),
        ..Dates::default()
    };
    assert!(!due(&far, "2026-03-05T00:00:00Z", "UTC").rotation_overdue);
}

#[test]
fn the_vault_rebuilds_the_schedule_and_remembers_what_was_sent() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("stripe", "v");
    new.dates = rotation(date(2026, 3, 1));
    let one = vault.add(&home.context(), new).unwrap();
    let mut plain = credential("level", "debug");
    plain.fields[0].field.kind = FieldKind::Plain;
    plain.dates = rotation(date(2026, 3, 1));
    vault.add(&home.context(), plain).unwrap();

    let mut first = vault.schedule(None, &home.clock()).unwrap();
    assert_eq!(first.entries.len(), 1);
    let notice = first.notice(&home.clock()).unwrap();
    let about = vault
        .scheduled_credential(&first, notice.ids[0], &home.clock())
        .unwrap();
    assert_eq!(about.unwrap().id, one.id);
    first.mark_sent(&notice, home.now);

    let second = vault.schedule(Some(&first), &home.clock()).unwrap();
    assert_ne!(second.entries[0].id, first.entries[0].id);
    assert_ne!(second.entries[0].id, one.id);
    assert_eq!(second.notice(&home.clock()), None);
    schedule::write(&vault.folder().schedule_path(), &second).unwrap();
    home.close(vault);
    home.open().unwrap();
}
