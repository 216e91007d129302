//! What the agent shows of the vault: never a value, only what matters about it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use keyhaven_rules::Tier;

use crate::frame::Segment;

/// Whether a field is dated, masked and checked, or merely injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FieldKind {
    /// A key, a password, a token.
    Secret,
    /// Configuration such as `LOG_LEVEL=debug`.
    Plain,
}

/// When something is due: a civil date stays a date, an instant came from a provider.
///
/// In JSON a string: `YYYY-MM-DD`, or RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Moment {
    /// An instant given by a provider.
    Instant(#[cfg_attr(test, ts(type = "string"))] Timestamp),
    /// A day in the zone of the machine that asks.
    Date(#[cfg_attr(test, ts(type = "string"))] Date),
}

/// Where a credential stands today, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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
    /// When the policy asks for a new value.
    pub rotation_due: Option<Moment>,
    /// Where it stands now.
    pub state: CredentialState,
    /// When it was last used (injected, printed or copied).
    #[cfg_attr(test, ts(type = "string | null"))]
    pub last_used: Option<Timestamp>,
}

/// Everything about one credential but its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    /// Days before a due moment at which a reminder comes; none means the global ones.
    pub lead_times: Option<Vec<u32>>,
    /// Reminders are quiet until then.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub snoozed_until: Option<Date>,
    /// When it was stored first.
    #[cfg_attr(test, ts(type = "string"))]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[cfg_attr(test, ts(type = "string"))]
    pub changed_at: Timestamp,
    /// When its value was last replaced.
    #[cfg_attr(test, ts(type = "string"))]
    pub rotated_at: Timestamp,
    /// How often it was used.
    pub uses: u32,
    /// The number of the current version; none after a revocation.
    pub version: Option<u32>,
}

/// What a version is to its credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionView {
    /// Counts from 1.
    pub number: u32,
    /// What it is now.
    pub label: VersionLabel,
    /// When it was stored.
    #[cfg_attr(test, ts(type = "string"))]
    pub created_at: Timestamp,
    /// When a previous version's grace ends.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub grace_until: Option<Timestamp>,
    /// Whether its values are still stored.
    pub stored: bool,
    /// How often it was used.
    pub uses: u32,
    /// When it was last used.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub last_used: Option<Timestamp>,
}

/// A credential's versions and its latest uses, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DueView {
    /// What it concerns.
    pub credential: CredentialRow,
    /// What happens then.
    pub what: DueKind,
    /// When.
    pub due: Moment,
    /// Whole days from today in the agent's zone; negative when past.
    pub in_days: i32,
    /// Reminders are quiet until then.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub snoozed_until: Option<Date>,
}

/// Which of the two dates of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DueKind {
    /// The provider ends it.
    Expiry,
    /// The policy asks for a new value.
    Rotation,
}

/// The state of the vault and the agent; counts are zero while locked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatusView {
    /// Whether a vault exists in the folder.
    pub initialised: bool,
    /// Whether it is locked.
    pub locked: bool,
    /// The vault's folder.
    pub folder: String,
    /// The vault's name: the last part of its folder.
    pub name: String,
    /// Living credentials.
    pub credentials: u32,
    /// Projects.
    pub projects: u32,
    /// Past due. While locked: known from the schedule, without names.
    pub overdue: u32,
    /// Due within seven days. While locked: known from the schedule, without names.
    pub due_this_week: u32,
    /// Never used since they were stored.
    pub never_used: u32,
    /// Seconds until the vault locks itself when nothing uses it; none when locked or off.
    pub locks_in_seconds: Option<u32>,
    /// The agent.
    pub agent: AgentView,
    /// What was noticed when the vault was opened, such as a healed header copy.
    pub notices: Vec<Notice>,
}

/// The agent's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AgentView {
    /// Its process id.
    pub pid: u32,
    /// Its socket.
    pub socket: String,
    /// Its version.
    pub version: String,
    /// When it started.
    #[cfg_attr(test, ts(type = "string"))]
    pub started_at: Timestamp,
}

/// Something a person should know that is not an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Notice {
    /// One header copy was damaged and was written anew from the other.
    HeaderHealed,
    /// One anchor slot was damaged after an unclean stop.
    AnchorSlotLost,
    /// What was last seen of this vault on this machine could not be read or kept: whether
    /// this copy is an old one is not known.
    LastSeenUnavailable,
    /// The vault was opened with the recovery key, and the password was not set since.
    Recovered,
    /// The schedule file was damaged; reminders paused until this unlock.
    ScheduleDamaged,
    /// The last automatic backup could not be written.
    BackupFailed {
        /// Why, in words.
        problem: String,
    },
    /// Key pages could not be locked into memory.
    MemoryNotLocked,
    /// No notification service answered on the session bus.
    NotificationsUnavailable,
    /// What listens for sleep and a locked screen ended again and again.
    PresenceWatcherFailed,
    /// An expired credential was injected all the same.
    Expired {
        /// Its name.
        name: String,
    },
    /// A field was left out of a launch.
    LeftOut {
        /// The credential.
        name: String,
        /// Why.
        reason: String,
    },
}

