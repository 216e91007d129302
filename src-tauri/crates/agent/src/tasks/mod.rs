//! What runs for as long as the agent does: locks by itself, reminders, daily backups, and the
//! list of running programs; and the watch over the vault's folder.

pub(crate) mod calendar_file;
pub(crate) mod daily_backup;
pub(crate) mod folder_watch;
pub(crate) mod idle;
pub(crate) mod presence;
pub(crate) mod presence_watcher;
pub(crate) mod reminders;
pub(crate) mod running;
pub(crate) mod vault_locker;
