start-restore = Restore a backup…
start-damaged = The vault is damaged
start-damaged-text = Do not change its folder. Restore a backup, or save what can still be read in a new vault.
start-starting = Starting Keyhaven
start-welcome = A vault for your API keys
start-welcome-text = Keyhaven stores your keys encrypted on this computer, reminds you before they expire, and passes them only to the programs you start with them.
start-point-encrypted = Encrypted on this computer
start-point-encrypted-text = One master password unlocks the vault. Keyhaven uploads nothing.
start-point-reminders = Reminders in time
start-point-reminders-text = Each key can have an expiry and a rotation interval.
start-point-programs = Directly to the program
start-point-programs-text = A program receives its keys as environment variables, without a .env file.
start-create = Create a vault
start-create-where = It will be stored in
start-creating = Waiting for your password…
start-unlocking = Waiting for your password…
start-no-agent = Keyhaven is not responding
start-first-steps = Your vault is ready
start-first-steps-text = Add your keys, then start a program with them.
start-step-created = Vault created
start-step-created-text = It is encrypted, and only your master password or recovery key unlocks it.
start-step-keys = Add your keys
start-step-keys-text = Import a .env file after a preview of every line, or add keys one at a time.
start-step-launch = Start a program with them
start-step-launch-text = It receives the keys as environment variables, without a .env file.
start-import-file = Import a .env file
start-add-key = Add a key
start-due = { $overdue ->
    [0]
        { $week ->
            [0] No key is due this week.
            [one] { $week } key is due this week.
           *[other] { $week } keys are due this week.
        }
    [one]
        { $week ->
            [0] { $overdue } key is overdue.
           *[other] { $overdue } key is overdue, { $week } more due this week.
        }
   *[other]
        { $week ->
            [0] { $overdue } keys are overdue.
           *[other] { $overdue } keys are overdue, { $week } more due this week.
        }
}
