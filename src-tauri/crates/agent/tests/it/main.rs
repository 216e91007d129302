//! The agent over a real socket.

mod connections;
mod credentials;
mod launches;
mod locking;
mod reminders;
mod support;
