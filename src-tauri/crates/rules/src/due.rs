//! Due dates: when they take effect, and how far away that is. Pure.
//!
//! A civil date expires at its end and wants rotation at its start, both in the zone handed
//! in; only a provider's instant is an instant. [`distance()`] alone decides which words say how
//! far away a date is: the agent, `kh`, the window and notifications show what it returns.

mod distance;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Deserializer, Serialize, de};

pub use distance::{DUE_WORDS, DueDistance, DueWords, distance, words_until};

/// The latest a thing can be due; stands in for dates beyond the calendar.
const NEVER: Timestamp = Timestamp::MAX;

/// What is asked of the clock: an instant, and the zone in which civil dates are read.
#[derive(Debug, Clone)]
pub struct LocalNow {
    /// The present.
    pub now: Timestamp,
    /// The machine's zone at that time.
    pub zone: TimeZone,
}

/// When something is due: a civil date stays a date, an instant came from a provider.
///
/// As text and in JSON: `YYYY-MM-DD`, or RFC 3339 in UTC. A text that says more, such as a time
/// without an offset, is neither: nothing of what was meant is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Moment {
    /// An instant given by a provider.
    Instant(#[cfg_attr(feature = "ts", ts(type = "string"))] Timestamp),
    /// A day in the zone of the machine that asks.
    Date(#[cfg_attr(feature = "ts", ts(type = "string"))] Date),
}

/// Which of the dates of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum DueKind {
    /// The provider ends it.
    Expiry,
    /// The policy asks for a new value.
    Rotation,
    /// The grace period of a replaced value ends: it is to be revoked at its provider.
    Revocation,
}

/// What set a rotation due date. Except for a fixed one it is counted from the last rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum RotationBasis {
    /// Somebody named the date.
    FixedDate,
    /// The value that was stored first.
    Added,
    /// A new value.
    NewValue,
    /// An earlier version that was put into use again; counted from when it was made.
    EarlierVersion,
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => date.fmt(out),
            Self::Instant(at) => at.fmt(out),
        }
    }
}

/// A text that is neither a date nor an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMoment;

impl fmt::Display for NoMoment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("neither a date nor an instant")
    }
}

impl std::error::Error for NoMoment {}

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        // "2026-10-01" has ten bytes; anything longer must name its offset to be an instant.
        if text.len() > 10 {
            // A zone behind the offset could contradict it.
            let instant = text.parse().ok().filter(|_| !text.contains('['));
            return instant.map(Self::Instant).ok_or(NoMoment);
        }
        let date: Option<Date> = text.parse().ok();
        let date = date.filter(|date| date.to_string() == text);
        date.map(Self::Date).ok_or(NoMoment)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The instant at which a moment takes effect: an expiry at the end of a civil date, a rotation
/// at its start.
#[must_use]
pub fn takes_effect(kind: DueKind, moment: Moment, zone: &TimeZone) -> Timestamp {
    match kind {
        DueKind::Expiry => end_of(moment, zone),
        DueKind::Rotation | DueKind::Revocation => start_of(moment, zone),
    }
}

/// The instant at which an expiry takes effect: the end of a civil date.
#[must_use]
pub fn end_of(moment: Moment, zone: &TimeZone) -> Timestamp {
    match moment {
        Moment::Date(date) => start_of_day(plus_days(date, 1), zone),
        Moment::Instant(at) => at,
    }
}

/// The instant at which a rotation or the end of a snooze takes effect: the start of a civil date.
#[must_use]
pub fn start_of(moment: Moment, zone: &TimeZone) -> Timestamp {
    match moment {
        Moment::Date(date) => start_of_day(date, zone),
        Moment::Instant(at) => at,
    }
}

/// The civil date of a due moment.
#[must_use]
pub fn date_of(moment: Moment, zone: &TimeZone) -> Date {
    match moment {
        Moment::Date(date) => date,
        Moment::Instant(at) => day_of(at, zone),
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

/// Whole days from one day to another; negative where the other is before.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Moment> {
        let read: Option<Moment> = serde_json::from_str(json).ok();
        let text: Option<String> = serde_json::from_str(json).ok();
        let parsed = text.and_then(|text| text.parse().ok());
        assert_eq!(read, parsed, "{json}");
        read
    }

    #[test]
    fn a_moment_is_a_date_or_an_instant_and_comes_back_as_it_was() {
        for text in ["2026-10-01", "2028-02-29", "2026-10-01T23:59:59Z"] {
            let json = format!("\"{text}\"");
            let moment = read(&json).unwrap();
            assert_eq!(serde_json::to_string(&moment).unwrap(), json);
        }
        let moment = read("\"2026-10-01T01:00:00+02:00\"").unwrap();
        assert_eq!(moment.to_string(), "2026-09-30T23:00:00Z");
    }

    #[test]
    fn what_says_more_or_cannot_be_is_no_moment() {
        for json in [
            "\"\"",
            "\"2026-02-30\"",
            "\"2026-13-01\"",
            "\"20261001\"",
            "\" 2026-10-1\"",
            // A time would be dropped.
            "\"2026-10-01T12:00\"",
            "\"2026-10-01T12:00:00\"",
            "\"2026-10-01 12:00:00\"",
            "\"2026-02-30T00:00:00Z\"",
            "\"2026-10-01T25:00:00Z\"",
            "\"2026-10-01T12:00:00+00:00[Asia/Tokyo]\"",
            "\"2026-10-01[Asia/Tokyo]\"",
            "{\"date\":\"2026-10-01\"}",
            "{\"Date\":\"2026-10-01\"}",
            "[\"2026-10-01\"]",
            "1790000000",
            "null",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
