backups-title = Backups
backups-text = Encrypted copies next to the vault: one a day and one before each import. Each is read back and verified. Keep another copy on a separate device: `kh backup FILE`
backups-choose = Which backup?
backups-none-here = There is no backup next to the vault. Choose one that you keep elsewhere.
backups-salvage-text = Is a change that you need in none of these? What can still be read can be saved in a new vault.
backups-salvage = Save what can be read…
backups-salvaged = What can still be read is saved in a new vault. Start `keyhaven` with KEYHAVEN_HOME set to { $folder } to use it. The damaged one stays as it is.
backups-none = No backup yet. The first one is written automatically.
backups-now = Back up now
backups-restore = Restore…
backups-restore-of = Restore the backup of { $made }
backups-restore-other = Restore another file…
backups-restored = The backup was restored.
backups-writing = Writing and verifying…
backups-written = { $number ->
    [one] The backup was written and verified: { $number } key.
   *[other] The backup was written and verified: { $number } keys.
}
backups-holds = { $number ->
    [one] { $number } key
   *[other] { $number } keys
}
backups-kib = { NUMBER($size) } KiB
backups-mib = { NUMBER($size, maximumFractionDigits: 1) } MiB
backups-reason-asked = manual
backups-reason-daily = daily
backups-reason-import = before an import
backups-reason-rekey = before a new vault key
backups-reason-migration = before a format upgrade
backups-state-authentic = verified
backups-state-unproved = not verified
backups-state-damaged = damaged
backups-state-hint-authentic = Written by this vault and verified when it was made. A restore verifies it again.
backups-state-hint-unproved = Made with an earlier vault key or by another vault. A restore verifies it.
backups-state-hint-damaged = The file has changed since it was written and cannot be restored.
