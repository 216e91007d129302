//! Asks before a prompt is closed while its recovery key was not confirmed as saved.

use tauri::{Manager as _, WebviewWindow, WindowEvent};

use super::Prompt;
use crate::native::dialogs;

/// Asks before the window's own way of closing it does.
pub fn ask_first(window: &WebviewWindow) {
    let asked = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::CloseRequested { api, .. } = event else {
            return;
        };
        if asked.state::<Prompt>().shows_unsaved_key() {
            api.prevent_close();
            dialogs::confirm_unsaved_key(&asked);
        }
    });
}
