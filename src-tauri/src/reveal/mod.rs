//! The process that shows one value: started by the main window, which learns nothing of it.
//!
//! It ends after its time, when another window gets the keyboard, at a lock, and when its
//! pipe closes; nothing is left of the value then.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use serde::{Deserialize, Serialize};
use tauri::webview::WebviewWindowBuilder;
use tauri::{App, AppHandle, Manager as _, Runtime, Window, WindowEvent, Wry};
use uuid::Uuid;

use crate::agent_link::{Link, RevealSide};
use crate::app::preferences::{PreferenceStore, Theme};
use crate::arguments::{PromptKind, ScreenArea};
use crate::native::{appearance, stacking, toolkit};
use crate::prompt::{
    FAILED, centred, end_with_page, is_automated, parent_pipe, show_when_ready, zoomed,
};
use crate::secured::{chosen_theme, secured};
use crate::strings;

/// The label of its window, which its capability names.
pub const LABEL: &str = "reveal";
/// How long a value is shown.
pub const SHOWN_FOR: Duration = Duration::from_secs(30);

/// In logical pixels.
const SIZE: (f64, f64) = (460.0, 300.0);

/// Which value is to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealTask {
    /// The credential.
    pub credential: Uuid,
    /// Its field; none means the only one.
    pub field: Option<String>,
}

/// What the process knows.
#[derive(Debug)]
pub struct Reveal {
    /// What it shows.
    pub wanted: RevealTask,
    /// The way to the agent.
    pub link: Link<RevealSide>,
    /// The window's colours.
    pub theme: Theme,
    /// Its window had the keyboard: losing it is the end.
    had_keyboard: AtomicBool,
}

impl Reveal {
    /// Shows one value of the vault that the environment names.
    pub fn new(wanted: RevealTask, theme: Theme) -> Self {
        Self {
            wanted,
            link: Link::from_environment(),
            theme,
            had_keyboard: AtomicBool::new(false),
        }
    }
}

/// Shows the value that standard input names, to the end of this process.
pub fn run(over: Option<ScreenArea>) -> ExitCode {
    let harden = keyhaven_secret::process::harden();
    let wanted = parent_pipe::hold(true);
    let (Ok(()), Ok(Some(wanted))) = (harden, wanted) else {
        return ExitCode::from(FAILED);
    };
    if let Err(none) = toolkit::open(FAILED) {
        return none.complain(FAILED);
    }
    let preferences = PreferenceStore::open().preferences();
    let reveal = Reveal::new(wanted, preferences.theme);
    let built = tauri::Builder::default()
        .manage(reveal)
        .invoke_handler(crate::reveal_commands())
        .on_window_event(end_without_keyboard)
        .setup(move |app| Ok(show(app, over, preferences.scale())?))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => match app.run_return(|_, _| {}) {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(FAILED),
        },
        Err(_) => ExitCode::from(FAILED),
    }
}

fn show(app: &App, over: Option<ScreenArea>, zoom: f64) -> tauri::Result<()> {
    let size = zoomed(SIZE, zoom);
    let theme = chosen_theme(app.state::<Reveal>().theme, appearance::system_theme);
    let url = tauri::WebviewUrl::App("reveal.html".into());
    let builder: WebviewWindowBuilder<'_, Wry, AppHandle> =
        WebviewWindowBuilder::new(app.handle(), LABEL, url);
    let builder = secured(builder, theme)
        .incognito(!is_automated())
        .title(strings::prompt_title(PromptKind::Reveal))
        .inner_size(size.0, size.1)
        .resizable(false)
        .maximizable(false)
        .minimizable(false)
        .content_protected(true)
        .visible(false)
        .focused(true);
    let window = match over {
        None => builder.center().build()?,
        Some(area) => {
            let monitor = app.primary_monitor()?;
            let scale = monitor.map_or(1.0, |monitor| monitor.scale_factor());
            let (x, y) = centred(area, size, scale);
            builder.position(x, y).build()?
        }
    };
    window.set_zoom(zoom)?;
    stacking::make_dialog(&window, over.and_then(|area| area.window), false);
    end_with_page(&window);
    show_when_ready::show_at_last(window);
    Ok(())
}

/// Shows the window, which by now has something to show.
pub fn show_window<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        show_when_ready::show(&window);
    }
}

/// A new window may lose the keyboard before it ever had it; that is no end.
fn end_without_keyboard(window: &Window, event: &WindowEvent) {
    let reveal = window.state::<Reveal>();
    match event {
        WindowEvent::Focused(true) => reveal.had_keyboard.store(true, Ordering::Release),
        WindowEvent::Focused(false) if reveal.had_keyboard.load(Ordering::Acquire) => {
            window.app_handle().exit(0);
        }
        _ => {}
    }
}

/// Ends this process at the next lock, or when the agent goes. Returns once it listens.
///
/// # Errors
/// The agent is not there, or does not answer.
pub fn end_with_the_lock(link: &Link<RevealSide>) -> Result<(), Error> {
    let mut events = link.connect()?.into_client().subscribe()?;
    watch("lock", move || {
        // What was missed may have been a lock.
        while !matches!(events.wait(), Ok(Event::Locked | Event::Lagged) | Err(_)) {}
        parent_pipe::end_now();
    })
}

/// Ends this process when its time is over.
///
/// # Errors
/// The system has no more threads.
pub fn end_in_time<R: Runtime>(app: &AppHandle<R>) -> Result<(), Error> {
    let app = app.clone();
    watch("time", move || {
        thread::sleep(SHOWN_FOR);
        app.exit(0);
    })
}

fn watch(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let started = thread::Builder::new().name(name.into()).spawn(work);
    started
        .map(drop)
        .map_err(|_| Error::defect("a thread that ends the window"))
}
