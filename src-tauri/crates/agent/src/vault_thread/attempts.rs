//! Attempts at passwords: one at a time, and only a few wait.
//!
//! A process waits once, however many connections it has, and a connection makes one attempt at
//! a time. Whose process or session failed less often comes first, then who came last: a flood
//! of wrong passwords, by however many processes, delays an unlock by the attempt that is being
//! made and few others. What would wait too long is refused, which counts as a failure. After a
//! wrong password only that connection waits, at most 2 s.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

use crate::guarded;
use crate::server::peer::Peer;

const FIRST_DELAY: Duration = Duration::from_millis(125);
const LONGEST_DELAY: Duration = Duration::from_secs(2);
/// Attempts that wait while another one is made.
const MOST_WAITING: usize = 16;
/// For so long failures count.
const REMEMBERED: Duration = Duration::from_secs(600);
/// Processes and sessions whose failures are counted; the oldest are forgotten.
const MOST_REMEMBERED: usize = 4096;

/// The attempts of all connections.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttemptQueue {
    order: Arc<std::sync::Mutex<AttemptOrder>>,
    /// A process stands in the queue once.
    places: Arc<std::sync::Mutex<HashMap<u32, Weak<Mutex<()>>>>>,
}

#[derive(Debug, Default)]
struct AttemptOrder {
    busy: bool,
    waiting: Vec<WaitingAttempt>,
    failures: HashMap<Culprit, Failures>,
    arrivals: u64,
}

#[derive(Debug)]
struct WaitingAttempt {
    arrival: u64,
    culprits: [Culprit; 2],
    turn: oneshot::Sender<Turn>,
}

/// Whose failures are counted: wrong passwords and refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Culprit {
    /// With its start, since numbers of processes are used again.
    Process(u32, u64),
    Session(u32),
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

/// The right to make an attempt; the next one follows when it is dropped.
#[derive(Debug)]
struct Turn(AttemptQueue);

impl Drop for Turn {
    fn drop(&mut self) {
        let next = guarded(&self.0.order).next();
        if let Some(next) = next {
            // Where nobody waits for it any more, it comes back, and the next one follows.
            let _ = next.send(Turn(self.0.clone()));
        }
    }
}

impl AttemptOrder {
    /// Whose turn is next; with none, nobody is at it.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let best = self.position(|rank| rank);
        self.busy = best.is_some();
        best.map(|at| self.waiting.swap_remove(at).turn)
    }

    /// Refuses those that would wait too long.
    fn refuse_worst(&mut self) {
        self.waiting.retain(|waiting| !waiting.turn.is_closed());
        while self.waiting.len() > MOST_WAITING
            && let Some(worst) = self.position(Reverse)
        {
            for culprit in self.waiting.swap_remove(worst).culprits {
                self.failed(culprit);
            }
        }
    }

    /// Where the least of those stands that wait.
    fn position<K: Ord>(&self, key: impl Fn(Rank) -> K) -> Option<usize> {
        let ranks = self.waiting.iter().map(|waiting| self.rank(waiting));
        let least = ranks.enumerate().min_by_key(|(_, rank)| key(*rank));
        least.map(|(at, _)| at)
    }

    fn rank(&self, waiting: &WaitingAttempt) -> Rank {
        let [process, session] = waiting.culprits.map(|culprit| self.failures_of(culprit));
        (process, session, Reverse(waiting.arrival))
    }

    fn failures_of(&self, culprit: Culprit) -> u32 {
        let failures = self.failures.get(&culprit);
        let counts = failures.filter(|failures| failures.last.elapsed() < REMEMBERED);
        counts.map_or(0, |failures| failures.count)
    }

    fn failed(&mut self, culprit: Culprit) {
        let count = self.failures_of(culprit).saturating_add(1);
        if self.failures.len() >= MOST_REMEMBERED {
            let oldest = self
                .failures
                .iter()
                .min_by_key(|(_, failures)| failures.last);
            if let Some(oldest) = oldest.map(|(culprit, _)| *culprit) {
                self.failures.remove(&oldest);
            }
        }
        let last = Instant::now();
        self.failures.insert(culprit, Failures { count, last });
    }
}

