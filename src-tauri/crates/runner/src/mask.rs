//! Masking: what a child prints, with every secret value in it replaced by one fixed text.
//!
//! A value is found as it is, percent-encoded, escaped as in JSON, in hex, and in base64 of
//! any alignment, whatever stands before or after it; line breaks within it do not hide it.
//! Bytes are held back only while they could still become a value. The result does not
//! depend on how the output was cut into pieces, and every other byte is passed on as it is.
//! Values that touch or overlap become one replacement, so that it tells neither their
//! length nor their number.
//!
//! A list of patterns for a general searcher would have no end (escapes mix, neighbours
//! change the ends of base64) and would copy every value many times. Here a value is kept
//! once, and its forms are recognised where their first four bytes stand.
//!
//! Where it ends: a value that is printed in pieces, reversed, compressed or encrypted, or
//! encoded twice, is not recognised.

mod forms;
mod index;

use keyhaven_secret::SecretBytes;
use zeroize::Zeroizing;

use index::{Index, KEY};

/// What stands for a value, whatever its length.
pub const REPLACEMENT: &[u8] = b"[masked]";
/// Shorter values would be found in every second word; they are not masked.
pub const SHORTEST: usize = 4;

/// The values to be masked, ready to be searched for.
#[derive(Debug)]
pub struct Masks(Index);

impl Masks {
    /// Takes the values; those that are too short are left out.
    #[must_use]
    pub fn new(values: Vec<SecretBytes>) -> Self {
        let maskable = values.into_iter().filter(Self::takes);
        Self(Index::new(maskable.collect()))
    }

    /// Whether a value is long enough to be masked: [`SHORTEST`] characters.
    #[must_use]
    pub fn takes(value: &SecretBytes) -> bool {
        // Exposed to be measured.
        let value = forms::without_outer_breaks(value.expose());
        String::from_utf8_lossy(value).chars().count() >= SHORTEST && value.len() >= KEY
    }
}

/// One stream on its way through the masks.
pub struct Masker<'m> {
    index: &'m Index,
    /// What could still become a value, and all before it that was not passed on yet.
    held: Zeroizing<Vec<u8>>,
    /// How many of the held bytes were shown all the same; see [`Masker::settle`].
    shown: usize,
    /// Where in `held` the last replacement ends; it may reach past what was looked at.
    masked: Option<usize>,
}

impl<'m> Masker<'m> {
    /// Begins a stream.
    #[must_use]
    pub fn new(masks: &'m Masks) -> Self {
        Self {
            index: &masks.0,
            held: Zeroizing::default(),
            shown: 0,
            masked: None,
        }
    }

    /// Takes the next bytes, and appends to `out` what is certain by now.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.held.extend_from_slice(bytes);
        self.pass_on(false, out);
    }

    /// The end of the stream: what was held back is not the beginning of a value.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.pass_on(true, out);
    }

    /// Nobody listens any more, though the stream may go on: what could still become a value
    /// counts as one, if it is long enough to be masked.
    pub fn break_off(&mut self, out: &mut Vec<u8>) {
        if self.held.len() < KEY {
            return self.finish(out);
        }
        if self.masked.is_none() {
            out.extend_from_slice(REPLACEMENT);
        }
        self.held.clear();
    }

    /// Whether [`Masker::settle`] would show something.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        let masks = self.masked.is_some_and(|end| end > 0);
        !masks && (self.shown + 1..KEY).contains(&self.held.len())
    }

    /// Nothing more comes for now, and a person looks on: shows what is held back if it is
    /// too short to be masked by itself. Should it become a value all the same, the
    /// replacement follows it. Without this a typed letter would not appear before the next.
    pub fn settle(&mut self, out: &mut Vec<u8>) {
        if self.is_unsettled() {
            out.extend_from_slice(&self.held[self.shown..]);
            self.shown = self.held.len();
        }
    }

    fn pass_on(&mut self, ended: bool, out: &mut Vec<u8>) {
        let mut plain = self.masked.unwrap_or(0);
        let mut at = 0;
        let decided = loop {
            at = match self.index.next_candidate(&self.held, at, ended) {
                Some(candidate) => candidate,
                None => break self.held.len(),
            };
            let found = self.index.look(&self.held[at..], ended);
            if let Some(length) = found.length {
                if self.masked.is_none_or(|end| end < at) {
                    self.show(plain, at, out);
                    out.extend_from_slice(REPLACEMENT);
                }
                plain = plain.max(at + length);
                self.masked = Some(plain);
            }
            if found.open {
                break at;
            }
            at += 1;
        };
        self.show(plain, decided, out);
        self.masked = self.masked.and_then(|end| end.checked_sub(decided));
        self.shown = self.shown.saturating_sub(decided);
        self.held.drain(..decided);
    }

    fn show(&self, from: usize, to: usize, out: &mut Vec<u8>) {
        let from = from.max(self.shown);
        out.extend_from_slice(self.held.get(from..to).unwrap_or_default());
    }
}

impl std::fmt::Debug for Masker<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Masker({:?})", self.index)
    }
}

#[cfg(test)]
mod tests;
