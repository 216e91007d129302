//! An open rotation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::CredentialRow;
use crate::check::Verdict;

/// How far a rotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationStageView {
    /// The new value is stored, and not in use.
    Pending,
    /// The same, and its provider accepts it.
    Verified,
    /// The new value is in use; the replaced one has its grace period.
    Grace,
    /// The grace period is over: the replaced value is to be revoked at its provider.
    GraceOver,
}

/// What a provider said of the new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewValueCheckView {
    /// Whether it is alive.
    pub state: Verdict,
    /// When it was asked.
    pub at: Timestamp,
}

/// An open rotation; a credential has at most one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RotationView {
    /// The credential.
    pub credential: CredentialRow,
    /// How far it is.
    pub stage: RotationStageView,
    /// The version with the new value.
    pub version: u32,
    /// The version that was in use before; none while the new one is not.
    pub replaced: Option<u32>,
    /// When the grace period of the replaced version ends.
    pub grace_until: Option<Timestamp>,
    /// The last check of the new value; none where its provider was not asked.
    pub check: Option<NewValueCheckView>,
    /// When the new value was stored.
    pub started_at: Timestamp,
    /// When the last step was made.
    pub changed_at: Timestamp,
}
