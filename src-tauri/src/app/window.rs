//! The main window: created when shown, destroyed with its WebView when closed, and replaced
//! by a new one, without state, when the vault is locked.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use keyhaven_protocol::paths::VaultPaths;
use tauri::webview::{NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::window::Color;
use tauri::{
    AppHandle, Manager as _, PhysicalPosition, PhysicalSize, Url, WebviewUrl, WebviewWindow, Wry,
};

use super::preferences::{PreferenceStore, Theme};
use crate::arguments::ScreenArea;
use crate::lock::locked;
use crate::native::appearance;
use crate::strings;

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

/// The main window, and what is kept from one to the next.
#[derive(Debug)]
pub struct MainWindow {
    app: AppHandle,
    preferences: Arc<PreferenceStore>,
    /// Where WebKit may store what it wants to store.
    data_folder: Option<PathBuf>,
    remembered: Mutex<Option<WindowPlacement>>,
    system: Mutex<Option<tauri::Theme>>,
}

/// How a window stood that is being replaced.
#[derive(Debug, Clone, Copy)]
struct WindowPlacement {
    position: Option<PhysicalPosition<i32>>,
    size: Option<PhysicalSize<u32>>,
    maximized: bool,
    minimized: bool,
    focused: bool,
}

impl MainWindow {
    /// Before the window is shown.
    pub fn new(
        app: AppHandle,
        preferences: Arc<PreferenceStore>,
        place: Option<&VaultPaths>,
    ) -> Self {
        Self {
            app,
            preferences,
            data_folder: place.and_then(data_folder),
            remembered: Mutex::default(),
            system: Mutex::default(),
        }
    }

    /// Shows the window; creates it when there is none.
    pub fn show(self: &Arc<Self>) {
        self.on_main_thread(|this| match this.app.get_webview_window(LABEL) {
            Some(window) => {
                // Each may be refused by the desktop; then the window stays as it is.
                let _ = window.unminimize();
                let _ = window.show();
                let _ = window.set_focus();
            }
            None => this.create(None),
        });
    }

    /// Destroys the window's WebView, and opens a new one in its place if there was one.
    pub fn renew(self: &Arc<Self>) {
        self.on_main_thread(|this| {
            let Some(window) = this.app.get_webview_window(LABEL) else {
                return;
            };
            *locked(&this.remembered) = Some(WindowPlacement::of(&window));
            if window.destroy().is_err() {
                // Without a way to destroy it, nothing of it may stay.
                this.app.exit(1);
            }
        });
    }

    /// Called when the window is gone: opens the next one if one shall follow.
    pub fn destroyed(&self) {
        let remembered = locked(&self.remembered).take();
        if remembered.is_some() {
            self.create(remembered);
        }
    }

    /// Whether there is a window, or is about to be.
    pub fn is_there(&self) -> bool {
        self.app.get_webview_window(LABEL).is_some() || self.is_renewing()
    }

    /// Whether a window that is gone is about to be followed by another.
    pub fn is_renewing(&self) -> bool {
        locked(&self.remembered).is_some()
    }

    /// Where the window is, for a prompt to be placed over it.
    pub fn area(&self) -> Option<ScreenArea> {
        let window = self.app.get_webview_window(LABEL)?;
        let (position, size) = (window.outer_position().ok()?, window.outer_size().ok()?);
        Some(ScreenArea {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
        })
    }

    /// Follows the desktop between light and dark. What is known now is read first, so that
    /// the first window has the right colour. To be called on the main thread.
    pub fn follow_system(self: &Arc<Self>) {
        *locked(&self.system) = appearance::system_theme();
        let this = Arc::downgrade(self);
        appearance::follow(move |system| {
            if let Some(this) = this.upgrade() {
                *locked(&this.system) = system;
                this.apply_theme();
            }
        });
    }

    /// Shows the theme that was chosen, or the desktop's.
    pub fn apply_theme(self: &Arc<Self>) {
        self.on_main_thread(|this| {
            let theme = this.effective_theme();
            appearance::show(theme);
            if let Some(window) = this.app.get_webview_window(LABEL) {
                // Refused, the old colour stays behind pages that cover it anyway.
                let _ = window.set_background_color(Some(background(theme)));
            }
        });
    }

    fn create(&self, remembered: Option<WindowPlacement>) {
        let Ok(window) = self.builder(remembered).build() else {
            // A window process that cannot have a window has no purpose.
            self.app.exit(1);
            return;
        };
        if let Some(was) = remembered {
            was.restore(&window);
        }
    }

    fn builder(
        &self,
        remembered: Option<WindowPlacement>,
    ) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
        let url = WebviewUrl::App("index.html".into());
        let builder = WebviewWindowBuilder::new(&self.app, LABEL, url);
        let mut builder = secured(builder, self.effective_theme());
        if let Some(folder) = &self.data_folder {
            builder = builder.data_directory(folder.clone());
        }
        builder
            .title(strings::NAME)
            .inner_size(SIZE.0, SIZE.1)
            .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
            .maximized(remembered.is_some_and(|was| was.maximized))
            .focused(remembered.is_none_or(|was| was.focused))
    }

    fn effective_theme(&self) -> Option<tauri::Theme> {
        chosen_theme(self.preferences.preferences().theme, || {
            *locked(&self.system)
        })
    }

    /// GTK is for the main thread alone. When the loop has ended there is nothing to do anyway.
    fn on_main_thread(self: &Arc<Self>, work: impl FnOnce(&Arc<Self>) + Send + 'static) {
        let owned = self.clone();
        let _ = self.app.run_on_main_thread(move || work(&owned));
    }
}

/// Next to the agent's socket, in memory and removed with the login session. (A store in
/// memory alone is for one window per process: the toolkit registers our pages' scheme only
/// once.)
fn data_folder(place: &VaultPaths) -> Option<PathBuf> {
    let folder = place.socket.with_extension("webview");
    (!folder.starts_with(&place.folder)).then_some(folder)
}

/// What each of our windows has: no navigation away from our pages, no browser permissions,
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

impl WindowPlacement {
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
