//! Requests about the directory files that a person trusts.

use serde::{Deserialize, Serialize};

use super::LaunchFile;

/// The longest outline of a trusted file in bytes, its lines joined.
pub const MAX_OUTLINE: usize = 64 << 10;

/// See [`Query::Trust`](super::Query::Trust).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct TrustRequest {
    /// The directory file's absolute path.
    pub path: String,
    /// SHA-256 of its content in lower-case hex.
    pub sha256: String,
    /// Whether its owner said yes to production credentials.
    pub allow_production: bool,
    /// What it asks for, a line each and without values: the log keeps it, to be compared
    /// with the next content. At most [`MAX_OUTLINE`].
    pub outline: Vec<String>,
}

/// See [`Query::FileTrust`](super::Query::FileTrust).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct FileTrustRequest {
    /// The file, by its content.
    pub file: LaunchFile,
}

/// See [`Query::Distrust`](super::Query::Distrust).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct DistrustRequest {
    /// The directory file's absolute path.
    pub path: String,
}
