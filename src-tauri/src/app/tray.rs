//! The tray icon: what is due, open, lock, quit. Everything is in its menu.
//!
//! Speaks the StatusNotifierItem protocol itself, so no library of the desktop has to be
//! there; where no tray is, or it comes and goes, nothing fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Weak};
use std::thread;

use keyhaven_protocol::request::LockRequest;
use ksni::blocking::{Handle, TrayMethods as _};
use ksni::menu::{MenuItem, StandardItem};
use ksni::{Category, OfflineReason, Status, ToolTip};
use tauri::image::Image;

use super::desktop::VaultSummary;
use super::start;
use super::state::AppState;
use crate::arguments::PromptKind;
use crate::lock::locked;
use crate::strings::{self, NativeText};

/// The tray icon of the process.
#[derive(Default, Clone)]
pub struct TrayIcon {
    handle: Arc<Mutex<Option<Handle<TrayItem>>>>,
    shown: Arc<AtomicBool>,
}

impl std::fmt::Debug for TrayIcon {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TrayIcon")
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

impl TrayIcon {
    /// Whether a person can reach the process through a tray now.
    pub fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Acquire)
    }

    /// Shows a new summary.
    pub fn update(&self, summary: VaultSummary) {
        if let Some(handle) = locked(&self.handle).as_ref() {
            handle.update(|item| item.summary = summary);
        }
    }

    /// Shows which profiles can be started.
    pub fn pin(&self, names: Vec<String>) {
        if let Some(handle) = locked(&self.handle).as_ref() {
            handle.update(|item| item.pinned = names);
        }
    }
}

/// Puts the icon into the tray, as soon as there is one.
pub fn start(icon: &TrayIcon, state: &Arc<AppState>) {
    let (icon, state) = (icon.clone(), state.clone());
    // Without the thread there is no tray, and the window ends the process when closed.
    let _ = thread::Builder::new()
        .name("tray".into())
        .spawn(move || put(&icon, &state));
}

fn put(icon: &TrayIcon, state: &Arc<AppState>) {
    let shown = &icon.shown;
    let item = TrayItem {
        state: Arc::downgrade(state),
        summary: state.summary(),
        pinned: Vec::new(),
        shown: shown.clone(),
    };
    // Said to be shown before it is asked for, so that "offline" is not overwritten.
    shown.store(true, Ordering::Release);
    match item.assume_sni_available(true).spawn() {
        Ok(handle) => {
            *locked(&icon.handle) = Some(handle);
            icon.update(state.summary());
            state.refresh_pins();
        }
        Err(_) => shown.store(false, Ordering::Release),
    }
}

/// The icon as the tray's host sees it.
struct TrayItem {
    state: Weak<AppState>,
    summary: VaultSummary,
    /// Names of the profiles that can be started from here.
    pinned: Vec<String>,
    shown: Arc<AtomicBool>,
}

impl ksni::Tray for TrayItem {
    fn id(&self) -> String {
        "keyhaven".into()
    }

    fn title(&self) -> String {
        strings::NAME.into()
    }

    fn category(&self) -> Category {
        Category::ApplicationStatus
    }

