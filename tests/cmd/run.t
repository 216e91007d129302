A command with the variables of an environment; it takes the place of kh.

  $ vault
  $ add stripe sk_x && add greeting 'hello  world' && add odd 'p w"$'"'"'\' --env-var PGPASSWORD
  $ kh run -p shop -e dev -- sh -c 'printf "%s\n" "$STRIPE" "$GREETING" "$PGPASSWORD"'
  sk_x
  hello  world
  p w"$'\
  $ STRIPE=mine kh run -p shop -e dev -- printenv STRIPE
  sk_x
  $ kh run --env dev --project shop printenv STRIPE
  sk_x
  $ env | sort > without; kh run -p shop -e dev -- env | sort | comm -13 without - | grep -v ^_=
  GREETING=hello  world
  PGPASSWORD=p w"$'\
  STRIPE=sk_x
  $ echo through | kh run -p shop -e dev -- cat
  through
  $ bash -c 'echo $$; exec kh run -p shop -e dev -- sh -c "echo \$\$"' | uniq | wc -l
  1

It ends as the command does.

  $ kh run -p shop -e dev -- sh -c 'exit 42'
  [42]
  $ kh run -p shop -e dev -- sh -c 'kill -TERM $$'
  Terminated
  [143]
  $ kh run -p shop -e dev -- no-such-command
  error: no-such-command was not found
  hint: is it installed, and in PATH? An alias or function exists only inside your shell
  [127]
  $ echo data > data && kh run -p shop -e dev -- ./data
  error: ./data cannot be executed: Permission denied
  hint: see its mode with: ls -l
  [126]
  $ kh run -p shop -e dev -- ./missing
  error: ./missing, or the interpreter in its first line, was not found
  hint: check the path
  [127]
  $ kh run -p shop -e dev -- ./data/below
  error: ./data/below, or the interpreter in its first line, was not found
  hint: check the path
  [127]
  $ kh run -p shop -e dev -- .
  error: . cannot be executed: Permission denied
  hint: see its mode with: ls -l
  [126]
  $ kh run -p shop -e dev -- ''
  error: the command is empty
  hint: see: kh run --help
  [2]
  $ kh --json run -p shop -e dev -- no-such-command
  {"error":{"code":"not_found","message":"no-such-command was not found","hint":"is it installed, and in PATH? An alias or function exists only inside your shell"}}
  [127]

Options after the command are the command's.

  $ kh run -p shop -e dev echo -p --json -e
  -p --json -e
  $ kh run -p shop -e dev -- echo -- --help
  -- --help
  $ kh run -p shop -e dev
  error: the following required arguments were not provided: <CMD>...
  hint: see: kh run --help
  [2]
  $ kh run -p shop -e dev --
  error: the following required arguments were not provided: <CMD>...
  hint: see: kh run --help
  [2]
  $ kh run -- true
  error: whose keys? No project is given, and there is no project file
  hint: add -p PROJECT -e ENV or --profile NAME, or write a .keyhaven.toml (kh help project-file)
  [2]
  $ kh run -p shop -- true
  error: which environment of shop?
  hint: add -e ENV; shop has: dev
  [2]

What is not there, with what may have been meant.

  $ kh run -p shp -e dev -- true
  error: there is no project shp
  hint: did you mean shop?
  [4]
  $ kh run -p shop -e dve -- true
  error: there is no environment dve in project shop
  hint: it has: dev
  [4]
  $ kh run -p zzz -e dev -- true
  error: there is no project zzz
  hint: see what there is with: kh list
  [4]
  $ kh --json run -p shp -e dev -- true
  {"error":{"code":"no_project","message":"there is no project shp","hint":"did you mean shop?"}}
  [4]

An environment without credentials runs the command anyway; production is another one.

  $ kh environment set shop/bare --tier development --quiet
  $ kh run -p shop -e bare -- echo ran
  note: no key of shop/bare sets a variable
  ran
  $ printf live | kh add stripe -p shop -e prod --stdin --quiet
  $ kh run -p shop -e prod -- printenv STRIPE
  live

