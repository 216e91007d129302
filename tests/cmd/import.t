A .env file: first a report, then all or nothing.

  $ vault
  $ cp "$DATA/shop.env" shop.env
  $ kh import dotenv shop.env -p shop -e dev --dry-run
  note: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY are one AWS key, but become separate keys; to make them one key with a field for each, import them with --yes
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
  SERVICE_ACCOUNT_JSON    SERVICE_ACCOUNT_JSON    secret  gcp-sa         new, rotate every 90 days
  GREETING                GREETING                plain                  new
  LITERAL                 LITERAL                 plain                  new
  BACKTICK                BACKTICK                plain                  new
  EMPTY                   EMPTY                   plain                  new
  SPACES                  SPACES                  plain                  new
  HASH_IN_VALUE           HASH_IN_VALUE           plain                  new
  UNICODE                 UNICODE                 plain                  new
  YAML_STYLE              YAML_STYLE              plain                  new
  DUPLICATE               DUPLICATE               plain                  new
  note: line 4: LOG_LEVEL is read up to its #: quote the value if more of the line belongs to it
  note: line 50: HASH_IN_VALUE is read up to its #: quote the value if more of the line belongs to it
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
  note: line 4: LOG_LEVEL is read up to its #: quote the value if more of the line belongs to it
  note: line 50: HASH_IN_VALUE is read up to its #: quote the value if more of the line belongs to it
  note: line 53: DUPLICATE is left out: a later line sets it again
  Imported into shop/dev: 0 new, 0 updated, 34 unchanged.
  $ kh list | wc -l
  35
  $ kh history kh://shop/dev/PORT | wc -l
  6
  $ sed 's/3000/4000/' shop.env > newer.env
  $ kh import dotenv newer.env -p shop -e dev | grep -v unchanged
  note: line 4: LOG_LEVEL is read up to its #: quote the value if more of the line belongs to it
  note: line 50: HASH_IN_VALUE is read up to its #: quote the value if more of the line belongs to it
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
        },
        "expiry": null

An older file does not undo a rotation; the value a key had before is kept out.

  $ kh import dotenv shop.env -p shop -e dev --dry-run 2>&1 | grep -E 'BECOMES|older'
  NAME                    VARIABLE                KIND    PROVIDER       BECOMES
  PORT                    PORT                    plain                  older value, not imported
  note: older: the file holds an earlier value of the key; the newer one is kept; store the older one with kh set if you want it
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
  error: keys from another source have the same name or set the same variable: PORT; nothing was imported
  hint: leave them out with --skip-existing, or import into another environment
  [5]
  $ kh list -p blog
  NAME  PROJECT  ENV  PROVIDER  EXPIRES  ROTATION DUE  LAST USED
  PORT  blog     dev                                   never
  $ kh rename kh://blog/dev/PORT port
  Renamed PORT to port.
  $ kh import dotenv blog.env -p blog -e dev
  error: keys from another source have the same name or set the same variable: PORT (port); nothing was imported
  hint: leave them out with --skip-existing, or import into another environment
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
  note: odd is a new project; take a wrong one back with kh rm, then kh environment rm
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
  error: bad.env:2:5: expected a closing quote for this one
  hint: nothing was imported; correct that line, or import the others with --skip-invalid
  [1]
  $ printf 'GOOD=1\n=hunter2\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:1: expected a name, a comment or an empty line
  hint: nothing was imported; correct that line, or import the others with --skip-invalid
  [1]
  $ printf 'GOOD=1\nNOT A KEY\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:4: expected `=` or `: ` after the name
  hint: nothing was imported; correct that line, or import the others with --skip-invalid
  [1]
  $ printf 'GOOD=1\n\377\376=x\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env is Latin-1, not UTF-8
  hint: convert it with --yes, or save it as UTF-8
  [1]
  $ printf 'GOOD=1\n\200=x\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  error: bad.env:2:1: expected UTF-8 text
  hint: nothing was imported; is it the right file? It must be UTF-8 text
  [1]
  $ head -c 17000000 /dev/zero | tr '\0' '#' | kh import dotenv - -p bad -e dev
  Imported into bad/dev: 0 new, 0 updated, 0 unchanged.
  $ kh import dotenv .env
  error: .env: No such file or directory
  hint: check the path and its permissions
  [1]
  $ printf 'GOOD=1\nNUL=a\000b\n' > bad.env && kh import dotenv bad.env -p bad -e dev
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  GOOD  GOOD      plain            new
  NUL             plain            new
  note: line 2: NUL is stored without a variable: its value holds a NUL byte
  Imported into bad/dev: 2 new, 0 updated, 0 unchanged.
  note: bad is a new project; take a wrong one back with kh rm, then kh environment rm
  $ printf 'GOOD=1\nBAD="open\n' > bad.env && kh import dotenv bad.env -p bad -e dev --json
  {"error":{"code":"malformed","message":"bad.env:2:5: expected a closing quote for this one","hint":"nothing was imported; correct that line, or import the others with --skip-invalid"}}
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
        },
        "expiry": null
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
  error: invalid value '1pux' for '[FORMAT]' [possible values: dotenv]
  hint: see: kh import --help
  [2]
  $ kh import dotenv shop.env -p bad
  error: which environment of bad?
  hint: add -e ENV; bad has: dev, test
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

