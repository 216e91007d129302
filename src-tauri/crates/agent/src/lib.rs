//! The daemon: the only process that opens the vault.
//!
//! - [`run`] serves one vault on one socket until it is told to stop.
//! - One thread owns the database (`keeper`); one runtime serves sockets and time. Key
//!   derivation has a thread of its own, one at a time (`kdf`).
//! - Only processes of the vault's owner are listened to (`peer`, `connection`); what they
//!   send is bounded in size, number and time (`wire`), and so is what they are sent
//!   (`outbox`).
//! - After a lock no answer drawn from the open vault leaves (`hub`, `outbox`).
//! - Values reach the clipboard, and notices the desktop, through short helper processes
//!   (`copies`, `notice`), and a helper hears that the person leaves (`departure`): the agent
//!   itself talks to neither display nor bus.
//!
//! Tests run an agent of their own with cheap key derivation and a [`clock::ManualClock`];
//! the shipped program has no such switch.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod agent;
mod backups;
mod caller;
mod cases;
pub mod clipboard;
pub mod clock;
mod connection;
pub mod consent;
mod copies;
mod departure;
mod errors;
mod files;
mod helper;
mod hub;
mod idle;
mod kdf;
mod keeper;
mod keychain;
pub mod leaving;
mod log;
pub mod notice;
pub mod notify;
mod outbox;
mod peer;
pub mod program;
mod ready_pipe;
mod reminders;
mod router;
mod running;
mod serve;
mod socket;
mod views;
pub mod watch;
mod watched;
mod wire;

pub use peer::Peer;
pub use serve::{Options, Watches, run};

/// The content of a mutex. Nobody panics while holding one, and if somebody did, what is
/// kept here is never half changed.
fn guarded<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
