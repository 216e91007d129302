//! The values of a directory file: text with references in it.

use std::fmt;

use data_encoding::BASE64;
use keyhaven_secret::SecretBytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::Reference;

/// What stands for itself in a part of a URL (RFC 3986, unreserved).
const URL_ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value: literal text and references, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// Empty for an empty value; no literal is empty, and no two stand side by side.
    pub parts: Vec<TemplatePart>,
}

/// A part of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text as it stands.
    Literal(String),
    /// A value of the vault.
    Reference {
        /// Which.
        reference: Reference,
        /// How it is written.
        filter: Option<ValueFilter>,
    },
}

/// How a value is written into the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFilter {
    /// Percent-encoded, fit for any part of a URL (RFC 3986).
    Url,
    /// Escaped, fit to stand between the quotes of a JSON string (RFC 8259).
    Json,
    /// In Base64 with padding (RFC 4648, section 4).
    Base64,
    /// As it is, where somebody says that this is meant.
    Raw,
}

/// A value is not UTF-8, and its filter can only write text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value is not UTF-8, which the filter json needs")]
pub struct NotText;

/// Why a template could not be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillError<E> {
    /// A filter cannot write a value.
    NotText(NotText),
    /// A value could not be found.
    Value(E),
}

impl Template {
    /// A reference and nothing else.
    #[must_use]
    pub fn of(reference: Reference) -> Self {
        Self {
            parts: vec![TemplatePart::Reference {
                reference,
                filter: None,
            }],
        }
    }

    /// The reference, where there is nothing else.
    #[must_use]
    pub fn alone(&self) -> Option<&Reference> {
        match self.parts.as_slice() {
            [
                TemplatePart::Reference {
                    reference,
                    filter: None,
                },
            ] => Some(reference),
            _ => None,
        }
    }

    /// Reads a value: `kh:...` alone is a reference, `{{kh:...|filter}}` one inside text.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("kh:") {
            return reference(text).map(Self::of);
        }
        Self::inside(text).map_err(|(_, expected)| expected)
    }

    /// Reads a text with references in it, wherever it comes from: `kh:` at its beginning is
    /// text as well.
    ///
    /// # Errors
    /// Where, in bytes, and what was expected there.
    pub fn inside(text: &str) -> Result<Self, (usize, String)> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let (before, after) = (&rest[..start], &rest[start + 2..]);
            if !after.trim_start_matches(' ').starts_with("kh:") {
                literal.push_str(&rest[..start + 2]);
                rest = after;
                continue;
            }
            let at = text.len() - after.len() - 2;
            let end = after
                .find("}}")
                .ok_or_else(|| (at, "}} after a reference".into()))?;
            literal.push_str(before);
            if !literal.is_empty() {
                parts.push(TemplatePart::Literal(std::mem::take(&mut literal)));
            }
            parts.push(filled(&after[..end]).map_err(|expected| (at, expected))?);
            rest = &after[end + 2..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(TemplatePart::Literal(literal));
        }
        Ok(Self { parts })
    }

    /// The same with other references, as `change` says; none where it leaves all as they are.
    #[must_use]
    pub fn changed(&self, change: impl Fn(&Reference) -> Option<Reference>) -> Option<Self> {
        let mut changed = self.clone();
        let mut any = false;
        for part in &mut changed.parts {
            if let TemplatePart::Reference { reference, .. } = part
                && let Some(other) = change(reference)
            {
                *reference = other;
                any = true;
            }
        }
        any.then_some(changed)
    }

    /// The references in it, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Literal(_) => None,
            TemplatePart::Reference { reference, .. } => Some(reference),
        })
    }

    /// The value, with what `find` gives for each reference.
    ///
    /// # Errors
    /// `find` failed, or a filter cannot write the value it returned.
    pub fn fill<E>(
        &self,
        mut find: impl FnMut(&Reference) -> Result<SecretBytes, E>,
    ) -> Result<SecretBytes, FillError<E>> {
        let mut filled = SecretBytes::new(Vec::new());
        for part in &self.parts {
            match part {
                TemplatePart::Literal(text) => {
                    filled.expose_mut().extend_from_slice(text.as_bytes())
                }
                TemplatePart::Reference { reference, filter } => {
                    let mut value = find(reference).map_err(FillError::Value)?;
                    if let Some(filter) = filter {
                        value = filter.apply(&value).map_err(FillError::NotText)?;
                    }
                    // Exposed to be joined with the text around it.
                    filled.expose_mut().extend_from_slice(value.expose());
                }
            }
        }
        Ok(filled)
    }
}

/// As [`Template::parse`] reads it.
impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reference) = self.alone() {
            return write!(out, "{reference}");
        }
        self.parts.iter().try_for_each(|part| match part {
            TemplatePart::Literal(text) => out.write_str(text),
            TemplatePart::Reference {
                reference,
                filter: None,
            } => write!(out, "{{{{{reference}}}}}"),
            TemplatePart::Reference {
                reference,
                filter: Some(filter),
            } => write!(out, "{{{{{reference}|{}}}}}", filter.name()),
        })
    }
}

impl ValueFilter {
    /// Every filter.
    pub const ALL: [Self; 4] = [Self::Url, Self::Json, Self::Base64, Self::Raw];

