A .env file: first a report, then all or nothing.

  $ vault
  $ cp "$DATA/shop.env" shop.env
  $ kh import dotenv shop.env -p shop -e dev --dry-run
  NAME                    VARIABLE                KIND    PROVIDER       BECOMES
  NODE_ENV                NODE_ENV                plain                  new
  PORT                    PORT                    plain                  new
  LOG_LEVEL               LOG_LEVEL               plain                  new
  STRIPE_SECRET_KEY       STRIPE_SECRET_KEY       secret  stripe         new, rotate every 90 days
  STRIPE_PUBLISHABLE_KEY  STRIPE_PUBLISHABLE_KEY  plain   stripe         new
  STRIPE_WEBHOOK_SECRET   STRIPE_WEBHOOK_SECRET   secret  stripe         new, rotate every 90 days
  SENDGRID_API_KEY        SENDGRID_API_KEY        secret  sendgrid       new, rotate every 90 days
  MAILGUN_API_KEY         MAILGUN_API_KEY         secret  mailgun        new, rotate every 90 days
  OPENAI_API_KEY          OPENAI_API_KEY          secret  openai         new, rotate every 90 days
  ANTHROPIC_API_KEY       ANTHROPIC_API_KEY       secret  anthropic      new, rotate every 90 days
  AWS_ACCESS_KEY_ID       AWS_ACCESS_KEY_ID       secret  aws            new, rotate every 90 days
  AWS_SECRET_ACCESS_KEY   AWS_SECRET_ACCESS_KEY   secret  aws            new, rotate every 90 days
  CLOUDFLARE_API_TOKEN    CLOUDFLARE_API_TOKEN    secret  cloudflare     new, rotate every 90 days
  GITHUB_TOKEN            GITHUB_TOKEN            secret  github         new, rotate every 90 days
  GITLAB_TOKEN            GITLAB_TOKEN            secret  gitlab         new, rotate every 90 days
  TOKEN_METRICS_API_KEY   TOKEN_METRICS_API_KEY   secret  token-metrics  new, rotate every 90 days
  EXCHANGE_READ_KEY       EXCHANGE_READ_KEY       secret                 new
  EXCHANGE_READ_SECRET    EXCHANGE_READ_SECRET    secret                 new
  EXCHANGE_TRADE_KEY      EXCHANGE_TRADE_KEY      secret                 new
  EXCHANGE_TRADE_SECRET   EXCHANGE_TRADE_SECRET   secret                 new
  DATABASE_URL            DATABASE_URL            secret  postgresql     new, rotate every 90 days
  REDIS_URL               REDIS_URL               plain                  new
  PASSWORD_HASH           PASSWORD_HASH           secret                 new
  JWT_PRIVATE_KEY         JWT_PRIVATE_KEY         secret                 new
  SERVICE_ACCOUNT_JSON    SERVICE_ACCOUNT_JSON    secret                 new
  GREETING                GREETING                plain                  new
  LITERAL                 LITERAL                 plain                  new
  BACKTICK                BACKTICK                plain                  new
  EMPTY                   EMPTY                   plain                  new
  SPACES                  SPACES                  plain                  new
  HASH_IN_VALUE           HASH_IN_VALUE           plain                  new
  UNICODE                 UNICODE                 plain                  new
  YAML_STYLE              YAML_STYLE              plain                  new
  DUPLICATE               DUPLICATE               plain                  new
  note: line 4: LOG_LEVEL is read up to its #: quote the value where more of the line belongs to it
  note: line 50: HASH_IN_VALUE is read up to its #: quote the value where more of the line belongs to it
  note: line 53: DUPLICATE is left out: a later line sets it again
  Nothing was written. Import into shop/dev: 34 new, 0 updated, 0 unchanged.
  $ kh list
  No keys found.
  $ kh environment
  There are no environments yet.
  $ kh import dotenv shop.env -p shop -e dev --quiet
  $ kh env -p shop -e dev --format json | node -e '
  >   const read = (file) => JSON.parse(require("fs").readFileSync(file));
  >   require("assert").deepStrictEqual(read(0), read(process.argv[1]));' "$DATA/shop.expected.json"

