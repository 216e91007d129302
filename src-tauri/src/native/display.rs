//! Whether there is a display, asked before Tauri needs one: it would end with a panic.

use crate::strings::NativeText;

/// Connects to the display. To be called on the main thread, before Tauri.
///
/// # Errors
/// There is none, or the toolkit cannot use it: what that means, and what to do.
pub fn open() -> Result<(), NoDisplay> {
    gtk::init().map_err(|_| NoDisplay)
}

/// No window can be shown.
#[derive(Debug, Clone, Copy)]
pub struct NoDisplay;

impl NoDisplay {
    /// What happened, and what to do.
    pub fn texts(self) -> (String, String) {
        let named = ["WAYLAND_DISPLAY", "DISPLAY"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
        let problem = match named {
            Some(name) => NativeText::DisplayRefused { name },
            None => NativeText::NoDisplay,
        };
        (problem.text(), NativeText::NoDisplayHint.text())
    }
}
