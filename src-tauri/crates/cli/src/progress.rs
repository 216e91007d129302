//! How far something long is: one line on the terminal, gone when it is over.

use crate::output::Printer;

/// How far something long is, on the terminal; gone when it is dropped.
#[derive(Debug)]
pub struct ProgressLine<'a> {
    printer: Option<&'a Printer>,
    what: &'static str,
    shown: Option<u32>,
}

impl<'a> ProgressLine<'a> {
    /// Shows nothing where nobody watches.
    pub fn new(printer: Option<&'a Printer>, what: &'static str) -> Self {
        Self {
            printer,
            what,
            shown: None,
        }
    }

    /// Shows it, where it has changed by a whole per cent.
    pub fn show(&mut self, done: u32, total: u32) {
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
