//! Readers of single arguments.

use std::ops::RangeInclusive;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use keyhaven_exchange::Format;
use keyhaven_hosts::{HostPort, WebAddress};
use keyhaven_protocol::request::Assignment;
use keyhaven_rules::days::{LOOK_AHEAD, ROTATION};
use keyhaven_rules::span;

use crate::dates::DateArg;
use crate::problem::CliProblem;

/// Bounds of the length of a value that is made up.
const LENGTH: RangeInclusive<u32> = 12..=1024;

/// An address or a network in CIDR notation.
pub fn network(text: &str) -> Result<String, CliProblem> {
    keyhaven_hosts::network(text).ok_or(CliProblem::BadNetwork)
}

/// A host, with a port where it is not the one of https.
pub fn host(text: &str) -> Result<HostPort, CliProblem> {
    HostPort::parse(text).ok_or(CliProblem::BadHost)
}

/// As [`network`]; an empty text clears.
pub fn network_or_empty(text: &str) -> Result<String, CliProblem> {
    if text.is_empty() {
        return Ok(String::new());
    }
    network(text)
}

/// The address of a page, from which a host can be read; an empty text clears.
pub fn url_or_empty(text: &str) -> Result<String, CliProblem> {
    if text.is_empty() || WebAddress::parse(text).is_some() {
        return Ok(text.into());
    }
    Err(CliProblem::BadUrl)
}

/// The name of a variable; an empty text means none.
pub fn variable(text: &str) -> Result<String, CliProblem> {
    if text.is_empty() || keyhaven_rules::variables::is_variable_name(text) {
        return Ok(text.into());
    }
    Err(CliProblem::BadVariable)
}

/// The name of a variable.
pub fn some_variable(text: &str) -> Result<String, CliProblem> {
    if text.is_empty() {
        return Err(CliProblem::EmptyVariable);
    }
    variable(text)
}

/// `NAME=TEXT`, where the name is that of a variable.
pub fn assignment(text: &str) -> Result<Assignment, CliProblem> {
    let (name, text) = text.split_once('=').ok_or(CliProblem::BadAssignment)?;
    Ok(Assignment {
        variable: some_variable(name)?,
        text: text.into(),
    })
}

/// `FIELD` or `FIELD=VARIABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldArg {
    /// The field's name.
    pub name: String,
    /// The variable it fills; none when not given, empty when it fills none.
    pub variable: Option<String>,
}

/// Reads a [`FieldArg`].
pub fn field(text: &str) -> Result<FieldArg, CliProblem> {
    let (name, filled) = match text.split_once('=') {
        None => (text, None),
        Some((name, filled)) => (name, Some(variable(filled)?)),
    };
    if name.is_empty() {
        return Err(CliProblem::BadField);
    }
    Ok(FieldArg {
        name: name.into(),
        variable: filled,
    })
}

/// How often to rotate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationInterval {
    /// Whenever a person does.
    None,
    /// After so many days.
    Days(u32),
    /// As is usual for the provider.
    Usual,
}

/// Reads an [`RotationInterval`]: a number of days, a span such as `90d`, `usual` or `none`.
pub fn interval(text: &str) -> Result<RotationInterval, CliProblem> {
    match text {
        "" | "none" => Ok(RotationInterval::None),
        "usual" => Ok(RotationInterval::Usual),
        text => days_in(text, &ROTATION).map(RotationInterval::Days),
    }
}

/// A moment from which on something is shown.
pub fn since(text: &str) -> Result<DateArg, CliProblem> {
    match text.parse() {
        Ok(DateArg::None) | Err(CliProblem::BadDate) => Err(CliProblem::BadSince),
        read => read,
    }
}

/// A whole number.
pub fn number(text: &str) -> Result<u32, CliProblem> {
    text.parse().map_err(|_| CliProblem::BadNumber)
}

/// A whole number that is not 0.
pub fn from_one(text: &str) -> Result<u32, CliProblem> {
    match text.parse() {
        Ok(0) | Err(_) => Err(CliProblem::NumberFromOne),
        Ok(number) => Ok(number),
    }
}

/// The format of a file to import, by its name.
pub fn import_format() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::ALL.map(Format::id));
    names.try_map(|name| Format::from_id(&name).ok_or(CliProblem::BadFormat))
}

/// The length of a value that is made up.
pub fn length(text: &str) -> Result<u32, CliProblem> {
    match text.parse() {
        Ok(length) if LENGTH.contains(&length) => Ok(length),
        _ => Err(CliProblem::BadLength {
            minimum: *LENGTH.start(),
            maximum: *LENGTH.end(),
        }),
    }
}

/// A number of days to look ahead.
pub fn days(text: &str) -> Result<u32, CliProblem> {
    days_in(text, &LOOK_AHEAD)
}

fn days_in(text: &str, range: &RangeInclusive<u32>) -> Result<u32, CliProblem> {
    let days = span::parse_days(text)?;
    if range.contains(&days) {
        return Ok(days);
    }
    let (minimum, maximum) = (*range.start(), *range.end());
    Err(CliProblem::DaysOutOfRange { minimum, maximum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_checked() {
        assert_eq!(network("10.0.0.0/8").as_deref(), Ok("10.0.0.0/8"));
        assert!(network("10.0.0.0/33").is_err() && network_or_empty("").is_ok());
    }

    #[test]
    fn fields_and_intervals() {
        assert_eq!(
            field("a=B_1"),
            Ok(FieldArg {
                name: "a".into(),
                variable: Some("B_1".into())
            })
        );
        assert!(field("=X").is_err() && field("a=1X").is_err());
        let pair = assignment("A=b=c").unwrap();
        assert_eq!((&*pair.variable, &*pair.text), ("A", "b=c"));
        assert!(assignment("=x").is_err() && assignment("1=x").is_err());
        assert!(assignment("A").is_err() && assignment("A=").is_ok());
        assert_eq!(interval("90d"), Ok(RotationInterval::Days(90)));
        assert_eq!(interval("none"), Ok(RotationInterval::None));
        assert_eq!(interval("3mo"), Ok(RotationInterval::Days(90)));
        assert_eq!(interval("usual"), Ok(RotationInterval::Usual));
        assert!(interval("0").is_err() && interval("-1").is_err() && interval("6m").is_err());
        assert!(days("0").is_ok() && days("36501").is_err());
    }
}
