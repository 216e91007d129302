//! The daemon: the only process that opens the vault.
//!
//! - [`run`] serves one vault on one socket until it is asked to stop.
//! - One thread owns the database (`vault_thread`); one runtime serves sockets and time. Key
//!   derivations run on another thread, one at a time (`vault_thread::kdf`).
//! - Only processes of the vault's owner are listened to (`server::peer`, `server::connection`); what they
//!   send is bounded in size, number and time (`server::frame_io`), and so is what they are sent
//!   (`server::reply_writer`).
//! - After a lock no answer drawn from the open vault leaves (`server::events`, `server::reply_writer`).
//! - Values reach the clipboard, and notices the desktop, through short helper processes
//!   (`helpers`), and a helper hears that the person leaves (`tasks::presence`): the agent
//!   itself talks to neither display nor bus.
//! - What needs the network is done by workers (`workers`), never by the agent.
//!
//! Tests run an agent with cheap key derivation and a [`clock::ManualClock`];
//! the shipped program has no such switch.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod agent;
mod async_fd;
mod child_process;
pub mod cli;
pub mod clock;
pub mod consent;
mod errors;
mod failure;
mod handlers;
mod health;
pub mod helpers;
mod jobs;
mod log;
mod numbers;
mod options;
mod private_files;
mod server;
mod tasks;
mod user_session;
mod vault_thread;
mod views;
mod workers;

pub use options::{AgentOptions, PresenceOptions};
pub use server::listener::run;
pub use server::peer::Peer;
pub use workers::WorkerProgram;

/// The content of a mutex. Nobody panics while holding one, and if somebody did, what is
/// kept here is never half changed.
fn guarded<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
