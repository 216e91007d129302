//! The process in which WebKit runs the page of a window: it can crash, or be killed.

use tauri::WebviewWindow;
use webkit2gtk::{WebProcessTerminationReason, WebViewExt as _};

/// Calls `ended` on the main thread when the process has ended by itself.
pub fn when_ended(window: &WebviewWindow, ended: impl Fn() + Send + 'static) {
    // Where that cannot be watched, the window stays empty, as without us.
    let _ = window.with_webview(move |webview| {
        webview
            .inner()
            .connect_web_process_terminated(move |_, reason| {
                if reason != WebProcessTerminationReason::TerminatedByApi {
                    ended();
                }
            });
    });
}
