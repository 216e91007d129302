Settings are in the vault; what makes it less safe needs the password.

  $ vault
  $ kh config
  SETTING              VALUE                   MEANING
  auto-lock-minutes    30                      lock after this many minutes without use (0: never)
  max-unlocked-hours   0                       lock this many hours after the unlock, also when in use (0: never)
  lock-on-suspend      true                    lock before the computer sleeps: true or false
  lock-on-screen-lock  true                    lock when the screen locks: true or false
  clipboard-seconds    20                      clear a copied value after this many seconds
  lead-times           30,14,7,3,1,0           remind this many days before something is due, or none
  quiet-from           20:00                   start of the quiet hours, in which only keys that expire within a day notify
  quiet-to             08:00                   end of the quiet hours; the same time as quiet-from turns them off
  names-in-notices     false                   name keys in notifications: true or false
  calendar-file        false                   keep due.ics, a calendar of due dates, in the vault's folder: true or false
  names-in-calendar    false                   name keys in due.ics: true or false
  expired              warn                    an expired key in a launch: allow, warn or refuse
  grace-hours          72                      keep a replaced value as the previous one for this many hours
  audit-keep-days      0                       keep audit entries for this many days of use (0: all)
  hook-wait-seconds    2                       let the shell hook wait this many seconds for the variables of a folder
  login-keychain       off                     whether your login opens the vault: kh config login-keychain on
  key-derivation       32 KiB, 1 pass, 1 lane  what a guess at the password costs; set by: kh password
  $ kh config list --json | shape
  {
    "auto_lock_minutes": 30,
    "max_unlocked_hours": 0,
    "lock_on_suspend": true,
    "lock_on_screen_lock": true,
    "clipboard_seconds": 20,
    "lead_times": [
      30,
      14,
      7,
      3,
      1,
      0
    ],
    "quiet_from": "20:00",
    "quiet_to": "08:00",
    "names_in_notices": false,
    "calendar_file": false,
    "names_in_calendar": false,
    "expired": "warn",
    "grace_hours": 72,
    "audit_keep_days": 0,
    "hook_wait_seconds": 2,
    "key_derivation": {
      "memory_kib": 32,
      "passes": 1,
      "lanes": 1,
      "milliseconds": null
    },
    "login_keychain": false
  }
  $ kh config get key-derivation
  32 KiB, 1 pass, 1 lane
  $ kh config login-keychain on --no-input
  error: this change needs the master password
  hint: give it with --password-stdin
  [1]
  $ printf '%s\n' "$PASSWORD" | kh config login-keychain on --password-stdin
  error: the login keychain cannot be used: there is no session bus
  hint: it needs a desktop session with an unlocked keychain (Secret Service)
  [1]
  $ kh config login-keychain off --json
  {"login_keychain":false}
  $ kh config get key_derivation --json
  {"key_derivation":{"lanes":1,"memory_kib":32,"milliseconds":*,"passes":1}} (glob)
  $ kh config get auto-lock-minutes
  30
  $ kh config get auto_lock_minutes --json
  {"auto_lock_minutes":30}
  $ kh config set auto-lock-minutes 15
  auto-lock-minutes is 15 now.
  $ kh config set clipboard-seconds 10 --json | shape
  {
    "auto_lock_minutes": 15,
    "max_unlocked_hours": 0,
    "lock_on_suspend": true,
    "lock_on_screen_lock": true,
    "clipboard_seconds": 10,
    "lead_times": [
      30,
      14,
      7,
      3,
      1,
      0
    ],
    "quiet_from": "20:00",
    "quiet_to": "08:00",
    "names_in_notices": false,
    "calendar_file": false,
    "names_in_calendar": false,
    "expired": "warn",
    "grace_hours": 72,
    "audit_keep_days": 0,
    "hook_wait_seconds": 2
  }
  $ kh config set lead-times 60,30,14,7,3,1,0 && kh config get lead-times
  lead-times is 60,30,14,7,3,1,0 now.
  60,30,14,7,3,1,0
  $ kh config set quiet-from 22:00 && kh config set quiet-to 07:30
  quiet-from is 22:00 now.
  quiet-to is 07:30 now.
  $ kh config set grace-hours 96
  grace-hours is 96 now.
  $ kh config set auto-lock-minutes 60 --no-input
  error: this change needs the master password
  hint: give it with --password-stdin
  [1]
  $ kh config get auto-lock-minutes
  15
  $ printf 'wrong\n' | kh config set auto-lock-minutes 60 --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout
  [1]
  $ printf '%s\n' "$PASSWORD" | kh config set auto-lock-minutes 60 --password-stdin
  auto-lock-minutes is 60 now.
  $ kh config set auto-lock-minutes 0 --no-input --json
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  [1]
  $ kh config get auto-lock-minutes
  60

