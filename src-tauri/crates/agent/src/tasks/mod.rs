//! What runs for as long as the agent does: locks by itself, reminders, daily backups, and the
//! list of running programs.

pub(crate) mod backups;
pub(crate) mod idle;
pub(crate) mod presence;
pub(crate) mod reminders;
pub(crate) mod running;
