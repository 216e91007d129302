//! Characters in a value that nobody sees and few people mean: what a web page or a chat adds
//! to a key that is copied from it.

use serde::{Deserialize, Serialize};

use crate::text::is_invisible;

/// The invisible characters in a value that otherwise looks like a token, each once, by name:
/// `U+200B ZERO WIDTH SPACE`. Control characters are not among them: a key file has line
/// breaks. Text is left alone: emoji and some scripts need such characters.
#[must_use]
pub fn hidden_in_token(value: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(value) else {
        return Vec::new();
    };
    let is_hidden = |c: &char| is_invisible(*c) && !c.is_control();
    let is_of_token = |c: char| c.is_ascii_graphic() || is_hidden(&c);
    if text.is_ascii() || !text.chars().all(is_of_token) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for name in text.chars().filter(is_hidden).map(named) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// What people do not see at the ends of a line.
const BLANKS: [char; 2] = [' ', '\t'];

/// Where a value that otherwise looks like a token has blanks (spaces, tabs) that came with a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlankEnds {
    /// Before it.
    Start,
    /// After it.
    End,
    /// On both sides.
    Both,
}

/// Whether a value that otherwise looks like a token begins or ends with a blank. Text is left
/// alone, and so are line breaks: a key file ends with one.
#[must_use]
pub fn blank_ends_of_token(value: &[u8]) -> Option<BlankEnds> {
    let text = std::str::from_utf8(value).ok()?;
    let token = text.trim_matches(BLANKS);
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        return None;
    }
    match (text.starts_with(BLANKS), text.ends_with(BLANKS)) {
        (true, true) => Some(BlankEnds::Both),
        (true, false) => Some(BlankEnds::Start),
        (false, true) => Some(BlankEnds::End),
        (false, false) => None,
    }
}

fn named(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    match name(c) {
        Some(name) => format!("{code} {name}"),
        None => code,
    }
}

/// The names of those that are met, as in the Unicode Character Database.
const fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' => "NO-BREAK SPACE",
        '\u{ad}' => "SOFT HYPHEN",
        '\u{34f}' => "COMBINING GRAPHEME JOINER",
        '\u{61c}' => "ARABIC LETTER MARK",
        '\u{2002}' => "EN SPACE",
        '\u{2003}' => "EM SPACE",
        '\u{2007}' => "FIGURE SPACE",
        '\u{2009}' => "THIN SPACE",
        '\u{200a}' => "HAIR SPACE",
        '\u{200b}' => "ZERO WIDTH SPACE",
        '\u{200c}' => "ZERO WIDTH NON-JOINER",
        '\u{200d}' => "ZERO WIDTH JOINER",
        '\u{200e}' => "LEFT-TO-RIGHT MARK",
        '\u{200f}' => "RIGHT-TO-LEFT MARK",
        '\u{2028}' => "LINE SEPARATOR",
        '\u{2029}' => "PARAGRAPH SEPARATOR",
        '\u{202a}' => "LEFT-TO-RIGHT EMBEDDING",
        '\u{202b}' => "RIGHT-TO-LEFT EMBEDDING",
        '\u{202c}' => "POP DIRECTIONAL FORMATTING",
        '\u{202d}' => "LEFT-TO-RIGHT OVERRIDE",
        '\u{202e}' => "RIGHT-TO-LEFT OVERRIDE",
        '\u{202f}' => "NARROW NO-BREAK SPACE",
        '\u{2060}' => "WORD JOINER",
        '\u{2066}' => "LEFT-TO-RIGHT ISOLATE",
        '\u{2067}' => "RIGHT-TO-LEFT ISOLATE",
        '\u{2068}' => "FIRST STRONG ISOLATE",
        '\u{2069}' => "POP DIRECTIONAL ISOLATE",
        '\u{3000}' => "IDEOGRAPHIC SPACE",
        '\u{feff}' => "ZERO WIDTH NO-BREAK SPACE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_in_a_token_is_named_once() {
        for (value, expected) in [
            ("sk_1\u{200b}", &["U+200B ZERO WIDTH SPACE"][..]),
            ("\u{feff}sk_1", &["U+FEFF ZERO WIDTH NO-BREAK SPACE"]),
            ("sk\u{a0}1\u{a0}", &["U+00A0 NO-BREAK SPACE"]),
            (
                "\u{202e}sk\u{2069}",
                &[
                    "U+202E RIGHT-TO-LEFT OVERRIDE",
                    "U+2069 POP DIRECTIONAL ISOLATE",
                ],
            ),
            ("sk\u{e0041}", &["U+E0041"]),
        ] {
            assert_eq!(hidden_in_token(value.as_bytes()), expected, "{value:?}");
        }
    }

    #[test]
    fn text_and_bytes_are_left_alone() {
        for value in [
            "sk_test_1",
            "",
            "two words\u{a0}",
            "-----BEGIN KEY-----\nMII\n",
            "Grüße\u{a0}",
            "👩\u{200d}💻",
        ] {
            assert!(hidden_in_token(value.as_bytes()).is_empty(), "{value:?}");
        }
        assert!(hidden_in_token(b"\xff\xe2\x80\x8b").is_empty());
    }

    #[test]
    fn blanks_at_the_ends_of_a_token_are_noticed() {
        for (value, expected) in [
            (" sk_1", Some(BlankEnds::Start)),
            ("sk_1\t ", Some(BlankEnds::End)),
            (" sk_1 ", Some(BlankEnds::Both)),
            ("sk_1", None),
            ("two words ", None),
            ("sk_1\n", None),
            ("Gr\u{fc}\u{df}e ", None),
            ("  ", None),
            ("", None),
        ] {
            assert_eq!(blank_ends_of_token(value.as_bytes()), expected, "{value:?}");
        }
        assert_eq!(blank_ends_of_token(b" \xff "), None);
    }
}