Notes say what a person probably did not mean, by line.

  $ cat > odd.env <<'EOF'
  > BASE=http://localhost
  > API=$BASE/v1
  > COMPOSE=pa$$word
  > JOINED='it'\''s'
  > TWO=1; export TWO
  > AFTER='a' b
  > ON=first \
  > REV=`git rev-parse HEAD`
  > SMART=“quoted”
  > LIST={"a": 1,}
  > LATER=changeme
  > EOF
  $ kh import dotenv odd.env -p notes -e dev --quiet --dry-run > /dev/null
  $ kh import dotenv odd.env -p notes -e dev --dry-run --json | node -e '
  >   const found = JSON.parse(require("fs").readFileSync(0)).left_out;
  >   found.forEach(({ line, what, why }) => console.log(line, what, why));'
  2 API stored with its $ unchanged: references to other variables are not replaced
  3 COMPOSE stored with both $ of its $$, which docker compose would read as one
  4 JOINED stored with quotes inside: only a shell joins quoted parts
  5 TWO stored with `; export` as part of its value
  6 AFTER stored with quotes inside: text follows the closing quote
  7 ON stored with the backslash at its end: it joins no lines
  8 REV stored as text: the command in it is not run
  9 SMART stored with its curly quotes: only ', " and ` quote a value
  10 LIST stored as it stands, although it looks like JSON and is not valid JSON
  11 LATER probably a placeholder, to be replaced by the real value

Good lines can be imported without the others.

  $ printf 'GOOD=1\nno line\nALSO=2\nBAD="open\n' > partly.env
  $ kh import dotenv partly.env -p partly -e dev
  error: partly.env:2:3: expected `=` or `: ` after the name
  hint: nothing was imported; correct that line, or import the others with --skip-invalid
  [1]
  $ kh import dotenv partly.env -p partly -e dev --skip-invalid
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  GOOD  GOOD      plain            new
  ALSO  ALSO      plain            new
  note: line 2, column 3 is skipped: expected `=` or `: ` after the name
  note: line 4, column 5 is skipped: expected a closing quote for this one
  Imported into partly/dev: 2 new, 0 updated, 0 unchanged.
  note: partly is a new project; take a wrong one back with kh rm, then kh environment rm
  $ kh import dotenv partly.env -p partly -e dev --skip-invalid --json | tail -c 220
  days":null,"outcome":{"is":"unchanged"},"expiry":null}],"applied":true,"left_out":[],"skipped_lines":[{"line":2,"column":3,"why":"`=` or `: ` after the name"},{"line":4,"column":5,"why":"a closing quote for this one"}]}

