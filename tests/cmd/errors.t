Wrong usage is status 2, with what to do; nothing of what stood there is repeated if it may be a value.

  $ kh frobnicate
  error: unrecognized subcommand 'frobnicate'
  hint: see: kh help
  [2]
  $ kh lst
  error: unrecognized subcommand 'lst'
  hint: did you mean list?
  [2]
  $ kh list --nope
  error: unexpected argument '--nope' found
  hint: see: kh list --help
  [2]
  $ kh list --tag
  error: a value is required for '--tag <TAG>' but none was supplied
  hint: see: kh list --help
  [2]
  $ kh add
  error: the following required arguments were not provided: <NAME>
  hint: see: kh add --help
  [2]
  $ kh get
  error: the following required arguments were not provided: <REF>
  hint: see: kh get --help
  [2]
  $ kh list --json=yes
  error: --json takes no value
  hint: see: kh list --help
  [2]
  $ kh --color loud list
  error: invalid value 'loud' for '--color <WHEN>' [possible values: auto, always, never]
  hint: see: kh list --help
  [2]
  $ kh completions tcsh
  error: invalid value 'tcsh' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]
  hint: see: kh completions --help
  [2]
  $ kh list --provder x
  error: unexpected argument '--provder' found
  hint: did you mean --provider?
  [2]
  $ kh completions tsch
  error: invalid value 'tsch' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]
  hint: see: kh completions --help
  [2]
  $ kh help nonsense
  error: there is no help about nonsense
  hint: topics: exit-codes, references, project-file, files, mask, providers, and every command
  [2]
  $ kh help lst
  error: there is no help about lst
  hint: topics: exit-codes, references, project-file, files, mask, providers, and every command
  [2]
  $ kh rename a b c
  error: unexpected argument 'c'
  hint: kh rename takes REF NEW; quote what contains spaces; see: kh rename --help
  [2]
  $ kh profile add web node app.js
  error: unexpected argument 'node'
  hint: kh profile add takes PROFILE -- CMD; quote what contains spaces; see: kh profile add --help
  [2]
  $ kh unlock hunter2
  error: unexpected argument
  hint: kh unlock takes none; see: kh unlock --help
  [2]
  $ kh show a ghp_0123456789abcdefghijklmnopqrstuvwxyz
  error: unexpected argument
  hint: kh show takes one REF; quote what contains spaces; see: kh show --help
  [2]
  $ kh show a b
  error: unexpected argument 'b'
  hint: kh show takes one REF; quote what contains spaces; see: kh show --help
  [2]
  $ kh environment frob
  error: unrecognized subcommand 'frob'
  hint: see: kh environment --help
  [2]
  $ printf x | kh set stripe --stdin=hunter2
  error: --stdin takes no value
  hint: see: kh set --help
  [2]
  $ kh unlock --password-stdin=hunter2
  error: --password-stdin takes no value
  hint: see: kh unlock --help
  [2]
  $ kh list --due=7
  error: --due takes no value
  hint: see: kh list --help
  [2]

With --json an error is one document.

  $ kh list --nope --json
  {"error":{"code":"usage","message":"unexpected argument '--nope' found","hint":"see: kh list --help"}}
  [2]
  $ kh --json frobnicate
  {"error":{"code":"usage","message":"unrecognized subcommand 'frobnicate'","hint":"see: kh help"}}
  [2]
  $ kh --json list --no-input
  {"error":{"code":"no_vault","message":"there is no vault in WORLD/vault","hint":"create one with kh init, or bring one back with: kh restore FILE"}}
  [1]
  $ kh unlock --json --no-input
  {"error":{"code":"no_vault","message":"there is no vault in WORLD/vault","hint":"create one with kh init, or bring one back with: kh restore FILE"}}
  [1]
  $ vault
  $ kh --json get kh://shop/dev/none
  {"error":{"code":"no_project","message":"there is no project shop","hint":"see what there is with: kh list"}}
  [4]
  $ kh --json get 'kh://shop'
  {"error":{"code":"usage","message":"a reference is kh://PROJECT/ENVIRONMENT/NAME[/FIELD] or kh:NAME[/FIELD]","hint":"see: kh help references"}}
  [2]
  $ kh --json get none -p shop
  {"error":{"code":"usage","message":"which environment?","hint":"add -e ENV; see what there is with: kh environment list"}}
  [2]
  $ kh --json --quiet add x -p shop -e dev --no-input
  {"error":{"code":"usage","message":"there is no terminal to ask for the value","hint":"pass it with --stdin"}}
  [2]

What a terminal would obey is shown as what it is, and as an escape in JSON.

  $ odd="$PWD/$(printf 'a\302\233b')"
  $ KEYHAVEN_HOME="$odd" kh status
  Vault  WORLD/work/a\u{9b}b, not created yet; create it with kh init, or bring one back with: kh restore FILE
  Agent  not running
  $ KEYHAVEN_HOME="$odd" kh --json status
  {"initialised":false,"locked":true,"folder":"WORLD/work/a\u009bb","agent":null}
  $ printf x | kh add noted -p shop -e dev --stdin --quiet --note "$(printf 'a\342\200\256b\302\233')"
  $ kh --json show noted -p shop -e dev | grep -c 'a\\u202eb\\u009b'
  1
  $ kh show noted -p shop -e dev | grep Note
  Note * a\u{202e}b\u{9b} (glob)

Where nothing can be written.

  $ kh list > /dev/full
  error: standard output: No space left on device
  [1]
  $ kh config | head -n 0
  $ kh list >&-
