//! Readers of single arguments.

use std::ops::RangeInclusive;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use keyhaven_exchange::Format;
use keyhaven_hosts::HostPort;
use keyhaven_protocol::request::Assignment;
use keyhaven_rules::days::{LOOK_AHEAD, ROTATION};
use keyhaven_rules::span;

/// An address or a network in CIDR notation.
pub fn network(text: &str) -> Result<String, String> {
    keyhaven_hosts::network(text).ok_or_else(|| {
        "expected an address such as 203.0.113.7 or a network such as 10.0.0.0/8".into()
    })
}

/// A host, with a port where it is not the one of https.
pub fn host(text: &str) -> Result<HostPort, String> {
    HostPort::parse(text)
        .ok_or_else(|| "expected a host such as github.com or localhost:3000".into())
}

/// As [`network`]; an empty text clears.
pub fn network_or_empty(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    network(text)
}

/// The name of a variable; an empty text means none.
pub fn variable(text: &str) -> Result<String, String> {
    if text.is_empty() || keyhaven_rules::variables::is_variable_name(text) {
        return Ok(text.into());
    }
    Err("a variable name consists of letters, digits and _, and does not start with a digit".into())
}

/// The name of a variable.
pub fn some_variable(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("expected the name of a variable".into());
    }
    variable(text)
}

/// `NAME=TEXT`, where the name is that of a variable.
pub fn assignment(text: &str) -> Result<Assignment, String> {
    let (name, text) = text
        .split_once('=')
        .ok_or("expected the name of a variable, then = and its value")?;
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
pub fn field(text: &str) -> Result<FieldArg, String> {
    let (name, filled) = match text.split_once('=') {
        None => (text, None),
        Some((name, filled)) => (name, Some(variable(filled)?)),
    };
    if name.is_empty() {
        return Err("expected FIELD or FIELD=VARIABLE".into());
    }
    Ok(FieldArg {
        name: name.into(),
        variable: filled,
    })
}

/// Days between rotations; none where there is no such policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationInterval(pub Option<u32>);

/// Reads an [`RotationInterval`]: a number of days, a span such as `90d`, or `none`.
pub fn interval(text: &str) -> Result<RotationInterval, String> {
    if text.is_empty() || text == "none" {
        return Ok(RotationInterval(None));
    }
    days_in(text, &ROTATION).map(|days| RotationInterval(Some(days)))
}

/// A whole number.
pub fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "expected a whole number".into())
}

/// A whole number that is not 0.
pub fn from_one(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number of 1 or more".into()),
        Ok(number) => Ok(number),
    }
}

/// The format of a file to import, by its name.
pub fn import_format() -> impl TypedValueParser<Value = Format> {
    let names = PossibleValuesParser::new(Format::ALL.map(Format::id));
    names.try_map(|name| Format::from_id(&name).ok_or("no format has this name"))
}

/// The length of a value that is made up.
pub fn length(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(length @ 8..=1024) => Ok(length),
        _ => Err("expected a length from 8 to 1024".into()),
    }
}

/// A number of days to look ahead.
pub fn days(text: &str) -> Result<u32, String> {
    days_in(text, &LOOK_AHEAD)
}

fn days_in(text: &str, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let days = span::parse_days(text).map_err(|error| error.to_string())?;
    if range.contains(&days) {
        return Ok(days);
    }
    let (from, to) = (range.start(), range.end());
    Err(format!("expected {from} to {to} days"))
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
        assert_eq!(interval("90d"), Ok(RotationInterval(Some(90))));
        assert_eq!(interval("none"), Ok(RotationInterval(None)));
        assert_eq!(interval("3mo"), Ok(RotationInterval(Some(90))));
        assert!(interval("0").is_err() && interval("-1").is_err() && interval("6m").is_err());
        assert!(days("0").is_ok() && days("36501").is_err());
    }
}
