//! Everything that is written to stdout and stderr.
//!
//! Written straight to the descriptors, so that no buffer keeps a value. A reader that went
//! away ends the command silently. Text of others is made harmless by [`escaped`] first.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::Write as _;

use anstream::{AutoStream, ColorChoice};
use rustix::io::Errno;
use serde::Serialize;

pub use keyhaven_rules::text::visible as escaped;

use crate::error::Failure;
use crate::json;
use crate::notice::CliNotice;
use crate::options::{ColorWhen, Globals};
use crate::problem::SystemPart;

/// More characters of one text than this are not shown where a person has to read a list.
const MAX_SHOWN: usize = 160;

/// A text of others, made harmless and cut to a length that can be read.
pub fn shortened(text: &str) -> Cow<'_, str> {
    let shown = escaped(text);
    match shown.char_indices().nth(MAX_SHOWN) {
        None => shown,
        Some((end, _)) => {
            let more = shown[end..].chars().count();
            Cow::Owned(format!("{} ... ({more} more characters)", &shown[..end]))
        }
    }
}

/// The text with its line breaks, and where `coloured` also with sequences that set colours;
/// every other invisible character is escaped.
pub fn harmless(text: &str, coloured: bool) -> Cow<'_, str> {
    let ordinary = |byte: u8| (0x20..0x7f).contains(&byte) || byte == b'\n';
    if text.bytes().all(ordinary) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\n' => 1,
            '\x1b' if coloured => colour_sequence(rest),
            _ => 0,
        };
        let (piece, left) = rest.split_at(length.max(first.len_utf8()));
        match length {
            0 => shown += &escaped(piece),
            _ => shown += piece,
        }
        rest = left;
    }
    Cow::Owned(shown)
}

/// The length of the colour sequence (ECMA-48, SGR) that a text begins with; 0 for another.
fn colour_sequence(text: &str) -> usize {
    let numbers = text.strip_prefix("\x1b[").unwrap_or_default();
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';');
    end.filter(|end| numbers[*end..].starts_with('m'))
        .map_or(0, |end| "\x1b[".len() + end + 1)
}

/// How this command prints.
#[derive(Debug)]
pub struct Printer {
    /// One JSON document instead of text.
    pub json: bool,
    /// Only what was requested.
    pub quiet: bool,
    when: ColorWhen,
    coloured: OnceCell<bool>,
}

impl Printer {
    /// As the options say.
    pub fn new(globals: &Globals) -> Self {
        Self {
            json: globals.json,
            quiet: globals.quiet,
            when: globals.color,
            coloured: OnceCell::new(),
        }
    }

    /// Whether stdout shows colours; looked up when first asked. Without `--color`, this depends
    /// on NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM and whether it is a terminal.
    pub fn coloured(&self) -> bool {
        *self.coloured.get_or_init(|| match self.when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
        })
    }

    /// Writes text for a person: nothing in it steers the terminal but our own colours.
    ///
    /// # Errors
    /// As [`Printer::out`].
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        self.out(harmless(text, self.coloured()).as_bytes())
    }

    /// Writes what was requested, byte for byte: values, and what programs read.
    ///
    /// # Errors
    /// Nobody reads it, or the system refused.
    pub fn out(&self, bytes: &[u8]) -> Result<(), Failure> {
        write_all(rustix::stdio::stdout(), bytes).map_err(|error| match error {
            Errno::PIPE => Failure::NobodyReads,
            error => Failure::system(SystemPart::Stdout, &error.into()),
        })
    }

    /// Writes one JSON document.
    ///
    /// # Errors
    /// As [`Printer::out`].
    pub fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        let mut bytes =
            json::document(document).map_err(|_| Failure::defect("a document to print"))?;
        bytes.push(b'\n');
        self.out(&bytes)
    }

    /// Says what was done; not with `--quiet`.
    ///
    /// # Errors
    /// As [`Printer::out`].
    pub fn done(&self, sentence: &str) -> Result<(), Failure> {
        if self.quiet || self.json {
            return Ok(());
        }
        self.text(&format!("{sentence}\n"))
    }

    /// As [`Printer::done`], where there is anything to say.
    ///
    /// # Errors
    /// As [`Printer::out`].
    pub fn done_if(&self, sentence: Option<&str>) -> Result<(), Failure> {
        sentence.map_or(Ok(()), |sentence| self.done(sentence))
    }

    /// Says something worth knowing on stderr; not with `--quiet`.
    pub fn note(&self, notice: &CliNotice) {
        self.note_text(&notice.text());
    }

    /// As [`Printer::note`], with a text that others give.
    pub fn note_text(&self, text: &str) {
        if !self.quiet {
            complain(&format!("note: {}\n", escaped(text)));
        }
    }

    /// Writes what will be overwritten.
    pub fn transient(&self, text: &str) {
        complain(text);
    }

    /// Says something that may be wrong on stderr.
    pub fn warn(&self, notice: &CliNotice) {
        self.warn_text(&notice.text());
    }

    /// As [`Printer::warn`], with a text that others give.
    pub fn warn_text(&self, text: &str) {
        complain(&format!("warning: {}\n", escaped(text)));
    }

    /// Says why the command ends: `error:` and `hint:`, or one JSON document.
    pub fn failure(&self, failure: &Failure) {
        match failure {
            Failure::NobodyReads => {}
            Failure::Shown(text) => {
                // Nobody reads it, or it is written: either way this is the end.
                let _ = self.out(text.as_bytes());
            }
            failure if self.json => complain(&error_document(failure)),
            failure => {
                let mut text = format!("error: {}\n", escaped(&failure.message()));
                if let Some(hint) = failure.hint() {
                    // Writing to a String cannot fail.
                    let _ = writeln!(text, "hint: {}", escaped(&hint));
                }
                complain(&text);
            }
        }
    }
}

