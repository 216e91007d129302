//! What each of our windows has: the pages it may show, what no page may do, and its theme.

use tauri::webview::{NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::window::Color;
use tauri::{AppHandle, Url, Wry};

use crate::app::preferences::Theme;
use crate::native::appearance;

/// In place of the toolkit's `freezePrototype`, which no chart library survives.
const FREEZE: &str = include_str!("freeze.js");

/// `--bg` of the front end, light and dark: what is seen before its first paint.
const LIGHT: Color = Color(0xf7, 0xf7, 0xf5, 0xff);
const DARK: Color = Color(0x15, 0x16, 0x14, 0xff);

/// What each of our windows has: no navigation away from our pages, no browser permissions,
/// no developer tools where they are not being developed.
pub fn secured<'a>(
    builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
    theme: Option<tauri::Theme>,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    appearance::show(theme);
    appearance::stop_caret();
    builder
        .background_color(background(theme))
        .initialization_script(FREEZE)
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .disable_drag_drop_handler()
        .general_autofill_enabled(false)
        .browser_extensions_enabled(false)
        .devtools(cfg!(debug_assertions))
}

/// Only the pages that are part of this program.
fn is_ours(url: &Url) -> bool {
    url.scheme() == "tauri" && url.host_str() == Some("localhost")
}

/// What was chosen, else what the desktop says; none leaves it to the toolkit.
pub fn chosen_theme(
    chosen: Theme,
    system: impl FnOnce() -> Option<tauri::Theme>,
) -> Option<tauri::Theme> {
    match chosen {
        Theme::System => system(),
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The colour behind the first paint.
pub const fn background(theme: Option<tauri::Theme>) -> Color {
    match theme {
        Some(tauri::Theme::Dark) => DARK,
        _ => LIGHT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_to() {
        for ours in ["tauri://localhost/", "tauri://localhost/index.html#keys"] {
            assert!(is_ours(&ours.parse().unwrap()), "{ours}");
        }
        for foreign in [
            "https://example.com/",
            "http://localhost/",
            "file:///etc/passwd",
            "tauri://elsewhere/",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!is_ours(&foreign.parse().unwrap()), "{foreign}");
        }
    }
}
