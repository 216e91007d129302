//! The database: SQLCipher, its tables, and the keyed root over their rows.
//!
//! All SQL lives in this folder. Tables that users change are written by `rooted` alone.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod connect;
pub(crate) mod cutoff;
pub(crate) mod lent;
pub(crate) mod read;
pub(crate) mod rescue;
pub(crate) mod root;
pub(crate) mod rooted;
pub(crate) mod rows;
pub(crate) mod transfer;
pub(crate) mod usage;
