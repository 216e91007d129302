//! What a person should know that is not an error, as a closed list of codes with typed
//! parameters. The texts are in the crate `messages`, under `notice-CODE`.

use crate::coded::coded;
use crate::error::Error;
use crate::problem::Problem;

coded! {
    /// Something a person should know that is not an error.
    Notice as NOTICES {
        /// The vault cannot be used as it is.
        Unusable { /** Why. */ cause: Box<Error> },
        /// A header copy was damaged or missing and was written again.
        HeaderHealed,
        /// The vault was not locked properly last time; no use of a key is missing from the log.
        UncleanStop,
        /// The vault was not locked properly last time, and uses of its last second may be
        /// missing from the log.
        UsesUnproved { /** Why that is not known. */ problem: Problem },
        /// One anchor slot was damaged after a crash.
        AnchorSlotLost,
        /// The record of this vault's last state on this machine could not be read or kept:
        /// whether this copy is an old one is not known.
        LastSeenUnavailable,
        /// The vault was unlocked on this machine before, but the record of its last state is
        /// missing or not what was written.
        LastSeenLost,
        /// The vault was unlocked with the recovery key, and the password was not set since.
        Recovered,
        /// A restored backup is of another vault: no trusted files came with it, nor production
        /// rights of profiles, nor permissions for variables that load code.
        RestoredOtherVault,
        /// The vault that was replaced could not be read: nothing that its backup allows was
        /// restored.
        RestoredRightsUnknown,
        /// A restored backup allows what the vault that it replaced does not: that was not
        /// restored.
        RestoredRightsWithdrawn { /** Trusted files. */ files: u32, /** Profiles that let production in. */ profiles: u32, /** Credentials that could fill a variable that loads code. */ credentials: u32, /** Environments whose tier was lower. */ environments: u32 },
        /// Settings of a restored backup protect less than those before it, which were kept.
        RestoredSettingsKept { /** Their names in `kh config`. */ settings: Vec<String> },
        /// The schedule file was damaged; reminders paused until this unlock.
        ScheduleDamaged,
        /// Files of the vault that went while it is unlocked cannot be written again.
        NotHealed { /** Why. */ cause: Box<Error> },
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
