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
  note: shop/demo is new and counts as production; see: kh environment set --help
  $ printf x | kh add key -p shop -e demo --stdin --tier staging
  error: the environment already has the tier production
  hint: leave out --tier, or change it with: kh environment set
  [2]
  $ printf x | kh add other -p shop -e demo --stdin --tier production
  Stored other in shop/demo, setting OTHER.
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu
  NAME  VARIABLE  KIND    PROVIDER  BECOMES
  KEY   KEY       secret            new
  Imported into shop/eu: 1 new, 0 updated, 0 unchanged.
  note: shop/eu is new and counts as production; see: kh environment set --help
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
  error: no environment given
  hint: write PROJECT/ENV
  [2]
  $ kh environment set shop/demo --tier holy
  error: invalid value 'holy' for '--tier <TIER>' [possible values: development, staging, production]
  hint: see: kh environment --help
  [2]
  $ kh environment set shop/demo
  error: the following required arguments were not provided: --tier <TIER>
  hint: see: kh environment --help
  [2]
  $ kh environment set shop/ --tier staging
  error: the name of the environment is not valid: it must have 1 to 128 bytes, no slash, no space at its ends and no invisible characters
  [2]
  $ kh environment list | grep -e demo -e eu -e lab
  shop     demo         production   2
  shop     eu           production   1
  shop     lab          development  0
