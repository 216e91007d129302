//! Credentials, their fields, versions, environments and due dates.

use jiff::{Timestamp, civil::Date};
use keyhaven_rules::due::{DueDistance, DueKind, Moment, RotationBasis};
use keyhaven_rules::{FieldKind, Tier};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::audit::AuditEntryView;

/// Where a credential stands today, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum CredentialState {
    /// Marked as revoked; never injected.
    Revoked,
    /// Its expiry has passed.
    Expired,
    /// Its rotation is overdue.
    Overdue,
    /// Due within its longest lead time.
    DueSoon,
    /// Nothing to do.
    Fine,
}

/// One field of a credential, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct FieldView {
    /// `value` for a credential of one field.
    pub name: String,
    /// Secret or plain.
    pub kind: FieldKind,
    /// The environment variable it fills.
    pub variable: Option<String>,
    /// Whether its owner allowed a variable that changes how programs load code.
    pub allow_loader_variable: bool,
}

/// One line of a listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct CredentialRow {
    /// UUIDv7.
    pub id: Uuid,
    /// Raised by every change; a write names the revision it expects.
    pub revision: u32,
    /// Unique among the living of its environment.
    pub name: String,
    /// The project.
    pub project: String,
    /// The environment within the project.
    pub environment: String,
    /// The environment's tier.
    pub tier: Tier,
    /// Id of the catalogue's entry.
    pub provider: Option<String>,
    /// The variables its fields fill, in the order of the fields.
    pub variables: Vec<String>,
    /// How many fields it has.
    pub fields: u32,
    /// Whether every field is plain.
    pub plain: bool,
    /// Its scopes at the provider.
    pub scopes: Vec<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// When the provider ends it.
    pub expires: Option<Moment>,
    /// How far away that is.
    pub expires_in: Option<DueDistance>,
    /// When the policy asks for a new value.
    pub rotation_due: Option<Moment>,
    /// How far away that is.
    pub rotation_in: Option<DueDistance>,
    /// Where it stands now.
    pub state: CredentialState,
    /// When it was last used (injected, printed or copied).
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub last_used: Option<Timestamp>,
    /// In the trash: after how many more days of use it is erased, today among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(any(test, feature = "ts"), ts(optional))]
    pub erased_after_days: Option<u32>,
}

/// Everything about one credential but its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct CredentialView {
    /// What a listing shows.
    #[serde(flatten)]
    pub row: CredentialRow,
    /// Its fields in order.
    pub field_list: Vec<FieldView>,
    /// Addresses or networks the provider accepts it from; empty means any.
    pub allowed_ips: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its quota, as the provider words it.
    pub quota: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// A free note.
    pub note: Option<String>,
    /// The rotation policy in days.
    pub rotate_every_days: Option<u32>,
    /// A fixed rotation date, which stands over the interval until the next new value.
    pub rotate_on: Option<Moment>,
    /// Why it is never rotated.
    pub never_rotate: Option<String>,
    /// What set the rotation due date; none where there is no such date.
    pub rotation_basis: Option<RotationBasis>,
    /// Days before a due moment at which a reminder comes; none means the global ones.
    pub lead_times: Option<Vec<u32>>,
    /// Reminders are quiet until then.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub snoozed_until: Option<Date>,
    /// When it was stored first.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub changed_at: Timestamp,
    /// When its value was last replaced.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub rotated_at: Timestamp,
    /// How often it was used.
    pub uses: u32,
    /// The number of the current version; none after a revocation.
    pub version: Option<u32>,
    /// The version before, as long as its grace lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(any(test, feature = "ts"), ts(optional))]
    pub previous: Option<PreviousVersion>,
}

/// The version before the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct PreviousVersion {
    /// Its number.
    pub number: u32,
    /// When its grace ends.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub until: Option<Timestamp>,
}

/// What a version is to its credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum VersionLabel {
    /// Stored, not yet in use.
    Pending,
    /// The one that is injected.
    Current,
    /// Still valid at the provider until its grace ends.
    Previous,
    /// Out of use.
    Retired,
    /// Ended; can never become current again.
    Revoked,
}

/// One version of a credential, without its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct VersionView {
    /// Counts from 1.
    pub number: u32,
    /// What it is now.
    pub label: VersionLabel,
    /// When it was stored.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub created_at: Timestamp,
    /// When a previous version's grace ends.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub grace_until: Option<Timestamp>,
    /// Whether its values are still stored.
    pub stored: bool,
    /// How often it was used.
    pub uses: u32,
    /// When it was last used.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub last_used: Option<Timestamp>,
}

/// A credential's versions and its latest uses, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct HistoryView {
    /// The credential.
    pub credential: CredentialRow,
    /// Newest first.
    pub versions: Vec<VersionView>,
    /// The latest entries of the log about it, newest first.
    pub uses: Vec<AuditEntryView>,
}

/// An environment of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct EnvironmentView {
    /// The project.
    pub project: String,
    /// The environment.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// How many living credentials it holds.
    pub credentials: u32,
}

/// One thing that is or will be due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct DueView {
    /// What it concerns.
    pub credential: CredentialRow,
    /// What happens then.
    pub what: DueKind,
    /// When.
    pub due: Moment,
    /// How far away that is.
    #[serde(flatten)]
    pub distance: DueDistance,
    /// When other words say that.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub words_until: Timestamp,
    /// Days before it at which a reminder comes.
    pub lead_times: Vec<u32>,
    /// When the credential was changed last.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub changed_at: Timestamp,
    /// Reminders are quiet until then.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string | null"))]
    pub snoozed_until: Option<Date>,
}