/// The lower, the sooner: failures of the process, of the session, and who came last.
type Rank = (u32, u32, Reverse<u64>);

impl AttemptQueue {
    /// The attempts of a connection of this process.
    pub(crate) fn of(&self, peer: &Peer) -> PasswordAttempts {
        let mut places = guarded(&self.places);
        places.retain(|_, place| place.strong_count() > 0);
        let known = places.get(&peer.pid).and_then(Weak::upgrade);
        let place = known.unwrap_or_default();
        places.insert(peer.pid, Arc::downgrade(&place));
        PasswordAttempts {
            queue: self.clone(),
            culprits: [
                Culprit::Process(peer.pid, peer.start_time),
                Culprit::Session(peer.session),
            ],
            wrong: Mutex::default(),
            place,
        }
    }

    /// Waits for the turn of an attempt.
    async fn turn(&self, culprits: [Culprit; 2]) -> Result<Turn, Error> {
        let turn = {
            let mut order = guarded(&self.order);
            if !order.busy {
                order.busy = true;
                return Ok(Turn(self.clone()));
            }
            let (turn, comes) = oneshot::channel();
            order.arrivals += 1;
            let waiting = WaitingAttempt {
                arrival: order.arrivals,
                culprits,
                turn,
            };
            order.waiting.push(waiting);
            order.refuse_worst();
            comes
        };
        turn.await.map_err(|_| Error::BrokenAgent {
            problem: Problem::TooManyAttempts,
        })
    }
}

/// A connection's attempts at passwords.
#[derive(Debug)]
pub(crate) struct PasswordAttempts {
    queue: AttemptQueue,
    culprits: [Culprit; 2],
    /// How many were wrong in a row.
    wrong: Mutex<u32>,
    /// Its process's place in the queue.
    place: Arc<Mutex<()>>,
}

