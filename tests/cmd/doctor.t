`kh doctor` shows what is and is not protected, and starts nothing.

  $ kh doctor | grep -Ev ' swap  |debuggers|sysctl|encrypted'
  STATE  CHECK          FINDING
  note   agent          no agent is running, so no encryption key of the vault is in its memory
                        checks that need the agent were skipped; start it with: kh unlock
  note   vault folder   WORLD/vault does not exist
  note   socket folder  WORLD/run/keyhaven does not exist
  note   socket         WORLD/run/keyhaven/*.sock does not exist (glob)
  note   clipboard      there is no display, so nothing can be copied
  $ kh agent status
  Agent   not running
  Socket  WORLD/run/keyhaven/*.sock (glob)

With an agent and an unlocked vault, more is checked.

  $ vault
  $ kh doctor | grep -Ev ' swap  |debuggers|sysctl|encrypted|presence|lock-on'
  STATE  CHECK          FINDING
  ok     agent          the agent has version *, the same as this program (glob)
  ok     memory         the vault's encryption keys are kept out of swap (* KiB locked) (glob)
  ok     core files     the agent writes no core file
  ok     agent memory   your other programs cannot read the agent's memory
  ok     notifications  no reminder was lost
  ok     database       the database uses SQLite 3.*, SQLCipher 4.* (glob)
  ok     password       each guess at the password costs 32 KiB, 1 pass, 1 lane* (glob)
  ok     vault folder   only you can access WORLD/vault
  ok     socket folder  only you can access WORLD/run/keyhaven
  ok     socket         only you can access WORLD/run/keyhaven/*.sock (glob)
  note   clipboard      there is no display, so nothing can be copied
  $ kh doctor --json | shape | head -7
  {
    "findings": [
      {
        "check": "agent",
        "state": "ok",
        "message": "the agent has version *, the same as this program", (glob)
        "hint": null
  $ kh doctor --json | shape | grep -o '"check": "[^"]*"' | grep -Ev 'swap'
  "check": "agent"
  "check": "memory"
  "check": "core files"
  "check": "looks inside"
  "check": "leaving"
  "check": "notices"
  "check": "database"
  "check": "password"
  "check": "debuggers"
  "check": "vault folder"
  "check": "socket folder"
  "check": "socket"
  "check": "clipboard"

Whether reminders arrive can be tried; here there is no notification service.

  $ kh doctor --test-notification | grep -A1 notifications
  warn   notifications  no notification service accepted the last notification
                        see what is due with: kh due
  $ kh lock
  The vault is locked.
  $ kh doctor | grep memory
  ok     memory         the vault is locked, so none of its encryption keys is in memory
  ok     agent memory   your other programs cannot read the agent's memory

What lets others in is a warning.

  $ chmod 755 ../vault
  $ kh doctor | grep -A 1 'vault folder'
  warn   vault folder   WORLD/vault has mode 755 instead of 700
                        correct it with: chmod 700 WORLD/vault
  $ chmod 700 ../vault
