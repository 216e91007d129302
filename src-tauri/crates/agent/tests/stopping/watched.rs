//! The looks of work whether it was stopped, one by one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use keyhaven_vault::stop::looks;

use crate::support::eventually;

/// The looks of this process are those of one test at a time.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often some work looks.
pub fn counted(work: impl FnOnce()) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = count.clone();
    looks::watch(Some(Arc::new(move |_| {
        counting.fetch_add(1, Ordering::SeqCst);
    })));
    work();
    looks::watch(None);
    count.load(Ordering::SeqCst)
}

/// Does work that waits at one of its looks until a lock has stopped it; `lock` locks then.
/// Whether it came so far, and how it ended.
pub fn stopped_at<T>(
    look: usize,
    lock: impl FnOnce() + Send,
    work: impl FnOnce() -> T,
) -> (bool, T) {
    let (reached, is_reached) = mpsc::channel();
    let (reached, count) = (Mutex::new(reached), AtomicUsize::new(0));
    looks::watch(Some(Arc::new(move |is_stopped| {
        if count.fetch_add(1, Ordering::SeqCst) + 1 == look {
            reached.lock().unwrap().send(()).unwrap();
            eventually("the lock", is_stopped);
        }
    })));
    thread::scope(|scope| {
        let locking = scope.spawn(move || {
            let came = is_reached.recv().is_ok();
            // Whatever came, it ends locked.
            lock();
            came
        });
        let ended = work();
        // With it goes what the other thread may still wait for.
        looks::watch(None);
        (locking.join().unwrap(), ended)
    })
}
