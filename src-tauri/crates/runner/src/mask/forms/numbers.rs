//! Values as numbers, one for each byte: lists such as `[115, 107]` and `<Buffer 73 6b>`, and
//! the dumps of `xxd`, `hexdump` and `od`, with their offsets and text columns.

use super::output::{OutputReader, digit};
use crate::mask::outcome::FormMatch;

/// The most characters between two numbers of a line.
const MAX_GAP: usize = 4;
/// The longest rest of a line that may be a text column.
const MAX_REST: usize = 100;
/// The longest offset and the space after it.
const MAX_OFFSET: usize = 24;
/// The width of a character in `od -c`.
const CELL: usize = 4;

/// How a byte is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::mask) enum NumberBase {
    /// Two digits.
    Hex,
    /// Two digits, with upper-case letters.
    UpperHex,
    /// Three digits.
    Octal,
    /// As few digits as it takes.
    Decimal,
    /// As `od -c`: a character, an escape or three octal digits, four columns wide.
    Characters,
}

/// What stands at a place; the inner one is none where it is something else.
type Found<T> = Option<Option<T>>;

impl NumberBase {
    pub(super) const ALL: [Self; 5] = [
        Self::Hex,
        Self::UpperHex,
        Self::Octal,
        Self::Decimal,
        Self::Characters,
    ];

    const fn is_hex(self) -> bool {
        matches!(self, Self::Hex | Self::UpperHex)
    }

    fn write(self, byte: u8) -> String {
        match self {
            Self::Hex => format!("{byte:02x}"),
            Self::UpperHex => format!("{byte:02X}"),
            Self::Octal => format!("{byte:03o}"),
            Self::Decimal => byte.to_string(),
            Self::Characters => cell(byte),
        }
    }

    /// What may stand between two numbers at the very beginning.
    fn separators(self) -> &'static [&'static str] {
        match self {
            Self::Hex | Self::UpperHex => &[
                "", " ", ":", "-", ",", ", ", "  ", " |", ", 0x", ",0x", " 0x", ",\n", "\n00",
                "\n ", "\n", "\r\n",
            ],
            Self::Octal => &[" ", ",", "\n00", "\n ", "\r\n"],
            Self::Decimal => &[
                " ", "  ", ",", ", ", "; ", "\n", "\n ", ",\n", ",\n ", "\r\n", ",\r\n", "\n00",
            ],
            Self::Characters => &["", "\n00", "\n "],
        }
    }

    /// The byte at the start of some output, and how long its number is.
    fn number(self, output: &[u8], ended: bool) -> Found<(u8, usize)> {
        match self {
            Self::Hex | Self::UpperHex => {
                let Some(high) = digit(*output.first()?) else {
                    return Some(None);
                };
                Some(digit(*output.get(1)?).map(|low| (high << 4 | low, 2)))
            }
            Self::Octal => {
                let digits = output.get(..3)?;
                Some(octal(digits).map(|byte| (byte, 3)))
            }
            Self::Decimal => decimal(output, ended),
            Self::Characters => {
                let cell = output.get(..CELL)?;
                Some(of_cell(cell).map(|byte| (byte, CELL)))
            }
        }
    }
}

/// The beginnings of a value.
pub(super) fn begins(base: NumberBase, value: &[u8]) -> Vec<Vec<u8>> {
    let numbers: Vec<String> = value.iter().take(4).map(|byte| base.write(*byte)).collect();
    let separators = base.separators().iter();
    let mut begins: Vec<Vec<u8>> = separators
        .map(|separator| numbers.join(separator).into_bytes())
        .collect();
    if base == NumberBase::Characters {
        // The first one without the space before it.
        for begin in &mut begins {
            let space = begin.iter().take_while(|byte| **byte == b' ').count();
            begin.drain(..space);
        }
    }
    begins
}

/// Whether a value stands in numbers at the start of the output.
pub(super) fn numbers(base: NumberBase, value: &[u8], reader: &mut OutputReader<'_>) -> FormMatch {
    let (mut has_columns, mut is_grouped) = (false, false);
    for (at, expected) in value.iter().enumerate() {
        reader.looked_at = at + 1;
        let next = match at {
            0 => first(base, *expected, reader),
            _ => next(base, *expected, reader),
        };
        match next {
            None => return reader.unfinished(),
            Some(None) => return FormMatch::open(false),
            Some(Some(step)) => {
                reader.at += step.taken;
                has_columns |= step.has_column;
                is_grouped |= step.taken > 2;
            }
        }
    }
    if base.is_hex() && is_grouped {
        return with_column(reader, has_columns);
    }
    FormMatch::whole(reader.at)
}

