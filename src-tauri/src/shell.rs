//! What the main process knows, and what happens when the agent says something.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use keyhaven_protocol::event::Event;
use keyhaven_protocol::request::StatusRequest;
use tauri::{AppHandle, Emitter as _};
use uuid::Uuid;

use crate::agent_link::{Link, MainSide};
use crate::imports::Imports;
use crate::launch::Launches;
use crate::preferences::Store;
use crate::prompts::Prompts;
use crate::sync::locked;
use crate::tray::Tray;
use crate::window::{self, Window};

/// To JavaScript: something the agent said.
const EVENT: &str = "keyhaven-event";
/// To JavaScript: the list of launches has changed.
const LAUNCHES: &str = "keyhaven-launches";
/// To JavaScript: show that credential.
const OPEN: &str = "keyhaven-open";

/// What the tray shows; all of it known while locked too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether the vault is locked, or nothing answers.
    pub locked: bool,
    /// Past due.
    pub overdue: u32,
    /// Due within seven days.
    pub due_this_week: u32,
}

/// The state of the main process.
#[derive(Debug)]
pub struct Shell {
    /// Tauri's application.
    pub app: AppHandle,
    /// The way to the agent.
    pub link: Link<MainSide>,
    /// The settings of the window.
    pub store: Store,
    /// The main window.
    pub window: Window,
    /// The tray icon, where there is a tray.
    pub tray: Tray,
    /// The prompt that is open.
    pub prompts: Prompts,
    /// Files read for an import.
    pub imports: Imports,
    /// Children that were started from here.
    pub launches: Launches,
    /// Folders a person has chosen; JavaScript names them by their index.
    pub directories: Mutex<Vec<PathBuf>>,
    facts: Mutex<Facts>,
    /// The credential that a link asked for, until its details were asked for.
    wish: Mutex<Option<Uuid>>,
}

impl Shell {
    /// Before the window is there.
    pub fn new(app: AppHandle, link: Link<MainSide>, wish: Option<Uuid>) -> Self {
        Self {
            app,
            link,
            store: Store::open(),
            window: Window::default(),
            tray: Tray::default(),
            prompts: Prompts::default(),
            imports: Imports::default(),
            launches: Launches::default(),
            directories: Mutex::default(),
            facts: Mutex::new(Facts {
                locked: true,
                overdue: 0,
                due_this_week: 0,
            }),
            wish: Mutex::new(wish),
        }
    }

    /// What the tray shows.
    pub fn facts(&self) -> Facts {
        *locked(&self.facts)
    }

    /// Shows the window, at a credential if one is named.
    pub fn show(self: &Arc<Self>, wish: Option<Uuid>) {
        if wish.is_some() {
            *locked(&self.wish) = wish;
        }
        window::show(self);
        self.tell_wish();
    }

    /// Tells the front end which credential is to be shown. It may not listen yet, or be
    /// locked; so this is repeated until it asks for that credential.
    pub fn tell_wish(&self) {
        if let Some(id) = *locked(&self.wish) {
            self.emit(OPEN, serde_json::json!({ "id": id }));
        }
    }

    /// The front end has asked for this credential.
    pub fn wish_granted(&self, id: Uuid) {
        let mut wish = locked(&self.wish);
        if *wish == Some(id) {
            *wish = None;
        }
    }

    /// The list of launches has changed.
    pub fn launches_changed(&self) {
        self.emit(LAUNCHES, serde_json::Value::Null);
    }

    /// Listening has begun: what happened before was not heard.
    pub fn agent_found(self: &Arc<Self>) {
        self.refresh_facts();
        self.tell(&Event::Lagged);
    }

    /// The agent is gone, and with it every open vault.
    pub fn agent_gone(self: &Arc<Self>) {
        if !self.facts().locked {
            self.handle(&Event::Locked);
        }
    }

    /// Does what an event asks for.
    pub fn handle(self: &Arc<Self>, event: &Event) {
        match event {
            Event::Locked => {
                self.change_facts(|facts| facts.locked = true);
                self.forget();
                window::renew(self);
            }
            Event::Unlocked => {
                self.refresh_facts();
                self.tell(event);
            }
            Event::Due {
                overdue,
                due_this_week,
            } => {
                self.change_facts(|facts| {
                    facts.overdue = *overdue;
                    facts.due_this_week = *due_this_week;
                });
                self.tell(event);
            }
            Event::Changed | Event::Running => self.tell(event),
            Event::Lagged => {
                self.refresh_facts();
                self.tell(event);
            }
        }
    }

    /// Ends every prompt and forgets every value that was read from a file.
    fn forget(&self) {
        self.prompts.end();
        self.imports.clear();
    }

    fn refresh_facts(&self) {
        // Without an answer the old facts stand until the next event.
        if let Ok(status) = self.link.ask(StatusRequest {}) {
            self.change_facts(|facts| {
                *facts = Facts {
                    locked: status.locked,
                    overdue: status.overdue,
                    due_this_week: status.due_this_week,
                };
            });
        }
    }

    fn change_facts(&self, change: impl FnOnce(&mut Facts)) {
        let facts = {
            let mut facts = locked(&self.facts);
            change(&mut facts);
            *facts
        };
        self.tray.update(facts);
    }

    fn tell(&self, event: &Event) {
        self.emit(EVENT, event);
    }

    fn emit(&self, name: &str, payload: impl serde::Serialize + Clone) {
        // A window that is not there, or just closing, has nothing to be told.
        let _ = self.app.emit_to(window::LABEL, name, payload);
    }
}
