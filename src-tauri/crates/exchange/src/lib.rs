//! Foreign formats: bytes in, records and a report out.
//!
//! Hostile files are parsed here, away from the keys: no panic on any bytes, at most
//! [`MAX_BYTES`], all or nothing. An error names a place in the file, never its contents.
//!
//! To add a format:
//!
//! 1. Write its reader in a module named after it, with a function `import(bytes, invalid)` that hands
//!    every value of the file to `Import::add`, and reports what is lost with
//!    `Import::leave_out`.
//! 2. Add a variant to [`Format`] and its entry in [`Format::ALL`]; the compiler names the other
//!    places.
//! 3. Add its reader to the targets of the crate `fuzz`, with a corpus.
//!
//! `kh import`, its completions, and the window's file picker take their list of formats from
//! [`Format::ALL`].

pub mod dotenv;
mod encoding;
mod format;
mod javascript;
mod malformed;
mod pair;
mod recognise;
mod records;
mod scripts;

pub use dotenv::DotenvEntry;
pub use encoding::TextEncoding;
pub use format::{Format, read, read_valid};
pub use keyhaven_catalogue as catalogue;
pub use keyhaven_catalogue::{Catalogue, PROPOSAL_REASONS, ProposalReason, Provider};
pub use malformed::Malformed;
pub use pair::{AWS_NAME, AwsPart, aws_key, join_aws_key, usual_fields};
pub use recognise::{Recognised, recognise};
pub use records::{Import, LEFT_OUT_REASONS, LeftOut, LeftOutReason, Record};
pub use scripts::{MAX_MANIFEST, scripts};

/// Largest file read, in bytes.
pub const MAX_BYTES: usize = 40 << 20;

#[cfg(test)]
mod tests;
