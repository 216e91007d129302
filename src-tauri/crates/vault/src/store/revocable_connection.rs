//! Makes a connection usable by another thread and closable by a lock at any time: its keys do
//! not outlive the lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use keyhaven_secret::memory::wipe_stack;
use rusqlite::{Connection, InterruptHandle};

use crate::error::VaultError;

/// Between two checks whether the work has ended.
const PAUSE: Duration = Duration::from_millis(1);

/// The side that uses the connection; dropping it closes the connection.
pub(crate) struct RevocableConnection(Arc<Inner>);

/// The side that can close the connection at any time.
pub(crate) struct ConnectionRevoker(Arc<Inner>);

struct Inner {
    connection: Mutex<Option<Connection>>,
    interrupt: InterruptHandle,
    recalled: AtomicBool,
}

impl RevocableConnection {
    /// Makes a connection revocable; the second side is kept where the vault is locked.
    pub(crate) fn new(connection: Connection) -> (Self, ConnectionRevoker) {
        let inner = Arc::new(Inner {
            interrupt: connection.get_interrupt_handle(),
            connection: Mutex::new(Some(connection)),
            recalled: AtomicBool::new(false),
        });
        (Self(inner.clone()), ConnectionRevoker(inner))
    }

    /// Works on the connection. Traces of keys on the stack are wiped before it can be closed.
    ///
    /// # Errors
    /// [`VaultError::LockedMeanwhile`]: the work may have been interrupted.
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
    /// Interrupts the work on it, waits for its end, and closes it.
    pub(crate) fn close(&self) {
        self.0.recalled.store(true, Ordering::SeqCst);
        loop {
            match self.0.connection.try_lock() {
                Ok(mut lent) => return drop(lent.take()),
                Err(TryLockError::Poisoned(lent)) => return drop(lent.into_inner().take()),
                Err(TryLockError::WouldBlock) => {}
            }
            // Repeated, because it ends only a statement that has begun.
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
