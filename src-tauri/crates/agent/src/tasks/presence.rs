//! Locks when the person leaves: the machine is about to sleep, or the screen is locked.
//!
//! Who hears of that is a helper process (`keyhaven-agent --watch`, see `watch`) and not the
//! agent: parsers of what comes over a bus, and a bus library's threads, do not belong beside
//! the keys, and all that helper can make the agent do is lock. It lives exactly as long as the
//! vault is open, or being opened, and one of the two settings is on. Its end is what gives the kernel back the
//! inhibitor it holds, so that the machine goes to sleep when the lock is done, and not before.
//! It costs nothing while nothing happens: everybody waits.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use keyhaven_protocol::agent_security::PresenceSignal as Signal;
use keyhaven_protocol::request::Session;
use keyhaven_vault::Settings;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;

use crate::agent::Agent;
use crate::helpers::presence_signal::{PresenceMessage, WatchedEvents};
use crate::log::{LockReason, LogEvent};
use crate::{PresenceOptions, child_process, guarded};

/// How often in a row a helper may end by itself before none is started any more.
const MOST_LOST: u32 = 5;
/// The pause after the first time; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// A helper that listened as long begins a new row.
const LISTENED: Duration = Duration::from_secs(60);

/// What is to be watched, and what is.
#[derive(Debug, Default)]
pub(crate) struct PresenceLock {
    target: watch::Sender<WatchTarget>,
    observed: Mutex<ObservedSignals>,
    /// Held from the moment somebody left until the vault is locked.
    leaving: tokio::sync::Mutex<()>,
}

/// What a helper hears now.
#[derive(Debug, Default)]
struct ObservedSignals {
    signals: Vec<Signal>,
    watcher_failed: bool,
}

/// When the vault is to be locked; nothing while it is and nobody opens it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct WatchTarget {
    open: Option<WatchedEvents>,
    unlocks: u32,
    /// How often the vault was locked: each time what was watched ends.
    locks: u64,
}

impl WatchTarget {
    /// As the helper is told. Before the settings can be read everything counts.
    fn words(self) -> Option<&'static str> {
        match self.open {
            Some(what) => what.words(),
            None if self.unlocks > 0 => WatchedEvents::ALL.words(),
            None => None,
        }
    }
}

/// An unlock under way; what happens meanwhile is heard, and locks the vault once it is open.
/// It goes with the work that opens the vault, which goes on when whoever asked is gone.
pub(crate) struct UnlockInProgress(watch::Sender<WatchTarget>);

impl Drop for UnlockInProgress {
    fn drop(&mut self) {
        self.0.send_modify(|target| target.unlocks -= 1);
    }
}

impl PresenceLock {
    /// An unlock begins.
    pub(crate) fn unlock_begins(&self) -> UnlockInProgress {
        self.target.send_modify(|target| target.unlocks += 1);
        UnlockInProgress(self.target.clone())
    }

    /// The vault was opened, or its settings changed.
    pub(crate) fn set(&self, settings: &Settings) {
        let what = WatchedEvents {
            sleep: settings.lock_on_suspend,
            screen: settings.lock_on_screen_lock,
        };
        self.target.send_modify(|target| target.open = Some(what));
    }

    /// The vault is locked: nothing is left to watch over.
    pub(crate) fn rest(&self) {
        self.target.send_modify(|target| {
            target.open = None;
            target.locks += 1;
        });
    }

    /// Somebody left: locks where that counts, after an unlock under way.
    async fn leave(&self, signal: Signal, lock: impl Future<Output = ()>) {
        let _under_way = self.leaving.lock().await;
        if self.locks_on(signal).await {
            lock.await;
        }
    }

    /// Whether the vault is to be locked at this signal, when no unlock is under way.
    async fn locks_on(&self, signal: Signal) -> bool {
        let mut target = self.target.subscribe();
        let decided = |target: &WatchTarget| target.open.is_some() || target.unlocks == 0;
        // The sender lives as long as this does.
        let decided = target.wait_for(decided).await;
        decided.is_ok_and(|target| target.open.is_some_and(|what| what.has(signal)))
    }

    /// Watches until something else is wanted. Who left by then is locked out first: an unlock
    /// that ends may change what is wanted as well.
    async fn until(
        &self,
        changed: impl Fn(&WatchTarget) -> bool,
        watching: impl Future<Output = ()>,
    ) {
        let mut target = self.target.subscribe();
        let changed = async {
            // The sender lives as long as this does.
            let _ = target.wait_for(|next| changed(next)).await;
            drop(self.leaving.lock().await);
        };
        // What was watched is dropped then, and the helper ends with it.
        tokio::select! {
            () = watching => {}
            () = changed => {}
        }
    }

    /// Which signals of leaving would be heard now.
    pub(crate) fn observed(&self) -> Vec<Signal> {
        guarded(&self.observed).signals.clone()
    }

