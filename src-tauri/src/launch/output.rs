//! What a child writes, as far as it is kept: its end, for the pane below the launch.
//!
//! `kh run --mask-all` has taken the values out before anything comes here, also those with escape
//! sequences in them. These go too: a page shows text, and nothing else.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Mutex;

use anstream::adapter::StripBytes;
use serde::Serialize;

use crate::lock::locked;

/// Bytes that are kept of a child.
const KEPT: usize = 256 << 10;
/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// The latest that a child wrote.
#[derive(Debug, Default)]
pub struct Output(Mutex<Tail>);

#[derive(Debug, Default)]
struct Tail {
    kept: VecDeque<u8>,
    /// Bytes that came before those kept.
    dropped: u64,
    /// New output was reported, and has not been fetched yet.
    told: bool,
    /// Nothing comes any more.
    ended: bool,
}

/// A piece of what a child wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OutputPiece {
    /// The text.
    pub text: String,
    /// Where it begins, in bytes; later than was asked for where that is not kept any more.
    pub from: u64,
    /// Where the next piece begins.
    pub next: u64,
}

impl Output {
    /// Keeps what comes until nobody writes any more. `tell` is called when there is
    /// something to fetch, and not again before it was fetched.
    pub fn keep(&self, mut from: impl Read, mut tell: impl FnMut()) {
        let mut strip = StripBytes::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match from.read(&mut chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                // A pipe that fails has nothing more to say.
                Ok(0) | Err(_) => break,
                Ok(read) => read,
            };
            let text = strip.strip_next(&chunk[..read]);
            if locked(&self.0).push(text) {
                tell();
            }
        }
        locked(&self.0).ended = true;
        tell();
    }

    /// What is kept from a place on.
    pub fn piece(&self, from: u64) -> OutputPiece {
        let mut tail = locked(&self.0);
        tail.told = false;
        tail.piece(from)
    }
}

impl Tail {
    /// Whether the new output is to be reported.
    fn push<'a>(&mut self, text: impl Iterator<Item = &'a [u8]>) -> bool {
        let before = self.end();
        text.for_each(|bytes| self.kept.extend(bytes));
        let too_many = self.kept.len().saturating_sub(KEPT);
        let told = self.told || self.end() == before;
        self.kept.drain(..too_many);
        self.dropped += too_many as u64;
        self.told = true;
        !told
    }

    fn end(&self) -> u64 {
        self.dropped + self.kept.len() as u64
    }

    fn piece(&mut self, from: u64) -> OutputPiece {
        let from = from.clamp(self.dropped, self.end());
        // It is within what is kept, which memory holds.
        let skipped = usize::try_from(from - self.dropped).unwrap_or(usize::MAX);
        let bytes = &self.kept.make_contiguous()[skipped..];
        let whole = if self.ended {
            bytes.len()
        } else {
            whole_characters(bytes)
        };
        OutputPiece {
            text: String::from_utf8_lossy(&bytes[..whole]).into_owned(),
            from,
            next: from + whole as u64,
        }
    }
}

/// How many bytes hold no character that is cut at the end (UTF-8, RFC 3629).
fn whole_characters(bytes: &[u8]) -> usize {
    let begun = bytes.utf8_chunks().last().map_or(0, |last| {
        let cut = last.invalid();
        match std::str::from_utf8(cut) {
            // No error length: what is there is right as far as it goes.
            Err(error) if error.error_len().is_none() => cut.len(),
            _ => 0,
        }
    });
    bytes.len() - begun
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps each chunk as one read gives it; how often new output was reported.
    fn keep(output: &Output, chunks: &[&[u8]]) -> usize {
        struct Chunks<'a>(std::slice::Iter<'a, &'a [u8]>);
        impl Read for Chunks<'_> {
            fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
                let Some(mut chunk) = self.0.next().copied() else {
                    return Ok(0);
                };
                chunk.read(into)
            }
        }
        let mut told = 0;
        output.keep(Chunks(chunks.iter()), || told += 1);
        told
    }

    #[test]
    fn a_piece_goes_on_where_the_last_one_ended() {
        let output = Output::default();
        // Once for what came, once for the end.
        assert_eq!(keep(&output, &[b"one\n", b"two\n"]), 2);
        let piece = output.piece(4);
        assert_eq!(
            (piece.text.as_str(), piece.from, piece.next),
            ("two\n", 4, 8)
        );
        assert_eq!(output.piece(8).text, "");
        assert_eq!(output.piece(u64::MAX).next, 8);
    }

    #[test]
    fn escape_sequences_are_taken_out_also_when_cut() {
        let output = Output::default();
        keep(
            &output,
            &[b"\x1b[1;3", b"1mred\x1b[0m and \x1b]0;title", b"\x07plain"],
        );
        assert_eq!(output.piece(0).text, "red and plain");
    }

    #[test]
    fn the_end_is_kept_with_the_offset_where_it_begins() {
        let output = Output::default();
        let line = [b'x'; CHUNK];
        keep(&output, &[line.as_slice(); KEPT / CHUNK + 2]);
        let piece = output.piece(0);
        assert_eq!(piece.text.len(), KEPT);
        assert_eq!(piece.from, 2 * CHUNK as u64);
    }

    #[test]
    fn a_character_is_not_cut_while_more_may_come() {
        let mut tail = Tail::default();
        tail.push([b"caf\xc3".as_slice()].into_iter());
        assert_eq!(tail.piece(0).text, "caf");
        tail.push([b"\xa9".as_slice()].into_iter());
        assert_eq!(tail.piece(3).text, "\u{e9}");
        // What is no text at all is shown as such.
        tail.push([b"\xff!".as_slice()].into_iter());
        assert_eq!(tail.piece(5).text, "\u{fffd}!");
        tail.push([b"\xe2\x82".as_slice()].into_iter());
        tail.ended = true;
        assert_eq!(tail.piece(7).text, "\u{fffd}");
    }

    #[test]
    fn output_that_was_not_fetched_is_reported_once() {
        let mut tail = Tail::default();
        let push = |tail: &mut Tail| tail.push([b"x".as_slice()].into_iter());
        assert!(push(&mut tail));
        assert!(!push(&mut tail));
        tail.told = false;
        assert!(push(&mut tail));
        tail.told = false;
        assert!(!tail.push(std::iter::empty()));
    }
}
