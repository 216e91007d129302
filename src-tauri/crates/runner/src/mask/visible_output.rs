//! Output as a reader sees it: without bytes that move the cursor, set a colour or show
//! nothing.
//!
//! A program that colours a part of a value (`grep --color`) writes control sequences into
//! it, and removing them later restores the value. ECMA-48 defines where such a sequence
//! ends; ISO 2022 adds those of character sets.

use zeroize::Zeroizing;

/// The most invisible bytes in a row that are skipped; a longer run separates. It limits what
/// is held back, and leaves room for two colours of 24 bits and a link.
const MOST: usize = 256;

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;

/// The visible part of some bytes.
pub(super) struct VisibleOutput {
    pub(super) seen: Zeroizing<Vec<u8>>,
    /// Where in `seen` bytes were left out, and how many so far.
    left_out: Vec<(usize, usize)>,
}

impl VisibleOutput {
    /// None if everything is visible.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut at = bytes.iter().position(|byte| is_control(*byte))?;
        let mut seen = Zeroizing::new(Vec::with_capacity(bytes.len()));
        seen.extend_from_slice(&bytes[..at]);
        let mut left_out = Vec::new();
        while at < bytes.len() {
            let run = run(&bytes[at..]);
            if run > MOST {
                seen.extend_from_slice(&bytes[at..at + run]);
            } else {
                left_out.push((seen.len(), at + run - seen.len()));
            }
            at += run;
            let plain = bytes[at..].iter().take_while(|byte| !is_control(**byte));
            let end = at + plain.count();
            seen.extend_from_slice(&bytes[at..end]);
            at = end;
        }
        Some(Self { seen, left_out })
    }

    /// The position in the original bytes of a visible byte.
    pub(super) fn place(&self, seen: usize) -> usize {
        let before = self.left_out.partition_point(|(at, _)| *at <= seen);
        let last = before.checked_sub(1).map(|last| self.left_out[last]);
        seen + last.map_or(0, |(_, bytes)| bytes)
    }
}

/// The number of invisible bytes at the start.
fn run(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(one) = sequence(&bytes[length..]) {
        length += one;
        if length > MOST {
            break;
        }
    }
    length
}

/// The length of a control sequence or character at the start; one that is cut at the end
/// takes all that is there.
fn sequence(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.first().filter(|byte| is_control(**byte))?;
    if first != ESCAPE {
        return Some(1);
    }
    let Some(second) = bytes.get(1) else {
        return Some(1);
    };
    let length = match second {
        b'[' => ends_after(bytes, 2, b' '..=b'?', b'@'..=b'~'),
        b']' | b'P' | b'X' | b'^' | b'_' => string(bytes),
        b' '..=b'/' => ends_after(bytes, 1, b' '..=b'/', b'0'..=b'~'),
        b'0'..=b'~' => 2,
        _ => 1,
    };
    Some(length)
}

/// The end of a sequence: its last byte follows others of a range. What does not fit ends it.
fn ends_after(
    bytes: &[u8],
    from: usize,
    within: std::ops::RangeInclusive<u8>,
    last: std::ops::RangeInclusive<u8>,
) -> usize {
    let inner = bytes[from..]
        .iter()
        .take_while(|byte| within.contains(byte));
    let end = from + inner.count();
    end + usize::from(bytes.get(end).is_some_and(|byte| last.contains(byte)))
}

/// The end of a string, which BEL, `ESC \` or another sequence ends.
fn string(bytes: &[u8]) -> usize {
    let looked_at = &bytes[..bytes.len().min(MOST + 1)];
    for (at, byte) in looked_at.iter().enumerate().skip(2) {
        match *byte {
            BELL => return at + 1,
            ESCAPE if looked_at.get(at + 1) == Some(&b'\\') => return at + 2,
            ESCAPE => return at,
            _ => {}
        }
    }
    looked_at.len()
}

/// A byte that shows nothing and is not white space.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !byte.is_ascii_whitespace()
}
