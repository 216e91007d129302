The user's own shell with the variables and a mark; here a shell that says what it was given.

  $ vault
  $ add stripe sk_x
  $ printf '#!/bin/sh\necho "$* STRIPE=$STRIPE KEYHAVEN_SHELL=$KEYHAVEN_SHELL PS1=[$PS1]"; exit 5\n' > say
  $ chmod +x say && export SHELL="$PWD/say"
  $ kh shell -p shop -e dev
  -i STRIPE=sk_x KEYHAVEN_SHELL=shop/dev PS1=[(shop/dev) $ ]
  [5]
  $ printf x | kh add odd -p 'a $(id)' -e dev --stdin --quiet
  $ kh shell -p 'a $(id)' -e dev
  -i STRIPE= KEYHAVEN_SHELL=a $(id)/dev PS1=[(a___id_/dev) $ ]
  [5]

A shell in it is refused, and so is one that is not there.

  $ KEYHAVEN_SHELL=shop/dev kh shell -p shop -e dev
  error: this is already a shell of shop/dev
  hint: leave it with: exit, or start another shell inside it with: --nested
  [6]
  $ KEYHAVEN_SHELL=shop/dev kh shell -p shop -e dev --nested
  -i STRIPE=sk_x KEYHAVEN_SHELL=shop/dev PS1=[(shop/dev) $ ]
  [5]
  $ SHELL=/no/such/shell kh shell -p shop -e dev
  error: /no/such/shell, or the interpreter in its first line, was not found
  hint: check the path
  [127]
  $ kh shell
  error: whose keys? No project is given, and there is no project file
  hint: add -p PROJECT -e ENV or --profile NAME, or write a .keyhaven.toml (kh help project-file)
  [2]
  $ kh shell -p shop -e prod
  error: there is no environment prod in project shop
  hint: it has: dev
  [4]
  $ kh shell -p shop -e dev -- true
  error: unexpected argument 'true'
  hint: kh shell takes none; see: kh shell --help
  [2]

What the shell's own files set again is put back and named; what they make read-only is named.

  $ printf sk_a | kh add alpha -p rc -e dev --stdin --quiet && printf 'b  b' | kh add beta -p rc -e dev --stdin --quiet && printf sk_c | kh add gamma -p rc -e dev --stdin --quiet
  $ printf 'export ALPHA=old\ndeclare -i BETA\n' > ~/.bashrc
  $ export TERM=dumb
  $ ask() { printf 'echo; echo "[$ALPHA|$BETA|$GAMMA]"; env | grep -c __kh_\nexit\n' | SHELL=$1 kh shell -p rc -e dev 2>&1 | sed 's/.*\r//' | grep -a '^kh:\|^\[.*\]$\|^[01]$'; }
  $ ask bash
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA BETA
  [sk_a|b  b|sk_c]
  0
  $ printf 'export ALPHA=old\ntypeset -u BETA\n' > ~/.zshrc
  $ ask zsh
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA BETA
  [sk_a|b  b|sk_c]
  0
  $ mkdir -p ~/.config/fish && printf 'set -gx ALPHA old\nset -g BETA one two\n' > ~/.config/fish/config.fish
  $ ask fish
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA BETA
  [sk_a|b  b|sk_c]
  0
  $ printf 'readonly GAMMA=fixed\n' > ~/.bashrc; cp ~/.bashrc ~/.zshrc
  $ ask bash; ask zsh
  kh: set again and made read-only by the files of this shell, so the vault's value is lost: GAMMA; start the program with kh run
  [sk_a|b  b|fixed]
  0
  kh: set again and made read-only by the files of this shell, so the vault's value is lost: GAMMA; start the program with kh run
  [sk_a|b  b|fixed]
  0

