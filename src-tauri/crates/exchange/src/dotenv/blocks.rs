//! How far a value reaches that cannot be read. Where lines are skipped, all of its lines are: a
//! name is shown where a value is not, so no line of a secret may be read as an assignment.

use std::ops::Range;

use keyhaven_rules::Expected;

use super::notes::QUOTES;
use super::{BadPlace, DotenvReader};
use crate::javascript::{is_key, is_line_end, is_space};
use crate::malformed::Malformed;

/// How a PEM block begins, and how its last line does.
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Whether a line is the beginning of a PEM block that ends in another.
pub(super) fn begins_block(line: &str) -> bool {
    line.find(BEGIN)
        .is_some_and(|begin| !line[begin..].contains(END))
}

impl DotenvReader<'_> {
    /// The item for lines that are skipped from `start` on, and where they end.
    pub(super) fn skipped(&mut self, start: usize, bad: BadPlace) -> (Malformed, usize) {
        let line = start..self.line_end(bad.here.max(start));
        let end = self.value_end(&bad, line);
        let mut item = self.malformed(bad);
        let last = self.line_of(self.text[..end].trim_end_matches(is_space).len());
        if last > item.line {
            item.expected = Expected::QuotedValue { line: last };
        }
        (item, end)
    }

    /// Where the last line ends that may belong to the value of a line; without a closing quote
    /// or the end of a PEM block, that is the end of the text.
    fn value_end(&self, bad: &BadPlace, line: Range<usize>) -> usize {
        let text = &self.text[line.clone()];
        if let Some(begin) = text.find(BEGIN) {
            return self.end_of_line_with(END, line.start + begin);
        }
        let quote = match bad.expected {
            Expected::ClosingQuote => self.peek(bad.here),
            _ => open_quote(text),
        };
        match quote {
            Some(quote) => self.end_of_line_with(quote.encode_utf8(&mut [0; 4]), line.end),
            None => line.end,
        }
    }

    fn end_of_line_with(&self, text: &str, from: usize) -> usize {
        let found = self.text[from..].find(text);
        found.map_or(self.text.len(), |at| self.line_end(from + at))
    }

    fn line_end(&self, here: usize) -> usize {
        self.skip(here, |c| !is_line_end(c))
    }

    /// Whether an assignment looks like the end of encoded bytes: a name that only padding
    /// follows.
    pub(super) fn is_padding(&self, assignment: Range<usize>) -> bool {
        let text = self.text[assignment].trim_end_matches(is_space);
        let name = text.trim_end_matches('=');
        name.len() < text.len() && name.chars().all(is_key)
    }
}

/// The quote that a line opens and does not close. An apostrophe counts only at its beginning.
fn open_quote(line: &str) -> Option<char> {
    let is_open = |quote: &char| {
        let counts = *quote != '\'' || line.starts_with('\'');
        counts && line.matches(*quote).count() % 2 == 1
    };
    QUOTES.into_iter().find(is_open)
}