The same holds for all that protects: reminders, the log, policies. The way back is free.

  $ kh config set max-unlocked-hours 8
  max-unlocked-hours is 8 now.
  $ kh status | head -n 1
  Vault  WORLD/vault, unlocked, locks in 60 minutes, at the latest in 8 hours
  $ kh config set max-unlocked-hours 0 --no-input
  error: this change needs the master password
  hint: give it with --password-stdin
  [1]
  $ for change in "lead-times 30" "quiet-from 12:00" "names-in-notices true" "expired allow" \
  >   "grace-hours 0" "audit-keep-days 365" "clipboard-seconds 600"; do \
  >   kh config set $change --no-input --json; done
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  {"error":{"code":"password_needed","message":"this change needs the master password","hint":"give it with --password-stdin"}}
  [1]
  $ printf '%s\n' "$PASSWORD" | kh config set max-unlocked-hours 0 --password-stdin
  max-unlocked-hours is 0 now.
  $ printf '%s\n' "$PASSWORD" | kh config set expired allow --password-stdin
  expired is allow now.
  $ kh config set expired warn
  expired is warn now.

What is not accepted.

  $ kh config get color
  error: there is no setting color
  hint: see them with: kh config list
  [2]
  $ kh config set color red
  error: there is no setting color
  hint: see them with: kh config list
  [2]
  $ kh config set auto-lock-minutes soon
  error: auto-lock-minutes takes a number from 1 to 1440, or 0 for no limit
  hint: see its present value with: kh config get auto-lock-minutes
  [2]
  $ kh config set auto-lock-minutes 99999999 --json
  {"error":{"code":"usage","message":"auto-lock-minutes takes a number from 1 to 1440, or 0 for no limit","hint":"see its present value with: kh config get auto-lock-minutes"}}
  [2]
  $ kh config set auto-lock-minutes -1
  error: unexpected argument '-1' found
  hint: see: kh config set --help
  [2]
  $ kh config set auto_lock_minutes 5
  auto-lock-minutes is 5 now.
  $ kh config get lead-times --json
  {"lead_times":[60,30,14,7,3,1,0]}
  $ kh config set lead-times 7,x
  error: lead-times takes up to 16 numbers of days from 0 to 3650, such as 30,7,1, or none
  hint: see its present value with: kh config get lead-times
  [2]
  $ printf '%s\n' "$PASSWORD" | kh config set lead-times none --password-stdin
  lead-times is none now.
  $ kh config set lead-times 1,,7
  lead-times is 1,7 now.
  $ kh config set quiet-from 25:00
  error: quiet-from takes a time of day such as 20:00
  hint: see its present value with: kh config get quiet-from
  [2]
  $ kh config set names-in-notices maybe
  error: names-in-notices takes true or false
  hint: see its present value with: kh config get names-in-notices
  [2]
  $ kh config set expired never
  error: expired takes one of: refuse, warn, allow
  hint: see its present value with: kh config get expired
  [2]
  $ kh config set
  error: the following required arguments were not provided: <KEY> <VALUE>
  hint: see: kh config set --help
  [2]
  $ kh config
  SETTING              VALUE                           MEANING
  auto-lock-minutes    5                               lock after this many minutes without use (0: never)
  max-unlocked-hours   0                               lock this many hours after the unlock, also when in use (0: never)
  lock-on-suspend      true                            lock before the computer sleeps: true or false
  lock-on-screen-lock  true                            lock when the screen locks: true or false
  clipboard-seconds    10                              clear a copied value after this many seconds
  lead-times           1,7                             remind this many days before something is due, or none
  quiet-from           22:00                           start of the quiet hours, in which only keys that expire within a day notify
  quiet-to             07:30                           end of the quiet hours; the same time as quiet-from turns them off
  names-in-notices     false                           name keys in notifications: true or false
  calendar-file        false                           keep due.ics, a calendar of due dates, in the vault's folder: true or false
  names-in-calendar    false                           name keys in due.ics: true or false
  expired              warn                            an expired key in a launch: allow, warn or refuse
  grace-hours          96                              keep a replaced value as the previous one for this many hours
  audit-keep-days      0                               keep audit entries for this many days of use (0: all)
  hook-wait-seconds    2                               let the shell hook wait this many seconds for the variables of a folder
  login-keychain       off                             whether your login opens the vault: kh config login-keychain on
  key-derivation       32 KiB, 1 pass, 1 lane, 0.?? s  what a guess at the password costs; set by: kh password (glob)

They cannot be read or changed while the vault is locked.

  $ kh lock --quiet
  $ kh config --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
