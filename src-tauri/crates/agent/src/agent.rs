//! What all connections share: the vault's thread, the clocks, and the subscribers to events.

use crate::server::import_session::ImportBudget;
use crate::tasks::vault_locker::{Locking, VaultLocker};
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
use crate::jobs::rotate::RotationTurns;
use crate::log::{AgentLog, LockReason, LogEvent};
use crate::options::AgentOptions;
use crate::private_files::PrivateFiles;
use crate::server::answer_room::LargeAnswers;
use crate::server::events::EventHub;
use crate::server::frame_io::FrameBudget;
use crate::server::peer::{Peer, myself};
use crate::server::socket_note;
use crate::tasks::idle::{IdleTimer, LockTimes};
use crate::tasks::presence::{PresenceLock, UnlockInProgress};
use crate::tasks::running::RunningPrograms;
use crate::user_session::UserSession;
use crate::vault_thread::VaultThread;
use crate::vault_thread::attempts::AttemptQueue;
use crate::vault_thread::kdf::Kdf;
use crate::workers::Workers;

/// The running agent.
pub(crate) struct Agent {
    pub(crate) vault: VaultThread,
    pub(crate) events: Arc<EventHub>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) consent: Arc<dyn Consent>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) kdf: Kdf,
    pub(crate) attempts: AttemptQueue,
    pub(crate) idle: IdleTimer,
    pub(crate) presence: Arc<PresenceLock>,
    pub(crate) running: Arc<RunningPrograms>,
    pub(crate) files: PrivateFiles,
    pub(crate) clipboard: ClipboardHelpers,
    pub(crate) log: Arc<AgentLog>,
    pub(crate) keychain: Keychain,
    pub(crate) workers: Workers,
    pub(crate) frame_budget: FrameBudget,
    pub(crate) import_budget: ImportBudget,
    pub(crate) large_answers: LargeAnswers,
    /// Dates may have changed: reminders look again.
    pub(crate) dates: Notify,
    /// Dates or settings may have changed, or the vault was opened: the calendar file follows.
    pub(crate) calendar: Notify,
    /// The vault was opened or locked: the daily backup looks again.
    pub(crate) opened_or_closed: Notify,
    /// Credentials that are rotated automatically at this moment.
    pub(crate) rotating: RotationTurns,
    /// Held by what goes over the whole vault: backups and checks come one by one.
    pub(crate) housework: tokio::sync::Mutex<()>,
    /// Why the last daily backup could not be written.
    pub(crate) backup_problem: Mutex<Option<Error>>,
    /// The vault's folder may be another one: it is watched.
    pub(crate) folder_made: Notify,
    /// A use was recorded that power loss could still take.
    pub(crate) used: Notify,
    /// Set once, when the agent is to end.
    pub(crate) stop: watch::Sender<bool>,
    /// Set once, when the vault's lock is released: connections close.
    pub(crate) ended: watch::Sender<bool>,
    pub(crate) folder: PathBuf,
    pub(crate) socket: PathBuf,
    pub(crate) started_at: Timestamp,
    pub(crate) user_session: UserSession,
    /// The setting, while the vault is unlocked.
    pub(crate) hook_wait_seconds: Mutex<Option<u32>>,
    /// Whether the last notice reached a notification service.
    pub(crate) notices_work: Mutex<bool>,
}

