//! Launches: what a program is given, the programs that run, and the files that are trusted.

use jiff::Timestamp;
use keyhaven_rules::{FieldKind, Tier};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::error::UntrustedReason;
use crate::frame::Segment;
use crate::notice::Notice;
use crate::request::ProfileView;

/// A directory file its owner has allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct TrustedFileView {
    /// Its absolute path.
    pub path: String,
    /// SHA-256 of the allowed content in lower-case hex.
    pub sha256: String,
    /// Whether production credentials may enter through it.
    pub allow_production: bool,
    /// When it was allowed.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub allowed_at: Timestamp,
}

/// What its owner has said about exactly one content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum FileTrustView {
    /// It is trusted.
    Trusted {
        /// Whether production credentials may enter through it.
        allow_production: bool,
    },
    /// It is not.
    Untrusted {
        /// Why.
        reason: UntrustedReason,
    },
}

/// One process that was started with credentials and is still alive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
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
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub since: Timestamp,
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
    /// A reference to its credential, of some values that are secret and an ordinary word:
    /// masking would hide that word everywhere.
    #[serde(default)]
    pub ordinary: Option<String>,
}

/// A value that stands within another one, or in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// It.
    pub value: Segment,
    /// Secret or plain.
    pub kind: FieldKind,
    /// As [`VariableView::ordinary`].
    #[serde(default)]
    pub ordinary: Option<String>,
}

/// What a launch would be given, without a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchPlanView {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The id of the environment, which only the vault holds; none where it has none.
    pub environment_id: Option<Uuid>,
    /// Its tier.
    pub tier: Tier,
    /// The profile, where it is the source.
    pub profile: Option<ProfileView>,
    /// The variables in the order of their names.
    pub variables: Vec<PlannedVariable>,
    /// SHA-256, in lower-case hex, of which fields fill which variables, of their kinds, of the
    /// tier, and of the profile's id and revision.
    pub fingerprint: String,
}

/// A variable that a launch would be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedVariable {
    /// The variable's name.
    pub name: String,
    /// The text with references in it, where it is more than one reference.
    pub text: Option<String>,
    /// What fills it.
    pub fields: Vec<PlannedField>,
    /// Whether its owner allowed a variable that changes how programs load code.
    pub allow_loader_variable: bool,
}

/// A field that would fill a variable, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedField {
    /// The credential.
    pub credential: Uuid,
    /// Its project.
    pub project: String,
    /// Its environment.
    pub environment: String,
    /// The credential's name.
    pub name: String,
    /// The field's name.
    pub field: String,
    /// Secret or plain.
    pub kind: FieldKind,
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
    /// Values that stand within others, such as a password in a URL: masked as they are.
    pub parts: Vec<PartView>,
    /// What a person should know.
    pub notices: Vec<Notice>,
    /// The log's sequence number of this release, for a report of a failed start.
    pub release: u64,
    /// When it was: a restored log gives the numbers after its end again.
    pub released_at: Timestamp,
}
