# What `kh doctor` and the window's settings report about the protection of a vault: the names
# of the checks (doctor-check-CODE), their results (doctor-CODE), and what locks the vault
# (trigger-CODE).

doctor-check-agent = agent
doctor-check-memory = memory
doctor-check-core-files = core files
doctor-check-agent-memory = agent memory
doctor-check-presence = presence
doctor-check-notifications = notifications
doctor-check-database = database
doctor-check-password = password
doctor-check-swap = swap
doctor-check-debuggers = debuggers
doctor-check-vault-folder = vault folder
doctor-check-socket-folder = socket folder
doctor-check-socket = socket
doctor-check-clipboard = clipboard

doctor-agent-same-version = the agent has version { $version }, the same as this program
doctor-agent-other-version = the agent has version { $version }, but this program has { $expected }
    .hint = replace the agent with: kh agent restart
doctor-agent-unreachable = an agent (pid { $pid }) holds the vault, but cannot be reached from here, so the vault may be unlocked
    .hint = set XDG_RUNTIME_DIR as in the session of that agent (usually /run/user/UID), or end it, which locks the vault: kill { $pid }
    .hint-window = end the process { $pid }, which locks the vault
doctor-no-agent = no agent is running, so no encryption key of the vault is in its memory
    .hint = checks that need the agent were skipped; start it with: kh unlock

doctor-keys-locked = the vault's encryption keys are kept out of swap{ $locked_kib_given ->
    [1] {" "}({ $locked_kib } KiB locked)
   *[0] {""}
}
doctor-keys-swappable = the vault's encryption keys may be swapped to disk{ $limit_kib_given ->
    [1] : the limit of locked memory is { $limit_kib } KiB
   *[0] {""}
}
    .hint = raise the limit of locked memory with ulimit -l, or LimitMEMLOCK= in the agent's systemd unit
doctor-no-keys = the vault is locked, so none of its encryption keys is in memory

doctor-no-core-file = the agent writes no core file
doctor-core-file = the agent may write a core file
    .hint = restart the agent with: kh agent restart

doctor-agent-memory-private = your other programs cannot read the agent's memory
doctor-agent-memory-readable = your other programs can read the agent's memory
    .hint = restart the agent with: kh agent restart

doctor-locks-on = the vault locks { $trigger }
doctor-presence-watcher-failed = the watcher for sleep and screen lock keeps stopping, so the vault locks only after its idle time
    .hint = lock and unlock the vault to start it again
doctor-presence-not-watched = the vault is locked, so sleep and screen lock are not watched
doctor-no-presence-signal = there is no signal for sleep or screen lock, so the vault locks only after its idle time
    .hint = see lock-on-suspend, lock-on-screen-lock and auto-lock-minutes in: kh config

trigger-sleep = before the computer sleeps
trigger-late-sleep = while the computer goes to sleep
trigger-screen = when the screen locks
trigger-session = when the session locks

doctor-reminders-delivered = no reminder was lost
doctor-reminder-lost = no notification service accepted the last notification
    .hint = see what is due with: kh due

doctor-database-versions = the database uses SQLite { $sqlite }, SQLCipher { $sqlcipher_given ->
    [1] { $sqlcipher }
   *[0] (its version is known while the vault is unlocked)
}

doctor-password-cost = each guess at the password costs { key-derivation }

doctor-no-swap = this computer has no swap
doctor-swap = API key values in use may be swapped to disk; the vault's encryption keys are not, if their memory is locked
    .hint = use encrypted swap

doctor-debuggers-restricted = your programs cannot freely debug each other (ptrace_scope { $scope })
doctor-debuggers-allowed = your programs can debug each other, so programs that received API keys, and prompts, can be read
    .hint = allow it only for parent processes with: sysctl kernel.yama.ptrace_scope=1

doctor-file-private = only you can access { $path }
doctor-vault-unusable = { $cause }
doctor-file-missing = { $path } does not exist
doctor-file-link = { $path } is a symbolic link
    .hint = replace the link with the file or folder it points to
doctor-file-foreign = { $path } belongs to user { $uid }
    .hint = change its owner with chown
doctor-file-mode = { $path } has mode { $found } instead of { $wanted }
    .hint = correct it with: chmod { $wanted } { $path }

doctor-clipboard-none = there is no display, so nothing can be copied
doctor-clipboard-wayland = a copied value is cleared after a set time; where the compositor has no data control, the X11 clipboard is used
doctor-clipboard-x11 = a copied value is cleared after a set time, but a clipboard manager may keep its own copy
