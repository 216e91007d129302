//! A prompt: a short separate process for everything in which a secret is typed or
//! shown. It does what its kind says, and nothing is left of it when it has ended.

mod confirm_close;
pub mod parent_pipe;
pub mod show_when_ready;
pub mod strength;
mod task;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use keyhaven_protocol::Error;
use keyhaven_protocol::event::Progress;
use tauri::webview::WebviewWindowBuilder;
use tauri::{App, AppHandle, Manager as _, WebviewUrl, WebviewWindow, Wry};

use crate::agent_link::{Link, PromptSide};
use crate::app::preferences::{PreferenceStore, Theme};
use crate::arguments::{PromptKind, ScreenArea};
use crate::native::toolkit::{self, NoWindow};
use crate::native::{appearance, page_process, stacking};
use crate::prompt_end::{DAMAGED, LEFT};
use crate::secured::{chosen_theme, secured};
use crate::strings;

pub use self::task::{ChosenBackup, ChosenFolder, PromptTask};

/// The label of a prompt's window, which its capability names.
pub const LABEL: &str = "prompt";

/// The status of a prompt that could not be shown.
pub const FAILED: u8 = 70;

/// What a prompt process knows.
#[derive(Debug)]
pub struct Prompt {
    /// For what it was started.
    pub kind: PromptKind,
    /// The way to the agent.
    pub link: Link<PromptSide>,
    /// What a person chose in the main window.
    pub task: PromptTask,
    /// The window's colours.
    pub theme: Theme,
    /// How far the agent is.
    pub far: Far,
    /// The agent did what the prompt is for.
    done: AtomicBool,
    /// The person has seen its end.
    finished: AtomicBool,
    /// The vault is damaged.
    damaged: AtomicBool,
}

/// How far the agent is with what takes long; the page asks for it while it waits.
#[derive(Debug, Clone, Default)]
pub struct Far(Arc<Mutex<Option<Progress>>>);

impl Far {
    /// Notes a step.
    pub fn note(&self, step: Progress) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(step);
    }

    /// The last step.
    pub fn last(&self) -> Option<Progress> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

impl Prompt {
    /// A prompt for the vault that the environment names.
    pub fn new(kind: PromptKind, task: PromptTask, theme: Theme) -> Self {
        Self {
            kind,
            link: Link::from_environment(),
            task,
            theme,
            far: Far::default(),
            done: AtomicBool::new(false),
            finished: AtomicBool::new(false),
            damaged: AtomicBool::new(false),
        }
    }

    /// Notes that unlocking has failed because the vault is damaged.
    pub fn note_failure(&self, error: &Error) {
        let damaged = matches!(
            error,
            Error::DamagedData { .. } | Error::DamagedHeader { .. }
        );
        self.damaged.store(damaged, Ordering::Release);
    }

    /// How its process ends.
    fn status(&self) -> u8 {
        if self.finished.load(Ordering::Acquire) {
            0
        } else if self.damaged.load(Ordering::Acquire) {
            DAMAGED
        } else {
            LEFT
        }
    }

    /// Notes that the agent did what the prompt is for.
    pub fn done(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Notes that the person has seen the end. Says whether the agent did its part before.
    pub fn finish(&self) -> bool {
        let done = self.done.load(Ordering::Acquire);
        self.finished.store(done, Ordering::Release);
        done
    }

    /// Whether it shows a recovery key that nobody has said to have saved.
    fn shows_unsaved_key(&self) -> bool {
        self.kind.shows_key()
            && self.done.load(Ordering::Acquire)
            && !self.finished.load(Ordering::Acquire)
    }
}

/// Runs a prompt to its end. The status is 0 when it was finished, 1 when it was left.
pub fn run(kind: PromptKind, over: Option<ScreenArea>) -> ExitCode {
    let harden = keyhaven_secret::process::harden();
    let (Ok(()), Ok(task)) = (harden, PromptTask::receive(kind)) else {
        return ExitCode::from(FAILED);
    };
    if let Err(none) = toolkit::open(FAILED) {
        return none.complain(FAILED);
    }
    let preferences = PreferenceStore::open().preferences();
    let prompt = Prompt::new(kind, task, preferences.theme);
    let built = tauri::Builder::default()
        .manage(prompt)
        .invoke_handler(crate::prompt_commands())
        .setup(move |app| Ok(show(app, kind, over, preferences.scale())?))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => finish(app),
        Err(_) => ExitCode::from(FAILED),
    }
}

fn finish(app: App) -> ExitCode {
    let handle = app.handle().clone();
    match app.run_return(|_, _| {}) {
        0 => ExitCode::from(handle.state::<Prompt>().status()),
        _ => ExitCode::from(FAILED),
    }
}

