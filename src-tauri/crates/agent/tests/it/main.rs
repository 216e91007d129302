//! The agent over a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod connections;
mod credentials;
mod launch;
mod locking;
mod log;
mod maintenance;
mod private_files;
mod reminders;
mod staleness;
mod support;
mod unlock_methods;
