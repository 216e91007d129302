//! Key derivation: one at a time for the whole agent, on a separate thread.
//!
//! A process stands in the queue once, however many connections it has, and a connection
//! makes one attempt at a time: a client that asks often does not delay others. After
//! a wrong password only that connection waits, at most 2 s.

use crate::errors::to_protocol;
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use keyhaven_protocol::error::Error;
use keyhaven_secret::memory::{LockedBytes, wipe_stack};
use keyhaven_vault::{KdfJob, KdfParams, KdfPolicy, Kek};
use tokio::sync::{Mutex, Semaphore};

use crate::guarded;

const FIRST_DELAY: Duration = Duration::from_millis(125);
const LONGEST_DELAY: Duration = Duration::from_secs(2);

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

/// The places of all processes in the queue.
#[derive(Debug, Default)]
pub(crate) struct KdfQueue(std::sync::Mutex<HashMap<u32, Weak<Mutex<()>>>>);

impl KdfQueue {
    /// The turn of a connection of this process.
    pub(crate) fn attempts(&self, process: u32) -> PasswordAttempts {
        let mut kdf_queue = guarded(&self.0);
        kdf_queue.retain(|_, place| place.strong_count() > 0);
        let known = kdf_queue.get(&process).and_then(Weak::upgrade);
        let place = known.unwrap_or_default();
        kdf_queue.insert(process, Arc::downgrade(&place));
        PasswordAttempts {
            wrong: Mutex::default(),
            place,
        }
    }
}

/// A connection's turn at passwords.
#[derive(Debug)]
pub(crate) struct PasswordAttempts {
    /// How many were wrong in a row.
    wrong: Mutex<u32>,
    /// Its process's place in the queue.
    place: Arc<Mutex<()>>,
}

impl PasswordAttempts {
    /// Makes an attempt; a wrong password is answered after a delay.
    pub(crate) async fn attempt<T>(
        &self,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut wrong = self.wrong.lock().await;
        let result = {
            let _place = self.place.lock().await;
            attempt.await
        };
        match &result {
            Err(Error::WrongPassword | Error::WrongRecoveryKey) => {
                let delay = delay(*wrong);
                // Counted first: cancelling the wait does not undo the attempt.
                *wrong = wrong.saturating_add(1);
                tokio::time::sleep(delay).await;
            }
            Err(_) => {}
            Ok(_) => *wrong = 0,
        }
        result
    }
}

fn delay(wrong: u32) -> Duration {
    FIRST_DELAY
        .saturating_mul(1 << wrong.min(8))
        .min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_two_seconds() {
        let delays: Vec<u128> = (0..6).map(|wrong| delay(wrong).as_millis()).collect();
        assert_eq!(delays, [125, 250, 500, 1000, 2000, 2000]);
        assert_eq!(delay(u32::MAX), LONGEST_DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_connection_that_erred_waits() {
        let kdf_queue = KdfQueue::default();
        let (bad, good) = (kdf_queue.attempts(1), kdf_queue.attempts(1));
        let start = tokio::time::Instant::now();
        let wrong = || async { Err::<(), _>(Error::WrongPassword) };
        for _ in 0..3 {
            assert!(bad.attempt(wrong()).await.is_err());
        }
        assert_eq!(start.elapsed(), Duration::from_millis(125 + 250 + 500));
        let start = tokio::time::Instant::now();
        assert!(good.attempt(async { Ok(()) }).await.is_ok());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_with_many_connections_stands_in_the_queue_once() {
        let (kdf, kdf_queue) = (Kdf::new(KdfPolicy::shipped()), KdfQueue::default());
        let order = std::sync::Mutex::new(Vec::new());
        let derive = |process: u32| {
            let (kdf, attempts, order) = (&kdf, kdf_queue.attempts(process), &order);
            async move {
                let slow = async {
                    let _turn = kdf.turn.acquire().await.unwrap();
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    guarded(order).push(process);
                    Ok::<_, Error>(())
                };
                attempts.attempt(slow).await.unwrap();
            }
        };
        // All thirty-two of one process ask first, then one of another.
        let mut asked: Vec<_> = (0..32).map(|_| Box::pin(derive(1))).collect();
        asked.push(Box::pin(derive(2)));
        all(asked).await;
        let order = order.into_inner().unwrap();
        let place = order.iter().position(|process| *process == 2);
        // One is at it already, and that is all the other has to wait for.
        assert_eq!((place, order.len()), (Some(1), 33));
        assert!(
            guarded(&kdf_queue.0)
                .values()
                .all(|place| place.strong_count() == 0)
        );
    }

    /// Runs all of them side by side, in their order.
    async fn all(mut running: Vec<std::pin::Pin<Box<impl Future<Output = ()>>>>) {
        std::future::poll_fn(|context| {
            running.retain_mut(|one| one.as_mut().poll(context).is_pending());
            if running.is_empty() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }

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