What may belong to a value that cannot be read is skipped with it.

  $ printf 'GOOD=1\nBAD="open\nhalf=of-it\n' > open.env
  $ kh import dotenv open.env -p partly -e dev --skip-invalid --dry-run
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  GOOD  GOOD      plain            unchanged
  note: line 2, column 5 is skipped: expected both quotes of this value; the lines as far as 3 may belong to it and are skipped too
  Nothing was written. Import into partly/dev: 0 new, 0 updated, 1 unchanged.

A file from Windows is converted on yes.

  $ printf '\377\376A\000=\0001\000' > utf16.env
  $ kh import dotenv utf16.env -p windows -e dev
  error: utf16.env is UTF-16, not UTF-8
  hint: convert it with --yes, or save it as UTF-8
  [1]
  $ kh import dotenv utf16.env -p windows -e dev --yes
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  A     A         plain            new
  Imported into windows/dev: 1 new, 0 updated, 0 unchanged.
  note: windows is a new project; take a wrong one back with kh rm, then kh environment rm
  $ printf 'NAME=cl\351\n' > latin.env
  $ kh import dotenv latin.env -p windows -e dev --yes --quiet && kh get kh://windows/dev/NAME
  clé (no-eol)

An AWS key becomes one key with two fields on yes, and importing it again changes nothing.

  $ printf 'AWS_ACCESS_KEY_ID=AKIAPZOM7WBBR6QMW4WX\nAWS_SECRET_ACCESS_KEY=abc\n' > aws.env
  $ kh import dotenv aws.env -p cloud -e dev --dry-run
  note: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY are one AWS key, but become separate keys; to make them one key with a field for each, import them with --yes
  NAME                   VARIABLE               KIND    PROVIDER  BECOMES
  AWS_ACCESS_KEY_ID      AWS_ACCESS_KEY_ID      secret  aws       new, rotate every 90 days
  AWS_SECRET_ACCESS_KEY  AWS_SECRET_ACCESS_KEY  secret  aws       new, rotate every 90 days
  Nothing was written. Import into cloud/dev: 2 new, 0 updated, 0 unchanged.
  $ kh import dotenv aws.env -p cloud -e dev --yes
  NAME                   VARIABLE               KIND    PROVIDER  BECOMES
  aws/access_key_id      AWS_ACCESS_KEY_ID      secret  aws       new, rotate every 90 days
  aws/secret_access_key  AWS_SECRET_ACCESS_KEY  secret  aws       new, rotate every 90 days
  Imported into cloud/dev: 2 new, 0 updated, 0 unchanged.
  note: cloud is a new project; take a wrong one back with kh rm, then kh environment rm
  $ kh import dotenv aws.env -p cloud -e dev
  NAME  VARIABLE               KIND    PROVIDER  BECOMES
  aws   AWS_ACCESS_KEY_ID      secret  aws       unchanged
  aws   AWS_SECRET_ACCESS_KEY  secret  aws       unchanged
  Imported into cloud/dev: 0 new, 0 updated, 2 unchanged.
  $ sed 's/abc/def/' aws.env > newer.env && kh import dotenv newer.env -p cloud -e dev
  NAME  VARIABLE               KIND    PROVIDER  BECOMES
  aws   AWS_ACCESS_KEY_ID      secret  aws       unchanged
  aws   AWS_SECRET_ACCESS_KEY  secret  aws       new version
  Imported into cloud/dev: 0 new, 1 updated, 1 unchanged.
  $ kh run -p cloud -e dev -- sh -c 'echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY"'
  AKIAPZOM7WBBR6QMW4WX def
  $ kh credential-process aws kh://cloud/dev/aws
  {"Version":1,"AccessKeyId":"AKIAPZOM7WBBR6QMW4WX","SecretAccessKey":"def"}
  $ kh history kh://cloud/dev/aws | grep -c current
  1

