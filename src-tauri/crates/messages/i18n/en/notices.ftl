# Notices of `kh status` and `kh unlock`: what a person should know that is not an error.

notice-header-healed = one copy of the header was damaged and has been restored from the other
notice-anchor-slot-lost = the vault was not closed cleanly last time; nothing was lost
notice-last-seen-unavailable = the record of this vault's last state on this machine could not be read or written, so an old copy would not be noticed
notice-recovered = the vault was unlocked with the recovery key, and the password has not been changed since
    .hint = set a new one with: kh password --recovery
notice-schedule-damaged = the list of due dates was damaged; reminders were paused until this unlock
notice-backup-failed = the daily backup could not be written: { $cause }; it will be tried again
notice-memory-not-locked = keys may be swapped to disk: the limit on locked memory is too low
    .hint = see: kh doctor
notice-notifications-unavailable = no notification service answers, so reminders are not shown
    .hint = see: kh doctor
notice-presence-watcher-failed = the watcher for sleep and screen lock keeps stopping, so the vault locks only after its idle time
    .hint = lock and unlock the vault to start it again
notice-expired = { $name } has expired and was injected anyway
notice-revoked-left-out = { $name } was left out: it is revoked

# How a password's key is derived; $seconds is how long it took, where that is known.
key-derivation = { $memory }, { $passes ->
    [one] { $passes } pass
   *[other] { $passes } passes
}, { $lanes ->
    [one] { $lanes } lane
   *[other] { $lanes } lanes
}{ $seconds_given ->
    [1] , { $seconds } s
   *[0] {""}
}
