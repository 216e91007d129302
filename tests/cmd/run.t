Starting programs with an environment.

  $ vault
  $ add stripe sk_test_1 --env-var STRIPE_SECRET_KEY
  $ add greeting "hello  world" --env-var GREETING

  $ kh run -p shop -e dev -- sh -c 'echo "$STRIPE_SECRET_KEY $GREETING"'
  sk_test_1 hello  world
  $ echo input | kh run -p shop -e dev -- cat
  input
  $ kh run -p shop -e dev -- printenv KEYHAVEN_HOME | wc -l
  1

Exit statuses are the program's own.

  $ kh run -p shop -e dev -- sh -c 'exit 42'
  [42]
  $ kh run -p shop -e dev -- sh -c 'kill -TERM $$'
  Terminated
  [143]
  $ kh run -p shop -e dev -- no-such-program
  error: no-such-program was not found
  hint: is it installed, and in PATH?
  [127]
  $ kh run -p shop -e dev -- /etc/passwd
  error: /etc/passwd cannot be executed: Permission denied (os error 13)
  hint: see its mode with: ls -l
  [126]
  $ kh run -p shop -e dev
  error: the following required arguments were not provided: <CMD>...
  hint: see: kh help, or --help after a command
  [2]
  $ kh run -p shop -e nope -- true
  error: there is no environment nope in project shop
  hint: see what there is with: kh list
  [4]
  $ kh run -p nope -e dev -- true
  error: there is no project nope
  hint: see what there is with: kh list
  [4]
  $ kh run -- true
  error: it is not said what to launch with
  hint: say where with -p PROJECT -e ENV, or write a .keyhaven.toml (kh help directory-file)
  [2]

A value that cannot be in an environment is refused before anything starts.

  $ head -c 131072 /dev/zero | tr '\0' x | kh add long -p big -e dev --stdin --env-var LONG --quiet
  $ kh run -p big -e dev -- echo started
  error: LONG is too long: 131077 bytes with its name, at most 131071
  hint: nothing was started
  [1]

Production is another launch.

  $ printf live | kh add stripe -p shop -e prod --stdin --quiet
  $ kh run -p shop -e prod -- printenv STRIPE
  live

An expired one is said, and refused where that is asked for.

  $ add gone v --expires 2020-01-01
  $ kh run -p shop -e dev -- echo started
  warning: gone has expired and was handed out all the same
  started
  $ kh config set expired refuse
  expired is refuse now.
  $ kh run -p shop -e dev -- echo started
  error: gone has expired
  hint: give it a new value with: kh set, or allow it with: kh config set expired warn
  [6]
  $ kh config set expired warn
  expired is warn now.

The variables for eval, and for other tools.

  $ kh rm kh://shop/dev/gone --quiet
  $ kh env -p shop -e dev
  export GREETING='hello  world'
  export STRIPE_SECRET_KEY='sk_test_1'
  $ kh env -p shop -e dev --format dotenv
  GREETING='hello  world'
  STRIPE_SECRET_KEY=sk_test_1
  $ kh env -p shop -e dev --format json
  {"GREETING":"hello  world","STRIPE_SECRET_KEY":"sk_test_1"}
  $ kh env -p shop -e dev --format nope
  error: invalid value 'nope' for '--format <FORMAT>' [possible values: sh, dotenv, json]
  hint: see: kh help, or --help after a command
  [2]
  $ eval "$(kh env -p shop -e dev)"; echo "$GREETING"
  hello  world
