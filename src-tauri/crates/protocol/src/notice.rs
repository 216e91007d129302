//! What a person should know that is not an error, as a closed list of codes with typed
//! parameters. The texts are in the crate `messages`, under `notice-CODE`.

use serde::{Deserialize, Serialize};

use crate::coded::coded;
use crate::error::Error;

coded! {
    /// Something a person should know that is not an error.
    Notice as NOTICES {
        /// One header copy was damaged and was restored from the other.
        HeaderHealed,
        /// One anchor slot was damaged after a crash.
        AnchorSlotLost,
        /// The record of this vault's last state on this machine could not be read or kept:
        /// whether this copy is an old one is not known.
        LastSeenUnavailable,
        /// The vault was unlocked with the recovery key, and the password was not set since.
        Recovered,
        /// The schedule file was damaged; reminders paused until this unlock.
        ScheduleDamaged,
        /// The last automatic backup could not be written.
        BackupFailed { /** Why. */ cause: Box<Error> },
        /// Key pages could not be locked into memory.
        MemoryNotLocked,
        /// No notification service answered on the session bus.
        NotificationsUnavailable,
        /// The watcher for sleep and screen lock keeps stopping.
        PresenceWatcherFailed,
        /// An expired credential was injected anyway.
        Expired { /** Its name. */ name: String },
        /// A revoked credential was left out of a launch.
        RevokedLeftOut { /** Its name. */ name: String },
    }
}
