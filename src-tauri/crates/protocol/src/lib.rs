//! What can be asked of the agent and what it answers.
//!
//! [`request`] is the one list of requests: the agent's router, the client and the
//! TypeScript bindings are fed from it. Secrets are never part of JSON: they travel in the
//! raw segments of a [`frame`], and a request or answer holds only their index.
//!
//! This crate does not know how an answer is found.

pub mod accepted_value;
pub mod agent_security;
pub mod check;
mod coded;
pub mod doctor;
pub mod error;
pub mod event;
pub mod finding;
pub mod frame;
pub mod health;
pub mod host_security;
pub mod local_session;
pub mod maintenance;
pub mod notice;
pub mod paths;
pub mod problem;
pub mod project_file;
mod proof;
pub mod ready;
pub mod reference;
pub mod reported;
pub mod request;
pub mod settings;
pub mod strength;
mod suggest;
pub mod view;
pub mod worker;

#[cfg(test)]
mod bindings;

pub use error::{Code, Error};
pub use problem::Problem;
pub use reference::Reference;
pub use suggest::{ClosestName, NearNames, similar};

/// The version of the protocol spoken by this build. Both sides must agree.
pub const PROTOCOL: u32 = 1;

/// The version of the programs of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
