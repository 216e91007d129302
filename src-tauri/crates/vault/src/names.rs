//! Which names are allowed, and what an environment's name says of its tier. Pure.

use crate::error::{Invalid, Kind};
use crate::model::{Details, Field, Place, Tier};
use crate::settings::check_lead_times;

/// The largest value of a field.
pub(crate) const MOST_VALUE: usize = 1024 * 1024;
pub(crate) const MOST_NAME: usize = 128;
const MOST_FIELDS: usize = 64;
pub(crate) const MOST_DETAILS: usize = 64 * 1024;

/// Names of projects, environments, credentials and fields: 1 to 128 bytes of UTF-8, no
/// slash, and nothing by which two names could look the same: no space at either end, no
/// control characters, none that are invisible or turn the direction of text.
///
/// # Errors
/// [`Invalid::Name`] with what it was to name.
pub fn check_name(kind: Kind, name: &str) -> Result<(), Invalid> {
    let fits = (1..=MOST_NAME).contains(&name.len()) && name.trim() == name;
    if fits
        && !name
            .chars()
            .any(|c| c.is_control() || c == '/' || deceives(c))
    {
        Ok(())
    } else {
        Err(Invalid::Name(kind))
    }
}

/// Zero-width characters, and those that override or isolate the direction of text (Unicode
/// TR 36, 2.5). The joiners that emoji and some scripts are written with stay.
const fn deceives(c: char) -> bool {
    matches!(c,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Names of environment variables: `^[A-Za-z_][A-Za-z0-9_]*$`.
///
/// # Errors
/// [`Invalid::Variable`].
pub fn check_variable(name: &str) -> Result<(), Invalid> {
    let mut bytes = name.bytes();
    let starts = bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    if starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        Ok(())
    } else {
        Err(Invalid::Variable)
    }
}

/// What a well-known environment name says; other names say nothing.
#[must_use]
pub fn tier_of_name(environment: &str) -> Option<Tier> {
    match environment.to_ascii_lowercase().as_str() {
        "prod" | "production" | "live" => Some(Tier::Production),
        "staging" | "stage" | "qa" => Some(Tier::Staging),
        "dev" | "development" | "local" | "test" => Some(Tier::Development),
        _ => None,
    }
}

pub(crate) fn check_place(place: &Place) -> Result<(), Invalid> {
    check_name(Kind::Project, &place.project)?;
    check_name(Kind::Environment, &place.environment)
}

/// Names, variables and number of a credential's fields.
pub(crate) fn check_fields(fields: &[Field]) -> Result<(), Invalid> {
    if !(1..=MOST_FIELDS).contains(&fields.len()) {
        return Err(Invalid::FieldCount);
    }
    for (at, field) in fields.iter().enumerate() {
        check_name(Kind::Field, &field.name)?;
        if let Some(variable) = &field.variable {
            check_variable(variable)?;
        }
        let same = |other: &Field| {
            other.name == field.name
                || (other.variable.is_some() && other.variable == field.variable)
        };
        if fields[..at].iter().any(same) {
            return Err(Invalid::Duplicate(field.name.clone()));
        }
    }
    Ok(())
}

pub(crate) fn check_value(value: &[u8]) -> Result<(), Invalid> {
    if value.len() > MOST_VALUE {
        return Err(Invalid::ValueTooLong(value.len()));
    }
    Ok(())
}

pub(crate) fn check_details(details: &Details, provider: Option<&str>) -> Result<(), Invalid> {
    let lists = [&details.scopes, &details.allowed_ips, &details.tags];
    let texts = [
        details.owner.as_deref(),
        details.quota.as_deref(),
        details.url.as_deref(),
        details.note.as_deref(),
        provider,
    ];
    let length = lists
        .iter()
        .flat_map(|list| list.iter())
        .map(String::len)
        .sum::<usize>()
        + texts.iter().flatten().map(|text| text.len()).sum::<usize>();
    if length > MOST_DETAILS {
        return Err(Invalid::DetailsTooLong);
    }
    Ok(())
}

pub(crate) fn check_dates(
    rotate_every_days: Option<u32>,
    lead_times: Option<&[u32]>,
) -> Result<(), Invalid> {
    if rotate_every_days.is_some_and(|days| !(1..=36_500).contains(&days)) {
        return Err(Invalid::Interval);
    }
    lead_times.map_or(Ok(()), check_lead_times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldKind;

    #[test]
    fn names_have_limits() {
        let check = |name: &str| check_name(Kind::Credential, name);
        for good in [
            "stripe",
            "ü",
            "a b",
            "a:b%",
            "👩\u{200d}💻",
            &"x".repeat(128),
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a/b",
            "a\nb",
            "a\u{7f}",
            "a\u{85}b",
            " a",
            "a ",
            "a\u{200b}",
            "a\u{202e}b",
            &"x".repeat(129),
            &"ü".repeat(65),
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn variables_are_posix_names() {
        for good in ["A", "_", "a1_B"] {
            assert!(check_variable(good).is_ok(), "{good}");
        }
        for bad in ["", "1A", "A-B", "A=B", "A\0", "Ä", "A ", "A\n"] {
            assert!(check_variable(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_say_their_tier() {
        assert_eq!(tier_of_name("Prod"), Some(Tier::Production));
        assert_eq!(tier_of_name("qa"), Some(Tier::Staging));
        assert_eq!(tier_of_name("local"), Some(Tier::Development));
        assert_eq!(tier_of_name("preview-7"), None);
        assert!(Tier::Production > Tier::Staging && Tier::Staging > Tier::Development);
    }

    #[test]
    fn fields_are_distinct() {
        let field = |name: &str, variable: Option<&str>| Field {
            name: name.into(),
            kind: FieldKind::Secret,
            variable: variable.map(Into::into),
            allow_loader_variable: false,
        };
        assert!(check_fields(&[field("a", None), field("b", None)]).is_ok());
        assert!(check_fields(&[]).is_err());
        assert!(check_fields(&[field("a", None), field("a", None)]).is_err());
        assert!(check_fields(&[field("a", Some("X")), field("b", Some("X"))]).is_err());
        assert!(check_fields(&[field("a", Some("X Y"))]).is_err());
        assert!(check_fields(&vec![field("a", None); 65]).is_err());
    }
}
