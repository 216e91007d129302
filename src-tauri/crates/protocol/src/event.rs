//! What the agent tells those who subscribed, unasked.

use serde::{Deserialize, Serialize};

/// Something happened. A client that gets [`Event::Lagged`] fetches everything again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum Event {
    /// The vault was locked: forget what you know.
    Locked,
    /// The vault was unlocked.
    Unlocked,
    /// A user change was written.
    Changed,
    /// What is due has changed.
    Due {
        /// Past due.
        overdue: u32,
        /// Due within seven days.
        due_this_week: u32,
    },
    /// The list of running processes has changed.
    Running,
    /// Events were dropped because the client was slow.
    Lagged,
}

/// How far a long request is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Progress {
    /// Units done.
    pub done: u32,
    /// Units in all; zero when unknown.
    pub total: u32,
}
