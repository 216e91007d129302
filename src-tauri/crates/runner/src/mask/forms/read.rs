//! Whether a form of a value stands at a place of the output.

use std::char::{REPLACEMENT_CHARACTER, decode_utf16};

use super::base64::{Sextet, sextet};
use super::{ValueForm, is_break};
use crate::mask::outcome::{FormAttempt, FormMatch};

/// The most bytes in a row that break lines and are skipped. Without a limit, an endless
/// stream of them after the first characters of a value would be held back whole.
const MAX_BREAKS: usize = 4;

/// Whether a form of a value stands at the start of `output`. `ended` says that nothing
/// follows `output`.
pub(in crate::mask) fn find(
    form: ValueForm,
    value: &[u8],
    output: &[u8],
    ended: bool,
) -> FormAttempt {
    let mut reader = OutputReader {
        output,
        at: 0,
        ended,
        looked_at: 0,
    };
    let found = match form {
        ValueForm::Hex => hex(value, &mut reader),
        ValueForm::Base64(before) => base64(value, before, &mut reader),
        ValueForm::Text | ValueForm::Percent | ValueForm::Escaped => text(form, value, &mut reader),
    };
    FormAttempt {
        found,
        looked_at: reader.looked_at,
    }
}

struct OutputReader<'o> {
    output: &'o [u8],
    at: usize,
    ended: bool,
    /// How much of the value was compared.
    looked_at: usize,
}

impl OutputReader<'_> {
    fn rest(&self) -> &[u8] {
        &self.output[self.at..]
    }

    /// There is not enough to tell.
    fn unfinished(&self) -> FormMatch {
        FormMatch::open(!self.ended)
    }

    /// The next byte after a few that break lines.
    fn byte(&mut self) -> Option<u8> {
        let breaks = self.rest().iter().take(MAX_BREAKS);
        self.at += breaks.take_while(|byte| is_break(**byte)).count();
        let byte = self.rest().first().copied();
        self.at += usize::from(byte.is_some());
        byte
    }
}

fn text(form: ValueForm, value: &[u8], reader: &mut OutputReader<'_>) -> FormMatch {
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
        } else if form == ValueForm::Percent && written == b"+" && expected == b' ' {
            (value, breaks) = (&value[1..], 0);
            reader.at += unit.taken;
        } else if breaks < MAX_BREAKS && written.iter().all(|byte| is_break(*byte)) {
            breaks += 1;
            reader.at += unit.taken;
        } else if is_break(expected) {
            value = &value[1..];
        } else {
            return FormMatch::open(false);
        }
    }
    FormMatch::whole(reader.at)
}

/// Whether a byte may stand for another one.
fn is_sign(form: ValueForm, byte: u8) -> bool {
    match form {
        ValueForm::Percent => byte == b'%',
        ValueForm::Escaped => byte == b'\\',
        ValueForm::Text | ValueForm::Hex | ValueForm::Base64(_) => false,
    }
}

/// What a piece of output stands for.
struct OutputUnit {
    bytes: [u8; 4],
    length: usize,
    /// Bytes of output.
    taken: usize,
}

impl OutputUnit {
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
fn unit(form: ValueForm, output: &[u8]) -> Option<OutputUnit> {
    let first = *output.first()?;
    match (form, first) {
        (ValueForm::Percent, b'%') => percent(output),
        (ValueForm::Escaped, b'\\') => escape(output),
        _ => Some(OutputUnit::byte(first, 1)),
    }
}

fn percent(output: &[u8]) -> Option<OutputUnit> {
    let literal = Some(OutputUnit::byte(b'%', 1));
    let Some(high) = digit(*output.get(1)?) else {
        return literal;
    };
    match digit(*output.get(2)?) {
        Some(low) => Some(OutputUnit::byte(high << 4 | low, 3)),
        None => literal,
    }
}

fn escape(output: &[u8]) -> Option<OutputUnit> {
    let byte = match *output.get(1)? {
        b'u' => return unicode(output),
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        other => other,
    };
    Some(OutputUnit::byte(byte, 2))
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

fn hex(value: &[u8], reader: &mut OutputReader<'_>) -> FormMatch {
    let digits = value.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    for (at, expected) in digits.enumerate() {
        let Some(byte) = reader.byte() else {
            return reader.unfinished();
        };
        reader.looked_at = at / 2 + 1;
        if digit(byte) != Some(expected) {
            return FormMatch::open(false);
        }
    }
    FormMatch::whole(reader.at)
}

/// From the first character in which a bit of the value stands to the last; and the filling
/// at the end, which would tell the length.
fn base64(value: &[u8], before: usize, reader: &mut OutputReader<'_>) -> FormMatch {
    let mut whole = None;
    for at in before.. {
        let expected = Sextet::of(value, before, at);
        if expected.known == 0 {
            return whole.map_or(FormMatch::whole(reader.at), |_| filling(reader));
        }
        if expected.known & 1 == 0 && at > before {
            // All but the last bits: a value, even if it is cut off here.
            whole = Some(reader.at);
        }
        let Some(byte) = reader.byte() else {
            return reader.unfinished().or(FormMatch {
                length: whole,
                open: false,
            });
        };
        reader.looked_at = ((at + 1) * 6).div_ceil(8).saturating_sub(before);
        if !sextet(byte).is_some_and(|bits| expected.is(bits)) {
            return FormMatch {
                length: whole,
                open: false,
            };
        }
    }
    FormMatch::open(false)
}

fn filling(reader: &OutputReader<'_>) -> FormMatch {
    let count = |most: usize| {
        let equals = reader.rest().iter().take(most);
        equals.take_while(|byte| **byte == b'=').count()
    };
    FormMatch {
        length: Some(reader.at + count(2)),
        open: !reader.ended && count(2) < 2 && count(2) == reader.rest().len(),
    }
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}