fn show(app: &App, kind: PromptKind, over: Option<ScreenArea>, zoom: f64) -> tauri::Result<()> {
    let theme = chosen_theme(app.state::<Prompt>().theme, appearance::system_theme);
    let (width, height) = zoomed(size(kind), zoom);
    let url = WebviewUrl::App("prompt.html".into());
    let builder: WebviewWindowBuilder<'_, Wry, AppHandle> =
        WebviewWindowBuilder::new(app.handle(), LABEL, url);
    let builder = secured(builder, theme)
        .incognito(!is_automated())
        .title(strings::prompt_title(kind))
        .on_document_title_changed(move |window, title| {
            // A desktop that refuses it still shows the step.
            let _ = window.set_title(&step_title(kind, title));
        })
        .inner_size(width, height)
        .resizable(false)
        .maximizable(false)
        .minimizable(false)
        .visible(false)
        .focused(true);
    let window = match over {
        None => builder.center().build()?,
        Some(area) => {
            let scale = app
                .primary_monitor()?
                .map_or(1.0, |monitor| monitor.scale_factor());
            let (x, y) = centred(area, (width, height), scale);
            builder.position(x, y).build()?
        }
    };
    window.set_zoom(zoom)?;
    stacking::make_dialog(&window, over.and_then(|area| area.window), true);
    confirm_close::ask_first(&window);
    end_with_page(&window);
    show_when_ready::show_at_last(window);
    Ok(())
}

/// The title of the window by that of its page, which has its own in a later step, and in the first
/// one that of the program.
fn step_title(kind: PromptKind, page: String) -> String {
    if page == strings::NAME {
        strings::prompt_title(kind)
    } else {
        page
    }
}

/// Ends the process when the page of its only window is gone.
pub fn end_with_page(window: &WebviewWindow) {
    let app = window.app_handle().clone();
    page_process::when_ended(window, move || {
        NoWindow::PageProcess.complain(FAILED);
        app.exit(FAILED.into());
    });
}

/// WebKit's automation cannot reach a window without a data store, and the tests of a
/// debug build need to.
pub fn is_automated() -> bool {
    cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// In logical pixels.
const fn size(kind: PromptKind) -> (f64, f64) {
    match kind {
        PromptKind::Create | PromptKind::Password | PromptKind::Recovery => (460.0, 580.0),
        PromptKind::Restore | PromptKind::Salvage | PromptKind::Rekey => (460.0, 640.0),
        PromptKind::Unlock | PromptKind::Configure | PromptKind::Reveal => (420.0, 400.0),
    }
}

/// As large as its enlarged page.
pub fn zoomed((width, height): (f64, f64), zoom: f64) -> (f64, f64) {
    (width * zoom, height * zoom)
}

/// The place, in logical pixels, at which a window of that size lies in the middle of the area.
pub fn centred(area: ScreenArea, (width, height): (f64, f64), scale: f64) -> (f64, f64) {
    let middle = |start: i32, extent: u32, size: f64| {
        (f64::from(start) + f64::from(extent) / 2.0) / scale - size / 2.0
    };
    (
        middle(area.x, area.width, width),
        middle(area.y, area.height, height),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt_end::PromptEnd;

    #[test]
    fn the_parent_learns_that_the_vault_is_damaged() {
        let prompt = Prompt::new(PromptKind::Unlock, PromptTask::None, Theme::System);
        let end = || PromptEnd::of_status(Some(prompt.status().into()));
        assert_eq!(end(), PromptEnd::Left);
        prompt.note_failure(&Error::Locked);
        assert_eq!(end(), PromptEnd::Left);
        let damage = keyhaven_protocol::finding::Damage::HeaderMissing;
        prompt.note_failure(&Error::DamagedData { damage });
        assert_eq!(end(), PromptEnd::Damaged);
        prompt.done();
        assert!(prompt.finish());
        assert_eq!(end(), PromptEnd::Finished);
        assert_eq!(PromptEnd::of_status(None), PromptEnd::Left);
    }

    #[test]
    fn a_later_step_has_its_own_title_and_the_first_one_that_of_the_prompt() {
        let title = |page: &str| step_title(PromptKind::Restore, page.into());
        assert_eq!(title("Keyhaven: a step"), "Keyhaven: a step");
        assert_eq!(
            title(strings::NAME),
            strings::prompt_title(PromptKind::Restore)
        );
        assert_ne!(title(strings::NAME), strings::NAME);
    }

    #[test]
    fn a_prompt_lies_in_the_middle_of_its_window() {
        let area = ScreenArea {
            x: 100,
            y: 50,
            width: 1000,
            height: 800,
            window: None,
        };
        assert_eq!(centred(area, (400.0, 400.0), 1.0), (400.0, 250.0));
        assert_eq!(centred(area, (400.0, 400.0), 2.0), (100.0, 25.0));
    }
}
