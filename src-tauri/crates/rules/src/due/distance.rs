//! How far away a due date is, and which words say so.
//!
//! Within 48 hours the words count hours, rounded to the nearest; beyond, they count civil
//! days. An end that has come reads differently from a rotation that is late.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    DueKind, LocalNow, Moment, date_of, day_of, days_between, later, plus_days, start_of_day,
    takes_effect,
};
use crate::coded;

/// Nearer than this, hours are counted.
const HOURS_WITHIN: SignedDuration = SignedDuration::from_hours(48);
const HALF_AN_HOUR: SignedDuration = SignedDuration::from_mins(30);

coded! {
    /// The words for how far away a due date is. The texts are in the crate `messages`, under
    /// `due-CODE`, and in the page's `dates.ftl`.
    #[derive(Copy, Hash)]
    #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
    DueWords as DUE_WORDS {
        /// To come, in days.
        InDays { /** How many. */ days: u32 },
        /// To come, in hours.
        InHours { /** How many. */ hours: u32 },
        /// To come, in less than an hour.
        InUnderAnHour,
        /// It has ended just now.
        ExpiredUnderAnHour,
        /// It has ended some hours ago.
        ExpiredHours { /** How many. */ hours: u32 },
        /// It has ended some days ago.
        ExpiredDays { /** How many. */ days: u32 },
        /// Its rotation is late, by less than an hour.
        OverdueUnderAnHour,
        /// Its rotation is late by hours.
        OverdueHours { /** How many. */ hours: u32 },
        /// Its rotation is late by days.
        OverdueDays { /** How many. */ days: u32 },
    }
}

/// How far away a due date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DueDistance {
    /// Seconds until it takes effect; negative once it has, and then it is expired or overdue.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seconds: i64,
    /// Whole civil days from today to its day; negative where that is past.
    pub in_days: i32,
    /// What a person reads.
    pub words: DueWords,
}

/// How far away a due date is as of now.
#[must_use]
pub fn distance(kind: DueKind, moment: Moment, clock: &LocalNow) -> DueDistance {
    let at = takes_effect(kind, moment, &clock.zone);
    let today = day_of(clock.now, &clock.zone);
    DueDistance {
        seconds: seconds(at.duration_since(clock.now)),
        in_days: days_between(today, date_of(moment, &clock.zone)),
        words: words(kind, moment, at, clock),
    }
}

/// When other words are due: the next midnight, or where hours are counted the next half hour.
#[must_use]
pub fn words_until(kind: DueKind, moment: Moment, clock: &LocalNow) -> Timestamp {
    let at = takes_effect(kind, moment, &clock.zone);
    let ahead = at.duration_since(clock.now);
    let tomorrow = plus_days(day_of(clock.now, &clock.zone), 1);
    let midnight = start_of_day(tomorrow, &clock.zone);
    if ahead > HOURS_WITHIN {
        return midnight.min(later(at, -HOURS_WITHIN));
    }
    if ahead < -HOURS_WITHIN {
        return midnight;
    }
    let (hours, is_ahead) = (nearest_hours(ahead.abs()), ahead.is_positive());
    let hours = SignedDuration::from_hours(i64::from(hours));
    match is_ahead {
        true if hours.is_zero() => at,
        // Exactly half an hour still counts as a whole one.
        true => later(at, HALF_AN_HOUR - hours + SignedDuration::from_nanos(1)),
        false => later(at, hours + HALF_AN_HOUR)
            .min(later(at, HOURS_WITHIN + SignedDuration::from_nanos(1))),
    }
}

fn words(kind: DueKind, moment: Moment, at: Timestamp, clock: &LocalNow) -> DueWords {
    let ahead = at.duration_since(clock.now);
    let is_near = ahead.abs() <= HOURS_WITHIN;
    let hours = nearest_hours(ahead.abs());
    let today = day_of(clock.now, &clock.zone);
    let days = |from, to| days_between(from, to).unsigned_abs();
    if ahead.is_positive() {
        return match (is_near, hours) {
            (true, 0) => DueWords::InUnderAnHour,
            (true, hours) => DueWords::InHours { hours },
            (false, _) => DueWords::InDays {
                days: days(today, date_of(moment, &clock.zone)),
            },
        };
    }
    // Counted from the end of an expiry's day: on the next day it has ended today.
    let days = days(day_of(at, &clock.zone), today);
    match (kind, is_near, hours) {
        (DueKind::Expiry, true, 0) => DueWords::ExpiredUnderAnHour,
        (DueKind::Expiry, true, hours) => DueWords::ExpiredHours { hours },
        (DueKind::Expiry, false, _) => DueWords::ExpiredDays { days },
        (_, true, 0) => DueWords::OverdueUnderAnHour,
        (_, true, hours) => DueWords::OverdueHours { hours },
        (_, false, _) => DueWords::OverdueDays { days },
    }
}

/// Hours to the nearest one. A key that ends in an hour is asked about some seconds later.
fn nearest_hours(time: SignedDuration) -> u32 {
    let hours = (time + HALF_AN_HOUR).as_hours();
    u32::try_from(hours).unwrap_or(u32::MAX)
}

/// Whole seconds; what is less than a second ahead is still ahead.
fn seconds(ahead: SignedDuration) -> i64 {
    ahead.as_secs() + i64::from(ahead.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests;
