The log: what was done, by which program; never a value.

  $ vault
  $ kh audit
  $ add stripe hunter2
  $ kh get kh://shop/dev/stripe
  $ kh run -p shop -e dev -- true --password hunter3
  $ kh run -p shop -e dev -- no-such-command
  $ printf hunter4 | kh set stripe -p shop -e dev --stdin --quiet
  $ printf x | kh add token -p blog -e dev --stdin --quiet
  $ kh lock --quiet
  $ printf 'wrong password\n' | kh unlock --password-stdin
  $ unlock
  $ kh audit
  $ kh audit --json | grep -c hunter
  $ kh audit -p blog
  $ kh audit kh://shop/dev/stripe --action use.launch
  $ kh audit --limit 1
  $ kh audit --limit 1 --action use.launch --json | shape
  $ kh audit --since 2999-01-01
  $ kh audit --since 2001-01-01 --action credential.add
  $ kh audit --since yesterday
  $ kh audit --action nonsense
  $ kh audit -p shop -e dev
  $ kh audit kh://shop/dev/nothing