Values that an environment cannot hold are refused before anything starts.

  $ head -c 131072 /dev/zero | tr '\0' x | kh add long -p big -e dev --stdin --quiet
  $ kh run -p big -e dev -- echo started
  error: LONG cannot be given to a program: it has 131077 bytes with its name, at most 131071 are possible
  hint: leave it out with --except kh://big/dev/long, give it as a file with kh run --file LONG=kh://big/dev/long, or let it fill no variable: kh edit kh://big/dev/long --env-var ''
  [1]
  $ printf 'a\0b' | kh add nul -p nul -e dev --stdin
  Stored nul in nul/dev, setting NUL.
  note: no program can be given NUL: its value holds a NUL byte; launches with it are refused; give it as a file with kh run --file NUL=kh://nul/dev/nul, or let it fill no variable: kh edit kh://nul/dev/nul --env-var ''
  note: nul is a new project; take a wrong one back with kh rm, then kh environment rm
  $ kh run -p nul -e dev -- echo started
  error: NUL cannot be given to a program: its value holds a NUL byte
  hint: leave it out with --except kh://nul/dev/nul, give it as a file with kh run --file NUL=kh://nul/dev/nul, or let it fill no variable: kh edit kh://nul/dev/nul --env-var ''
  [1]

Variables that change how programs load code.

  $ printf /tmp/x.so | kh add preload -p loader -e dev --stdin --env-var LD_PRELOAD
  Stored preload in loader/dev, setting LD_PRELOAD.
  note: LD_PRELOAD changes how programs load code: launches with it are refused until you run kh edit kh://loader/dev/preload --allow-loader-variable LD_PRELOAD
  note: loader is a new project; take a wrong one back with kh rm, then kh environment rm
  $ kh run -p loader -e dev -- echo started
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out with --except kh://loader/dev/preload, let it fill no variable with kh edit kh://loader/dev/preload --env-var '', or allow it with: kh edit kh://loader/dev/preload --allow-loader-variable LD_PRELOAD
  [6]
  $ kh env -p loader -e dev
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out with --except kh://loader/dev/preload, let it fill no variable with kh edit kh://loader/dev/preload --env-var '', or allow it with: kh edit kh://loader/dev/preload --allow-loader-variable LD_PRELOAD
  [6]
  $ kh edit kh://loader/dev/preload --allow-loader-variable LD_PRELOAD
  Changed preload.
  $ kh env -p loader -e dev | grep export
  export LD_PRELOAD='/tmp/x.so';
  $ kh show kh://loader/dev/preload | grep Field
  Field         value (secret), sets LD_PRELOAD, allowed although it changes how programs load code
  $ kh edit kh://loader/dev/preload --refuse-loader-variables --quiet
  $ kh run -p loader -e dev -- echo started
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out with --except kh://loader/dev/preload, let it fill no variable with kh edit kh://loader/dev/preload --env-var '', or allow it with: kh edit kh://loader/dev/preload --allow-loader-variable LD_PRELOAD
  [6]
  $ printf -- '--no-warnings' | kh add flags -p loader -e qa --stdin --env-var NODE_OPTIONS --allow-loader-variable NODE_OPTIONS
  Stored flags in loader/qa, setting NODE_OPTIONS.
  $ kh run -p loader -e qa -- node -p process.env.NODE_OPTIONS
  --no-warnings
  $ printf /dev/null | kh add kube -p loader -e stage --stdin --env-var KUBECONFIG
  note: KUBECONFIG can name settings that make programs start others
  Stored kube in loader/stage, setting KUBECONFIG.
  $ kh run -p loader -e stage -- sh -c 'echo $KUBECONFIG'
  /dev/null
  $ printf 'DEPLOY_COMMAND=make\n' > marked.env
  $ kh import dotenv marked.env -p loader -e stage 2>&1 | grep -v ^NAME
  note: DEPLOY_COMMAND can name a program that others start
  DEPLOY_COMMAND * (glob)
  Imported into loader/stage: 1 new, 0 updated, 0 unchanged.
  $ kh import dotenv marked.env -p loader -e stage 2>&1 | grep -c note
  0
  [1]
  $ printf x | kh add path -p loader -e test --stdin --quiet
  $ kh run -p loader -e test -- echo started
  error: PATH changes how programs load code and is refused
  hint: leave it out with --except kh://loader/test/path, let it fill no variable with kh edit kh://loader/test/path --env-var '', or allow it with: kh edit kh://loader/test/path --allow-loader-variable PATH
  [6]

