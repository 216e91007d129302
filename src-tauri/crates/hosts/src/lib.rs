//! One parser for every decision about a host, a URL or an address.
//!
//! Hosts are read by the crate `url` (WHATWG URL, UTS #46, RFC 5952) and compared in their
//! normalised form. A text that programs could read in two ways has no host here, so that a
//! key never goes where its owner did not mean it to.

mod address;
mod database;
mod git;
mod web;

pub use address::{is_in_private_network, is_public, network};
pub use database::{DatabaseUrl, POSTGRES_PORT, database_host};
pub use git::GitRequest;
pub use web::{HostPort, Scheme, WebAddress};