    /// Its name in a template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Json => "json",
            Self::Base64 => "base64",
            Self::Raw => "raw",
        }
    }

    /// Writes a value.
    ///
    /// # Errors
    /// The filter writes text, and the value is none.
    pub fn apply(self, value: &SecretBytes) -> Result<SecretBytes, NotText> {
        // Exposed to be written in another form, again into a secret.
        let bytes = value.expose();
        let written = match self {
            Self::Url => percent_encode(bytes, URL_ENCODED).to_string(),
            Self::Base64 => BASE64.encode(bytes),
            Self::Raw => return Ok(value.duplicate()),
            Self::Json => {
                let text = std::str::from_utf8(bytes).map_err(|_| NotText)?;
                let mut quoted = serde_json::to_string(text).map_err(|_| NotText)?;
                quoted.pop();
                quoted.remove(0);
                quoted
            }
        };
        Ok(SecretBytes::new(written.into_bytes()))
    }
}

/// What stands between `{{` and `}}`.
fn filled(inside: &str) -> Result<TemplatePart, String> {
    let (text, filter) = match inside.split_once('|') {
        None => (inside, None),
        Some((text, name)) => {
            let filter = ValueFilter::ALL
                .into_iter()
                .find(|filter| filter.name() == name.trim_matches(' '))
                .ok_or("one of the filters url, json, base64 and raw after |")?;
            (text, Some(filter))
        }
    };
    Ok(TemplatePart::Reference {
        reference: reference(text.trim_matches(' '))?,
        filter,
    })
}

/// Stricter than [`Reference::parse`]: a typing mistake in a committed file must not become
/// a part of a name.
fn reference(text: &str) -> Result<Reference, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-%/:".contains(c);
    if !text.chars().all(plain) {
        return Err("a reference with all but A-Z a-z 0-9 . _ - written as %XX".into());
    }
    Reference::parse(text).map_err(|error| format!("a reference: {error}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(text: &str, filter: Option<ValueFilter>) -> TemplatePart {
        TemplatePart::Reference {
            reference: Reference::parse(text).unwrap(),
            filter,
        }
    }

    #[test]
    fn references_alone_and_inside_text() {
        assert_eq!(
            Template::parse("kh://a/b/c/d").unwrap().parts,
            [part("kh://a/b/c/d", None)]
        );
        assert_eq!(
            Template::parse("x{{kh:a|url}}{{ kh://p/e/b }}y")
                .unwrap()
                .parts,
            [
                TemplatePart::Literal("x".into()),
                part("kh:a", Some(ValueFilter::Url)),
                part("kh://p/e/b", None),
                TemplatePart::Literal("y".into()),
            ]
        );
        assert_eq!(
            Template::parse("{{name}} {{ {{kh:a}}").unwrap().parts,
            [
                TemplatePart::Literal("{{name}} {{ ".into()),
                part("kh:a", None)
            ]
        );
    }

    #[test]
    fn other_references_leave_the_text_around_them() {
        let template = Template::parse("{{{{ kh:a | url }}}}{{kh:b}}").unwrap();
        let change = |reference: &Reference| {
            (reference.name == "a").then(|| Reference::parse("kh:c%20d").unwrap())
        };
        let changed = template.changed(change).unwrap();
        assert_eq!(changed.to_string(), "{{{{kh:c%20d|url}}}}{{kh:b}}");
        assert_eq!(changed.changed(change), None);
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "kh:",
            "kh:a|url",
            "kh:a b",
            "kh://a/b",
            "{{kh:a",
            "{{kh:a|upper}}",
            "{{kh:a|url|json}}",
            "{{kh:}}",
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_template_s_mistakes_have_a_place_and_its_beginning_is_text() {
        let whole = Template::inside("kh:a {{kh:b}}").unwrap();
        assert_eq!(
            whole.parts,
            [TemplatePart::Literal("kh:a ".into()), part("kh:b", None)]
        );
        for (text, at) in [("{{kh:a}}\n {{kh:b", 10), ("x{{kh:a|upper}}", 1)] {
            assert_eq!(Template::inside(text).unwrap_err().0, at, "{text}");
        }
    }

    #[test]
    fn filters_write_what_their_place_needs() {
        let apply = |filter: ValueFilter, value: &[u8]| {
            filter
                .apply(&SecretBytes::copy_of(value))
                .map(|secret| String::from_utf8(secret.expose().clone()).unwrap())
        };
        assert_eq!(
            apply(ValueFilter::Url, b"p@ss/~ \xff").unwrap(),
            "p%40ss%2F~%20%FF"
        );
        assert_eq!(
            apply(ValueFilter::Json, b"a\"\n\\").unwrap(),
            "a\\\"\\n\\\\"
        );
        assert_eq!(apply(ValueFilter::Base64, b"\xff\xfe").unwrap(), "//4=");
        assert_eq!(apply(ValueFilter::Json, b"\xff"), Err(NotText));
        assert_eq!(apply(ValueFilter::Raw, b"a\"\n\\").unwrap(), "a\"\n\\");
    }

    #[test]
    fn results_are_not_read_again() {
        let template = Template::parse("{{kh:a}}-{{kh:b|base64}}").unwrap();
        let filled = template
            .fill::<()>(|_| Ok(SecretBytes::copy_of(b"{{kh:b}}")))
            .unwrap();
        assert_eq!(filled.expose(), b"{{kh:b}}-e3traDpifX0=");
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "(.|\\{\\{|\\}\\}|kh:|\\|)*") {
            let _ = Template::parse(&text);
        }

        #[test]
        fn what_is_written_reads_the_same(text in "(.|\\{\\{|\\}\\}|\\{\\{kh:a(\\|url)?\\}\\})*") {
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(Template::parse(&template.to_string()), Ok(template));
            }
        }

        #[test]
        fn text_without_references_stays_as_it_is(text in "[^k]*") {
            let template = Template::parse(&text).unwrap();
            let filled = template.fill(|_| Err(())).unwrap();
            prop_assert_eq!(filled.expose(), text.as_bytes());
        }
    }
}
