//! What is due, given the present and the zone. Pure.
//!
//! A civil date expires at its end and wants rotation at its start, both in the zone
//! handed in; only a provider's instant is an instant.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::model::{Dates, DueMoment, Field, FieldKind, LocalNow};

/// The latest a thing can be due; stands in for dates beyond the calendar.
const NEVER: Timestamp = Timestamp::MAX;

/// When a credential ends and when it wants rotation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// When the provider ends it.
    pub expires_at: Option<Timestamp>,
    /// When policy wants it rotated.
    pub rotate_at: Option<Timestamp>,
    /// The end has come.
    pub expired: bool,
    /// The rotation is overdue.
    pub rotation_overdue: bool,
}

impl Due {
    /// Works it out. Nothing is due of what is revoked, nor of what is no secret.
    #[must_use]
    pub fn of(
        fields: &[Field],
        revoked_at: Option<Timestamp>,
        dates: &Dates,
        clock: &LocalNow,
    ) -> Self {
        if revoked_at.is_some() || !is_dated(fields) {
            return Self::default();
        }
        Self::of_dates(dates, clock)
    }

    /// What the dates alone say, for a secret that is not revoked.
    pub(crate) fn of_dates(dates: &Dates, clock: &LocalNow) -> Self {
        let expires_at = dates.expires.map(|moment| end_of(moment, &clock.zone));
        let rotate_at =
            rotation_moment(dates, &clock.zone).map(|moment| start_of(moment, &clock.zone));
        Self {
            expires_at,
            rotate_at,
            expired: expires_at.is_some_and(|at| at <= clock.now),
            rotation_overdue: rotate_at.is_some_and(|at| at <= clock.now),
        }
    }

    /// The sooner of the two.
    #[must_use]
    pub fn soonest(&self) -> Option<Timestamp> {
        match (self.expires_at, self.rotate_at) {
            (Some(expiry), Some(rotation)) => Some(expiry.min(rotation)),
            (expiry, rotation) => expiry.or(rotation),
        }
    }

    /// Whether something is due by the end of the day that lies so many days ahead.
    #[must_use]
    pub fn within(&self, days: u32, clock: &LocalNow) -> bool {
        self.by(end_of_day_after(days, clock))
    }

    /// Whether something is due by an instant.
    pub(crate) fn by(&self, limit: Timestamp) -> bool {
        self.soonest().is_some_and(|at| at <= limit)
    }
}

/// Whether a credential of these fields has dates: what is merely configuration has none.
pub(crate) fn is_dated(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.kind == FieldKind::Secret)
}

/// The end of the day that lies so many days ahead.
pub(crate) fn end_of_day_after(days: u32, clock: &LocalNow) -> Timestamp {
    let last = plus_days(day_of(clock.now, &clock.zone), i64::from(days));
    end_of(DueMoment::Date(last), &clock.zone)
}

/// The moment at which policy wants a rotation: a fixed one, or the interval after the last.
#[must_use]
pub fn rotation_moment(dates: &Dates, zone: &TimeZone) -> Option<DueMoment> {
    dates.rotate_due.or_else(|| {
        let (every, last) = (dates.rotate_every_days?, dates.rotated_at?);
        let date = plus_days(day_of(last, zone), i64::from(every));
        Some(DueMoment::Date(date))
    })
}

/// The instant at which an expiry takes effect: the end of a civil date.
#[must_use]
pub fn end_of(moment: DueMoment, zone: &TimeZone) -> Timestamp {
    match moment {
        DueMoment::Date(date) => start_of_day(plus_days(date, 1), zone),
        DueMoment::Instant(at) => at,
    }
}

/// The instant at which a rotation or the end of a snooze takes effect: the start of a civil date.
#[must_use]
pub fn start_of(moment: DueMoment, zone: &TimeZone) -> Timestamp {
    match moment {
        DueMoment::Date(date) => start_of_day(date, zone),
        DueMoment::Instant(at) => at,
    }
}

/// The civil date of a due moment.
#[must_use]
pub fn date_of(moment: DueMoment, zone: &TimeZone) -> Date {
    match moment {
        DueMoment::Date(date) => date,
        DueMoment::Instant(at) => day_of(at, zone),
    }
}

/// The civil date of an instant.
#[must_use]
pub fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// The first instant of a civil date; where a zone skips midnight, the first that exists.
#[must_use]
pub fn start_of_day(date: Date, zone: &TimeZone) -> Timestamp {
    let midnight = zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0));
    // On all but a few days of the year there is nothing to look for.
    let start = if midnight.is_ambiguous() {
        date.to_zoned_datetime(zone.clone())
            .and_then(|midnight| midnight.start_of_day())
            .map(|start| start.timestamp())
    } else {
        midnight.compatible()
    };
    start.unwrap_or(NEVER)
}

/// Whether an expiry has passed somewhere on earth: for callers that do not know the time zone.
#[must_use]
pub(crate) fn is_over_somewhere(end: DueMoment, now: Timestamp) -> bool {
    // Kiritimati is the first to end a day.
    end_of(end, &TimeZone::fixed(jiff::tz::offset(14))) <= now
}

/// Days later (or earlier), within what the calendar can say.
#[must_use]
pub fn plus_days(date: Date, days: i64) -> Date {
    date.saturating_add(days.clamp(-3_000_000, 3_000_000).days())
}

/// A while later (or earlier), within what a timestamp can say.
#[must_use]
pub fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    let beyond = if by.is_negative() {
        Timestamp::MIN
    } else {
        NEVER
    };
    at.checked_add(by).unwrap_or(beyond)
}
