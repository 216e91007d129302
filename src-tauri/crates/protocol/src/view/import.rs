//! What an import does with each record.

use serde::{Deserialize, Serialize};

use super::Moment;
use keyhaven_rules::FieldKind;

/// What an import does or would do with each record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ImportReport {
    /// One line per record, in the order of the file.
    pub items: Vec<ImportItemView>,
    /// Whether it was written.
    pub applied: bool,
}

/// What becomes of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
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
    /// Of a known key with an expiry that gets a new value.
    #[serde(default)]
    pub expiry: Option<ImportExpiry>,
}

/// What becomes of an expiry when an import replaces the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ImportExpiry {
    /// That of the old value.
    pub before: Moment,
    /// That of the new one; none where it was dropped.
    pub after: Option<Moment>,
}

/// What an import does with a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
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
