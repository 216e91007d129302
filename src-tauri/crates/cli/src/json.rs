//! The one writer of JSON: what a terminal would obey, or a person could not see, leaves as
//! `\u` escapes (RFC 8259, 7), which every reader takes for the same text.

use std::io::{self, Write};

use keyhaven_rules::text::is_invisible;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// A serializer that appends to `out`.
pub fn serializer(out: &mut Vec<u8>) -> Serializer<&mut Vec<u8>, VisibleText> {
    Serializer::with_formatter(out, VisibleText)
}

/// One document.
pub fn document(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    value.serialize(&mut serializer(&mut out))?;
    Ok(out)
}

/// Compact JSON without invisible characters but the space.
pub struct VisibleText;

impl Formatter for VisibleText {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_invisible(*c)) {
            writer.write_all(&fragment.as_bytes()[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        let written = |text: &str| String::from_utf8(document(&text).unwrap()).unwrap();
        assert_eq!(
            written("a\u{9b}31m\u{202e}b\u{7f}\u{200b}\x1b\n\"ä 日"),
            r#""a\u009b31m\u202eb\u007f\u200b\u001b\n\"ä 日""#
        );
        assert_eq!(written("\u{e0041}"), r#""\udb40\udc41""#);
    }

    proptest! {
        #[test]
        fn readers_get_the_same_text_and_terminals_nothing_to_obey(
            name in "\\PC{0,4}[\u{1}-\u{1f}\u{7f}-\u{a0}\u{200b}-\u{202e}\u{feff}\u{e0041}]{0,3}\\PC{0,4}",
            text in any::<String>(),
        ) {
            let map = std::collections::BTreeMap::from([(name, text)]);
            let written = document(&map).unwrap();
            prop_assert_eq!(&serde_json::from_slice::<std::collections::BTreeMap<_, _>>(&written).unwrap(), &map);
            let written = String::from_utf8(written).unwrap();
            prop_assert!(!written.chars().any(is_invisible), "{}", written);
        }
    }
}