impl Agent {
    pub(crate) fn new(vault: VaultThread, options: &AgentOptions) -> Self {
        Self {
            vault,
            events: Arc::new(EventHub::default()),
            clock: options.clock.clone(),
            consent: options.consent.clone(),
            notifier: options.notifier.clone(),
            kdf: Kdf::new(options.kdf),
            attempts: AttemptQueue::default(),
            idle: IdleTimer::default(),
            presence: Arc::default(),
            running: Arc::default(),
            files: PrivateFiles::new(options.files.clone(), options.files_note.clone()),
            clipboard: ClipboardHelpers::new(options.helper.clone()),
            log: Arc::new(AgentLog::new(options.log.clone())),
            keychain: Keychain::new(options.helper.clone()),
            workers: Workers::new(options.worker.clone()),
            frame_budget: FrameBudget::default(),
            import_budget: ImportBudget::default(),
            large_answers: LargeAnswers::default(),
            dates: Notify::new(),
            calendar: Notify::new(),
            opened_or_closed: Notify::new(),
            rotating: RotationTurns::default(),
            housework: tokio::sync::Mutex::new(()),
            backup_problem: Mutex::new(None),
            folder_made: Notify::new(),
            used: Notify::new(),
            stop: watch::Sender::new(false),
            ended: watch::Sender::new(false),
            folder: options.folder.clone(),
            socket: options.socket.clone(),
            started_at: options.clock.now(),
            user_session: UserSession::default(),
            hook_wait_seconds: Mutex::new(None),
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

    /// Locks the vault: no earlier answer leaves any more, work on the vault stops, copies are
    /// cleared, then the keys go. From then on nothing waits for the time to lock.
    ///
    /// # Errors
    /// The vault is locked, but could not be closed cleanly.
    pub(crate) async fn lock(self: &Arc<Self>, by: &Peer, reason: LockReason) -> Result<(), Error> {
        self.events.invalidate_earlier_answers();
        self.vault.stop_work();
        self.clipboard.end();
        let context = self.context(by, ClaimedFacts::default());
        let agent = self.clone();
        let locked = self.vault.run(move |state| {
            let was_open = state.is_unlocked();
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

    /// The vault's folder may have been made again: what lies next to the vault is written, and
    /// the folder watched.
    pub(crate) fn folder_made(&self) {
        socket_note::leave(&self.folder, &self.socket);
        self.folder_made.notify_one();
    }

    /// Says something in the log.
    pub(crate) fn note(&self, event: LogEvent) {
        self.log.note(self.clock.now(), event);
    }

    /// The vault is not open any more: nothing waits for the time to lock it, and every
    /// subscriber receives an event.
    fn closed(&self, reason: LockReason) {
        self.note(LogEvent::Locked(reason));
        *guarded(&self.hook_wait_seconds) = None;
        self.idle.rest();
        self.presence.rest();
        self.user_session.unpin();
        self.events.tell(Event::Locked);
        self.dates.notify_one();
        self.calendar.notify_one();
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
        self.calendar.notify_one();
    }

    /// The vault is open.
    pub(crate) fn unlocked(&self, settings: &Settings) {
        self.note(LogEvent::Unlocked);
        self.idle
            .unlocked(lock_times(settings), self.clock.boottime());
        self.follow(settings);
        self.events.tell(Event::Unlocked);
        self.dates.notify_one();
        self.calendar.notify_one();
        self.opened_or_closed.notify_one();
    }

    /// The settings that hold from now on.
    pub(crate) fn follow(&self, settings: &Settings) {
        self.idle.set(lock_times(settings));
        self.presence.set(settings);
        *guarded(&self.hook_wait_seconds) = Some(settings.hook_wait_seconds);
    }

    /// A value was used or written.
    pub(crate) fn use_seen(&self) {
        self.idle.used(self.clock.boottime());
    }

    /// A client greets: a reminder that could not be shown may be shown in its session.
    pub(crate) fn meet(&self, session: &Session) {
        if self.user_session.meet(session) && !*guarded(&self.notices_work) {
            self.dates.notify_one();
        }
    }

    /// An unlock begins, by a client of this session.
    pub(crate) fn unlock_begins(&self, session: &Session) -> UnlockInProgress {
        UnlockInProgress::begin(&self.presence, session.clone())
    }
}

const fn lock_times(settings: &Settings) -> LockTimes {
    LockTimes {
        unused_minutes: settings.auto_lock_minutes,
        unlocked_hours: settings.max_unlocked_hours,
    }
}

impl VaultLocker for Agent {
    fn lock(self: Arc<Self>, reason: LockReason) -> Locking {
        Box::pin(async move {
            let _ = self.lock_by_itself(reason).await;
        })
    }
}
