//! Which names and sizes are allowed. Pure.

use std::borrow::Cow;

use keyhaven_rules::names::Look;
use keyhaven_rules::{days, names, variables};

use crate::error::{Invalid, RecordKind, Refusal, VaultError};
use crate::model::{Details, Field, Location, Moment};
use crate::settings::check_lead_times;
use crate::stop;
use crate::stored_text::StoredText;

/// The largest value of a field.
pub(crate) const MOST_VALUE: usize = 1024 * 1024;
const MOST_FIELDS: usize = 64;
/// What an entry of a list counts beyond its bytes.
const LIST_ENTRY: usize = 4;
/// All values of one version of a credential together: reading one field reads them all.
const MOST_VALUES: usize = 4 * 1024 * 1024;

/// Names of projects, environments, credentials and fields, by [`names::check_name`].
///
/// # Errors
/// [`Invalid::Name`] with the kind of name.
pub fn check_name(kind: RecordKind, name: &str) -> Result<(), Invalid> {
    names::check_name(name).map_err(|fault| Invalid::Name(kind, fault))
}

/// A new name, which differs in its look from those next to it; how an existing one looks is
/// past.
pub(crate) struct NewLook<'a> {
    name: &'a str,
    look: Look,
}

impl<'a> NewLook<'a> {
    pub(crate) fn of(name: &'a str) -> Self {
        Self {
            name,
            look: Look::of(name),
        }
    }

    /// Refuses the name where another one looks the same.
    pub(crate) fn differs_from(&self, other: &str) -> Result<(), VaultError> {
        stop::check()?;
        if other == self.name || !self.look.is_of(other) {
            return Ok(());
        }
        Err(VaultError::Refused(Refusal::Lookalike {
            name: self.name.into(),
            existing: other.into(),
        }))
    }
}

/// Puts a new name into the form in which it is stored.
pub(crate) fn normalise(name: &mut String) {
    if let Cow::Owned(normal) = names::normal(name) {
        *name = normal;
    }
}

/// Names of environment variables, by [`variables::is_variable_name`].
///
/// # Errors
/// [`Invalid::Variable`], [`Invalid::TextTooLong`].
pub fn check_variable(name: &str) -> Result<(), Invalid> {
    if variables::is_variable_name(name) {
        check_text(StoredText::Variable, name)
    } else {
        Err(Invalid::Variable)
    }
}

/// Refuses a text beyond the limit of its kind.
pub(crate) fn check_text(kind: StoredText, text: &str) -> Result<(), Invalid> {
    check_length(kind, text.len())
}

fn check_length(kind: StoredText, bytes: usize) -> Result<(), Invalid> {
    if bytes > kind.limit() {
        return Err(Invalid::TextTooLong(kind));
    }
    Ok(())
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

/// The lengths of all values of a credential.
pub(crate) fn check_total(lengths: impl Iterator<Item = usize>) -> Result<(), Invalid> {
    match lengths.sum::<usize>() {
        total if total > MOST_VALUES => Err(Invalid::ValuesTooLong(MOST_VALUES)),
        _ => Ok(()),
    }
}

pub(crate) fn check_details(details: &Details, provider: Option<&str>) -> Result<(), Invalid> {
    let lists = [&details.scopes, &details.allowed_ips, &details.tags];
    let texts = [
        details.owner.as_deref(),
        details.quota.as_deref(),
        details.url.as_deref(),
        details.note.as_deref(),
        details.never_rotate.as_deref(),
    ];
    let length = lists
        .iter()
        .flat_map(|list| list.iter())
        .map(|entry| entry.len() + LIST_ENTRY)
        .sum::<usize>()
        + texts.iter().flatten().map(|text| text.len()).sum::<usize>();
    check_provider(provider)?;
    check_length(StoredText::Metadata, length)
}

pub(crate) fn check_provider(provider: Option<&str>) -> Result<(), Invalid> {
    provider.map_or(Ok(()), |provider| {
        check_text(StoredText::Provider, provider)
    })
}

/// An absolute path.
pub(crate) fn check_path(path: &str) -> Result<(), Invalid> {
    if !path.starts_with('/') {
        return Err(Invalid::RelativePath(path.into()));
    }
    check_text(StoredText::Path, path)
}

/// An interval is in bounds, and what is never rotated has a reason and no rotation date.
pub(crate) fn check_dates(
    rotate_every_days: Option<u32>,
    rotate_due: Option<Moment>,
    never_rotate: Option<&str>,
    lead_times: Option<&[u32]>,
) -> Result<(), Invalid> {
    if let Some(reason) = never_rotate {
        if reason.trim().is_empty() {
            return Err(Invalid::NeverWithoutReason);
        }
        if rotate_every_days.is_some() || rotate_due.is_some() {
            return Err(Invalid::NeverWithRotation);
        }
    }
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
    fn each_limit_of_a_text_is_exact() {
        for kind in StoredText::ALL {
            assert_eq!(check_text(kind, &"x".repeat(kind.limit())), Ok(()));
            let longer = "x".repeat(kind.limit() + 1);
            assert_eq!(check_text(kind, &longer), Err(Invalid::TextTooLong(kind)));
        }
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
