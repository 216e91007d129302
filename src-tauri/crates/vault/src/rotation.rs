//! What is known of a rotation while it is open: a new value takes the place of the current one
//! in stages, each of which is stored before the next begins.

use jiff::Timestamp;
use keyhaven_rules::Verdict;
use uuid::Uuid;

/// The last check of a new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewValueCheck {
    /// What was found.
    pub found: Verdict,
    /// When.
    pub at: Timestamp,
}

/// How far a rotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationStage {
    /// The new value is stored; the current one is still in use.
    Pending,
    /// The same, and the provider accepts the new value.
    Verified,
    /// The new value is in use, the replaced one has its grace period.
    Grace,
    /// That is over: the replaced value is to be revoked at its provider.
    GraceOver,
}

/// An open rotation. A credential has at most one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Whose.
    pub credential: Uuid,
    /// The version with the new value.
    pub version: u32,
    /// The version that was current before; none while the new one is pending.
    pub replaced: Option<u32>,
    /// Until when the replaced version counts as working.
    pub grace_until: Option<Timestamp>,
    /// The last check of the new value; none where nobody asked its provider.
    pub check: Option<NewValueCheck>,
    /// When the new value was stored.
    pub started_at: Timestamp,
    /// When the last stage was reached, or the new value was checked.
    pub changed_at: Timestamp,
}

impl Rotation {
    /// When the replaced value is to be revoked at its provider; none while none is replaced.
    #[must_use]
    pub fn revoke_at(&self) -> Option<Timestamp> {
        self.replaced?;
        Some(self.grace_until.unwrap_or(self.changed_at))
    }

    /// How far it is at a time.
    #[must_use]
    pub fn stage(&self, now: Timestamp) -> RotationStage {
        let is_alive = self
            .check
            .is_some_and(|check| check.found == Verdict::Alive);
        match self.revoke_at() {
            None if is_alive => RotationStage::Verified,
            None => RotationStage::Pending,
            Some(at) if at > now => RotationStage::Grace,
            Some(_) => RotationStage::GraceOver,
        }
    }
}
