//! What all connections share: the vault's thread, the clocks, and the subscribers to events.

use crate::server::import_session::ImportBudget;
use crate::tasks::lock_trigger::{LockTrigger, Locking};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::event::Event;
use keyhaven_protocol::request::Session;
use keyhaven_vault::{AuditContext, ClaimedFacts, Settings};
use tokio::sync::{Notify, watch};

use crate::clock::{Clock, reading};
use crate::consent::Consent;
use crate::guarded;
use crate::helpers::clipboard::ClipboardHelpers;
use crate::helpers::keychain::Keychain;
use crate::helpers::notification::Notifier;
use crate::log::{AgentLog, LockReason, LogEvent};
use crate::private_files::PrivateFiles;
use crate::server::events::EventHub;
use crate::server::frame_io::FrameBudget;
use crate::server::peer::{Peer, myself};
use crate::tasks::idle::IdleTimer;
use crate::tasks::presence::PresenceLock;
use crate::tasks::running::RunningPrograms;
use crate::vault_thread::VaultThread;
use crate::vault_thread::kdf::{Kdf, KdfQueue};

/// The running agent.
pub(crate) struct Agent {
    pub(crate) vault: VaultThread,
    pub(crate) events: Arc<EventHub>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) consent: Arc<dyn Consent>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) kdf: Kdf,
    pub(crate) kdf_queue: KdfQueue,
    pub(crate) idle: IdleTimer,
    pub(crate) presence: Arc<PresenceLock>,
    pub(crate) running: Arc<RunningPrograms>,
    pub(crate) files: PrivateFiles,
    pub(crate) clipboard: ClipboardHelpers,
    pub(crate) log: Arc<AgentLog>,
    pub(crate) keychain: Keychain,
    pub(crate) frame_budget: FrameBudget,
    pub(crate) import_budget: ImportBudget,
    /// Dates may have changed: reminders look again.
    pub(crate) dates: Notify,
    /// The vault was opened or locked: the daily backup looks again.
    pub(crate) opened_or_closed: Notify,
    /// Held by what goes over the whole vault: backups and checks come one by one.
    pub(crate) housework: tokio::sync::Mutex<()>,
    /// Why the last daily backup could not be written.
    pub(crate) backup_problem: Mutex<Option<Error>>,
    /// A use was recorded that power loss could still take.
    pub(crate) used: Notify,
    /// Set once, when the agent is to end.
    pub(crate) stop: watch::Sender<bool>,
    /// Set once, when the vault's lock is released: connections close.
    pub(crate) ended: watch::Sender<bool>,
    pub(crate) folder: PathBuf,
    pub(crate) socket: PathBuf,
    pub(crate) started_at: Timestamp,
    /// Where the last person with a display sat.
    pub(crate) session: Arc<Mutex<Option<Session>>>,
    /// Whether the last notice reached a notification service.
    pub(crate) notices_work: Mutex<bool>,
}

impl Agent {
    pub(crate) fn new(vault: VaultThread, options: &crate::AgentOptions) -> Self {
        Self {
            vault,
            events: Arc::new(EventHub::default()),
            clock: options.clock.clone(),
            consent: options.consent.clone(),
            notifier: options.notifier.clone(),
            kdf: Kdf::new(options.kdf),
            kdf_queue: KdfQueue::default(),
            idle: IdleTimer::default(),
            presence: Arc::default(),
            running: Arc::default(),
            files: PrivateFiles::new(options.files.clone(), options.files_note.clone()),
            clipboard: ClipboardHelpers::new(options.helper.clone()),
            log: Arc::new(AgentLog::new(options.log.clone())),
            keychain: Keychain::new(options.helper.clone()),
            frame_budget: FrameBudget::default(),
            import_budget: ImportBudget::default(),
            dates: Notify::new(),
            opened_or_closed: Notify::new(),
            housework: tokio::sync::Mutex::new(()),
            backup_problem: Mutex::new(None),
            used: Notify::new(),
            stop: watch::Sender::new(false),
            ended: watch::Sender::new(false),
            folder: options.folder.clone(),
            socket: options.socket.clone(),
            started_at: options.clock.now(),
            session: Arc::default(),
            notices_work: Mutex::new(true),
        }
    }

