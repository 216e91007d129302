//! The audit log, and what a client claims about itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
