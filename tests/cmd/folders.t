Folders that cannot be a vault, and damage that is reported.

  $ mkdir foreign && echo hello > foreign/notes.txt
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault foreign
  error: WORLD/work/foreign is open to others and holds other files; no vault was created there
  hint: choose a folder that does not exist yet, with --vault or KEYHAVEN_HOME
  [1]
  $ printf '%s\n' "$PASSWORD" | kh restore keys.khbackup --password-stdin --vault foreign
  error: WORLD/work/foreign is open to others and holds other files; no vault was created there
  hint: choose a folder that does not exist yet, with --vault or KEYHAVEN_HOME
  [1]
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin --vault foreign
  error: there is no vault in WORLD/work/foreign
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ printf '%s\n' "$PASSWORD" | kh recovery --password-stdin --vault foreign
  error: there is no vault in WORLD/work/foreign
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh list --vault foreign
  error: there is no vault in WORLD/work/foreign
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh backup --list --vault foreign
  error: there is no vault in WORLD/work/foreign
  hint: create one with kh init, or bring one back with: kh restore FILE
  [1]
  $ kh status --vault foreign | head -n 1
  Vault  WORLD/work/foreign, not created yet; create it with kh init, or bring one back with: kh restore FILE
  $ ls foreign
  notes.txt
  $ chmod 700 foreign
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault foreign
  error: WORLD/work/foreign holds other files; no vault was created there
  hint: choose a folder that does not exist yet, with --vault or KEYHAVEN_HOME, or repeat with --yes
  [5]
  $ ls foreign
  notes.txt
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault foreign --yes
  Created a vault in WORLD/work/foreign.
  
  Recovery key, shown only once:
  
    * (glob)
  
  Write it down and keep it away from this machine: it unlocks the vault if the
  master password is lost.
  $ kh list --vault foreign --no-input
  No keys found.
  $ mkdir empty && printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault empty
  error: WORLD/work/empty is not safe to use: it has mode 755 instead of 700
  hint: only the owner may have access: use chown, and chmod 700 for folders or 600 for files
  [1]
  $ vault

Too many may look into it.

  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ chmod 755 ../vault
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  error: WORLD/vault is not safe to use: it has mode 755 instead of 700
  hint: only the owner may have access: use chown, and chmod 700 for folders or 600 for files
  [1]
  $ chmod 700 ../vault
  $ unlock

A header damaged in one copy heals, with a message; in both it is refused. What was kept before it helps.

  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ cp ../vault/header-a kept
  $ printf 'garbage' > ../vault/header-a
  $ unlock
  note: a copy of the header was missing or damaged, and has been written again
  $ kh status
  Vault  WORLD/vault, unlocked, locks in 30 minutes
  Holds  0 keys in 0 projects, 0 never used
  Due    0 overdue, 0 within a week
  Agent  pid *, version 0.1.0 (glob)
  Note   a copy of the header was missing or damaged, and has been written again
  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ printf 'garbage' > ../vault/header-a; printf 'garbage' > ../vault/header-b
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  error: no copy of the vault's header can be used: its checksum does not match
  hint: do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
  [7]
  $ cp kept ../vault/header-a
  $ unlock
  note: a copy of the header was missing or damaged, and has been written again
  $ kh agent stop
  The vault is locked and the agent has stopped.

A damaged database is reported and left as it is.

  $ cp ../vault/vault-1.db kept.db
  $ printf 'garbage' | dd of=../vault/vault-1.db bs=1 seek=100 conv=notrunc status=none
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  error: the vault's data is damaged: the database is broken
  hint: do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
  [7]
  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ cp kept.db ../vault/vault-1.db
  $ unlock

The folder of the socket, and the socket itself, are the agent's owner's alone; a start says why not.

  $ kh agent stop
  The vault is locked and the agent has stopped.
  $ run="$XDG_RUNTIME_DIR/keyhaven" socket=$(kh agent status --json | node -p 'JSON.parse(require("fs").readFileSync(0)).socket')
  $ chmod 750 "$run"
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  error: WORLD/run/keyhaven is not safe to use: it has mode 750 instead of 700
  hint: only the owner may have access: use chown, and chmod 700 for folders or 600 for files
  [1]
  $ chmod 700 "$run"; mv "$run" elsewhere; ln -s "$PWD/elsewhere" "$run"
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  error: WORLD/run/keyhaven is not safe to use: it is not a folder
  hint: only the owner may have access: use chown, and chmod 700 for folders or 600 for files
  [1]
  $ rm "$run"; mv elsewhere "$run"; echo mine > "$socket"
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin 2>&1 | sed 's/[0-9a-f]*.sock/SOCKET/'
  error: WORLD/run/keyhaven/SOCKET is not safe to use: it is not a socket
  hint: only the owner may have access: use chown, and chmod 700 for folders or 600 for files
  $ cat "$socket"; rm "$socket"; ln -s /nowhere/else "$socket"
  mine
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin 2>&1 | sed 's/[0-9a-f]*.sock/SOCKET/'
  error: WORLD/run/keyhaven/SOCKET is not safe to use: it is not a socket
  hint: only the owner may have access: use chown, and chmod 700 for folders or 600 for files
  $ rm "$socket"; unlock

A path too long for a socket, and a folder that cannot be read by who asks.

  $ long=$(printf 'x%.0s' $(seq 120))
  $ env -u XDG_RUNTIME_DIR kh status --vault "$long" 2>&1 | sed "s/$long/LONG/g"
  error: WORLD/work/LONG/agent.sock is too long for a socket: the limit is 107 bytes
  hint: set XDG_RUNTIME_DIR to a folder of yours with a short path (usually /run/user/UID), or use a vault folder with a shorter path
