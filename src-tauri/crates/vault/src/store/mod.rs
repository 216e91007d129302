//! The database: SQLCipher, its tables, and the keyed root over their rows.
//!
//! All SQL lives in this folder. Tables that users change are written by `authenticated_writer` alone.

pub(crate) mod audit;
pub(crate) mod audit_page;
pub(crate) mod audit_search;
pub(crate) mod audit_trim;
pub(crate) mod authenticated_writer;
pub(crate) mod check;
pub(crate) mod connect;
pub(crate) mod read;
pub(crate) mod revocable_connection;
pub(crate) mod row_mac;
pub(crate) mod row_state;
pub(crate) mod rows;
pub(crate) mod settings_row;
pub(crate) mod tolerant_read;
pub(crate) mod transfer;
pub(crate) mod usage;
