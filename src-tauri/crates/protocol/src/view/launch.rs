//! Launches: what a program is given, the programs that run, and the files that are trusted.

use jiff::Timestamp;
use keyhaven_rules::{FieldKind, Tier};
use serde::{Deserialize, Serialize};

use super::Notice;
use crate::frame::Segment;

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
