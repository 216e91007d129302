What is and is not protected is said, and nothing is started for it.

  $ kh doctor | grep -Ev ' swap  |debuggers|sysctl|encrypted'
  STATE  CHECK          FINDING
  note   agent          no agent of this version runs, so no key is in its memory
                        what only an agent knows is not checked; kh status shows more, kh unlock starts one
  note   vault folder   WORLD/vault is not there yet
  note   socket folder  WORLD/run/keyhaven is not there yet
  note   socket         WORLD/run/keyhaven/*.sock is not there yet (glob)
  note   clipboard      no display here: nothing can be copied
  $ kh agent status
  Agent   not running
  Socket  WORLD/run/keyhaven/*.sock (glob)

With an agent and an open vault there is more to say.

  $ vault
  $ kh doctor | grep -Ev ' swap  |debuggers|sysctl|encrypted|leaving|lock-on'
  STATE  CHECK          FINDING
  ok     agent          version *, as kh (glob)
  ok     memory         every key is kept out of swap (* KiB locked) (glob)
  ok     core files     the agent leaves none
  ok     looks inside   other programs of yours cannot read the agent's memory
  ok     notices        no reminder went astray
  ok     database       SQLite 3.*, SQLCipher 4.* (glob)
  ok     password       a guess at it costs 32 KiB, 1 pass, 1 lane* (glob)
  ok     vault folder   WORLD/vault is yours alone
  ok     socket folder  WORLD/run/keyhaven is yours alone
  ok     socket         WORLD/run/keyhaven/*.sock is yours alone (glob)
  note   clipboard      no display here: nothing can be copied
  $ kh doctor --json | shape | head -7
  {
    "findings": [
      {
        "check": "agent",
        "state": "ok",
        "message": "version *, as kh", (glob)
        "hint": null
  $ kh lock
  The vault is locked.
  $ kh doctor | grep memory
  ok     memory         locked: no key is in memory
  ok     looks inside   other programs of yours cannot read the agent's memory

What lets others in is a warning.

  $ chmod 755 ../vault
  $ kh doctor | grep -A 1 'vault folder'
  warn   vault folder   WORLD/vault has mode 755 instead of 700
                        see chown, and chmod 700 for folders or 600 for files
  $ chmod 700 ../vault
