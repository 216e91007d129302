A new recovery key is shown once, after the password; the one before opens nothing more.

  $ vault
  $ add stripe sk_live_1
  $ key() { node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).recovery_key)'; }
  $ kh recovery --no-input
  error: there is no terminal to ask for the master password
  hint: pass it with --password-stdin
  [2]
  $ echo 'not this one' | kh recovery --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout
  [1]
  $ echo "$PASSWORD" | kh recovery --password-stdin --json | key > "$HOME/first"
  $ echo "$PASSWORD" | kh recovery --password-stdin > "$HOME/shown"; sed 's/[0-9A-Z-]\{47\}/KEY/' "$HOME/shown"
  The previous recovery key no longer works.
  
  Recovery key, shown only once:
  
    KEY
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ grep -o '[0-9A-Z-]\{47\}' "$HOME/shown" > "$HOME/second"
  $ kh lock --quiet

It unlocks; how it is typed does not matter, but a wrong character is noticed.

  $ kh unlock --recovery --no-input
  error: there is no terminal to ask for the password or recovery key
  hint: pass it with --password-stdin
  [3]
  $ kh unlock --recovery --password-stdin < "$HOME/first"
  error: the recovery key does not unlock this vault
  hint: it may have been replaced by a newer one, or belong to another vault
  [1]
  $ cut -c 2- "$HOME/second" | kh unlock --recovery --password-stdin
  error: the recovery key is not typed correctly
  hint: it has eight groups of five characters; compare each group with what you wrote down
  [1]
  $ echo "$PASSWORD" | kh unlock --recovery --password-stdin
  error: the recovery key is not typed correctly
  hint: it has eight groups of five characters; compare each group with what you wrote down
  [1]
  $ tr 'A-Z-' 'a-z ' < "$HOME/second" | kh unlock --recovery --password-stdin
  note: the vault was unlocked with the recovery key, and the password has not been changed since; set a new one with: kh password --recovery
  The vault is unlocked.
  $ kh audit --action vault.unlock_recovery --json | shape | grep -c '"action"'
  1

With it the password can be set without the old one.

  $ { cat "$HOME/second"; echo 'battery staple'; } | kh password --recovery --password-stdin --quiet
  $ kh status | grep Note
  [1]
  $ kh lock --quiet && echo 'battery staple' | kh unlock --password-stdin
  The vault is unlocked.

A new vault key: what the old password and the old recovery key could open ends.

  $ { echo 'battery staple'; echo "$PASSWORD"; } | kh password --rekey --password-stdin > "$HOME/shown"; sed 's/[0-9A-Z-]\{47\}/KEY/' "$HOME/shown"
  Everything is encrypted under a new vault key. The old password and the old recovery key
  no longer unlock it. They still unlock earlier copies. Delete those you do not need:
  
    WORLD/vault/backups/*-rekey.khbackup (glob)
  
  Recovery key, shown only once:
  
    KEY
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ kh get kh://shop/dev/stripe
  sk_live_1 (no-eol)
  $ ls "$KEYHAVEN_HOME" | grep -E "anchor|db$"
  anchor-2
  vault-2.db
  $ kh lock --quiet && kh unlock --recovery --password-stdin < "$HOME/second"
  error: the recovery key does not unlock this vault
  hint: it may have been replaced by a newer one, or belong to another vault
  [1]
  $ grep -o '[0-9A-Z-]\{47\}' "$HOME/shown" | kh unlock --recovery --password-stdin --quiet
  $ { grep -o '[0-9A-Z-]\{47\}' "$HOME/shown"; echo "$PASSWORD"; } | kh password --rekey --recovery --password-stdin --json | shape
  {
    "old_backups": [
      "WORLD/vault/backups/*-rekey*.khbackup", (glob)
      "WORLD/vault/backups/*-rekey*.khbackup" (glob)
    ],
    "recovery_key": "*" (glob)
  }
  $ kh get kh://shop/dev/stripe
  sk_live_1 (no-eol)

What a restore replaced is under the old key as well, and named.

  $ kh backup "$HOME/keys.khbackup" --quiet && echo "$PASSWORD" | kh restore "$HOME/keys.khbackup" --password-stdin > "$HOME/shown"
  $ printf '%s\n' "$PASSWORD" "$PASSWORD" | kh password --rekey --password-stdin | grep replaced
    WORLD/vault/replaced-* (glob)
