What a new user does first, and what kh says at each step.

Nothing is there yet; asking starts no agent and makes no folder.

  $ kh status
  Vault  WORLD/vault, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ kh agent status
  Agent   not running
  Socket  WORLD/run/keyhaven/*.sock (glob)
  $ ls ../vault
  ls: cannot access '../vault': No such file or directory
  [2]

A password that is too short is refused, and an empty one too.

  $ printf 'short\n' | kh init --password-stdin
  error: the master password needs at least 8 characters
  hint: several unrelated words are easy to remember and hard to guess
  [1]
  $ printf '\n' | kh init --password-stdin
  error: there is no password on stdin
  hint: give each password as one line: --password-stdin < FILE
  [2]
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  Created a vault in WORLD/vault.
  
  Recovery key, shown only once:
  
    * (glob)
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.

Twice is one time too often.

  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  error: there is already a vault in WORLD/vault
  hint: unlock it with: kh unlock
  [5]

A fresh vault is open; unlocking it again is fine.

  $ kh status
  Vault  WORLD/vault, unlocked, locks in 30 minutes
  Holds  0 keys in 0 projects, 0 never used
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)
  $ unlock
  $ kh list
  No keys found.

  $ printf 'sk_test_u8jzPde0IgxLd6GncfBAepfJ' | kh add stripe -p shop -e dev --stdin
  Stored stripe in shop/dev, setting STRIPE_SECRET_KEY.
  Rotation is due every 90 days by default; change that with --rotate-every.
  $ kh list
  NAME    PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     dev  stripe             in 90 days    never
  $ kh get kh://shop/dev/stripe
  sk_test_u8jzPde0IgxLd6GncfBAepfJ (no-eol)
  $ kh run -p shop -e dev -- sh -c 'echo "$STRIPE_SECRET_KEY"'
  sk_test_u8jzPde0IgxLd6GncfBAepfJ

  $ kh lock
  The vault is locked.
  $ kh lock
  The vault is locked.
  $ kh status
  Vault  WORLD/vault, locked
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)
