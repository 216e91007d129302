Checks of the whole vault, and backups: exit 7 and the exact place when anything is wrong.

  $ kh verify --no-input
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ vault
  $ add stripe hunter2
  $ add sendgrid hunter3
  $ kh get kh://shop/dev/stripe --quiet
  hunter2 (no-eol)
  $ kh verify
  PART     CHECKED  STATE
  header   2        intact
  anchor   2        intact
  pages    21       intact
  rows     4        intact
  values   2        intact
  derived  3        intact
  log      5        intact
  $ kh verify --json | shape
  {
    "backup": null,
    "checked": [
      {
        "intact": true,
        "part": "header",
        "things": 2
      },
      {
        "intact": true,
        "part": "anchor",
        "things": 2
      },
      {
        "intact": true,
        "part": "pages",
        "things": 21
      },
      {
        "intact": true,
        "part": "rows",
        "things": 4
      },
      {
        "intact": true,
        "part": "values",
        "things": 2
      },
      {
        "intact": true,
        "part": "derived",
        "things": 3
      },
      {
        "intact": true,
        "part": "log",
        "things": 5
      }
    ],
    "findings": [],
    "healed": [],
    "more": 0
  }
  $ kh audit --verify
  The log is intact: 5 entries.
  $ kh audit --verify --json | shape
  {
    "first": 1,
    "entries": 5
  }
  $ kh backup --list
  There are no backups next to the vault yet.
  $ kh backup "$HOME/keys.khbackup"
  Wrote and verified a backup of 2 keys, 85 KiB: WORLD/home/keys.khbackup
  $ stat -c %a "$HOME/keys.khbackup"
  600
  $ kh backup "$HOME/keys.khbackup"
  error: WORLD/home/keys.khbackup exists already
  hint: choose another file, or replace this one with --yes
  [5]
  $ kh backup "$HOME/keys.khbackup" --yes
  Wrote and verified a backup of 2 keys, 85 KiB: WORLD/home/keys.khbackup
  $ kh backup
  Wrote and verified a backup of 2 keys, 85 KiB: WORLD/vault/backups/*-asked.khbackup (glob)
  $ kh backup --list | sed 's/  */ /g' | cut -d' ' -f3-
  CREDENTIALS SIZE STATE FILE
  requested 2 85 KiB verified when made WORLD/vault/backups/*-asked.khbackup (glob)
  $ kh backup --list --json | sed 's/20[0-9T-]*Z-asked/STAMP-asked/' | shape
  [
    {
      "file": "WORLD/vault/backups/STAMP-asked.khbackup",
      "made_at": "TIME",
      "reason": "asked",
      "size": 86649,
      "credentials": 2,
      "state": "authentic"
    }
  ]
  $ echo 'dear diary' > "$HOME/diary"
  $ kh backup "$HOME/diary" --yes
  error: WORLD/home/diary is not a Keyhaven backup, so it is not replaced
  hint: choose another file
  [1]
  $ cat "$HOME/diary"
  dear diary
  $ kh backup "$KEYHAVEN_HOME/mine.khbackup"
  error: WORLD/vault/mine.khbackup is inside the vault's own folder and would be lost together with it
  hint: name a file elsewhere, or no file: kh backup then adds one to the daily backups
  [2]
  $ kh backup /nowhere/at/all
  error: /nowhere/at: No such file or directory
  hint: check the path and its permissions
  [1]

A vault that is locked is checked with its password and stays locked.

  $ kh lock --quiet
  $ kh verify --no-input
  error: the vault is locked
  hint: pass the password with --password-stdin, or unlock it with: kh unlock
  [3]
  $ printf 'wrong\n' | kh verify --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout
  [1]
  $ printf '%s\n' "$PASSWORD" | kh verify --password-stdin
  PART     CHECKED  STATE
  header   2        intact
  anchor   2        intact
  pages    21       intact
  rows     4        intact
  values   2        intact
  derived  3        intact
  log      9        intact
  $ kh status | head -1
  Vault  WORLD/vault, locked

A flipped bit is named with its page, by the unlock that refuses and by the check.

  $ printf '\377\377\377\377' | dd of="$KEYHAVEN_HOME/vault-1.db" bs=1 seek=20600 conv=notrunc status=none
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  error: the vault's data is damaged: the database is broken
  hint: do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
  [7]
  $ printf '%s\n' "$PASSWORD" | kh verify --password-stdin
  PART    CHECKED  STATE
  header  2        intact
  anchor  2        intact
  pages   21       damaged
  rows    0        damaged
  values  2        intact
  pages: HMAC verification failed for page 6
  rows: shop/dev/stripe: cannot be read
  rows: shop/dev/sendgrid: cannot be read
  The newest intact backup was made * and has 2 keys: WORLD/vault/backups/*-asked.khbackup (glob)
  error: 3 problems found in the vault
  hint: do not change the folder; restore with: kh restore WORLD/vault/backups/*-asked.khbackup, or save what can be read with: kh salvage (glob)
  [7]
  $ kh status | head -1
  Vault  WORLD/vault, locked

A restored backup is a vault with a new recovery key; what it replaced is kept, and
what the backup could not know is reported.

  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/keys.khbackup" --password-stdin
  Restored the backup of *, 2 keys. The vault is unlocked. (glob)
  The replaced vault is kept: kh --vault WORLD/vault/replaced-* (glob)
  It was locked, so the backup was not compared with it.
  
  The previous recovery key no longer works.
  Recovery key, shown only once:
  
    * (glob)
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ kh get kh://shop/dev/stripe --quiet
  hunter2 (no-eol)
  $ kh verify | tail -1
  log      9        intact
  $ printf hunter4 | kh set stripe -p shop -e dev --stdin --quiet
  $ add later hunter5
  $ printf 'wrong\n' | kh restore "$HOME/keys.khbackup" --password-stdin
  error: the password does not unlock the vault that would be replaced
  hint: give that vault's own password, or its recovery key with --recovery
  [1]
  $ printf '%s\nwrong\n' "$PASSWORD" | kh restore "$HOME/keys.khbackup" --password-stdin
  error: the password does not unlock the vault that would be replaced
  hint: give that vault's own password, or its recovery key with --recovery
  [1]
  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/keys.khbackup" --password-stdin
  Restored the backup of *, 2 keys. The vault is unlocked. (glob)
  Note: it is not certain that the backup has the vault key of the vault it replaced, so its trusted files, the production rights of its profiles and its permissions for variables that load code were not restored; trust files again with kh allow, allow production with kh profile edit, and such variables with kh edit --allow-loader-variable.
  The replaced vault is kept: kh --vault WORLD/vault/replaced-* (glob)
  
  These keys changed after the backup and now have the tag check: find out which value works.
    shop/dev/stripe
  
  These keys were added later and are not in the backup:
    shop/dev/later
  
  The previous recovery key no longer works.
  Recovery key, shown only once:
  
    * (glob)
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ kh list --tag check
  NAME    PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     dev                                   today
  $ kh audit --action backup.restore --json | grep -c age_seconds
  1
  $ ls -d "$KEYHAVEN_HOME"/replaced-* | wc -l
  2
  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/keys.khbackup" --no-input --password-stdin
  error: there is no terminal for a confirmation
  hint: to replace the vault without a question, add --yes
  [2]
  $ kh restore "$HOME/diary" --no-input --yes --password-stdin < /dev/null
  error: there is no password on stdin
  hint: give each password as one line: --password-stdin < FILE
  [2]
  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/diary" --password-stdin
  error: WORLD/home/diary is not a Keyhaven backup
  hint: list the backups with: kh backup --list
  [1]
  $ printf '%s\n' "$PASSWORD" | kh restore / --password-stdin
  error: / is not a Keyhaven backup
  hint: list the backups with: kh backup --list
  [1]
  $ printf '%s\n' "$PASSWORD" | kh restore .. --password-stdin
  error: WORLD/work/.. is not a Keyhaven backup
  hint: list the backups with: kh backup --list
  [1]
  $ printf '\377' | dd of="$HOME/keys.khbackup" bs=1 seek=30000 conv=notrunc status=none
  $ printf '%s\n' "$PASSWORD" | kh restore "$HOME/keys.khbackup" --password-stdin
  error: the backup WORLD/home/keys.khbackup is damaged: its database is not what was written
  hint: try another one; list them with: kh backup --list
  [7]

What is left of a damaged vault goes into a new one.

  $ kh salvage "$HOME/new" --no-input
  error: the vault opens, and salvage is for one that does not
  hint: check it with: kh verify; copy it with: kh backup FILE
  [1]
  $ kh lock --quiet
  $ printf 'wrong\nanother password\n' | kh salvage "$HOME/new" --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout
  [1]
  $ mkdir "$HOME/full" && echo mine > "$HOME/full/diary"
  $ printf '%s\nanother password\n' "$PASSWORD" | kh salvage "$HOME/full" --password-stdin
  error: WORLD/home/full is not empty; it was not changed
  hint: name a folder that is empty or does not exist yet
  [5]
  $ ls "$HOME/full"
  diary
  $ printf '%s\nanother password\n' "$PASSWORD" | kh salvage "$HOME/new" --password-stdin
  Saved 2 keys with 2 values into a new vault: kh --vault WORLD/home/new unlock
  The damaged vault and its log stay where they are.
  No losses found.
  
  Recovery key, shown only once:
  
    * (glob)
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ printf 'another password\n' | kh --vault "$HOME/new" unlock --password-stdin
  The vault is unlocked.
  $ kh --vault "$HOME/new" get kh://shop/dev/stripe --quiet
  hunter2 (no-eol)
  $ kh --vault "$HOME/new" agent stop --quiet

A folder gets a file named after the day.

  $ unlock; mkdir "$HOME/stick" && kh backup "$HOME/stick" && kh backup "$HOME/stick" --quiet && ls "$HOME/stick"
  Wrote and verified a backup of *: WORLD/home/stick/keyhaven-????-??-??.khbackup (glob)
  keyhaven-????-??-??-2.khbackup (glob)
  keyhaven-????-??-??.khbackup (glob)
