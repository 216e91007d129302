//! The agent over a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backups;
mod bounds;
mod connections;
mod credentials;
mod dates;
mod environments;
mod floods;
mod gone;
mod health;
mod launch;
mod locking;
mod log;
mod maintenance;
mod private_files;
mod refusals;
mod reminders;
mod restored_rights;
mod restoring;
mod senders;
mod sessions;
mod settings;
mod staleness;
mod support;
mod trash;
mod unlock_methods;
