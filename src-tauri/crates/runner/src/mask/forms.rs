//! The forms in which a value may be printed, and whether one stands at a place.
//!
//! Base64 and hex: RFC 4648. Percent-encoding: RFC 3986, and `+` for a space as HTML forms
//! have it. Escapes: RFC 8259, and a backslash before any other character, as shells do.

use std::char::{REPLACEMENT_CHARACTER, decode_utf16};

use super::found::{Found, Tried};
use super::index::KEY;

/// So many bytes that break lines are passed over in a row. Without an end, a value's first
/// characters before an endless stream of them would hold all of it back.
const MOST_BREAKS: usize = 4;

/// A way to write a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// As it is.
    Text,
    /// `%XX`, or `+` for a space.
    Percent,
    /// With backslashes.
    Escaped,
    /// Two digits for each byte.
    Hex,
    /// Base64 of something in which so many bytes, modulo three, stand before the value.
    Base64(usize),
}

/// A value without the line breaks around it, which no reader of it sees.
pub(super) fn without_outer_breaks(value: &[u8]) -> &[u8] {
    let first = value.iter().position(|byte| !is_break(*byte));
    let last = value.iter().rposition(|byte| !is_break(*byte));
    match (first, last) {
        (Some(first), Some(last)) => &value[first..=last],
        _ => &[],
    }
}

/// The forms that differ for this value.
pub(super) fn of(value: &[u8]) -> Vec<Form> {
    let mut forms = vec![Form::Text, Form::Hex];
    forms.extend((0..3).map(Form::Base64));
    if !value.iter().all(u8::is_ascii_alphanumeric) {
        forms.extend([Form::Percent, Form::Escaped]);
    }
    forms
}

