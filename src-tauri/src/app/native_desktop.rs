//! The desktop of the shipped program: Tauri's windows, native dialogs, prompt processes and
//! the tray icon.

use std::path::PathBuf;
use std::sync::Arc;

use keyhaven_protocol::Error;
use tauri::{AppHandle, Emitter as _};

use super::desktop::{Desktop, FirstLine, Question, VaultSummary, WindowEvent};
use super::prompts::Prompts;
use super::state::AppState;
use super::tray::{self, TrayIcon};
use super::turn::TURNS;
use super::window::{self, MainWindow};
use crate::arguments::PromptKind;
use crate::native::dialogs;
use crate::prompt_end::PromptEnd;
use crate::strings::NativeText;

/// The desktop around the main window.
#[derive(Debug)]
pub struct NativeDesktop {
    app: AppHandle,
    window: Arc<MainWindow>,
    tray: TrayIcon,
    prompts: Prompts,
}

impl NativeDesktop {
    /// Before the window is shown.
    pub fn new(app: AppHandle, window: Arc<MainWindow>) -> Self {
        Self {
            app,
            window,
            tray: TrayIcon::default(),
            prompts: Prompts::new(&TURNS),
        }
    }

    /// Puts the icon into the tray, as soon as there is one.
    pub fn start_tray(&self, state: &Arc<AppState>) {
        tray::start(&self.tray, state);
    }
}

impl Desktop for NativeDesktop {
    fn pick_file(&self, title: &str) -> Option<PathBuf> {
        dialogs::pick_file(&self.app, window::LABEL, title)
    }

    fn pick_folder(&self, title: &str) -> Option<PathBuf> {
        dialogs::pick_folder(&self.app, window::LABEL, title)
    }

    fn confirm(&self, question: Question) -> bool {
        dialogs::confirm(&self.app, window::LABEL, question, &NativeText::Cancel)
    }

    fn confirm_leaving(&self, question: Question) -> bool {
        dialogs::confirm(&self.app, window::LABEL, question, &NativeText::Stay)
    }

    fn report(&self, text: String) {
        dialogs::report(&self.app, window::LABEL, text);
    }

    fn run_prompt(&self, kind: PromptKind, first: Option<FirstLine>) -> Result<PromptEnd, Error> {
        // A shown value goes when its window loses the keyboard, so the main one stays usable.
        let alone = kind != PromptKind::Reveal;
        self.prompts.run(self.window.area(), kind, first, |open| {
            if alone {
                self.window.set_enabled(!open);
                self.emit(WindowEvent::Prompt(open));
            }
        })
    }

    fn end_prompt(&self) {
        self.prompts.end();
    }

    fn show_window(&self) {
        self.window.show();
    }

    fn renew_window(&self) {
        self.window.renew();
    }

    fn close_window(&self) {
        self.window.close();
    }

    fn has_window(&self) -> bool {
        self.window.is_there()
    }

    fn apply_preferences(&self) {
        self.window.apply_preferences();
    }

    fn emit(&self, event: WindowEvent) {
        // A window that is not there, or just closing, needs no event.
        let _ = self
            .app
            .emit_to(window::LABEL, event.name(), event.payload());
    }

    fn has_tray(&self) -> bool {
        self.tray.is_shown()
    }

    fn show_summary(&self, summary: VaultSummary) {
        self.tray.update(summary);
    }

    fn pin_profiles(&self, names: Vec<String>) {
        self.tray.pin(names);
    }

    fn exit(&self) {
        self.app.exit(0);
    }
}
