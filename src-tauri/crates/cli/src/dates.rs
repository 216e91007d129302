//! Dates as people write and read them.
//!
//! The clock and the zone are asked only when a date needs them: reading the zone's file
//! costs more than the rest of a small command.

use std::cell::OnceCell;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanFieldwise, Timestamp, ZonedDateTime};
use keyhaven_protocol::view::{CredentialState, Moment};
use keyhaven_rules::span::{self, SpanError};

use crate::style::Tone;

/// A moment as given on the command line; relative ones are still to be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateArg {
    /// A day.
    Date(Date),
    /// An instant.
    Instant(Timestamp),
    /// A time from today; before today where only the past makes sense.
    FromToday(SpanFieldwise),
    /// `none`: clears it.
    None,
}

impl std::str::FromStr for DateArg {
    type Err = String;

    /// Reads `YYYY-MM-DD`, RFC 3339, a span (`90d`, `2w`, `3mo`, `1y`), or `none`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text == "none" {
            return Ok(Self::None);
        }
        let is_date = text.len() == 10;
        if let (true, Ok(date)) = (is_date, text.parse()) {
            return Ok(Self::Date(date));
        }
        if let (false, Ok(instant)) = (is_date, text.parse()) {
            return Ok(Self::Instant(instant));
        }
        // A bare number could be part of a date.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        match span::parse(text) {
            Ok(span) if !is_number => Ok(Self::FromToday(span.fieldwise())),
            Err(error @ (SpanError::Minutes { .. } | SpanError::TooFine)) => Err(error.to_string()),
            _ => Err(
                "expected YYYY-MM-DD, a time as in RFC 3339, a span such as 90d, 2w, 3mo \
                      or 1y, or none"
                    .into(),
            ),
        }
    }
}

impl DateArg {
    /// The moment it means now; none for `none`.
    pub fn placed(self, calendar: &Calendar) -> Option<Moment> {
        match self {
            Self::Date(date) => Some(Moment::Date(date)),
            Self::Instant(instant) => Some(Moment::Instant(instant)),
            Self::FromToday(span) => Some(Moment::Date(calendar.after(span.0))),
            Self::None => None,
        }
    }

    /// The day it means now; none for `none`.
    pub fn day(self, calendar: &Calendar) -> Option<Date> {
        self.placed(calendar).map(|moment| calendar.day(moment))
    }
}

/// Today, here; asked once, when first needed.
#[derive(Debug, Default)]
pub struct Calendar {
    now: OnceCell<ZonedDateTime>,
}

impl Calendar {
    /// A calendar that stands still, for tests.
    #[cfg(test)]
    pub fn at(now: ZonedDateTime) -> Self {
        Self { now: now.into() }
    }

    fn now(&self) -> &ZonedDateTime {
        self.now
            .get_or_init(|| Timestamp::now().to_zoned_datetime(zone()))
    }

    /// Today.
    pub fn today(&self) -> Date {
        self.now().date()
    }

    fn after(&self, span: Span) -> Date {
        self.today().checked_add(span).unwrap_or(Date::MAX)
    }

    /// The day that lies this time before today.
    pub fn before(&self, span: Span) -> Date {
        self.today().checked_sub(span).unwrap_or(Date::MIN)
    }

    /// The day on which a moment falls here.
    pub fn day(&self, moment: Moment) -> Date {
        match moment {
            Moment::Date(date) => date,
            Moment::Instant(instant) => instant
                .to_zoned_datetime(self.now().time_zone().clone())
                .date(),
        }
    }

    /// The instant at which a day begins here.
    pub fn start_of(&self, date: Date) -> Option<Timestamp> {
        let zone = self.now().time_zone().clone();
        date.to_zoned_datetime(zone)
            .ok()
            .map(|start| start.timestamp())
    }

    /// How far away a moment is, in words: `in 3 days`, `today`, `5 days over`.
    pub fn due_words(&self, moment: Moment) -> String {
        due_words(days_between(self.today(), self.day(moment)))
    }

    /// How long ago an instant was, in words, to the day.
    pub fn ago(&self, instant: Timestamp) -> String {
        let day = self.day(Moment::Instant(instant));
        match days_between(day, self.today()) {
            ..=0 => "today".into(),
            1 => "yesterday".into(),
            days => format!("{days} days ago"),
        }
    }

