//! `.env` files, read as npm `dotenv` (17 and 18) reads them.
//!
//! The reference is the regular expression of that package; this reader accepts the same
//! language without backtracking. Where the package would drop something silently, this
//! reader returns [`Malformed`]: a line that cannot be parsed, a quote without an end, bytes
//! that are not UTF-8. The time is linear in the size of the file.

mod blocks;
mod notes;
mod value;

use std::borrow::Cow;
use std::collections::HashMap;

use keyhaven_rules::{Expected, MOST_IMPORTED};
use keyhaven_secret::SecretBytes;
use zeroize::Zeroizing;

use crate::MAX_BYTES;
use crate::javascript::{is_key, is_line_end, is_space};
use crate::malformed::{InvalidLines, Malformed};
use crate::records::{Import, LeftOutReason};

/// The name of the format.
pub(crate) const ID: &str = "dotenv";

/// One assignment.
#[derive(Debug)]
pub struct DotenvEntry {
    /// The key, verbatim: `[A-Za-z0-9_.-]+`.
    pub key: String,
    /// The value, unquoted and expanded; UTF-8.
    pub value: SecretBytes,
    /// The line of the key, from 1.
    pub line: u32,
    /// What a person probably did not mean.
    pub notes: Vec<LeftOutReason>,
}

/// Whether a file of this name usually is a `.env` file.
pub(crate) fn is_usual_name(file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    name.starts_with(".env.") || name.ends_with(".env")
}

/// Reads a `.env` file into records.
pub(crate) fn import(bytes: &[u8], invalid: InvalidLines) -> Result<Import, Malformed> {
    let (entries, skipped) = parse_lines(bytes, invalid)?;
    let keys = entries.iter().enumerate();
    let last: HashMap<String, usize> = keys.map(|(i, entry)| (entry.key.clone(), i)).collect();
    let mut import = Import {
        skipped,
        ..Import::default()
    };
    for (i, entry) in entries.into_iter().enumerate() {
        if last.get(&entry.key) != Some(&i) {
            import.leave_out(&entry.key, LeftOutReason::SetAgain, entry.line);
            continue;
        }
        for note in &entry.notes {
            import.leave_out(&entry.key, note.clone(), entry.line);
        }
        import.add(ID, entry.key, entry.value, entry.line);
    }
    Ok(import)
}

/// Reads every assignment, in the order of the file; of equal keys the last counts. It stops at
/// the first that is more than an import may have.
///
/// # Errors
/// The first place where something would be lost; then nothing is read.
pub fn parse(bytes: &[u8]) -> Result<Vec<DotenvEntry>, Malformed> {
    parse_lines(bytes, InvalidLines::Refuse).map(|(entries, _)| entries)
}

/// The assignments of a file, and the lines that are skipped.
type DotenvLines = (Vec<DotenvEntry>, Vec<Malformed>);

fn parse_lines(bytes: &[u8], invalid: InvalidLines) -> Result<DotenvLines, Malformed> {
    if bytes.len() > MAX_BYTES {
        return Err(at(
            &[],
            Expected::SmallerFile {
                limit: format!("{} MiB", MAX_BYTES >> 20),
            },
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (good, _) = bytes.split_at(error.valid_up_to());
        at(good, Expected::Utf8)
    })?;
    match with_line_feeds(text) {
        Cow::Borrowed(text) => DotenvReader::new(text).lines(invalid),
        Cow::Owned(text) => DotenvReader::new(&Zeroizing::new(text)).lines(invalid),
    }
}

/// Ends every line with `\n`, as the reference does before it parses.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    // As large as it can get, so that no copy is left by growing.
    let mut out = String::with_capacity(text.len());
    for (i, part) in text.split('\r').enumerate() {
        if i > 0 && !part.starts_with('\n') {
            out.push('\n');
        }
        out.push_str(part);
    }
    Cow::Owned(out)
}

/// The error for the place right after `before`, which is valid UTF-8.
fn at(before: &[u8], expected: Expected) -> Malformed {
    let (mut line, mut column, mut last) = (1_u32, 1_u32, ' ');
    for c in std::str::from_utf8(before).unwrap_or_default().chars() {
        match c {
            '\n' if last == '\r' => {}
            '\n' | '\r' => (line, column) = (line.saturating_add(1), 1),
            _ => column = column.saturating_add(1),
        }
        last = c;
    }
    Malformed {
        line,
        column,
        expected,
    }
}

/// Where a line cannot be read, and why.
#[derive(Debug)]
struct BadPlace {
    /// A byte of the text.
    here: usize,
    expected: Expected,
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Walks over text whose lines end with `\n`. Positions are byte offsets.
struct DotenvReader<'a> {
    text: &'a str,
    /// Lines are counted as far as here, so that counting stays linear.
    counted: usize,
    line: u32,
}

