//! What is due, given the present and the zone. Pure.
//!
//! A civil date expires at its end and wants rotation at its start, both in the zone
//! handed in; only a provider's instant is an instant.

use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use keyhaven_rules::due::{
    date_of, day_of, end_of, later, plus_days, start_of, start_of_day, takes_effect,
};

use crate::model::{Dates, Field, FieldKind, LocalNow, Moment};

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
    end_of(Moment::Date(last), &clock.zone)
}

/// The moment at which policy wants a rotation: a fixed one, or the interval after the last.
#[must_use]
pub fn rotation_moment(dates: &Dates, zone: &TimeZone) -> Option<Moment> {
    dates.rotate_due.or_else(|| {
        let (every, last) = (dates.rotate_every_days?, dates.rotated_at?);
        let date = plus_days(day_of(last, zone), i64::from(every));
        Some(Moment::Date(date))
    })
}

/// Whether an expiry has passed somewhere on earth: for callers that do not know the time zone.
#[must_use]
pub(crate) fn is_over_somewhere(end: Moment, now: Timestamp) -> bool {
    // Kiritimati is the first to end a day.
    end_of(end, &TimeZone::fixed(jiff::tz::offset(14))) <= now
}