A variable that is taken is named before anything is entered, with what helps.

  $ kh add aws2 -p cloud -e dev --field access_key_id=AWS_ACCESS_KEY_ID --field secret_access_key </dev/null
  error: the variable AWS_ACCESS_KEY_ID is already set by the key aws
  hint: choose another variable with --field access_key_id=VARIABLE, or none with --field access_key_id=
  [5]
  $ kh add aws -p cloud -e dev </dev/null
  error: aws exists already
  hint: choose another name, or set a new value with: kh set
  [5]

What is there from elsewhere is named, and can be left out.

  $ printf '{"access_key_id":"i","secret_access_key":"s"}' | kh add aws -p own -e dev --field access_key_id --field secret_access_key --stdin
  Stored aws in own/dev, setting AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  note: own is a new project; take a wrong one back with kh rm, then kh environment rm
  $ { cat aws.env; echo OTHER=1; } > both.env
  $ kh import dotenv both.env -p own -e dev
  error: keys from another source have the same name or set the same variable: AWS_ACCESS_KEY_ID (aws), AWS_SECRET_ACCESS_KEY (aws); nothing was imported
  hint: leave them out with --skip-existing, or import into another environment
  [5]
  $ kh import dotenv both.env -p own -e dev --skip-existing
  NAME   VARIABLE  KIND   PROVIDER  BECOMES
  OTHER  OTHER     plain            new
  note: line 1: AWS_ACCESS_KEY_ID is left out: aws is from another source
  note: line 2: AWS_SECRET_ACCESS_KEY is left out: aws is from another source
  Imported into own/dev: 1 new, 0 updated, 0 unchanged.
  $ kh import dotenv both.env -p own -e dev --skip-existing --json | tail -c 220
  ,"rotate_every_days":null,"outcome":{"is":"unchanged"},"expiry":null}],"applied":true,"left_out":[],"existing":[{"what":"AWS_ACCESS_KEY_ID","with":"aws","line":1},{"what":"AWS_SECRET_ACCESS_KEY","with":"aws","line":2}]}

Ordinary words are proposed as plain, whatever the name says.

  $ printf 'FEATURE_TOKEN_CHECK=true\nADMIN_PASSWORD=admin\n' > words.env
  $ kh import dotenv words.env -p words -e dev --dry-run
  NAME                 VARIABLE             KIND   PROVIDER  BECOMES
  FEATURE_TOKEN_CHECK  FEATURE_TOKEN_CHECK  plain            new
  ADMIN_PASSWORD       ADMIN_PASSWORD       plain            new
  Nothing was written. Import into words/dev: 2 new, 0 updated, 0 unchanged.

Where no format is named, that of the file is detected by its name or its contents. A file of
no known format is read as another one only after a yes.

  $ cp words.env words.txt
  $ kh import words.txt -p words -e dev --dry-run | tail -n 1
  Nothing was written. Import into words/dev: 2 new, 0 updated, 0 unchanged.
  $ printf 'a letter\n' > letter.txt
  $ kh import letter.txt -p words -e dev
  error: the format of letter.txt is not known
  hint: name the format before the file: dotenv
  [1]
  $ kh import letter.txt -p words -e dev --yes
  error: letter.txt:1:2: expected `=` or `: ` after the name
  hint: nothing was imported; correct that line, or import the others with --skip-invalid
  [1]
  $ printf 'A=1\na letter\n' | kh import - -p words -e dev --yes --skip-invalid --dry-run
  NAME  VARIABLE  KIND   PROVIDER  BECOMES
  A     A         plain            new
  note: line 2, column 2 is skipped: expected `=` or `: ` after the name
  Nothing was written. Import into words/dev: 1 new, 0 updated, 0 unchanged.
  $ kh import dotnev words.txt -p words -e dev
  error: invalid value 'dotnev' for '[FORMAT]' [possible values: dotenv]
  hint: did you mean dotenv?
  [2]

A file without keys makes no project.

  $ printf '# nothing\n' > empty.env && kh import dotenv empty.env -p nowhere -e dev
  Imported into nowhere/dev: 0 new, 0 updated, 0 unchanged.
  $ kh environment list | grep -c nowhere
  0
  [1]
