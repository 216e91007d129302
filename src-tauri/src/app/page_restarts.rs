//! How often the page of the main window is opened again after its process has ended by itself.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::lock::locked;

/// A page that ends twice within this time would do so again.
const APART: Duration = Duration::from_secs(60);

/// What is known of the pages so far.
#[derive(Debug, Default)]
pub struct PageRestarts {
    loaded: AtomicBool,
    last: Mutex<Option<Instant>>,
}

impl PageRestarts {
    /// Notes that a page was there.
    pub fn note_loaded(&self) {
        self.loaded.store(true, Ordering::Release);
    }

    /// Whether another page may follow one that ended now.
    pub fn allow(&self, now: Instant) -> bool {
        let last = locked(&self.last).replace(now);
        let is_first = last.is_none_or(|last| now.duration_since(last) > APART);
        is_first && self.loaded.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_never_was_there_or_ends_again_at_once_is_not_opened_again() {
        let restarts = PageRestarts::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!(!restarts.allow(after(0)));
        restarts.note_loaded();
        assert!(restarts.allow(after(100)));
        assert!(!restarts.allow(after(160)));
        assert!(restarts.allow(after(221)));
    }
}
