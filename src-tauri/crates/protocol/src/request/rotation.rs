//! Requests about rotation by hand, in stages, and about revoked keys.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FieldValue, NextExpiry, Target};
use crate::view::Moment;

/// See [`Query::Rotations`](super::Query::Rotations).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RotationsRequest {
    /// Only that of this credential.
    pub target: Option<Target>,
}

/// See [`SecretIn::StartRotation`](super::SecretIn::StartRotation).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartRotationRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
    /// New values; fields not named keep theirs.
    pub values: Vec<FieldValue>,
    /// Discards the oldest versions where the older values would take too much room, instead of
    /// the refusal [`WouldDiscard`](crate::Error::WouldDiscard).
    #[serde(default)]
    pub discard_old: bool,
}

/// See [`Query::Rotate`](super::Query::Rotate).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RotateRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
    /// What is done.
    pub step: RotationStep,
}

/// A step of a rotation after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum RotationStep {
    /// The new value is used from now on; the replaced one has a grace period.
    Promote {
        /// The expiry from then on. Where nobody says, a date that has passed is forgotten and
        /// another one stays.
        expires: Option<NextExpiry>,
        /// A fixed rotation date of the new value.
        rotate_on: Option<Moment>,
    },
    /// The replaced value was revoked at its provider.
    Finish,
    /// The new value is erased, or the replaced one used again.
    Abort,
}

/// See [`Query::RotateAutomatically`](super::Query::RotateAutomatically).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RotateAutomaticallyRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
    /// The credential with whose rights the provider is asked; where nobody says, the one that
    /// an open rotation began with.
    pub admin: Option<Target>,
    /// What is done.
    pub part: AutomaticPart,
    /// Checks that cost money or quota are made too.
    pub may_cost: bool,
}

/// A part of an automatic rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum AutomaticPart {
    /// Report what would be done; nothing is asked of the provider.
    Plan,
    /// Make a new key, check it, and use it from then on.
    Start,
    /// Go on where an open rotation stands.
    Resume,
    /// End the replaced key, after its grace period.
    Revoke,
}

/// See [`Query::Revoke`](super::Query::Revoke).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RevokeRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
}
