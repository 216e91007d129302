//! The values of a directory file: text with references in it.

use std::fmt;

use keyhaven_rules::Expected;
use keyhaven_secret::SecretBytes;

use super::filter::{FilterError, ValueFilter};
use crate::Reference;
use crate::reference::ReferenceError;

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

/// Why a template could not be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillError<E> {
    /// A filter cannot write a value.
    Filter(FilterError),
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
    pub fn parse(text: &str) -> Result<Self, Expected> {
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
    pub fn inside(text: &str) -> Result<Self, (usize, Expected)> {
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
            let end = after.find("}}").ok_or((at, Expected::ClosingBraces))?;
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

    /// How many bytes [`Template::fill`] gives, without making them; none where that is more
    /// than so many, as soon as it is known. `measure` gives the length of a value as a filter
    /// writes it.
    ///
    /// # Errors
    /// `measure` failed.
    pub fn length<E>(
        &self,
        most: usize,
        mut measure: impl FnMut(&Reference, Option<ValueFilter>) -> Result<usize, E>,
    ) -> Result<Option<usize>, E> {
        let mut length: usize = 0;
        for part in &self.parts {
            length += match part {
                TemplatePart::Literal(text) => text.len(),
                TemplatePart::Reference { reference, filter } => measure(reference, *filter)?,
            };
            if length > most {
                return Ok(None);
            }
        }
        Ok(Some(length))
    }

    /// The value, with what `find` gives for each reference. So many bytes are allocated at
    /// once, best as many as [`Template::length`] counts.
    ///
    /// # Errors
    /// `find` failed, or a filter cannot write the value it returned.
    pub fn fill<'v, E>(
        &self,
        length: usize,
        mut find: impl FnMut(&Reference) -> Result<&'v SecretBytes, E>,
    ) -> Result<SecretBytes, FillError<E>> {
        let mut filled = SecretBytes::new(Vec::with_capacity(length));
        for part in &self.parts {
            match part {
                TemplatePart::Literal(text) => {
                    filled.expose_mut().extend_from_slice(text.as_bytes())
                }
                TemplatePart::Reference { reference, filter } => {
                    let value = find(reference).map_err(FillError::Value)?;
                    let written = filter.map(|filter| filter.apply(value)).transpose();
                    let written = written.map_err(FillError::Filter)?;
                    // Exposed to be joined with the text around it.
                    let value = written.as_ref().unwrap_or(value).expose();
                    filled.expose_mut().extend_from_slice(value);
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

/// What stands between `{{` and `}}`.
fn filled(inside: &str) -> Result<TemplatePart, Expected> {
    let (text, filter) = match inside.split_once('|') {
        None => (inside, None),
        Some((text, name)) => {
            let filter = ValueFilter::all()
                .find(|filter| filter.name() == name.trim_matches(' '))
                .ok_or(Expected::Filter)?;
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
fn reference(text: &str) -> Result<Reference, Expected> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-%/:".contains(c);
    if !text.chars().all(plain) {
        return Err(Expected::EncodedReference);
    }
    Reference::parse(text).map_err(ReferenceError::expected)
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
    fn results_are_not_read_again() {
        let template = Template::parse("{{kh:a}}-{{kh:b|base64}}").unwrap();
        let value = SecretBytes::copy_of(b"{{kh:b}}");
        let filled = template.fill::<()>(0, |_| Ok(&value)).unwrap();
        assert_eq!(filled.expose(), b"{{kh:b}}-e3traDpifX0=");
    }

    #[test]
    fn what_is_too_long_is_not_measured_to_its_end() {
        let template = Template::parse(&"{{kh:a|json}}".repeat(4096)).unwrap();
        let mut measured = 0;
        let length = template.length::<()>(1000, |_, _| {
            measured += 1;
            Ok(300)
        });
        assert_eq!((length, measured), (Ok(None), 4));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "(.|\\{\\{|\\}\\}|kh:|\\|)*") {
            let _ = Template::parse(&text);
        }

        #[test]
        fn a_length_is_known_before_anything_is_made(
            text in "[a-z{]{0,9}",
            value in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..64),
                "(\\PC|[\\x00-\\x7f])*".prop_map(String::into_bytes),
            ],
        ) {
            let value = SecretBytes::new(value);
            let names: Vec<String> = ValueFilter::all()
                .map(|filter| format!("|{}", filter.name()))
                .collect();
            for filter in names.iter().map(String::as_str).chain([""]) {
                let template = format!("{text} {{{{kh:a{filter}}}}}{{{{kh:b{filter}}}}}");
                let template = Template::parse(&template).unwrap();
                let measure = |_: &Reference, filter| ValueFilter::written_length(filter, &value);
                let length = template.length(usize::MAX, measure).map(Option::unwrap);
                let filled = template.fill::<()>(0, |_| Ok(&value));
                let filled = filled.map(|filled| filled.expose().len());
                prop_assert_eq!(length.map_err(FillError::Filter), filled);
                if let Ok(length) = length {
                    prop_assert_eq!(template.length(length, measure), Ok(Some(length)));
                    prop_assert_eq!(template.length(length - 1, measure), Ok(None));
                }
            }
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
            let filled = template.fill(0, |_| Err(())).unwrap();
            prop_assert_eq!(filled.expose(), text.as_bytes());
        }
    }
}
