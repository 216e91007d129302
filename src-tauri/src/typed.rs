//! A secret typed in a window, taken out of the call's JSON into a [`Secret`] at once.

use std::fmt;

use keyhaven_secret::{Secret, SecretBytes, SecretString};
use serde::de::{Deserialize, Deserializer, Visitor};

/// Text typed in a window. It can only be read into a [`Secret`], and does not print.
#[derive(Debug)]
pub struct Typed(SecretString);

impl Typed {
    /// The text as a frame's bytes.
    pub fn into_bytes(self) -> SecretBytes {
        self.0.into()
    }

    /// The text, for checks that must see it.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(TypedVisitor)
    }
}

struct TypedVisitor;

impl Visitor<'_> for TypedVisitor {
    type Value = Typed;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Typed, E> {
        Ok(Typed(Secret::new(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Typed, E> {
        Ok(Typed(Secret::new(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_does_not_print_and_is_kept_exactly() {
        let typed: Typed = serde_json::from_str(r#""p\u00e4ss \n""#).unwrap();
        assert!(!format!("{typed:?}").contains("ss"));
        assert_eq!(typed.into_bytes().expose(), "p\u{e4}ss \n".as_bytes());
    }
}
