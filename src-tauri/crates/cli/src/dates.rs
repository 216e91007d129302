//! Dates as people write and read them.
//!
//! The clock and the zone are asked only when a date needs them: reading the zone's file
//! costs more than the rest of a small command.

use std::cell::OnceCell;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanFieldwise, Timestamp};
use keyhaven_protocol::view::{CredentialState, DueDistance, DueKind, Moment};
use keyhaven_rules::due::{self, LocalNow, days_between};
use keyhaven_rules::span::{self, SpanError};

use crate::problem::CliProblem;
use crate::style::Tone;
use crate::texts;

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
    type Err = CliProblem;

    /// Reads `YYYY-MM-DD`, RFC 3339, a span (`90d`, `2w`, `3mo`, `1y`), or `none`.
    fn from_str(text: &str) -> Result<Self, CliProblem> {
        if text.is_empty() || text == "none" {
            return Ok(Self::None);
        }
        let is_date = text.len() == 10;
        if let (true, Ok(date)) = (is_date, text.parse()) {
            return Ok(Self::Date(date));
        }
        if is_date && has_form_of_a_date(text) {
            return Err(CliProblem::NoSuchDay);
        }
        if let (false, Ok(instant)) = (is_date, text.parse()) {
            return Ok(Self::Instant(instant));
        }
        // A bare number could be part of a date.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        match span::parse(text) {
            Ok(span) if !is_number => Ok(Self::FromToday(span.fieldwise())),
            Err(error @ (SpanError::Minutes { .. } | SpanError::TooFine)) => Err(error.into()),
            _ => Err(CliProblem::BadDate),
        }
    }
}

/// Whether digits and dashes are where a date has them.
fn has_form_of_a_date(text: &str) -> bool {
    let bytes = text.bytes().enumerate();
    bytes.into_iter().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
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
    now: OnceCell<LocalNow>,
}

impl Calendar {
    /// A calendar that stands still, for tests.
    #[cfg(test)]
    pub fn at(now: LocalNow) -> Self {
        Self { now: now.into() }
    }

    fn now(&self) -> &LocalNow {
        self.now.get_or_init(|| LocalNow {
            now: Timestamp::now(),
            zone: zone(),
        })
    }

    /// Today.
    pub fn today(&self) -> Date {
        due::day_of(self.now().now, &self.now().zone)
    }

    /// The day that lies this time after today.
    pub fn after(&self, span: Span) -> Date {
        self.today().checked_add(span).unwrap_or(Date::MAX)
    }

    /// The day that lies this time before today.
    pub fn before(&self, span: Span) -> Date {
        self.today().checked_sub(span).unwrap_or(Date::MIN)
    }

    /// The day on which a moment falls here.
    pub fn day(&self, moment: Moment) -> Date {
        due::date_of(moment, &self.now().zone)
    }

    /// The instant at which a day begins here.
    pub fn start_of(&self, date: Date) -> Option<Timestamp> {
        let start = date.to_zoned_datetime(self.now().zone.clone());
        start.ok().map(|start| start.timestamp())
    }

    /// How far away an expiry is.
    pub fn until_expiry(&self, moment: Moment) -> DueDistance {
        due::distance(DueKind::Expiry, moment, self.now())
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
            .to_zoned_datetime(self.now().zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// A moment as it was given: a day, or an instant in local time.
    pub fn plain(&self, moment: Moment) -> String {
        match moment {
            Moment::Date(date) => date.to_string(),
            Moment::Instant(instant) => self.local(instant),
        }
    }

    /// A moment as it was given, with how far away it is where that is known.
    pub fn with_distance(&self, moment: Moment, distance: Option<DueDistance>) -> String {
        let moment = self.plain(moment);
        match distance {
            Some(distance) => format!("{moment} ({})", texts::due(distance.words)),
            None => moment,
        }
    }

    /// An expiry as it was given, with how far away it is.
    pub fn expiry(&self, moment: Moment) -> String {
        self.with_distance(moment, Some(self.until_expiry(moment)))
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

/// The colour of a due date: what has come, what comes within a week, what is far away.
pub const fn distance_tone(distance: DueDistance) -> Tone {
    match (distance.seconds, distance.in_days) {
        (..=0, _) => Tone::Hot,
        (_, ..=7) => Tone::Warm,
        _ => Tone::Normal,
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
        Calendar::at(LocalNow {
            now: "2026-10-25T01:30:00+02:00".parse().unwrap(),
            zone: TimeZone::posix(BERLIN).unwrap(),
        })
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
        let error = "6m".parse::<DateArg>().unwrap_err().to_string();
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
        let expiry = |text: &str| {
            let moment = text.parse::<DateArg>().unwrap().placed(&calendar).unwrap();
            calendar.expiry(moment)
        };
        // The day has 25 hours.
        assert_eq!(expiry("2026-10-25"), "2026-10-25 (in 24 hours)");
        assert_eq!(expiry("2026-10-24"), "2026-10-24 (expired 2 hours ago)");
        assert_eq!(expiry("2027-10-25"), "2027-10-25 (in 365 days)");
        // Already the next day here.
        let instant = "2026-10-25T23:30:00Z";
        assert_eq!(expiry(instant), "2026-10-26 00:30 (in 24 hours)");
        assert_eq!(
            calendar.ago("2026-10-24T10:00:00Z".parse().unwrap()),
            "yesterday"
        );
    }
}
