//! A year on a fake clock: every due date is reminded of by its lead times, once.

use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::{Span, ToSpan as _};
use proptest::prelude::*;

use super::*;
use crate::model::Moment;

const LEADS: [u32; 6] = [30, 14, 7, 3, 1, 0];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn clock(text: &str, zone: &TimeZone) -> Clock {
    let local: jiff::civil::DateTime = text.parse().unwrap();
    Clock {
        now: local.to_zoned_datetime(zone.clone()).unwrap().timestamp(),
        zone: zone.clone(),
    }
}

fn nights() -> Quiet {
    Quiet {
        from: Time::constant(20, 0, 0, 0),
        to: Time::constant(8, 0, 0, 0),
    }
}

fn expiring(day: Date) -> Dates {
    Dates {
        expires: Some(Moment::Date(day)),
        ..Dates::default()
    }
}

fn schedule(dates: &[Dates], start: &Clock) -> Schedule {
    let entries = dates
        .iter()
        .enumerate()
        .filter_map(|(index, dates)| {
            let id = Uuid::from_u128(index as u128 + 1);
            Entry::of(id, dates, &LEADS, start.now, start)
        })
        .collect();
    Schedule {
        nonce: [0; 16],
        quiet: nights(),
        last_digest: None,
        entries,
    }
}

/// Lives from one wake to the next until a day; gives the local times of the notices about
/// each entry. `asleep` says how long the machine sleeps past a wake.
fn live(
    schedule: &mut Schedule,
    start: &Clock,
    until: Timestamp,
    mut asleep: impl FnMut() -> Span,
) -> BTreeMap<u128, Vec<ZonedDateTime>> {
    let mut told: BTreeMap<u128, Vec<ZonedDateTime>> = BTreeMap::new();
    let mut clock = start.clone();
    while let Some(wake) = schedule.wake_at(&clock) {
        assert!(wake >= clock.now, "a wake lies in the past");
        if wake > until {
            break;
        }
        clock.now = wake;
        assert!(
            schedule.notice(&clock).is_some(),
            "woken for nothing at {wake}"
        );
        clock.now = wake
            .to_zoned_datetime(clock.zone.clone())
            .saturating_add(asleep())
            .timestamp();
        // Awake again in the quiet hours, it may have to wait once more.
        let Some(notice) = schedule.notice(&clock) else {
            continue;
        };
        schedule.mark_sent(&notice, clock.now);
        for id in notice.ids {
            told.entry(id.as_u128())
                .or_default()
                .push(clock.now.to_zoned_datetime(clock.zone.clone()));
        }
    }
    told
}

#[test]
fn one_key_is_reminded_at_its_lead_times_and_then_daily() {
    let zone = zone("Europe/Berlin");
    let start = clock("2026-01-01T12:00", &zone);
    let mut schedule = schedule(&[expiring(date(2026, 4, 1))], &start);
    let until = clock("2026-04-04T12:00", &zone).now;
    let told = live(&mut schedule, &start, until, Span::new);
    let days: Vec<String> = told[&1]
        .iter()
        .map(|at| at.strftime("%m-%d %H:%M").to_string())
        .collect();
    assert_eq!(
        days,
        [
            "03-02 08:00",
            "03-18 08:00",
            "03-25 08:00",
            "03-29 08:00",
            "03-31 08:00",
            // Within 24 hours of its end, at the end of 1 April: the night does not hold.
            "04-01 00:00",
            "04-02 08:00",
            "04-03 08:00",
            "04-04 08:00",
        ]
    );
}

#[test]
fn a_rotation_is_due_at_the_start_of_its_day_and_waits_for_the_morning() {
    let zone = zone("America/New_York");
    let start = clock("2026-03-01T12:00", &zone);
    let rotation = Dates {
        rotate_due: Some(Moment::Date(date(2026, 3, 8))),
        ..Dates::default()
    };
    let mut schedule = schedule(&[rotation], &start);
    let told = live(
        &mut schedule,
        &start,
        clock("2026-03-10T12:00", &zone).now,
        Span::new,
    );
    let days: Vec<String> = told[&1]
        .iter()
        .map(|at| at.strftime("%m-%d %H:%M").to_string())
        .collect();
    // 8 March is the day on which New York skips an hour.
    assert_eq!(
        days,
        [
            "03-05 08:00",
            "03-07 08:00",
            "03-08 08:00",
            "03-09 08:00",
            "03-10 08:00"
        ]
    );
}

