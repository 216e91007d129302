//! Defines the records of the domain: credentials, fields, versions, environments and tiers.
//!
//! Plain data without a key, a file or a clock. Nothing here holds a secret value except
//! where the type says so with [`SecretBytes`].

use jiff::Timestamp;
pub use keyhaven_rules::due::{LocalNow, Moment};
use keyhaven_rules::text::each_once;
pub use keyhaven_rules::{FieldKind, Tier};
use keyhaven_secret::SecretBytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a credential lives, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The project's name, such as `shop`.
    pub project: String,
    /// The environment's name within it, such as `dev`.
    pub environment: String,
}

/// A field of a credential, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Unique within the credential; `value` where there is only one.
    pub name: String,
    /// Secret or plain.
    pub kind: FieldKind,
    /// The environment variable it fills, if any: `^[A-Za-z_][A-Za-z0-9_]*$`.
    pub variable: Option<String>,
    /// The owner allowed a variable that changes how programs load code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_loader_variable: bool,
}

/// Descriptive metadata of a credential.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// What the key may do, as the provider words it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Addresses or networks from which the provider accepts it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_ips: Vec<String>,
    /// Free labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// A limit of use, in the provider's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<String>,
    /// Where it is managed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it is never rotated. Then it has neither an interval nor a rotation date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never_rotate: Option<String>,
    /// When it got its name, if it had another one before. The vault sets it: a file that was
    /// trusted earlier meant another credential by this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_at: Option<Timestamp>,
}

impl Details {
    /// The same, with each scope, address and tag once: where it stands first.
    pub(crate) fn without_repeats(mut self) -> Self {
        for list in [&mut self.scopes, &mut self.allowed_ips, &mut self.tags] {
            each_once(list);
        }
        self
    }
}

/// When a credential ends, when it wants rotation, and how loudly to say so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates {
    /// The provider will end it.
    pub expires: Option<Moment>,
    /// Policy: rotate so many days after the last rotation.
    pub rotate_every_days: Option<u32>,
    /// A fixed rotation date; wins over the interval until the next new value.
    pub rotate_due: Option<Moment>,
    /// Last rotation: the anchor of the interval.
    pub rotated_at: Option<Timestamp>,
    /// No reminders before this; never beyond the expiry.
    pub snoozed_until: Option<Moment>,
    /// Days before a due moment at which to remind; the vault's setting where `None`.
    pub lead_times: Option<Vec<u32>>,
}

/// One key of one service, without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// UUIDv7.
    pub id: Uuid,
    /// Raised by every change; a write names the one it expects.
    pub revision: u32,
    /// Project and environment by name.
    pub location: Location,
    /// The environment's tier.
    pub tier: Tier,
    /// Unique among the living of its environment.
    pub name: String,
    /// An id of the catalogue of services, if known.
    pub provider: Option<String>,
    /// At least one.
    pub fields: Vec<Field>,
    /// Everything descriptive.
    pub details: Details,
    /// Everything dated.
    pub dates: Dates,
    /// Where it was imported from, such as `dotenv:STRIPE_API_KEY`.
    pub source_id: Option<String>,
    /// All versions are revoked since then; never injected.
    pub revoked_at: Option<Timestamp>,
    /// In the trash since then.
    pub deleted_at: Option<Timestamp>,
    /// Made.
    pub created_at: Timestamp,
    /// Changed last.
    pub changed_at: Timestamp,
}

/// What a version is at the time of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Stored by a rotation, not yet in use.
    Pending,
    /// The one that is injected.
    Current,
    /// The one before, within its grace period.
    Previous,
    /// History.
    Retired,
    /// Never to be used again.
    Revoked,
}

/// The fields' values at a time, without the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// UUIDv7, never reused.
    pub id: Uuid,
    /// Counts from 1 within the credential.
    pub number: u32,
    /// As of the clock that was handed in: a previous version beyond its grace is retired.
    pub label: Label,
    /// Made.
    pub created_at: Timestamp,
    /// Until when a previous version counts as working.
    pub grace_until: Option<Timestamp>,
    /// Whether the values are still there; old retired ones are erased.
    pub has_values: bool,
}

/// A field's value on its way in.
#[derive(Debug)]
pub struct NewValue {
    /// Which field.
    pub field: String,
    /// 0 bytes to 1 MiB.
    pub value: SecretBytes,
}

