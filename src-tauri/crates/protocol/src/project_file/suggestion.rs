//! What stands in a text as text, and what of it was probably to be a reference.

use super::template::{Template, TemplatePart};
use crate::Reference;

/// A text in braces that is no reference, and the one that was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// As it stands, with its braces.
    pub written: String,
    /// As a reference is written.
    pub reference: String,
}

impl Template {
    /// What stands in it besides the references.
    #[must_use]
    pub fn literal(&self) -> String {
        self.literals().collect()
    }

    /// The first name in braces that lacks its `kh:`.
    #[must_use]
    pub fn suggestion(&self) -> Option<Suggestion> {
        self.literals().find_map(in_braces)
    }

    fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Literal(text) => Some(text.as_str()),
            TemplatePart::Reference { .. } => None,
        })
    }
}

fn in_braces(text: &str) -> Option<Suggestion> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let inside = after.split_once("}}").map(|(inside, _)| inside);
        if let Some(meant) = inside.and_then(without_scheme) {
            return Some(meant);
        }
        rest = after;
    }
    None
}

fn without_scheme(inside: &str) -> Option<Suggestion> {
    let (name, filter) = match inside.split_once('|') {
        Some((name, filter)) => (
            name.trim_matches(' '),
            format!("|{}", filter.trim_matches(' ')),
        ),
        None => (inside.trim_matches(' '), String::new()),
    };
    let named = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let scheme = match name.split('/').count() {
        1 | 2 => "kh:",
        _ => "kh://",
    };
    let reference = format!("{{{{{scheme}{name}{filter}}}}}");
    (named && Reference::parse(&format!("{scheme}{name}")).is_ok()).then(|| Suggestion {
        written: format!("{{{{{inside}}}}}"),
        reference,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_braces_was_probably_a_reference() {
        let meant = |text: &str| Some(Template::parse(text).unwrap().suggestion()?.reference);
        for (text, reference) in [
            ("{{STRIPE}}", "{{kh:STRIPE}}"),
            ("x {{ aws/secret | url }} y", "{{kh:aws/secret|url}}"),
            ("{{shop/dev/stripe}}", "{{kh://shop/dev/stripe}}"),
            ("{{kh:a}}{{b}}", "{{kh:b}}"),
            ("{{ {{b}}", "{{kh:b}}"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(reference), "{text}");
        }
        for text in [
            "{{kh:a}}",
            "{{}}",
            "{{ .Values.x }}",
            "{{#if}}",
            "{{a b}}",
            "{b}",
            "a//b",
        ] {
            assert_eq!(meant(text), None, "{text}");
        }
    }

    #[test]
    fn the_text_around_references() {
        let template = Template::parse("postgres://app:{{kh:pw|url}}@host").unwrap();
        assert_eq!(template.literal(), "postgres://app:@host");
    }
}
