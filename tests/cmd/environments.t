An environment is made on first use; its name tells its tier.

  $ vault
  $ kh environment list
  $ for name in prod production live staging stage qa dev development local test; do
  >   printf x | kh add key -p shop -e $name --stdin --quiet
  > done
  $ kh environment

Other names do not tell; then it is asked for.

  $ printf x | kh add key -p shop -e demo --stdin
  $ printf x | kh add key -p shop -e demo --stdin --tier staging
  $ printf x | kh add other -p shop -e demo --stdin --tier production
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu --tier production --dry-run
  $ printf 'KEY=x\n' | kh import dotenv - -p shop -e eu --tier production --quiet
  $ kh environment list --json | shape | head -24

A tier can be set, for a new one too.

  $ kh environment set shop/demo --tier production
  $ kh environment set shop/lab --tier development --json
  $ kh environment set shop --tier staging
  $ kh environment set shop/demo --tier holy
  $ kh environment set shop/demo
  $ kh environment set shop/ --tier staging
  $ kh environment list | grep -e demo -e eu -e lab