    fn status(&self) -> Status {
        if self.summary.overdue > 0 {
            Status::NeedsAttention
        } else {
            Status::Active
        }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        icons(self.summary)
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        icons(self.summary)
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: strings::NAME.into(),
            description: strings::due(self.summary.overdue, self.summary.due_this_week),
            ..ToolTip::default()
        }
    }

    /// Where a host has clicks, a click opens the window.
    fn activate(&mut self, _x: i32, _y: i32) {
        self.act(|state| state.show(None));
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let due = StandardItem {
            label: strings::due(self.summary.overdue, self.summary.due_this_week),
            enabled: false,
            ..StandardItem::default()
        };
        let lock = if self.summary.locked {
            entry(&NativeText::Unlock.text(), |state| {
                // An event follows when it was unlocked.
                let _ = state.desktop.run_prompt(PromptKind::Unlock, None);
            })
        } else {
            entry(&NativeText::LockNow.text(), |state| {
                // An agent that is gone holds nothing to lock.
                let _ = state.link.ask(LockRequest {});
            })
        };
        let mut menu = vec![
            due.into(),
            MenuItem::Separator,
            entry(&NativeText::Open.text(), |state| state.show(None)),
            lock,
            MenuItem::Separator,
        ];
        if !self.pinned.is_empty() {
            menu.extend(self.pinned.iter().map(|name| launch(name)));
            menu.push(MenuItem::Separator);
        }
        menu.push(entry(&NativeText::Quit.text(), |state| state.quit()));
        menu
    }

    fn watcher_online(&self) {
        self.shown.store(true, Ordering::Release);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.shown.store(false, Ordering::Release);
        true
    }
}

impl TrayItem {
    /// The tray's own thread must not wait.
    fn act(&self, act: impl FnOnce(Arc<AppState>) + Send + 'static) {
        if let Some(state) = self.state.upgrade() {
            tauri::async_runtime::spawn_blocking(move || act(state));
        }
    }
}

fn entry(label: &str, act: impl Fn(Arc<AppState>) + Clone + Send + 'static) -> MenuItem<TrayItem> {
    StandardItem {
        // An underscore would mark an access key.
        label: label.replace('_', "__"),
        activate: Box::new(move |item: &mut TrayItem| item.act(act.clone())),
        ..StandardItem::default()
    }
    .into()
}

fn launch(profile: &str) -> MenuItem<TrayItem> {
    let name = profile.to_owned();
    entry(&strings::run_profile(profile), move |state| {
        start::start_profile(&state, &name);
    })
}

/// The icon in two sizes.
type Icons = [ksni::Icon; 2];

macro_rules! icons {
    ($name:literal) => {
        LazyLock::new(|| {
            [
                icon(include_bytes!(concat!("../../../icons/", $name, ".png"))),
                icon(include_bytes!(concat!("../../../icons/", $name, "@2x.png"))),
            ]
        })
    };
}

static PLAIN: LazyLock<Icons> = icons!("tray");
static DUE: LazyLock<Icons> = icons!("tray-due");
static LOCKED: LazyLock<Icons> = icons!("tray-locked");

/// What is overdue matters more than the lock.
fn icons(summary: VaultSummary) -> Vec<ksni::Icon> {
    let set: &Icons = match summary {
        VaultSummary { overdue: 1.., .. } => &DUE,
        VaultSummary { locked: true, .. } => &LOCKED,
        _ => &PLAIN,
    };
    set.to_vec()
}

/// From PNG to what the protocol wants: ARGB32 in network byte order.
fn icon(png: &[u8]) -> ksni::Icon {
    let Ok(image) = Image::from_bytes(png) else {
        // The icons are part of the program, and a test reads them.
        return ksni::Icon {
            width: 0,
            height: 0,
            data: Vec::new(),
        };
    };
    let mut data = image.rgba().to_vec();
    for pixel in data.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    ksni::Icon {
        width: i32::try_from(image.width()).unwrap_or(0),
        height: i32::try_from(image.height()).unwrap_or(0),
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_icon_in_two_sizes() {
        let facts = |locked, overdue| VaultSummary {
            locked,
            overdue,
            due_this_week: 0,
        };
        let sets = [
            icons(facts(false, 0)),
            icons(facts(true, 0)),
            icons(facts(true, 2)),
        ];
        for set in &sets {
            for icon in set {
                assert!(icon.width > 0);
                assert_eq!(icon.data.len(), 4 * (icon.width * icon.height) as usize);
            }
            assert!(set[1].width > set[0].width);
        }
        assert_ne!(sets[0][0].data, sets[1][0].data);
        assert_ne!(sets[1][0].data, sets[2][0].data);
    }
}
