//! The main window: created when shown, destroyed with its WebView when closed, and replaced
//! by a new one, without state, when the vault is locked.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use keyhaven_protocol::paths::VaultPaths;
use tauri::webview::{PageLoadEvent, WebviewWindowBuilder};
use tauri::{AppHandle, Manager as _, Webview, WebviewUrl, Wry};

use super::page_restarts::PageRestarts;
use super::placement::WindowPlacement;
use super::preferences::PreferenceStore;
use super::state::AppState;
use crate::NO_WINDOW;
use crate::arguments::ScreenArea;
use crate::lock::locked;
use crate::native::toolkit::NoWindow;
use crate::native::{appearance, input, page_process, stacking};
use crate::secured::{background, chosen_theme, secured};
use crate::strings;

/// The main window's label, which its capability names.
pub const LABEL: &str = "main";

/// Sizes in logical pixels.
const SIZE: (f64, f64) = (1180.0, 760.0);
const LEAST_SIZE: (f64, f64) = (720.0, 480.0);

/// The main window, and what is kept from one to the next.
#[derive(Debug)]
pub struct MainWindow {
    app: AppHandle,
    preferences: Arc<PreferenceStore>,
    /// Where WebKit may store what it wants to store.
    data_folder: Option<PathBuf>,
    remembered: Mutex<Option<WindowPlacement>>,
    /// The window's id on an X display, to which a prompt belongs.
    x_window: Mutex<Option<u64>>,
    system: Mutex<Option<tauri::Theme>>,
    restarts: Arc<PageRestarts>,
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
            x_window: Mutex::default(),
            system: Mutex::default(),
            restarts: Arc::default(),
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

    /// Closes the window. What is not stored in it is lost.
    pub fn close(self: &Arc<Self>) {
        self.on_main_thread(|this| {
            this.closing();
            if let Some(window) = this.app.get_webview_window(LABEL) {
                // Where that is refused it stays, and can be closed again.
                let _ = window.destroy();
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
            window: *locked(&self.x_window),
        })
    }

    /// Whether the window takes keys and clicks: not while a prompt waits for them.
    pub fn set_enabled(self: &Arc<Self>, enabled: bool) {
        self.on_main_thread(move |this| {
            if let Some(window) = this.app.get_webview_window(LABEL) {
                stacking::set_enabled(&window, enabled);
            }
        });
    }

    /// Called when the window got the keyboard: it belongs to the page, also in a window that
    /// was opened without it.
    pub fn focused(&self) {
        if let Some(window) = self.app.get_webview_window(LABEL) {
            let page: &Webview = window.as_ref();
            let _ = page.set_focus();
        }
    }

    /// Called when a person closes the window: the next one stands where it stood.
    pub fn closing(&self) {
        let Some(window) = self.app.get_webview_window(LABEL) else {
            return;
        };
        let before = self.preferences.placement();
        // Where it cannot be kept, the next one stands where the desktop puts it.
        let _ = self
            .preferences
            .set_placement(WindowPlacement::of(&window).stored(before));
    }

    /// Follows the desktop between light and dark. What is known now is read first, so that
    /// the first window has the right colour. To be called on the main thread.
    pub fn follow_system(self: &Arc<Self>) {
        *locked(&self.system) = appearance::system_theme();
        let this = Arc::downgrade(self);
        appearance::follow(move |system| {
            if let Some(this) = this.upgrade() {
                *locked(&this.system) = system;
                this.apply_preferences();
            }
        });
    }

    /// Shows the theme that was chosen, or the desktop's, and the size.
    pub fn apply_preferences(self: &Arc<Self>) {
        self.on_main_thread(|this| {
            let theme = this.effective_theme();
            appearance::show(theme);
            if let Some(window) = this.app.get_webview_window(LABEL) {
                // Refused, the old colour stays behind pages that cover it anyway.
                let _ = window.set_background_color(Some(background(theme)));
                let _ = window.set_zoom(this.preferences.preferences().scale());
            }
        });
    }

    fn create(&self, remembered: Option<WindowPlacement>) {
        let Ok(window) = self.builder(remembered).build() else {
            // A window process that cannot have a window has no purpose.
            self.app.exit(1);
            return;
        };
        *locked(&self.x_window) = stacking::x_window(&window);
        let _ = window.set_zoom(self.preferences.preferences().scale());
        let app = self.app.clone();
        input::watch(&window, move || {
            if let Some(state) = app.try_state::<Arc<AppState>>() {
                state.input_seen();
            }
        });
        let (app, restarts) = (self.app.clone(), self.restarts.clone());
        page_process::when_ended(&window, move || {
            let state = app.try_state::<Arc<AppState>>();
            match state.filter(|_| restarts.allow(Instant::now())) {
                Some(state) => state.page_lost(),
                None => {
                    NoWindow::PageProcess.complain(NO_WINDOW);
                    app.exit(NO_WINDOW.into());
                }
            }
        });
        remembered
            .unwrap_or_else(|| WindowPlacement::from_stored(self.preferences.placement()))
            .restore(&window);
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
        let restarts = self.restarts.clone();
        builder
            .on_page_load(move |_, load| {
                if load.event() == PageLoadEvent::Finished {
                    restarts.note_loaded();
                }
            })
            .title(strings::NAME)
            .inner_size(SIZE.0, SIZE.1)
            .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
            .maximized(
                remembered.map_or(self.preferences.placement().maximized, |was| was.maximized),
            )
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