/// What happens to the expiry of a credential that gets a new value: the old date was that of
/// the old key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExpiryChange {
    /// Nobody said: a date that has passed is forgotten, another one stays.
    #[default]
    Unsaid,
    /// The old date is the new key's as well.
    Keep,
    /// This one, or none.
    Set(Option<Moment>),
}

/// The dates of a credential whose older version becomes current again.
#[derive(Debug, Clone, Copy, Default)]
pub struct RollbackDates {
    /// The expiry from then on.
    pub expiry: ExpiryChange,
    /// What the later value has ended, and comes back; with none these dates stay as they are.
    pub ended: Option<ValueDates>,
}

/// Dates that end with the value of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueDates {
    /// A fixed rotation date.
    pub rotate_due: Option<Moment>,
    /// No reminders before this.
    pub snoozed_until: Option<Moment>,
}

impl From<ExpiryChange> for RollbackDates {
    fn from(expiry: ExpiryChange) -> Self {
        Self {
            expiry,
            ended: None,
        }
    }
}

/// What a new version of a credential is made of.
#[derive(Debug)]
pub struct NewVersion {
    /// Fields that are not named keep their values.
    pub values: Vec<NewValue>,
    /// The expiry from then on.
    pub expiry: ExpiryChange,
    /// A fixed rotation date; the one before ends with the value before.
    pub rotate_due: Option<Moment>,
}

impl From<Vec<NewValue>> for NewVersion {
    fn from(values: Vec<NewValue>) -> Self {
        Self {
            values,
            expiry: ExpiryChange::Unsaid,
            rotate_due: None,
        }
    }
}

/// A field of a new credential.
#[derive(Debug)]
pub struct NewField {
    /// Name, kind and variable.
    pub field: Field,
    /// 0 bytes to 1 MiB.
    pub value: SecretBytes,
}

/// A credential to be added.
#[derive(Debug)]
pub struct NewCredential {
    /// Project and environment; made on first use.
    pub location: Location,
    /// For a new environment whose name does not say it; a known environment must agree.
    pub tier: Option<Tier>,
    /// Its name.
    pub name: String,
    /// Catalogue id.
    pub provider: Option<String>,
    /// At least one.
    pub fields: Vec<NewField>,
    /// Descriptive.
    pub details: Details,
    /// Dated; `rotated_at` is the time of adding where `None`.
    pub dates: Dates,
    /// Where it came from.
    pub source_id: Option<String>,
}

/// The metadata of a credential as an edit leaves it.
#[derive(Debug, Clone)]
pub struct CredentialEdit {
    /// Unique among the living of its environment.
    pub name: String,
    /// Catalogue id.
    pub provider: Option<String>,
    /// Everything descriptive.
    pub details: Details,
    /// The provider's end of it.
    pub expires: Option<Moment>,
    /// Rotation interval in days.
    pub rotate_every_days: Option<u32>,
    /// A fixed rotation date.
    pub rotate_due: Option<Moment>,
    /// Its own lead times in days; the vault's setting where `None`.
    pub lead_times: Option<Vec<u32>>,
    /// Kind, variable or loader permission of existing fields, matched by name. Fields that
    /// are left out stay as they are.
    pub fields: Vec<Field>,
}

/// A project's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentInfo {
    /// UUIDv7.
    pub id: Uuid,
    /// Raised by every change.
    pub revision: u32,
    /// Project and name.
    pub location: Location,
    /// How careful.
    pub tier: Tier,
    /// Living credentials in it.
    pub credentials: u64,
}

/// How a credential has been used, from the audit log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Last injected, copied or shown.
    pub last_used: Option<Timestamp>,
    /// How often.
    pub uses: u64,
}

/// A project file that its owner has approved, for exactly one content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedFile {
    /// Absolute path.
    pub path: String,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    /// Whether it may reach into production.
    pub production: bool,
    /// Since when.
    pub allowed_at: Timestamp,
}

impl TrustedFile {
    /// In place of a hash: the owner has denied the path. No content has this hash, so that a
    /// program which does not know of it trusts nothing because of it.
    pub(crate) const DENIED: [u8; 32] = [0; 32];

    pub(crate) fn is_denial(&self) -> bool {
        self.sha256 == Self::DENIED
    }
}

/// What its owner has said about one content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileTrust {
    /// It is trusted.
    Trusted(TrustedFile),
    /// Another content of the file is trusted.
    Changed,
    /// The file was denied, and not trusted since.
    Denied,
    /// Nothing.
    Unknown,
}
