//! Due dates as an iCalendar file (RFC 5545). Pure: the same dates give the same bytes.
//!
//! An event keeps its UID for as long as its credential lives, and its SEQUENCE is the revision
//! of the credential: it rises with every change of that, so that a calendar that reads the file
//! again moves what it has. It does not rise where only a setting or the zone of the machine
//! changed, and it is lower again where a restored backup has an earlier revision. A civil date
//! is a whole day in every zone; only a provider's instant has a time, in UTC. No name is in the
//! file unless the caller asks for it.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use icalendar::{Alarm, Calendar, Class, Component as _, Event, EventLike as _, Property};
use jiff::Timestamp;
use keyhaven_messages::{self as messages, Family, Language, Style};
use keyhaven_protocol::view::{DueKind, DueView, Moment};
use keyhaven_rules::coded;

/// The name of the calendar.
const TITLE: &str = "Keyhaven";
/// Bytes of a line, without its end.
const MOST_BYTES: usize = 75;
/// What made the file (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Keyhaven//Due dates//EN";
/// The hour of a lead day at which a whole day's alarm rings: midnight would wake people.
const ALARM_HOUR: i64 = 9;

/// Whether the file names credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// It names none: calendars are copied to other machines and shown to other people.
    Hidden,
    /// Its owner asked for names.
    Shown,
}

coded! {
    /// A text of the file.
    CalendarText as CALENDAR_TEXTS {
        /// A key ends.
        Expires,
        /// A key wants rotation.
        Rotates,
        /// A replaced key is to be revoked.
        Revocation,
        /// A key ends, by its name.
        NamedExpires { /** Its name. */ name: String, /** The project. */ project: String, /** The environment. */ environment: String },
        /// A key wants rotation, by its name.
        NamedRotates { /** Its name. */ name: String, /** The project. */ project: String, /** The environment. */ environment: String },
        /// A replaced key is to be revoked, by its name.
        NamedRevocation { /** Its name. */ name: String, /** The project. */ project: String, /** The environment. */ environment: String },
    }
}

/// The file. Dates beyond what a calendar can say are left out.
#[must_use]
pub fn file(dates: &[DueView], names: Names, language: Language) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT)] {
        calendar.append_property(Property::new(key, value));
    }
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.name(TITLE);
    for date in dates {
        if let Some(event) = event(date, names, language) {
            calendar.push(event);
        }
    }
    content_lines(&calendar.to_string())
}

/// The lines as RFC 5545 wants them. The library makes the last part of a folded line one byte
/// too long, and gives each alarm the time at which the text is made, which is no part of one.
fn content_lines(text: &str) -> String {
    let unfolded = text.replace("\r\n ", "");
    let mut lines = String::with_capacity(text.len());
    let mut in_alarm = false;
    for line in unfolded.split_terminator("\r\n") {
        match line {
            "BEGIN:VALARM" => in_alarm = true,
            "END:VALARM" => in_alarm = false,
            line if in_alarm && line.starts_with("DTSTAMP:") => continue,
            _ => {}
        }
        fold(line, &mut lines);
    }
    lines
}

/// Writes a line in parts of at most 75 bytes, between characters (RFC 5545, 3.1).
fn fold(line: &str, lines: &mut String) {
    let mut rest = line;
    let mut room = MOST_BYTES;
    while rest.len() > room {
        let (part, more) = rest.split_at(rest.floor_char_boundary(room));
        lines.push_str(part);
        lines.push_str("\r\n ");
        rest = more;
        // The space counts.
        room = MOST_BYTES - 1;
    }
    lines.push_str(rest);
    lines.push_str("\r\n");
}

fn event(date: &DueView, names: Names, language: Language) -> Option<Event> {
    let summary = CalendarText::of(date, names).text(language);
    let mut event = Event::new();
    match date.due {
        Moment::Date(day) => event.starts(civil(day)?),
        Moment::Instant(at) => event.starts(instant(at)?),
    };
    let changed = instant(date.changed_at)?;
    let uid = uid(date);
    event
        .uid(&uid)
        .sequence(date.credential.revision)
        .timestamp(changed)
        .last_modified(changed)
        .summary(&summary)
        .class(Class::Private)
        // A due date keeps nobody from being free.
        .append_property(Property::new("TRANSP", "TRANSPARENT"));
    for days in &date.lead_times {
        let mut alarm = Alarm::display(&summary, lead(date.due, *days));
        event.alarm(alarm.uid(&format!("{days}-{uid}")).done());
    }
    Some(event.done())
}

/// Never another one for this date of this credential.
fn uid(date: &DueView) -> String {
    let kind = match date.what {
        DueKind::Expiry => "expiry",
        DueKind::Rotation => "rotation",
        DueKind::Revocation => "revocation",
    };
    format!("{}-{kind}@keyhaven", date.credential.id)
}

/// From the start of an event to its alarm.
fn lead(moment: Moment, days: u32) -> Duration {
    let before = -Duration::days(i64::from(days));
    match moment {
        Moment::Date(_) => before + Duration::hours(ALARM_HOUR),
        Moment::Instant(_) => before,
    }
}

fn civil(day: jiff::civil::Date) -> Option<NaiveDate> {
    let (month, of_month) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    // RFC 5545 writes a year with four digits.
    let year = Some(i32::from(day.year())).filter(|year| *year >= 0)?;
    NaiveDate::from_ymd_opt(year, u32::from(month), u32::from(of_month))
}

fn instant(at: Timestamp) -> Option<DateTime<Utc>> {
    let at = DateTime::from_timestamp(at.as_second(), 0)?;
    (0..=9999)
        .contains(&chrono::Datelike::year(&at))
        .then_some(at)
}

impl CalendarText {
    fn of(date: &DueView, names: Names) -> Self {
        let row = &date.credential;
        let texts = [&row.name, &row.project, &row.environment];
        let [name, project, environment] = texts.map(|text| one_line(text));
        match (date.what, names) {
            (DueKind::Expiry, Names::Hidden) => Self::Expires,
            (DueKind::Rotation, Names::Hidden) => Self::Rotates,
            (DueKind::Revocation, Names::Hidden) => Self::Revocation,
            (DueKind::Expiry, Names::Shown) => Self::NamedExpires {
                name,
                project,
                environment,
            },
            (DueKind::Rotation, Names::Shown) => Self::NamedRotates {
                name,
                project,
                environment,
            },
            (DueKind::Revocation, Names::Shown) => Self::NamedRevocation {
                name,
                project,
                environment,
            },
        }
    }

    fn text(&self, language: Language) -> String {
        // A name is written as it is, also where it comes first.
        let style = match self {
            Self::Expires | Self::Rotates | Self::Revocation => Style::Sentence,
            Self::NamedExpires { .. }
            | Self::NamedRotates { .. }
            | Self::NamedRevocation { .. } => Style::Terminal,
        };
        messages::name(language, style, Family::Calendar, self)
    }
}

/// A text without control characters, which RFC 5545 does not allow.
fn one_line(text: &str) -> String {
    let visible = |character: char| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    };
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests;