Twice changes nothing; a newer file updates.

  $ kh import dotenv shop.env -p shop -e dev | tail -n 1
  note: line 4: LOG_LEVEL is read up to its #: quote the value where more of the line belongs to it
  note: line 50: HASH_IN_VALUE is read up to its #: quote the value where more of the line belongs to it
  note: line 53: DUPLICATE is left out: a later line sets it again
  Imported into shop/dev: 0 new, 0 updated, 34 unchanged.
  $ kh list | wc -l
  35
  $ kh history kh://shop/dev/PORT | wc -l
  6
  $ sed 's/3000/4000/' shop.env > newer.env
  $ kh import dotenv newer.env -p shop -e dev | grep -v unchanged
  note: line 4: LOG_LEVEL is read up to its #: quote the value where more of the line belongs to it
  note: line 50: HASH_IN_VALUE is read up to its #: quote the value where more of the line belongs to it
  note: line 53: DUPLICATE is left out: a later line sets it again
  NAME                    VARIABLE                KIND    PROVIDER       BECOMES
  PORT                    PORT                    plain                  new version
  $ kh get kh://shop/dev/PORT
  4000 (no-eol)
  $ kh get kh://shop/dev/PORT --version 1
  3000 (no-eol)
  $ sed 's/4000/5000/' newer.env | kh import dotenv - -p shop -e dev --json --dry-run | shape | grep -B 4 -A 2 updated
        "kind": "plain",
        "provider": null,
        "rotate_every_days": null,
        "outcome": {
          "is": "updated"
        }
      },

An older file does not undo a rotation; the value a key had before is kept out.

  $ kh import dotenv shop.env -p shop -e dev --dry-run 2>&1 | grep -E 'BECOMES|older'
  NAME                    VARIABLE                KIND    PROVIDER       BECOMES
  PORT                    PORT                    plain                  older value, not imported
  note: an older value is one that the key had before, so its newer value is kept; store the older one with kh set if you want it
  Nothing was written. Import into shop/dev: 0 new, 0 updated, 33 unchanged, 1 older.
  $ kh import dotenv shop.env -p shop -e dev 2>&1 | tail -n 1
  Imported into shop/dev: 0 new, 0 updated, 33 unchanged, 1 older.
  $ kh get kh://shop/dev/PORT
  4000 (no-eol)

A credential that came from elsewhere is not overwritten, and nothing else is written.

  $ printf mine | kh add PORT -p blog -e dev --stdin --quiet
  $ printf 'HOST=h\nPORT=1\n' > blog.env
  $ kh import dotenv blog.env -p blog -e dev --dry-run
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  HOST  HOST      plain            new
  PORT  PORT      plain            conflict: PORT has another origin
  Nothing was written. Import into blog/dev: 1 new, 0 updated, 0 unchanged, 1 in conflict.
  $ kh import dotenv blog.env -p blog -e dev
  error: credentials of another origin have the same name: PORT; nothing was imported
  hint: remove them, or import into another environment
  [5]
  $ kh list -p blog
  NAME  PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  PORT  blog     dev                                   never
  $ kh rename kh://blog/dev/PORT port
  Renamed PORT to port.
  $ kh import dotenv blog.env -p blog -e dev
  error: credentials of another origin have the same name: port; nothing was imported
  hint: remove them, or import into another environment
  [5]

What no variable may be called is stored without one.

  $ printf 'NODE_OPTIONS=--inspect\nspring.name=x\nPATH=/bin\nA-B=1\n' > odd.env
  $ kh import dotenv odd.env -p odd -e dev
  NAME          VARIABLE  KIND   PROVIDER  BECOMES
  NODE_OPTIONS            plain            new
  spring.name             plain            new
  PATH                    plain            new
  A-B                     plain            new
  note: line 1: NODE_OPTIONS is stored without a variable: it would change how programs load code
  note: line 2: spring.name is stored without a variable: no variable may have this name
  note: line 3: PATH is stored without a variable: it would change how programs load code
  note: line 4: A-B is stored without a variable: no variable may have this name
  Imported into odd/dev: 4 new, 0 updated, 0 unchanged.
  $ kh run -p odd -e dev -- sh -c 'echo "${NODE_OPTIONS-none}"'
  note: no key of odd/dev sets a variable
  none
  $ kh show kh://odd/dev/NODE_OPTIONS | grep Field
  Field         value (plain), sets no variable

