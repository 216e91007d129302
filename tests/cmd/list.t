What is there, in columns; never a value.

  $ vault
  $ kh list
  $ kh list --json
  $ add stripe hunter2 --provider stripe --tag payments --expires 2999-12-31
  $ add sendgrid hunter3 --tag mail --rotate-every 30
  $ add old hunter4 --expires 2001-02-03
  $ printf hunter5 | kh add stripe -p shop -e prod --stdin --quiet
  $ printf hunter6 | kh add token -p blog -e dev --stdin --quiet
  $ kh get kh://blog/dev/token
  $ kh list

Narrowed.

  $ kh list -p blog
  $ kh list -p shop -e prod
  $ kh list --tag mail
  $ kh list --provider stripe
  $ kh list --expired
  $ kh list --due
  $ kh list --unused -p blog
  $ kh list STRIPE
  $ kh list payments
  $ kh list nothing-like-it
  $ kh list nothing-like-it --quiet
  $ kh list -p nowhere
  $ kh list -e dev stripe
  $ kh list two words

As one document.

  $ kh list --json -p shop -e prod | shape
  $ kh list --json --expired | shape
  $ kh list --json | grep -c hunter
  $ kh show kh://shop/dev/old --json | grep -c hunter
  $ kh list --color always -p blog | cat -v
