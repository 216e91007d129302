Keys for commands that want a path.

  $ kh help files
  Some programs want the path of a file instead of a value. For kh run and
  kh shell:
  
    --file VAR=REF   A regular file in memory (tmpfs) that only you can read. It
                     is never written to a disk, except to swap. It is removed
                     when the command exits, even if it crashes or leaves other
                     processes running, and when the agent stops (kh agent stop).
                     Locking the vault does not remove it.
    --fifo VAR=REF   A pipe that can be read once, and not while the vault is
                     locked. Programs that require a regular file (is_file)
                     refuse it, and so do those that open it twice. If another of
                     your programs reads it first, the command gets nothing.
    --memfd VAR=REF  /proc/PID/fd/N, which needs no folder in memory. It exists as
                     long as the command; with --mask or --watch, only processes
                     that inherit the descriptor can open it. Programs that
                     resolve real paths cannot read it.
  
  VAR gets the path. The variable that the key itself fills is left out; to get it
  as well, use --as NAME=REF. Values that no variable can hold are allowed: NUL
  bytes, and up to 1 MiB. One command can have 64 files of 16 MiB in total, and 16
  pipes can wait to be read.
  
    kh run -p shop -e dev --file GOOGLE_APPLICATION_CREDENTIALS=gcp -- node app.js

  $ vault
  $ add tls 'a private key' && add stripe sk_live_4eC39HqLyjWDarjtT1zdp7dc --env-var STRIPE
  $ kh run -p shop -e dev --file KEY=tls -- sh -c 'cat "$KEY"; echo; stat -c "%F %a" "$KEY"; stat -fc %T "$KEY"; stat -c %a "$(dirname "$KEY")"'
  a private key
  regular file 400
  tmpfs
  700

The path is in the variable, in place of the key's own; others come as they are.

  $ kh run -p shop -e dev --file KEY=tls -- sh -c 'echo "$KEY" | sed "s,.*/[0-9a-f]\{32\}$,PATH,"; echo "<$TLS> <$STRIPE>"'
  PATH
  <> <sk_live_4eC39HqLyjWDarjtT1zdp7dc>
  $ kh run -p shop -e dev --file KEY=tls --as TLS=tls -- sh -c 'cat "$KEY"; echo " <$TLS>"'
  a private key <a private key>
  $ kh run -p shop -e dev --only stripe --prefix MY_ --file TLS=kh:tls/value --clean -- sh -c 'env | sed -n "s,^\(MY_STRIPE\|TLS\)=.*,\1,p" | sort; cat "$TLS"; echo'
  MY_STRIPE
  TLS
  a private key
  $ kh run -p shop -e dev --file A=tls --fifo B=tls --memfd C=tls -- sh -c 'cat "$A" "$B" "$C"; echo'
  a private keya private keya private key

It is gone when the command has ended.

  $ path=$(kh run -p shop -e dev --file KEY=tls -- sh -c 'echo "$KEY"')
  $ for i in $(seq 600); do [ -e "$path" ] || break; sleep 0.1; done; ls "$path" 2>&1 | sed 's/.*: //'
  No such file or directory

A value that no variable can have.

  $ head -c 200000 /dev/zero | kh add binary -p shop -e dev --stdin --quiet --raw
  $ kh run -p shop -e dev -- true
  error: BINARY cannot be given to a program: its value holds a NUL byte
  hint: leave it out with --except kh://shop/dev/binary, give it as a file with kh run --file BINARY=kh://shop/dev/binary, or let it fill no variable: kh edit kh://shop/dev/binary --env-var ''
  [1]
  $ kh run -p shop -e dev --file BIN=binary --memfd MEM=binary -- sh -c 'wc -c < "$BIN"; cmp "$BIN" "$MEM"'
  200000
  $ kh rm binary -p shop -e dev --yes --quiet

A pipe can be read once. What wants a plain file refuses it, and finds one otherwise.

  $ kh run -p shop -e dev --fifo KEY=tls -- sh -c 'cat "$KEY"; echo; cat "$KEY" 2>&1 | sed "s/.*: //"'
  a private key
  No such file or directory
  $ cat > is-file.js <<'END'
  > const fs = require("fs");
  > const path = process.env.KEY;
  > if (!fs.statSync(path).isFile()) throw new Error("not a file");
  > console.log(fs.readFileSync(path, "utf8"));
  > END
  $ kh run -p shop -e dev --fifo KEY=tls -- node is-file.js 2>&1 | grep ^Error
  Error: not a file
  $ kh run -p shop -e dev --file KEY=tls -- node is-file.js
  a private key
  $ kh run -p shop -e dev --memfd KEY=tls -- node is-file.js
  a private key

A file in memory cannot be changed; under kh only processes that inherit it find it.

  $ kh run -p shop -e dev --memfd KEY=tls -- bash -c '[ "$KEY" = "/proc/$$/fd/${KEY##*/}" ] && stat -Lc %a "$KEY"; env -i cat "$KEY"; echo; chmod 600 "$KEY"; (echo x > "$KEY") 2>&1 | sed "s/.*: //"; cat "$KEY"; echo'
  400
  a private key
  Operation not permitted
  a private key
  $ kh run -p shop -e dev --mask --memfd KEY=tls -- sh -c 'echo "${KEY%/*}"; grep -c . "$KEY"'
  /proc/self/fd
  1

Its value is masked as others are, and the path is not.

  $ for way in file fifo memfd; do kh run -p shop -e dev --mask --$way KEY=tls -- sh -c 'cat "$KEY"; echo " ${#KEY}"' | sed 's/ [0-9]*$//'; done
  [masked]
  [masked]
  [masked]
  $ kh run -p shop -e dev --mask --file KEY=tls -- sh -c 'echo "$KEY"' | grep -c masked
  0
  [1]

The log has it as it has variables, and policies are the same.

  $ kh audit --action use.launch --json | node -p 'JSON.parse(require("fs").readFileSync(0))[0].credentials.join(" ")'
  stripe tls
  $ printf live | kh add live -p shop -e prod --stdin --quiet
  $ kh run -p shop -e dev --file KEY=kh://shop/prod/live -- true
  error: live is a production key and does not enter a development launch
  hint: allow it for one launch with --allow-production
  [6]
  $ kh run -p shop -e dev --file LD_PRELOAD=tls -- true
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out, and set it in front of kh: LD_PRELOAD=VALUE kh run ...; with --clean, add --keep LD_PRELOAD
  [6]
  $ kh run -p shop -e dev --file KEY -- true
  error: invalid value 'KEY' for '--file <VAR=REF>': expected the name of a variable, then = and its value
  hint: see: kh run --help
  [2]
  $ kh run -p shop -e dev --file 1KEY=tls -- true
  error: invalid value '1KEY=tls' for '--file <VAR=REF>': a variable name consists of letters, digits and _, and does not start with a digit
  hint: see: kh run --help
  [2]
  $ kh run -p shop -e dev --file KEY=nothing -- true
  error: there is no key nothing
  hint: see what there is with: kh list
  [4]
  $ kh env -p shop -e dev --file KEY=tls
  error: unexpected argument '--file' found
  hint: see: kh env --help
  [2]

A shell has them too, as long as it lives.

  $ echo 'cat "$KEY"; echo; cat "$MEM"; echo' | SHELL=/bin/dash kh shell -p shop -e dev --file KEY=tls --memfd MEM=stripe 2>/dev/null
  a private key
  sk_live_4eC39HqLyjWDarjtT1zdp7dc
