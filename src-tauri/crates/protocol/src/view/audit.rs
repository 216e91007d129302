//! The audit log, and what a client claims about itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One entry of the audit log. Names are in it, values never.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct AuditEntryView {
    /// Counts from 1 without gaps.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "number"))]
    pub sequence: u64,
    /// When.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
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
    #[cfg_attr(any(test, feature = "ts"), ts(type = "Record<string, string>"))]
    pub detail: std::collections::BTreeMap<String, String>,
}

/// A process as the kernel saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ActorView {
    /// User id.
    pub uid: u32,
    /// Process id.
    pub pid: u32,
    /// The path of its program, or the name of the process where the path is hidden.
    pub program: String,
    /// How the program is known; entries from before this was noted have none.
    pub known_by: Option<ProgramEvidenceView>,
}

/// How it is known which program asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum ProgramEvidenceView {
    /// By the kernel's handle of the process that connected, and its executable.
    Handle,
    /// By the number of that process, and its executable: the kernel gives no handle.
    Number,
    /// By the name that the process gives itself: its executable is hidden.
    Name,
    /// It is the agent itself.
    Agent,
}

/// What a client says of what it is about to do. Marked as claimed in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Claimed {
    /// The program to be run, without its arguments.
    pub program: Option<String>,
    /// The working directory.
    pub directory: Option<String>,
    /// The profile.
    pub profile: Option<String>,
}
