The variables in a form that is read back exactly.

  $ vault
  $ add quotes "it's \"quoted\"" && add dollars '$(touch pwned) `id` $HOME \n'
  $ printf 'line one\nline two\n' | kh add verse -p shop -e dev --stdin --raw --quiet
  $ add hash 'a#b !c' && add emoji '🔑 clé' && add empty '' --yes
  $ kh env -p shop -e dev
  if test 'a  b:,/|.=@%+-_' != "$(printf '\141\040\040\142\072\054\057\174\056\075\100\045\053\055\137')"; then echo 'kh: nothing was set: the output of kh env needs double quotes around it; write: eval "$(kh env ...)"' >&2; false; else
  test -z "${BASH_VERSION-}" || unset -n DOLLARS EMOJI EMPTY HASH QUOTES VERSE 2>/dev/null || :;
  if (unset DOLLARS EMOJI EMPTY HASH QUOTES VERSE) 2>/dev/null; then unset DOLLARS EMOJI EMPTY HASH QUOTES VERSE;
  __kh_nl=$(printf '\nx') __kh_nl=${__kh_nl%x};
  export DOLLARS='$(touch pwned) `id` $HOME \n';
  export EMOJI='🔑 clé';
  export EMPTY='';
  export HASH='a#b !c';
  export QUOTES='it'\''s "quoted"';
  export VERSE='line one'"$__kh_nl"'line two'"$__kh_nl"'';
  unset __kh_nl;
  else for __kh_name in DOLLARS EMOJI EMPTY HASH QUOTES VERSE; do (unset "$__kh_name") 2>/dev/null || echo 'kh: nothing was set: '"$__kh_name"' is read-only in this shell; leave it out with --except, or start the program with kh run' >&2; done; unset __kh_name; false; fi;
  fi
  $ for shell in dash bash zsh; do
  >   $shell -c 'eval "$(kh env -p shop -e dev)"; printf "%s|" "$QUOTES" "$DOLLARS" "$VERSE" "$HASH" "$EMOJI" "$EMPTY"' | sha256sum
  > done | uniq -c
        3 22921e74db1edfa1865366e82fb2c58a38d0a6e00b3a048848eb3b771a0dce7a  -
  $ sh -c 'eval "$(kh env -p shop -e dev)"; printf "[%s]\n" "$QUOTES" "$DOLLARS" "$VERSE" "$HASH" "$EMOJI" "$EMPTY"'
  [it's "quoted"]
  [$(touch pwned) `id` $HOME \n]
  [line one
  line two
  ]
  [a#b !c]
  [🔑 clé]
  []
  $ kh env -p shop -e dev --format json
  {"DOLLARS":"$(touch pwned) `id` $HOME \\n","EMOJI":"🔑 clé","EMPTY":"","HASH":"a#b !c","QUOTES":"it's \"quoted\"","VERSE":"line one\nline two\n"}
  $ kh env -p shop -e dev --format dotenv
  error: the value of QUOTES cannot be written for programs that read .env files (--format dotenv): they disagree about its quotes, $ or backslashes
  hint: nothing was printed; leave it out with --except, use --format json, or start the program with kh run
  [1]
  $ kh env -p shop -e dev --format dotenv --except quotes
  DOLLARS='$(touch pwned) `id` $HOME \n'
  EMOJI='🔑 clé'
  EMPTY=''
  HASH='a#b !c'
  VERSE='line one
  line two
  '
  $ ls

What a shell had under the names changes nothing, and without quotes nothing is set.

  $ bash -c 'declare -i HASH=1; declare -n QUOTES=HOME; declare -a EMOJI=(1 2); eval "$(kh env -p shop -e dev)"; echo "$HASH $QUOTES $EMOJI"; [ "$HOME" != "$QUOTES" ]'
  a#b !c it's "quoted" 🔑 clé
  $ for shell in dash bash zsh; do $shell -c 'eval $(kh env -p shop -e dev) || echo "$? ${HASH-none}"'; done 2>&1
  kh: nothing was set: the output of kh env needs double quotes around it; write: eval "$(kh env ...)"
  1 none
  kh: nothing was set: the output of kh env needs double quotes around it; write: eval "$(kh env ...)"
  1 none
  kh: nothing was set: the output of kh env needs double quotes around it; write: eval "$(kh env ...)"
  1 none
  $ for shell in dash bash zsh; do $shell -c 'readonly HASH=mine; eval "$(kh env -p shop -e dev)" || echo "$? ${QUOTES-none}"'; done 2>&1
  kh: nothing was set: HASH is read-only in this shell; leave it out with --except, or start the program with kh run
  1 none
  kh: nothing was set: HASH is read-only in this shell; leave it out with --except, or start the program with kh run
  1 none
  kh: nothing was set: HASH is read-only in this shell; leave it out with --except, or start the program with kh run
  1 none
  $ fish --no-config -c 'eval (kh env -p shop -e dev --format fish); printf "%s|" $QUOTES $DOLLARS $VERSE $HASH $EMOJI "$EMPTY"' | sha256sum
  22921e74db1edfa1865366e82fb2c58a38d0a6e00b3a048848eb3b771a0dce7a  -

Other shells, containers and workflows.

  $ kh env -p shop -e dev --format fish
  set -gx --unpath DOLLARS '$(touch pwned) `id` $HOME \\n';
  set -gx --unpath EMOJI '🔑 clé';
  set -gx --unpath EMPTY '';
  set -gx --unpath HASH 'a#b !c';
  set -gx --unpath QUOTES 'it\'s "quoted"';
  set -gx --unpath VERSE 'line one'\n'line two'\n'';
  $ fish --no-config -c 'kh env -p shop -e dev --format fish | source; printf "%s|" $QUOTES $DOLLARS $VERSE $HASH $EMOJI "$EMPTY"' | sha256sum
  22921e74db1edfa1865366e82fb2c58a38d0a6e00b3a048848eb3b771a0dce7a  -
  $ kh env -p shop -e dev --except empty --format powershell
  $env:DOLLARS = '$(touch pwned) `id` $HOME \n'
  $env:EMOJI = '🔑 clé'
  $env:HASH = 'a#b !c'
  $env:QUOTES = 'it''s "quoted"'
  $env:VERSE = 'line one' + [char]10 + 'line two' + [char]10 + ''
  $ kh env -p shop -e dev --format powershell
  error: the value of EMPTY cannot be written for PowerShell (--format powershell): PowerShell treats an empty variable as unset
  hint: nothing was printed; use another --format, leave the key out with --except, or use kh run
  [1]
  $ kh env -p shop -e dev --except verse --format docker
  DOLLARS=$(touch pwned) `id` $HOME \n
  EMOJI=🔑 clé
  EMPTY=
  HASH=a#b !c
  QUOTES=it's "quoted"
  $ kh env -p shop -e dev --format docker
  error: the value of VERSE cannot be written for docker run --env-file (--format docker): it has more than one line, which that format cannot represent
  hint: nothing was printed; use another --format, leave the key out with --except, or use kh run
  [1]
  $ kh env -p shop -e dev --format github | sed 's/keyhaven_[0-9a-f]\{32\}/DELIMITER/'
  DOLLARS<<DELIMITER
  $(touch pwned) `id` $HOME \n
  DELIMITER
  EMOJI<<DELIMITER
  🔑 clé
  DELIMITER
  EMPTY<<DELIMITER
  
  DELIMITER
  HASH<<DELIMITER
  a#b !c
  DELIMITER
  QUOTES<<DELIMITER
  it's "quoted"
  DELIMITER
  VERSE<<DELIMITER
  line one
  line two
  
  DELIMITER
  $ ls

What a format cannot carry stops it, and nothing is printed.

  $ printf '\377' | kh add bytes -p raw -e dev --stdin --quiet
  $ kh env -p raw -e dev --format json
  error: the value of BYTES cannot be written for parsers of JSON (--format json): it is not UTF-8
  hint: nothing was printed; use another --format, leave the key out with --except, or use kh run
  [1]
  $ kh env -p raw -e dev --format dotenv
  error: the value of BYTES cannot be written for programs that read .env files (--format dotenv): it is not UTF-8
  hint: nothing was printed; use another --format, leave the key out with --except, or use kh run
  [1]
  $ kh env -p raw -e dev | grep -a BYTES= | od -An -c
     e   x   p   o   r   t       B   Y   T   E   S   =   ' 377   '
     ;  \n
  $ printf '%s' "'\"\`" | kh add marks -p marks -e dev --stdin --quiet
  $ kh env -p marks -e dev --format dotenv
  error: the value of MARKS cannot be written for programs that read .env files (--format dotenv): they disagree about its quotes, $ or backslashes
  hint: nothing was printed; leave it out with --except, use --format json, or start the program with kh run
  [1]
  $ kh env -p shop -e dev --format xml
  error: invalid value 'xml' for '--format <FORMAT>' [possible values: sh, fish, powershell, dotenv, json, docker, github]
  hint: see: kh env --help
  [2]
  $ kh env -p nothing -e dev
  error: there is no project nothing
  hint: see what there is with: kh list
  [4]

With --json it is one object, as every command prints one document.

  $ kh env -p marks -e dev --json
  {"MARKS":"'\"`"}

What no environment can hold is not printed either; an environment without keys is reported.

  $ printf 'a\0b' | kh add nul -p nul -e dev --stdin --quiet
  $ kh env -p nul -e dev
  error: NUL cannot be given to a program: its value holds a NUL byte
  hint: leave it out with --except kh://nul/dev/nul, give it as a file with kh run --file NUL=kh://nul/dev/nul, or let it fill no variable: kh edit kh://nul/dev/nul --env-var ''
  [1]
  $ kh environment set shop/bare --tier development --quiet
  $ kh env -p shop -e bare
  note: no key of shop/bare sets a variable
  $ kh env -p shop -e bare --quiet

A name that a shell keeps for itself is refused for that shell.

  $ printf x | kh add status -p special -e dev --stdin --env-var status --quiet
  $ printf x | kh add version -p special -e dev --stdin --env-var version --quiet
  $ kh env -p special -e dev
  error: zsh itself uses status, so it cannot be set
  hint: give it another name with --as NAME=REF, leave it out with --except, or use kh run
  [6]
  $ kh env -p special -e dev --except status | grep export
  export version='x';
  $ kh env -p special -e dev --except status --format fish
  error: fish itself uses version, so it cannot be set
  hint: give it another name with --as NAME=REF, leave it out with --except, or use kh run
  [6]
