//! Characters that a reader cannot see, or that make a text read differently from its bytes.

use std::borrow::Cow;
use std::collections::HashSet;

/// Whether a character has no visible shape, or controls how the text around it is shown.
///
/// By properties of Unicode 16: general category `Cc`, `Default_Ignorable_Code_Point`
/// (zero-width characters, joiners, fillers, `Bidi_Control`), and `White_Space` except for
/// U+0020.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
            | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether an invisible character selects the shape of its neighbours, as emoji and some
/// scripts need: `Join_Control` and `Variation_Selector` of Unicode 16.
#[must_use]
pub const fn shapes_neighbours(c: char) -> bool {
    matches!(
        c,
        '\u{200c}'..='\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Leaves each text of a list once, where it stands first.
pub fn each_once(list: &mut Vec<String>) {
    let mut known = HashSet::new();
    list.retain(|text| known.insert(text.clone()));
}

/// The text with every invisible character escaped (`\n`, `\u{202e}`), so that it can be
/// shown on a terminal or in a confirmation exactly as it is.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    // Most texts are printable ASCII, and listings ask for every cell.
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_invisible(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// All characters whose properties match, by the tables of the crate `regex`.
    fn with_properties(properties: &str) -> impl Fn(char) -> bool {
        let pattern = Regex::new(&format!(r"\A[{properties}]\z")).unwrap();
        move |c| pattern.is_match(c.encode_utf8(&mut [0; 4]))
    }

    #[test]
    fn every_character_is_judged_by_its_unicode_properties() {
        let expected = with_properties(
            r"\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{White_Space}&&[^\x20]",
        );
        for c in '\0'..=char::MAX {
            assert_eq!(is_invisible(c), expected(c), "{c:?}");
        }
    }

    #[test]
    fn what_shapes_neighbours_follows_from_unicode_properties() {
        let expected = with_properties(r"\p{Join_Control}\p{Variation_Selector}");
        for c in '\0'..=char::MAX {
            assert_eq!(shapes_neighbours(c), expected(c), "{c:?}");
            assert!(!shapes_neighbours(c) || is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn invisible_characters_are_escaped() {
        for (text, shown) in [
            ("ordinary ä 日本", "ordinary ä 日本"),
            ("a\x1b[2Jb\n", r"a\u{1b}[2Jb\n"),
            ("\u{202e}txt\u{9b}31m", r"\u{202e}txt\u{9b}31m"),
            ("a\u{200b}b\u{2003}c", r"a\u{200b}b\u{2003}c"),
            ("a\u{a0}b\u{e0041}", r"a\u{a0}b\u{e0041}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    proptest! {
        #[test]
        fn nothing_invisible_is_left(text in "\\PC{0,8}[\u{1b}\u{202e}\u{200b}\u{a0}]?\\PC{0,8}") {
            prop_assert!(!visible(&text).chars().any(is_invisible));
        }
    }
}
