The log: what was done, by which program; never a value.

  $ vault
  $ kh audit
  WHEN              ACTION        OUTCOME  WHERE  WHAT  BY
  *  vault.unlock  done                  kh (*) (glob)
  *  vault.create  done                  kh (*) (glob)
  $ add stripe hunter2
  $ kh get kh://shop/dev/stripe
  hunter2 (no-eol)
  $ kh run -p shop -e dev -- true --password hunter3
  $ printf '#!/no/interpreter\n' > broken && chmod +x broken
  $ kh run -p shop -e dev -- ./broken
  error: ./broken, or the interpreter in its first line, was not found
  hint: check the path
  [127]
  $ printf hunter4 | kh set stripe -p shop -e dev --stdin --quiet
  $ printf x | kh add token -p blog -e dev --stdin --quiet
  $ kh lock --quiet
  $ printf 'wrong password\n' | kh unlock --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout; if the password is lost, unlock with the recovery key: kh unlock --recovery
  [1]
  $ unlock
  $ kh audit
  WHEN              ACTION             OUTCOME   WHERE     WHAT    BY
  *  refused.password   refused                     keyhaven-agent (*) (glob)
  *  vault.unlock       done                        kh (*) (glob)
  *  vault.lock         done                        kh (*) (glob)
  *  credential.add     done      blog/dev  token   kh (*) (glob)
  *  credential.set     done      shop/dev  stripe  kh (*) (glob)
  *  use.launch_failed  failed    shop/dev  stripe  kh for ./broken (*) (glob)
  *  use.launch         released  shop/dev  stripe  kh for ./broken (*) (glob)
  *  use.launch         released  shop/dev  stripe  kh for true (*) (glob)
  *  use.show           released  shop/dev  stripe  kh (*) (glob)
  *  credential.add     done      shop/dev  stripe  kh (*) (glob)
  *  vault.unlock       done                        kh (*) (glob)
  *  vault.create       done                        kh (*) (glob)
  $ kh audit --json | grep -c hunter
  0
  [1]
  $ kh audit -p blog
  WHEN              ACTION          OUTCOME  WHERE     WHAT   BY
  *  credential.add  done     blog/dev  token  kh (*) (glob)
  $ kh audit kh://shop/dev/stripe --action use.launch
  WHEN              ACTION      OUTCOME   WHERE     WHAT    BY
  *  use.launch  released  shop/dev  stripe  kh for ./broken (*) (glob)
  *  use.launch  released  shop/dev  stripe  kh for true (*) (glob)
  $ kh audit --limit 1
  WHEN              ACTION            OUTCOME  WHERE  WHAT  BY
  *  refused.password  refused               keyhaven-agent (*) (glob)
  $ kh audit --limit 1 --action use.launch --json | shape
  [
    {
      "sequence": 6,
      "at": "TIME",
      "action": "use.launch",
      "outcome": "released",
      "credentials": [
        "stripe"
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
        "program": "./broken",
        "directory": "WORLD/work",
        "profile": null
      },
      "detail": {
        "purpose": "run"
      }
    }
  ]
  $ kh audit --since 2999-01-01
  The log has no matching entries.
  $ kh audit --since 2001-01-01 --action credential.add
  WHEN              ACTION          OUTCOME  WHERE     WHAT    BY
  *  credential.add  done     blog/dev  token   kh (*) (glob)
  *  credential.add  done     shop/dev  stripe  kh (*) (glob)
  $ kh audit --since yesterday
  error: invalid value 'yesterday' for '--since <DATE>': expected YYYY-MM-DD, a time such as 2027-01-31T12:00:00Z, or an age such as 7d, 2w or 3mo
  hint: see: kh audit --help
  [2]
  $ kh audit --action nonsense
  error: there is no action nonsense in the audit log
  hint: use one of: vault, credential, rotation, import, environment, settings, file, profile, audit, backup, use, refused
  [2]
  $ kh audit --action use.l
  error: there is no action use.l in the audit log
  hint: use one of: use.launch, use.launch_failed
  [2]
  $ kh audit --action use --json | grep -o '"action":"[a-z_.]*"' | sort -u
  "action":"use.launch"
  "action":"use.launch_failed"
  "action":"use.show"
  $ kh audit --limit x
  error: invalid value 'x' for '--limit <N>': expected a whole number of 1 or more
  hint: see: kh audit --help
  [2]
  $ kh audit -p blog -e dev
  WHEN              ACTION          OUTCOME  WHERE     WHAT   BY
  *  credential.add  done     blog/dev  token  kh (*) (glob)
  $ kh audit -e prod
  The log has no matching entries.
  $ kh audit kh://shop/dev/nothing
  error: there is no key nothing
  hint: see what there is with: kh list
  [4]

A duration limits how far back, a missing project is reported, and zero entries are refused.

  $ kh audit --since 7d | wc -l
  13
  $ kh audit -p shpo
  error: there is no project shpo
  hint: did you mean shop?
  [4]
  $ kh audit --limit 0
  error: invalid value '0' for '--limit <N>': expected a whole number of 1 or more
  hint: see: kh audit --help
  [2]
