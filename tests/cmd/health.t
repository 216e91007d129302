What is wrong with the keys, each with one command that fixes it. The rules are tested in
`agent/src/health/tests.rs`.

  $ vault
  $ kh health
  There are no keys to look at.
  $ add stripe sk_test_4eC39HqLyjWDarjtT1zdp7dc --provider stripe --rotate-every 90
  $ kh health
  Nothing was found about the key.
  $ add late old-enough-value --expires 1990-02-03
  warning: 1990-02-03 is in the past: the key is expired
  $ add mail changeme --never-rotate 'it is printed on the device'
  $ add plain info --plain
  $ printf sk_test_4eC39HqLyjWDarjtT1zdp7dc | kh add stripe -p shop -e prod --stdin --quiet --provider stripe
  $ add db Summer2024! --env-var DB_PASSWORD --expires 3d --owner ada
  $ kh health
  PROBLEMS
  kh://shop/dev/late
    it expired * days ago (glob)
    fix: kh rotate kh://shop/dev/late
  kh://shop/dev/mail
    its value is a placeholder
    fix: kh set kh://shop/dev/mail
  kh://shop/dev/stripe
    it has the same value as the production key kh://shop/prod/stripe
    fix: kh rotate kh://shop/dev/stripe
  kh://shop/prod/stripe
    it is in production, but its value reaches only test data (Stripe, test secret
    key)
    fix: kh set kh://shop/prod/stripe
  
  WARNINGS
  kh://shop/dev/db
    it expires in 3 days
    fix: kh rotate kh://shop/dev/db
    its value is easy to guess
    fix: kh rotate kh://shop/dev/db
  
  NOTES
  kh://shop/prod/stripe
    it is in production, and nobody is named as responsible
    fix: kh edit kh://shop/prod/stripe --owner NAME
  
  4 problems, 2 warnings, 1 note in 5 keys.
  $ kh health | awk 'length > 80'
  $ kh health -p shop -e prod
  PROBLEMS
  kh://shop/prod/stripe
    it is in production, but its value reaches only test data (Stripe, test secret
    key)
    fix: kh set kh://shop/prod/stripe
  
  NOTES
  kh://shop/prod/stripe
    it is in production, and nobody is named as responsible
    fix: kh edit kh://shop/prod/stripe --owner NAME
  
  1 problem, 1 note in 1 key.
  $ kh health -p shop -e nowhere
  error: there is no environment nowhere in project shop
  hint: it has: dev, prod
  [4]
  $ kh health --json -p shop -e prod | shape
  {
    "keys": 1,
    "problems": 1,
    "warnings": 0,
    "notes": 1,
    "findings": [
      {
        "reference": "kh://shop/prod/stripe",
        "project": "shop",
        "environment": "prod",
        "name": "stripe",
        "severity": "problem",
        "code": "test_key_in_production",
        "provider": "Stripe",
        "kind": "test secret key",
        "message": "it is in production, but its value reaches only test data (Stripe, test secret key)",
        "fix": "set_value",
        "command": "kh set kh://shop/prod/stripe"
      },
      {
        "reference": "kh://shop/prod/stripe",
        "project": "shop",
        "environment": "prod",
        "name": "stripe",
        "severity": "note",
        "code": "no_owner",
        "message": "it is in production, and nobody is named as responsible",
        "fix": "set_owner",
        "command": "kh edit kh://shop/prod/stripe --owner NAME"
      }
    ]
  }
  $ kh health --json | grep -c changeme
  0
  [1]

The commands are taken as they stand.

  $ kh edit kh://shop/prod/stripe --owner NAME
  Changed stripe.
  $ kh edit kh://shop/prod/stripe --rotate-every usual
  stripe already has this metadata; nothing was changed.
  $ kh health -p shop -e prod | grep -c -- '--'
  0
  [1]
  $ kh lock
  The vault is locked.
  $ kh health --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
