//! Stops work from another thread: a lock need not wait for the end of a long request.
//!
//! Work runs under a [`StopTicket`]. Loops over many rows call [`check`], and SQLite asks by
//! itself while a statement runs (`store::connect`). What is stopped fails with
//! [`VaultError::LockedMeanwhile`], and its transaction is rolled back.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::VaultError;

thread_local! {
    /// Of the work that this thread does now.
    static CURRENT: RefCell<Option<StopTicket>> = const { RefCell::new(None) };
}

/// Stops work that was asked for before.
#[derive(Debug, Clone, Default)]
pub struct StopSignal(Arc<AtomicU64>);

/// The moment at which work was asked for.
#[derive(Debug, Clone)]
pub struct StopTicket {
    stops: Arc<AtomicU64>,
    seen: u64,
}

impl StopSignal {
    /// Stops all work whose ticket was taken before.
    pub fn stop(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// A ticket for work that is asked for now.
    #[must_use]
    pub fn ticket(&self) -> StopTicket {
        StopTicket {
            stops: self.0.clone(),
            seen: self.0.load(Ordering::SeqCst),
        }
    }
}

impl StopTicket {
    /// Does work on this thread that ends early once it is stopped.
    pub fn run<T>(self, work: impl FnOnce() -> T) -> T {
        within(Some(self), work)
    }

    fn is_stopped(&self) -> bool {
        self.stops.load(Ordering::Relaxed) != self.seen
    }
}

/// Does work that is not stopped half-way, whatever it is a part of: it has to be short.
pub fn to_the_end<T>(work: impl FnOnce() -> T) -> T {
    within(None, work)
}

fn within<T>(ticket: Option<StopTicket>, work: impl FnOnce() -> T) -> T {
    /// Puts the former ticket back, also where the work panics.
    struct Former(Option<StopTicket>);
    impl Drop for Former {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _former = Former(CURRENT.replace(ticket));
    work()
}

/// Whether the work that this thread does was stopped.
#[must_use]
pub fn is_stopped() -> bool {
    CURRENT.with_borrow(|current| {
        let Some(ticket) = current else {
            return false;
        };
        #[cfg(any(test, feature = "test-support"))]
        looks::pass(|| ticket.is_stopped());
        ticket.is_stopped()
    })
}

/// For tests: each look of work whether it was stopped, in this process.
#[cfg(any(test, feature = "test-support"))]
pub mod looks {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, PoisonError, RwLock};

    /// Receives each look, with what tells whether the work was stopped by now.
    pub type Watch = Arc<dyn Fn(&dyn Fn() -> bool) + Send + Sync>;

    static WATCH: RwLock<Option<Watch>> = RwLock::new(None);
    /// Whether there is one: all that a look costs where nobody watches.
    static IS_WATCHED: AtomicBool = AtomicBool::new(false);

    /// Watches from now on, or no longer.
    pub fn watch(watch: Option<Watch>) {
        IS_WATCHED.store(watch.is_some(), Ordering::SeqCst);
        *WATCH.write().unwrap_or_else(PoisonError::into_inner) = watch;
    }

    pub(super) fn pass(is_stopped: impl Fn() -> bool) {
        if !IS_WATCHED.load(Ordering::Relaxed) {
            return;
        }
        // Not held while it waits, so that it can be replaced meanwhile.
        let watch = WATCH.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(watch) = watch {
            watch(&is_stopped);
        }
    }
}

/// Ends the work that this thread does where it was stopped.
///
/// # Errors
/// [`VaultError::LockedMeanwhile`].
pub fn check() -> Result<(), VaultError> {
    if is_stopped() {
        return Err(VaultError::LockedMeanwhile);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_reaches_work_that_was_asked_for_before_and_no_other() {
        let signal = StopSignal::default();
        let before = signal.ticket();
        assert!(!is_stopped());
        before.clone().run(|| {
            assert!(check().is_ok());
            signal.stop();
            assert!(matches!(check(), Err(VaultError::LockedMeanwhile)));
            assert!(!to_the_end(is_stopped));
            assert!(is_stopped());
        });
        assert!(before.run(is_stopped) && !signal.ticket().run(is_stopped));
        assert!(!is_stopped());
    }
}