impl<'a> DotenvReader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    fn lines(mut self, invalid: InvalidLines) -> Result<DotenvLines, Malformed> {
        let (mut entries, mut skipped) = (Vec::new(), Vec::new());
        let mut after_skipped = false;
        let mut here = self.skip(0, is_space);
        while let Some(first) = self.peek(here) {
            let mut end = self.skip(here, |c| !is_line_end(c));
            if first != '#' {
                if entries.len().max(skipped.len()) == MOST_IMPORTED {
                    let expected = Expected::FewerAssignments {
                        limit: MOST_IMPORTED as u32,
                    };
                    return Err(self.malformed(BadPlace { here, expected }));
                }
                let mut read = self.assignment(here);
                let is_end = |(_, after): &(_, usize)| self.is_padding(here..*after);
                let is_tail = after_skipped && read.as_ref().is_ok_and(is_end);
                if is_tail {
                    let expected = Expected::DotenvLine;
                    read = Err(BadPlace { here, expected });
                }
                after_skipped = read.is_err() && !is_tail;
                match read {
                    Ok((entry, after)) => {
                        entries.push(entry);
                        end = after;
                    }
                    Err(bad) if invalid == InvalidLines::Skip => {
                        let (item, after) = self.skipped(here, bad);
                        skipped.push(item);
                        end = after;
                    }
                    Err(bad) => return Err(self.malformed(bad)),
                }
            }
            here = self.skip(end, is_space);
        }
        Ok((entries, skipped))
    }

    /// `(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)` and a value.
    fn assignment(&mut self, start: usize) -> Result<(DotenvEntry, usize), BadPlace> {
        let exported = self.after_export(start);
        let found = exported.and_then(|key| self.key(key));
        let (key, end, value) = match found.or_else(|| self.key(start)) {
            Some(found) => found,
            None => {
                // A later line is judged by itself.
                let in_line = exported.filter(|key| !self.text[start..*key].contains('\n'));
                return Err(self.no_assignment(in_line.unwrap_or(start)));
            }
        };
        let name = &self.text[key..end];
        if name == "__proto__" {
            // The reference assigns it to a JavaScript object, where it vanishes.
            let name = name.to_owned();
            let expected = Expected::OtherName { name };
            let here = key;
            return Err(BadPlace { here, expected });
        }
        let value = self.value(value)?;
        let entry = DotenvEntry {
            key: name.to_owned(),
            value: value.bytes,
            line: self.line_of(key),
            notes: value.notes,
        };
        Ok((entry, value.end))
    }

    /// Where the key stands, if `export` and whitespace (line ends too) come first.
    fn after_export(&self, start: usize) -> Option<usize> {
        let end = start + self.text[start..].strip_prefix("export").map(|_| 6)?;
        let key = self.skip(end, is_space);
        (key > end).then_some(key)
    }

    /// A key and its separator: start and end of the key, start of the value.
    fn key(&self, start: usize) -> Option<(usize, usize, usize)> {
        let end = self.skip(start, is_key);
        if end == start {
            return None;
        }
        let separator = self.skip(end, is_space);
        if self.peek(separator) == Some('=') {
            return Some((start, end, separator + 1));
        }
        // `:` must follow at once, and one whitespace character belongs to it.
        let rest = self.text[end..].strip_prefix(':')?;
        let space = rest.chars().next().filter(|c| is_space(*c))?;
        Some((start, end, end + 1 + space.len_utf8()))
    }

    fn no_assignment(&self, start: usize) -> BadPlace {
        let here = self.skip(start, is_key);
        let expected = match here == start {
            true => Expected::DotenvLine,
            false => Expected::DotenvSeparator,
        };
        BadPlace { here, expected }
    }

    fn peek(&self, here: usize) -> Option<char> {
        self.text[here..].chars().next()
    }

    /// The first position from `here` on whose character is not of that class.
    fn skip(&self, here: usize, class: impl Fn(char) -> bool) -> usize {
        let rest = &self.text[here..];
        here + rest.find(|c| !class(c)).unwrap_or(rest.len())
    }

    fn line_of(&mut self, here: usize) -> u32 {
        // Nothing where the same place is asked for again.
        let between = self.text.as_bytes().get(self.counted..here);
        let between = between.unwrap_or_default();
        let ends = between.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(number(ends));
        self.counted = self.counted.max(here);
        self.line
    }

    fn malformed(&mut self, BadPlace { here, expected }: BadPlace) -> Malformed {
        let before = &self.text[..here];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Malformed {
            line: self.line_of(here),
            column: number(before[line_start..].chars().count()).saturating_add(1),
            expected,
        }
    }
}

#[cfg(test)]
mod tests;
