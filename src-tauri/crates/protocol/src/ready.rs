//! The one message on the pipe by which a started agent reports to its starter.
//!
//! [`READY`] when its socket answers; otherwise the [`Error`](crate::Error) that stopped it, as
//! JSON of at most [`MAX_REPORT`] bytes. The end of the pipe without either means it ended.

/// What the agent writes when its socket answers.
pub const READY: &[u8] = b"ready";
/// The longest report, in bytes.
pub const MAX_REPORT: u64 = 16 * 1024;
