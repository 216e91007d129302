//! The formats of others: bytes in, records and a report out.
//!
//! Hostile files are parsed here, away from the keys: no panic on any bytes, at most
//! [`MAX_BYTES`], all or nothing. An error names a place in the file, never its contents.

pub mod dotenv;
mod import;
mod javascript;
mod scripts;

pub use dotenv::{Entry, Malformed};
pub use import::{Import, Kind, LeftOut, Recognised, Record, import_dotenv, recognise};
pub use keyhaven_catalogue::{Catalogue, Provider};
pub use scripts::{MAX_MANIFEST, scripts};

/// Largest file read, in bytes.
pub const MAX_BYTES: usize = 256 << 20;
