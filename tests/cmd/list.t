What is there, in columns; never a value.

  $ vault
  $ kh list
  No keys found.
  $ kh list --json
  []
  $ add stripe hunter2 --provider stripe --tag payments --expires 2999-12-31
  $ add sendgrid hunter3 --tag mail --rotate-every 30
  $ add old hunter4 --expires 1990-02-03
  warning: 1990-02-03 is in the past: the key is expired
  $ printf hunter5 | kh add stripe -p shop -e prod --stdin --quiet
  $ printf hunter6 | kh add token -p blog -e dev --stdin --quiet
  $ kh get kh://blog/dev/token
  hunter6 (no-eol)
  $ kh list
  NAME      PROJECT  ENV   PROVIDER  EXPIRES                 ROTATION DUE  LAST USED
  token     blog     dev                                                   today
  old       shop     dev             expired * days ago                never (glob)
  sendgrid  shop     dev                                     in 30 days    never
  stripe    shop     dev   stripe    in * days *in 90 days    never (glob)
  stripe    shop     prod                                                  never

Narrowed.

  $ kh list -p blog
  NAME   PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  token  blog     dev                                   today
  $ kh list -p shop -e prod
  NAME    PROJECT  ENV   PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     prod                                   never
  $ kh list --tag mail
  NAME      PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  sendgrid  shop     dev                     in 30 days    never
  $ kh list --provider stripe
  NAME    PROJECT  ENV  PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  stripe  shop     dev  stripe    in * days  in 90 days    never (glob)
  $ kh list --expired
  NAME  PROJECT  ENV  PROVIDER  EXPIRES                 ROTATION DUE  LAST USED
  old   shop     dev            expired * days ago                never (glob)
  $ kh list --due
  NAME      PROJECT  ENV  PROVIDER  EXPIRES                 ROTATION DUE  LAST USED
  old       shop     dev            expired * days ago                never (glob)
  sendgrid  shop     dev                                    in 30 days    never
  $ kh list --unused -p blog
  No keys found.
  $ kh list STRIPE
  NAME    PROJECT  ENV   PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  stripe  shop     dev   stripe    in * days  in 90 days    never (glob)
  stripe  shop     prod                                          never
  $ kh list payments
  NAME    PROJECT  ENV  PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  stripe  shop     dev  stripe    in * days  in 90 days    never (glob)
  $ kh list nothing-like-it
  No keys found.
  $ kh list --tag none
  No keys found.
  $ kh list nothing-like-it --quiet
  $ kh list -p nowhere
  error: there is no project nowhere
  hint: see what there is with: kh list
  [4]
  $ kh list -e dev stripe
  NAME    PROJECT  ENV  PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  stripe  shop     dev  stripe    in * days  in 90 days    never (glob)
  $ kh list two words
  error: unexpected argument 'words'
  hint: kh list takes one TEXT; quote what contains spaces; see: kh list --help
  [2]

As one document.

  $ kh list --json -p shop -e prod | shape
  [
    {
      "id": "UUIDv7",
      "revision": 1,
      "name": "stripe",
      "project": "shop",
      "environment": "prod",
      "tier": "production",
      "provider": null,
      "variables": [
        "STRIPE"
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
      "last_used": null
    }
  ]
  $ kh list --json --expired | shape
  [
    {
      "id": "UUIDv7",
      "revision": 1,
      "name": "old",
      "project": "shop",
      "environment": "dev",
      "tier": "development",
      "provider": null,
      "variables": [
        "OLD"
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
    }
  ]
  $ kh list --json | grep -c hunter
  0
  [1]
  $ kh show kh://shop/dev/old --json | grep -c hunter
  0
  [1]
  $ kh list --color always -p blog | cat -v
  ^[[1mNAME^[[0m   ^[[1mPROJECT^[[0m  ^[[1mENV^[[0m  ^[[1mPROVIDER^[[0m  ^[[1mEXPIRES^[[0m  ^[[1mROTATION DUE^[[0m  ^[[1mLAST USED^[[0m
  token  blog     dev                                   ^[[2mtoday^[[0m