Expired keys: as the settings say.

  $ printf x | kh add old -p late -e dev --stdin --quiet --expires 1990-02-03
  warning: 1990-02-03 is in the past: the key is expired
  $ kh run -p late -e dev -- printenv OLD
  warning: old has expired and was used anyway
  x
  $ kh config set expired refuse --quiet
  $ kh run -p late -e dev -- printenv OLD
  error: old has expired
  hint: give it a new value with kh set; allow expired keys with --expired warn for one launch, or with kh config set expired warn for all
  [6]
  $ printf '%s\n' "$PASSWORD" | kh config set expired allow --password-stdin --quiet
  $ kh run -p late -e dev -- printenv OLD
  x

  $ kh config set expired refuse --quiet
  $ kh run -p late -e dev --expired warn -- printenv OLD
  warning: old has expired and was used anyway
  x
  $ kh run -p late -e dev --expired allow -- printenv OLD
  x
  $ printf '%s\n' "$PASSWORD" | kh config set expired warn --password-stdin --quiet
  $ kh run -p late -e dev --expired refuse -- printenv OLD
  error: old has expired
  hint: give it a new value with kh set; allow expired keys with --expired warn for one launch, or with kh config set expired warn for all
  [6]
  $ kh --json audit -p late --limit 2 | node -p 'JSON.parse(require("fs").readFileSync(0)).map((row) => row.detail.expired).join()'
  allow,warn

Some of the variables, under other names, and more of them.

  $ kh run -p shop -e dev --only stripe --only kh:odd -- sh -c 'echo "$STRIPE|$PGPASSWORD|$GREETING"'
  sk_x|p w"$'\|
  $ kh run -p shop -e dev --except kh://shop/dev/stripe -- sh -c 'echo "$STRIPE|$GREETING"'
  |hello  world
  $ kh run -p shop -e dev --prefix APP_ -- sh -c 'echo "$STRIPE|$APP_STRIPE"'
  |sk_x
  $ kh run -p shop -e dev --as KEY=stripe -- sh -c 'echo "$STRIPE|$KEY|$GREETING"'
  |sk_x|hello  world
  $ kh run -p shop -e dev --only stripe --set 'URL=https://app:{{kh:odd|url}}@host' --set LEVEL=debug -- sh -c 'echo "$URL|$LEVEL|$PGPASSWORD"'
  https://app:p%20w%22%24%27%5C@host|debug|
  $ kh env -p shop -e dev --only stripe --set STRIPE=over | grep export
  export STRIPE='over';
  $ kh run -p shop -e dev --only stripe --set 'PLAIN={{mustache}} $HOME `id`' -- printenv PLAIN
  note: PLAIN: {{mustache}} is not replaced; to get a value of the vault write {{kh:mustache}}
  {{mustache}} $HOME `id`
  $ kh run -p shop -e dev --only strpe -- true
  error: there is no key strpe
  hint: did you mean stripe?
  [4]
  $ kh run -p shop -e dev --except strpe -- true
  error: there is no key strpe
  hint: did you mean stripe?
  [4]
  $ kh run -p shop -e dev --as A=stripe --set A=b -- true
  error: A is given two values
  hint: leave one out, or give it another name with --as NAME=REF
  [2]
  $ kh run -p shop -e dev --as 'A B=stripe' -- true
  error: invalid value 'A B=stripe' for '--as <NAME=REF>': a variable name consists of letters, digits and _, and does not start with a digit
  hint: see: kh run --help
  [2]
  $ kh run -p shop -e dev --set A -- true
  error: invalid value 'A' for '--set <NAME=VALUE>': expected the name of a variable, then = and its value
  hint: see: kh run --help
  [2]
  $ kh run -p shop -e dev --set 'A={{kh:stripe' -- true
  error: A: expected }} after a reference
  hint: see: kh help references
  [2]
  $ kh run -p shop -e dev --prefix 9 -- true
  error: invalid value '9' for '--prefix <TEXT>': a variable name consists of letters, digits and _, and does not start with a digit
  hint: see: kh run --help
  [2]
  $ kh run -p shop -e dev --prefix LD_ -- true
  error: LD_GREETING changes how programs load code and is refused
  hint: leave it out, and set it in front of kh: LD_GREETING=VALUE kh run ...; with --clean, add --keep LD_GREETING
  [6]
  $ kh run -p shop -e dev --set LD_PRELOAD=/x.so -- true
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out, and set it in front of kh: LD_PRELOAD=VALUE kh run ...; with --clean, add --keep LD_PRELOAD
  [6]
  $ kh run -p shop -e dev --as LD_PRELOAD=stripe -- true
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out, and set it in front of kh: LD_PRELOAD=VALUE kh run ...; with --clean, add --keep LD_PRELOAD
  [6]
  $ printf x | kh add quiet -p shop -e dev --stdin --env-var '' --quiet
  $ kh run -p shop -e dev --only quiet -- true
  error: kh://shop/dev/quiet sets no variable of this launch
  hint: give it one with --as NAME=kh://shop/dev/quiet, or leave it out of --only; see its variables with: kh show kh://shop/dev/quiet
  [2]
  $ kh run -p shop -e dev --only stripe --as QUIET=quiet -- sh -c 'echo "$STRIPE|$QUIET"'
  sk_x|x

