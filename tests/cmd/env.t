The variables in a form that is read back exactly.

  $ vault
  $ add quotes "it's \"quoted\"" && add dollars '$(touch pwned) `id` $HOME \n'
  $ printf 'line one\nline two\n' | kh add verse -p shop -e dev --stdin --raw --quiet
  $ add hash 'a#b !c' && add emoji '🔑 clé' && add empty '' --yes
  $ kh env -p shop -e dev
  export DOLLARS='$(touch pwned) `id` $HOME \n'
  export EMOJI='🔑 clé'
  export EMPTY=''
  export HASH='a#b !c'
  export QUOTES='it'\''s "quoted"'
  export VERSE='line one
  line two
  '
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
  DOLLARS='$(touch pwned) `id` $HOME \n'
  EMOJI='🔑 clé'
  EMPTY=''
  HASH='a#b !c'
  QUOTES=`it's "quoted"`
  VERSE='line one
  line two
  '
  $ ls

Other shells, containers and workflows.

  $ kh env -p shop -e dev --format fish
  set -gx DOLLARS '$(touch pwned) `id` $HOME \\n'
  set -gx EMOJI '🔑 clé'
  set -gx EMPTY ''
  set -gx HASH 'a#b !c'
  set -gx QUOTES 'it\'s "quoted"'
  set -gx VERSE 'line one
  line two
  '
  $ fish --no-config -c 'kh env -p shop -e dev --format fish | source; printf "%s|" $QUOTES $DOLLARS $VERSE $HASH $EMOJI "$EMPTY"' | sha256sum
  22921e74db1edfa1865366e82fb2c58a38d0a6e00b3a048848eb3b771a0dce7a  -
  $ kh env -p shop -e dev --except empty --format powershell
  $env:DOLLARS = '$(touch pwned) `id` $HOME \n'
  $env:EMOJI = '🔑 clé'
  $env:HASH = 'a#b !c'
  $env:QUOTES = 'it''s "quoted"'
  $env:VERSE = 'line one' + [char]10 + 'line two' + [char]10 + ''
  $ kh env -p shop -e dev --format powershell
  error: the value of EMPTY cannot be written as powershell: PowerShell treats an empty variable as unset
  hint: nothing was printed; use another --format, or kh run
  [1]
  $ kh env -p shop -e dev --except verse --format docker
  DOLLARS=$(touch pwned) `id` $HOME \n
  EMOJI=🔑 clé
  EMPTY=
  HASH=a#b !c
  QUOTES=it's "quoted"
  $ kh env -p shop -e dev --format docker
  error: the value of VERSE cannot be written as docker: it has more than one line, which that format cannot represent
  hint: nothing was printed; use another --format, or kh run
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
  error: the value of BYTES cannot be written as json: it is not UTF-8
  hint: nothing was printed; use another --format, or kh run
  [1]
  $ kh env -p raw -e dev --format dotenv
  error: the value of BYTES cannot be written as dotenv: it is not UTF-8
  hint: nothing was printed; use another --format, or kh run
  [1]
  $ kh env -p raw -e dev | od -An -c
     e   x   p   o   r   t       B   Y   T   E   S   =   ' 377   '
    \n
  $ printf '%s' "'\"\`" | kh add marks -p marks -e dev --stdin --quiet
  $ kh env -p marks -e dev --format dotenv
  error: the value of MARKS cannot be written as dotenv: its quotes, backslashes or line breaks cannot be quoted
  hint: nothing was printed; use another --format, or kh run
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
  error: the value of NUL holds a NUL byte
  hint: nothing was printed
  [1]
  $ kh environment set shop/bare --tier development --quiet
  $ kh env -p shop -e bare
  note: no key of shop/bare sets a variable
  $ kh env -p shop -e bare --quiet
