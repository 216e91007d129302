//! Whether a form of a value stands at a place of the output.

use super::digits::{Alphabet, Digit};
use super::numbers::numbers;
use super::output::{MAX_BREAKS, OutputReader, digit};
use super::units::{sign, unit};
use super::{ValueForm, is_break};
use crate::mask::outcome::{FormAttempt, FormMatch};

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
        ValueForm::Numbers(base) => numbers(base, value, &mut reader),
        ValueForm::Digits(alphabet, before) => digits(alphabet, value, before, &mut reader),
        ValueForm::Text
        | ValueForm::Percent
        | ValueForm::Escaped
        | ValueForm::Html
        | ValueForm::Quoted => text(form, value, &mut reader),
    };
    FormAttempt {
        found,
        looked_at: reader.looked_at,
        read: reader.at,
    }
}

fn text(form: ValueForm, value: &[u8], reader: &mut OutputReader<'_>) -> FormMatch {
    // For speed: keys of one service begin with the same bytes, as they are.
    let sign = sign(form);
    let is_same = |(value, output): &(&u8, &u8)| value == output && sign != Some(**output);
    let same = value.iter().zip(reader.output).take_while(is_same).count();
    (reader.at, reader.looked_at) = (same, same);
    let (length, mut value) = (value.len(), &value[same..]);
    let mut breaks = 0;
    while let Some(expected) = value.first().copied() {
        let Some(unit) = unit(form, reader.rest(), reader.ended) else {
            return reader.unfinished();
        };
        reader.looked_at = reader.looked_at.max(length - value.len() + unit.compared());
        if let Some(rest) = unit.strip_from(value).filter(|_| !unit.is_empty()) {
            (value, breaks) = (rest, 0);
            reader.at += unit.taken;
        } else if form == ValueForm::Percent && unit.written() == b"+" && expected == b' ' {
            (value, breaks) = (&value[1..], 0);
            reader.at += unit.taken;
        } else if breaks < MAX_BREAKS && unit.written().iter().all(|byte| is_break(*byte)) {
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

/// From the first digit in which a bit of the value stands to the last; and the filling at the
/// end, which would tell the length.
fn digits(
    alphabet: Alphabet,
    value: &[u8],
    before: usize,
    reader: &mut OutputReader<'_>,
) -> FormMatch {
    let mut whole = None;
    let first = alphabet.first(before);
    for at in first.. {
        let expected = Digit::of(alphabet, value, before, at);
        if expected.known == 0 {
            return whole.map_or(FormMatch::whole(reader.at), |_| filling(alphabet, reader));
        }
        if expected.known & 1 == 0 && at > first {
            // All but the last bits: a value, even if it is cut off here.
            whole = Some(reader.at);
        }
        let Some(byte) = reader.byte() else {
            return reader.unfinished().or(FormMatch {
                length: whole,
                open: false,
            });
        };
        reader.looked_at = alphabet.bytes(at).saturating_sub(before);
        if !alphabet.bits(byte).is_some_and(|bits| expected.is(bits)) {
            return FormMatch {
                length: whole,
                open: false,
            };
        }
    }
    FormMatch::open(false)
}

fn filling(alphabet: Alphabet, reader: &OutputReader<'_>) -> FormMatch {
    let most = alphabet.filling();
    let equals = reader.rest().iter().take(most);
    let count = equals.take_while(|byte| **byte == b'=').count();
    FormMatch {
        length: Some(reader.at + count),
        open: !reader.ended && count < most && count == reader.rest().len(),
    }
}
