Values go in from stdin or the terminal, and come out exactly.

  $ vault
  $ printf 'sk_test_u8jzPde0IgxLd6GncfBAepfJ\n' | kh add stripe -p shop -e dev --stdin
  $ kh get kh://shop/dev/stripe
  $ kh get stripe -p shop -e dev
  $ kh get kh://shop/dev/stripe --json
  $ kh show kh://shop/dev/stripe

A second one of that name, or one that fills the same variable, is refused.

  $ printf x | kh add stripe -p shop -e dev --stdin
  $ printf x | kh add other -p shop -e dev --stdin --env-var STRIPE_SECRET_KEY

One final newline is dropped, no more; --raw keeps it.

  $ printf 'two\n\n' | kh add lines -p shop -e dev --stdin --quiet
  $ kh get kh://shop/dev/lines | od -An -c
  $ printf 'kept\n' | kh add raw -p shop -e dev --stdin --raw --quiet
  $ kh get kh://shop/dev/raw | od -An -c
  $ printf '' | kh add empty -p shop -e dev --stdin --quiet
  $ kh get kh://shop/dev/empty | od -An -c
  $ printf '\377\000' | kh add bytes -p shop -e dev --stdin --env-var '' --quiet
  $ kh get kh://shop/dev/bytes | od -An -tx1
  $ kh get kh://shop/dev/bytes --json

What is no secret, and what is made up.

  $ printf debug | kh add log-level -p shop -e dev --stdin --plain
  $ kh add session -p shop -e dev --generate
  $ kh get kh://shop/dev/session | wc -c
  $ kh add short -p shop -e dev --generate=12 --env-var ''
  $ kh get kh://shop/dev/short | tr -d 'A-Za-z0-9' | wc -c
  $ kh add tiny -p shop -e dev --generate=4

Several fields.

  $ echo '{"access_key_id":"AKIAPZOM7WBBR6QMW4WX","secret_access_key":"fogo/+"}' |
  >   kh add aws -p shop -e dev --field access_key_id --field secret_access_key --stdin
  $ kh get kh://shop/dev/aws
  $ kh get kh://shop/dev/aws/access_key_id
  $ kh get kh://shop/dev/aws --field secret_access_key
  $ kh get kh://shop/dev/aws --field token
  $ echo '{"access_key_id":"a"}' | kh add aws2 -p shop -e dev --field access_key_id --field secret --stdin
  $ echo '{"a":"1","b":"2","c":"3"}' | kh add aws2 -p shop -e dev --field a --field b --stdin
  $ echo 'hunter2' | kh add aws2 -p shop -e dev --field a --field b --stdin
  $ echo '{"a":"1","b":"2"}' | kh add pair -p shop -e dev --field a=FIRST --field b=SECOND --stdin
  $ echo '{"a":"1","b":"2"}' | kh add twins -p shop -e dev --field a --field a --stdin
  $ echo '{"a":"1","b":"2"}' | kh add same -p shop -e dev --field a=SAME --field b=SAME --stdin
  $ echo '{"a":"1","b":"2"}' | kh add one -p shop -e dev --field a --field b --env-var ONE --stdin

A new value is a new version; the old one is the previous.

  $ printf 'sk_test_new' | kh set stripe -p shop -e dev --stdin
  $ kh get kh://shop/dev/stripe
  $ kh get kh://shop/dev/stripe --version 1
  $ kh get kh://shop/dev/stripe --version 7
  $ printf 'other' | kh set kh://shop/dev/aws/secret_access_key --stdin
  $ kh get kh://shop/dev/aws/secret_access_key
  $ kh get kh://shop/dev/aws/access_key_id
  $ printf 'again' | kh set aws -p shop -e dev --field secret_access_key --stdin
  $ printf x | kh set aws -p shop -e dev --field token --stdin
  $ kh set session -p shop -e dev --generate=48 && kh get kh://shop/dev/session | wc -c
  $ printf x | kh set strip -p shop -e dev --stdin

Nobody is there to type it.

  $ kh add typed -p shop -e dev --no-input
  $ kh set stripe -p shop -e dev --no-input
  $ kh add typed hunter2 -p shop -e dev
  $ kh set stripe hunter2 -p shop -e dev

What may be said about one.

  $ printf x | kh add full -p shop -e dev --stdin --provider stripe --env-var FULL_KEY \
  >   --scope read --scope charges:write --allow-ip 10.0.0.0/8 --allow-ip 2001:db8::1 \
  >   --owner Mia --tag payments --tag eu --url https://dashboard.stripe.com/apikeys \
  >   --note 'asks support first' --quota '100 requests a second' \
  >   --expires 2999-12-31 --rotate-every 90
  $ kh show kh://shop/dev/full
  $ kh show kh://shop/dev/full --json | shape

Dates and addresses that are none.

  $ printf x | kh add bad -p shop -e dev --stdin --expires tomorrow
  $ printf x | kh add bad -p shop -e dev --stdin --expires 2027-02-30
  $ printf x | kh add bad -p shop -e dev --stdin --rotate-every 0
  $ printf x | kh add bad -p shop -e dev --stdin --allow-ip 10.0.0.300
  $ printf x | kh add bad -p shop -e dev --stdin --allow-ip 10.0.0.0/33
  $ printf x | kh add instant -p shop -e dev --stdin --quiet --expires 2999-12-31T23:00:00+01:00
  $ kh show kh://shop/dev/instant | grep Expires

Names that are none.

  $ printf x | kh add '' -p shop -e dev --stdin
  $ printf x | kh add ' stripe' -p shop -e dev --stdin
  $ printf x | kh add "$(printf 'a\033[2Jb')" -p shop -e dev --stdin
  $ printf x | kh add "$(printf '%0300d' 0)" -p shop -e dev --stdin | cut -c 1-100
  $ printf x | kh add bad -p '' -e dev --stdin
  $ printf x | kh add bad -p shop -e dev --stdin --env-var '1ST'
  $ printf x | kh add bad -p shop -e dev --stdin --env-var 'A=B'
  $ printf x | kh add bad -p shop -e dev --stdin --field ''
  $ printf x | kh add 'größe/日本 x' -p 'mein laden' -e dev --stdin
  $ kh get 'kh://mein%20laden/dev/gr%C3%B6%C3%9Fe%2F%E6%97%A5%E6%9C%AC%20x'
  $ kh get 'kh://shop/dev'
  $ kh get 'kh://shop/dev/stripe' -p shop -e dev
  $ kh get stripe
  $ kh get stripe -p shop

Values that no variable can hold are stored, but said to be too much beyond 1 MiB.

  $ head -c 1048576 /dev/zero | tr '\0' a | kh add big -p big -e dev --stdin --quiet
  $ kh get kh://big/dev/big | wc -c
  $ head -c 1048577 /dev/zero | tr '\0' a | kh add bigger -p big -e dev --stdin
  $ kh run -p big -e dev -- true
  $ printf 'a\0b' | kh add nul -p nul -e dev --stdin
  $ kh run -p nul -e dev -- true

There is no clipboard here.

  $ kh get kh://shop/dev/stripe --copy
