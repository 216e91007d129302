//! The room for large answers: one at a time is in memory, from before it is made until it is
//! sent.
//!
//! Small answers need none. A client that does not read a large one is disconnected, and so
//! holds up no more than other large answers, for seconds.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of values that an answer may have without room for a large one.
pub(crate) const SMALL_ANSWER: usize = 256 << 10;

/// The room for large answers.
#[derive(Debug)]
pub(crate) struct LargeAnswers(Arc<Semaphore>);

/// The room of one large answer, to be kept until it is sent.
pub(crate) type AnswerRoom = OwnedSemaphorePermit;

impl Default for LargeAnswers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl LargeAnswers {
    /// Waits for room.
    pub(crate) async fn room(&self) -> Option<AnswerRoom> {
        // The semaphore is never closed.
        self.0.clone().acquire_owned().await.ok()
    }
}
