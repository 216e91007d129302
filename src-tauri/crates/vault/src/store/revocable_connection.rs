//! A connection that another thread may use, and that a lock closes wherever it is: its keys do
//! not outlive the lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use keyhaven_secret::memory::wipe_stack;
use rusqlite::{Connection, InterruptHandle};

use crate::error::VaultError;

/// Between two looks whether what is done with it has ended.
const PAUSE: Duration = Duration::from_millis(1);

/// The end of whoever uses it; dropped, it is closed.
pub(crate) struct RevocableConnection(Arc<Inner>);

/// The end of whoever may want it closed.
pub(crate) struct ConnectionRevoker(Arc<Inner>);

struct Inner {
    connection: Mutex<Option<Connection>>,
    interrupt: InterruptHandle,
    recalled: AtomicBool,
}

impl RevocableConnection {
    /// Lends a connection; the second end is to be kept where the lock is.
    pub(crate) fn new(connection: Connection) -> (Self, ConnectionRevoker) {
        let inner = Arc::new(Inner {
            interrupt: connection.get_interrupt_handle(),
            connection: Mutex::new(Some(connection)),
            recalled: AtomicBool::new(false),
        });
        (Self(inner.clone()), ConnectionRevoker(inner))
    }

    /// Uses it. What that left of keys on the stack is wiped before it can be closed.
    ///
    /// # Errors
    /// [`VaultError::LockedMeanwhile`]: what was done with it may have been broken off.
    pub(crate) fn using<T>(&self, work: impl FnOnce(&Connection) -> T) -> Result<T, VaultError> {
        let lent = self.0.lock();
        let connection = lent.as_ref().ok_or(VaultError::LockedMeanwhile)?;
        let done = work(connection);
        wipe_stack();
        if self.0.recalled.load(Ordering::SeqCst) {
            return Err(VaultError::LockedMeanwhile);
        }
        Ok(done)
    }
}

impl Drop for RevocableConnection {
    fn drop(&mut self) {
        drop(self.0.lock().take());
    }
}

impl ConnectionRevoker {
    /// Breaks off what is done with it, waits for the end of that, and closes it.
    pub(crate) fn close(&self) {
        self.0.recalled.store(true, Ordering::SeqCst);
        loop {
            match self.0.connection.try_lock() {
                Ok(mut lent) => return drop(lent.take()),
                Err(TryLockError::Poisoned(lent)) => return drop(lent.into_inner().take()),
                Err(TryLockError::WouldBlock) => {}
            }
            // Again, for it ends only a statement that has begun.
            self.0.interrupt.interrupt();
            std::thread::sleep(PAUSE);
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: &str = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
                           SELECT count(*) FROM n";

    #[test]
    fn a_recall_breaks_off_what_is_done_and_is_over_when_that_is() {
        let (lent, recall) = RevocableConnection::new(Connection::open_in_memory().unwrap());
        let ended = Arc::new(AtomicBool::new(false));
        let (begin, begun) = std::sync::mpsc::channel();
        let seen = ended.clone();
        let user = std::thread::spawn(move || {
            let used = lent.using(|connection| {
                begin.send(()).unwrap();
                let broken = connection.query_row(ENDLESS, [], |_| Ok(()));
                seen.store(true, Ordering::SeqCst);
                broken
            });
            assert!(matches!(used, Err(VaultError::LockedMeanwhile)));
            lent
        });
        begun.recv().unwrap();
        recall.close();
        assert!(ended.load(Ordering::SeqCst));
        assert!(recall.0.lock().is_none());
        let again = user.join().unwrap().using(|_| ());
        assert!(matches!(again, Err(VaultError::LockedMeanwhile)));
    }

    #[test]
    fn it_is_closed_when_it_is_given_back() {
        let (lent, recall) = RevocableConnection::new(Connection::open_in_memory().unwrap());
        lent.using(|_| ()).unwrap();
        drop(lent);
        assert!(recall.0.lock().is_none());
    }
}
