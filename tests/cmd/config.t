Settings are in the vault; what makes it less safe needs the password.

  $ vault
  $ kh config
  SETTING              VALUE                   MEANING
  auto-lock-minutes    30                      lock after so many minutes without use; 0 never
  lock-on-suspend      true                    lock before the machine sleeps: true or false
  lock-on-screen-lock  true                    lock when the screen gets locked: true or false
  clipboard-seconds    20                      clear a copied value after so many seconds
  lead-times           30,14,7,3,1,0           remind so many days before something is due, or none
  quiet-from           20:00                   no reminders from this time of day
  quiet-to             08:00                   to this time of day
  names-in-notices     false                   name credentials in notices: true or false
  expired              warn                    an expired credential in a launch: allow, warn or refuse
  grace-hours          72                      keep a replaced value as the previous one so long
  audit-keep-days      0                       keep entries of the log so many days of use; 0 keeps all
  login-keychain       off                     whether your login opens the vault: kh config login-keychain on
  key-derivation       32 KiB, 1 pass, 1 lane  what a guess at the password costs; set by: kh password
  $ kh config list --json | shape
  {
    "auto_lock_minutes": 30,
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
    "expired": "warn",
    "grace_hours": 72,
    "audit_keep_days": 0,
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
  error: the login keychain cannot be used: no Secret Service answers on the session bus
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
    "expired": "warn",
    "grace_hours": 72,
    "audit_keep_days": 0
  }
  $ kh config set lead-times 14,3,1 && kh config get lead-times
  lead-times is 14,3,1 now.
  14,3,1
  $ kh config set quiet-from 22:00 && kh config set quiet-to 07:30
  quiet-from is 22:00 now.
  quiet-to is 07:30 now.
  $ kh config set grace-hours 24
  grace-hours is 24 now.
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
  error: auto-lock-minutes cannot be soon
  hint: it is a number
  [2]
  $ printf '%s\n' "$PASSWORD" | kh config set auto-lock-minutes 99999999 --password-stdin
  error: auto_lock_minutes is out of range
  hint: see the limits with: kh config list
  [2]
  $ kh config set auto-lock-minutes -1
  error: unexpected argument '-1' found
  hint: see: kh config --help
  [2]
  $ kh config set auto_lock_minutes 5
  auto-lock-minutes is 5 now.
  $ kh config get lead-times --json
  {"lead_times":[14,3,1]}
  $ kh config set lead-times 7,x
  error: lead-times cannot be 7,x
  hint: it is a list of days such as 30,7,1
  [2]
  $ kh config set lead-times none
  lead-times is none now.
  $ kh config set lead-times 1,,7
  lead-times is 1,7 now.
  $ kh config set quiet-from 25:00
  error: a time of the quiet hours is HH:MM, such as 20:00
  [2]
  $ kh config set names-in-notices maybe
  error: names-in-notices cannot be maybe
  hint: it is true or false
  [2]
  $ kh config set expired never
  error: expired cannot be never
  hint: it is allow, warn or refuse
  [2]
  $ kh config set
  error: the following required arguments were not provided: <KEY> <VALUE>
  hint: see: kh config --help
  [2]
  $ kh config
  SETTING              VALUE                           MEANING
  auto-lock-minutes    5                               lock after so many minutes without use; 0 never
  lock-on-suspend      true                            lock before the machine sleeps: true or false
  lock-on-screen-lock  true                            lock when the screen gets locked: true or false
  clipboard-seconds    10                              clear a copied value after so many seconds
  lead-times           1,7                             remind so many days before something is due, or none
  quiet-from           22:00                           no reminders from this time of day
  quiet-to             07:30                           to this time of day
  names-in-notices     false                           name credentials in notices: true or false
  expired              warn                            an expired credential in a launch: allow, warn or refuse
  grace-hours          24                              keep a replaced value as the previous one so long
  audit-keep-days      0                               keep entries of the log so many days of use; 0 keeps all
  login-keychain       off                             whether your login opens the vault: kh config login-keychain on
  key-derivation       32 KiB, 1 pass, 1 lane, 0.?? s  what a guess at the password costs; set by: kh password (glob)

They cannot be read or changed while the vault is locked.

  $ kh lock --quiet
  $ kh config --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock
  [3]