/// From the end of one number to the end of the next.
struct NumberStep {
    taken: usize,
    /// Whether a text column was passed.
    has_column: bool,
}

fn first(base: NumberBase, expected: u8, reader: &OutputReader<'_>) -> Found<NumberStep> {
    let step = |taken| NumberStep {
        taken,
        has_column: false,
    };
    if base == NumberBase::Characters {
        // Without the space before it, which belongs to nobody.
        let cell = cell(expected);
        let shown = cell.trim_start();
        let there = &reader.output[..reader.output.len().min(shown.len())];
        return match there == shown.as_bytes() {
            true => Some(Some(step(shown.len()))),
            false if shown.as_bytes().starts_with(there) => None,
            false => Some(None),
        };
    }
    let number = base.number(reader.rest(), reader.ended)?;
    let same = number.filter(|(byte, _)| *byte == expected);
    Some(same.map(|(_, length)| step(length)))
}

/// The next number, if it is the expected one: in the same line, or in the next.
fn next(base: NumberBase, expected: u8, reader: &OutputReader<'_>) -> Found<NumberStep> {
    let output = reader.rest();
    let same_line = gap(base, output, reader.ended);
    let mut is_open = same_line.is_none();
    if let Some(Some(gap)) = same_line {
        match base.number(&output[gap..], reader.ended) {
            None => is_open = true,
            Some(number) => {
                if let Some((_, length)) = number.filter(|(byte, _)| *byte == expected) {
                    let taken = gap + length;
                    let has_column = false;
                    return Some(Some(NumberStep { taken, has_column }));
                }
            }
        }
    }
    match line_gap(base, output, reader.ended) {
        None => None,
        Some(None) if is_open => None,
        Some(None) => Some(None),
        Some(Some((gap, has_column))) => {
            let number = base.number(&output[gap..], reader.ended)?;
            let same = number.filter(|(byte, _)| *byte == expected);
            Some(same.map(|(_, length)| NumberStep {
                taken: gap + length,
                has_column,
            }))
        }
    }
}

/// What stands between two numbers of a line.
fn gap(base: NumberBase, output: &[u8], ended: bool) -> Found<usize> {
    if base == NumberBase::Characters {
        return Some(Some(0));
    }
    let separators = output.iter().take(MAX_GAP);
    let count = separators
        .take_while(|byte| b" ,:;-\t_".contains(byte))
        .count();
    let prefix = output[count..].starts_with(b"0x") || output[count..].starts_with(b"0X");
    let length = count + if prefix && base.is_hex() { 2 } else { 0 };
    match output.get(length) {
        None if ended => Some(None),
        None => None,
        Some(_) => Some((length > 0 || base.is_hex()).then_some(length)),
    }
}

/// From the last number of a line to the first of the next, and whether a text column was
/// between them.
fn line_gap(base: NumberBase, output: &[u8], ended: bool) -> Found<(usize, bool)> {
    let near = &output[..output.len().min(MAX_REST)];
    let Some(end) = near.iter().position(|byte| *byte == b'\n') else {
        let could_end = could_be_rest(base, near) && near.len() < MAX_REST && !ended;
        return if could_end { None } else { Some(None) };
    };
    let rest = near[..end].strip_suffix(b"\r").unwrap_or(&near[..end]);
    if !could_be_rest(base, rest) {
        return Some(None);
    }
    let has_column = rest.iter().any(|byte| !b" ,;\t".contains(byte));
    let start = end + 1 + offset(base, &output[end + 1..], ended)?;
    Some(Some((start, has_column)))
}

/// Whether a line may end like this after a number: with separators, or in a dump with a
/// column of text.
fn could_be_rest(base: NumberBase, rest: &[u8]) -> bool {
    let separators = rest.iter().all(|byte| b" ,;\t\r".contains(byte));
    separators || base.is_hex() && rest.first() == Some(&b' ')
}

