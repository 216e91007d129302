//! The main window: made fresh, destroyed with its WebView when closed, and replaced by a
//! fresh one, without state, when the vault is locked.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tauri::webview::{NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::window::Color;
use tauri::{
    AppHandle, Manager as _, PhysicalPosition, PhysicalSize, Url, WebviewUrl, WebviewWindow, Wry,
};

use crate::appearance;
use crate::arguments::Area;
use crate::preferences::Theme;
use crate::shell::Shell;
use crate::sync::locked;
use crate::words;

/// The main window's label, which its capability names.
pub const LABEL: &str = "main";

/// In place of the toolkit's `freezePrototype`, which no chart library survives.
const FREEZE: &str = include_str!("freeze.js");

/// Sizes in logical pixels.
const SIZE: (f64, f64) = (1180.0, 760.0);
const LEAST_SIZE: (f64, f64) = (720.0, 480.0);

/// `--bg` of the front end, light and dark: what is seen before its first paint.
const LIGHT: Color = Color(0xf7, 0xf7, 0xf5, 0xff);
const DARK: Color = Color(0x15, 0x16, 0x14, 0xff);

/// What survives from a window to the next.
#[derive(Debug, Default)]
pub struct Window {
    remembered: Mutex<Option<Remembered>>,
    system: Mutex<Option<tauri::Theme>>,
}

/// How a window stood that is being replaced.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    position: Option<PhysicalPosition<i32>>,
    size: Option<PhysicalSize<u32>>,
    maximized: bool,
    minimized: bool,
    focused: bool,
}

/// Shows the window; makes one when there is none.
pub fn show(shell: &Arc<Shell>) {
    on_main_thread(shell, |shell| match shell.app.get_webview_window(LABEL) {
        Some(window) => {
            // Each may be refused by the desktop; then the window stays as it is.
            let _ = window.unminimize();
            let _ = window.show();
            let _ = window.set_focus();
        }
        None => create(shell, None),
    });
}

/// Destroys the window's WebView, and opens a fresh one in its place if there was one.
pub fn renew(shell: &Arc<Shell>) {
    on_main_thread(shell, |shell| {
        let Some(window) = shell.app.get_webview_window(LABEL) else {
            return;
        };
        *locked(&shell.window.remembered) = Some(Remembered::of(&window));
        if window.destroy().is_err() {
            // Without a way to destroy it, nothing of it may stay.
            shell.app.exit(1);
        }
    });
}

/// Called when the window is gone: opens the next one if one shall follow.
pub fn destroyed(shell: &Arc<Shell>) {
    let remembered = locked(&shell.window.remembered).take();
    if remembered.is_some() {
        create(shell, remembered);
    }
}

/// Whether there is a window, or is about to be.
pub fn is_there(shell: &Shell) -> bool {
    shell.app.get_webview_window(LABEL).is_some() || is_renewing(shell)
}

/// Whether a window that is gone is about to be followed by another.
pub fn is_renewing(shell: &Shell) -> bool {
    locked(&shell.window.remembered).is_some()
}

/// Where the window is, for a prompt to be placed over it.
pub fn area(shell: &Shell) -> Option<Area> {
    let window = shell.app.get_webview_window(LABEL)?;
    let (position, size) = (window.outer_position().ok()?, window.outer_size().ok()?);
    Some(Area {
        x: position.x,
        y: position.y,
        width: size.width,
        height: size.height,
    })
}

fn create(shell: &Arc<Shell>, remembered: Option<Remembered>) {
    let built = builder(shell, remembered).build();
    let Ok(window) = built else {
        // A window process that cannot have a window has no purpose.
        shell.app.exit(1);
        return;
    };
    if let Some(was) = remembered {
        was.restore(&window);
    }
}

fn builder(
    shell: &Arc<Shell>,
    remembered: Option<Remembered>,
) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
    let theme = effective_theme(shell);
    let url = WebviewUrl::App("index.html".into());
    let mut builder = secured(WebviewWindowBuilder::new(&shell.app, LABEL, url), theme);
    if let Some(folder) = data_folder(shell) {
        builder = builder.data_directory(folder);
    }
    builder
        .title(words::NAME)
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        .maximized(remembered.is_some_and(|was| was.maximized))
        .focused(remembered.is_none_or(|was| was.focused))
}

/// Where WebKit may keep what it wants to keep: beside the agent's socket, in memory and
/// gone with the login session. (A store in memory alone is for one window per process:
/// the toolkit registers our pages' scheme only once.)
fn data_folder(shell: &Shell) -> Option<PathBuf> {
    let place = shell.link.place().ok()?;
    let folder = place.socket.with_extension("webview");
    (!folder.starts_with(&place.folder)).then_some(folder)
}

/// What every window of ours has: no way out of our own pages, no permission of a browser,
/// no developer tools where they are not being developed.
pub fn secured<'a>(
    builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
    theme: Option<tauri::Theme>,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    appearance::show(theme);
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

/// Follows the desktop between light and dark; what is known now is asked for first, so
/// that the first window has the right colour. To be called on the main thread.
pub fn follow_system(shell: &Arc<Shell>) {
    *locked(&shell.window.system) = appearance::system_theme();
    let shell = Arc::downgrade(shell);
    appearance::follow(move |system| {
        if let Some(shell) = shell.upgrade() {
            *locked(&shell.window.system) = system;
            apply_theme(&shell);
        }
    });
}

/// Shows the theme that was chosen, or the desktop's.
pub fn apply_theme(shell: &Arc<Shell>) {
    on_main_thread(shell, |shell| {
        let theme = effective_theme(shell);
        appearance::show(theme);
        if let Some(window) = shell.app.get_webview_window(LABEL) {
            // Refused, the old colour stays behind pages that cover it anyway.
            let _ = window.set_background_color(Some(background(theme)));
        }
    });
}

fn effective_theme(shell: &Shell) -> Option<tauri::Theme> {
    chosen_theme(shell.store.preferences().theme, || {
        *locked(&shell.window.system)
    })
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
const fn background(theme: Option<tauri::Theme>) -> Color {
    match theme {
        Some(tauri::Theme::Dark) => DARK,
        _ => LIGHT,
    }
}

impl Remembered {
    fn of(window: &WebviewWindow) -> Self {
        Self {
            position: window.outer_position().ok(),
            size: window.inner_size().ok(),
            maximized: window.is_maximized().unwrap_or(false),
            minimized: window.is_minimized().unwrap_or(false),
            focused: window.is_focused().unwrap_or(true),
        }
    }

    /// Each may be refused by the desktop; Wayland knows no positions.
    fn restore(self, window: &WebviewWindow) {
        if self.maximized {
            return;
        }
        if let Some(size) = self.size {
            let _ = window.set_size(size);
        }
        if let Some(position) = self.position {
            let _ = window.set_position(position);
        }
        if self.minimized {
            let _ = window.minimize();
        }
    }
}

/// GTK is not for other threads. When the loop has ended there is nothing to do anyway.
fn on_main_thread(shell: &Arc<Shell>, work: impl FnOnce(&Arc<Shell>) + Send + 'static) {
    let owned = shell.clone();
    let _ = shell.app.run_on_main_thread(move || work(&owned));
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
