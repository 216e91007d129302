//! What the main process knows, and how it reacts to events of the agent.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use keyhaven_protocol::event::Event;
use keyhaven_protocol::request::{ProfilesRequest, StatusRequest};
use uuid::Uuid;

use super::confirm::ReminderMemory;
use super::desktop::{Desktop, Question, VaultSummary, WindowEvent};
use super::preferences::PreferenceStore;
use super::unsaved::Unsaved;
use crate::agent_link::{Link, MainSide};
use crate::arguments::ToShow;
use crate::imports::Imports;
use crate::launch::Launches;
use crate::lock::locked;
use crate::strings::{self, NativeText};

/// Input is reported to the agent at most this often.
const INPUT_AGAIN: Duration = Duration::from_secs(5);

/// The state of the main process.
#[derive(Debug)]
pub struct AppState {
    /// Windows, dialogs, prompts and the tray.
    pub desktop: Arc<dyn Desktop>,
    /// The way to the agent.
    pub link: Link<MainSide>,
    /// The settings of the window.
    pub store: Arc<PreferenceStore>,
    /// Files read for an import.
    pub imports: Imports,
    /// Children that were started from here.
    pub launches: Launches,
    /// Folders a person has chosen; JavaScript names them by their index.
    pub directories: Mutex<Vec<PathBuf>>,
    /// What the page has that is not stored.
    pub unsaved: Unsaved,
    /// The reminders that the page has ended or postponed.
    pub reminded: ReminderMemory,
    summary: Mutex<VaultSummary>,
    /// The credential that a link asked for, until its details were asked for.
    to_show: Mutex<Option<Uuid>>,
    /// When input was reported last.
    input_reported: Mutex<Option<Instant>>,
}

impl AppState {
    /// Before the window is there.
    pub fn new(
        desktop: Arc<dyn Desktop>,
        store: Arc<PreferenceStore>,
        link: Link<MainSide>,
    ) -> Self {
        Self {
            desktop,
            link,
            store,
            imports: Imports::default(),
            launches: Launches::default(),
            directories: Mutex::default(),
            unsaved: Unsaved::default(),
            reminded: ReminderMemory::default(),
            summary: Mutex::new(VaultSummary {
                locked: true,
                overdue: 0,
                due_this_week: 0,
            }),
            to_show: Mutex::default(),
            input_reported: Mutex::default(),
        }
    }

    /// What the tray shows.
    pub fn summary(&self) -> VaultSummary {
        *locked(&self.summary)
    }

    /// A person used the window. The agent learns it, but not of every key.
    pub fn input_seen(&self) {
        let mut reported = locked(&self.input_reported);
        if reported.is_some_and(|at| at.elapsed() < INPUT_AGAIN) {
            return;
        }
        *reported = Some(Instant::now());
        let link = self.link.clone();
        // Not on the thread of the toolkit. Where it cannot be reached, the vault locks sooner.
        let _ = std::thread::Builder::new().spawn(move || {
            if let Ok(Some(mut client)) = link.connect_if_running() {
                let _ = client.ask(keyhaven_protocol::request::InputSeenRequest {});
            }
        });
    }

    /// Shows the window, at what is named. A window that is not there yet begins with what is
    /// due.
    pub fn show(self: &Arc<Self>, to_show: Option<ToShow>) {
        if let Some(ToShow::Key(id)) = to_show {
            *locked(&self.to_show) = Some(id);
        }
        self.desktop.show_window();
        if to_show == Some(ToShow::Due) {
            self.desktop
                .emit(WindowEvent::Open(ToShow::Due.to_string()));
        }
        self.announce_to_show();
    }

    /// Tells the front end which credential is to be shown. It may not listen yet, or be
    /// locked; so this is repeated until it asks for that credential.
    pub fn announce_to_show(&self) {
        if let Some(id) = *locked(&self.to_show) {
            self.desktop
                .emit(WindowEvent::Open(ToShow::Key(id).to_string()));
        }
    }

    /// The front end has asked for this credential.
    pub fn was_shown(&self, id: Uuid) {
        let mut to_show = locked(&self.to_show);
        if *to_show == Some(id) {
            *to_show = None;
        }
    }

    /// The list of launches has changed.
    pub fn launches_changed(&self) {
        self.desktop.emit(WindowEvent::Launches(()));
    }

