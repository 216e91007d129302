prompt-unlock-title = Unlock { $vault }
prompt-step-title = Keyhaven: { $step }
prompt-password = Master password
prompt-password-again = Repeat the password
prompt-caps-lock = Caps Lock is on
prompt-unlock = Unlock
prompt-unlocking = Unlocking…
prompt-damaged = Show the backups…
prompt-older = Unlock anyway
prompt-use-login = Unlock with the login keychain
prompt-use-recovery = Use the recovery key
prompt-use-password = Use the master password
prompt-create-title = Choose a master password
prompt-create-text = It unlocks the vault and is not stored anywhere. Several unrelated words are easy to remember and hard to guess.
prompt-create = Create the vault
prompt-creating = Creating…
prompt-show = Show the password
prompt-hide = Hide the password
prompt-strength = Strength
prompt-score-0 = Very weak
prompt-score-1 = Weak
prompt-score-2 = Fair
prompt-score-3 = Good
prompt-score-4 = Strong
prompt-crack = Time to crack: { $time }
prompt-too-short = { $minimum ->
    [one] At least { $minimum } character
   *[other] At least { $minimum } characters
}
prompt-weak = This password is easy to guess. Anyone who gets a copy of the vault can unlock it and read every key in it. Time to crack: { $time }.
prompt-weak-yes = Use this password anyway
prompt-problem-password = Enter the password
prompt-problem-old = Enter the old password or the recovery key
prompt-different = The passwords do not match
prompt-recovery-title = Your recovery key
prompt-recovery-text = It unlocks the vault if you forget the password. It is shown only once: print it or write it down, and keep it away from this computer.
prompt-recovery-label = Recovery key
prompt-group = Group { $number }: { $text }
prompt-print = Print
prompt-saved = I have saved it
prompt-finish = Continue to the vault
prompt-done = Done
prompt-password-title = Change the master password
prompt-password-text = The old password still unlocks old copies of the vault and backups. To prevent that for today's vault, create a new vault key in Settings.
prompt-password-action = Change password
prompt-password-working = Changing…
prompt-rekey-title = Create a new vault key
prompt-rekey-text = A backup is made first, then everything is re-encrypted. After that, the old password and recovery key unlock only earlier backups, and a new recovery key is shown.
prompt-rekey-action = Create vault key
prompt-rekey-working = Encrypting…
prompt-rekeyed = Everything was re-encrypted with a new vault key.
prompt-rekeyed-copies = { $copies ->
    [one] The old password still unlocks { $copies } earlier copy next to the vault. Delete it if you do not need it.
   *[other] The old password still unlocks { $copies } earlier copies next to the vault. Delete those you do not need.
}
prompt-progress = Progress
prompt-old-password = Old master password
prompt-new-password = New master password
prompt-recovery-new-title = Create a new recovery key?
prompt-recovery-new-text = The recovery key you have saved will no longer unlock the vault.
prompt-recovery-new = Create
prompt-restore-title = Restore this backup?
prompt-restore-made = { $keys ->
    [one] Made on { $day }, with { $keys } key.
   *[other] Made on { $day }, with { $keys } keys.
}
prompt-restore-password = Master password when it was made
prompt-restore = Restore
prompt-restore-next = Continue
prompt-restore-present-title = Replace this vault?
prompt-restore-present-text = It is intact, so its own password is needed too.
prompt-restore-present-password = Master password of this vault
prompt-restoring = Verifying and restoring…
prompt-restored = The backup was restored.
prompt-restored-check = { $number ->
    [one] { $number } key has changed since then and now has the tag check. Find out at the provider which value works.
   *[other] { $number } keys have changed since then and now have the tag check. Find out at the provider which values work.
}
prompt-restored-missing = { $number ->
    [one] { $number } key was added later and is not in the backup.
   *[other] { $number } keys were added later and are not in the backup.
}
prompt-sheet-title = Keyhaven recovery key
prompt-sheet-vault = Vault: { $name }, { $folder }
prompt-sheet-date = Created: { $day }
prompt-sheet-text = Anyone with this sheet and the vault's files can unlock the vault. To use it, choose “Use the recovery key” when Keyhaven asks for the password, or run `kh unlock --recovery`.
prompt-salvage-title = Save what can be read
prompt-salvage-text = Everything that can still be read is copied into a new vault. The damaged one stays as it is. The new vault is put here:
prompt-salvage-password = Master password of the damaged vault
prompt-salvage-new-password = Master password of the new vault
prompt-salvage = Save
prompt-salvaging = Reading and saving…
prompt-salvaged = { $number ->
    [one] { $number } key was saved in { $folder }. Start `keyhaven` with KEYHAVEN_HOME set to that folder to use it.
   *[other] { $number } keys were saved in { $folder }. Start `keyhaven` with KEYHAVEN_HOME set to that folder to use it.
}
prompt-salvaged-differences = Lost or changed
prompt-configure-title = Change these settings?
prompt-configure-text = They weaken the protection of your keys or the reminders. Enter the master password to confirm.
prompt-confirm = Change settings
prompt-confirming = Verifying…
prompt-cancel = Cancel
