A new vault: its recovery key is shown once, and it is locked until it is unlocked.

  $ kh status
  Vault  WORLD/vault, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ kh status --json | shape
  {
    "initialised": false,
    "locked": true,
    "folder": "WORLD/vault",
    "agent": null
  }
  $ kh unlock --no-input
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ printf 'short\n' | kh init --password-stdin
  error: the master password needs at least 8 characters
  hint: several unrelated words are easy to remember and hard to guess
  [1]
  $ kh init --no-input
  error: there is no terminal to ask for a master password
  hint: pass it with --password-stdin
  [2]
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  Created a vault in WORLD/vault.
  
  Recovery key, shown only once:
  
    * (glob)
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ kh status
  Vault  WORLD/vault, unlocked, locks in 30 minutes
  Holds  0 keys in 0 projects, 0 never used
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)
  $ kh status --json | shape
  {
    "agent": {
      "pid": "PID",
      "socket": "SOCKET",
      "started_at": "TIME",
      "version": "VERSION"
    },
    "credentials": 0,
    "due_this_week": 0,
    "folder": "WORLD/vault",
    "initialised": true,
    "locked": false,
    "locks_at_latest_in_seconds": null,
    "locks_in_seconds": "LOCKS_IN_SECONDS",
    "name": "vault",
    "never_used": 0,
    "notices": [],
    "overdue": 0,
    "projects": 0
  }
  $ stat -c '%A %n' "$KEYHAVEN_HOME"
  drwx------ WORLD/vault
  $ stat -c '%A' "$KEYHAVEN_HOME"/* | sort -u
  -rw-------

A second vault in the same place is refused.

  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  error: there is already a vault in WORLD/vault
  hint: unlock it with: kh unlock
  [5]

Locked, it says no more than what is due; unlocking is in locked.t.

  $ kh lock --json
  {"locked":true}
  $ kh status --json | shape
  {
    "agent": {
      "pid": "PID",
      "socket": "SOCKET",
      "started_at": "TIME",
      "version": "VERSION"
    },
    "credentials": 0,
    "due_this_week": 0,
    "folder": "WORLD/vault",
    "initialised": true,
    "locked": true,
    "locks_at_latest_in_seconds": null,
    "locks_in_seconds": null,
    "name": "vault",
    "never_used": 0,
    "notices": [],
    "overdue": 0,
    "projects": 0
  }
  $ printf '' | kh unlock --password-stdin
  error: there is no password on stdin
  hint: give each password as one line: --password-stdin < FILE
  [2]
  $ printf '\377\n' | kh unlock --password-stdin
  error: the password on stdin is not UTF-8
  hint: save it as UTF-8 text
  [2]
  $ printf '%s\r\nnot read\n' "$PASSWORD" | kh unlock --password-stdin --json | shape
  {
    "initialised": true,
    "locked": false,
    "folder": "WORLD/vault",
    "name": "vault",
    "credentials": 0,
    "projects": 0,
    "overdue": 0,
    "due_this_week": 0,
    "never_used": 0,
    "locks_in_seconds": "LOCKS_IN_SECONDS",
    "locks_at_latest_in_seconds": null,
    "agent": {
      "pid": "PID",
      "socket": "SOCKET",
      "version": "VERSION",
      "started_at": "TIME"
    },
    "notices": []
  }
  $ kh unlock --json | shape | head -n 3
  {
    "initialised": true,
    "locked": false,

Another vault is another folder; asking for it does not make it one.

  $ kh status --vault "$HOME/other"
  Vault  WORLD/home/other, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ kh unlock --no-input --vault "$HOME/other"
  error: there is no vault in WORLD/home/other
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh agent stop --vault "$HOME/other" --quiet && kh status --vault "$HOME/other"
  Vault  WORLD/home/other, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --json --vault "$HOME/other" | shape
  {
    "folder": "WORLD/home/other",
    "recovery_key": "*" (glob)
  }
  $ kh list --vault "$HOME/other"
  No keys found.
  $ kh agent stop --vault "$HOME/other"
  The vault is locked and the agent has stopped.
