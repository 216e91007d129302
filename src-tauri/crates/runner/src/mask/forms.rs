//! The forms in which a value may be printed, and how each may begin.
//!
//! Base64 and hex: RFC 4648. Percent-encoding: RFC 3986, and `+` for a space as in HTML forms.
//! Escapes: RFC 8259, and a backslash before any other character, as in shells.

mod base64;
mod read;

use base64::{Sextet, sextet};

pub(super) use read::find;

/// How many bytes of a form it is looked up by. No form is shorter.
pub(super) const PREFIX: usize = size_of::<u32>();

/// A way to write a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ValueForm {
    /// Unchanged.
    Text,
    /// `%XX`, or `+` for a space.
    Percent,
    /// With backslashes.
    Escaped,
    /// Two digits for each byte.
    Hex,
    /// Base64 of a text in which this many bytes, modulo three, come before the value.
    Base64(usize),
}

/// A value without the line breaks around it, which are not visible.
pub(super) fn without_outer_breaks(value: &[u8]) -> &[u8] {
    let first = value.iter().position(|byte| !is_break(*byte));
    let last = value.iter().rposition(|byte| !is_break(*byte));
    match (first, last) {
        (Some(first), Some(last)) => &value[first..=last],
        _ => &[],
    }
}

/// The forms that differ for this value.
pub(super) fn of(value: &[u8]) -> Vec<ValueForm> {
    let mut forms = vec![ValueForm::Text, ValueForm::Hex];
    forms.extend((0..3).map(ValueForm::Base64));
    if !value.iter().all(u8::is_ascii_alphanumeric) {
        forms.extend([ValueForm::Percent, ValueForm::Escaped]);
    }
    forms
}

/// Every way in which a form of a value may begin.
pub(super) fn begins(form: ValueForm, value: &[u8]) -> Vec<[u8; PREFIX]> {
    let mut begins: Vec<Vec<u8>> = vec![Vec::new()];
    for ways in first_pieces(form, value) {
        let longer = |begin: &Vec<u8>| -> Vec<Vec<u8>> {
            if begin.len() >= PREFIX {
                return vec![begin.clone()];
            }
            let join = |way: &Vec<u8>| [begin.as_slice(), way].concat();
            ways.iter().map(join).collect()
        };
        begins = begins.iter().flat_map(longer).collect();
    }
    let mut keys: Vec<[u8; PREFIX]> = begins
        .iter()
        .filter_map(|begin| begin.first_chunk().copied())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// For each of the first pieces of a value, the ways in which it may be written, each at least
/// one byte long.
fn first_pieces(form: ValueForm, value: &[u8]) -> Vec<Vec<Vec<u8>>> {
    match form {
        ValueForm::Hex => {
            let digits = |byte: &u8| {
                let (high, low) = (digit_ways(byte >> 4), digit_ways(byte & 15));
                [high, low]
            };
            value.iter().take(PREFIX / 2).flat_map(digits).collect()
        }
        ValueForm::Base64(before) => (before..before + PREFIX)
            .map(|at| {
                let expected = Sextet::of(value, before, at);
                let fits = |byte: &u8| sextet(*byte).is_some_and(|bits| expected.is(bits));
                let ways = (0..=u8::MAX).filter(fits);
                ways.map(|byte| vec![byte]).collect()
            })
            .collect(),
        ValueForm::Text | ValueForm::Percent | ValueForm::Escaped => {
            let pieces = value.utf8_chunks().flat_map(|chunk| {
                let bytes = chunk.invalid().iter().map(|byte| vec![*byte]);
                let chars = chunk.valid().chars().map(|c| c.to_string().into_bytes());
                chars.chain(bytes)
            });
            pieces
                .take(PREFIX)
                .map(|piece| ways(form, &piece))
                .collect()
        }
    }
}

fn digit_ways(digit: u8) -> Vec<Vec<u8>> {
    let lower = char::from_digit(digit.into(), 16).unwrap_or_default();
    [lower, lower.to_ascii_uppercase()]
        .map(|digit| digit.to_string().into_bytes())
        .to_vec()
}

/// The ways to write one character, or one byte that is not part of a character.
fn ways(form: ValueForm, piece: &[u8]) -> Vec<Vec<u8>> {
    let mut ways = vec![piece.to_vec()];
    if piece == b"\n" {
        ways.push(b"\r\n".to_vec());
    }
    match form {
        ValueForm::Percent => {
            let percent = |byte: &u8, upper: bool| {
                let text = if upper {
                    format!("%{byte:02X}")
                } else {
                    format!("%{byte:02x}")
                };
                text.into_bytes()
            };
            for upper in [true, false] {
                ways.push(piece.iter().flat_map(|byte| percent(byte, upper)).collect());
            }
            if piece == b" " {
                ways.push(b"+".to_vec());
            }
        }
        ValueForm::Escaped => ways.extend(escapes(piece)),
        ValueForm::Text | ValueForm::Hex | ValueForm::Base64(_) => {}
    }
    ways
}

fn escapes(piece: &[u8]) -> Vec<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(piece) else {
        return Vec::new();
    };
    let lower: String = text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect();
    let upper: String = text.encode_utf16().map(|u| format!("\\u{u:04X}")).collect();
    let short = match piece {
        b"\n" => "\\n".into(),
        b"\r" => "\\r".into(),
        b"\t" => "\\t".into(),
        [8] => "\\b".into(),
        [12] => "\\f".into(),
        _ => format!("\\{text}"),
    };
    [lower, upper, short].map(String::into_bytes).to_vec()
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
