//! What runs for as long as the agent does: locks by itself, reminders, daily backups, and the
//! list of running programs.

pub(crate) mod backups;
pub(crate) mod idle;
pub(crate) mod lock_trigger;
pub(crate) mod presence;
pub(crate) mod presence_watcher;
pub(crate) mod reminders;
pub(crate) mod running;
