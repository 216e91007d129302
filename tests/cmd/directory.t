A project file chooses what programs get in its folder, once it is trusted.

  $ vault
  $ add stripe sk_dev && add postgres 'p@ss/w"rd' --env-var PGPASSWORD
  $ printf sk_staging | kh add stripe -p shop -e staging --stdin --quiet
  $ printf x | kh add postgres -p shop -e staging --stdin --quiet
  $ printf dsn | kh add sentry -p shared -e prod --stdin --quiet
  $ kh run -- true
  error: whose keys? No project is given, and there is no project file
  hint: add -p PROJECT -e ENV or --profile NAME, or write a .keyhaven.toml (kh help project-file)
  [2]
  $ kh allow
  error: there is no .keyhaven.toml in this folder or its parents
  hint: see: kh help project-file
  [1]
  $ cat > .keyhaven.toml <<'END'
  > project = "shop"
  > environment = "dev"
  > 
  > [env]
  > STRIPE_API_KEY = "kh:stripe"
  > DATABASE_URL = "postgres://app:{{kh:postgres|url}}@localhost/app"
  > AS_JSON = "{{kh:postgres|json}}"
  > AS_BASE64 = "{{kh:postgres|base64}}"
  > LOG_LEVEL = "debug"
  > END
  $ kh run -- printenv LOG_LEVEL
  error: WORLD/work/.keyhaven.toml is not trusted
  hint: read it, then trust it with: kh allow
  [6]
  $ kh env
  error: WORLD/work/.keyhaven.toml is not trusted
  hint: read it, then trust it with: kh allow
  [6]
  $ kh shell
  error: WORLD/work/.keyhaven.toml is not trusted
  hint: read it, then trust it with: kh allow
  [6]
  $ kh get stripe
  note: WORLD/work/.keyhaven.toml is ignored because it is not trusted; trust it with: kh allow
  error: several keys have this name
  hint: name one: kh://shop/dev/stripe, kh://shop/staging/stripe
  [2]
  $ kh get stripe -p shop -e dev
  sk_dev (no-eol)
  $ kh allow --no-input
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    AS_BASE64 = {{kh:postgres|base64}}
    AS_JSON = {{kh:postgres|json}}
    DATABASE_URL = postgres://app:{{kh:postgres|url}}@localhost/app  ! decides where the program connects
    LOG_LEVEL = debug
    STRIPE_API_KEY = kh:stripe
  error: there is no terminal for a confirmation
  hint: read the file, then repeat with --yes
  [2]
  $ kh run -- true
  error: WORLD/work/.keyhaven.toml is not trusted
  hint: read it, then trust it with: kh allow
  [6]
  $ kh allow --yes
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    AS_BASE64 = {{kh:postgres|base64}}
    AS_JSON = {{kh:postgres|json}}
    DATABASE_URL = postgres://app:{{kh:postgres|url}}@localhost/app  ! decides where the program connects
    LOG_LEVEL = debug
    STRIPE_API_KEY = kh:stripe
  Trusted WORLD/work/.keyhaven.toml.
  $ kh allow --list
  PATH                                PRODUCTION  SINCE
  WORLD/work/.keyhaven.toml  no          * (glob)
  $ kh run -- printenv STRIPE_API_KEY DATABASE_URL AS_JSON AS_BASE64 LOG_LEVEL
  sk_dev
  postgres://app:p%40ss%2Fw%22rd@localhost/app
  p@ss/w\"rd
  cEBzcy93InJk
  debug
  $ kh run -e staging -- printenv STRIPE_API_KEY
  sk_staging
  $ kh run -e nowhere -- true
  error: there is no environment nowhere in project shop
  hint: it has: dev, staging
  [4]
  $ kh get stripe
  sk_dev (no-eol)
  $ kh show stripe -e staging | head -n 2
  Name          stripe
  Reference     kh://shop/staging/stripe
  $ mkdir -p deep/er && cd deep/er && kh run -- printenv LOG_LEVEL; cd ../..
  debug

Where -p and -e say it, the file is not read.

  $ kh run -p shop -e staging -- sh -c 'echo "$STRIPE ${LOG_LEVEL-none}"'
  sk_staging none

