# Notices of `kh status` and `kh unlock`: what a person should know that is not an error.

notice-unusable = { $cause }
notice-header-healed = a copy of the header was missing or damaged, and has been written again
notice-unclean-stop = the vault was not locked properly last time; no use of a key is missing from the audit log
notice-uses-unproved = the vault was not locked properly last time, and uses of keys in its last second may be missing from the audit log: { $problem }
notice-anchor-slot-lost = the anchor was damaged when the vault stopped last time; nothing was lost
notice-last-seen-unavailable = the record of this vault's last state on this machine could not be read or written, so an old copy would not be noticed
    .hint = check that $XDG_STATE_HOME/keyhaven (by default ~/.local/state/keyhaven) is writable
notice-last-seen-lost = this vault was unlocked on this machine before, but the record of its last state is missing or was changed, so this may be an old copy
    .hint = compare what you changed last, for example with: kh audit
    .hint-window = compare what you changed last, for example in Activity
notice-recovered = the vault was unlocked with the recovery key, and the password has not been changed since
    .hint = set a new one with: kh password --recovery
    .hint-window = set a new one in Settings, under Security
notice-restored-other-vault = it is not certain that the backup has the vault key of the vault it replaced, so its trusted files, the production rights of its profiles and its permissions for variables that load code were not restored
    .hint = trust files again with kh allow, allow production with kh profile edit, and such variables with kh edit --allow-loader-variable
    .hint-window = trust files and allow production and such variables again
notice-restored-rights-unknown = the vault that was replaced could not be read, so the trusted files of the backup, the production rights of its profiles and its permissions for variables that load code were not restored
    .hint = trust files again with kh allow, allow production with kh profile edit, and such variables with kh edit --allow-loader-variable
    .hint-window = trust files and allow production and such variables again
notice-restored-rights-withdrawn = the backup allows what the vault before it did not, and that was not restored: trusted files ({ $files }), production rights of profiles ({ $profiles }), permissions for variables that load code ({ $credentials }), lower tiers ({ $environments })
    .hint = allow again what you still want with kh allow, kh profile edit, kh edit --allow-loader-variable and kh environment set
    .hint-window = allow again what you still want
notice-restored-settings-kept = these settings of the backup protect less than those before it, which were kept: { $settings }
    .hint = change them with: kh config set
    .hint-window = change them in Settings
notice-schedule-damaged = the list of due dates was damaged; reminders were paused until this unlock
notice-not-healed = files of the vault are missing or damaged, and could not be written again: { $cause }
    .hint = make a backup now, before the vault is locked: kh backup FILE
    .hint-window = make a backup now, before the vault is locked
notice-backup-failed = the daily backup could not be written: { $cause }; it will be tried again
notice-memory-not-locked = the vault's encryption keys may be swapped to disk: the limit on locked memory is too low
    .hint = see: kh doctor
    .hint-window = see Settings, under Protection
notice-notifications-unavailable = no notification service answers, so reminders are not shown
    .hint = see: kh doctor
    .hint-window = see Settings, under Protection
notice-presence-watcher-failed = the watcher for sleep and screen lock keeps stopping, so the vault locks only after its idle time
    .hint = lock and unlock the vault to start it again
notice-expired = { $name } has expired and was used anyway
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
