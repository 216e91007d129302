Finding credentials, and what they are filtered by.

  $ vault
  $ add stripe sk_test_u8jzPde0IgxLd6GncfBAepfJ --tag money
  $ add github ghp_7iB3m03nbqnsGpWLuqIA1id6Vw5DQL05HA06 --expires $(date -d '+3 days' +%F)
  $ add old v --expires 2020-01-31
  $ printf v | kh add prod-key -p web -e prod --stdin
  Stored prod-key in web/prod, filling PROD_KEY.
  $ kh list
  NAME      PROJECT  ENV   PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  github    shop     dev   github    in 3 days                     never
  old       shop     dev             * days over                never (glob)
  stripe    shop     dev   stripe                                  never
  prod-key  web      prod                                          never
  $ kh list -p web
  NAME      PROJECT  ENV   PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  prod-key  web      prod                                   never
  $ kh list -p shop -e dev --tag money
  NAME    PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     dev  stripe                           never
  $ kh list --provider github
  NAME    PROJECT  ENV  PROVIDER  EXPIRES    ROTATION DUE  LAST USED
  github  shop     dev  github    in 3 days                never
  $ kh list --expired
  NAME  PROJECT  ENV  PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  old   shop     dev            * days over                never (glob)
  $ kh list --due
  NAME    PROJECT  ENV  PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  github  shop     dev  github    in 3 days                     never
  old     shop     dev            * days over                never (glob)
  $ kh list STRI
  NAME    PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  stripe  shop     dev  stripe                           never
  $ kh list nothing-like-it
  There is nothing to list.
  $ kh get kh://shop/dev/stripe >/dev/null
  $ kh list --unused
  NAME      PROJECT  ENV   PROVIDER  EXPIRES         ROTATION DUE  LAST USED
  github    shop     dev   github    in 3 days                     never
  old       shop     dev             * days over                never (glob)
  prod-key  web      prod                                          never
  $ kh list -p nope
  error: there is no project nope
  hint: see what there is with: kh list
  [4]
  $ kh list stripe --json
  [{"id":"*","revision":1,"name":"stripe","project":"shop","environment":"dev","tier":"development","provider":"stripe","variables":["STRIPE_SECRET_KEY"],"fields":1,"plain":false,"scopes":[],"tags":["money"],"expires":null,"rotation_due":null,"state":"fine","last_used":"*"}] (glob)

What is due, soonest first.

  $ kh due
  DUE             ON          WHAT     NAME    PROJECT  ENV  QUIET UNTIL
  * days over  2020-01-31  expires  old     shop     dev (glob)
  in 3 days       *  expires  github  shop     dev (glob)
  $ kh due --within 1
  DUE             ON          WHAT     NAME  PROJECT  ENV  QUIET UNTIL
  * days over  2020-01-31  expires  old   shop     dev (glob)
  $ kh due --json
  [{"credential":{"id":"*","revision":1,"name":"old","project":"shop","environment":"dev","tier":"development","provider":null,"variables":["OLD"],"fields":1,"plain":false,"scopes":[],"tags":[],"expires":"2020-01-31","rotation_due":null,"state":"expired","last_used":null},"what":"expiry","due":"2020-01-31","in_days":-*,"snoozed_until":null},{"credential":{"id":"*","revision":1,"name":"github","project":"shop","environment":"dev","tier":"development","provider":"github","variables":["GITHUB_TOKEN"],"fields":1,"plain":false,"scopes":[],"tags":[],"expires":"*","rotation_due":null,"state":"due_soon","last_used":null},"what":"expiry","due":"*","in_days":3,"snoozed_until":null}] (glob)

Reminders can be quieted, but not past the end.

  $ kh snooze kh://shop/dev/github --until $(date -d '+1 day' +%F)
  github is quiet until *. (glob)
  $ kh snooze kh://shop/dev/github --until 2099-01-01
  github is quiet until *. (glob)

Environments and their tiers.

  $ kh environment list
  PROJECT  ENV   TIER         CREDENTIALS
  shop     dev   development  3
  web      prod  production   1
  $ kh environment set shop/dev --tier staging
  shop/dev is staging now.
  $ kh environment list --json
  [{"project":"shop","name":"dev","tier":"staging","credentials":3},{"project":"web","name":"prod","tier":"production","credentials":1}]
  $ kh environment set shop/dev --tier wrong
  error: invalid value 'wrong' for '--tier <TIER>' [possible values: development, staging, production]
  hint: see: kh help, or --help after a command
  [2]
