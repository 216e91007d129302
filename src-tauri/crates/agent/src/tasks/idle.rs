//! The idle lock: a deadline on the clock that counts sleep, moved by each use of a value.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
use crate::log::LockReason;
use crate::tasks::lock_trigger::LockTrigger;

/// When the vault will lock itself.
#[derive(Debug)]
pub(crate) struct IdleTimer(watch::Sender<IdleState>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct IdleState {
    minutes: u32,
    deadline: Option<Duration>,
}

impl Default for IdleTimer {
    fn default() -> Self {
        Self(watch::Sender::new(IdleState::default()))
    }
}

impl IdleTimer {
    /// The vault was opened or its setting changed; 0 minutes mean never.
    pub(crate) fn set(&self, minutes: u32, now: Duration) {
        let deadline = after(minutes, now);
        self.0.send_replace(IdleState { minutes, deadline });
    }

    /// Something used a value.
    pub(crate) fn used(&self, now: Duration) {
        self.0.send_modify(|state| {
            if state.deadline.is_some() {
                state.deadline = after(state.minutes, now);
            }
        });
    }

    /// The vault is locked: nothing to wait for.
    pub(crate) fn rest(&self) {
        self.0.send_modify(|state| state.deadline = None);
    }

    /// What [`watch`] follows.
    pub(crate) fn subscribe(&self) -> watch::Receiver<IdleState> {
        self.0.subscribe()
    }

    /// Seconds until the vault locks itself.
    pub(crate) fn left(&self, now: Duration) -> Option<u32> {
        let left = self.0.borrow().deadline?.saturating_sub(now);
        Some(u32::try_from(left.as_secs()).unwrap_or(u32::MAX))
    }
}

fn after(minutes: u32, now: Duration) -> Option<Duration> {
    (minutes > 0).then(|| now + Duration::from_secs(60 * u64::from(minutes)))
}

/// Locks when the time has come; never ends.
pub(crate) async fn watch(
    mut state: watch::Receiver<IdleState>,
    clock: Arc<dyn Clock>,
    trigger: Arc<dyn LockTrigger>,
) {
    loop {
        let deadline = state.borrow_and_update().deadline;
        match deadline {
            Some(deadline) if clock.boottime() >= deadline => {
                trigger.clone().lock(LockReason::Unused).await;
            }
            Some(deadline) => {
                tokio::select! {
                    () = clock.until_boottime(deadline) => {}
                    _ = state.changed() => {}
                }
            }
            None => {
                // The sender lives in the agent, which the trigger holds.
                let _ = state.changed().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_move_the_deadline_and_a_locked_vault_has_none() {
        let idle = IdleTimer::default();
        let at = Duration::from_secs;
        idle.used(at(5));
        assert_eq!(idle.left(at(5)), None);
        idle.set(1, at(10));
        assert_eq!(idle.left(at(30)), Some(40));
        idle.used(at(40));
        assert_eq!(idle.left(at(40)), Some(60));
        idle.rest();
        idle.used(at(41));
        assert_eq!(idle.left(at(41)), None);
        idle.set(0, at(50));
        assert_eq!(idle.left(at(50)), None);
    }
}
