use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
/// Midnight of the last Sunday of March does not exist, as in Beirut.
const BEIRUT: &str = "EET-2EEST,M3.5.0/0,M10.5.0/0";

fn clock(now: &str, zone: &str) -> LocalNow {
    LocalNow {
        now: now.parse().unwrap(),
        zone: TimeZone::posix(zone).unwrap(),
    }
}

fn words_of(kind: DueKind, moment: &str, now: &str) -> DueWords {
    distance(kind, moment.parse().unwrap(), &clock(now, BERLIN)).words
}

#[test]
fn an_instant_within_two_days_counts_hours() {
    use DueWords as W;
    let now = "2026-11-10T12:00:00Z";
    for (at, expiry, rotation) in [
        (
            "2026-11-10T13:00:00Z",
            W::InHours { hours: 1 },
            W::InHours { hours: 1 },
        ),
        (
            "2026-11-10T12:59:58Z",
            W::InHours { hours: 1 },
            W::InHours { hours: 1 },
        ),
        (
            "2026-11-10T12:30:00Z",
            W::InHours { hours: 1 },
            W::InHours { hours: 1 },
        ),
        ("2026-11-10T12:29:59Z", W::InUnderAnHour, W::InUnderAnHour),
        (
            "2026-11-12T12:00:00Z",
            W::InHours { hours: 48 },
            W::InHours { hours: 48 },
        ),
        (
            "2026-11-12T12:00:01Z",
            W::InDays { days: 2 },
            W::InDays { days: 2 },
        ),
        (
            "2026-11-10T12:00:00Z",
            W::ExpiredUnderAnHour,
            W::OverdueUnderAnHour,
        ),
        (
            "2026-11-10T11:00:00Z",
            W::ExpiredHours { hours: 1 },
            W::OverdueHours { hours: 1 },
        ),
        (
            "2026-11-08T12:00:00Z",
            W::ExpiredHours { hours: 48 },
            W::OverdueHours { hours: 48 },
        ),
        (
            "2026-11-08T11:59:59Z",
            W::ExpiredDays { days: 2 },
            W::OverdueDays { days: 2 },
        ),
    ] {
        assert_eq!(words_of(DueKind::Expiry, at, now), expiry, "{at}");
        assert_eq!(words_of(DueKind::Rotation, at, now), rotation, "{at}");
    }
}

#[test]
fn a_civil_date_expires_at_its_end_and_wants_rotation_at_its_start() {
    use DueWords as W;
    // Ten in the morning in Berlin.
    let now = "2026-11-10T09:00:00Z";
    for (date, expiry, rotation) in [
        (
            "2026-11-07",
            W::ExpiredDays { days: 2 },
            W::OverdueDays { days: 3 },
        ),
        (
            "2026-11-08",
            W::ExpiredHours { hours: 34 },
            W::OverdueDays { days: 2 },
        ),
        (
            "2026-11-09",
            W::ExpiredHours { hours: 10 },
            W::OverdueHours { hours: 34 },
        ),
        (
            "2026-11-10",
            W::InHours { hours: 14 },
            W::OverdueHours { hours: 10 },
        ),
        (
            "2026-11-11",
            W::InHours { hours: 38 },
            W::InHours { hours: 14 },
        ),
        (
            "2026-11-12",
            W::InDays { days: 2 },
            W::InHours { hours: 38 },
        ),
        ("2026-11-13", W::InDays { days: 3 }, W::InDays { days: 3 }),
        (
            "2027-11-10",
            W::InDays { days: 365 },
            W::InDays { days: 365 },
        ),
    ] {
        assert_eq!(words_of(DueKind::Expiry, date, now), expiry, "{date}");
        assert_eq!(words_of(DueKind::Rotation, date, now), rotation, "{date}");
    }
}

#[test]
fn hours_are_real_hours_where_the_clock_changes() {
    use DueWords as W;
    // The day on which clocks go back has 25 hours, the one on which they go forward 23.
    let autumn = words_of(DueKind::Expiry, "2026-10-25", "2026-10-24T22:00:00Z");
    assert_eq!(autumn, W::InHours { hours: 25 });
    let spring = words_of(DueKind::Expiry, "2026-03-29", "2026-03-28T23:00:00Z");
    assert_eq!(spring, W::InHours { hours: 23 });
    // Where midnight does not exist the day begins at one.
    let clock = clock("2026-03-28T21:00:00Z", BEIRUT);
    let date = Moment::Date("2026-03-29".parse().unwrap());
    let rotation = distance(DueKind::Rotation, date, &clock);
    assert_eq!((rotation.seconds, rotation.in_days), (3600, 1));
    let expiry = distance(DueKind::Expiry, date, &clock);
    assert_eq!(expiry.words, W::InHours { hours: 24 });
}

#[test]
fn seconds_and_the_sign_agree_with_what_has_happened() {
    let now = "2026-11-10T12:00:00.5Z";
    let seconds = |at: &str| {
        let clock = clock(now, BERLIN);
        distance(DueKind::Expiry, at.parse().unwrap(), &clock).seconds
    };
    assert_eq!(seconds("2026-11-10T12:00:01Z"), 1);
    assert_eq!(seconds("2026-11-10T12:00:00.5Z"), 0);
    assert_eq!(seconds("2026-11-10T11:00:00.5Z"), -3600);
}

#[test]
fn the_edges_of_the_calendar_do_not_panic() {
    for moment in [
        Moment::Date(Date::MAX),
        Moment::Date(Date::MIN),
        "9999-12-30T22:00:00Z".parse().unwrap(),
    ] {
        for now in ["2026-11-10T12:00:00Z", "-009999-01-03T00:00:00Z"] {
            let clock = clock(now, BERLIN);
            for kind in [DueKind::Expiry, DueKind::Rotation] {
                let _ = (
                    distance(kind, moment, &clock),
                    words_until(kind, moment, &clock),
                );
            }
        }
    }
}

proptest! {
    /// The words stay until the time that is named, and are others then.
    #[test]
    fn words_change_exactly_when_announced(
        offset in -400_000_i64..400_000,
        nanos in 0_i64..1_000_000_000,
        is_date in any::<bool>(),
        is_expiry in any::<bool>(),
        zone in prop::sample::select(vec![BERLIN, BEIRUT, "UTC0", "<-03>3"]),
    ) {
        // A few days around the last Sunday of March.
        let clock = clock("2026-03-29T01:30:00Z", zone);
        let at = later(
            clock.now,
            SignedDuration::from_secs(offset) + SignedDuration::from_nanos(nanos),
        );
        let moment = match is_date {
            true => Moment::Date(day_of(at, &clock.zone)),
            false => Moment::Instant(at),
        };
        let kind = if is_expiry { DueKind::Expiry } else { DueKind::Rotation };
        let words_at = |now| {
            let clock = LocalNow { now, zone: clock.zone.clone() };
            distance(kind, moment, &clock).words
        };
        let until = words_until(kind, moment, &clock);
        prop_assert!(until > clock.now);
        let just_before = later(until, SignedDuration::from_nanos(-1));
        prop_assert_eq!(words_at(clock.now), words_at(just_before));
        prop_assert_ne!(words_at(clock.now), words_at(until));
    }
}
