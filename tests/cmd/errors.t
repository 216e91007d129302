Wrong usage is status 2, with what to do; nothing of what stood there is repeated if it may be a value.

  $ kh frobnicate
  $ kh lst
  $ kh list --nope
  $ kh list --tag
  $ kh add
  $ kh get
  $ kh list --json=yes
  $ kh --color loud list
  $ kh completions tcsh
  $ kh help nonsense
  $ kh rm a b
  $ kh environment frob
  $ kh list --due=7

With --json an error is one document.

  $ kh list --nope --json
  $ kh --json frobnicate
  $ kh --json list --no-input
  $ kh unlock --json --no-input
  $ vault
  $ kh --json get kh://shop/dev/none
  $ kh --json get 'kh://shop'
  $ kh --json get none -p shop
  $ kh --json --quiet add x -p shop -e dev --no-input

Where nothing can be written.

  $ kh list > /dev/full
  $ kh config | head -n 0
  $ kh list >&-