    /// An instant in local time, to the minute.
    pub fn local(&self, instant: Timestamp) -> String {
        instant
            .to_zoned_datetime(self.now().time_zone().clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// A moment as it was given, with how far away it is.
    pub fn moment(&self, moment: Moment) -> String {
        let words = self.due_words(moment);
        match moment {
            Moment::Date(date) => format!("{date} ({words})"),
            Moment::Instant(instant) => format!("{} ({words})", self.local(instant)),
        }
    }
}

/// The zone of this machine, as the C library finds it (POSIX.1-2017, TZ; tzfile(5)), from
/// one file: the general way reads the whole tree of zones for its list of names.
fn zone() -> TimeZone {
    match std::env::var("TZ") {
        Ok(name) => named_zone(name.strip_prefix(':').unwrap_or(&name)),
        Err(_) => zone_in(Path::new("/etc/localtime")),
    }
    .unwrap_or(TimeZone::UTC)
}

fn named_zone(name: &str) -> Option<TimeZone> {
    let file = Path::new("/usr/share/zoneinfo").join(name);
    zone_in(&file).or_else(|| TimeZone::posix(name).ok())
}

fn zone_in(file: &Path) -> Option<TimeZone> {
    TimeZone::tzif("Local", &std::fs::read(file).ok()?).ok()
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// How far away a day is, in words.
pub fn due_words(days: i32) -> String {
    match days {
        0 => "today".into(),
        1 => "in 1 day".into(),
        2.. => format!("in {days} days"),
        -1 => "1 day overdue".into(),
        _ => format!("{} days overdue", days.unsigned_abs()),
    }
}

/// The colour of a state.
pub const fn tone(state: CredentialState) -> Tone {
    match state {
        CredentialState::Revoked | CredentialState::Expired | CredentialState::Overdue => Tone::Hot,
        CredentialState::DueSoon => Tone::Warm,
        CredentialState::Fine => Tone::Normal,
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn calendar() -> Calendar {
        // Clocks go back an hour on this day.
        let now: Timestamp = "2026-10-25T01:30:00+02:00".parse().unwrap();
        Calendar::at(now.to_zoned_datetime(TimeZone::posix(BERLIN).unwrap()))
    }

    #[test]
    fn dates_as_people_write_them() {
        let date = "2027-01-31".parse().unwrap();
        assert_eq!("2027-01-31".parse(), Ok(DateArg::Date(date)));
        assert_eq!("none".parse(), Ok(DateArg::None));
        for (text, day) in [
            ("90d", "2027-01-23"),
            ("2w", "2026-11-08"),
            ("3mo", "2027-01-25"),
            ("1y", "2027-10-25"),
        ] {
            let placed = text.parse::<DateArg>().unwrap().day(&calendar());
            assert_eq!(placed, Some(day.parse().unwrap()), "{text}");
        }
        let error = "6m".parse::<DateArg>().unwrap_err();
        assert!(error.contains("6mo, not 6m"), "{error}");
        assert!(matches!(
            "2027-01-31T10:00:00Z".parse(),
            Ok(DateArg::Instant(_))
        ));
        for bad in [
            "2027-02-30",
            "soon",
            "d",
            "-3d",
            "99999999d",
            "20270131",
            "ä",
            "12h",
        ] {
            assert!(bad.parse::<DateArg>().is_err(), "{bad}");
        }
    }

    #[test]
    fn zones_by_file_and_by_rule() {
        let offset = |zone: TimeZone| {
            let summer: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
            summer.to_zoned_datetime(zone).offset().seconds()
        };
        assert_eq!(offset(named_zone(BERLIN).unwrap()), 7200);
        assert!(named_zone("No/Such").is_none());

        // The least a file of version 2 holds: both blocks with one type, then the rule.
        let counts = [0, 0, 0, 0, 1, 4].map(u32::to_be_bytes).concat();
        let block = [b"TZif2", &[0; 15][..], &counts, &[0; 6], b"UTC\0"].concat();
        let rule = format!("\n{BERLIN}\n");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("zone");
        std::fs::write(&file, [&block, &block, rule.as_bytes()].concat()).unwrap();
        assert_eq!(offset(named_zone(file.to_str().unwrap()).unwrap()), 7200);
        std::fs::write(&file, b"TZif").unwrap();
        assert!(zone_in(&file).is_none());
    }

    #[test]
    fn days_are_civil_days_here() {
        let calendar = calendar();
        assert_eq!(calendar.after(1.days()), "2026-10-26".parse().unwrap());
        assert_eq!(calendar.before(7.days()), "2026-10-18".parse().unwrap());
        let words = |text: &str| {
            let moment = text.parse::<DateArg>().unwrap().placed(&calendar).unwrap();
            calendar.due_words(moment)
        };
        assert_eq!(words("2026-10-25"), "today");
        assert_eq!(words("2026-10-26"), "in 1 day");
        assert_eq!(words("2026-10-24"), "1 day overdue");
        assert_eq!(words("2027-10-25"), "in 365 days");
        // Already the next day here.
        assert_eq!(words("2026-10-25T23:30:00Z"), "in 1 day");
        assert_eq!(
            calendar.ago("2026-10-24T10:00:00Z".parse().unwrap()),
            "yesterday"
        );
    }
}