Changed content is not what was allowed.

  $ echo '# more' >> .keyhaven.toml
  $ kh run -- true
  error: WORLD/work/.keyhaven.toml has changed since it was trusted
  hint: see what has changed, and trust it again with: kh allow
  [6]
  $ kh allow --yes --quiet && kh run -- printenv LOG_LEVEL
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    AS_BASE64 = {{kh:postgres|base64}}
    AS_JSON = {{kh:postgres|json}}
    DATABASE_URL = postgres://app:{{kh:postgres|url}}@localhost/app  ! decides where the program connects
    LOG_LEVEL = debug
    STRIPE_API_KEY = kh:stripe
  Changes since it was trusted
    no names, references or texts changed
  debug
  $ kh allow --yes --json | tail -n 1 | shape
  {
    "allow_production": false,
    "path": "WORLD/work/.keyhaven.toml",
    "sha256": "SHA256"
  }
  $ kh deny
  WORLD/work/.keyhaven.toml is not trusted.
  $ kh run -- true
  error: WORLD/work/.keyhaven.toml was denied
  hint: to trust it after all: kh allow
  [6]
  $ kh get stripe -e dev > value; kh get stripe
  note: WORLD/work/.keyhaven.toml is ignored because it was denied
  note: WORLD/work/.keyhaven.toml is ignored because it was denied
  error: several keys have this name
  hint: name one: kh://shop/dev/stripe, kh://shop/staging/stripe
  [2]
  $ kh deny
  WORLD/work/.keyhaven.toml is not trusted.
  $ echo 'project =' > .keyhaven.toml; kh run -- true
  error: WORLD/work/.keyhaven.toml was denied
  hint: to trust it after all: kh allow
  [6]
  $ rm value

Production and other projects are marked, and production needs a separate yes.

  $ cat > .keyhaven.toml <<'END'
  > project = "shop"
  > environment = "dev"
  > allow_production = true
  > [env]
  > SENTRY_DSN = "kh://shared/prod/sentry"
  > HTTPS_PROXY = "http://elsewhere"
  > END
  $ kh allow --yes
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Production   ! asks for keys of a higher tier
  Variables
    HTTPS_PROXY = http://elsewhere  ! decides where the program connects
    SENTRY_DSN = kh://shared/prod/sentry  ! decides where the program connects  ! another project  ! production
  note: keys of a higher tier are not allowed; allow them with: kh allow --allow-production
  Trusted WORLD/work/.keyhaven.toml.
  $ kh run -- printenv SENTRY_DSN
  error: sentry is a production key and does not enter a development launch
  hint: allow it for one launch with --allow-production; in .keyhaven.toml set allow_production = true, and trust the file with: kh allow --allow-production
  [6]
  $ kh allow --yes --allow-production
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Production   ! asks for keys of a higher tier
  Variables
    HTTPS_PROXY = http://elsewhere  ! decides where the program connects
    SENTRY_DSN = kh://shared/prod/sentry  ! decides where the program connects  ! another project  ! production
  Trusted WORLD/work/.keyhaven.toml.
  $ kh run -- printenv SENTRY_DSN
  dsn
  $ sed -i '/allow_production/d' .keyhaven.toml
  $ kh allow --yes --allow-production
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    HTTPS_PROXY = http://elsewhere  ! decides where the program connects
    SENTRY_DSN = kh://shared/prod/sentry  ! decides where the program connects  ! another project  ! production
  Changes since it was trusted
    - allow_production = true
  Trusted WORLD/work/.keyhaven.toml.
  $ kh run -- printenv SENTRY_DSN
  error: sentry is a production key and does not enter a development launch
  hint: allow it for one launch with --allow-production; in .keyhaven.toml set allow_production = true, and trust the file with: kh allow --allow-production
  [6]

Without a list of variables: all of the environment.

  $ printf 'project = "shop"\n' > .keyhaven.toml && kh allow --yes
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  as given with -e
  Variables    every key of the environment
  Changes since it was trusted
    - HTTPS_PROXY
    - SENTRY_DSN = kh://shared/prod/sentry
    + [env] = every key
    - environment = dev
  Trusted WORLD/work/.keyhaven.toml.
  $ kh run -- true
  error: WORLD/work/.keyhaven.toml names no environment
  hint: name one with -e
  [2]
  $ kh run -e dev -- sh -c 'echo "$STRIPE"'
  sk_dev

What it names and is not there.

  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nA = "kh:strpe"\n' > .keyhaven.toml
  $ kh allow --yes --quiet; kh run -- true
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    A = kh:strpe
  Changes since it was trusted
    + A = kh:strpe
    - [env] = every key
    + environment = dev
  error: there is no key strpe
  hint: did you mean stripe?
  [4]
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nLD_PRELOAD = "x.so"\n' > .keyhaven.toml
  $ kh allow --yes; kh run -- true
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    LD_PRELOAD = x.so  ! changes how programs load code; it will be refused
  Changes since it was trusted
    - A = kh:strpe
    + LD_PRELOAD
  Trusted WORLD/work/.keyhaven.toml.
  error: LD_PRELOAD changes how programs load code and is refused
  hint: take it out of .keyhaven.toml, and set it in front of kh: LD_PRELOAD=VALUE kh run ...; with --clean, add --keep LD_PRELOAD
  [6]

