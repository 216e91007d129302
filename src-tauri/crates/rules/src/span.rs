//! Spans of civil time as people write them: `90d`, `2w`, `3mo`, `1y`, `1 year 6 months`.
//!
//! The grammar is the friendly format of the crate `jiff`, limited to units of at least a day.

use jiff::Span;
use jiff::fmt::friendly::SpanParser;

use crate::days::MAX_DAYS;

/// Why a text is not a span of days, weeks, months and years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpanError {
    /// It is not in the format.
    Format,
    /// It counts minutes, where months were probably meant.
    Minutes {
        /// How many.
        count: i64,
    },
    /// It holds a unit that is shorter than a day.
    TooFine,
    /// It is negative, or longer than [`MAX_DAYS`].
    OutOfRange,
}

/// Reads a span such as `90d`, `2w`, `3mo` or `1y`. A bare number counts days.
///
/// # Errors
/// Anything else; see [`SpanError`].
pub fn parse(text: &str) -> Result<Span, SpanError> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let days: i64 = text.parse().map_err(|_| SpanError::OutOfRange)?;
        return bounded(
            Span::new()
                .try_days(days)
                .map_err(|_| SpanError::OutOfRange)?,
        );
    }
    let span = SpanParser::new()
        .parse_span(text)
        .map_err(|_| SpanError::Format)?;
    let seconds = span.get_seconds() != 0 || span.get_milliseconds() != 0;
    let finer = span.get_microseconds() != 0 || span.get_nanoseconds() != 0;
    if span.get_hours() != 0 || seconds || finer {
        return Err(SpanError::TooFine);
    }
    match span.get_minutes() {
        0 => bounded(span),
        count => Err(SpanError::Minutes { count }),
    }
}

/// Reads a span as [`parse`] does and counts its days, where only a number of days can be
/// stored: a month has 30 of them and a year 365.
///
/// # Errors
/// As [`parse`].
pub fn parse_days(text: &str) -> Result<u32, SpanError> {
    days(parse(text)?).ok_or(SpanError::OutOfRange)
}

fn bounded(span: Span) -> Result<Span, SpanError> {
    days(span).map(|_| span).ok_or(SpanError::OutOfRange)
}

/// The days of a span, if they are in range.
fn days(span: Span) -> Option<u32> {
    let years = i64::from(span.get_years()) * 365;
    let months = i64::from(span.get_months()) * 30;
    let weeks = i64::from(span.get_weeks()) * 7;
    let days = years + months + weeks + i64::from(span.get_days());
    u32::try_from(days).ok().filter(|days| *days <= MAX_DAYS)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_weeks_months_and_years_are_read() {
        for (text, span, days) in [
            ("0", 0.days(), 0),
            ("30", 30.days(), 30),
            ("90d", 90.days(), 90),
            ("2w", 2.weeks(), 14),
            ("3mo", 3.months(), 90),
            ("1y", 1.year(), 365),
            ("1 year 6 months", 1.year().months(6), 545),
            ("1y6mo", 1.year().months(6), 545),
            ("2 weeks, 1 day", 2.weeks().days(1), 15),
            ("100y", 100.years(), MAX_DAYS),
            ("36500", 36_500.days(), MAX_DAYS),
        ] {
            assert_eq!(
                parse(text).map(Span::fieldwise),
                Ok(span.fieldwise()),
                "{text}"
            );
            assert_eq!(parse_days(text), Ok(days), "{text}");
        }
    }

    #[test]
    fn minutes_are_refused_with_the_months_that_were_meant() {
        assert_eq!(parse("6m").map(drop), Err(SpanError::Minutes { count: 6 }));
        assert_eq!(
            parse("1y 6m").map(drop),
            Err(SpanError::Minutes { count: 6 })
        );
    }

    #[test]
    fn everything_else_is_refused() {
        for text in ["", "d", "soon", "90 q", "P90D", "1.5d", "ä", "2027-01-31"] {
            assert_eq!(parse(text).map(drop), Err(SpanError::Format), "{text}");
        }
        for text in ["12h", "30s", "1d 01:00:00", "5ms"] {
            assert_eq!(parse(text).map(drop), Err(SpanError::TooFine), "{text}");
        }
        for text in ["-3d", "3d ago", "36501d", "101y", "99999999999999999999"] {
            assert_eq!(parse(text).map(drop), Err(SpanError::OutOfRange), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9dwmoy ,:.ago-]{0,24}|\\PC{0,24}") {
            if let Ok(days) = parse_days(&text) {
                prop_assert!(days <= MAX_DAYS);
            }
        }
    }
}
