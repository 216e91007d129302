//! Masking: what a child prints, with every secret value in it replaced by one fixed text.
//!
//! A value is found unchanged, percent-encoded, escaped as in JSON, C and Python, with character
//! references of HTML, in quoted-printable, in hex, as a list or dump of numbers, and in base64
//! and base32 of any alignment, with anything before and after it. Line breaks within it do not
//! hide it, nor
//! do control sequences, such as those of colours; they are masked with it. Each line of a
//! value of several lines is found as well, except for what many values share: short lines
//! and the armour of PEM.
//! Bytes are held back only while they could still become a value. The result does not
//! depend on how the output was cut into pieces, and every other byte is passed on as it is.
//! Values that touch or overlap become one replacement, so that it tells neither their
//! length nor their number.
//!
//! A list of patterns for a general search would be endless (escapes mix, neighbours change
//! the ends of base64) and would copy every value many times. Here a value is kept once, and
//! its forms are recognised by their first four bytes.
//!
//! Limits: a value that is printed in pieces, reversed, compressed or encrypted, or encoded
//! twice, is not recognised.

mod forms;
mod index;
mod outcome;
mod value_lines;
mod visible_output;

use keyhaven_secret::SecretBytes;
use zeroize::Zeroizing;

use forms::PREFIX;
use index::MaskIndex;
use visible_output::VisibleOutput;

/// The replacement of a value, whatever its length.
pub const REPLACEMENT: &[u8] = b"[masked]";
/// The length of the shortest value that is masked. Shorter ones occur in ordinary words.
pub const SHORTEST: usize = 4;

/// The values to be masked, ready to be searched for.
#[derive(Debug)]
pub struct Masks(MaskIndex);

impl Masks {
    /// Prepares the values for the search. Values that are too short are not masked.
    #[must_use]
    pub fn new(values: Vec<SecretBytes>) -> Self {
        // Programs that remove control characters remove those of a value as well.
        let seen: Vec<SecretBytes> = values
            .iter()
            .filter_map(|value| {
                // Exposed to be copied.
                let view = VisibleOutput::of(value.expose())?;
                Some(SecretBytes::copy_of(&view.seen))
            })
            .collect();
        let mut maskable: Vec<SecretBytes> = values.into_iter().chain(seen).collect();
        maskable.extend(value_lines::of_all(&maskable));
        maskable.retain(Self::takes);
        Self(MaskIndex::new(maskable))
    }

    /// Whether a value is long enough to be masked: [`SHORTEST`] characters.
    #[must_use]
    pub fn takes(value: &SecretBytes) -> bool {
        // Exposed to be measured.
        let value = forms::without_outer_breaks(value.expose());
        String::from_utf8_lossy(value).chars().count() >= SHORTEST && value.len() >= PREFIX
    }
}

/// One stream on its way through the masks.
pub struct Masker<'m> {
    index: &'m MaskIndex,
    /// What could still become a value, and everything before it that was not passed on yet.
    held: Zeroizing<Vec<u8>>,
    /// How many of the held bytes were shown anyway; see [`Masker::settle`].
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

    /// Reads the next bytes, and appends to `out` what is decided by now.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.held.extend_from_slice(bytes);
        self.pass_on(false, out);
    }

    /// Ends the stream: what was held back is not the start of a value.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.pass_on(true, out);
    }

    /// Stops reading a stream that may continue: what could still become a value counts as one,
    /// if it is long enough to be masked.
    pub fn break_off(&mut self, out: &mut Vec<u8>) {
        if self.is_short() {
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
        !masks && self.shown < self.held.len() && self.is_short()
    }

    /// Whether too little is held back to be masked.
    fn is_short(&self) -> bool {
        let seen = VisibleOutput::of(&self.held).map_or(self.held.len(), |view| view.seen.len());
        seen < PREFIX
    }

    /// Nothing more arrives for now, and the user is watching: shows what is held back if it is
    /// too short to be masked by itself. If it still becomes a value, the replacement follows
    /// it. Without this, a typed letter would not appear before the next one.
    pub fn settle(&mut self, out: &mut Vec<u8>) {
        if self.is_unsettled() {
            out.extend_from_slice(&self.held[self.shown..]);
            self.shown = self.held.len();
        }
    }

    fn pass_on(&mut self, ended: bool, out: &mut Vec<u8>) {
        let (mut found, mut decided) = self.search(&self.held, ended);
        if let Some(view) = VisibleOutput::of(&self.held) {
            let (in_view, open) = self.search(&view.seen, ended);
            let place = |(from, to): &(usize, usize)| (view.place(*from), view.place(to - 1) + 1);
            found.extend(in_view.iter().map(place));
            found.sort_unstable();
            if open < view.seen.len() {
                decided = decided.min(view.place(open));
            }
        }
        let mut plain = self.masked.unwrap_or(0);
        for (from, to) in found.into_iter().filter(|(from, _)| *from <= decided) {
            if self.masked.is_none_or(|end| end < from) {
                self.show(plain, from, out);
                out.extend_from_slice(REPLACEMENT);
            }
            plain = plain.max(to);
            self.masked = Some(plain);
        }
        self.show(plain, decided, out);
        self.masked = self.masked.and_then(|end| end.checked_sub(decided));
        self.shown = self.shown.saturating_sub(decided);
        self.held.drain(..decided);
    }

    /// The values in some bytes, each with its end, and the place from which on more must come
    /// before it is known what stands there.
    fn search(&self, bytes: &[u8], ended: bool) -> (Vec<(usize, usize)>, usize) {
        let (mut values, mut at) = (Vec::new(), 0);
        while let Some(candidate) = self.index.next_candidate(bytes, at, ended) {
            let found = self.index.look(&bytes[candidate..], ended);
            values.extend(found.length.map(|length| (candidate, candidate + length)));
            if found.open {
                return (values, candidate);
            }
            at = candidate + 1;
        }
        (values, bytes.len())
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
