//! A secret typed in a window, taken out of the call's JSON into a [`Secret`] at once.

use std::fmt;

use keyhaven_secret::{Secret, SecretBytes, SecretString};
use serde::de::{Deserialize, Deserializer, Visitor};

/// Text typed in a window. It can only be read into a [`Secret`], and does not print.
#[derive(Debug)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
pub struct SecretInput(SecretString);

impl SecretInput {
    /// The text as a frame's bytes.
    pub fn into_bytes(self) -> SecretBytes {
        self.0.into()
    }

    /// The text, for checks that must see it.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl<'de> Deserialize<'de> for SecretInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(SecretInputVisitor)
    }
}

struct SecretInputVisitor;

impl Visitor<'_> for SecretInputVisitor {
    type Value = SecretInput;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<SecretInput, E> {
        Ok(SecretInput(Secret::new(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<SecretInput, E> {
        Ok(SecretInput(Secret::new(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_does_not_print_and_is_kept_exactly() {
        let typed: SecretInput = serde_json::from_str(r#""p\u00e4ss \n""#).unwrap();
        assert!(!format!("{typed:?}").contains("ss"));
        assert_eq!(typed.into_bytes().expose(), "p\u{e4}ss \n".as_bytes());
    }
}
