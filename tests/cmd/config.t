Settings are in the vault; what makes it less safe needs the password.

  $ vault
  $ kh config
  $ kh config list --json | shape
  $ kh config get auto-lock-minutes
  $ kh config get auto_lock_minutes --json
  $ kh config set auto-lock-minutes 15
  $ kh config set clipboard-seconds 10 --json | shape
  $ kh config set lead-times 14,3,1 && kh config get lead-times
  $ kh config set quiet-from 22:00 && kh config set quiet-to 07:30
  $ kh config set grace-hours 24
  $ kh config set auto-lock-minutes 60 --no-input
  $ kh config get auto-lock-minutes
  $ printf 'wrong\n' | kh config set auto-lock-minutes 60 --password-stdin
  $ printf '%s\n' "$PASSWORD" | kh config set auto-lock-minutes 60 --password-stdin
  $ kh config set auto-lock-minutes 0 --no-input --json
  $ kh config get auto-lock-minutes

What is not accepted.

  $ kh config get color
  $ kh config set color red
  $ kh config set auto-lock-minutes soon
  $ kh config set auto-lock-minutes -1
  $ kh config set auto-lock-minutes 99999999
  $ kh config set lead-times 7,x
  $ kh config set lead-times ''
  $ kh config set quiet-from 25:00
  $ kh config set names-in-notices maybe
  $ kh config set expired never
  $ kh config set
  $ kh config | head -n 9

They cannot be read or changed while the vault is locked.

  $ kh lock --quiet
  $ kh config --no-input
