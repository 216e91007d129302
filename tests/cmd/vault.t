A new vault: its recovery key is shown once, and it is locked until it is unlocked.

  $ kh status
  Vault  WORLD/vault, not created yet; create it with: kh init
  Agent  not running
  $ kh status --json | shape
  {
    "initialised": false,
    "locked": true,
    "folder": "WORLD/vault",
    "agent": null
  }
  $ kh unlock --no-input
  error: there is no vault in WORLD/vault yet
  hint: create one with: kh init
  [1]
  $ printf 'short\n' | kh init --password-stdin
  error: the master password needs at least 8 characters
  hint: several unrelated words are easy to remember and hard to guess
  [1]
  $ kh init --no-input
  error: there is no terminal to ask for a master password
  hint: give it with --password-stdin
  [2]
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  Created a vault in WORLD/vault.
  
  Recovery key, shown only this once:
  
    DMPJF-TVMEA-Q3796-Y7NYS-R7F99-X84CK-ZJX97-6CN6C
  
  Write it down and keep it apart from this machine: it opens the vault when the
  master password is lost.
  $ kh status
  Vault  WORLD/vault, unlocked, locks itself in 30 minutes
  Holds  0 credentials in 0 projects, 0 never used
  Due    0 overdue, 0 within a week
  Agent  pid 10114, version 0.1.0
  $ stat -c '%A %n' "$KEYHAVEN_HOME"
  drwx------ WORLD/vault
  $ stat -c '%A' "$KEYHAVEN_HOME"/* | sort -u
  -rw-------

A second vault in the same place is refused.

  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  error: there is a vault in WORLD/vault already
  hint: unlock it with: kh unlock
  [5]

Nothing is handed out while it is locked and nobody is there to ask.

  $ kh list --no-input
  There is nothing to list.
  $ kh list --no-input --json
  []
  $ kh get kh://shop/dev/stripe --no-input
  error: there is no project shop
  hint: see what there is with: kh list
  [4]
  $ printf 'sk_x' | kh add stripe -p shop -e dev --stdin --no-input
  Stored stripe in shop/dev, filling STRIPE.
  $ kh run -p shop -e dev --no-input -- true

Unlocking: with the wrong password, with none, with the right one, and again.

  $ printf 'not the password\n' | kh unlock --password-stdin
  The vault is unlocked already.
  $ printf 'not the password\n' | kh unlock --password-stdin --json
  {"initialised":true,"locked":false,"folder":"WORLD/vault","name":"vault","credentials":1,"projects":1,"overdue":0,"due_this_week":0,"never_used":0,"locks_in_seconds":1799,"agent":{"pid":10114,"socket":"WORLD/run/keyhaven/f3f97242a86d8ed5.sock","version":"0.1.0","started_at":"2026-11-23T21:32:52.26046654Z"},"notices":[]}
  $ printf '' | kh unlock --password-stdin
  The vault is unlocked already.
  $ kh unlock --no-input
  The vault is unlocked already.
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  The vault is unlocked already.
  $ kh unlock
  The vault is unlocked already.
  $ printf 'not the password\n' | kh unlock --password-stdin
  The vault is unlocked already.
  $ kh status
  Vault  WORLD/vault, unlocked, locks itself in 30 minutes
  Holds  1 credential in 1 project, 0 never used
  Due    0 overdue, 0 within a week
  Agent  pid 10114, version 0.1.0
  $ kh status --json | shape
  {
    "initialised": true,
    "locked": false,
    "folder": "WORLD/vault",
    "name": "vault",
    "credentials": 1,
    "projects": 1,
    "overdue": 0,
    "due_this_week": 0,
    "never_used": 0,
    "locks_in_seconds": "LOCKS_IN_SECONDS",
    "agent": {
      "pid": "PID",
      "socket": "SOCKET",
      "version": "VERSION",
      "started_at": "TIME"
    },
    "notices": []
  }

Locking, again and again.

  $ kh lock
  The vault is locked.
  $ kh lock
  The vault is locked.
  $ kh lock --json
  {"locked":true}
  $ kh status
  Vault  WORLD/vault, locked
  Due    0 overdue, 0 within a week
  Agent  pid 10114, version 0.1.0
  $ kh list --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock
  [3]
  $ unlock && kh list
  NAME    PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     dev                                   today

Another vault is another folder.

  $ kh status --vault "$HOME/other"
  Vault  WORLD/home/other, not created yet; create it with: kh init
  Agent  not running
  $ kh unlock --no-input --vault "$HOME/other"
  error: there is no vault in WORLD/home/other yet
  hint: create one with: kh init
  [1]
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --quiet --vault "$HOME/other"
  Created a vault in WORLD/home/other.
  
  Recovery key, shown only this once:
  
    YNVKA-93N1X-X55M8-NZ8M7-RNHXJ-RRJET-V0XBT-J0P17
  
  Write it down and keep it apart from this machine: it opens the vault when the
  master password is lost.
  $ kh agent stop --vault "$HOME/other"
  The vault is locked and the agent has ended.

A folder that holds something else is left as it is.

  $ mkdir -m 700 "$HOME/letters" && echo dear > "$HOME/letters/mother"
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault "$HOME/letters"
  Created a vault in WORLD/home/letters.
  
  Recovery key, shown only this once:
  
    VAQFD-0WHZT-3M0P5-BJ5AG-JC3YQ-86R5R-PZPPS-R1561
  
  Write it down and keep it apart from this machine: it opens the vault when the
  master password is lost.
  $ ls "$HOME/letters"
  anchor-1
  header-a
  header-b
  lock
  mother
  schedule
  vault-1.db
  vault-1.db-shm
  vault-1.db-wal

Nor is one used that others can look into.

  $ mkdir "$HOME/open" && chmod 755 "$HOME/open"
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault "$HOME/open"
  error: WORLD/home/open is not safe to use: has mode 755 instead of 700
  hint: only its owner may use a vault: see chown, and chmod 700 for folders or 600 for files
  [1]
