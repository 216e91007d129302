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
  error: /no/such/shell was not found
  hint: is it installed, and in PATH?
  [127]
  $ kh shell
  error: no project or environment given
  hint: add -p PROJECT -e ENV, or write a .keyhaven.toml (kh help project-file)
  [2]
  $ kh shell -p shop -e prod
  error: there is no environment prod in project shop
  hint: see what there is with: kh list
  [4]
  $ kh shell -p shop -e dev -- true
  error: unexpected argument
  hint: quote arguments that contain spaces; see: kh shell --help
  [2]