impl PasswordAttempts {
    /// Makes an attempt; a wrong password is answered after a delay.
    ///
    /// # Errors
    /// The attempt failed, or too many wait.
    pub(crate) async fn attempt<T>(
        &self,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut wrong = self.wrong.lock().await;
        let result = {
            let _place = self.place.lock().await;
            let turn = self.queue.turn(self.culprits).await?;
            let result = attempt.await;
            if is_wrong(&result) {
                // Before the next one's turn comes.
                let mut order = guarded(&self.queue.order);
                for culprit in self.culprits {
                    order.failed(culprit);
                }
            }
            drop(turn);
            result
        };
        match &result {
            Err(_) if is_wrong(&result) => {
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

fn is_wrong<T>(result: &Result<T, Error>) -> bool {
    matches!(
        result,
        Err(Error::WrongPassword | Error::WrongRecoveryKey | Error::WrongPresentPassword)
    )
}

fn delay(wrong: u32) -> Duration {
    FIRST_DELAY
        .saturating_mul(1 << wrong.min(8))
        .min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::peer::myself;

    /// How long an attempt takes here.
    const DERIVATION: Duration = Duration::from_secs(1);

    fn attempts(queue: &AttemptQueue, pid: u32, session: u32) -> PasswordAttempts {
        queue.of(&Peer {
            pid,
            session,
            ..myself()
        })
    }

    async fn derive(result: Result<(), Error>) -> Result<(), Error> {
        tokio::time::sleep(DERIVATION).await;
        result
    }

    #[test]
    fn every_wrong_proof_counts() {
        for error in [
            Error::WrongPassword,
            Error::WrongRecoveryKey,
            Error::WrongPresentPassword,
        ] {
            assert!(is_wrong(&Err::<(), _>(error)));
        }
        assert!(!is_wrong(&Ok(())));
        assert!(!is_wrong(&Err::<(), _>(Error::PresentProofNeeded)));
    }

    #[test]
    fn delays_double_up_to_two_seconds() {
        let delays: Vec<u128> = (0..6).map(|wrong| delay(wrong).as_millis()).collect();
        assert_eq!(delays, [125, 250, 500, 1000, 2000, 2000]);
        assert_eq!(delay(u32::MAX), LONGEST_DELAY);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_connection_that_erred_waits() {
        let queue = AttemptQueue::default();
        let (bad, good) = (attempts(&queue, 1, 1), attempts(&queue, 1, 1));
        let start = Instant::now();
        let wrong = || async { Err::<(), _>(Error::WrongPassword) };
        for _ in 0..3 {
            assert!(bad.attempt(wrong()).await.is_err());
        }
        assert_eq!(start.elapsed(), Duration::from_millis(125 + 250 + 500));
        let start = Instant::now();
        assert!(good.attempt(async { Ok(()) }).await.is_ok());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_with_many_connections_stands_in_the_queue_once() {
        let queue = AttemptQueue::default();
        let start = Instant::now();
        for _ in 0..32 {
            let many = attempts(&queue, 1, 1);
            tokio::spawn(async move { many.attempt(derive(Ok(()))).await });
        }
        tokio::task::yield_now().await;
        let other = attempts(&queue, 2, 1);
        assert_eq!(other.attempt(derive(Ok(()))).await, Ok(()));
        // One is at it already, and that is all the other has to wait for.
        assert_eq!(start.elapsed(), DERIVATION * 2);
        drop(other);
        tokio::time::sleep(DERIVATION * 32).await;
        let places = guarded(&queue.places);
        assert!(places.values().all(|place| place.strong_count() == 0));
        assert!(!guarded(&queue.order).busy);
    }

    #[tokio::test(start_paused = true)]
    async fn one_attempt_at_a_time_and_only_a_few_wait() {
        let queue = AttemptQueue::default();
        let all: Vec<_> = (0..20)
            .map(|pid| {
                let one = attempts(&queue, pid, pid);
                tokio::spawn(async move { one.attempt(derive(Ok(()))).await })
            })
            .collect();
        let start = Instant::now();
        let mut done = 0;
        for one in all {
            match one.await.unwrap() {
                Ok(()) => done += 1,
                Err(error) => assert!(matches!(
                    error,
                    Error::BrokenAgent {
                        problem: Problem::TooManyAttempts
                    }
                )),
            }
        }
        assert_eq!(done, 1 + MOST_WAITING);
        let passes = u32::try_from(done).unwrap();
        assert_eq!(start.elapsed(), DERIVATION * passes);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_of_a_client_that_went_is_the_next_ones() {
        let queue = AttemptQueue::default();
        let spawn = |pid| {
            let one = attempts(&queue, pid, pid);
            tokio::spawn(async move { one.attempt(derive(Ok(()))).await })
        };
        let (first, second, third) = (spawn(1), spawn(2), spawn(3));
        tokio::task::yield_now().await;
        first.abort();
        third.abort();
        assert_eq!(second.await.unwrap(), Ok(()));
        assert!(!guarded(&queue.order).busy);
    }

    /// Programs that send wrong passwords for ever, each again at once after its answer, on a
    /// new connection each time.
    async fn flood(queue: AttemptQueue, pid: u32, session: u32) {
        loop {
            let one = attempts(&queue, pid, session);
            let _ = one.attempt(derive(Err(Error::WrongPassword))).await;
            // A refusal takes no time; a program needs some to connect again.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_wrong_passwords_delays_an_unlock_by_a_few_seconds() {
        for (programs, own_session) in
            [(1, true), (9, false), (64, true), (300, false), (300, true)]
        {
            let queue = AttemptQueue::default();
            let mut flooding = tokio::task::JoinSet::new();
            for pid in 0..programs {
                let session = if own_session { 10_000 + pid } else { 7 };
                flooding.spawn(flood(queue.clone(), pid, session));
            }
            let mut worst = Duration::ZERO;
            for number in 0..20 {
                tokio::time::sleep(Duration::from_millis(37 * 97)).await;
                let start = Instant::now();
                // In the session of the flood, and at once: not even a second try.
                let user = attempts(&queue, 20_000 + number, 7);
                assert_eq!(user.attempt(derive(Ok(()))).await, Ok(()), "{programs}");
                worst = worst.max(start.elapsed());
            }
            assert!(worst <= DERIVATION * 3, "{programs}: {worst:?}");
        }
    }
}
