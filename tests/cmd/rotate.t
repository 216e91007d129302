A key is replaced in stages: the new value is stored, then used, and the old one ends when it
was revoked at the provider. `tests/tests/e2e/rotation.rs` has the dialog at a terminal and the
checks.

  $ vault
  $ add mail one
  $ kh rotate --status
  No rotation is open.
  $ kh rotate mail --resume
  error: no rotation of mail is open
  hint: begin one with: kh rotate mail
  [4]
  $ kh rotate mail --done
  error: no rotation of mail is open
  hint: begin one with: kh rotate mail
  [4]
  $ printf one | kh rotate mail --stdin
  error: this is the value that mail has already
  hint: make a new key at the provider, and enter that one
  [5]
  $ kh rotate mail
  Make a new key at its provider, and leave the old one there for now.
  error: there is no terminal to ask for the value
  hint: pass it with --stdin
  [2]

Without a terminal, nobody is asked: the new value waits.

  $ printf two | kh rotate mail --stdin
  Stored the new value of mail as version 2; version 1 stays in use.
  The rotation stays open; go on with: kh rotate kh://shop/dev/mail --resume
  $ kh get mail
  one (no-eol)
  $ kh rotate --status
  NAME  PROJECT  ENV  STAGE                 STARTED           NEXT
  mail  shop     dev  pending, not checked  *  use the new value (glob)
  $ kh rotate mail --status
  NAME  PROJECT  ENV  STAGE                 STARTED           NEXT
  mail  shop     dev  pending, not checked  *  use the new value (glob)
  $ printf three | kh rotate mail --stdin
  error: a rotation of mail is open since * (glob)
  hint: go on with kh rotate mail --resume, or undo it with kh rotate mail --abort
  [5]
  $ kh rotate mail --done
  error: the new value of mail is not in use yet, so the old one is still needed
  hint: use the new value first with: kh rotate mail --resume
  [1]
  $ kh rollback mail --to 2
  error: version 2 of mail is the new value of an open rotation
  hint: use it with: kh rotate mail --resume
  [1]
  $ kh rotate mail --resume
  The rotation stays open; go on with: kh rotate kh://shop/dev/mail --resume

It may be erased.

  $ kh rotate mail --abort
  Erased the new value of mail; version 1 stays in use.
  The new key still exists at its provider.
  $ kh history mail | head -3
  VERSION  IS               STORED            USES  LAST USED
  2        revoked, erased  *  0     never (glob)
  1        current          *  1     today (glob)
  $ kh rotate mail --status
  error: no rotation of mail is open
  hint: begin one with: kh rotate mail
  [4]

Or used, by a yes beforehand. What was not checked is not called verified.

  $ printf three | kh rotate mail --stdin --json --yes | shape
  {
    "credential": {
      "id": "UUIDv7",
      "revision": 5,
      "name": "mail",
      "project": "shop",
      "environment": "dev",
      "tier": "development",
      "provider": null,
      "variables": [
        "MAIL"
      ],
      "fields": 1,
      "plain": false,
      "scopes": [],
      "tags": [],
      "expires": null,
      "expires_in": null,
      "rotation_due": null,
      "rotation_in": null,
      "state": "due_soon",
      "last_used": "TIME"
    },
    "stage": "grace",
    "version": 3,
    "replaced": 1,
    "grace_until": "TIME",
    "check": null,
    "automation": null,
    "started_at": "TIME",
    "changed_at": "TIME"
  }
  $ kh get mail
  three (no-eol)
  $ kh rotate --status
  NAME  PROJECT  ENV  STAGE                                        STARTED           NEXT
  mail  shop     dev  in use, grace period until *  *  revoke the old key at its provider (glob)
  $ printf four | kh rotate mail --stdin
  error: a rotation of mail is open since * (glob)
  hint: go on with kh rotate mail --resume, or undo it with kh rotate mail --abort
  [5]
  $ kh rotate mail --resume
  Version 3 of mail is in use; the grace period of version 1 ends *. (glob)
  Revoke the old key at its provider, then: kh rotate kh://shop/dev/mail --done
  $ kh rotate mail --resume --json | shape | grep stage
    "stage": "grace",

The way back is open as long as the rotation is.

  $ kh rotate mail --abort
  Version 1 of mail is in use again.
  The new key still exists at its provider.
  $ kh get mail
  one (no-eol)
  $ printf four | kh rotate mail --stdin --yes --quiet
  $ kh rotate mail --done --auto --yes
  error: this rotation was begun by hand, so the provider is not asked to end the old key
  hint: revoke it at its provider, then: kh rotate kh://shop/dev/mail --done
  [1]
  $ kh rotate mail --done
  The rotation of mail is done; version 1 is marked as revoked.
  $ kh rotate --status --json
  []
  $ kh history mail --json | node -e '
  >   const { versions } = JSON.parse(require("fs").readFileSync(0));
  >   console.log(versions.map(({ number, label }) => `${number} ${label}`).join(", "))'
  4 current, 3 retired, 2 revoked, 1 revoked
  $ kh rollback mail --to 1
  error: version 1 of mail is revoked and cannot be used again
  hint: list its versions with kh history, or give it a new value with: kh set
  [6]

One of several fields; the others keep their values.

  $ printf '{"user":"u","password":"p"}' |
  >   kh add db -p shop -e dev --field user=U --field password=P --stdin --quiet
  $ printf q | kh rotate db --field password --stdin --yes --quiet
  $ kh get kh://shop/dev/db/user
  u (no-eol)
  $ kh get kh://shop/dev/db/password
  q (no-eol)

`kh rollback` goes back to a version, `kh revoke` ends them all.

  $ kh rollback db --to 1
  Version 1 is in use; version 2 is the previous one until *. (glob)
  To go back: kh rollback kh://shop/dev/db --to 2
  $ kh rollback db --to 1
  Version 1 of db is in use; nothing was changed.
  $ kh rollback db --to 7
  error: db has no version 7, or its value was erased
  hint: list its versions with: kh history
  [4]
  $ kh rotate --status
  No rotation is open.
  $ kh revoke db
  error: there is no terminal for a confirmation
  hint: to mark it as revoked without a question, add --yes
  [2]
  $ kh revoke db --yes
  Marked db as revoked; no program receives it until kh set stores a new value.
  Nothing changed at the provider: revoke it at its provider.
  $ kh get kh://shop/dev/db/user
  error: db is revoked
  hint: give it a new value with: kh set
  [6]
  $ kh rollback db --to 1
  error: version 1 of db is revoked and cannot be used again
  hint: list its versions with kh history, or give it a new value with: kh set
  [6]
  $ printf '{"user":"u","password":"p"}' | kh rotate db --stdin
  error: db is revoked
  hint: give it a new value with: kh set
  [6]

What does not go together.

  $ kh rotate
  error: the following required arguments were not provided: <REF>
  hint: see: kh rotate --help
  [2]
  $ kh rotate mail --resume --abort
  error: the argument '--resume' cannot be used with '--abort'
  hint: see: kh rotate --help
  [2]
  $ kh rotate mail --resume --stdin
  error: the argument '--resume' cannot be used with '--stdin'
  hint: see: kh rotate --help
  [2]
  $ kh rotate mail --costly
  error: the following required arguments were not provided: <--check|--auto>
  hint: see: kh rotate --help
  [2]
  $ kh rotate nothing --status
  error: no project has a key nothing
  hint: see what there is with: kh list
  [4]
  $ kh lock
  The vault is locked.
  $ kh rotate --status --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
