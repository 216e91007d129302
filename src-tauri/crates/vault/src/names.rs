//! Which names and sizes are allowed. Pure.

use keyhaven_rules::text::{is_invisible, shapes_neighbours};
use keyhaven_rules::{days, variables};

use crate::error::{Invalid, RecordKind};
use crate::model::{Details, Field, Location};
use crate::settings::check_lead_times;

/// The largest value of a field.
pub(crate) const MOST_VALUE: usize = 1024 * 1024;
pub(crate) const MOST_NAME: usize = 128;
const MOST_FIELDS: usize = 64;
pub(crate) const MOST_DETAILS: usize = 64 * 1024;

/// Names of projects, environments, credentials and fields: 1 to 128 bytes of UTF-8 without a
/// slash, and without anything that makes two names look the same: no space at either end,
/// and no invisible characters except those that emoji and some scripts need.
///
/// # Errors
/// [`Invalid::Name`] with the kind of name.
pub fn check_name(kind: RecordKind, name: &str) -> Result<(), Invalid> {
    let fits = (1..=MOST_NAME).contains(&name.len()) && name.trim() == name;
    let refused = |c: char| c == '/' || (is_invisible(c) && !shapes_neighbours(c));
    if fits && !name.chars().any(refused) {
        Ok(())
    } else {
        Err(Invalid::Name(kind))
    }
}

/// Names of environment variables, by [`variables::is_variable_name`].
///
/// # Errors
/// [`Invalid::Variable`].
pub fn check_variable(name: &str) -> Result<(), Invalid> {
    if variables::is_variable_name(name) {
        Ok(())
    } else {
        Err(Invalid::Variable)
    }
}

pub(crate) fn check_location(location: &Location) -> Result<(), Invalid> {
    check_name(RecordKind::Project, &location.project)?;
    check_name(RecordKind::Environment, &location.environment)
}

/// Names, variables and number of a credential's fields.
pub(crate) fn check_fields(fields: &[Field]) -> Result<(), Invalid> {
    if !(1..=MOST_FIELDS).contains(&fields.len()) {
        return Err(Invalid::FieldCount);
    }
    for (at, field) in fields.iter().enumerate() {
        check_name(RecordKind::Field, &field.name)?;
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
    if rotate_every_days.is_some_and(|days| !days::ROTATION.contains(&days)) {
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
        let check = |name: &str| check_name(RecordKind::Credential, name);
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
            "a\u{a0}b",
            "a\u{3164}b",
            "a\u{e0041}",
            &"x".repeat(129),
            &"ü".repeat(65),
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn variables_are_posix_names() {
        assert!(check_variable("a1_B").is_ok() && check_variable("1A").is_err());
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