Files that are none.

  $ printf 'project = "shop\n' > .keyhaven.toml; kh run -- true
  error: WORLD/work/.keyhaven.toml:1:16: expected valid TOML: invalid basic string, expected `"`
  hint: fix that line; see: kh help project-file
  [1]
  $ kh get stripe -e dev
  note: the project file is ignored: WORLD/work/.keyhaven.toml:1:16: expected valid TOML: invalid basic string, expected `"`
  sk_dev (no-eol)
  $ mkdir new && cd new && printf 'projekt = "shop"\n' > .keyhaven.toml; kh run -- true
  error: WORLD/work/new/.keyhaven.toml:1:1: expected project, environment, allow_production or [env]
  hint: fix that line; see: kh help project-file
  [1]
  $ kh get stripe -e dev; cd ..; rm -r new
  note: the project file is ignored: WORLD/work/new/.keyhaven.toml:1:1: expected project, environment, allow_production or [env]
  sk_dev (no-eol)
  $ printf 'project = "shop\n' > .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml:1:16: expected valid TOML: invalid basic string, expected `"`
  hint: fix that line; see: kh help project-file
  [1]
  $ printf 'projekt = "shop"\n' > .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml:1:1: expected project, environment, allow_production or [env]
  hint: fix that line; see: kh help project-file
  [1]
  $ printf 'project = "shop"\n[env]\nA = "{{kh:x|rot13}}"\n' > .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml:3:5: expected one of the filters url, json, yaml, toml, ini, sh, properties, xml, base64 and raw after |
  hint: fix that line; see: kh help project-file
  [1]
  $ printf 'project = "shop"\n[env]\nA = "{{kh:x"\n' > .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml:3:5: expected }} after a reference
  hint: fix that line; see: kh help project-file
  [1]
  $ printf 'project = "shop"\n[env]\n"A B" = "x"\n' > .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml:3:1: expected a variable's name: letters, digits and _, no digit first
  hint: fix that line; see: kh help project-file
  [1]
  $ printf 'project = "shop"\n[env]\nA = 1\n' > .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml:3:5: expected a text in quotes
  hint: fix that line; see: kh help project-file
  [1]
  $ printf 'project = "shop"\n' > .keyhaven.toml && chmod 666 .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml is not safe to use: others can write to it
  hint: it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w
  [6]
  $ kh run -- true
  error: WORLD/work/.keyhaven.toml is not safe to use: others can write to it
  hint: it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w
  [6]
  $ kh get stripe
  note: the project file is ignored: WORLD/work/.keyhaven.toml is not safe to use: others can write to it
  error: several keys have this name
  hint: name one: kh://shop/dev/stripe, kh://shop/staging/stripe
  [2]
  $ rm .keyhaven.toml && ln -s /etc/passwd .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml is not safe to use: it is a symbolic link
  hint: it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w
  [6]
  $ rm .keyhaven.toml && mkfifo .keyhaven.toml && kh allow --yes
  error: WORLD/work/.keyhaven.toml is not safe to use: it is not a regular file
  hint: it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w
  [6]

One that lives in production, trusted without that, says what is missing.

  $ mkdir live && cd live
  $ printf sk | kh add live -p cases -e prod --stdin --quiet
  $ printf 'project = "cases"\nenvironment = "prod"\n' > .keyhaven.toml
  $ kh allow --yes
  File         WORLD/work/live/.keyhaven.toml
  Project      cases
  Environment  prod  ! production
  Variables    every key of the environment
  note: keys of a higher tier are not allowed; allow them with: kh allow --allow-production
  Trusted WORLD/work/live/.keyhaven.toml.
  $ kh run -- true
  error: WORLD/work/live/.keyhaven.toml is for production, which was not allowed for it
  hint: allow it with kh allow --allow-production, or name an environment with -e
  [6]
  $ kh allow --yes --allow-production --quiet > allowed && kh run -- printenv LIVE
  sk
  $ cd ..

