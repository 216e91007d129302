//! What many fields share: texts, days, spans, patterns.

use jiff::SignedDuration;
use jiff::civil::Date;
use keyhaven_rules::variables::is_variable_name;

use crate::fault::EntryFault;
use crate::pattern::{Pattern, PatternFault};
use crate::place::Place;

/// The longest id, in bytes: what the vault stores.
const MAX_ID: usize = 64;
/// The longest name, in bytes.
pub const MAX_NAME: usize = 80;
/// The longest sentence, in bytes.
pub const MAX_SENTENCE: usize = 400;
/// The longest span of time, in seconds.
const MAX_SPAN: i64 = 400 * 24 * 3600;

/// Whether it can be the id of a provider.
pub fn is_id(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=MAX_ID).contains(&text.len()) && text.chars().all(good)
}

pub fn id(text: &str, place: &Place<'_>) {
    if !is_id(text) {
        place.refuse(EntryFault::BadId);
    }
}

pub fn text(text: &str, limit: usize, place: &Place<'_>) {
    let fits = !text.trim().is_empty() && text.len() <= limit;
    if !fits || text.contains(char::is_control) {
        place.refuse(EntryFault::BadText { limit });
    }
}

pub fn variable(name: &str, place: &Place<'_>) {
    if !is_variable_name(name) {
        place.refuse(EntryFault::BadVariable);
    }
}

/// Refuses each text that an earlier one of the list repeats.
pub fn once(texts: &[String], place: &Place<'_>) {
    for (at, text) in texts.iter().enumerate() {
        if texts[..at].contains(text) {
            place.index(at).refuse(EntryFault::Twice);
        }
    }
}

pub fn range(number: Option<u32>, minimum: u32, maximum: u32, place: &Place<'_>) {
    if number.is_some_and(|number| !(minimum..=maximum).contains(&number)) {
        place.refuse(EntryFault::OutOfRange { minimum, maximum });
    }
}

pub fn span(text: Option<&str>, place: &Place<'_>) -> Option<SignedDuration> {
    let span: Option<SignedDuration> = text?.parse().ok();
    let span = span.filter(|it| (0..=MAX_SPAN).contains(&it.as_secs()));
    if span.is_none() {
        place.refuse(EntryFault::BadSpan);
    }
    span
}

pub fn day(text: &str, place: &Place<'_>) -> Option<Date> {
    // The library also reads times and zones, of which a day has none.
    let day = if text.len() == 10 {
        text.parse().ok()
    } else {
        None
    };
    if day.is_none() {
        place.refuse(EntryFault::BadDay);
    }
    day
}

pub fn pattern(source: &str, place: &Place<'_>) -> Option<Pattern> {
    let fault = match Pattern::parse(source) {
        Ok(pattern) => return Some(pattern),
        Err(PatternFault::Syntax(system)) => EntryFault::BadPattern { system },
        Err(PatternFault::Unbounded) => EntryFault::UnboundedPattern,
        Err(PatternFault::TooLarge) => EntryFault::PatternTooLarge,
        Err(PatternFault::Empty) => EntryFault::EmptyPattern,
    };
    place.refuse(fault);
    None
}

/// A pattern that takes a part out of a value.
pub fn extracting(source: &str, place: &Place<'_>) -> Option<Pattern> {
    let found = pattern(source, place)?;
    if found.groups() != 1 {
        place.refuse(EntryFault::NotOneGroup);
    }
    Some(found)
}

/// A JSON pointer (RFC 6901).
pub fn pointer(text: &str, place: &Place<'_>) {
    let escapes = text
        .split('~')
        .skip(1)
        .all(|rest| rest.starts_with(['0', '1']));
    if !(text.is_empty() || text.starts_with('/')) || !escapes || text.len() > MAX_SENTENCE {
        place.refuse(EntryFault::BadPointer);
    }
}
