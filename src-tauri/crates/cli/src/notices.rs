//! Notices of the agent in words.

use keyhaven_protocol::view::Notice;

/// A notice in words, without a final full stop.
pub fn notice_words(notice: &Notice) -> String {
    match notice {
        Notice::HeaderHealed => {
            "one copy of the vault's header was damaged and was restored from the other copy".into()
        }
        Notice::AnchorSlotLost => "the vault was not closed cleanly; nothing was lost".into(),
        Notice::LastSeenUnavailable => {
            "the record of the last known state could not be read or written, so Keyhaven cannot tell \
             whether this copy of the vault is old"
                .into()
        }
        Notice::Recovered => {
            "the vault was unlocked with the recovery key; set a new master password with: kh password \
             --recovery"
                .into()
        }
        Notice::ScheduleDamaged => {
            "the reminder schedule was damaged; reminders were paused until this unlock".into()
        }
        Notice::BackupFailed { problem } => {
            format!("the daily backup could not be written: {problem}; Keyhaven will try again")
        }
        Notice::MemoryNotLocked => {
            "keys may be swapped to disk: the limit on locked memory is too low".into()
        }
        Notice::NotificationsUnavailable => "no notification service is available on this desktop".into(),
        Notice::PresenceWatcherFailed => {
            "the sleep and screen-lock watcher has failed, so the vault locks only after a time without \
             use; lock and unlock it to restart the watcher"
                .into()
        }
        Notice::Expired { name } => format!("{name} has expired, but was released anyway"),
        Notice::LeftOut { name, reason } => format!("{name} was left out: {reason}"),
    }
}
