//! What the agent shows of the vault, by subject. A value is never part of it: a view that
//! belongs to a secret points to its segment.

mod audit;
mod credential;
mod import;
mod launch;
mod rotation;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::error::UntrustedReason;
pub use audit::{ActorView, AuditEntryView, Claimed, ProgramEvidenceView};
pub use credential::{
    CredentialRow, CredentialState, CredentialView, DueView, EnvironmentView, FieldView,
    HistoryView, PreviousVersion, VersionLabel, VersionView,
};
pub use import::{ImportExpiry, ImportItemView, ImportOutcome, ImportReport};
pub use keyhaven_rules::due::{DueDistance, DueKind, DueWords, Moment, RotationBasis};
pub use keyhaven_rules::{FieldKind, Tier};
pub use launch::{
    FileTrustView, LaunchPlanView, LaunchView, PartView, PlannedField, PlannedVariable,
    RunningView, TrustedFileView, VariableView,
};
pub use rotation::{
    AutomaticOutcome, AutomaticRotationView, AutomationView, NewValueCheckView, RotationStageView,
    RotationView,
};

/// The state of the vault and the agent; counts are zero while locked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
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
    /// Seconds until the vault locks itself whatever uses it; none when locked or off.
    pub locks_at_latest_in_seconds: Option<u32>,
    /// The agent.
    pub agent: AgentView,
    /// What was noticed when the vault was opened, such as a healed header copy.
    pub notices: Vec<crate::notice::Notice>,
}

/// The agent's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct AgentView {
    /// Its process id.
    pub pid: u32,
    /// Its socket.
    pub socket: String,
    /// Its version.
    pub version: String,
    /// When it started.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub started_at: Timestamp,
}