A file that hands the shell over to another one gives it the vault's values, and kh reports that.

  $ printf 'export ALPHA=old\nexec 3>/dev/null\n[[ -n $HOME ]] && exec sh -c "echo [\\$ALPHA]"\n' > ~/.bashrc; cp ~/.bashrc ~/.zshrc
  $ ask bash; ask zsh
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  kh: a file of this shell may start another program here: exec sh -c "echo [\$ALPHA]"; what its files set again is not noticed
  [sk_a]
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  kh: a file of this shell may start another program here: [[ -n $HOME ]] && exec sh -c "echo [\$ALPHA]"; what its files set again is not noticed
  [sk_a]

fish calls nothing before a command of its files: they are searched for one.

  $ printf 'set -gx ALPHA old\nexec sh -c "echo [\\$ALPHA]"\n' > ~/.config/fish/config.fish
  $ SHELL=fish kh shell -p rc -e dev < /dev/null 2>&1 | grep -a '^note\|^\[.*\]$'
  note: a file of this shell may start another program here: exec sh -c "echo [\$ALPHA]"; what its files set again is not noticed
  [old]
  $ rm ~/.config/fish/config.fish; SHELL=fish kh shell -p rc -e dev < /dev/null 2>&1 | grep -a '^note'
  [1]

A server of shells that is already running gives them its own environment, which kh says.

  $ mkdir -p bin && printf '#!/bin/sh\necho "[$ALPHA]"\n' > bin/tmux && chmod +x bin/tmux && cp bin/tmux bin/zellij && export PATH="$PWD/bin:$PATH"
  $ printf 'export ALPHA=old\ncommand -v tmux > /dev/null && tmux attach\nzellij\nexit\n' > ~/.bashrc; cp ~/.bashrc ~/.zshrc
  $ ask bash; ask zsh
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  kh: a file of this shell may show other shells here: tmux attach; a server of it that is already running does not pass the variables on; run kh shell inside it
  [sk_a]
  kh: a file of this shell may show other shells here: zellij; a server of it that is already running does not pass the variables on; run kh shell inside it
  [sk_a]
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  kh: a file of this shell may show other shells here: command -v tmux > /dev/null && tmux attach; a server of it that is already running does not pass the variables on; run kh shell inside it
  [sk_a]
  kh: a file of this shell may show other shells here: zellij; a server of it that is already running does not pass the variables on; run kh shell inside it
  [sk_a]
  $ printf 'set -q TMUX; or tmux attach\n' > ~/.config/fish/config.fish; SHELL=fish kh shell -p rc -e dev < /dev/null 2>&1 | grep -a '^note'; rm ~/.config/fish/config.fish
  note: a file of this shell may show other shells here: tmux attach; a server of it that is already running does not pass the variables on; run kh shell inside it

Nor do the options of a shell change what arrives.

  $ : > ~/.bashrc; : > ~/.zshrc
  $ for options in 'set -eu' 'set -o posix' 'shopt -s extdebug'; do printf '%s\nexport ALPHA=old\n' "$options" > ~/.bashrc; echo "bash: $options"; ask bash; done
  bash: set -eu
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0
  bash: set -o posix
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0
  bash: shopt -s extdebug
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0
  $ for options in 'set -eu' 'emulate sh' 'setopt KSH_ARRAYS' 'setopt CSH_JUNKIE_QUOTES'; do printf '%s\nexport ALPHA=old\n' "$options" > ~/.zshrc; echo "zsh: $options"; ask zsh; done
  zsh: set -eu
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0
  zsh: emulate sh
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0
  zsh: setopt KSH_ARRAYS
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0
  zsh: setopt CSH_JUNKIE_QUOTES
  kh: set again by the files of this shell, and put back to the vault's value: ALPHA
  [sk_a|b  b|sk_c]
  0

A variable that is part of the shell is refused for it.

  $ printf x | kh add status -p special -e dev --stdin --env-var status --quiet
  $ SHELL=zsh kh shell -p special -e dev
  error: zsh itself uses status, so it cannot be set
  hint: give it another name with --as NAME=REF, leave it out with --except, or use kh run
  [6]
