//! Helper processes: this program again, with a user's display or bus, which the agent itself
//! never talks to. Each has its two sides here: what starts it, and what it does.

pub(crate) mod clipboard;
pub mod clipboard_helper;
pub(crate) mod keychain;
pub mod notification;
pub mod notification_helper;
pub mod presence_helper;
pub mod presence_signal;
