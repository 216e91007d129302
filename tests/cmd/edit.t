What is known about a credential changes; its value does not.

  $ vault
  $ add stripe hunter2 --tag a --tag b --note first
  $ kh edit stripe -p shop -e dev --tag payments --owner Mia --expires 2999-01-02 --rotate-every 30
  Changed stripe.
  The rotation of stripe is due * (in 30 days), 30 days after it was added on *. (glob)
  $ kh edit kh://shop/dev/stripe --note '' --url https://example.com
  Changed stripe.
  $ kh show kh://shop/dev/stripe
  Name          stripe
  Reference     kh://shop/dev/stripe
  Environment   shop/dev (development)
  State         due soon
  Field         value (secret), sets STRIPE
  Expires       2999-01-02 (in * days) (glob)
  Rotation due  * (in 30 days), 30 days after it was added on * (glob)
  Rotate every  30 days
  Owner         Mia
  Tags          payments
  Page          https://example.com
  Version       1, since * (glob)
  Stored        * (glob)
  Changed       * (glob)
  Used          never
  $ kh edit kh://shop/dev/stripe --expires none --rotate-every none --tag '' --env-var SK
  Changed stripe.
  stripe has no rotation due date now.
  $ kh show kh://shop/dev/stripe
  Name          stripe
  Reference     kh://shop/dev/stripe
  Environment   shop/dev (development)
  State         fine
  Field         value (secret), sets SK
  Owner         Mia
  Page          https://example.com
  Version       1, since * (glob)
  Stored        * (glob)
  Changed       * (glob)
  Used          never
  $ kh edit kh://shop/dev/stripe --plain && kh show kh://shop/dev/stripe | grep Field
  Changed stripe.
  Field         value (plain), sets SK
  $ kh edit kh://shop/dev/stripe --plain --secret
  error: the argument '--plain' cannot be used with '--secret'
  hint: see: kh edit --help
  [2]
  $ kh edit kh://shop/dev/stripe --secret --env-var '' && kh show kh://shop/dev/stripe | grep Field
  Changed stripe.
  Field         value (secret), sets no variable
  $ kh edit kh://shop/dev/stripe --allow-loader-variable LD_PRELOAD
  error: no field sets LD_PRELOAD
  hint: name the variable with --env-var LD_PRELOAD
  [2]
  $ kh edit kh://shop/dev/stripe --env-var PAY --allow-loader-variable LD_PRELOAD
  error: no field sets LD_PRELOAD
  hint: choose from: PAY
  [2]
  $ kh edit kh://shop/dev/stripe
  error: nothing to change was given
  hint: see: kh edit --help
  [2]
  $ kh edit kh://shop/dev/stripe --owner Mia
  stripe already has this metadata; nothing was changed.
  $ kh edit kh://shop/dev/strype --note x
  error: there is no key strype
  hint: did you mean stripe?
  [4]
  $ kh edit kh://shop/dev/stripe --field value=PAY --json | shape
  [
    {
      "id": "UUIDv7",
      "revision": 7,
      "name": "stripe",
      "project": "shop",
      "environment": "dev",
      "tier": "development",
      "provider": null,
      "variables": [
        "PAY"
      ],
      "fields": 1,
      "plain": false,
      "scopes": [],
      "tags": [],
      "expires": null,
      "expires_in": null,
      "rotation_due": null,
      "rotation_in": null,
      "state": "fine",
      "last_used": null,
      "field_list": [
        {
          "name": "value",
          "kind": "secret",
          "variable": "PAY",
          "allow_loader_variable": false
        }
      ],
      "allowed_ips": [],
      "owner": "Mia",
      "quota": null,
      "url": "https://example.com",
      "note": null,
      "rotate_every_days": null,
      "rotate_on": null,
      "never_rotate": null,
      "rotation_basis": null,
      "lead_times": null,
      "snoozed_until": null,
      "created_at": "TIME",
      "changed_at": "TIME",
      "rotated_at": "TIME",
      "uses": 0,
      "version": 1
    }
  ]
  $ kh edit kh://shop/dev/stripe --field token=PAY
  error: stripe has no field token
  hint: its fields are: value
  [4]
  $ kh edit kh://shop/dev/stripe --field value
  error: no variable for value given
  hint: name the variable: --field value=VARIABLE
  [2]

