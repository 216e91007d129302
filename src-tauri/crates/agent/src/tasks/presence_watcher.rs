//! Starts the helper process that observes whether the user leaves, and locks the vault when it
//! reports that the machine is about to sleep or that the screen is locked.
//!
//! The observer is a separate process (`keyhaven-agent --watch`, see
//! `helpers::presence_helper`): parsers of what comes over a bus, and the threads of a bus
//! library, do not belong next to the keys, and all that the helper can make the agent do is
//! lock. It lives exactly as long as the vault is unlocked, or being unlocked, and one of the two
//! settings is on. When it ends, the kernel releases the inhibitor that it holds, so that the
//! machine sleeps when the lock is done, and not before. Nothing polls.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use keyhaven_protocol::agent_security::PresenceSignal as Signal;
use keyhaven_protocol::local_session::LocalSession;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::child_process;
use crate::clock::Clock;
use crate::helpers::presence_signal::PresenceMessage;
use crate::log::{AgentLog, LockReason, LogEvent};
use crate::options::PresenceOptions;
use crate::tasks::presence::{PresenceLock, WatchTarget};
use crate::tasks::vault_locker::VaultLocker;

/// How often in a row a helper may end by itself before no other is started.
const MOST_LOST: u32 = 5;
/// The pause after the first time; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// A helper that listened this long begins a new row.
const LISTENED: Duration = Duration::from_secs(60);

/// Starts the helper when there is something to observe, and locks on what it reports.
pub(crate) struct PresenceWatcher {
    pub(crate) presence: Arc<PresenceLock>,
    pub(crate) options: PresenceOptions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log: Arc<AgentLog>,
    pub(crate) locker: Arc<dyn VaultLocker>,
}

/// What was locked when the unlock began. A user who unlocks then, over ssh or while a desktop
/// reports a lock by mistake, has proved to be there: only what is locked later counts.
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

/// Why a helper has ended.
enum HelperEnd {
    /// There was no bus to listen to.
    NoBus,
    /// A bus was there and is gone, or the helper was killed or never began.
    Lost,
}

impl PresenceWatcher {
    /// Watches while there is something to observe; never ends.
    pub(crate) async fn run(self) {
        let target = &self.presence.target;
        let mut before = LockedBeforeUnlock::default();
        loop {
            let now = target.borrow().clone();
            let watching = async {
                if let Some(words) = now.words() {
                    let bus = now.bus.as_deref();
                    self.keep_watching(words, bus, &mut before).await;
                }
                // Nothing to watch, or no way to: until the next unlock or other settings.
                std::future::pending::<()>().await;
            };
            let changed = |next: &WatchTarget| {
                next.words() != now.words() || next.locks != now.locks || next.bus != now.bus
            };
            self.presence.until(changed, watching).await;
            self.presence.hears_nothing();
            let next = target.borrow().clone();
            if next.words().is_none() || next.locks != now.locks {
                before = LockedBeforeUnlock::default();
            }
        }
    }

    /// Watches until the observer has ended too often, or there is no bus.
    async fn keep_watching(&self, words: &str, bus: Option<&str>, before: &mut LockedBeforeUnlock) {
        let mut lost = 0;
        loop {
            let start = self.clock.boottime();
            let ended = self.listen(words, bus, before).await;
            self.presence.hears_nothing();
            if let HelperEnd::NoBus = ended {
                return;
            }
            self.note(LogEvent::ListenerLost);
            if self.clock.boottime().saturating_sub(start) >= LISTENED {
                lost = 0;
            }
            lost += 1;
            if lost == MOST_LOST {
                self.presence.reports_failure();
                self.note(LogEvent::ListenerGivenUp);
                return;
            }
            tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(lost - 1)).await;
        }
    }

    fn note(&self, event: LogEvent) {
        self.log.note(self.clock.now(), event);
    }

    /// Starts a helper and follows its messages to its end.
    async fn listen(
        &self,
        words: &str,
        bus: Option<&str>,
        before: &mut LockedBeforeUnlock,
    ) -> HelperEnd {
        let Some((mut helper, mut lines)) = self.start(words, bus) else {
            return HelperEnd::Lost;
        };
        let mut heard = false;
        while let Ok(Some(line)) = lines.next_line().await {
            let left = match PresenceMessage::parse(&line) {
                Some(PresenceMessage::Hears(signal)) => {
                    self.presence.hears(signal);
                    heard = true;
                    before.is_news(signal, false).then_some(signal)
                }
                Some(PresenceMessage::Found(signal)) => {
                    self.presence.hears(signal);
                    heard = true;
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
                // What follows from the lock ends this wait, and the helper with it.
                let lock = self.locker.clone().lock(LockReason::Left(signal));
                self.presence.leave(signal, lock).await;
            }
        }
        match helper.wait().await {
            Ok(status) if status.success() && !heard => HelperEnd::NoBus,
            _ => HelperEnd::Lost,
        }
    }

    fn start(
        &self,
        words: &str,
        bus: Option<&str>,
    ) -> Option<(Child, Lines<BufReader<ChildStdout>>)> {
        let session = LocalSession::with_bus(bus);
        let mut command = Command::from(child_process::command(&self.options.program, &session));
        if let Some(address) = &self.options.system_bus {
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
