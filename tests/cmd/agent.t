The agent starts when it is needed, and only then.

  $ kh agent status
  Agent   not running
  Socket  WORLD/run/keyhaven/*.sock (glob)
  $ kh agent status --json | shape
  {
    "running": false,
    "pid": null,
    "socket": "SOCKET",
    "locked": true,
    "version": null
  }
  $ kh status
  Vault  WORLD/vault, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ kh lock
  The vault is locked.
  $ kh agent stop
  No agent was running.
  $ kh agent status
  Agent   not running
  Socket  WORLD/run/keyhaven/*.sock (glob)
  $ vault
  $ kh agent status
  Agent   pid *, version * (glob)
  Socket  WORLD/run/keyhaven/*.sock (glob)
  Vault   unlocked
  $ kh agent status --json | shape
  {
    "running": true,
    "pid": "PID",
    "socket": "SOCKET",
    "locked": false,
    "version": "VERSION"
  }
  $ kh agent
  Agent   pid *, version * (glob)
  Socket  WORLD/run/keyhaven/*.sock (glob)
  Vault   unlocked
  $ first=$(kh agent status --json | node -p 'JSON.parse(require("fs").readFileSync(0)).pid')
  $ kh agent restart
  A new agent is running; the vault is locked.
  $ kh agent status --json | grep -c "\"pid\":$first,"
  0
  [1]
  $ kh list --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ kh agent stop
  No agent was running.
  $ kh agent status --json | shape
  {
    "running": false,
    "pid": null,
    "socket": "SOCKET",
    "locked": true,
    "version": null
  }
  $ kh agent fly
  error: unrecognized subcommand 'fly'
  hint: see: kh agent --help
  [2]

Cron, a sleep hook or su have no XDG_RUNTIME_DIR, or another one: the agent is found by its
vault. One that cannot be reached at all is reported, and locked by a signal.

  $ unlock
  $ env -u XDG_RUNTIME_DIR kh status | head -n 1
  Vault  WORLD/vault, unlocked, * (glob)
  $ XDG_RUNTIME_DIR=$HOME kh agent status
  Agent   pid *, version * (glob)
  Socket  WORLD/run/keyhaven/*.sock (glob)
  Vault   unlocked
  $ env -u XDG_RUNTIME_DIR kh lock
  The vault is locked.
  $ kh status | head -n 1
  Vault  WORLD/vault, locked
  $ unlock
  $ rm "$KEYHAVEN_HOME/agent-socket" && mkdir "$KEYHAVEN_HOME/agent-socket"
  $ env -u XDG_RUNTIME_DIR kh status
  error: an agent (pid *) holds this vault, and may have it unlocked, but cannot be reached from here (glob)
  hint: * (glob)
  [8]
  $ env -u XDG_RUNTIME_DIR kh doctor | head -n 2 | cut -c 1-60
  STATE  CHECK         FINDING
  warn   agent         an agent (pid *) holds the vault* (glob)
  $ env -u XDG_RUNTIME_DIR kh lock
  note: the agent could not be asked, so it was made to end
  The vault is locked.
  $ kh agent status | head -n 1
  Agent   not running
  $ rmdir "$KEYHAVEN_HOME/agent-socket"

Without its program nothing works, and the error names the reason.

  $ mkdir lone && cp "$(command -v kh)" lone/kh
  $ lone/kh list
  error: the agent could not be reached or started: WORLD/work/lone/keyhaven-agent is missing; it must be in the same folder as this program
  hint: try again; if it persists, see what the agent did with: kh agent log
  [8]
  $ lone/kh list --json
  {"error":{"code":"no_agent","message":"the agent could not be reached or started: WORLD/work/lone/keyhaven-agent is missing; it must be in the same folder as this program","hint":"try again; if it persists, see what the agent did with: kh agent log"}}
  [8]
  $ lone/kh status
  Vault  WORLD/vault, locked
  Agent  not running

What it did is written down in words and codes, and read whether it runs or not.

  $ kh --vault "$HOME/other" agent log
  The log is empty.
  $ kh agent log | sed 's/^[^ ]* //; s/pid=[0-9]*/pid=PID/; s/version=[^ ]*/version=VERSION/' | tail -n 5
  unlocked
  locked by=request pid=PID
  unlocked
  locked by=end
  ended
  $ kh agent log --json | node -p '
  >   const lines = JSON.parse(require("fs").readFileSync(0));
  >   lines.every(({ at, what }) => !Number.isNaN(Date.parse(at)) && what.length > 0)'
  true
  $ kh agent log --follow --json
  {"error":{"code":"usage","message":"--json and --follow cannot be combined","hint":"leave out --json or --follow"}}
  [2]
  $ kh agent log --follow | sed -n '1{s/^[^ ]* //;s/ .*//;p;q}'
  started
