# The settings of the vault: what each one does, for `kh config list`, and the texts about a value
# that it does not take.

setting-auto-lock-minutes = lock after this many minutes without use (0: never)
setting-max-unlocked-hours = lock this many hours after the unlock, also when in use (0: never)
setting-lock-on-suspend = lock before the computer sleeps: true or false
setting-lock-on-screen-lock = lock when the screen locks: true or false
setting-clipboard-seconds = clear a copied value after this many seconds
setting-lead-times = remind this many days before something is due, or none
setting-quiet-from = start of the quiet hours, in which only keys that expire within a day notify
setting-quiet-to = end of the quiet hours; the same time as quiet-from turns them off
setting-names-in-notices = name keys in notifications: true or false
setting-calendar-file = keep due.ics, a calendar of due dates, in the vault's folder: true or false
setting-names-in-calendar = name keys in due.ics: true or false
setting-expired = an expired key in a launch: allow, warn or refuse
setting-grace-hours = keep a replaced value as the previous one for this many hours
setting-audit-keep-days = keep audit entries for this many days of use (0: all)
setting-hook-wait-seconds = let the shell hook wait this many seconds for the variables of a folder

## What a setting takes

accepted-number = a number from { $minimum } to { $maximum }
accepted-number-or-zero = a number from { $minimum } to { $maximum }, or 0 for no limit
accepted-switch = true or false
accepted-lead-times = up to { $count } numbers of days from 0 to { $maximum }, such as 30,7,1, or none
accepted-time-of-day = a time of day such as 20:00
accepted-word = one of: { $words }
