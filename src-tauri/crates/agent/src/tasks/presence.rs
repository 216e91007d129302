//! The lock when the user leaves: what the watcher is to observe, what it observes, and which
//! signals lock the vault.
//!
//! An unlock that is under way counts: a signal that comes meanwhile locks the vault once it is
//! unlocked.

use std::sync::Mutex;

use keyhaven_protocol::agent_security::PresenceSignal as Signal;
use keyhaven_protocol::request::Session;
use keyhaven_vault::Settings;
use tokio::sync::watch;

use crate::guarded;
use crate::helpers::presence_signal::WatchedEvents;

/// What is to be watched, and what is.
#[derive(Debug, Default)]
pub(crate) struct PresenceLock {
    pub(super) target: watch::Sender<WatchTarget>,
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct WatchTarget {
    open: Option<WatchedEvents>,
    unlocks: u32,
    /// The bus of the client that unlocks or unlocked, where the runtime folder has none.
    pub(super) bus: Option<String>,
    /// How often the vault was locked: each time what was watched ends.
    pub(super) locks: u64,
}

impl WatchTarget {
    /// The helper's argument. Before the settings can be read everything counts.
    pub(super) fn words(&self) -> Option<&'static str> {
        match self.open {
            Some(what) => what.words(),
            None if self.unlocks > 0 => WatchedEvents::ALL.words(),
            None => None,
        }
    }
}

/// An unlock under way; what happens meanwhile is heard, and locks the vault once it is open.
/// It goes with the work that opens the vault, which goes on when the client is gone.
pub(crate) struct UnlockInProgress {
    target: watch::Sender<WatchTarget>,
    session: Session,
}

impl UnlockInProgress {
    /// An unlock begins. What is observed meanwhile is on the bus of its client, unless another
    /// unlock is under way or the vault is unlocked.
    pub(crate) fn begin(presence: &PresenceLock, session: Session) -> Self {
        presence.target.send_modify(|target| {
            if target.unlocks == 0 && target.open.is_none() {
                target.bus.clone_from(&session.bus);
            }
            target.unlocks += 1;
        });
        Self {
            target: presence.target.clone(),
            session,
        }
    }

    /// The session of the client that unlocks.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// The vault is unlocked: what is observed from now on is on the bus of this client.
    pub(crate) fn keeps_bus(&self) {
        self.target
            .send_modify(|target| target.bus.clone_from(&self.session.bus));
    }
}

impl Drop for UnlockInProgress {
    fn drop(&mut self) {
        self.target.send_modify(|target| target.unlocks -= 1);
    }
}

impl PresenceLock {
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
    pub(super) async fn leave(&self, signal: Signal, lock: impl Future<Output = ()>) {
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
    pub(super) async fn until(
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

    pub(super) fn hears(&self, signal: Signal) {
        guarded(&self.observed).signals.push(signal);
    }

    pub(super) fn reports_failure(&self) {
        guarded(&self.observed).watcher_failed = true;
    }

    pub(super) fn hears_nothing(&self) {
        *guarded(&self.observed) = ObservedSignals::default();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn unlocking(presence: &PresenceLock) -> UnlockInProgress {
        UnlockInProgress::begin(presence, Session::default())
    }

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
        let first = unlocking(&presence);
        let second = unlocking(&presence);
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
        drop(unlocking(&presence));
        assert_eq!(words(&presence), None);
    }

    #[tokio::test]
    async fn who_leaves_during_an_unlock_is_waited_for_until_the_vault_is_open() {
        let presence = PresenceLock::default();
        let _opening = unlocking(&presence);
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

    /// As on the vault's thread: it is given to the work, and the client is gone.
    #[tokio::test]
    async fn a_user_who_leaves_is_noticed_when_the_unlocking_client_is_gone() {
        let presence = Arc::new(PresenceLock::default());
        let (begin, begun) = std::sync::mpsc::channel();
        let (unlock_begins, told) = (unlocking(&presence), presence.clone());
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
        let unlock_begins = unlocking(&presence);
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
        // Which of two things that happen at once is seen first differs from run to run.
        for _ in 0..100 {
            assert!(locks_out(Signal::Screen, true).await);
            assert!(!locks_out(Signal::Sleep, true).await);
            assert!(!locks_out(Signal::Screen, false).await);
        }
    }

    fn of_bus(bus: &str) -> Session {
        Session {
            bus: Some(bus.into()),
            ..Session::default()
        }
    }

    #[test]
    fn the_bus_is_that_of_the_client_whose_unlock_succeeds() {
        let presence = PresenceLock::default();
        let bus = || presence.target.borrow().bus.clone().unwrap();
        let wrong = UnlockInProgress::begin(&presence, of_bus("a"));
        assert_eq!(bus(), "a");
        let right = UnlockInProgress::begin(&presence, of_bus("b"));
        assert_eq!(bus(), "a");
        right.keeps_bus();
        presence.set(&Settings::default());
        drop((wrong, right));
        assert_eq!(bus(), "b");
        // As when its password is asked for while the vault is unlocked.
        drop(UnlockInProgress::begin(&presence, of_bus("c")));
        assert_eq!(bus(), "b");
        presence.rest();
        drop(UnlockInProgress::begin(&presence, of_bus("c")));
        assert_eq!(bus(), "c");
    }
}
