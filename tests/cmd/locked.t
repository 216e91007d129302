A locked vault answers nothing, says so, and exits with 3 where nobody can be asked.

  $ kh list --no-input
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh unlock --no-input
  error: there is no vault in WORLD/vault
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ vault
  $ add stripe value
  $ kh lock
  The vault is locked.

  $ kh list --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh get kh://shop/dev/stripe --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh run -p shop -e dev --no-input -- true
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh list --no-input --json
  {"error":{"code":"locked","message":"the vault is locked","hint":"unlock it with: kh unlock, without a terminal: kh unlock --password-stdin"}}
  [3]
  $ kh due --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh audit --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh config --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ printf 'x' | kh add other -p shop -e dev --stdin --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh status
  Vault  WORLD/vault, locked
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)

Without a terminal there is nobody to ask either.

  $ kh list </dev/null
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh unlock </dev/null
  error: there is no terminal to ask for the password or recovery key
  hint: pass it with --password-stdin
  [3]

A wrong password, the right one, and a second unlock.

  $ printf 'wrong password\n' | kh unlock --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout; if the password is lost, unlock with the recovery key: kh unlock --recovery
  [1]
  $ printf 'wrong password\n' | kh unlock --password-stdin --json
  {"error":{"code":"wrong_password","message":"the password is wrong","hint":"check caps lock and the keyboard layout; if the password is lost, unlock with the recovery key: kh unlock --recovery"}}
  [1]
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  The vault is unlocked.
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  The vault is already unlocked.
  $ kh list
  NAME    PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     dev                                   never
