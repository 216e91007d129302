//! Names of records: which may be given, in which form they are stored, and which can be taken
//! for each other.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::text::{is_invisible, shapes_neighbours};

/// The longest name of a record, in bytes of UTF-8.
pub const MAX_NAME: usize = 128;

/// Why a text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum NameFault {
    /// It is empty.
    Empty,
    /// It has more than [`MAX_NAME`] bytes.
    TooLong,
    /// It has a slash, which separates names.
    Slash,
    /// It begins or ends with a space.
    SpaceAtEnd,
    /// It has a character that cannot be seen, other than those that emoji and some scripts
    /// need.
    Invisible,
}

/// Checks whether a text can be the name of a project, environment, credential, field or
/// profile.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_name(text: &str) -> Result<(), NameFault> {
    let invisible = |c: char| is_invisible(c) && !shapes_neighbours(c);
    match text {
        "" => Err(NameFault::Empty),
        text if text.chars().any(invisible) => Err(NameFault::Invisible),
        text if text.trim() != text => Err(NameFault::SpaceAtEnd),
        text if text.contains('/') => Err(NameFault::Slash),
        text if text.len() > MAX_NAME => Err(NameFault::TooLong),
        _ => Ok(()),
    }
}

/// The form in which a new name is stored: NFC (UAX 15), so that one name has one spelling.
#[must_use]
pub fn normal(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || unicode_normalization::is_nfc(name) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.nfc().collect())
}

/// What a name looks like (UTS 39, skeleton): two names with one look can be taken for each
/// other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Look(String);

impl Look {
    /// The look of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(skeleton(&normal(name)).collect())
    }

    /// Whether a name has this look. That costs only as much as they have in common.
    #[must_use]
    pub fn is_of(&self, name: &str) -> bool {
        skeleton(&normal(name)).eq(self.0.chars())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_that_cannot_be_one_is_refused_with_the_reason() {
        for (name, expected) in [
            ("stripe", Ok(())),
            ("a b:c%", Ok(())),
            ("👩\u{200d}💻", Ok(())),
            ("", Err(NameFault::Empty)),
            (&"x".repeat(129), Err(NameFault::TooLong)),
            ("a/b", Err(NameFault::Slash)),
            (" a", Err(NameFault::SpaceAtEnd)),
            ("a\u{200b}", Err(NameFault::Invisible)),
            ("a\nb", Err(NameFault::Invisible)),
        ] {
            assert_eq!(check_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn one_name_has_one_spelling() {
        assert_eq!(normal("cafe\u{301}"), "caf\u{e9}");
        assert!(matches!(normal("stripe"), Cow::Borrowed(_)));
        assert!(matches!(normal("caf\u{e9}"), Cow::Borrowed(_)));
    }

    #[test]
    fn names_that_can_be_taken_for_each_other_have_one_look() {
        for (one, other) in [
            ("stripe", "str\u{456}pe"),
            ("cafe\u{301}", "caf\u{e9}"),
            ("modem", "modern"),
            ("key_l", "key_1"),
        ] {
            assert_eq!(Look::of(one), Look::of(other), "{one} {other}");
            assert!(Look::of(one).is_of(other), "{one} {other}");
        }
        for (one, other) in [("stripe", "strype"), ("Stripe", "stripe"), ("a-b", "a_b")] {
            assert_ne!(Look::of(one), Look::of(other), "{one} {other}");
            assert!(!Look::of(one).is_of(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn the_stored_form_is_stable(name in "\\PC{0,12}") {
            let once = normal(&name).into_owned();
            prop_assert_eq!(normal(&once), once.as_str());
            prop_assert_eq!(Look::of(&once), Look::of(&name));
        }
    }
}