Another name.

  $ add sendgrid hunter3
  $ kh rename kh://shop/dev/stripe stripe-eu
  Renamed stripe to stripe-eu.
  $ kh get kh://shop/dev/stripe-eu
  hunter2 (no-eol)
  $ kh get kh://shop/dev/stripe
  error: there is no key stripe
  hint: did you mean stripe-eu?
  [4]
  $ kh rename kh://shop/dev/stripe-eu sendgrid
  error: sendgrid exists already
  hint: choose another name, or set a new value with: kh set
  [5]
  $ kh rename kh://shop/dev/stripe-eu kh://shop/dev/pay
  error: a new name has no slash: rename changes the name only
  hint: write the name alone: pay
  [2]
  $ kh rename kh://shop/dev/stripe-eu pay/
  error: a new name has no slash: rename changes the name only
  hint: write the name alone
  [2]
  $ kh rename kh://shop/dev/stripe-eu ''
  error: the name of the key is empty
  hint: give it a name of 1 to 128 bytes
  [2]
  $ kh rename kh://shop/dev/stripe-eu stripe-eu
  stripe-eu already has this metadata; nothing was changed.

To the trash, and back.

  $ kh trash
  The trash is empty.
  $ kh rm kh://shop/dev/sendgrid
  Moved sendgrid to the trash, where it is kept for 30 days on which the vault is used; restore it with: kh trash restore kh://shop/dev/sendgrid
  $ kh rm kh://shop/dev/sendgrid
  error: there is no key sendgrid
  hint: see what there is with: kh list
  [4]
  $ kh get kh://shop/dev/sendgrid
  error: there is no key sendgrid
  hint: see what there is with: kh list
  [4]
  $ kh trash
  NAME      PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  sendgrid  shop     dev                                   never
  $ kh trash list --json | shape
  [
    {
      "id": "UUIDv7",
      "revision": 2,
      "name": "sendgrid",
      "project": "shop",
      "environment": "dev",
      "tier": "development",
      "provider": null,
      "variables": [
        "SENDGRID"
      ],
      "fields": 1,
      "plain": false,
      "scopes": [],
      "tags": [],
      "expires": null,
      "expires_in": null,
      "rotation_due": null,
      "rotation_in": null,
      "state": "fine",
      "last_used": null,
      "erased_after_days": 30
    }
  ]
  $ kh trash restore kh://shop/dev/sendgrid
  Restored sendgrid.
  $ kh get kh://shop/dev/sendgrid
  hunter3 (no-eol)
  $ kh trash restore sendgrid
  error: there is no sendgrid in the trash
  hint: list the trash with: kh trash
  [4]
  $ kh trash restore nothing
  error: there is no nothing in the trash
  hint: list the trash with: kh trash
  [4]
  $ kh trash restore kh://shop/dev/sendgrid
  error: there is no kh://shop/dev/sendgrid in the trash
  hint: list the trash with: kh trash
  [4]
  $ kh rm sendgrid -p shop -e dev --json | shape
  [
    {
      "id": "UUIDv7",
      "removed": "kh://shop/dev/sendgrid"
    }
  ]
  $ add sendgrid hunter4
  $ kh trash restore sendgrid -p shop -e dev
  error: sendgrid exists already
  hint: rename or remove the existing key first
  [5]

