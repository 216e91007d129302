//! What shows that the owner of the vault asks, in requests of several subjects.

use serde::{Deserialize, Serialize};

use crate::frame::Segment;

/// What shows that the owner asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The master password.
    Password(Segment),
    /// The text of the recovery key.
    RecoveryKey(Segment),
}
