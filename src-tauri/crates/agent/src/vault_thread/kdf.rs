//! Key derivation: one at a time for the whole agent, on a separate thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use keyhaven_protocol::error::Error;
use keyhaven_secret::memory::{LockedBytes, wipe_stack};
use keyhaven_vault::{KdfJob, KdfParams, KdfPolicy, Kek};
use tokio::sync::Semaphore;

use crate::errors::to_protocol;
use crate::guarded;

/// The agent's one place for key derivation.
#[derive(Debug, Clone)]
pub(crate) struct Kdf {
    turn: Arc<Semaphore>,
    /// Accepted and chosen key derivation.
    policy: KdfPolicy,
    /// How long the last derivation of the password's key took.
    took: Arc<std::sync::Mutex<Option<Duration>>>,
}

impl Kdf {
    pub(crate) fn new(policy: KdfPolicy) -> Self {
        Self {
            turn: Arc::new(Semaphore::new(1)),
            policy,
            took: Arc::default(),
        }
    }

    /// Accepted and chosen key derivation.
    pub(crate) fn policy(&self) -> KdfPolicy {
        self.policy
    }

    /// How long the last derivation of the password's key took; none since the agent started.
    pub(crate) fn last_duration(&self) -> Option<Duration> {
        *guarded(&self.took)
    }

    /// Derives a password's key when it is its turn, and measures how long that takes.
    ///
    /// # Errors
    /// The derivation needs more memory than there is.
    pub(crate) async fn derive(&self, job: KdfJob, password: LockedBytes) -> Result<Kek, Error> {
        let took = self.took.clone();
        let derive = move || {
            let start = Instant::now();
            let kek = job.run(&password).map_err(to_protocol)?;
            *guarded(&took) = Some(start.elapsed());
            Ok(kek)
        };
        self.run(derive).await
    }

    /// Parameters for a new password on this machine, now.
    ///
    /// # Errors
    /// The derivation needs more memory than there is.
    pub(crate) async fn calibrate(&self) -> Result<KdfParams, Error> {
        let policy = self.policy;
        let calibrate = move || {
            let start = Instant::now();
            policy.calibrate(|| start.elapsed()).map_err(to_protocol)
        };
        self.run(calibrate).await
    }

    /// Runs something slow when it is its turn.
    ///
    /// # Errors
    /// Its own, or it panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // The semaphore is never closed.
        let permit = self.turn.clone().acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, also when the client is gone.
            let _permit = permit;
            let done = work();
            // This thread may sleep for long, with the key still on its stack.
            wipe_stack();
            done
        });
        done.await
            .unwrap_or_else(|_| Err(Error::defect("a key derivation ended early")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_derivation_at_a_time() {
        let kdf = Kdf::new(KdfPolicy::shipped());
        let running = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let work = || {
            let running = running.clone();
            kdf.run(move || {
                let now = running.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                std::thread::yield_now();
                running.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                Ok(now)
            })
        };
        let (a, b, c) = tokio::join!(work(), work(), work());
        assert_eq!([a, b, c], [Ok(0), Ok(0), Ok(0)]);
    }
}
