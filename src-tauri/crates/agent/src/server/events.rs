//! What connections share: the events, and the count of locks that outdates answers.
//!
//! An answer drawn from the open vault remembers the count; when the vault was locked since,
//! it is not sent. The count is raised before anything else happens at a lock.

use keyhaven_protocol::event::Event;
use tokio::sync::{broadcast, watch};

/// Events a subscriber may be behind before it receives the event that it lagged.
const BEHIND: usize = 64;

/// Events and the count of locks.
#[derive(Debug)]
pub(crate) struct EventHub {
    events: broadcast::Sender<Event>,
    locks: watch::Sender<u64>,
}

impl Default for EventHub {
    fn default() -> Self {
        Self {
            events: broadcast::Sender::new(BEHIND),
            locks: watch::Sender::new(0),
        }
    }
}

impl EventHub {
    /// Tells all subscribers.
    pub(crate) fn tell(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.events.send(event);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// How often the vault was locked.
    pub(crate) fn locks(&self) -> u64 {
        *self.locks.borrow()
    }

    /// From now on no earlier answer is sent.
    pub(crate) fn invalidate_earlier_answers(&self) {
        self.locks.send_modify(|count| *count += 1);
    }

    /// Sees each lock.
    pub(crate) fn watch_locks(&self) -> watch::Receiver<u64> {
        self.locks.subscribe()
    }
}