/// Every way in which a form of a value may begin.
pub(super) fn begins(form: Form, value: &[u8]) -> Vec<[u8; KEY]> {
    let mut begins: Vec<Vec<u8>> = vec![Vec::new()];
    for ways in first_pieces(form, value) {
        let longer = |begin: &Vec<u8>| -> Vec<Vec<u8>> {
            if begin.len() >= KEY {
                return vec![begin.clone()];
            }
            let join = |way: &Vec<u8>| [begin.as_slice(), way].concat();
            ways.iter().map(join).collect()
        };
        begins = begins.iter().flat_map(longer).collect();
    }
    let mut keys: Vec<[u8; KEY]> = begins
        .iter()
        .filter_map(|begin| begin.first_chunk().copied())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// For each of the first pieces of a value, the ways in which it may be written. Every way
/// takes a byte at least.
fn first_pieces(form: Form, value: &[u8]) -> Vec<Vec<Vec<u8>>> {
    match form {
        Form::Hex => {
            let digits = |byte: &u8| {
                let (high, low) = (digit_ways(byte >> 4), digit_ways(byte & 15));
                [high, low]
            };
            value.iter().take(KEY / 2).flat_map(digits).collect()
        }
        Form::Base64(before) => (before..before + KEY)
            .map(|at| {
                let expected = Sextet::of(value, before, at);
                let fits = |byte: &u8| sextet(*byte).is_some_and(|bits| expected.is(bits));
                let ways = (0..=u8::MAX).filter(fits);
                ways.map(|byte| vec![byte]).collect()
            })
            .collect(),
        Form::Text | Form::Percent | Form::Escaped => {
            let pieces = value.utf8_chunks().flat_map(|chunk| {
                let bytes = chunk.invalid().iter().map(|byte| vec![*byte]);
                let chars = chunk.valid().chars().map(|c| c.to_string().into_bytes());
                chars.chain(bytes)
            });
            pieces.take(KEY).map(|piece| ways(form, &piece)).collect()
        }
    }
}

fn digit_ways(digit: u8) -> Vec<Vec<u8>> {
    let lower = char::from_digit(digit.into(), 16).unwrap_or_default();
    [lower, lower.to_ascii_uppercase()]
        .map(|digit| digit.to_string().into_bytes())
        .to_vec()
}

/// The ways to write one character, or one byte that belongs to none.
fn ways(form: Form, piece: &[u8]) -> Vec<Vec<u8>> {
    let mut ways = vec![piece.to_vec()];
    if piece == b"\n" {
        ways.push(b"\r\n".to_vec());
    }
    match form {
        Form::Percent => {
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
        Form::Escaped => ways.extend(escapes(piece)),
        Form::Text | Form::Hex | Form::Base64(_) => {}
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

/// Whether a form of a value stands at the start of `output`. `ended` says that nothing
/// follows `output`.
pub(super) fn find(form: Form, value: &[u8], output: &[u8], ended: bool) -> Tried {
    let mut reader = Reader {
        output,
        at: 0,
        ended,
        looked_at: 0,
    };
    let found = match form {
        Form::Hex => hex(value, &mut reader),
        Form::Base64(before) => base64(value, before, &mut reader),
        Form::Text | Form::Percent | Form::Escaped => text(form, value, &mut reader),
    };
    Tried {
        found,
        looked_at: reader.looked_at,
    }
}

struct Reader<'o> {
    output: &'o [u8],
    at: usize,
    ended: bool,
    /// How much of the value was compared.
    looked_at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        &self.output[self.at..]
    }

    /// There is not enough to tell.
    fn unfinished(&self) -> Found {
        Found::open(!self.ended)
    }

    /// The next byte after a few that break lines.
    fn byte(&mut self) -> Option<u8> {
        let breaks = self.rest().iter().take(MOST_BREAKS);
        self.at += breaks.take_while(|byte| is_break(**byte)).count();
        let byte = self.rest().first().copied();
        self.at += usize::from(byte.is_some());
        byte
    }
}

fn text(form: Form, value: &[u8], reader: &mut Reader<'_>) -> Found {
    // For speed: keys of one service begin with the same bytes, as they are.
    let is_same = |(value, output): &(&u8, &u8)| value == output && !is_sign(form, **output);
    let same = value.iter().zip(reader.output).take_while(is_same).count();
    (reader.at, reader.looked_at) = (same, same);
    let (length, mut value) = (value.len(), &value[same..]);
    let mut breaks = 0;
    while let Some(expected) = value.first().copied() {
        let Some(unit) = unit(form, reader.rest()) else {
            return reader.unfinished();
        };
        let written = &unit.bytes[..unit.length];
        reader.looked_at = reader.looked_at.max(length - value.len() + unit.length);
        if let Some(rest) = value.strip_prefix(written) {
            (value, breaks) = (rest, 0);
            reader.at += unit.taken;
        } else if form == Form::Percent && written == b"+" && expected == b' ' {
            (value, breaks) = (&value[1..], 0);
            reader.at += unit.taken;
        } else if breaks < MOST_BREAKS && written.iter().all(|byte| is_break(*byte)) {
            breaks += 1;
            reader.at += unit.taken;
        } else if is_break(expected) {
            value = &value[1..];
        } else {
            return Found::open(false);
        }
    }
    Found::whole(reader.at)
}

/// Whether a byte may stand for another one.
fn is_sign(form: Form, byte: u8) -> bool {
    match form {
        Form::Percent => byte == b'%',
        Form::Escaped => byte == b'\\',
        Form::Text | Form::Hex | Form::Base64(_) => false,
    }
}

/// What a piece of output stands for.
struct Unit {
    bytes: [u8; 4],
    length: usize,
    /// Bytes of output.
    taken: usize,
}

impl Unit {
    fn byte(byte: u8, taken: usize) -> Self {
        Self {
            bytes: [byte, 0, 0, 0],
            length: 1,
            taken,
        }
    }

    fn char(c: char, taken: usize) -> Self {
        let mut bytes = [0; 4];
        let length = c.encode_utf8(&mut bytes).len();
        Self {
            bytes,
            length,
            taken,
        }
    }
}

/// The first unit of some output; none while it is not all there.
fn unit(form: Form, output: &[u8]) -> Option<Unit> {
    let first = *output.first()?;
    match (form, first) {
        (Form::Percent, b'%') => percent(output),
        (Form::Escaped, b'\\') => escape(output),
        _ => Some(Unit::byte(first, 1)),
    }
}

fn percent(output: &[u8]) -> Option<Unit> {
    let literal = Some(Unit::byte(b'%', 1));
    let Some(high) = digit(*output.get(1)?) else {
        return literal;
    };
    match digit(*output.get(2)?) {
        Some(low) => Some(Unit::byte(high << 4 | low, 3)),
        None => literal,
    }
}

fn escape(output: &[u8]) -> Option<Unit> {
    let byte = match *output.get(1)? {
        b'u' => return unicode(output),
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        other => other,
    };
    Some(Unit::byte(byte, 2))
}

/// `\uXXXX`, or two of them for what is beyond.
fn unicode(output: &[u8]) -> Option<Unit> {
    const ESCAPE: usize = "\\uXXXX".len();
    let half = |output: &[u8]| {
        let digits = output.strip_prefix(b"\\u").unwrap_or_default();
        let digits = digits.iter().map_while(|byte| digit(*byte));
        digits.fold(0, |number, digit| number << 4 | u16::from(digit))
    };
    let first = half(output.get(..ESCAPE)?);
    let is_first_of_two = (0xd800..0xdc00).contains(&first);
    let taken = if is_first_of_two { 2 * ESCAPE } else { ESCAPE };
    let halves = output.get(..taken)?.chunks(ESCAPE).map(half);
    let c = decode_utf16(halves)
        .next()?
        .unwrap_or(REPLACEMENT_CHARACTER);
    Some(Unit::char(c, taken))
}

fn hex(value: &[u8], reader: &mut Reader<'_>) -> Found {
    let digits = value.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    for (at, expected) in digits.enumerate() {
        let Some(byte) = reader.byte() else {
            return reader.unfinished();
        };
        reader.looked_at = at / 2 + 1;
        if digit(byte) != Some(expected) {
            return Found::open(false);
        }
    }
    Found::whole(reader.at)
}

/// From the first character in which a bit of the value stands to the last; and the filling
/// at the end, which would tell the length.
fn base64(value: &[u8], before: usize, reader: &mut Reader<'_>) -> Found {
    let mut whole = None;
    for at in before.. {
        let expected = Sextet::of(value, before, at);
        if expected.known == 0 {
            return whole.map_or(Found::whole(reader.at), |_| filling(reader));
        }
        if expected.known & 1 == 0 && at > before {
            // All but the last bits: a value, even if it is cut off here.
            whole = Some(reader.at);
        }
        let Some(byte) = reader.byte() else {
            return reader.unfinished().or(Found {
                length: whole,
                open: false,
            });
        };
        reader.looked_at = ((at + 1) * 6).div_ceil(8).saturating_sub(before);
        if !sextet(byte).is_some_and(|bits| expected.is(bits)) {
            return Found {
                length: whole,
                open: false,
            };
        }
    }
    Found::open(false)
}

fn filling(reader: &Reader<'_>) -> Found {
    let count = |most: usize| {
        let equals = reader.rest().iter().take(most);
        equals.take_while(|byte| **byte == b'=').count()
    };
    Found {
        length: Some(reader.at + count(2)),
        open: !reader.ended && count(2) < 2 && count(2) == reader.rest().len(),
    }
}

/// Six bits of base64, of which some belong to the value.
#[derive(Debug, Clone, Copy)]
struct Sextet {
    bits: u8,
    known: u8,
}

impl Sextet {
    /// Character `at` of the base64 of `before` other bytes, the value, and more.
    fn of(value: &[u8], before: usize, at: usize) -> Self {
        let first = at * 6 / 8;
        let byte = |at: usize| {
            let own = at.checked_sub(before).and_then(|at| value.get(at));
            own.map_or((0, 0), |byte| (u16::from(*byte), 0xff))
        };
        let ((high, high_known), (low, low_known)) = (byte(first), byte(first + 1));
        let cut = |high: u16, low: u16| (((high << 8 | low) >> (10 - at * 6 % 8)) & 0x3f) as u8;
        Self {
            bits: cut(high, low),
            known: cut(high_known, low_known),
        }
    }

    fn is(self, bits: u8) -> bool {
        bits & self.known == self.bits
    }
}

/// What a character of either alphabet stands for.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
