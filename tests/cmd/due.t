What expires or must be rotated, soonest first.

  $ vault
  $ kh due
  Nothing is due within 30 days.
  $ add late x --expires 1990-02-03
  warning: 1990-02-03 is in the past: the key is expired
  $ add soon x --expires 3d
  $ add rotating x --rotate-every 20
  $ add far x --expires 2999-12-31
  $ kh due
  DUE                     ON          WHAT     NAME      PROJECT  ENV  SNOOZED UNTIL
  expired * days ago  1990-02-03  expires  late      shop     dev (glob)
  in 3 days               *  expires  soon      shop     dev (glob)
  in 20 days              *  rotate   rotating  shop     dev (glob)
  $ kh due --within 7
  DUE                     ON          WHAT     NAME  PROJECT  ENV  SNOOZED UNTIL
  expired * days ago  1990-02-03  expires  late  shop     dev (glob)
  in 3 days               *  expires  soon  shop     dev (glob)
  $ kh due --within 0
  DUE                     ON          WHAT     NAME  PROJECT  ENV  SNOOZED UNTIL
  expired * days ago  1990-02-03  expires  late  shop     dev (glob)
  $ kh due --within 36500 --quiet | wc -l
  4
  $ kh due --within soon
  error: invalid value 'soon' for '--within <DAYS>': expected a time such as 90d, 2w, 3mo or 1y
  hint: see: kh due --help
  [2]
  $ kh due 30
  error: unexpected argument '30'
  hint: write: kh due --within 30; see: kh due --help
  [2]
  $ kh due 2w
  error: unexpected argument '2w'
  hint: write: kh due --within 2w; see: kh due --help
  [2]
  $ kh due 2027-01-01
  error: unexpected argument '2027-01-01'
  hint: write: kh due --within DAYS; see: kh due --help
  [2]
  $ kh due --within -3
  error: unexpected argument '-3' found
  hint: see: kh due --help
  [2]
  $ kh due --json --within 0 | shape
  [
    {
      "credential": {
        "id": "UUIDv7",
        "revision": 1,
        "name": "late",
        "project": "shop",
        "environment": "dev",
        "tier": "development",
        "provider": null,
        "variables": [
          "LATE"
        ],
        "fields": 1,
        "plain": false,
        "scopes": [],
        "tags": [],
        "expires": "1990-02-03",
        "expires_in": {
          "seconds": *, (glob)
          "in_days": *, (glob)
          "words": {
            "code": "expired_days",
            "days": * (glob)
          }
        },
        "rotation_due": null,
        "rotation_in": null,
        "state": "expired",
        "last_used": null
      },
      "what": "expiry",
      "due": "1990-02-03",
      "seconds": *, (glob)
      "in_days": -*, (glob)
      "words": {
        "code": "expired_days",
        "days": * (glob)
      },
      "words_until": "TIME",
      "lead_times": [
        30,
        14,
        7,
        3,
        1,
        0
      ],
      "changed_at": "TIME",
      "snoozed_until": null
    }
  ]
  $ kh status | grep Due
  Due    1 overdue, 1 within a week
  $ kh list --due
  NAME      PROJECT  ENV  PROVIDER  EXPIRES                 ROTATION DUE  LAST USED
  late      shop     dev            expired * days ago                never (glob)
  rotating  shop     dev                                    in 20 days    never
  soon      shop     dev            in 3 days                             never
  $ kh list --expired
  NAME  PROJECT  ENV  PROVIDER  EXPIRES                 ROTATION DUE  LAST USED
  late  shop     dev            expired * days ago                never (glob)

Quiet for a while, but never past the expiry.

  $ kh snooze kh://shop/dev/far --until 2998-01-01
  far is snoozed until 2998-01-01.
  $ kh show kh://shop/dev/far | grep Snoozed
  Snoozed until 2998-01-01
  $ kh snooze kh://shop/dev/far --until 2999-12-31
  far is snoozed until 2999-12-31.
  $ kh snooze kh://shop/dev/far --until none
  far is no longer snoozed.
  $ kh snooze kh://shop/dev/soon --until 90d
  soon is snoozed until *, when it expires: a snooze never lasts longer. (glob)
  $ kh snooze kh://shop/dev/late --until 3d
  error: late cannot be snoozed: a snooze ends at the expiry, which is 1990-02-03
  hint: set a new value with kh set kh://shop/dev/late, another expiry with kh edit kh://shop/dev/late --expires DATE, or remove the key with kh rm kh://shop/dev/late
  [6]
  $ add plain x --plain
  $ kh snooze kh://shop/dev/plain
  note: nothing was snoozed: plain is never due
  $ kh due --within 4
  DUE                     ON          WHAT     NAME  PROJECT  ENV  SNOOZED UNTIL
  expired * days ago  1990-02-03  expires  late  shop     dev (glob)
  in 3 days               *  expires  soon  shop     dev  * (glob)
  $ kh snooze kh://shop/dev/far --until later
  error: invalid value 'later' for '--until <DATE>': expected YYYY-MM-DD, a time such as 2027-01-31T12:00:00Z, a span such as 90d, 2w, 3mo or 1y, or none
  hint: see: kh snooze --help
  [2]
  $ kh snooze kh://shop/dev/nothing --until 3d
  error: there is no key nothing
  hint: see what there is with: kh list
  [4]
  $ kh snooze kh://shop/dev/far --until 2001-01-01
  error: that day is not in the future
  hint: choose a later day, or none to remind again
  [2]

A new value takes the rotation's date away, for as long as it lasts.

  $ printf y | kh set rotating -p shop -e dev --stdin --quiet
  $ kh due --within 19 | grep -c rotating
  0
  [1]