/// One entry of the audit log. Names are in it, values never.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuditEntryView {
    /// Counts from 1 without gaps.
    #[cfg_attr(test, ts(type = "number"))]
    pub sequence: u64,
    /// When.
    #[cfg_attr(test, ts(type = "string"))]
    pub at: Timestamp,
    /// Stable word for what was done, such as `inject` or `add`.
    pub action: String,
    /// Stable word for how it ended: `released`, `done`, `refused`, `failed`.
    pub outcome: String,
    /// The credentials concerned, by name.
    pub credentials: Vec<String>,
    /// The project.
    pub project: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The process that asked, as the kernel saw it.
    pub actor: ActorView,
    /// What the client said of itself; nothing here is proved.
    pub claimed: Claimed,
    /// Further facts, by name.
    #[cfg_attr(test, ts(type = "Record<string, string>"))]
    pub detail: std::collections::BTreeMap<String, String>,
}

/// A process as the kernel saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActorView {
    /// User id.
    pub uid: u32,
    /// Process id.
    pub pid: u32,
    /// The path of its program.
    pub program: String,
}

/// What a client says of what it is about to do. Marked as claimed in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Claimed {
    /// The program to be run, without its arguments.
    pub program: Option<String>,
    /// The working directory.
    pub directory: Option<String>,
    /// The profile.
    pub profile: Option<String>,
}

/// A directory file its owner has allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TrustedFileView {
    /// Its absolute path.
    pub path: String,
    /// SHA-256 of the allowed content in lower-case hex.
    pub sha256: String,
    /// Whether production credentials may enter through it.
    pub allow_production: bool,
    /// When it was allowed.
    #[cfg_attr(test, ts(type = "string"))]
    pub allowed_at: Timestamp,
}

/// The settings that live in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsView {
    /// Minutes without use after which the vault locks; 0 means never.
    pub auto_lock_minutes: u32,
    /// Whether the vault locks before the machine sleeps.
    pub lock_on_suspend: bool,
    /// Whether the vault locks when the screen or the session is locked.
    pub lock_on_screen_lock: bool,
    /// Seconds after which the clipboard helper gives up a copied value.
    pub clipboard_seconds: u32,
    /// Days before a due moment at which a reminder comes.
    pub lead_times: Vec<u32>,
    /// Start of the quiet hours, local, `HH:MM`.
    pub quiet_from: String,
    /// End of the quiet hours, local, `HH:MM`.
    pub quiet_to: String,
    /// Whether notices may name credentials while the vault is unlocked.
    pub names_in_notices: bool,
    /// What a launch does with an expired credential.
    pub expired: ExpiredPolicy,
    /// Hours for which a replaced value stays the previous one.
    pub grace_hours: u32,
    /// Days for which entries of the log are kept; 0 keeps all.
    pub audit_keep_days: u32,
}

/// What a launch does with an expired credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ExpiredPolicy {
    /// Inject without a word.
    Allow,
    /// Inject and say so.
    Warn,
    /// Refuse.
    Refuse,
}

/// One process that was started with credentials and is still alive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunningView {
    /// Its process id.
    pub pid: u32,
    /// The program, as claimed at the start.
    pub program: String,
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The credentials it was given, by name.
    pub credentials: Vec<String>,
    /// Those of them whose value was replaced since: it holds the old one.
    pub stale: Vec<String>,
    /// When it was given them.
    #[cfg_attr(test, ts(type = "string"))]
    pub since: Timestamp,
}

/// What an import does or would do with each record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportReport {
    /// One line per record, in the order of the file.
    pub items: Vec<ImportItemView>,
    /// Whether it was written.
    pub applied: bool,
}

/// What becomes of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportItemView {
    /// The credential's name.
    pub name: String,
    /// The variable it fills.
    pub variable: Option<String>,
    /// Secret or plain.
    pub kind: FieldKind,
    /// The provider recognised.
    pub provider: Option<String>,
    /// The rotation policy in days that a new credential gets.
    pub rotate_every_days: Option<u32>,
    /// What happens.
    pub outcome: ImportOutcome,
}

/// What an import does with a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ImportOutcome {
    /// Stored as a new credential.
    New,
    /// A new version of the credential that came from the same source.
    Updated,
    /// Already stored exactly so.
    Unchanged,
    /// A value the credential had before: its newer one stays.
    Older,
    /// A credential of the same name, or one filling the same variable, has another origin.
    Conflict {
        /// The credential in the way.
        with: String,
    },
}

/// One variable of a launch; its value is in the segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableView {
    /// The variable's name.
    pub name: String,
    /// Its value.
    pub value: Segment,
    /// Secret or plain.
    pub kind: FieldKind,
    /// Whether its owner allowed a variable that changes how programs load code.
    pub allow_loader_variable: bool,
}

/// What a launch is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchView {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// Its tier.
    pub tier: Tier,
    /// The variables in the order of their names.
    pub variables: Vec<VariableView>,
    /// Secrets that stand within values, such as a password in a URL: masked as values are.
    pub parts: Vec<Segment>,
    /// What a person should know.
    pub notices: Vec<Notice>,
    /// The log's sequence number of this release, for a report of a failed start.
    pub release: u64,
    /// When it was: a restored log gives the numbers after its end again.
    pub released_at: Timestamp,
}
