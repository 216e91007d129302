A launch that is refused releases nothing: nothing counts as used, and no warning says that an
expired key was injected.

  $ vault
  $ add OPENAI_API_KEY sk_test_1 --expires 2020-01-01
  warning: 2020-01-01 is in the past: the key is expired
  $ add LD_PRELOAD x
  $ kh run -p shop -e dev -- true
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out with --except kh://shop/dev/LD_PRELOAD, let it fill no variable with kh edit kh://shop/dev/LD_PRELOAD --env-var '', or allow it with: kh edit kh://shop/dev/LD_PRELOAD --allow-loader-variable LD_PRELOAD
  [6]
  $ kh run -p shop -e dev --as LD_AUDIT=OPENAI_API_KEY --except LD_PRELOAD -- true
  error: LD_AUDIT changes how programs load code and is refused
  hint: leave it out, and set it in front of kh: LD_AUDIT=VALUE kh run ...; with --clean, add --keep LD_AUDIT
  [6]
  $ kh rm LD_PRELOAD -p shop -e dev --yes
  Moved LD_PRELOAD to the trash, where it is kept for 30 days on which the vault is used; restore it with: kh trash restore kh://shop/dev/LD_PRELOAD
  $ kh run -p shop -e dev -- nowhere-to-be-found
  error: nowhere-to-be-found was not found
  hint: is it installed, and in PATH? An alias or function exists only inside your shell
  [127]
  $ touch plain && kh run -p shop -e dev -- ./plain
  error: ./plain cannot be executed: Permission denied
  hint: see its mode with: ls -l
  [126]
  $ kh run -p shop -e dev --mask -- nowhere-to-be-found
  error: nowhere-to-be-found was not found
  hint: is it installed, and in PATH? An alias or function exists only inside your shell
  [127]
  $ kh list --unused | cut -d ' ' -f 1
  NAME
  OPENAI_API_KEY
  $ kh audit --action use
  The log has no matching entries.

One odd key is noted when it is stored, and named with the ways on when it is in the way.

  $ printf 'a\0b' | kh add binv -p shop -e dev --stdin
  Stored binv in shop/dev, setting BINV.
  note: no program can be given BINV: its value holds a NUL byte; launches with it are refused; give it as a file with kh run --file BINV=kh://shop/dev/binv, or let it fill no variable: kh edit kh://shop/dev/binv --env-var ''
  $ kh run -p shop -e dev -- true
  error: BINV cannot be given to a program: its value holds a NUL byte
  hint: leave it out with --except kh://shop/dev/binv, give it as a file with kh run --file BINV=kh://shop/dev/binv, or let it fill no variable: kh edit kh://shop/dev/binv --env-var ''
  [1]
  $ kh env -p shop -e dev
  error: BINV cannot be given to a program: its value holds a NUL byte
  hint: leave it out with --except kh://shop/dev/binv, give it as a file with kh run --file BINV=kh://shop/dev/binv, or let it fill no variable: kh edit kh://shop/dev/binv --env-var ''
  [1]
  $ kh run -p shop -e dev --except binv --expired allow -- sh -c 'echo "${#OPENAI_API_KEY}"'
  9
  $ kh run -p shop -e dev --expired allow --file BINV=binv -- sh -c 'wc -c < "$BINV"'
  3
  $ kh run -p shop -e dev --expired allow --memfd BINV=binv -- sh -c 'wc -c < "$BINV"'
  3
  $ kh edit binv -p shop -e dev --env-var ''
  Changed binv.
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nODD = "kh:binv"\n' > .keyhaven.toml && kh allow --yes --quiet > shown
  $ kh run -- true
  error: ODD cannot be given to a program: its value holds a NUL byte
  hint: leave it out, or give it as a file with: kh run --file ODD=REF
  [1]
  $ rm .keyhaven.toml shown
  $ kh run -p shop -e dev -- true
  warning: OPENAI_API_KEY has expired and was used anyway
  $ head -c 131100 /dev/zero | tr '\0' x | kh add big -p shop -e test --stdin
  Stored big in shop/test, setting BIG.
  note: no program can be given BIG: it has 131104 bytes with its name, at most 131071 are possible; launches with it are refused; give it as a file with kh run --file BIG=kh://shop/test/big, or let it fill no variable: kh edit kh://shop/test/big --env-var ''
  $ head -c 131100 /dev/zero | tr '\0' y | kh set big -p shop -e test --stdin
  Replaced the value of big in shop/test, setting BIG.
  Version 2 is in use; version 1 is the previous one until *. (glob)
  To go back: kh rollback kh://shop/test/big --to 1
  note: no program can be given BIG: it has 131104 bytes with its name, at most 131071 are possible; launches with it are refused; give it as a file with kh run --file BIG=kh://shop/test/big, or let it fill no variable: kh edit kh://shop/test/big --env-var ''
  $ kh run -p shop -e test -- true
  error: BIG cannot be given to a program: it has 131104 bytes with its name, at most 131071 are possible
  hint: leave it out with --except kh://shop/test/big, give it as a file with kh run --file BIG=kh://shop/test/big, or let it fill no variable: kh edit kh://shop/test/big --env-var ''
  [1]
  $ printf '{"id":"a","secret":"b\\u0000c"}' | kh add pair -p shop -e qa --field id=ID --field secret=SECRET --stdin
  Stored pair in shop/qa, setting ID, SECRET.
  note: no program can be given SECRET: its value holds a NUL byte; launches with it are refused; give it as a file with kh run --file SECRET=kh://shop/qa/pair/secret, or let it fill no variable: kh edit kh://shop/qa/pair/secret --env-var ''
  $ kh run -p shop -e qa -- true
  error: SECRET cannot be given to a program: its value holds a NUL byte
  hint: leave it out with --except kh://shop/qa/pair/secret, give it as a file with kh run --file SECRET=kh://shop/qa/pair/secret, or let it fill no variable: kh edit kh://shop/qa/pair/secret --env-var ''
  [1]
  $ kh run -p shop -e qa --except kh://shop/qa/pair/secret -- printenv ID
  a
  $ kh run -p shop -e qa --file SECRET=kh://shop/qa/pair/secret -- sh -c 'wc -c < "$SECRET"'
  3
  $ kh edit kh://shop/qa/pair/secret --env-var ''
  Changed pair.
  $ kh run -p shop -e qa -- printenv ID
  a

The log has what was refused, and how often.

  $ kh audit --action refused --json | node -p '
  >   JSON.parse(require("fs").readFileSync(0)).reverse()
  >     .map(({ action, outcome, environment, detail }) =>
  >       [action, outcome, environment, detail.variable, detail.repeats].join(" ")).join("\n")'
  refused.variable refused dev LD_PRELOAD 
  refused.variable refused dev LD_AUDIT 
  refused.variable refused dev BINV 
  refused.variable refused dev ODD 
  refused.variable refused test BIG 
  refused.variable refused qa SECRET 
  $ kh lock
  The vault is locked.
  $ printf 'wrong\n' | kh unlock --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout; if the password is lost, unlock with the recovery key: kh unlock --recovery
  [1]
  $ printf 'wrong\n' | kh unlock --password-stdin
  error: the password is wrong
  hint: check caps lock and the keyboard layout; if the password is lost, unlock with the recovery key: kh unlock --recovery
  [1]
  $ unlock > /dev/null 2>&1
  $ kh audit --action refused.password | grep -o 'refused, .* times'
  refused, 2 times
