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
  hint: topics: exit-codes, references, project-file, files, and every command
  [2]
  $ kh help lst
  error: there is no help about lst
  hint: topics: exit-codes, references, project-file, files, and every command
  [2]
  $ kh rm a b
  error: unexpected argument
  hint: quote arguments that contain spaces; see: kh rm --help
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
  {"error":{"code":"no_vault","message":"there is no vault in WORLD/vault","hint":"create one with: kh init"}}
  [1]
  $ kh unlock --json --no-input
  {"error":{"code":"no_vault","message":"there is no vault in WORLD/vault","hint":"create one with: kh init"}}
  [1]
  $ vault
  $ kh --json get kh://shop/dev/none
  {"error":{"code":"no_project","message":"there is no project shop","hint":"see what there is with: kh list"}}
  [4]
  $ kh --json get 'kh://shop'
  {"error":{"code":"usage","message":"a reference is kh://PROJECT/ENVIRONMENT/NAME[/FIELD] or kh:NAME[/FIELD]","hint":"see: kh help references"}}
  [2]
  $ kh --json get none -p shop
  {"error":{"code":"usage","message":"no environment given","hint":"add -e ENV"}}
  [2]
  $ kh --json --quiet add x -p shop -e dev --no-input
  {"error":{"code":"usage","message":"there is no terminal to ask for the value","hint":"pass it with --stdin"}}
  [2]

Where nothing can be written.

  $ kh list > /dev/full
  error: standard output: No space left on device
  [1]
  $ kh config | head -n 0
  $ kh list >&-
