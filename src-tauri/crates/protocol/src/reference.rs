//! References: `kh://PROJECT/ENVIRONMENT/NAME[/FIELD]`, and relative `kh:NAME[/FIELD]`.
//!
//! Characters outside `[A-Za-z0-9._-]` are percent-encoded (RFC 3986).

use std::fmt;

use keyhaven_rules::Expected;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::problem::Problem;

/// What stands for itself in a reference.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-');

/// Where a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Project and environment; none in a relative reference.
    pub place: Option<(String, String)>,
    /// The credential.
    pub name: String,
    /// The field; none means the only one.
    pub field: Option<String>,
}

/// Why a text is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceError {
    /// It starts with neither `kh://` nor `kh:`.
    Scheme,
    /// It has too few or too many parts.
    Parts,
    /// A part is empty, or its percent-encoding is not UTF-8.
    Part,
}

impl ReferenceError {
    /// What to report of it. The text is not repeated: it may be a value by mistake.
    #[must_use]
    pub const fn problem(self) -> Problem {
        match self {
            Self::Scheme => Problem::ReferenceScheme,
            Self::Parts => Problem::ReferenceParts,
            Self::Part => Problem::ReferencePart,
        }
    }

    /// What was expected instead, inside a file or text.
    #[must_use]
    pub const fn expected(self) -> Expected {
        match self {
            Self::Scheme => Expected::ReferenceScheme,
            Self::Parts => Expected::ReferenceParts,
            Self::Part => Expected::ReferencePart,
        }
    }
}

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    /// The text is not one.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if let Some(absolute) = text.strip_prefix("kh://") {
            let parts = parts_of(absolute)?;
            return match <[String; 3]>::try_from(parts) {
                Ok([project, environment, name]) => Ok(Self {
                    place: Some((project, environment)),
                    name,
                    field: None,
                }),
                Err(parts) => match <[String; 4]>::try_from(parts) {
                    Ok([project, environment, name, field]) => Ok(Self {
                        place: Some((project, environment)),
                        name,
                        field: Some(field),
                    }),
                    Err(_) => Err(ReferenceError::Parts),
                },
            };
        }
        let relative = text.strip_prefix("kh:").ok_or(ReferenceError::Scheme)?;
        let mut parts = parts_of(relative)?.into_iter();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(name), field, None) => Ok(Self {
                place: None,
                name,
                field,
            }),
            _ => Err(ReferenceError::Parts),
        }
    }
}

fn parts_of(text: &str) -> Result<Vec<String>, ReferenceError> {
    text.split('/').map(decode).collect()
}

fn decode(part: &str) -> Result<String, ReferenceError> {
    let text = percent_decode_str(part)
        .decode_utf8()
        .map_err(|_| ReferenceError::Part)?;
    if text.is_empty() {
        return Err(ReferenceError::Part);
    }
    Ok(text.into_owned())
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((project, environment)) => {
                write!(out, "kh://{}/{}/", encode(project), encode(environment))?;
            }
            None => out.write_str("kh:")?,
        }
        write!(out, "{}", encode(&self.name))?;
        match &self.field {
            Some(field) => write!(out, "/{}", encode(field)),
            None => Ok(()),
        }
    }
}

fn encode(part: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(part, ENCODED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_of_the_contract() {
        let absolute = Reference::parse("kh://shop/dev/aws/access_key_id").unwrap();
        assert_eq!(absolute.place, Some(("shop".into(), "dev".into())));
        assert_eq!(
            (absolute.name.as_str(), absolute.field.as_deref()),
            ("aws", Some("access_key_id"))
        );
        assert_eq!(Reference::parse("kh:stripe").unwrap().field, None);
        assert_eq!(Reference::parse("stripe"), Err(ReferenceError::Scheme));
        assert_eq!(
            Reference::parse("kh://shop/dev"),
            Err(ReferenceError::Parts)
        );
        assert_eq!(
            Reference::parse("kh://a/b/c/d/e"),
            Err(ReferenceError::Parts)
        );
        assert_eq!(Reference::parse("kh:a//"), Err(ReferenceError::Part));
        assert_eq!(Reference::parse("kh:%ff"), Err(ReferenceError::Part));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(place in proptest::option::of((".+", ".+")), name in ".+", field in proptest::option::of(".+")) {
            let reference = Reference { place, name, field };
            prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".*") {
            let _ = Reference::parse(&text);
        }
    }
}
