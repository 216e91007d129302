//! When a prompt is shown: once it can be typed into. What a person types at a window whose page
//! does not listen yet would be lost, and they would not know how much of it.

use std::time::Duration;

use tauri::{Runtime, WebviewWindow};

/// After so long it is shown whatever its page says, to tell at least that it is there.
const AT_LAST: Duration = Duration::from_secs(5);

/// Shows the window and gives it the keyboard.
pub fn show<R: Runtime>(window: &WebviewWindow<R>) {
    // Each may be refused by the desktop; then the window stays as it is.
    let _ = window.show();
    let _ = window.set_focus();
}

/// Shows the window if its page never says that it is ready.
pub fn show_at_last(window: WebviewWindow) {
    std::thread::spawn(move || {
        std::thread::sleep(AT_LAST);
        if !window.is_visible().unwrap_or(true) {
            show(&window);
        }
    });
}