fn error_document(failure: &Failure) -> String {
    #[derive(Serialize)]
    struct ErrorDocument {
        error: Body,
    }
    #[derive(Serialize)]
    struct Body {
        code: String,
        message: String,
        hint: Option<String>,
    }
    let document = ErrorDocument {
        error: Body {
            code: failure.code(),
            message: failure.message(),
            hint: failure.hint(),
        },
    };
    let bytes = json::document(&document).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default() + "\n"
}

/// Ends the process over a defect: where it is, and nothing of what was being worked on.
pub fn defect(place: Option<&std::panic::Location<'_>>) {
    let place = place.map_or_else(String::new, ToString::to_string);
    let failure = Failure::defect(&place);
    let hint = failure.hint().unwrap_or_default();
    complain(&format!("error: {}\nhint: {hint}\n", failure.message()));
    std::process::exit(failure.exit_status().into());
}

/// Ignores a failure: when stderr cannot be written, nothing can report it.
fn complain(text: &str) {
    let _ = write_all(rustix::stdio::stderr(), text.as_bytes());
}

fn write_all(to: impl std::os::fd::AsFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match rustix::io::write(&to, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => wait_until_writable(&to)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A descriptor that another process made non-blocking.
fn wait_until_writable(to: &impl std::os::fd::AsFd) -> Result<(), Errno> {
    let mut waiting = [rustix::event::PollFd::new(
        to,
        rustix::event::PollFlags::OUT,
    )];
    match rustix::event::poll(&mut waiting, None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::CliProblem;

    #[test]
    fn only_our_colours_reach_a_terminal() {
        let text = "\x1b[31mred\x1b[0m\x1b]0;title\x07\x1b[2J\u{9b}m\u{202e}ä\n";
        let rest = "\\u{1b}]0;title\\u{7}\\u{1b}[2J\\u{9b}m\\u{202e}ä\n";
        assert_eq!(harmless(text, true), format!("\x1b[31mred\x1b[0m{rest}"));
        assert_eq!(
            harmless(text, false),
            format!("\\u{{1b}}[31mred\\u{{1b}}[0m{rest}")
        );
        assert_eq!(harmless("\x1b[31", true), "\\u{1b}[31");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(shortened("short"), "short");
        let long = format!("\x1b{}", "ä".repeat(MAX_SHOWN));
        let shown = shortened(&long);
        assert!(shown.starts_with("\\u{1b}ä") && shown.ends_with("ä ... (6 more characters)"));
    }

    #[test]
    fn an_error_is_one_document() {
        let failure = Failure::Own(CliProblem::NoSetting {
            setting: "a \"b\"".into(),
        });
        assert_eq!(
            error_document(&failure),
            "{\"error\":{\"code\":\"usage\",\"message\":\"there is no setting a \\\"b\\\"\",\
             \"hint\":\"see them with: kh config list\"}}\n"
        );
    }
}
