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

use crate::arguments::Kind;
use crate::shell::{Facts, Shell};
use crate::sync::locked;
use crate::words;

/// The tray icon of the process.
#[derive(Default)]
pub struct Tray {
    handle: Mutex<Option<Handle<Item>>>,
    shown: Arc<AtomicBool>,
}

impl std::fmt::Debug for Tray {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Tray")
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

impl Tray {
    /// Whether a person can reach the process through a tray now.
    pub fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Acquire)
    }

    /// Shows new facts.
    pub fn update(&self, facts: Facts) {
        if let Some(handle) = locked(&self.handle).as_ref() {
            handle.update(|item| item.facts = facts);
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
pub fn start(shell: &Arc<Shell>) {
    let shell = shell.clone();
    // Without the thread there is no tray, and the window ends the process when closed.
    let _ = thread::Builder::new()
        .name("tray".into())
        .spawn(move || put(&shell));
}

fn put(shell: &Arc<Shell>) {
    let shown = &shell.tray.shown;
    let item = Item {
        shell: Arc::downgrade(shell),
        facts: shell.facts(),
        pinned: Vec::new(),
        shown: shown.clone(),
    };
    // Said to be shown before it is asked for, so that "offline" is not overwritten.
    shown.store(true, Ordering::Release);
    match item.assume_sni_available(true).spawn() {
        Ok(handle) => {
            *locked(&shell.tray.handle) = Some(handle);
            shell.tray.update(shell.facts());
            shell.refresh_pins();
        }
        Err(_) => shown.store(false, Ordering::Release),
    }
}

/// The icon as the tray's host sees it.
struct Item {
    shell: Weak<Shell>,
    facts: Facts,
    /// Names of the profiles that can be started from here.
    pinned: Vec<String>,
    shown: Arc<AtomicBool>,
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "keyhaven".into()
    }

    fn title(&self) -> String {
        words::NAME.into()
    }

    fn category(&self) -> Category {
        Category::ApplicationStatus
    }

    fn status(&self) -> Status {
        if self.facts.overdue > 0 {
            Status::NeedsAttention
        } else {
            Status::Active
        }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        icons(self.facts)
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        icons(self.facts)
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: words::NAME.into(),
            description: words::due(self.facts.overdue, self.facts.due_this_week),
            ..ToolTip::default()
        }
    }

    /// Where a host has clicks, a click opens the window.
    fn activate(&mut self, _x: i32, _y: i32) {
        self.act(|shell| shell.show(None));
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let due = StandardItem {
            label: words::due(self.facts.overdue, self.facts.due_this_week),
            enabled: false,
            ..StandardItem::default()
        };
        let lock = if self.facts.locked {
            entry(words::UNLOCK, |shell| {
                // Whether it was unlocked is told by an event.
                let _ = shell.prompts.run(&shell, Kind::Unlock, None);
            })
        } else {
            entry(words::LOCK_NOW, |shell| {
                // An agent that is gone holds nothing to lock.
                let _ = shell.link.ask(LockRequest {});
            })
        };
        let mut menu = vec![
            due.into(),
            MenuItem::Separator,
            entry(words::OPEN, |shell| shell.show(None)),
            lock,
            MenuItem::Separator,
        ];
        if !self.pinned.is_empty() {
            menu.extend(self.pinned.iter().map(|name| launch(name)));
            menu.push(MenuItem::Separator);
        }
        menu.push(entry(words::QUIT, |shell| shell.quit()));
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

impl Item {
    /// The tray's own thread must not wait.
    fn act(&self, act: impl FnOnce(Arc<Shell>) + Send + 'static) {
        if let Some(shell) = self.shell.upgrade() {
            tauri::async_runtime::spawn_blocking(move || act(shell));
        }
    }
}

fn entry(label: &str, act: impl Fn(Arc<Shell>) + Clone + Send + 'static) -> MenuItem<Item> {
    StandardItem {
        // An underscore would mark an access key.
        label: label.replace('_', "__"),
        activate: Box::new(move |item: &mut Item| item.act(act.clone())),
        ..StandardItem::default()
    }
    .into()
}

fn launch(profile: &str) -> MenuItem<Item> {
    let name = profile.to_owned();
    entry(&words::run_profile(profile), move |shell| {
        shell.start_profile(&name);
    })
}

/// The icon in two sizes.
type Icons = [ksni::Icon; 2];

macro_rules! icons {
    ($name:literal) => {
        LazyLock::new(|| {
            [
                icon(include_bytes!(concat!("../../icons/", $name, ".png"))),
                icon(include_bytes!(concat!("../../icons/", $name, "@2x.png"))),
            ]
        })
    };
}

static PLAIN: LazyLock<Icons> = icons!("tray");
static DUE: LazyLock<Icons> = icons!("tray-due");
static LOCKED: LazyLock<Icons> = icons!("tray-locked");

/// What is overdue matters more than the lock.
fn icons(facts: Facts) -> Vec<ksni::Icon> {
    let set: &Icons = match facts {
        Facts { overdue: 1.., .. } => &DUE,
        Facts { locked: true, .. } => &LOCKED,
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
        let facts = |locked, overdue| Facts {
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