    /// Whether what listens has ended so often that it is not started again before the next
    /// unlock.
    pub(crate) fn watcher_failed(&self) -> bool {
        guarded(&self.observed).watcher_failed
    }

    fn hears(&self, signal: Signal) {
        guarded(&self.observed).signals.push(signal);
    }

    fn gives_up(&self) {
        guarded(&self.observed).watcher_failed = true;
    }

    fn hears_nothing(&self) {
        *guarded(&self.observed) = ObservedSignals::default();
    }
}

/// What was locked when the unlock began. Whoever unlocks then, over ssh or while a desktop
/// says so by mistake, has proved to be there all the same: only what is locked later counts.
#[derive(Debug, Default)]
struct LockedBeforeUnlock {
    seen: Vec<Signal>,
    locked: Vec<Signal>,
}

impl LockedBeforeUnlock {
    /// A helper begins to listen; whether what it finds was locked since the unlock began.
    fn is_news(&mut self, signal: Signal, locked: bool) -> bool {
        if self.seen.contains(&signal) {
            return locked && !self.locked.contains(&signal);
        }
        self.seen.push(signal);
        if locked {
            self.locked.push(signal);
        }
        false
    }

    fn is_over(&mut self, signal: Signal) {
        self.locked.retain(|other| *other != signal);
    }
}

/// Watches while there is something to watch over; never ends.
pub(crate) async fn watch(agent: Arc<Agent>, presence_options: PresenceOptions) {
    let target = &agent.presence.target;
    let mut before = LockedBeforeUnlock::default();
    loop {
        let now = *target.borrow();
        let watching = async {
            if let Some(words) = now.words() {
                keep_watching(&agent, &presence_options, words, &mut before).await;
            }
            // Nothing to watch, or no way to: until the next unlock or other settings.
            std::future::pending::<()>().await;
        };
        let changed = |next: &WatchTarget| next.words() != now.words() || next.locks != now.locks;
        agent.presence.until(changed, watching).await;
        agent.presence.hears_nothing();
        let next = *target.borrow();
        if next.words().is_none() || next.locks != now.locks {
            before = LockedBeforeUnlock::default();
        }
    }
}

/// Watches as long as that works.
async fn keep_watching(
    agent: &Arc<Agent>,
    presence_options: &PresenceOptions,
    words: &str,
    before: &mut LockedBeforeUnlock,
) {
    let mut lost = 0;
    loop {
        let start = agent.clock.boottime();
        let ended = listen(agent, presence_options, words, before).await;
        agent.presence.hears_nothing();
        if let HelperEnd::Alone = ended {
            return;
        }
        agent.note(LogEvent::ListenerLost);
        if agent.clock.boottime().saturating_sub(start) >= LISTENED {
            lost = 0;
        }
        lost += 1;
        if lost == MOST_LOST {
            agent.presence.gives_up();
            agent.note(LogEvent::ListenerGivenUp);
            return;
        }
        tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(lost - 1)).await;
    }
}

/// Why nobody listens any more.
enum HelperEnd {
    /// There was nobody to listen to.
    Alone,
    /// A bus was there and has gone, or the helper was killed or never began.
    Lost,
}

/// Starts a helper and does what it says to its end.
async fn listen(
    agent: &Arc<Agent>,
    presence_options: &PresenceOptions,
    words: &str,
    before: &mut LockedBeforeUnlock,
) -> HelperEnd {
    let Some((mut helper, mut lines)) = start(agent, presence_options, words) else {
        return HelperEnd::Lost;
    };
    let mut observed = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let left = match PresenceMessage::parse(&line) {
            Some(PresenceMessage::Hears(signal)) => {
                agent.presence.hears(signal);
                observed = true;
                before.is_news(signal, false).then_some(signal)
            }
            Some(PresenceMessage::Found(signal)) => {
                agent.presence.hears(signal);
                observed = true;
                before.is_news(signal, true).then_some(signal)
            }
            Some(PresenceMessage::Left(signal)) => Some(signal),
            Some(PresenceMessage::Back(signal)) => {
                before.is_over(signal);
                None
            }
            None => None,
        };
        if let Some(signal) = left {
            let lock = async {
                // A vault that could not be closed cleanly is locked all the same. What follows
                // from the lock ends this wait, and the helper with it.
                let _ = agent.lock_by_itself(LockReason::Left(signal)).await;
            };
            agent.presence.leave(signal, lock).await;
        }
    }
    match helper.wait().await {
        Ok(status) if status.success() && !observed => HelperEnd::Alone,
        _ => HelperEnd::Lost,
    }
}

