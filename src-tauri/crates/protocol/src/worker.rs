//! The messages on the pipes between the agent and a worker: one job, one result, each a frame.
//!
//! A job names the provider and holds the fields of one credential; what is sent where, and
//! what the answer means, the worker finds in the catalogue. A secret travels only in a segment,
//! in both directions.

use keyhaven_rules::due::Moment;
use serde::{Deserialize, Serialize};

use crate::check::CheckReason;
pub use crate::check::CheckResult;
use crate::frame::Segment;

/// What a worker is to do: one operation at a provider.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerJob {
    /// Check whether a key is alive. The answer is [`WorkerResult::Check`].
    Check(CheckJob),
    /// Report how the provider lets a key be replaced; nothing is sent. The answer is
    /// [`WorkerResult::Plan`].
    Plan(PlanJob),
    /// Make a key. The answer is [`WorkerResult::Create`].
    Create(CreateJob),
    /// Find keys by their tag. The answer is [`WorkerResult::Find`].
    Find(FindJob),
    /// End a key. The answer is [`WorkerResult::Revoke`].
    Revoke(RevokeJob),
}

/// What a worker found or did.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
// It lives once, between a worker and its frame: a box would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum WorkerResult {
    /// To [`WorkerJob::Check`].
    Check(CheckResult),
    /// To [`WorkerJob::Plan`].
    Plan(Result<ReplacementPlan, CheckReason>),
    /// To [`WorkerJob::Create`]. The segments of the frame are those of the [`CreatedKey`].
    Create(CallResult<CreatedKey>),
    /// To [`WorkerJob::Find`].
    Find(CallResult<FoundKeys>),
    /// To [`WorkerJob::Revoke`].
    Revoke(CallResult<()>),
}

/// See [`WorkerJob::Check`].
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckJob {
    /// The provider, by id.
    pub provider: String,
    /// The fields of the credential.
    pub fields: Vec<JobField>,
    /// The check is made also if it costs money or quota.
    pub may_cost: bool,
}

/// A field of the credential.
#[derive(Debug, Serialize, Deserialize)]
pub struct JobField {
    /// Its name.
    pub name: String,
    /// The variable that it fills.
    pub variable: Option<String>,
    /// Whether it is a secret.
    pub secret: bool,
    /// Its value.
    pub value: Segment,
}

/// Of which credential a key is made, found or ended, and with whose rights.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReplacementJob {
    /// The provider, by id.
    pub provider: String,
    /// The fields of one version of the credential.
    pub fields: Vec<JobField>,
    /// The fields of the credential that manages it; none where the key has the rights itself.
    pub admin: Option<Vec<JobField>>,
}

/// See [`WorkerJob::Plan`].
#[derive(Debug, Serialize, Deserialize)]
pub struct PlanJob {
    /// Of which credential.
    pub credential: ReplacementJob,
}

/// See [`WorkerJob::Create`].
#[derive(Debug, Serialize, Deserialize)]
pub struct CreateJob {
    /// Of which credential; its fields are the current ones.
    pub credential: ReplacementJob,
    /// By which the new key can be found at the provider.
    pub tag: String,
}

/// See [`WorkerJob::Find`].
#[derive(Debug, Serialize, Deserialize)]
pub struct FindJob {
    /// Of which credential; its fields are the current ones.
    pub credential: ReplacementJob,
    /// The tag.
    pub tag: String,
    /// The ids of the keys that were there before, for a provider whose keys have no names.
    pub known: Vec<String>,
}

/// See [`WorkerJob::Revoke`].
#[derive(Debug, Serialize, Deserialize)]
pub struct RevokeJob {
    /// Of which credential; its fields are those of the version that ends.
    pub credential: ReplacementJob,
    /// Which key ends.
    pub key: RevokedKey,
    /// The id of the key in use, which never ends.
    pub spared: Option<String>,
}

/// Which key a [`RevokeJob`] ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokedKey {
    /// The one whose value is among the fields. A deactivation that can be undone is preferred.
    Value {
        /// Its id at the provider, where that is known from its creation.
        key_id: Option<String>,
    },
    /// The one with this id, whose value nobody has. It is never ended with the rights of the
    /// key among the fields, which is another one.
    Id {
        /// Its id at the provider.
        key_id: String,
    },
}

/// How a provider lets a key be replaced, from the catalogue alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacementPlan {
    /// The host that is asked for the new key.
    pub host: String,
    /// A key can be found by its tag, after an answer was lost.
    pub can_find: bool,
    /// Keys have names there; where they have none, a new one is the one that was not there
    /// before.
    pub has_names: bool,
    /// The most keys that there can be at once.
    pub max_keys: Option<u32>,
    /// A key can be ended by its id alone.
    pub can_end_by_id: bool,
    /// The key that is replaced can be ended.
    pub can_revoke: bool,
    /// The catalogue has a check for the new key, and whether that costs money or quota.
    pub check_costs: Option<bool>,
    /// Seconds until a new key works everywhere.
    pub propagation: u32,
    /// Seconds for which a key that was ended may still work.
    pub revoke_delay: u32,
    /// The page on which keys are managed.
    pub page: Option<String>,
}

/// What a call at a provider came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResult<T> {
    /// How it ended.
    pub outcome: CallOutcome<T>,
    /// The host to which something was sent; none where nothing was.
    pub host: Option<String>,
}

/// How a call at a provider ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome<T> {
    /// The provider did it, and its answer is complete.
    Done(T),
    /// The provider did not do it, which is certain: nothing was sent, or it refused.
    Refused(CheckReason),
    /// The request was sent, and whether it was carried out is not known.
    Ambiguous(CheckReason),
}

impl<T> CallResult<T> {
    /// Nothing was sent.
    #[must_use]
    pub const fn not_sent(reason: CheckReason) -> Self {
        Self {
            outcome: CallOutcome::Refused(reason),
            host: None,
        }
    }

    /// Whatever happened, nobody knows of it.
    #[must_use]
    pub const fn lost(reason: CheckReason) -> Self {
        Self {
            outcome: CallOutcome::Ambiguous(reason),
            host: None,
        }
    }
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedKey {
    /// The new values of fields of the credential: that of the key, and of what belongs to it.
    pub values: Vec<CreatedValue>,
    /// Its id at the provider.
    pub key_id: Option<String>,
    /// When it ends, as the provider reports it.
    pub expires_at: Option<Moment>,
}

/// A new value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedValue {
    /// The field of the credential.
    pub field: String,
    /// The value.
    pub value: Segment,
}

/// Keys with a tag, or those that were not there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundKeys {
    /// Their ids at the provider.
    pub key_ids: Vec<String>,
    /// The list was complete, so that there are no others.
    pub is_complete: bool,
}
