//! Locks without poison: the shell's states are valid between any two statements.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes the lock, also after a thread ended while it held it.
pub fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
