//! What a piece of output stands for, where signs introduce characters.

use std::char::{REPLACEMENT_CHARACTER, decode_utf16};

use super::ValueForm;
use super::html;
use super::output::digit;

/// The byte that introduces another one.
pub(super) const fn sign(form: ValueForm) -> Option<u8> {
    match form {
        ValueForm::Percent => Some(b'%'),
        ValueForm::Escaped => Some(b'\\'),
        ValueForm::Html => Some(b'&'),
        ValueForm::Quoted => Some(b'='),
        ValueForm::Text | ValueForm::Hex | ValueForm::Numbers(_) | ValueForm::Digits(..) => None,
    }
}

/// What a piece of output stands for.
pub(super) struct OutputUnit {
    bytes: [u8; 4],
    length: usize,
    /// Bytes of output.
    pub(super) taken: usize,
    /// Whether the byte could also be meant as the character of that number.
    or_char: bool,
}

impl OutputUnit {
    fn nothing(taken: usize) -> Self {
        Self {
            bytes: [0; 4],
            length: 0,
            taken,
            or_char: false,
        }
    }

    fn byte(byte: u8, taken: usize) -> Self {
        Self {
            bytes: [byte, 0, 0, 0],
            length: 1,
            taken,
            or_char: false,
        }
    }

    fn char(c: char, taken: usize) -> Self {
        let mut bytes = [0; 4];
        let length = c.encode_utf8(&mut bytes).len();
        Self {
            bytes,
            length,
            taken,
            or_char: false,
        }
    }

    /// `\xfc` is a byte in C and in the bytes of Python, and a character in its texts.
    fn byte_or_char(byte: u8, taken: usize) -> Self {
        Self {
            or_char: true,
            ..Self::byte(byte, taken)
        }
    }

    pub(super) fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// How many bytes of a value are compared with it at most.
    pub(super) fn compared(&self) -> usize {
        if self.or_char { 2 } else { self.length }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The value without what this stands for, if it begins with that.
    pub(super) fn strip_from<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        value.strip_prefix(self.written()).or_else(|| {
            let c = self.or_char.then(|| char::from(self.bytes[0]))?;
            value.strip_prefix(c.encode_utf8(&mut [0; 2]).as_bytes())
        })
    }
}

/// The first unit of some output; none while it is not all there.
pub(super) fn unit(form: ValueForm, output: &[u8], ended: bool) -> Option<OutputUnit> {
    let first = *output.first()?;
    if sign(form) != Some(first) {
        return Some(OutputUnit::byte(first, 1));
    }
    match form {
        ValueForm::Escaped => escape(output, ended),
        ValueForm::Html => reference(output, ended),
        ValueForm::Quoted => quoted(output),
        _ => hex_after(output, 1),
    }
}

/// A sign and two hex digits, or the sign alone.
fn hex_after(output: &[u8], sign: usize) -> Option<OutputUnit> {
    let literal = Some(OutputUnit::byte(output[sign - 1], sign));
    let Some(high) = digit(*output.get(sign)?) else {
        return literal;
    };
    match digit(*output.get(sign + 1)?) {
        Some(low) => Some(OutputUnit::byte(high << 4 | low, sign + 2)),
        None => literal,
    }
}

/// Two hex digits, a line break that is not one, or the sign alone.
fn quoted(output: &[u8]) -> Option<OutputUnit> {
    match *output.get(1)? {
        b'\n' => Some(OutputUnit::nothing(2)),
        b'\r' => match *output.get(2)? {
            b'\n' => Some(OutputUnit::nothing(3)),
            _ => Some(OutputUnit::byte(b'=', 1)),
        },
        _ => hex_after(output, 1),
    }
}

fn reference(output: &[u8], ended: bool) -> Option<OutputUnit> {
    let near = &output[..output.len().min(html::LONGEST)];
    let Some(end) = near.iter().position(|byte| *byte == b';') else {
        let could_go_on = near[1..]
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#');
        let is_open = could_go_on && !ended && near.len() < html::LONGEST;
        return (!is_open).then(|| OutputUnit::byte(b'&', 1));
    };
    match html::character(&near[..=end]) {
        Some(c) => Some(OutputUnit::char(c, end + 1)),
        None => Some(OutputUnit::byte(b'&', 1)),
    }
}

fn escape(output: &[u8], ended: bool) -> Option<OutputUnit> {
    let byte = match *output.get(1)? {
        b'u' if output.get(2) == Some(&b'{') => return braced(output),
        b'x' if output.get(2) == Some(&b'{') => return braced(output),
        b'u' => return unicode(output),
        b'U' => return long_unicode(output),
        b'x' => {
            let unit = hex_after(output, 2)?;
            let is_escape = unit.taken > 2;
            return Some(match is_escape {
                true => OutputUnit::byte_or_char(unit.bytes[0], unit.taken),
                false => unit,
            });
        }
        b'0'..=b'7' => return octal(output, ended),
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        other => other,
    };
    Some(OutputUnit::byte(byte, 2))
}

/// Up to three digits.
fn octal(output: &[u8], ended: bool) -> Option<OutputUnit> {
    const MOST: usize = 3;
    let digits = output[1..].iter().take(MOST);
    let digits: Vec<u8> = digits
        .take_while(|byte| (b'0'..=b'7').contains(*byte))
        .map(|byte| byte - b'0')
        .collect();
    if digits.len() < MOST && output.len() == digits.len() + 1 && !ended {
        return None;
    }
    let number = digits
        .iter()
        .fold(0_u16, |number, digit| number << 3 | u16::from(*digit));
    match u8::try_from(number) {
        Ok(byte) => Some(OutputUnit::byte_or_char(byte, digits.len() + 1)),
        Err(_) => Some(OutputUnit::byte(b'\\', 1)),
    }
}

/// `\u{...}` of Rust and JavaScript, `\x{...}` of Perl.
fn braced(output: &[u8]) -> Option<OutputUnit> {
    const LONGEST: usize = "\\u{10ffff}".len();
    let near = &output[..output.len().min(LONGEST)];
    let Some(end) = near.iter().position(|byte| *byte == b'}') else {
        return (near.len() == LONGEST).then(|| OutputUnit::byte(output[1], 2));
    };
    let digits = std::str::from_utf8(&near[3..end]).unwrap_or_default();
    let point = u32::from_str_radix(digits, 16).ok();
    Some(match point.and_then(char::from_u32) {
        Some(c) => OutputUnit::char(c, end + 1),
        None => OutputUnit::byte(output[1], 2),
    })
}

/// `\UXXXXXXXX` of Python.
fn long_unicode(output: &[u8]) -> Option<OutputUnit> {
    const ESCAPE: usize = "\\UXXXXXXXX".len();
    let digits = output.iter().skip(2).take(ESCAPE - 2);
    let mut point = 0_u32;
    for byte in digits {
        let Some(digit) = digit(*byte) else {
            return Some(OutputUnit::byte(b'U', 2));
        };
        point = point << 4 | u32::from(digit);
    }
    if output.len() < ESCAPE {
        return None;
    }
    let c = char::from_u32(point).unwrap_or(REPLACEMENT_CHARACTER);
    Some(OutputUnit::char(c, ESCAPE))
}

/// `\uXXXX`, or two of them for what is beyond.
fn unicode(output: &[u8]) -> Option<OutputUnit> {
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
    Some(OutputUnit::char(c, taken))
}
