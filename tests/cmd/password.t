A new master password: the old one, then the new one, a line each.

  $ vault
  $ add stripe sk_live_1
  $ kh password --no-input
  error: there is no terminal to ask for the old and the new password
  hint: pass them with --password-stdin, one per line
  [2]
  $ printf '%s\nshort\n' "$PASSWORD" | kh password --password-stdin
  error: the master password needs at least 8 characters
  hint: several unrelated words are easy to remember and hard to guess
  [1]
  $ printf '%s\n' "$PASSWORD" | kh password --password-stdin
  error: there is no password on stdin
  hint: give each password as one line: --password-stdin < FILE
  [2]
  $ printf 'not this one\nbattery staple\n' | kh password --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout
  [1]
  $ printf '%s\nbattery staple\n' "$PASSWORD" | kh password --password-stdin
  The master password was changed.
  note: someone who knows the old password and has an old copy of the vault's files, such as a backup or a disk image, can still unlock today's vault; prevent that with: kh password --rekey
  $ kh audit --action vault.password --json | shape | grep -E '"(action|outcome)"'
      "action": "vault.password",
      "outcome": "done",
  $ kh lock --quiet
  $ unlock
  error: the password is wrong
  hint: check caps lock and the keyboard layout; if the password is lost, unlock with the recovery key: kh unlock --recovery
  [1]

Locked, it is unlocked with what is given anyway.

  $ printf 'battery staple\n%s\n' "$PASSWORD" | kh password --password-stdin --json
  {"changed":true}
  $ kh status | head -n 1
  Vault  WORLD/vault, unlocked, locks in 30 minutes

Where there is no vault there is no password.

  $ printf 'a\nb\n' | kh password --password-stdin --vault "$HOME/none"
  error: there is no vault in WORLD/home/none
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ printf 'a\n12345678\n' | kh password --password-stdin --vault "$HOME/none"
  error: there is no vault in WORLD/home/none
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
