Files of the vault that go while it is unlocked: what is in memory is written again, or can be
saved, and every command tells the same.

  $ vault
  $ add stripe sk_test_1
  $ rm "$KEYHAVEN_HOME/header-a" "$KEYHAVEN_HOME/header-b"
  $ kh verify > /dev/null
  $ ls "$KEYHAVEN_HOME" | grep header
  header-a
  header-b
  $ rm "$KEYHAVEN_HOME/header-a" "$KEYHAVEN_HOME/header-b"
  $ kh lock
  The vault is locked.
  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ unlock
  $ kh get stripe -p shop -e dev
  sk_test_1 (no-eol)

Where the copies cannot be written, a backup saves what is in memory.

  $ mkdir "$KEYHAVEN_HOME/header-a.new" "$KEYHAVEN_HOME/header-b.new"
  $ rm "$KEYHAVEN_HOME/header-a" "$KEYHAVEN_HOME/header-b"
  $ kh verify 2>&1 | tail -n 4
  header: copy A: it is missing
  header: copy B: it is missing
  error: 2 problems found in the vault, and the copies of the header could not be written again
  hint: make a backup now, before the vault is locked: kh backup FILE
  $ kh status | grep 'could not be written'
  Note   files of the vault are missing or damaged, and could not be written again: * (glob)
  $ kh status --json | node -p 'JSON.parse(require("fs").readFileSync(0)).notices.map(({ notice }) => notice).join()'
  not_healed
  $ rmdir "$KEYHAVEN_HOME/header-a.new" "$KEYHAVEN_HOME/header-b.new"
  $ kh status | grep 'could not be written'
  [1]
  $ ls "$KEYHAVEN_HOME" | grep header
  header-a
  header-b
  $ kh lock
  The vault is locked.

The folder is gone.

  $ unlock
  $ until rm -rf "$KEYHAVEN_HOME" 2>/dev/null; do :; done
  $ kh status
  Vault  WORLD/vault, unlocked, locks in 30 minutes
  Holds  1 key in 1 project, 0 never used
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)
  Note   the files of the unlocked vault in WORLD/vault were removed or replaced; it is only in the agent's memory now; save it before it is locked with kh backup FILE, then bring it back with: kh restore FILE
  $ kh list
  error: the files of the unlocked vault in WORLD/vault were removed or replaced; it is only in the agent's memory now
  hint: save it before it is locked with kh backup FILE, then bring it back with: kh restore FILE
  [7]
  $ kh init
  error: the files of the unlocked vault in WORLD/vault were removed or replaced; it is only in the agent's memory now
  hint: save it before it is locked with kh backup FILE, then bring it back with: kh restore FILE
  [7]
  $ kh verify
  error: the files of the unlocked vault in WORLD/vault were removed or replaced; it is only in the agent's memory now
  hint: save it before it is locked with kh backup FILE, then bring it back with: kh restore FILE
  [7]
  $ kh doctor | grep -e 'vault folder' -e 'encryption keys'
  ok     memory  * (glob)
  warn   vault folder   the files of the unlocked vault in WORLD/vault were removed or replaced; it is only in the agent's memory now
  $ kh backup "$HOME/saved.khbackup"
  Wrote and verified a backup of 1 key, * KiB: WORLD/home/saved.khbackup (glob)
  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/saved.khbackup" --password-stdin | head -n 1
  Restored the backup of *, 1 key. The vault is unlocked. (glob)
  $ kh get stripe -p shop -e dev
  sk_test_1 (no-eol)
  $ kh lock
  The vault is locked.

It is gone while it is locked, or after it was locked.

  $ until rm -rf "$KEYHAVEN_HOME" 2>/dev/null; do :; done
  $ kh status
  Vault  WORLD/vault, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  pid *, version * (glob)
  $ kh list
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh verify
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/saved.khbackup" --password-stdin | head -n 1
  Restored the backup of *, 1 key. The vault is unlocked. (glob)
  $ until rm -rf "$KEYHAVEN_HOME" 2>/dev/null; do :; done
  $ kh lock
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ kh status
  Vault  WORLD/vault, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ kh verify
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ ls "$KEYHAVEN_HOME"
  ls: cannot access 'WORLD/vault': No such file or directory
  [2]

Without a header and without an agent, no command says that there is no vault.

  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/saved.khbackup" --password-stdin | head -n 1
  Restored the backup of *, 1 key. The vault is unlocked. (glob)
  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ rm "$KEYHAVEN_HOME/header-a" "$KEYHAVEN_HOME/header-b"
  $ kh status
  Vault  WORLD/vault, damaged: both copies of its header are missing; see: kh verify
  Agent  not running
  $ kh init
  error: no copy of the vault's header can be used: it is missing
  hint: do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
  [7]
  $ kh status
  Vault  WORLD/vault, locked
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)
  Note   no copy of the vault's header can be used: it is missing; do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
