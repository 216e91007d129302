kh supervises a command and masks values in its output.

  $ vault
  $ add stripe sk_live_4eC39HqLyjWDarjtT1zdp7dc --env-var STRIPE && add odd 'p w"$'"'"'\/%' --env-var PGPASSWORD
  $ kh run -p shop -e dev --mask -- sh -c 'echo "before $STRIPE after"; echo "$PGPASSWORD"'
  before [masked] after
  [masked]
  $ kh run -p shop -e dev --mask -- sh -c 'echo "$STRIPE" >&2' 2>&1 >/dev/null
  [masked]
  $ kh run -p shop -e dev --mask -- sh -c 'printf "user:%s" "$STRIPE" | base64 -w0; echo; printf %s "$STRIPE" | od -An -tx1 | tr -d " \n"; echo'
  dXNlcj[masked]
  [masked]
  $ kh run -p shop -e dev --mask -- node -p 'encodeURIComponent(process.env.PGPASSWORD) + " " + JSON.stringify(process.env.PGPASSWORD)'
  [masked] "[masked]"
  $ kh run -p shop -e dev --mask -- node -p 'Buffer.from(process.env.STRIPE)'
  <Buffer [masked]>
  $ kh run -p shop -e dev --mask -- node -p 'JSON.stringify([...Buffer.from(process.env.STRIPE)], null, 1)' | tr -d ' \n'; echo
  [[masked]]
  $ kh run -p shop -e dev --mask -- sh -c 'printf %s "$STRIPE" | od -An -c'
     [masked]

In pieces, one write each, and both outputs in the order in which they were written.

  $ kh run -p shop -e dev --mask -- sh -c 'for c in $(printf %s "$STRIPE" | fold -w1); do printf %s "$c"; done; echo .'
  [masked].
  $ kh run -p shop -e dev --mask -- sh -c 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'
  out 1
  err 1
  out 2
  err 2
  out 3
  err 3

What is not a value is printed as it is; so is a plain one.

  $ printf debug | kh add level -p shop -e dev --stdin --quiet --plain --env-var LOG_LEVEL
  $ kh run -p shop -e dev --mask -- sh -c 'echo $LOG_LEVEL; head -c 300000 /dev/zero | tr "\0" s | sha256sum' > masked
  $ sh -c 'echo debug; head -c 300000 /dev/zero | tr "\0" s | sha256sum' | cmp - masked
  $ head -c 1000000 /dev/urandom > data && kh run -p shop -e dev --mask -- cat data | cmp - data

An ordinary word is hidden wherever it is printed, which is reported at the start.

  $ printf admin | kh add role -p shop -e dev --stdin --quiet --env-var ROLE
  $ kh run -p shop -e dev --only role --mask -- echo an administrator
  warning: the value of ROLE is an ordinary word, which is masked wherever it is printed; if it is not a secret, mark it as plain: kh edit kh://shop/dev/role --plain
  an [masked]istrator
  $ kh run -p shop -e dev --only role --mask --set 'WHO=the {{kh:role}} of all' --as NAME=role -- sh -c 'echo $WHO'
  warning: the value of NAME is an ordinary word, which is masked wherever it is printed; if it is not a secret, mark it as plain: kh edit kh://shop/dev/role --plain
  warning: the value of kh://shop/dev/role is an ordinary word, which is masked wherever it is printed; if it is not a secret, mark it as plain: kh edit kh://shop/dev/role --plain
  [masked]
  $ kh run -p shop -e dev --only role --mask --file NAME=role -- true
  warning: the value of kh://shop/dev/role is an ordinary word, which is masked wherever it is printed; if it is not a secret, mark it as plain: kh edit kh://shop/dev/role --plain
  $ kh run -p shop -e dev --only role --mask --memfd NAME=role -- true
  warning: the value of kh://shop/dev/role is an ordinary word, which is masked wherever it is printed; if it is not a secret, mark it as plain: kh edit kh://shop/dev/role --plain
  $ kh rm kh://shop/dev/role --quiet

It ends as the command does.

  $ kh run -p shop -e dev --mask -- sh -c 'exit 42'
  [42]
  $ kh run -p shop -e dev --mask -- sh -c 'kill -TERM $$'
  Terminated
  [143]
  $ echo through | kh run -p shop -e dev --mask -- cat
  through
  $ kh run -p shop -e dev --mask -- yes | head -1
  y
  $ printf '#!/no/interpreter\n' > broken && chmod +x broken
  $ kh run -p shop -e dev --mask -- ./broken
  error: ./broken, or the interpreter in its first line, was not found
  hint: check the path
  [127]
  $ kh run -p shop -e dev --mask -- /
  error: / cannot be executed: Permission denied
  hint: see its mode with: ls -l
  [126]
  $ kh audit --action use.launch_failed --json | grep -c broken
  1

With --mask-all what is plain is masked too, also within a longer value.

  $ kh run -p shop -e dev --mask-all -- sh -c 'echo "$LOG_LEVEL $STRIPE"'
  [masked] [masked]
  $ kh run -p shop -e dev --mask-all --set 'WORDS=level {{kh:level}}' -- sh -c 'echo "${WORDS#level }"'
  [masked]

A secret within a longer value is masked by itself as well.

  $ kh run -p shop -e dev --set 'URL=postgres://app:{{kh:stripe}}@localhost/app' --mask -- sh -c 'echo "$URL"; rest=${URL#*app:}; echo "${rest%@*}, ${URL%%:*}"'
  [masked]
  [masked], postgres

What is too short would be found everywhere.

  $ add pin 123
  $ kh run -p shop -e dev --mask -- sh -c 'echo "$PIN $STRIPE"'
  warning: PIN is too short to be masked
  123 [masked]
  $ kh run -p shop -e dev --mask --only pin --file FILE=pin -- sh -c 'cat "$FILE"; echo'
  warning: a value in a file or in a text is too short to be masked
  123

With --watch kh stays too; the command itself is as it would be.

  $ kh run -p shop -e dev --watch -- sh -c 'echo "$STRIPE"; exit 3'
  sk_live_4eC39HqLyjWDarjtT1zdp7dc
  [3]
  $ kh run -p shop -e dev --watch -- ./broken
  error: ./broken, or the interpreter in its first line, was not found
  hint: check the path
  [127]
  $ kh run -p shop -e dev --watch-signal hup -- true
  error: the following required arguments were not provided: --watch
  hint: see: kh run --help
  [2]
