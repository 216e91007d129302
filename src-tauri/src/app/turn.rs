//! Whose turn it is with the person: a native dialog, a prompt, or a copy that the page asked for.
//! There is one at a time, so that none covers another or changes what is pasted next to it. A few
//! may wait; any more are asked for by no person: each would hold a thread that a lock needs, and
//! somebody would have to answer all of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use crate::lock::locked;

const MOST_PENDING: usize = 3;

/// The turns of this process.
pub static TURNS: Turns = Turns::new();

/// Gives turns to what needs the person.
#[derive(Debug)]
pub struct Turns {
    now: Mutex<()>,
    /// How many have a turn or wait for one.
    pending: AtomicUsize,
}

impl Turns {
    pub(super) const fn new() -> Self {
        Self {
            now: Mutex::new(()),
            pending: AtomicUsize::new(0),
        }
    }

    /// Waits for a turn, which lasts until it is dropped; none where too many wait already.
    pub fn take(&self) -> Option<DialogTurn<'_>> {
        let pending = Pending::enter(&self.pending)?;
        Some(DialogTurn {
            _now: locked(&self.now),
            _pending: pending,
        })
    }
}

/// A turn.
#[derive(Debug)]
pub struct DialogTurn<'a> {
    _now: MutexGuard<'a, ()>,
    _pending: Pending<'a>,
}

/// A place among those that have a turn or wait.
#[derive(Debug)]
struct Pending<'a>(&'a AtomicUsize);

impl<'a> Pending<'a> {
    fn enter(pending: &'a AtomicUsize) -> Option<Self> {
        let before = pending.fetch_add(1, Ordering::AcqRel);
        let entered = Self(pending);
        (before < MOST_PENDING).then_some(entered)
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_wait_and_any_more_are_refused() {
        let pending = AtomicUsize::new(0);
        let mut waiting: Vec<_> = (0..MOST_PENDING)
            .map(|_| Pending::enter(&pending))
            .collect();
        assert!(waiting.iter().all(Option::is_some));
        assert!(Pending::enter(&pending).is_none());
        // What was refused takes no place, and one that ends leaves its own.
        assert!(Pending::enter(&pending).is_none());
        waiting.pop();
        assert!(Pending::enter(&pending).is_some());
    }

    #[test]
    fn a_turn_begins_when_the_one_before_has_ended() {
        let turns = Turns::new();
        let ended = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let first = turns.take().unwrap();
            let second = scope.spawn(|| {
                let _turn = turns.take().unwrap();
                ended.load(Ordering::Acquire)
            });
            while turns.pending.load(Ordering::Acquire) < 2 {
                std::thread::yield_now();
            }
            ended.store(1, Ordering::Release);
            drop(first);
            assert_eq!(second.join().unwrap(), 1);
        });
        assert_eq!(turns.pending.load(Ordering::Acquire), 0);
    }
}
