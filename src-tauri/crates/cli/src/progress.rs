//! How far something long is: one line on the terminal, gone when it is over.

use keyhaven_client::{Answered, Client};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::Ask;

use crate::output::Printer;

/// Asks for something long, and shows how far it is.
///
/// # Errors
/// The agent's answer, or the connection broke.
pub fn ask<R: Ask>(
    printer: &Printer,
    client: &mut Client,
    what: &'static str,
    request: R,
    segments: &Segments,
) -> Result<Answered<R::Answer>, Error> {
    let mut line = ProgressLine::new(printer, what);
    client.ask_watched(request, segments, &mut |step| {
        line.show(step.done, step.total);
    })
}

/// How far something long is, on the terminal; gone when it is dropped.
#[derive(Debug)]
struct ProgressLine<'a> {
    printer: Option<&'a Printer>,
    what: &'static str,
    shown: Option<u32>,
}

impl<'a> ProgressLine<'a> {
    /// Shows it on stderr, while a person watches and wants to know.
    fn new(printer: &'a Printer, what: &'static str) -> Self {
        let watched =
            !printer.quiet && !printer.json && rustix::termios::isatty(rustix::stdio::stderr());
        Self {
            printer: watched.then_some(printer),
            what,
            shown: None,
        }
    }

    /// Shows it, where it has changed by a whole per cent.
    fn show(&mut self, done: u32, total: u32) {
        let Some(printer) = self.printer.filter(|_| total > 0) else {
            return;
        };
        let percent = (u64::from(done) * 100 / u64::from(total)).min(100) as u32;
        if self.shown != Some(percent) {
            self.shown = Some(percent);
            printer.transient(&format!("\r{}: {percent} %", self.what));
        }
    }
}

impl Drop for ProgressLine<'_> {
    fn drop(&mut self) {
        if let (Some(printer), Some(_)) = (self.printer, self.shown) {
            printer.transient("\r\x1b[K");
        }
    }
}
