//! What is asked of an import: records out of a file of others.

use keyhaven_rules::{FieldKind, Tier};
use serde::{Deserialize, Serialize};

use super::NextExpiry;
use crate::frame::Segment;

/// One record of a foreign file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportItem {
    /// The credential's name.
    pub name: String,
    /// The field of a credential with several: new records of the same name make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The variable it fills.
    pub variable: Option<String>,
    /// Secret or plain.
    pub kind: FieldKind,
    /// The provider recognised.
    pub provider: Option<String>,
    /// The provider's usual rotation interval.
    pub rotate_every_days: Option<u32>,
    /// Stable within the environment, such as `dotenv:KEY`.
    pub source_id: String,
    /// The value.
    pub value: Segment,
}

/// See [`SecretIn::Import`](super::SecretIn::Import).
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportRequest {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The tier of a new environment whose name does not tell.
    pub tier: Option<Tier>,
    /// The records; an import larger than a frame gathers parts on this connection.
    pub items: Vec<ImportItem>,
    /// What to do with the records gathered so far.
    pub step: ImportStep,
    /// Writes them although there can be no backup before.
    #[serde(default)]
    pub without_backup: bool,
    /// As of [`SetRequest`](super::SetRequest).
    #[serde(default)]
    pub discard_old: bool,
    /// The expiry of known keys whose value is replaced, as of [`SetRequest`](super::SetRequest).
    #[serde(default)]
    pub expires: Option<NextExpiry>,
}

/// What to do with the records of an import session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStep {
    /// Keep them; more follow on this connection. The report is empty.
    Gather,
    /// Say what would happen, and forget them.
    Preview,
    /// Write them in one transaction, or nothing when there is a conflict.
    Apply,
}
