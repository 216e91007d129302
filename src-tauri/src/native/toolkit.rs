//! Whether the toolkit can show windows, asked before Tauri needs one: without a display that
//! would end with a panic, and without a font with a page that nobody can read.

use std::process;

use gtk::gdk;
use gtk::glib::{self, LogField, LogLevel, LogWriterOutput};
use gtk::pango::FontDescription;

use crate::strings::NativeText;

/// Connects to the display. From then on a failure that the toolkit does not survive, such as a
/// process that WebKit cannot start, ends this process with `status` and one error in place of a
/// crash. To be called once, on the main thread, before Tauri.
///
/// # Errors
/// No window can be shown: what that means, and what to do.
pub fn open(status: u8) -> Result<(), NoWindow> {
    glib::log_set_writer_func(move |level, fields| write(level, fields, status));
    gtk::init().map_err(|_| NoWindow::Display)?;
    match has_font() {
        true => Ok(()),
        false => Err(NoWindow::Font),
    }
}

/// Lists of families are no answer: they have the generic ones whatever is installed.
fn has_font() -> bool {
    let any = FontDescription::from_string("Sans");
    gdk::pango_context_get().is_some_and(|context| context.load_font(&any).is_some())
}

/// After an error of this level the library that reports it ends the process.
fn write(level: LogLevel, fields: &[LogField<'_>], status: u8) -> LogWriterOutput {
    if level != LogLevel::Error {
        return glib::log_writer_default(level, fields);
    }
    let message = fields.iter().find(|field| field.key() == "MESSAGE");
    let message = message.and_then(LogField::value_str).unwrap_or_default();
    NoWindow::Toolkit(message.into()).complain(status);
    process::exit(status.into())
}

/// Why no window can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoWindow {
    /// There is no display, or the toolkit cannot use it.
    Display,
    /// No font is installed.
    Font,
    /// What the toolkit says of a failure that it does not survive.
    Toolkit(String),
    /// The process that draws the page ended by itself.
    PageProcess,
}

impl NoWindow {
    /// Writes the error, with what to do. The status is returned, for the end of the process.
    pub fn complain(&self, status: u8) -> process::ExitCode {
        let (problem, hint) = self.texts();
        crate::complain(&format!("{problem}\nhint: {hint}"), status)
    }

    fn texts(&self) -> (String, String) {
        let (problem, hint) = match self {
            Self::Display => (no_display(), NativeText::NoDisplayHint),
            Self::Font => (NativeText::NoFont, NativeText::NoFontHint),
            Self::Toolkit(message) => {
                let message = message.trim_end_matches('.').to_owned();
                (
                    NativeText::ToolkitFailed { message },
                    NativeText::WebKitHint,
                )
            }
            Self::PageProcess => (NativeText::PageProcessEnded, NativeText::WebKitHint),
        };
        (problem.text(), hint.text())
    }
}

fn no_display() -> NativeText {
    let named = ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    match named {
        Some(name) => NativeText::DisplayRefused { name },
        None => NativeText::NoDisplay,
    }
}
