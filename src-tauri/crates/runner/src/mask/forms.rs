//! The forms in which a value may be printed, and how each may begin.
//!
//! Base64, base32 and hex: RFC 4648. Percent-encoding: RFC 3986, and `+` for a space as in HTML
//! forms. Escapes: RFC 8259, `\xNN` and octal as in Python, Perl and C, and a backslash before
//! any other character, as in shells. Quoted-printable: RFC 2045, 6.7. HTML: character
//! references. Numbers: lists, and dumps as of `xxd`, `hexdump` and `od`.

mod digits;
mod html;
mod numbers;
mod output;
mod read;
mod units;

use digits::{Alphabet, Digit};
use numbers::NumberBase;

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
    /// With character references.
    Html,
    /// Quoted-printable.
    Quoted,
    /// Two digits for each byte.
    Hex,
    /// A number for each byte, with something in between.
    Numbers(NumberBase),
    /// In an alphabet of 64 or 32 characters, of a text in which this many bytes, modulo the
    /// length of a group, come before the value.
    Digits(Alphabet, usize),
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

/// The forms in which a value is looked for. Lists of few numbers are also what a program
/// prints that counts: `1234` would be 49, 50, 51, 52, or 31, 32, 33, 34 in hex.
pub(super) fn of(value: &[u8]) -> impl Iterator<Item = ValueForm> {
    const SHORTEST_LIST: usize = 8;
    let is_long = value.len() >= SHORTEST_LIST;
    all().filter(move |form| match form {
        ValueForm::Numbers(base) => is_long || *base == NumberBase::Characters,
        _ => true,
    })
}

/// Whether something in the output could mean something else in this form than as it is; true
/// for forms without signs.
pub(super) fn has_sign(form: ValueForm, output: &[u8]) -> bool {
    let has = |sign: u8| output.contains(&sign);
    match form {
        ValueForm::Percent => has(b'%') || has(b'+'),
        form => units::sign(form).is_none_or(has),
    }
}

fn all() -> impl Iterator<Item = ValueForm> {
    let signs = [
        ValueForm::Text,
        ValueForm::Percent,
        ValueForm::Escaped,
        ValueForm::Html,
        ValueForm::Quoted,
        ValueForm::Hex,
    ];
    let numbers = NumberBase::ALL.map(ValueForm::Numbers);
    let digits = Alphabet::ALL.into_iter().flat_map(|alphabet| {
        let alignments = 0..alphabet.group();
        alignments.map(move |before| ValueForm::Digits(alphabet, before))
    });
    signs.into_iter().chain(numbers).chain(digits)
}

/// Every way in which a form of a value may begin.
pub(super) fn begins(form: ValueForm, value: &[u8]) -> Vec<[u8; PREFIX]> {
    let mut begins: Vec<Vec<u8>> = vec![Vec::new()];
    if let ValueForm::Numbers(base) = form {
        begins = numbers::begins(base, value);
    }
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
        ValueForm::Digits(alphabet, before) => {
            let first = alphabet.first(before);
            let places = first..first + PREFIX;
            let ways = places.map(|at| {
                let expected = Digit::of(alphabet, value, before, at);
                let fits = |byte: &u8| alphabet.bits(*byte).is_some_and(|bits| expected.is(bits));
                let ways = (0..=u8::MAX).filter(fits);
                ways.map(|byte| vec![byte]).collect()
            });
            ways.collect()
        }
        ValueForm::Numbers(_) => Vec::new(),
        ValueForm::Text
        | ValueForm::Percent
        | ValueForm::Escaped
        | ValueForm::Html
        | ValueForm::Quoted => {
            let pieces = value.utf8_chunks().flat_map(|chunk| {
                let bytes = chunk.invalid().iter().map(|byte| vec![*byte]);
                let chars = chunk.valid().chars().map(|c| c.to_string().into_bytes());
                chars.chain(bytes)
            });
            pieces
                .take(PREFIX)
                .enumerate()
                .map(|(at, piece)| match (form, at) {
                    // A line of quoted-printable may end anywhere.
                    (ValueForm::Quoted, 1..) => after_soft_breaks(ways(form, &piece)),
                    _ => ways(form, &piece),
                })
                .collect()
        }
    }
}

fn after_soft_breaks(ways: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let breaks: [&[u8]; 3] = [b"", b"=\n", b"=\r\n"];
    let after = |way: &Vec<u8>| breaks.map(|before| [before, way].concat());
    ways.iter().flat_map(after).collect()
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
            ways.extend(signed(b'%', piece));
            if piece == b" " {
                ways.push(b"+".to_vec());
            }
        }
        ValueForm::Quoted => ways.extend(signed(b'=', piece)),
        ValueForm::Escaped => ways.extend(escapes(piece)),
        ValueForm::Html => ways.extend(html::references(piece)),
        ValueForm::Text | ValueForm::Hex | ValueForm::Numbers(_) | ValueForm::Digits(..) => {}
    }
    ways
}

/// A sign and two hex digits for each byte.
fn signed(sign: u8, piece: &[u8]) -> [Vec<u8>; 2] {
    let sign = char::from(sign);
    let lower: String = piece
        .iter()
        .map(|byte| format!("{sign}{byte:02x}"))
        .collect();
    let upper: String = piece
        .iter()
        .map(|byte| format!("{sign}{byte:02X}"))
        .collect();
    [lower.into_bytes(), upper.into_bytes()]
}

/// With `\x`, octal, and where it is a character also `\u` and its own escape.
fn escapes(piece: &[u8]) -> Vec<Vec<u8>> {
    let each = |write: fn(&u8) -> String| piece.iter().map(write).collect::<String>();
    let mut ways = vec![
        each(|byte| format!("\\x{byte:02x}")),
        each(|byte| format!("\\x{byte:02X}")),
        each(|byte| format!("\\{byte:o}")),
        each(|byte| format!("\\{byte:03o}")),
    ];
    if let Ok(text) = std::str::from_utf8(piece) {
        let units = |write: fn(u16) -> String| text.encode_utf16().map(write).collect();
        let points = |write: fn(u32) -> String| text.chars().map(|c| write(c.into())).collect();
        ways.extend([
            units(|unit| format!("\\u{unit:04x}")),
            units(|unit| format!("\\u{unit:04X}")),
            points(|point| format!("\\x{point:02x}")),
            points(|point| format!("\\x{point:02X}")),
            points(|point| format!("\\u{{{point:x}}}")),
            points(|point| format!("\\u{{{point:X}}}")),
            points(|point| format!("\\x{{{point:x}}}")),
            points(|point| format!("\\x{{{point:X}}}")),
            points(|point| format!("\\U{point:08x}")),
            points(|point| format!("\\U{point:08X}")),
        ]);
        ways.push(match piece {
            b"\n" => "\\n".into(),
            b"\r" => "\\r".into(),
            b"\t" => "\\t".into(),
            [8] => "\\b".into(),
            [12] => "\\f".into(),
            _ => format!("\\{text}"),
        });
    }
    ways.into_iter().map(String::into_bytes).collect()
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
