An environment is made on first use; its name tells its tier.

  $ vault
  $ kh environment list
  There are no environments yet.
  $ for name in prod production live staging stage qa dev development local test; do
  >   printf x | kh add key -p shop -e $name --stdin --quiet
  > done
  $ kh environment
  PROJECT  ENV          TIER         CREDENTIALS
  shop     dev          development  1
  shop     development  development  1
  shop     live         production   1
  shop     local        development  1
  shop     prod         production   1
  shop     production   production   1
  shop     qa           staging      1
  shop     stage        staging      1
  shop     staging      staging      1
  shop     test         development  1

Other names do not tell: such an environment is production, with a note, unless --tier says
otherwise.

  $ printf x | kh add key -p shop -e demo --stdin
  Stored key in shop/demo, setting KEY.
  note: shop/demo is new and counts as production; if it is not: kh environment set shop/demo --tier development
  $ printf x | kh add third -p shop -e demo --stdin --tier staging
  error: shop/demo is production already
  hint: leave out --tier, or change it with: kh environment set shop/demo --tier staging
  [2]
  $ printf x | kh add other -p shop -e demo --stdin --tier production
  Stored other in shop/demo, setting OTHER.
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu
  NAME  VARIABLE  KIND    PROVIDER  BECOMES
  KEY   KEY       secret            new
  Imported into shop/eu: 1 new, 0 updated, 0 unchanged.
  note: shop/eu is new and counts as production; if it is not: kh environment set shop/eu --tier development
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu --tier production --dry-run
  NAME  VARIABLE  KIND    PROVIDER  BECOMES
  KEY   KEY       secret            unchanged
  Nothing was written. Import into shop/eu: 0 new, 0 updated, 1 unchanged.
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu --tier production --quiet
  $ kh environment list --json | shape | head -n 12
  [
    {
      "project": "shop",
      "name": "demo",
      "tier": "production",
      "credentials": 2
    },
    {
      "project": "shop",
      "name": "dev",
      "tier": "development",
      "credentials": 1

A tier can be set, for a new one too.

  $ kh environment set shop/demo --tier production
  shop/demo is production now.
  $ kh environment set shop/lab --tier development --json
  {"name":"lab","project":"shop","tier":"development"}
  $ kh environment set shop --tier staging
  error: which environment?
  hint: write shop/ENV; see what there is with: kh environment list
  [2]
  $ kh environment set shop/demo --tier holy
  error: invalid value 'holy' for '--tier <TIER>' [possible values: development, staging, production]
  hint: see: kh environment set --help
  [2]
  $ kh environment set shop/demo
  error: the following required arguments were not provided: --tier <TIER>
  hint: see: kh environment set --help
  [2]
  $ kh environment set shop/ --tier staging
  error: the name of the environment is empty
  hint: give it a name of 1 to 128 bytes
  [2]
  $ kh environment list | grep -e demo -e eu -e lab
  shop     demo         production   2
  shop     eu           production   1
  shop     lab          development  0

A lower tier takes protection from every key: it asks at a terminal, whatever --yes says, and
without one it needs the master password. What has no key has nothing to lose.

  $ kh environment set shop/prod --tier development --yes
  error: shop/prod holds 1 key, and there is no terminal to ask whether its tier may be lowered
  hint: give the master password with --password-stdin
  [2]
  $ printf 'wrong password\n' | kh environment set shop/prod --tier staging --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout
  [1]
  $ printf '%s\n' "$PASSWORD" | kh environment set shop/prod --tier staging --password-stdin
  shop/prod is staging now.
  $ kh environment set shop/prod --tier production
  shop/prod is production now.
  $ kh environment set shop/lab --tier staging
  shop/lab is staging now.
  $ kh environment set shop/lab --tier development
  shop/lab is development now.

An environment without keys can go, and its project with the last one.

  $ printf x | kh add key -p shpo -e dev --stdin --quiet
  $ kh environment rm shpo/dev
  error: shpo/dev holds 1 key
  hint: remove its keys first with kh rm; list them with: kh list -p shpo -e dev
  [1]
  $ kh rm kh://shpo/dev/key --quiet
  $ kh environment rm shpo/dev
  error: keys of shpo/dev are in the trash: key
  hint: restore them with kh trash restore, or erase them together with the environment: kh environment rm shpo/dev --yes
  [1]
  $ kh environment rm shpo/dev --yes
  Removed shpo/dev.
  $ kh environment list --json | grep -c shpo
  0
  [1]
  $ kh audit --limit 1 --action environment.remove --json | grep -o '"environment":"[a-z]*","actor' 
  "environment":"dev","actor
  $ kh environment rm shpo/dev
  error: there is no project shpo
  hint: did you mean shop?
  [4]
  $ kh environment rm shop/lab --json
  {"name":"lab","project":"shop"}
  $ kh profile add web -p shop -e qa --quiet
  $ kh rm kh://shop/qa/key --quiet
  $ kh environment rm shop/qa --yes
  error: profiles use shop/qa: web
  hint: remove them with kh profile rm, or give them another environment with kh profile edit
  [1]
  $ kh verify >/dev/null
