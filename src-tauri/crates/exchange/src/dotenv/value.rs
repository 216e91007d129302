//! The value of an assignment: quoted over many lines, else as far as `#` or the line's end.

use keyhaven_rules::Expected;
use keyhaven_secret::SecretBytes;
use zeroize::Zeroizing;

use super::blocks::begins_block;
use super::notes::{QUOTES, WrittenValue, notes};
use super::{BadPlace, DotenvReader};
use crate::javascript::{is_line_end, is_space};
use crate::records::LeftOutReason;

/// A value as it is read.
pub(super) struct DotenvValue {
    pub(super) bytes: SecretBytes,
    /// Where the assignment ends.
    pub(super) end: usize,
    /// What is to be noted of it.
    pub(super) notes: Vec<LeftOutReason>,
}

impl DotenvValue {
    /// `text` is what is left of `raw` without quotes; double quotes expand it.
    fn new(raw: &str, quote: Option<char>, text: &str, end: usize) -> Self {
        let double = quote == Some('"') || quote.is_none() && raw.starts_with('"');
        let bytes = expanded(text, double);
        // Exposed to be looked at.
        let value = std::str::from_utf8(bytes.expose()).unwrap_or_default();
        let notes = notes(&WrittenValue { raw, quote, value });
        Self { bytes, end, notes }
    }
}

impl DotenvReader<'_> {
    /// The value that starts after the separator.
    pub(super) fn value(&self, start: usize) -> Result<DotenvValue, BadPlace> {
        // The reference lets a quoted value begin on a later line.
        let open = self.skip(start, is_space);
        let quote = self.peek(open).filter(|c| QUOTES.contains(c));
        if let Some(quote) = quote
            && let Some((close, end)) = self.closing(open, quote)
        {
            let inner = &self.text[open + 1..close];
            return Ok(DotenvValue::new(inner, Some(quote), inner, end));
        }
        let end = self.skip(start, |c| c != '#' && c != '\n');
        let text = self.text[start..end].trim_matches(is_space);
        if text.starts_with(QUOTES) && !is_closed(text) {
            return Err(BadPlace {
                here: open,
                expected: Expected::ClosingQuote,
            });
        }
        if begins_block(text) {
            return Err(BadPlace {
                here: open,
                expected: Expected::QuotedBlock,
            });
        }
        let bare = without_quotes(text);
        let mut value = DotenvValue::new(text, None, &bare, self.after_comment(end));
        if self.peek(end) == Some('#') {
            value.notes.insert(0, LeftOutReason::Comment);
        }
        Ok(value)
    }

    /// The closing quote the reference settles on, and where the assignment ends: the
    /// first that is not escaped, else the last escaped one before it; after it may
    /// come only whitespace and a comment.
    fn closing(&self, open: usize, quote: char) -> Option<(usize, usize)> {
        let mut found = None;
        let mut from = open + 1;
        while let Some(offset) = self.text[from..].find(quote) {
            let close = from + offset;
            let end = self.skip(close + 1, |c| is_space(c) && !is_line_end(c));
            if self.peek(end).is_none_or(|c| is_line_end(c) || c == '#') {
                found = Some((close, self.after_comment(end)));
            }
            if self.text.as_bytes()[close - 1] != b'\\' {
                break;
            }
            from = close + 1;
        }
        found
    }

    /// Skips a comment that starts here.
    fn after_comment(&self, here: usize) -> usize {
        match self.peek(here) {
            Some('#') => self.skip(here, |c| !is_line_end(c)),
            _ => here,
        }
    }
}

/// Whether a quote like the first, and not escaped, follows it.
fn is_closed(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(2)
        .any(|pair| pair[0] != b'\\' && pair[1] == bytes[0])
}

/// Replaces `\n` and `\r` in what was in double quotes.
fn expanded(text: &str, double: bool) -> SecretBytes {
    if !double || !text.contains('\\') {
        return SecretBytes::copy_of(text.as_bytes());
    }
    // As large as it can get, so that no copy is left by growing.
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, next) = match (first, after) {
            (b'\\', [b'n', next @ ..]) => (b'\n', next),
            (b'\\', [b'r', next @ ..]) => (b'\r', next),
            _ => (*first, after),
        };
        out.push(byte);
        rest = next;
    }
    SecretBytes::new(out)
}

/// `replace(/^(['"`])([\s\S]*)\1$/mg, '$2')` on a value without line feeds, where only
/// U+2028 and U+2029 end lines.
fn without_quotes(text: &str) -> Zeroizing<String> {
    // Greedy: a quote at the start of a line pairs with the last at the end of one.
    let last = QUOTES.map(|quote| last_at_line_end(text, quote));
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut here = 0;
    let mut line_start = true;
    while let Some(c) = text[here..].chars().next() {
        let quote = QUOTES.iter().position(|quote| *quote == c);
        let pair = quote.and_then(|i| last[i]).filter(|end| *end > here);
        if let (true, Some(end)) = (line_start, pair) {
            out.push_str(&text[here + 1..end]);
            here = end + 1;
            line_start = false;
        } else {
            out.push(c);
            here += c.len_utf8();
            line_start = is_line_end(c);
        }
    }
    out
}

/// The last such quote that a line end or the end of the text follows.
fn last_at_line_end(text: &str, quote: char) -> Option<usize> {
    let ends_line = |at: &usize| {
        let after = text[at + 1..].chars().next();
        after.is_none_or(is_line_end)
    };
    text.rmatch_indices(quote).map(|(at, _)| at).find(ends_line)
}
