//! Why a file cannot be read.

use keyhaven_rules::Expected;

/// A file that cannot be read without loss.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: expected {expected:?}")]
pub struct Malformed {
    /// From 1; `\n`, `\r\n` and `\r` end a line.
    pub line: u32,
    /// From 1, in characters; a byte order mark is not counted.
    pub column: u32,
    /// What should have stood there.
    pub expected: Expected,
}

/// What becomes of lines that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidLines {
    /// Nothing is read.
    Refuse,
    /// The others are read.
    Skip,
}
