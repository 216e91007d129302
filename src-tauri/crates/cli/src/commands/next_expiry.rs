//! The expiry of a new value. The date of the old key says nothing of the new one, so it is
//! neither kept nor dropped without a word.

use std::fs::File;
use std::str::FromStr;

use jiff::ToSpan as _;
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::request::NextExpiry;
use keyhaven_protocol::view::{CredentialView, Moment};
use keyhaven_rules::due::days_between;

use super::metadata::warn_of_past;
use crate::dates::{Calendar, DateArg};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::target::full_reference;

/// `--expires` of a new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextExpiryArg {
    /// `keep`: the date of the old key.
    Keep,
    /// A date, or `none`.
    Date(DateArg),
}

impl FromStr for NextExpiryArg {
    type Err = CliProblem;

    fn from_str(text: &str) -> Result<Self, CliProblem> {
        match text {
            "keep" => Ok(Self::Keep),
            text => text.parse().map(Self::Date),
        }
    }
}

impl NextExpiryArg {
    pub fn placed(self, calendar: &Calendar) -> NextExpiry {
        match self {
            Self::Keep => NextExpiry::Keep,
            Self::Date(date) => date
                .placed(calendar)
                .map_or(NextExpiry::None, NextExpiry::At),
        }
    }
}

/// As said, else as a person at the terminal answers where the old key has a date; none where
/// nobody says.
pub fn chosen(
    context: &Context,
    said: Option<NextExpiryArg>,
    known: &CredentialView,
) -> Result<Option<NextExpiry>, Failure> {
    let calendar = &context.calendar;
    if let Some(said) = said {
        return Ok(Some(said.placed(calendar)));
    }
    let (Some(old), false) = (known.row.expires, context.yes()) else {
        return Ok(None);
    };
    match context.terminal() {
        Some(mut tty) => ask(&mut tty, calendar, known, old).map(Some),
        None => Ok(None),
    }
}

fn ask(
    tty: &mut File,
    calendar: &Calendar,
    known: &CredentialView,
    old: Moment,
) -> Result<NextExpiry, Failure> {
    let offered = offered(calendar, known, old);
    let question = match offered {
        Some(day) => format!(
            "The old key's expiry is {}. And the new key's: a date, none or keep [{day}]: ",
            calendar.expiry(old)
        ),
        None => format!(
            "The old key's expiry is {}. And the new key's: a date, none or keep: ",
            calendar.expiry(old)
        ),
    };
    answered(tty, calendar, &question, offered)
}

/// The answer to a question for the expiry of new values; an empty one is the offered day.
pub fn answered(
    tty: &mut File,
    calendar: &Calendar,
    question: &str,
    offered: Option<jiff::civil::Date>,
) -> Result<NextExpiry, Failure> {
    loop {
        let answer = prompt::visible(tty, question)?;
        match (answer.trim(), offered) {
            ("", Some(day)) => return Ok(NextExpiry::At(Moment::Date(day))),
            ("", None) => {}
            (answer, _) => match answer.parse::<NextExpiryArg>() {
                Ok(said) => return Ok(said.placed(calendar)),
                Err(problem) => prompt::say(tty, &format!("{problem}\n"))?,
            },
        }
    }
}

/// As long from today as the old key had, else the provider's usual interval.
fn offered(calendar: &Calendar, known: &CredentialView, old: Moment) -> Option<jiff::civil::Date> {
    let stored = calendar.day(Moment::Instant(known.rotated_at));
    let span = days_between(stored, calendar.day(old));
    let usual = || {
        let provider = Catalogue::builtin().get(known.row.provider.as_deref()?)?;
        Some(i64::from(provider.rotation_days()))
    };
    let days = Some(i64::from(span))
        .filter(|days| *days > 0)
        .or_else(usual);
    Some(calendar.after(days?.days()))
}

/// Says what happened to the date of the old key, where nobody had said what should.
pub fn note(
    context: &Context,
    said: Option<NextExpiry>,
    before: &CredentialView,
    stored: &CredentialView,
) {
    let row = &stored.row;
    let reference = full_reference(&row.project, &row.environment, &row.name);
    match (said, before.row.expires, row.expires) {
        (None, Some(old), Some(_)) => context.printer.note(&CliNotice::ExpiryKept {
            day: context.calendar.expiry(old),
            reference,
        }),
        (None, Some(old), None) => context.printer.note(&CliNotice::ExpiryForgotten {
            day: context.calendar.day(old).to_string(),
            reference,
        }),
        (Some(_), _, expires) => warn_of_past(context, expires),
        (None, None, _) => {}
    }
}
