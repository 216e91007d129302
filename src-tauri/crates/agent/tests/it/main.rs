//! The agent over a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod care;
mod connections;
mod credentials;
mod files;
mod keys;
mod launches;
mod locking;
mod log;
mod outdated;
mod reminders;
mod support;