A changed file is shown with what changed since, by names and references alone.

  $ mkdir diff && cd diff
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nKEY = "kh:stripe"\nGONE = "kh:postgres"\nLEVEL = "info"\n' > .keyhaven.toml
  $ kh allow --yes --quiet > shown
  $ sed -i 's/kh:stripe/kh:strpe2/; s/info/debug/; /^GONE/d' .keyhaven.toml && echo 'NEW = "kh:postgres"' >> .keyhaven.toml
  $ kh allow --yes
  File         WORLD/work/diff/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    KEY = kh:strpe2
    LEVEL = debug
    NEW = kh:postgres
  Changes since it was trusted
    - GONE = kh:postgres
    - KEY = kh:stripe
    + KEY = kh:strpe2
    ~ LEVEL: its text
    + NEW = kh:postgres
  Trusted WORLD/work/diff/.keyhaven.toml.
  $ echo '# a comment' >> .keyhaven.toml && kh allow --yes | tail -n 3
  Changes since it was trusted
    no names, references or texts changed
  Trusted WORLD/work/diff/.keyhaven.toml.
  $ kh allow --yes | tail -n 2
    NEW = kh:postgres
  Trusted WORLD/work/diff/.keyhaven.toml.
  $ kh --json audit --action file.allow --limit 1 | grep -c info
  0
  [1]
  $ cd .. && printf '{{kh://shop/dev/stripe}}' > template && kh allow template --yes --quiet > shown
  $ printf '{{kh://shop/dev/postgres}}' > template && kh allow template --yes | tail -n 4
  Changes since it was trusted
    + kh://shop/dev/postgres
    - kh://shop/dev/stripe
  Trusted WORLD/work/template.

A project file that is named is shown in the same way, by any of its names.

  $ mkdir other && printf 'project = "shop"\nenvironment = "dev"\n[env]\nHTTPS_PROXY = "http://elsewhere"\n' > other/.keyhaven.toml
  $ kh allow other/.keyhaven.toml --yes
  File         WORLD/work/other/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    HTTPS_PROXY = http://elsewhere  ! decides where the program connects
  Trusted WORLD/work/other/.keyhaven.toml.
  $ kh deny other
  WORLD/work/other/.keyhaven.toml is not trusted.
  $ ln -s other/.keyhaven.toml link && kh allow link --yes | grep HTTPS_PROXY
    HTTPS_PROXY = http://elsewhere  ! decides where the program connects
  $ cd other && kh allow .keyhaven.toml --no-input
  File         WORLD/work/other/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    HTTPS_PROXY = http://elsewhere  ! decides where the program connects
  error: there is no terminal for a confirmation
  hint: read the file, then repeat with --yes
  [2]
  $ cd .. && mkdir -p linked none && ln -s ../template linked/.keyhaven.toml && kh allow linked/.keyhaven.toml --yes
  error: WORLD/work/linked/.keyhaven.toml is not safe to use: it is a symbolic link
  hint: it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w
  [6]
  $ kh allow none/.keyhaven.toml --yes
  error: none/.keyhaven.toml: No such file or directory
  hint: check the path and its permissions
  [1]

What looks like a secret, or like a reference, is marked.

  $ rm .keyhaven.toml; printf 'project = "shop"\nenvironment = "dev"\n[env]\nDB = "postgres://app:hunter2@localhost/app"\nKEY = "{{stripe}}"\n' > .keyhaven.toml
  $ kh allow --yes --quiet
  File         WORLD/work/.keyhaven.toml
  Project      shop
  Environment  dev
  Variables
    DB = postgres://app:hunter2@localhost/app  ! looks like a secret; it belongs in the vault
    KEY = {{stripe}}  ! {{...}} without kh: is not replaced
  Changes since it was trusted
    + DB
    + KEY
    - LD_PRELOAD

Each content that was trusted stays trusted, as on two branches; kh deny ends it for all.

  $ mkdir main && cd main && git init -q && git config user.name T && git config user.email t@example.com
  $ printf 'project = "shop"\nenvironment = "dev"\n' > .keyhaven.toml; kh allow --yes --quiet > ../shown
  $ git add . && git commit -qm one && cp .keyhaven.toml ../one
  $ echo '# two' >> .keyhaven.toml; kh allow --yes --quiet > ../shown; kh run -- true
  $ cp ../one .keyhaven.toml; kh run -- true; kh allow --list | grep -c main/
  2

The same content of the same file in a worktree is trusted with one question.

  $ git worktree add -q ../tree && cd ../tree
  $ kh run -- true
  error: WORLD/work/tree/.keyhaven.toml is not trusted
  hint: read it, then trust it with: kh allow
  [6]
  $ kh allow --no-input
  error: there is no terminal for a confirmation
  hint: read the file, then repeat with --yes
  [2]
  $ kh allow --yes; kh run -- true
  Trusted WORLD/work/tree/.keyhaven.toml.
  $ cd ../main && kh deny --quiet && kh run -- true
  error: WORLD/work/main/.keyhaven.toml was denied
  hint: to trust it after all: kh allow
  [6]
