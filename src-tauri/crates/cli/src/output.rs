//! Everything that is written to stdout and stderr.
//!
//! Written straight to the descriptors, so that no buffer keeps a value. A reader that went
//! away ends the command silently. Text of others is made harmless by [`escaped`] first.

use std::cell::OnceCell;
use std::fmt::Write as _;

use anstream::{AutoStream, ColorChoice};
use rustix::io::Errno;
use serde::Serialize;

pub use keyhaven_rules::text::visible as escaped;

use crate::error::Failure;
use crate::options::{ColorWhen, Globals};
use crate::progress::ProgressLine;

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

    /// Writes what was requested.
    ///
    /// # Errors
    /// Nobody reads it, or the system refused.
    pub fn out(&self, bytes: &[u8]) -> Result<(), Failure> {
        write_all(rustix::stdio::stdout(), bytes).map_err(|error| match error {
            Errno::PIPE => Failure::NobodyReads,
            error => Failure::system("standard output", &error.into()),
        })
    }

    /// Writes one JSON document.
    ///
    /// # Errors
    /// As [`Printer::out`].
    pub fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        let mut bytes =
            serde_json::to_vec(document).map_err(|_| Failure::defect("a document to print"))?;
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
        self.out(format!("{sentence}\n").as_bytes())
    }

    /// Says something worth knowing on stderr; not with `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            complain(&format!("note: {}\n", escaped(text)));
        }
    }

    /// Shows how far something is on stderr, while a person watches and wants to know.
    pub fn progress(&self, what: &'static str) -> ProgressLine<'_> {
        let watched = !self.quiet && !self.json && rustix::termios::isatty(rustix::stdio::stderr());
        ProgressLine::new(watched.then_some(self), what)
    }

    /// Writes what will be overwritten.
    pub fn transient(&self, text: &str) {
        complain(text);
    }

    /// Says something that may be wrong on stderr.
    pub fn warn(&self, text: &str) {
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
    serde_json::to_string(&document).unwrap_or_default() + "\n"
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

    #[test]
    fn an_error_is_one_document() {
        let failure = Failure::usage("a \"b\"", "c");
        assert_eq!(
            error_document(&failure),
            "{\"error\":{\"code\":\"usage\",\"message\":\"a \\\"b\\\"\",\"hint\":\"c\"}}\n"
        );
    }
}
