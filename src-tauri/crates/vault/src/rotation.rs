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

/// How far an automatic rotation is at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutomationStage {
    /// The provider is asked for a new key, or was asked without a complete answer.
    Creating,
    /// The new key is stored.
    Created,
    /// The provider is asked to end the replaced key, or was asked without a complete answer.
    Revoking,
    /// It is not known what became of the last request, and asking again could do harm.
    NeedsPerson,
}

/// What an automatic rotation has asked of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automation {
    /// Whose.
    pub credential: Uuid,
    /// How far it is.
    pub stage: AutomationStage,
    /// The name of the new key at the provider: `kh-` and 96 random bits.
    pub tag: String,
    /// The credential with whose rights the provider is asked; none for the key's own.
    pub admin: Option<Uuid>,
    /// The id of the new key at the provider, where that is known.
    pub key_id: Option<String>,
    /// The ids of the keys that were there before, at a provider whose keys have no names.
    pub known: Vec<String>,
    /// How often the provider was asked for a key.
    pub attempts: u32,
    /// Why it waits for a person, in the words of the caller.
    pub reason: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When the last stage was reached.
    pub changed_at: Timestamp,
}

/// How far a rotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationStage {
    /// The provider is asked for a new key.
    Creating,
    /// The new value is stored; the current one is still in use.
    Pending,
    /// The same, and the provider accepts the new value.
    Verified,
    /// The new value is in use, the replaced one has its grace period.
    Grace,
    /// That is over: the replaced value is to be revoked at its provider.
    GraceOver,
    /// The provider is asked to end the replaced key.
    Revoking,
    /// An automatic rotation does not go on without a person.
    NeedsPerson,
}

/// An open rotation. A credential has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Whose.
    pub credential: Uuid,
    /// The version with the new value; the number that it will get where there is none yet.
    pub version: u32,
    /// The version that was current before; none while the new one is pending.
    pub replaced: Option<u32>,
    /// Until when the replaced version counts as working.
    pub grace_until: Option<Timestamp>,
    /// The last check of the new value; none where nobody asked its provider.
    pub check: Option<NewValueCheck>,
    /// What was asked of the provider; none where it is rotated by hand.
    pub automation: Option<Automation>,
    /// When the new value was stored, or the provider was first asked for one.
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
        match self.automation.as_ref().map(|automation| automation.stage) {
            Some(AutomationStage::Creating) => return RotationStage::Creating,
            Some(AutomationStage::Revoking) => return RotationStage::Revoking,
            Some(AutomationStage::NeedsPerson) => return RotationStage::NeedsPerson,
            Some(AutomationStage::Created) | None => {}
        }
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