Its versions, and who used them.

  $ printf hunter5 | kh set sendgrid -p shop -e dev --stdin --quiet
  $ kh get kh://shop/dev/sendgrid --version 1
  hunter4 (no-eol)
  $ kh history kh://shop/dev/sendgrid
  VERSION  IS                                STORED            USES  LAST USED
  2        current                           *  0     never (glob)
  1        previous, until *  *  1     today (glob)
  
  WHEN              ACTION          OUTCOME   WHERE     WHAT      BY
  *  use.show        released  shop/dev  sendgrid  kh (*) (glob)
  *  credential.set  done      shop/dev  sendgrid  kh (*) (glob)
  *  credential.add  done      shop/dev  sendgrid  kh (*) (glob)
  $ kh history kh://shop/dev/sendgrid --json | shape
  {
    "credential": {
      "id": "UUIDv7",
      "revision": 2,
      "name": "sendgrid",
      "project": "shop",
      "environment": "dev",
      "tier": "development",
      "provider": null,
      "variables": [
        "SENDGRID"
      ],
      "fields": 1,
      "plain": false,
      "scopes": [],
      "tags": [],
      "expires": null,
      "expires_in": null,
      "rotation_due": null,
      "rotation_in": null,
      "state": "fine",
      "last_used": "TIME"
    },
    "versions": [
      {
        "number": 2,
        "label": "current",
        "created_at": "TIME",
        "grace_until": null,
        "stored": true,
        "uses": 0,
        "last_used": null
      },
      {
        "number": 1,
        "label": "previous",
        "created_at": "TIME",
        "grace_until": "TIME",
        "stored": true,
        "uses": 1,
        "last_used": "TIME"
      }
    ],
    "uses": [
      {
        "sequence": 19,
        "at": "TIME",
        "action": "use.show",
        "outcome": "released",
        "credentials": [
          "sendgrid"
        ],
        "project": "shop",
        "environment": "dev",
        "actor": {
          "uid": "UID",
          "pid": "PID",
          "program": "PROGRAM",
          "known_by": "KNOWN_BY"
        },
        "claimed": {
          "program": null,
          "directory": null,
          "profile": null
        },
        "detail": {
          "field": "value",
          "version": "1"
        }
      },
      {
        "sequence": 18,
        "at": "TIME",
        "action": "credential.set",
        "outcome": "done",
        "credentials": [
          "sendgrid"
        ],
        "project": "shop",
        "environment": "dev",
        "actor": {
          "uid": "UID",
          "pid": "PID",
          "program": "PROGRAM",
          "known_by": "KNOWN_BY"
        },
        "claimed": {
          "program": null,
          "directory": null,
          "profile": null
        },
        "detail": {}
      },
      {
        "sequence": 17,
        "at": "TIME",
        "action": "credential.add",
        "outcome": "done",
        "credentials": [
          "sendgrid"
        ],
        "project": "shop",
        "environment": "dev",
        "actor": {
          "uid": "UID",
          "pid": "PID",
          "program": "PROGRAM",
          "known_by": "KNOWN_BY"
        },
        "claimed": {
          "program": null,
          "directory": null,
          "profile": null
        },
        "detail": {}
      }
    ]
  }
  $ kh history kh://shop/dev/nothing
  error: there is no key nothing
  hint: see what there is with: kh list
  [4]

What is erased is gone for good, and is asked about before.

  $ kh trash empty
  error: there is no terminal for a confirmation
  hint: check the trash with kh trash, then repeat with --yes
  [2]
  $ kh trash list --json | grep -c '"name":"sendgrid"'
  1
  $ kh trash empty --yes
  Erased 1 key.
  $ kh trash
  The trash is empty.
  $ kh --json trash empty
  {"erased":0}
  $ kh --json audit --action credential.erase | grep -c '"credential.erase"'
  1
  $ kh get kh://shop/dev/sendgrid
  hunter5 (no-eol)

Profiles follow a credential to its new name; a trusted file is named.

  $ add mail hunter4 && kh profile add post -p shop -e dev --only mail --set 'URL=x{{kh:mail|url}}' --quiet
  $ printf 'project = "shop"\n[env]\nMAIL = "kh:mail"\n' > .keyhaven.toml && kh allow --yes > allowed
  $ echo '{{kh://shop/qa/mail}}' > other && kh allow --yes other > allowed
  $ kh rename kh://shop/dev/mail post
  Renamed mail to post.
  note: WORLD/work/.keyhaven.toml may still name mail; change it there, then trust the file with: kh allow
  $ kh run --profile post -- printenv URL
  xhunter4
  $ kh profile show post
  Name          post
  Environment   shop/dev (development)
  Only          kh:post
  Set           URL=x{{kh:post|url}}
