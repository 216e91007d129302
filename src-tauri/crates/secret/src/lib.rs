//! Secret values in memory: redacted when printed, wiped when dropped, compared in
//! constant time; and the hardening of the process that holds them.
//!
//! This crate knows nothing of vaults, sockets or terminals.

pub mod memory;
pub mod process;
mod value;

pub use value::{Exposed, Secret, SecretBytes, SecretString};