#[test]
fn what_was_missed_becomes_one_notice() {
    let zone = zone("UTC");
    let start = clock("2026-01-01T12:00", &zone);
    let keys: Vec<Dates> = (1..=20).map(|day| expiring(date(2026, 2, day))).collect();
    let schedule = schedule(&keys, &start);
    let later = clock("2026-02-15T10:00", &zone);
    let notice = schedule.notice(&later).unwrap();
    assert_eq!(notice.ids.len(), 20);
    assert_eq!(notice.expired, 14);
    assert_eq!(notice.urgent, 1);
}

#[test]
fn a_snooze_holds_until_its_day_but_never_past_the_expiry() {
    let zone = zone("UTC");
    let start = clock("2026-01-01T12:00", &zone);
    let mut snoozed = expiring(date(2026, 1, 20));
    snoozed.snoozed_until = Some(Moment::Date(date(2026, 6, 1)));
    let mut schedule = schedule(&[snoozed], &start);
    let told = live(
        &mut schedule,
        &start,
        clock("2026-01-22T00:00", &zone).now,
        Span::new,
    );
    assert_eq!(
        told[&1][0].strftime("%m-%d %H:%M").to_string(),
        "01-21 08:00"
    );
}

#[test]
fn a_key_stored_on_a_day_of_its_lead_times_is_spoken_of() {
    let zone = zone("UTC");
    let start = clock("2026-01-01T10:00", &zone);
    let yesterday = clock("2025-12-31T23:59", &zone).now;
    let dates = expiring(date(2026, 1, 1));
    let entry = Entry::of(Uuid::from_u128(1), &dates, &LEADS, yesterday, &start).unwrap();
    let schedule = Schedule {
        nonce: [0; 16],
        quiet: nights(),
        last_digest: Some(start.now),
        entries: vec![entry],
    };
    let notice = schedule.notice(&start).unwrap();
    assert_eq!((notice.urgent, notice.digest), (1, false));
}

/// Every day on which something of these dates is to be said, until a day.
fn points(dates: &Dates, start: Date, until: Date) -> Vec<Date> {
    let expiry = dates.expires.map(|moment| match moment {
        Moment::Date(day) => day,
        Moment::Instant(_) => unreachable!("the tests use dates"),
    });
    let rotation = dates.rotate_due.map(|moment| match moment {
        Moment::Date(day) => day,
        Moment::Instant(_) => unreachable!("the tests use dates"),
    });
    let due: Vec<Date> = expiry.into_iter().chain(rotation).collect();
    let overdue = due.iter().min().copied();
    let mut days = Vec::new();
    let mut day = start;
    while day <= until {
        let by_lead = due
            .iter()
            .any(|due| LEADS.iter().any(|lead| before(*due, *lead) == day));
        if by_lead || overdue.is_some_and(|due| day > due) {
            days.push(day);
        }
        day = day.saturating_add(1.day());
    }
    days
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A year with clock changes, sleep over due times and restarts: each day on which
    /// something is due brings one notice about it, and no other day does.
    #[test]
    fn a_year_brings_every_reminder_once(
        zone_name in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]),
        due in prop::collection::vec((1i64..400, prop::option::of(1i64..400)), 1..12),
        naps in prop::collection::vec(0i64..5, 64),
    ) {
        let zone = zone(zone_name);
        let start = clock("2026-01-01T12:00", &zone);
        let first = date(2026, 1, 1);
        let keys: Vec<Dates> = due
            .iter()
            .map(|(expiry, rotation)| Dates {
                expires: Some(Moment::Date(plus_days(first, *expiry))),
                rotate_due: rotation.map(|days| Moment::Date(plus_days(first, days))),
                ..Dates::default()
            })
            .collect();
        let mut schedule = schedule(&keys, &start);
        let last = date(2026, 12, 31);
        let until = clock("2026-12-31T19:00", &zone).now;
        let mut nap = naps.iter().cycle();
        // Sleeps of at most four hours end before the quiet hours begin.
        let told = live(&mut schedule, &start, until, || nap.next().copied().unwrap_or(0).hours());
        for (index, dates) in keys.iter().enumerate() {
            let told: Vec<Date> = told
                .get(&(index as u128 + 1))
                .into_iter()
                .flatten()
                .map(|at| at.date())
                .collect();
            prop_assert_eq!(told, points(dates, plus_days(first, 1), last));
        }
    }
}
