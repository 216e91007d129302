//! Whether a field holds a secret.

use serde::{Deserialize, Serialize};

/// Whether a field is masked, dated and checked, or only injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum FieldKind {
    /// A key, a password, a token.
    Secret,
    /// Configuration such as `LOG_LEVEL=debug`. The vault encrypts its value as well.
    Plain,
}
