//! What the main process knows, and what happens when the agent says something.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use keyhaven_protocol::event::Event;
use keyhaven_protocol::request::{ProfileRequest, ProfilesRequest, StatusRequest};
use keyhaven_protocol::{Error, wording};
use tauri::{AppHandle, Emitter as _};
use uuid::Uuid;

use crate::agent_link::{Link, MainSide};
use crate::dialogs;
use crate::guard;
use crate::imports::Imports;
use crate::launch::{Launched, Launches, News, sibling};
use crate::order::Order;
use crate::preferences::Store;
use crate::prompts::Prompts;
use crate::sync::locked;
use crate::tray::Tray;
use crate::window::{self, Window};
use crate::words;

/// To JavaScript: something the agent said.
const EVENT: &str = "keyhaven-event";
/// To JavaScript: the list of launches has changed.
const LAUNCHES: &str = "keyhaven-launches";
/// To JavaScript: a launch has written something.
const OUTPUT: &str = "keyhaven-output";
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

    /// Starts a command in the background, once a person has agreed; none when they did not.
    ///
    /// # Errors
    /// There is no command, or `kh` could not be started.
    pub fn start(self: &Arc<Self>, order: Order) -> Result<Option<Launched>, Error> {
        if order.command.is_empty() {
            return Err(Error::Invalid {
                what: "the command".into(),
                problem: "there is none to run".into(),
            });
        }
        if !guard::launch(self, &order) {
            return Ok(None);
        }
        let watching = self.clone();
        let tell = move |news| match news {
            News::Output(id) => watching.launch_wrote(id),
            News::Ended => watching.launch_ended(),
        };
        let started = self.launches.start(&sibling("kh")?, order, tell)?;
        self.launches_changed();
        Ok(Some(started))
    }

    /// Starts a profile from where nothing can be shown but a dialog.
    pub fn start_profile(self: &Arc<Self>, name: &str) {
        let request = ProfileRequest { name: name.into() };
        let found = self.link.ask(request);
        let started = found.and_then(|found| self.start(Order::of_profile(found.profile)));
        if let Err(error) = started {
            dialogs::say(self, wording::message(&error));
        }
    }

    /// Shows the pinned profiles in the tray. While locked their names are known to nobody.
    pub fn refresh_pins(&self) {
        let pinned = self.store.pinned();
        if pinned.is_empty() || self.facts().locked {
            return self.tray.pin(Vec::new());
        }
        // Without an answer there is nothing to be started either.
        let all = self.link.ask(ProfilesRequest {}).unwrap_or_default();
        let shown = all.into_iter().filter(|view| pinned.contains(&view.id));
        self.tray.pin(shown.map(|view| view.profile.name).collect());
        // A lock that came meanwhile has cleared them already, and would not again.
        if self.facts().locked {
            self.tray.pin(Vec::new());
        }
    }

    /// A launch has ended.
    pub fn launch_ended(&self) {
        self.launches_changed();
        let reachable = self.tray.is_shown() || window::is_there(self);
        if !reachable && !self.launches.any_runs() {
            // Nothing is left to do here, and nobody could end this.
            self.app.exit(0);
        }
    }

    /// Ends this process, and its children once a person has agreed.
    pub fn quit(&self) {
        let running = self.launches.running();
        let agreed = running.is_empty() || {
            let text = words::confirm_quit(&running);
            dialogs::confirm(self, words::CONFIRM_QUIT, text, words::STOP_AND_QUIT)
        };
        if agreed {
            self.launches.stop_all();
            self.app.exit(0);
        }
    }

    /// A launch has written something that can be fetched.
    pub fn launch_wrote(&self, id: u32) {
        self.emit(OUTPUT, serde_json::json!({ "id": id }));
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
                self.refresh_pins();
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
            Event::Changed => {
                self.refresh_pins();
                self.tell(event);
            }
            Event::Running => self.tell(event),
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
            self.refresh_pins();
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