    /// Shows the pinned profiles in the tray. While locked their names are known to nobody.
    pub fn refresh_pins(&self) {
        let pinned = self.store.pinned();
        if pinned.is_empty() || self.summary().locked {
            return self.desktop.pin_profiles(Vec::new());
        }
        // Without an answer there is nothing to be started either.
        let all = self.link.ask(ProfilesRequest {}).unwrap_or_default();
        let shown = all.into_iter().filter(|view| pinned.contains(&view.id));
        self.desktop
            .pin_profiles(shown.map(|view| view.profile.name).collect());
        // A lock that came meanwhile has cleared them already, and would not again.
        if self.summary().locked {
            self.desktop.pin_profiles(Vec::new());
        }
    }

    /// A launch has ended.
    pub fn launch_ended(&self) {
        self.launches_changed();
        let reachable = self.desktop.has_tray() || self.desktop.has_window();
        if !reachable && !self.launches.any_runs() {
            // Nothing is left to do here, and nobody could end this.
            self.desktop.exit();
        }
    }

    /// Closes the window once a person has agreed that what is not stored is lost. Does not wait.
    pub fn ask_to_close(self: &Arc<Self>) {
        let state = self.clone();
        tauri::async_runtime::spawn_blocking(move || {
            if state.may_leave() {
                state.unsaved.note(None);
                state.desktop.close_window();
            }
        });
    }

    fn may_leave(&self) -> bool {
        let ask = |question| self.desktop.confirm_leaving(question);
        self.unsaved.may_be_lost(ask)
    }

    /// Ends this process, and its children once a person has agreed.
    pub fn quit(&self) {
        if self.unsaved.is_some() {
            // What is asked about can be looked at.
            self.desktop.show_window();
        }
        if !self.may_leave() {
            return;
        }
        let running = self.launches.running();
        let agreed = running.is_empty() || {
            self.desktop.confirm(Question {
                title: NativeText::QuitQuestion.text(),
                text: strings::confirm_quit(&running),
                details: Vec::new(),
                yes: NativeText::QuitYes.text(),
            })
        };
        if agreed {
            self.launches.stop_all();
            self.desktop.exit();
        }
    }

    /// A launch has written something that can be fetched.
    pub fn launch_wrote(&self, id: u32) {
        self.desktop.emit(WindowEvent::Output(id));
    }

    /// Listening has begun: what happened before was not heard.
    pub fn agent_found(self: &Arc<Self>) {
        self.refresh_summary();
        self.tell(&Event::Lagged);
    }

    /// The agent is gone, and with it every open vault.
    pub fn agent_gone(self: &Arc<Self>) {
        if !self.summary().locked {
            self.handle(&Event::Locked);
        }
    }

    /// Does what an event asks for.
    pub fn handle(self: &Arc<Self>, event: &Event) {
        match event {
            Event::Locked => {
                self.change_summary(|summary| summary.locked = true);
                self.refresh_pins();
                self.forget();
                self.desktop.renew_window();
            }
            Event::Unlocked => {
                self.refresh_summary();
                self.tell(event);
            }
            Event::Due {
                overdue,
                due_this_week,
            } => {
                self.change_summary(|summary| {
                    summary.overdue = *overdue;
                    summary.due_this_week = *due_this_week;
                });
                self.tell(event);
            }
            Event::Changed => {
                self.refresh_pins();
                self.tell(event);
            }
            Event::Running => self.tell(event),
            Event::Lagged => {
                self.refresh_summary();
                self.tell(event);
            }
        }
    }

    /// Ends every prompt, and forgets every value that was read from a file and what the page
    /// had that goes with it.
    fn forget(&self) {
        self.desktop.end_prompt();
        self.imports.clear();
        self.unsaved.note(None);
    }

    /// The page's process has ended by itself, and what was not stored is lost: another one
    /// follows.
    pub fn page_lost(&self) {
        self.forget();
        self.desktop.renew_window();
    }

    fn refresh_summary(&self) {
        // Without an answer the old summary stand until the next event.
        if let Ok(status) = self.link.ask(StatusRequest {}) {
            self.change_summary(|summary| {
                *summary = VaultSummary {
                    locked: status.locked,
                    overdue: status.overdue,
                    due_this_week: status.due_this_week,
                };
            });
            self.refresh_pins();
        }
    }

    fn change_summary(&self, change: impl FnOnce(&mut VaultSummary)) {
        let summary = {
            let mut summary = locked(&self.summary);
            change(&mut summary);
            *summary
        };
        self.desktop.show_summary(summary);
    }

    fn tell(&self, event: &Event) {
        self.desktop.emit(WindowEvent::Agent(event.clone()));
    }
}