/// The length of the offset and space at the start of a line; none while that is not known.
fn offset(base: NumberBase, line: &[u8], ended: bool) -> Option<usize> {
    let near = &line[..line.len().min(MAX_OFFSET)];
    let blank = |from: usize| {
        let rest = near.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| b" \t".contains(byte)).count()
    };
    let indent = match base {
        // Its numbers bring their own space.
        NumberBase::Characters => 0,
        _ => blank(0),
    };
    let hex = indent
        + if near[indent..].starts_with(b"0x") {
            2
        } else {
            0
        };
    let digits = near[hex..]
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let end = hex + digits;
    if end == near.len() && near.len() < MAX_OFFSET && !ended {
        return None;
    }
    let colon = usize::from(near.get(end) == Some(&b':'));
    let space = blank(end + colon);
    // A dump has longer offsets than a group of a list has digits.
    let least = if colon == 1 { 4 } else { 6 };
    let is_offset = (least..=16).contains(&digits) && space > 0;
    let could_be_offset = (4..=16).contains(&digits) && end + colon + space == near.len();
    if could_be_offset && near.len() < MAX_OFFSET && !ended {
        return None;
    }
    Some(match (is_offset, base) {
        (false, _) => match hex > indent && base.is_hex() {
            true => hex,
            false => indent,
        },
        (true, NumberBase::Characters) => end + colon,
        (true, _) => end + colon + space,
    })
}

/// A value that ends here, with the rest of its line if that has a column that shows it as
/// text.
fn with_column(reader: &OutputReader<'_>, has_columns: bool) -> FormMatch {
    let rest = reader.rest();
    let near = &rest[..rest.len().min(MAX_REST)];
    let end = near.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let line = &near[..end.unwrap_or(near.len())];
    let is_dump = is_rest_of_dump(line);
    let is_open = end.is_none() && near.len() < MAX_REST && !reader.ended && is_dump != Some(false);
    let takes = has_columns && !line.is_empty() && line[0] == b' ' || is_dump == Some(true);
    FormMatch {
        length: Some(reader.at + if takes { line.len() } else { 0 }),
        open: is_open,
    }
}

/// Whether a line goes on with numbers, two spaces and text; none while it could. A text may
/// look like numbers, so that the two spaces decide.
fn is_rest_of_dump(line: &[u8]) -> Option<bool> {
    let (mut rest, mut has_gap) = (line, false);
    loop {
        let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
        let after = &rest[spaces..];
        has_gap |= spaces >= 2 && !after.is_empty();
        match after {
            [] => return has_gap.then_some(true),
            [high, low, ..] if digit(*high).is_some() && digit(*low).is_some() => {
                rest = &after[2..];
            }
            [only] if digit(*only).is_some() && !has_gap => return None,
            _ => return Some(has_gap),
        }
    }
}

fn octal(digits: &[u8]) -> Option<u8> {
    let number = digits.iter().try_fold(0_u16, |number, byte| {
        let digit = char::from(*byte).to_digit(8)?;
        Some(number << 3 | u16::try_from(digit).ok()?)
    })?;
    u8::try_from(number).ok()
}

fn decimal(output: &[u8], ended: bool) -> Found<(u8, usize)> {
    let digits = output
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_digit());
    let length = digits.count();
    if length == output.len() && length < 4 && !ended {
        return None;
    }
    let text = std::str::from_utf8(&output[..length]).unwrap_or_default();
    Some(text.parse().ok().map(|byte| (byte, length)))
}

/// A byte as `od -c` shows it.
fn cell(byte: u8) -> String {
    let shown = match byte {
        0 => "\\0".into(),
        7 => "\\a".into(),
        8 => "\\b".into(),
        b'\t' => "\\t".into(),
        b'\n' => "\\n".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        b'\r' => "\\r".into(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("{byte:03o}"),
    };
    format!("{shown:>CELL$}")
}

fn of_cell(cell: &[u8]) -> Option<u8> {
    match cell {
        [b' ', b' ', b' ', byte @ b' '..=b'~'] => Some(*byte),
        [b' ', b' ', b'\\', letter] => match letter {
            b'0' => Some(0),
            b'a' => Some(7),
            b'b' => Some(8),
            b't' => Some(b'\t'),
            b'n' => Some(b'\n'),
            b'v' => Some(11),
            b'f' => Some(12),
            b'r' => Some(b'\r'),
            _ => None,
        },
        [b' ', digits @ ..] => octal(digits),
        _ => None,
    }
}
