//! When the vault locks by the clock that counts sleep: a time after the last use of a value,
//! and at the latest a time after the unlock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
use crate::log::LockReason;
use crate::tasks::vault_locker::VaultLocker;

/// When the vault will lock itself.
#[derive(Debug)]
pub(crate) struct IdleTimer(watch::Sender<Option<UnlockedTimes>>);

/// The settings that the times follow; 0 means never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockTimes {
    /// Minutes without use.
    pub(crate) unused_minutes: u32,
    /// Hours after the unlock.
    pub(crate) unlocked_hours: u32,
}

/// What is known while the vault is unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnlockedTimes {
    lock: LockTimes,
    unlocked: Duration,
    used: Duration,
}

impl Default for IdleTimer {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl IdleTimer {
    /// The vault was unlocked.
    pub(crate) fn unlocked(&self, lock: LockTimes, now: Duration) {
        self.0.send_replace(Some(UnlockedTimes {
            lock,
            unlocked: now,
            used: now,
        }));
    }

    /// The settings changed. Whether that was a use is another question.
    pub(crate) fn set(&self, lock: LockTimes) {
        self.change(|times| times.lock = lock);
    }

    /// Something used a value.
    pub(crate) fn used(&self, now: Duration) {
        self.change(|times| times.used = now);
    }

    fn change(&self, change: impl FnOnce(&mut UnlockedTimes)) {
        self.0.send_if_modified(|times| match times {
            Some(times) => {
                change(times);
                true
            }
            None => false,
        });
    }

    /// The vault is locked: nothing to wait for.
    pub(crate) fn rest(&self) {
        self.0.send_replace(None);
    }

    /// What [`watch`] follows.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<UnlockedTimes>> {
        self.0.subscribe()
    }

    /// Seconds until the vault locks itself if nothing uses it.
    pub(crate) fn left(&self, now: Duration) -> Option<u32> {
        let (deadline, _) = self.0.borrow().as_ref()?.deadline()?;
        Some(seconds_until(deadline, now))
    }

    /// Seconds until the vault locks itself whatever is used.
    pub(crate) fn left_at_most(&self, now: Duration) -> Option<u32> {
        let latest = self.0.borrow().as_ref()?.latest()?;
        Some(seconds_until(latest, now))
    }
}

impl UnlockedTimes {
    /// The next time to lock, and why.
    fn deadline(&self) -> Option<(Duration, LockReason)> {
        let unused = after(self.used, 60, self.lock.unused_minutes);
        let unused = unused.map(|deadline| (deadline, LockReason::Unused));
        let latest = self
            .latest()
            .map(|deadline| (deadline, LockReason::Longest));
        let both = unused.into_iter().chain(latest);
        both.min_by_key(|(deadline, _)| *deadline)
    }

    fn latest(&self) -> Option<Duration> {
        after(self.unlocked, 3600, self.lock.unlocked_hours)
    }
}

fn after(start: Duration, unit_seconds: u64, units: u32) -> Option<Duration> {
    (units > 0).then(|| start + Duration::from_secs(unit_seconds * u64::from(units)))
}

fn seconds_until(deadline: Duration, now: Duration) -> u32 {
    let left = deadline.saturating_sub(now).as_secs();
    u32::try_from(left).unwrap_or(u32::MAX)
}

/// Locks when the time has come; never ends.
pub(crate) async fn watch(
    mut times: watch::Receiver<Option<UnlockedTimes>>,
    clock: Arc<dyn Clock>,
    locker: Arc<dyn VaultLocker>,
) {
    loop {
        let next = times.borrow_and_update().and_then(|times| times.deadline());
        match next {
            Some((deadline, reason)) if clock.boottime() >= deadline => {
                locker.clone().lock(reason).await;
            }
            Some((deadline, _)) => {
                tokio::select! {
                    () = clock.until_boottime(deadline) => {}
                    _ = times.changed() => {}
                }
            }
            None => {
                // The sender lives in the agent, which the locker holds.
                let _ = times.changed().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn lock(unused_minutes: u32, unlocked_hours: u32) -> LockTimes {
        LockTimes {
            unused_minutes,
            unlocked_hours,
        }
    }

    #[test]
    fn uses_move_the_deadline_and_a_locked_vault_has_none() {
        let idle = IdleTimer::default();
        let at = Duration::from_secs;
        idle.used(at(5));
        assert_eq!(idle.left(at(5)), None);
        idle.unlocked(lock(1, 0), at(10));
        assert_eq!(idle.left(at(30)), Some(40));
        idle.used(at(40));
        assert_eq!(idle.left(at(40)), Some(60));
        assert_eq!(idle.left_at_most(at(40)), None);
        idle.rest();
        idle.used(at(41));
        assert_eq!(idle.left(at(41)), None);
        idle.unlocked(lock(0, 0), at(50));
        assert_eq!(idle.left(at(50)), None);
    }

    #[test]
    fn no_use_and_no_setting_moves_the_time_of_the_unlock() {
        let idle = IdleTimer::default();
        let minute = |minutes: u64| Duration::from_secs(60 * minutes);
        idle.unlocked(lock(30, 1), minute(0));
        idle.used(minute(29));
        idle.used(minute(50));
        assert_eq!(idle.left(minute(50)), Some(600));
        assert_eq!(idle.left_at_most(minute(50)), Some(600));
        idle.set(lock(5, 2));
        assert_eq!(idle.left(minute(50)), Some(300));
        assert_eq!(idle.left_at_most(minute(50)), Some(70 * 60));
        idle.set(lock(0, 1));
        assert_eq!(idle.left(minute(59)), Some(60));
        assert_eq!(idle.left(minute(61)), Some(0));
        idle.rest();
        assert_eq!(idle.left_at_most(minute(61)), None);
    }
}