fn start(
    agent: &Agent,
    presence_options: &PresenceOptions,
    words: &str,
) -> Option<(Child, Lines<BufReader<ChildStdout>>)> {
    let seat = guarded(&agent.session).clone().unwrap_or_default();
    let session = Session {
        bus: child_process::user_bus().or(seat.bus),
        ..Session::default()
    };
    let mut command = Command::from(child_process::command(&presence_options.program, &session));
    if let Some(address) = &presence_options.system_bus {
        command.env("DBUS_SYSTEM_BUS_ADDRESS", address);
    }
    command
        .args(["--watch", words])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut helper = command.spawn().ok()?;
    let lines = BufReader::new(helper.stdout.take()?).lines();
    Some((helper, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(presence: &PresenceLock) -> Option<&'static str> {
        presence.target.borrow().words()
    }

    #[test]
    fn only_what_is_switched_on_is_watched_and_nothing_while_locked() {
        let presence = PresenceLock::default();
        assert_eq!(words(&presence), None);
        let mut settings = Settings::default();
        presence.set(&settings);
        assert_eq!(words(&presence), Some("sleep,screen"));
        settings.lock_on_suspend = false;
        presence.set(&settings);
        assert_eq!(words(&presence), Some("screen"));
        settings.lock_on_screen_lock = false;
        presence.set(&settings);
        assert_eq!(words(&presence), None);
        presence.set(&Settings::default());
        presence.rest();
        assert_eq!(words(&presence), None);
    }

    #[test]
    fn everything_is_watched_while_the_vault_is_being_opened() {
        let presence = PresenceLock::default();
        let first = presence.unlock_begins();
        let second = presence.unlock_begins();
        drop(first);
        assert_eq!(words(&presence), Some("sleep,screen"));
        let settings = Settings {
            lock_on_suspend: false,
            ..Settings::default()
        };
        presence.set(&settings);
        assert_eq!(words(&presence), Some("screen"));
        drop(second);
        assert_eq!(words(&presence), Some("screen"));
        presence.rest();
        drop(presence.unlock_begins());
        assert_eq!(words(&presence), None);
    }

    #[tokio::test]
    async fn who_leaves_during_an_unlock_is_waited_for_until_the_vault_is_open() {
        let presence = PresenceLock::default();
        let _opening = presence.unlock_begins();
        let open = presence.locks_on(Signal::Screen);
        tokio::pin!(open);
        let now = std::future::ready(());
        tokio::select! {
            biased;
            _ = &mut open => panic!("not open yet"),
            () = now => {}
        }
        presence.set(&Settings::default());
        assert!(open.await);
    }

    /// As on the vault's thread: it is given to the work, and whoever asked is gone.
    #[tokio::test]
    async fn who_leaves_is_waited_for_when_whoever_unlocks_is_gone() {
        let presence = Arc::new(PresenceLock::default());
        let (begin, begun) = std::sync::mpsc::channel();
        let (unlock_begins, told) = (presence.unlock_begins(), presence.clone());
        let asker = tokio::task::spawn_blocking(move || {
            begun.recv().unwrap();
            told.set(&Settings::default());
            drop(unlock_begins);
        });
        drop(asker);
        let open = presence.locks_on(Signal::Screen);
        tokio::pin!(open);
        tokio::select! {
            biased;
            _ = &mut open => panic!("not open yet"),
            () = std::future::ready(()) => {}
        }
        begin.send(()).unwrap();
        assert!(open.await);
    }

    /// Whether somebody who leaves during an unlock is locked out, where only the screen counts
    /// once the vault is open: what is wanted changes with the unlock.
    async fn locks_out(signal: Signal, opens: bool) -> bool {
        let presence = PresenceLock::default();
        let unlock_begins = presence.unlock_begins();
        let locked = std::cell::Cell::new(false);
        let lock = async { locked.set(true) };
        let watching = async {
            presence.leave(signal, lock).await;
            std::future::pending::<()>().await;
        };
        let changed = |next: &WatchTarget| next.words() != WatchedEvents::ALL.words();
        let unlock = async {
            tokio::task::yield_now().await;
            if opens {
                presence.set(&Settings {
                    lock_on_suspend: false,
                    ..Settings::default()
                });
            }
            drop(unlock_begins);
        };
        tokio::join!(presence.until(changed, watching), unlock);
        locked.get()
    }

    #[tokio::test]
    async fn who_leaves_during_an_unlock_is_locked_out_whatever_is_wanted_then() {
        // Which of two things that happen at once is seen first is drawn anew each time.
        for _ in 0..100 {
            assert!(locks_out(Signal::Screen, true).await);
            assert!(!locks_out(Signal::Sleep, true).await);
            assert!(!locks_out(Signal::Screen, false).await);
        }
    }

    #[test]
    fn what_was_locked_before_the_unlock_is_no_news() {
        let mut before = LockedBeforeUnlock::default();
        assert!(!before.is_news(Signal::Screen, true));
        assert!(!before.is_news(Signal::Session, false));
        // The helper was started again.
        assert!(!before.is_news(Signal::Screen, true));
        assert!(before.is_news(Signal::Session, true));
        before.is_over(Signal::Screen);
        assert!(!before.is_news(Signal::Screen, false));
        assert!(before.is_news(Signal::Screen, true));
    }
}
