//! Requests about credentials: which are meant, what is known of them, and their values.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::frame::Segment;
use crate::view::{FieldKind, FieldView, Moment, Tier};

/// Which credential is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum Target {
    /// By its id.
    Id(Uuid),
    /// By its place and name.
    Named {
        /// The project.
        project: String,
        /// The environment.
        environment: String,
        /// The name.
        name: String,
    },
}

/// Narrows a listing; an empty filter lists all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ListRequest {
    /// Exactly this project.
    pub project: Option<String>,
    /// Exactly this environment.
    pub environment: Option<String>,
    /// Having this tag.
    pub tag: Option<String>,
    /// Of this provider.
    pub provider: Option<String>,
    /// Case-insensitive part of name, project, environment, provider, variable or tag.
    pub text: Option<String>,
    /// Only what is due within its lead time, overdue or expired.
    pub due: bool,
    /// Only what is expired.
    pub expired: bool,
    /// Only what was never used.
    pub unused: bool,
    /// Only what lies in the trash.
    pub removed: bool,
}

/// See [`Query::Show`](super::Query::Show).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ShowRequest {
    /// The credential.
    pub target: Target,
}

/// See [`Query::History`](super::Query::History).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct HistoryRequest {
    /// The credential.
    pub target: Target,
}

/// See [`Query::Due`](super::Query::Due).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct DueRequest {
    /// How many days to look ahead; what is past due is always included.
    pub within_days: u32,
}

/// See [`Query::SetTier`](super::Query::SetTier).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct SetTierRequest {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The new tier.
    pub tier: Tier,
}

/// See [`Query::RemoveEnvironment`](super::Query::RemoveEnvironment).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RemoveEnvironmentRequest {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// Erases for good what of it is in the trash, instead of the refusal
    /// [`EnvironmentHasTrash`](crate::Error::EnvironmentHasTrash).
    #[serde(default)]
    pub erase_trash: bool,
}

/// Everything a person can say about a credential, but its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Metadata {
    /// The name.
    pub name: String,
    /// Id of the catalogue's entry.
    pub provider: Option<String>,
    /// The fields in order; an edit may change variables and kinds, not add or drop fields.
    pub fields: Vec<FieldView>,
    /// Scopes at the provider.
    pub scopes: Vec<String>,
    /// Addresses or networks (CIDR) the provider accepts it from.
    pub allowed_ips: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its quota, as the provider words it.
    pub quota: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// A free note.
    pub note: Option<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// When the provider ends it.
    pub expires: Option<Moment>,
    /// The rotation policy in days, counted from the last new value.
    pub rotate_every_days: Option<u32>,
    /// A fixed rotation date, which stands over the interval until the next new value.
    #[serde(default)]
    pub rotate_on: Option<Moment>,
    /// Why it is never rotated; then it has neither an interval nor a rotation date.
    #[serde(default)]
    pub never_rotate: Option<String>,
    /// Days before a due moment at which a reminder comes; none means the global ones.
    pub lead_times: Option<Vec<u32>>,
}

/// See [`Query::Edit`](super::Query::Edit).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct EditRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read; another one means it changed meanwhile.
    pub revision: u32,
    /// The new metadata.
    pub metadata: Metadata,
}

/// See [`Query::EditAll`](super::Query::EditAll).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct EditAllRequest {
    /// Each credential with its new metadata; names stay as they are.
    pub edits: Vec<EditRequest>,
}

/// See [`Query::Remove`](super::Query::Remove).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RemoveRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
}

/// See [`Query::Restore`](super::Query::Restore).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RestoreRequest {
    /// The credential.
    pub id: Uuid,
}

/// See [`Query::EmptyTrash`](super::Query::EmptyTrash).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct EmptyTrashRequest {
    /// What its owner was shown, or a part of it. What came into the trash later stays there;
    /// what is not in the trash any more is left alone.
    pub ids: Vec<Uuid>,
}

impl EmptyTrashRequest {
    /// Ids of one request: it fits a frame, and the entry in the log stays readable.
    pub const MOST: usize = 1000;