The kind can be chosen.

  $ printf 'A=1\nB=2\n' > kinds.env
  $ kh import dotenv kinds.env -p kinds -e dev --dry-run --plain A --secret B
  NAME  VARIABLE  KIND    PROVIDER  BECOMES
  A     A         plain             new
  B     B         secret            new
  Nothing was written. Import into kinds/dev: 2 new, 0 updated, 0 unchanged.
  $ kh import dotenv kinds.env -p kinds -e dev --dry-run --plain C
  error: the file has no key C
  hint: see its keys with --dry-run
  [2]

Files that are none.

  $ printf 'GOOD=1\nBAD="open\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:5: expected a closing quote to this one
  hint: nothing was imported; correct that line and try again
  [1]
  $ printf 'GOOD=1\n=hunter2\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:1: expected a name, a comment or an empty line
  hint: nothing was imported; correct that line and try again
  [1]
  $ printf 'GOOD=1\nNOT A KEY\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:4: expected `=` or `: ` after the name
  hint: nothing was imported; correct that line and try again
  [1]
  $ printf 'GOOD=1\n\377\376=x\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:1: expected UTF-8 text
  hint: nothing was imported; correct that line and try again
  [1]
  $ printf 'GOOD=1\nNUL=a\000b\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  GOOD  GOOD      plain            new
  NUL             plain            new
  note: line 2: NUL is stored without a variable: its value holds a NUL byte
  Imported into bad/dev: 2 new, 0 updated, 0 unchanged.
  $ printf 'GOOD=1\nBAD="open\n' > bad.env && kh import dotenv bad.env -p bad -e dev --json
  {"error":{"code":"malformed","message":"bad.env:2:5: expected a closing quote to this one","hint":"nothing was imported; correct that line and try again"}}
  [1]
  $ : > empty.env && kh import dotenv empty.env -p bad -e dev
  Imported into bad/dev: 0 new, 0 updated, 0 unchanged.
  $ printf 'ONLY=1' | kh import dotenv - -p bad -e test --json | shape
  {
    "items": [
      {
        "name": "ONLY",
        "variable": "ONLY",
        "kind": "plain",
        "provider": null,
        "rotate_every_days": null,
        "outcome": {
          "is": "new"
        }
      }
    ],
    "applied": true,
    "left_out": []
  }
  $ kh import dotenv missing.env -p bad -e dev
  error: missing.env: No such file or directory
  hint: check the path and its permissions
  [1]
  $ kh import dotenv . -p bad -e dev
  error: .: Is a directory
  hint: check the path and its permissions
  [1]
  $ kh import 1pux shop.env -p bad -e dev
  error: invalid value '1pux' for '<FORMAT>' [possible values: dotenv]
  hint: see: kh import --help
  [2]
  $ kh import dotenv shop.env -p bad
  error: no environment given
  hint: add -e ENV
  [2]
  $ kh list -p bad
  NAME  PROJECT  ENV   PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  GOOD  bad      dev                                    never
  NUL   bad      dev                                    never
  ONLY  bad      test                                   never

A value that is too large is named, and nothing is sent.

  $ { printf 'A=1\nBIG='; head -c 1500000 /dev/zero | tr '\0' x; echo; } > big.env
  $ kh import dotenv big.env -p big -e dev
  error: big.env:2: the value of BIG has 1500000 bytes, more than 1048576
  hint: nothing was imported; keep large files elsewhere and store only their encryption key
  [1]
  $ kh list -p big
  error: there is no project big
  hint: see what there is with: kh list
  [4]