A key of a higher tier stays out, unless it is let in for this launch; the log has that.

  $ kh run -p shop -e dev --as LIVE=kh://shop/prod/stripe -- true
  error: stripe is a production key and does not enter a development launch
  hint: allow it for one launch with --allow-production
  [6]
  $ kh run -p shop -e dev --as LIVE=kh://shop/prod/stripe --allow-production -- printenv LIVE
  live
  $ kh --json audit -p shop --limit 1 | node -p 'JSON.parse(require("fs").readFileSync(0))[0].detail.production'
  allow

A clean environment has what a program needs to run, and what is named.

  $ HIDDEN=1 KEPT=2 LC_TIME=C kh run -p shop -e dev --only stripe --clean --keep KEPT -- env | cut -d= -f1 | sort | tr '\n' ' '
  HOME KEPT LANG LC_TIME PATH STRIPE TERM  (no-eol)
  $ kh run -p shop -e dev --keep A -- true
  error: the following required arguments were not provided: --clean
  hint: see: kh run --help
  [2]

Nobody is asked where nobody may be.

  $ kh lock --quiet
  $ kh --no-input run -p shop -e dev -- true
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
  $ kh run -p shop -e dev -- true < /dev/null
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]

An option that is none is no command, and nothing is released for it.

  $ unlock 2> notes; kh audit --action use.launch | wc -l > before
  $ kh run -p shop -e dev --maks -- env
  error: unexpected argument '--maks' found
  hint: did you mean --mask?
  [2]
  $ kh audit --action use.launch | wc -l | diff - before
  $ kh run -p shop -e dev -- --maks
  error: --maks was not found
  hint: is it installed, and in PATH? An alias or function exists only inside your shell
  [127]

More variables than a launch can take are counted, and the way out is named.

  $ i=0; while [ $i -lt 5000 ]; do echo "BULK_$i=value-$i"; i=$((i+1)); done > bulk.env
  $ kh import dotenv bulk.env -p bulk -e dev --quiet
  $ kh run -p bulk -e dev -- true
  error: bulk/dev fills 5000 variables; a launch takes at most 4096
  hint: narrow it with --only or --except
  [2]
  $ kh run -p bulk -e dev --only BULK_7 -- sh -c 'echo $BULK_7'
  value-7

What is no program is named with what to do.

  $ kh run -p shop -e dev -- 'echo hi'
  error: there is no program named 'echo hi'
  hint: give the program and its arguments as separate words, without quotes around all of them, or start a shell: sh -c 'COMMAND'
  [127]
  $ kh run -p shop -- true
  error: which environment of shop?
  hint: add -e ENV; shop has: bare, dev, prod
  [2]
  $ kh run -p shp -- true
  error: there is no project shp
  hint: did you mean shop?
  [4]
  $ kh run -p shop -e dev -- cd /tmp
  error: cd is a command of the shell, not a program
  hint: run it inside a shell: sh -c 'cd ...'
  [127]
  $ kh run -p shop -e dev -- ./no/such/program
  error: ./no/such/program, or the interpreter in its first line, was not found
  hint: check the path
  [127]