    /// The requests that together list all of these.
    pub fn parts(ids: &[Uuid]) -> impl Iterator<Item = Self> + '_ {
        ids.chunks(Self::MOST).map(|part| Self { ids: part.into() })
    }
}

/// See [`Query::RollBack`](super::Query::RollBack).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RollBackRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
    /// The version that becomes current again; the vault has to have its values still.
    pub version: u32,
    /// The expiry from then on; none leaves it as it is.
    #[serde(default)]
    pub expires: Option<NextExpiry>,
    /// What the value after it has ended, and comes back; none leaves these dates as they are.
    /// The window fills it in, whatever its page says.
    #[serde(default)]
    #[cfg_attr(any(test, feature = "ts"), ts(skip))]
    pub ended: Option<EndedDates>,
}

/// Dates that end with the value of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedDates {
    /// The fixed rotation date.
    pub rotate_on: Option<Moment>,
    /// Until when reminders were quiet.
    pub snoozed_until: Option<Date>,
}

/// See [`Query::Snooze`](super::Query::Snooze).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct SnoozeRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
    /// Quiet until this day; none ends the quiet. Never past the expiry: the answer has the day
    /// that was stored.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub until: Option<Date>,
}

/// See [`Query::Audit`](super::Query::Audit).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct AuditRequest {
    /// About this credential.
    pub credential: Option<Target>,
    /// In this project.
    pub project: Option<String>,
    /// In this environment.
    pub environment: Option<String>,
    /// With this action.
    pub action: Option<String>,
    /// Not before this instant.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub since: Option<Timestamp>,
    /// At most this many; zero means 200.
    pub limit: u32,
}

/// See [`Query::Copy`](super::Query::Copy).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct CopyRequest {
    /// The credential.
    pub target: Target,
    /// The field; none means the only one.
    pub field: Option<String>,
}

/// A value of a field that is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FieldValue {
    /// The field's name.
    pub field: String,
    /// Its value.
    pub value: Segment,
}

/// See [`SecretIn::Add`](super::SecretIn::Add).
#[derive(Debug, Serialize, Deserialize)]
pub struct AddRequest {
    /// The project; created on first use.
    pub project: String,
    /// The environment; created on first use.
    pub environment: String,
    /// The tier of a new environment whose name does not tell.
    pub tier: Option<Tier>,
    /// What is known of it.
    pub metadata: Metadata,
    /// One value per field.
    pub values: Vec<FieldValue>,
}

/// What happens to the expiry of a credential that gets a new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum NextExpiry {
    /// The date of the old key is the new one's as well.
    Keep,
    /// The new key has none.
    None,
    /// The new key expires then.
    At(Moment),
}

/// See [`SecretIn::Set`](super::SecretIn::Set).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetRequest {
    /// The credential.
    pub target: Target,
    /// The revision that was read; none takes whatever is there.
    pub revision: Option<u32>,
    /// New values; fields not named keep theirs.
    pub values: Vec<FieldValue>,
    /// The expiry from then on. Where nobody says, a date that has passed is forgotten and
    /// another one stays.
    #[serde(default)]
    pub expires: Option<NextExpiry>,
    /// A fixed rotation date of the new value; that of the value before ends with it.
    #[serde(default)]
    pub rotate_on: Option<Moment>,
    /// Discards the oldest versions where the older values would take too much room, instead of
    /// the refusal [`WouldDiscard`](crate::Error::WouldDiscard).
    #[serde(default)]
    pub discard_old: bool,
}

/// See [`SecretOut::Get`](super::SecretOut::Get).
#[derive(Debug, Serialize, Deserialize)]
pub struct GetRequest {
    /// The credential.
    pub target: Target,
    /// The field; none means the only one.
    pub field: Option<String>,
    /// The version; none means the current one.
    pub version: Option<u32>,
}

/// The value of one field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ValueView {
    /// The field.
    pub field: String,
    /// Secret or plain.
    pub kind: FieldKind,
    /// Its value.
    pub value: Segment,
}
