//! An open rotation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CredentialRow, CredentialView};
use crate::check::{CheckReason, Verdict};
use crate::worker::ReplacementPlan;

/// How far a rotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationStageView {
    /// The provider is asked for a new key, or was asked without a complete answer.
    Creating,
    /// The new value is stored, and not in use.
    Pending,
    /// The same, and its provider accepts it.
    Verified,
    /// The new value is in use; the replaced one has its grace period.
    Grace,
    /// The grace period is over: the replaced value is to be revoked at its provider.
    GraceOver,
    /// The provider is asked to end the replaced key, or was asked without a complete answer.
    Revoking,
    /// An automatic rotation does not go on without a person.
    NeedsPerson,
}

/// What a provider said of the new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewValueCheckView {
    /// Whether it is alive.
    pub state: Verdict,
    /// When it was asked.
    pub at: Timestamp,
}

/// What an automatic rotation has asked of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomationView {
    /// The name that the new key has there.
    pub tag: String,
    /// The id that it has there, where that is known.
    pub key_id: Option<String>,
    /// The credential with whose rights the provider is asked; none for the key's own.
    pub admin: Option<Uuid>,
    /// How often the provider was asked for a key.
    pub attempts: u32,
    /// Why it waits for a person.
    pub reason: Option<CheckReason>,
}

/// What an automatic rotation came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AutomaticRotationView {
    /// How it ended.
    pub outcome: AutomaticOutcome,
    /// How the provider lets the key be replaced, where it does.
    pub plan: Option<ReplacementPlan>,
    /// The rotation that is open afterwards.
    pub rotation: Option<RotationView>,
    /// The credential afterwards.
    pub credential: CredentialView,
}

/// How a part of an automatic rotation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutomaticOutcome {
    /// Nothing was asked of the provider; this is what would be.
    Planned,
    /// There is no new key, which is certain: why.
    Refused(CheckReason),
    /// The new key is stored and in use; the replaced one has its grace period.
    Promoted,
    /// The provider does not accept the key that it made. The new value is erased; whether the
    /// key was ended there too.
    NewKeyDead {
        /// The name that the key has there.
        tag: String,
        /// It was ended.
        is_ended: bool,
    },
    /// Whether the key in question is alive is not certain, so nothing more was done.
    NotVerified(Option<CheckReason>),
    /// The provider gave no complete answer; going on finds out what became of it.
    Interrupted(CheckReason),
    /// What became of a request cannot be found out without a person.
    NeedsPerson(CheckReason),
    /// The grace period of the replaced key is not over.
    GraceNotOver,
    /// The replaced key was ended at its provider; the rotation is done.
    Finished,
    /// The provider says that it ended the replaced key, and still accepts it.
    StillAlive,
}

/// An open rotation; a credential has at most one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RotationView {
    /// The credential.
    pub credential: CredentialRow,
    /// How far it is.
    pub stage: RotationStageView,
    /// The version with the new value; the number that it will get where there is none yet.
    pub version: u32,
    /// The version that was in use before; none while the new one is not.
    pub replaced: Option<u32>,
    /// When the grace period of the replaced version ends.
    pub grace_until: Option<Timestamp>,
    /// The last check of the new value; none where its provider was not asked.
    pub check: Option<NewValueCheckView>,
    /// What was asked of the provider; none where it is rotated by hand.
    pub automation: Option<AutomationView>,
    /// When the new value was stored, or the provider was first asked for one.
    pub started_at: Timestamp,
    /// When the last step was made.
    pub changed_at: Timestamp,
}