    /// Both clocks.
    pub(crate) fn reading(&self) -> keyhaven_vault::LocalNow {
        reading(&*self.clock)
    }

    /// For the audit rows of what a peer, or the agent by itself, does now.
    pub(crate) fn context(&self, peer: &Peer, claimed: ClaimedFacts) -> AuditContext {
        AuditContext {
            now: self.clock.now(),
            actor: peer.actor(),
            claimed,
        }
    }

    /// Locks the vault: no earlier answer leaves any more, copies are cleared, then the
    /// keys go. From then on nothing waits for the time to lock.
    ///
    /// # Errors
    /// The vault is locked, but could not be closed cleanly.
    pub(crate) async fn lock(self: &Arc<Self>, by: &Peer, reason: LockReason) -> Result<(), Error> {
        self.events.invalidate_earlier_answers();
        self.clipboard.end();
        let context = self.context(by, ClaimedFacts::default());
        let agent = self.clone();
        let locked = self.vault.run(move |state| {
            let was_open = state.unlocked().is_ok();
            let result = state.lock(&context);
            if was_open {
                agent.closed(reason);
            }
            result
        });
        locked.await?
    }

    /// Locks because nobody used the vault, because the person leaves, or because the agent
    /// ends.
    pub(crate) async fn lock_by_itself(self: &Arc<Self>, reason: LockReason) -> Result<(), Error> {
        self.lock(&myself(), reason).await
    }

    /// The vault is locked though nobody asked for it: what follows from a lock follows.
    pub(crate) fn fell_locked(&self) {
        self.events.invalidate_earlier_answers();
        self.clipboard.end();
        self.closed(LockReason::Failed);
    }

    /// Says something in the log.
    pub(crate) fn note(&self, event: LogEvent) {
        self.log.note(self.clock.now(), event);
    }

    /// The vault is not open any more: nothing waits for the time to lock it, and every
    /// subscriber receives an event.
    fn closed(&self, reason: LockReason) {
        self.note(LogEvent::Locked(reason));
        self.idle.rest();
        self.presence.rest();
        self.events.tell(Event::Locked);
        self.dates.notify_one();
        self.opened_or_closed.notify_one();
    }

    /// A user change was written that no reminder follows from.
    pub(crate) fn changed(&self) {
        self.events.tell(Event::Changed);
    }

    /// A user change was written that reminders may follow from.
    pub(crate) fn dates_changed(&self) {
        self.changed();
        self.dates.notify_one();
    }

    /// The vault is open.
    pub(crate) fn unlocked(&self, settings: &Settings) {
        self.note(LogEvent::Unlocked);
        self.locks_by(settings);
        self.events.tell(Event::Unlocked);
        self.dates.notify_one();
        self.opened_or_closed.notify_one();
    }

    /// When the vault locks itself from now on.
    pub(crate) fn locks_by(&self, settings: &Settings) {
        let minutes = settings.auto_lock_minutes;
        self.idle.set(minutes, self.clock.boottime());
        self.presence.set(settings);
    }

    /// A value was used or written.
    pub(crate) fn use_seen(&self) {
        self.idle.used(self.clock.boottime());
    }

    /// Remembers where the person sits, for notices.
    pub(crate) fn meet(&self, session: &Session) {
        let has_seat =
            session.bus.is_some() || session.display.is_some() || session.wayland_display.is_some();
        if has_seat {
            *guarded(&self.session) = Some(session.clone());
            if !*guarded(&self.notices_work) {
                self.dates.notify_one();
            }
        }
    }
}

impl LockTrigger for Agent {
    fn lock(self: Arc<Self>, reason: LockReason) -> Locking {
        Box::pin(async move {
            let _ = self.lock_by_itself(reason).await;
        })
    }
}
