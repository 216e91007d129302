Values go in from stdin or the terminal, and come out exactly.

  $ vault
  $ printf 'sk_test_u8jzPde0IgxLd6GncfBAepfJ\n' | kh add stripe -p shop -e dev --stdin
  Stored stripe in shop/dev, setting STRIPE_SECRET_KEY.
  Rotation is due every 90 days by default; change that with --rotate-every.
  $ kh get kh://shop/dev/stripe
  sk_test_u8jzPde0IgxLd6GncfBAepfJ (no-eol)
  $ kh get stripe -p shop -e dev
  sk_test_u8jzPde0IgxLd6GncfBAepfJ (no-eol)
  $ kh get kh://shop/dev/stripe --json
  {"field":"value","kind":"secret","value":"sk_test_u8jzPde0IgxLd6GncfBAepfJ"}
  $ kh show kh://shop/dev/stripe
  Name          stripe
  Reference     kh://shop/dev/stripe
  Environment   shop/dev (development)
  State         fine
  Provider      stripe
  Field         value (secret), sets STRIPE_SECRET_KEY
  Rotation due  * (in 90 days), 90 days after it was added on * (glob)
  Rotate every  90 days
  Version       1, since * (glob)
  Stored        * (glob)
  Changed       * (glob)
  Used          3 times, last * (glob)

A second one of that name, or one that fills the same variable, is refused.

  $ printf x | kh add stripe -p shop -e dev --stdin
  error: stripe exists already
  hint: choose another name, or set a new value with: kh set
  [5]
  $ printf x | kh add other -p shop -e dev --stdin --env-var STRIPE_SECRET_KEY
  error: the variable STRIPE_SECRET_KEY is already set by the key stripe
  hint: choose another one with --env-var VAR (--field F=VAR for one of several fields), or none with --env-var ''
  [5]

One final newline is dropped, no more; --raw keeps it.

  $ printf 'two\n\n' | kh add lines -p shop -e dev --stdin --quiet
  $ kh get kh://shop/dev/lines | od -An -c
     t   w   o  \n
  $ printf 'kept\n' | kh add raw -p shop -e dev --stdin --raw --quiet
  $ kh get kh://shop/dev/raw | od -An -c
     k   e   p   t  \n
  $ printf '' | kh add empty -p shop -e dev --stdin --quiet --yes
  $ kh get kh://shop/dev/empty | od -An -c
  $ printf '\377\000' | kh add bytes -p shop -e dev --stdin --env-var '' --quiet
  $ kh get kh://shop/dev/bytes | od -An -tx1
   ff 00
  $ kh get kh://shop/dev/bytes --json
  {"field":"value","kind":"secret","value_base64":"/wA="}

What is no secret, and what is made up.

  $ printf debug | kh add log-level -p shop -e dev --stdin --plain
  Stored log-level in shop/dev, setting LOG_LEVEL.
  $ kh add session -p shop -e dev --generate
  Stored session in shop/dev, setting SESSION.
  $ kh get kh://shop/dev/session | wc -c
  32
  $ kh add short -p shop -e dev --generate=12 --env-var ''
  Stored short in shop/dev.
  $ kh get kh://shop/dev/short | tr -d 'A-Za-z0-9' | wc -c
  0
  $ kh add tiny -p shop -e dev --generate=4
  error: invalid value '4' for '--generate[=<LEN>]': expected a length from 12 to 1024
  hint: see: kh add --help
  [2]

Several fields.

  $ echo '{"access_key_id":"AKIAPZOM7WBBR6QMW4WX","secret_access_key":"fogo/+"}' |
  >   kh add aws -p shop -e dev --field access_key_id --field secret_access_key --stdin
  Stored aws in shop/dev, setting AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  Rotation is due every 90 days by default; change that with --rotate-every.
  $ kh get kh://shop/dev/aws
  error: aws has several fields: access_key_id, secret_access_key
  hint: name one with --field, or as the last part of the reference
  [2]
  $ kh edit kh://shop/dev/aws --env-var AWS
  error: aws has several fields
  hint: name the variable of each field (access_key_id, secret_access_key) with --field FIELD=VARIABLE
  [2]
  $ kh get kh://shop/dev/aws/access_key_id
  AKIAPZOM7WBBR6QMW4WX (no-eol)
  $ kh get kh://shop/dev/aws --field secret_access_key
  fogo/+ (no-eol)
  $ kh get kh://shop/dev/aws --field token
  error: aws has no field token
  hint: its fields are: access_key_id, secret_access_key
  [4]
  $ echo '{"access_key_id":"i","secret_access_key":"s"}' | kh add cloud -p shop -e prod --provider aws --stdin
  Stored cloud in shop/prod, setting AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  Rotation is due every 90 days by default; change that with --rotate-every.
  note: shop/prod is new and counts as production; if it is not: kh environment set shop/prod --tier development
  $ printf token | kh add AWS_SESSION_TOKEN -p shop -e prod --provider aws --stdin --quiet
  $ kh get kh://shop/prod/AWS_SESSION_TOKEN
  token (no-eol)
  $ echo '{"access_key_id":"a"}' | kh add aws2 -p shop -e dev --field access_key_id --field secret --stdin
  error: the field secret is missing on stdin
  hint: expected access_key_id, secret
  [2]
  $ echo '{"a":"1","b":"2","c":"3"}' | kh add aws2 -p shop -e dev --field a --field b --stdin
  error: stdin contains an unknown field
  hint: expected a, b
  [2]
  $ echo 'hunter2' | kh add aws2 -p shop -e dev --field a --field b --stdin
  error: stdin is not a JSON object with a text for each field
  hint: expected a, b
  [2]
  $ echo '{"a":"1","b":"2"}' | kh add pair -p shop -e dev --field a=FIRST --field b=SECOND --stdin
  Stored pair in shop/dev, setting FIRST, SECOND.
  $ echo '{"a":"1","b":"2"}' | kh add twins -p shop -e dev --field a --field a --stdin
  error: the field a is given twice
  hint: give each field its own name
  [2]
  $ echo '{"a":"1","b":"2"}' | kh add same -p shop -e dev --field a=SAME --field b=SAME --stdin
  error: two fields cannot both set SAME
  hint: give each field its own variable
  [2]
  $ echo '{"a":"1","b":"2"}' | kh add one -p shop -e dev --field a --field b --env-var ONE --stdin
  error: --env-var needs a key with one field
  hint: name the variable of each field (a, b) with --field FIELD=VARIABLE
  [2]

A new value is a new version; the old one is the previous.

  $ printf 'sk_test_new' | kh set stripe -p shop -e dev --stdin
  Replaced the value of stripe in shop/dev, setting STRIPE_SECRET_KEY.
  Version 2 is in use; version 1 is the previous one until *. (glob)
  To go back: kh rollback kh://shop/dev/stripe --to 1
  The rotation of stripe is due * (in 90 days), 90 days after the new value of *. (glob)
  $ kh get kh://shop/dev/stripe
  sk_test_new (no-eol)
  $ kh get kh://shop/dev/stripe --version 1
  sk_test_u8jzPde0IgxLd6GncfBAepfJ (no-eol)
  $ kh get kh://shop/dev/stripe --version first
  error: invalid value 'first' for '--version <N>': expected a whole number
  hint: see: kh get --help
  [2]
  $ kh get kh://shop/dev/stripe --version 7
  error: stripe has no version 7, or its value was erased
  hint: list its versions with: kh history
  [4]
  $ printf 'other' | kh set kh://shop/dev/aws/secret_access_key --stdin
  Replaced the value of aws in shop/dev, setting AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  Version 2 is in use; version 1 is the previous one until *. (glob)
  To go back: kh rollback kh://shop/dev/aws --to 1
  The rotation of aws is due * (in 90 days), 90 days after the new value of *. (glob)
  $ kh get kh://shop/dev/aws/secret_access_key
  other (no-eol)
  $ kh get kh://shop/dev/aws/access_key_id
  AKIAPZOM7WBBR6QMW4WX (no-eol)
  $ printf 'again' | kh set aws -p shop -e dev --field secret_access_key --stdin
  Replaced the value of aws in shop/dev, setting AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  Version 3 is in use; version 2 is the previous one until *. (glob)
  To go back: kh rollback kh://shop/dev/aws --to 2
  The rotation of aws is due * (in 90 days), 90 days after the new value of *. (glob)
  $ printf x | kh set aws -p shop -e dev --field token --stdin
  error: aws has no field token
  hint: its fields are: access_key_id, secret_access_key
  [4]
  $ kh set session -p shop -e dev --generate=48 && kh get kh://shop/dev/session | wc -c
  Replaced the value of session in shop/dev, setting SESSION.
  Version 2 is in use; version 1 is the previous one until *. (glob)
  To go back: kh rollback kh://shop/dev/session --to 1
  48
  $ printf x | kh set strip -p shop -e dev --stdin
  error: there is no key strip
  hint: did you mean stripe?
  [4]

The expiry of the old key is neither kept nor dropped without a word; --expires gives the new one's.

  $ add ending x --expires 2999-12-31
  $ printf y | kh set ending -p shop -e dev --stdin >/dev/null
  note: it still has the previous value's expiry, 2999-12-31 (in * days); set one for the new value: kh edit kh://shop/dev/ending --expires DATE (glob)
  $ printf z | kh set ending -p shop -e dev --stdin --expires keep --json | grep -o '"expires":"[0-9-]*"'
  "expires":"2999-12-31"
  $ printf 1 | kh set ending -p shop -e dev --stdin --expires 2998-01-01 --quiet
  $ kh show kh://shop/dev/ending | grep Expires
  Expires       2998-01-01 (in * days) (glob)
  $ printf 1 | kh set ending -p shop -e dev --stdin --expires 2997-01-01
  ending has this value already; its expiry is 2997-01-01 (in * days) now. (glob)
  $ printf 1 | kh set ending -p shop -e dev --stdin --expires none
  ending has this value already; it has no expiry now.
  $ kh edit kh://shop/dev/ending --expires 2001-01-01 --quiet
  warning: 2001-01-01 is in the past: the key is expired
  $ printf 2 | kh set ending -p shop -e dev --stdin >/dev/null
  note: the expiry was removed: 2001-01-01, the previous value's, has passed; set one for the new value: kh edit kh://shop/dev/ending --expires DATE
  $ printf 3 | kh set ending -p shop -e dev --stdin --expires soon
  error: invalid value 'soon' for '--expires <DATE>': expected YYYY-MM-DD, a time such as 2027-01-31T12:00:00Z, a span such as 90d, 2w, 3mo or 1y, or none
  hint: see: kh set --help
  [2]
  $ kh rm kh://shop/dev/ending --quiet

Nobody is there to type it.

  $ kh add typed -p shop -e dev --no-input
  error: there is no terminal to ask for the value
  hint: pass it with --stdin
  [2]
  $ kh set stripe -p shop -e dev --no-input
  error: there is no terminal to ask for the value
  hint: pass it with --stdin
  [2]
  $ kh add typed hunter2 -p shop -e dev
  error: unexpected argument
  hint: values are never read from the command line: enter the value when prompted, or use --stdin
  [2]
  $ kh set stripe hunter2 -p shop -e dev
  error: unexpected argument
  hint: values are never read from the command line: enter the value when prompted, or use --stdin
  [2]

The metadata of a credential.

  $ printf x | kh add full -p shop -e dev --stdin --provider stripe --env-var FULL_KEY \
  >   --scope read --scope charges:write --allow-ip 10.0.0.0/8 --allow-ip 2001:db8::1 \
  >   --owner Mia --tag payments --tag eu --url https://dashboard.stripe.com/apikeys \
  >   --note 'asks support first' --quota '100 requests a second' \
  >   --expires 2999-12-31 --rotate-every 90
  Stored full in shop/dev, setting FULL_KEY.
  $ kh show kh://shop/dev/full
  Name          full
  Reference     kh://shop/dev/full
  Environment   shop/dev (development)
  State         fine
  Provider      stripe
  Field         value (secret), sets FULL_KEY
  Expires       2999-12-31 (in * days) (glob)
  Rotation due  * (in 90 days), 90 days after it was added on * (glob)
  Rotate every  90 days
  Scopes        read, charges:write
  Allowed from  10.0.0.0/8, 2001:db8::1
  Owner         Mia
  Quota         100 requests a second
  Tags          payments, eu
  Page          https://dashboard.stripe.com/apikeys
  Note          asks support first
  Version       1, since * (glob)
  Stored        * (glob)
  Changed       * (glob)
  Used          never
  $ kh show kh://shop/dev/full --json | shape
  {
    "id": "UUIDv7",
    "revision": 1,
    "name": "full",
    "project": "shop",
    "environment": "dev",
    "tier": "development",
    "provider": "stripe",
    "variables": [
      "FULL_KEY"
    ],
    "fields": 1,
    "plain": false,
    "scopes": [
      "read",
      "charges:write"
    ],
    "tags": [
      "payments",
      "eu"
    ],
    "expires": "2999-12-31",
    "expires_in": {
      "seconds": *, (glob)
      "in_days": *, (glob)
      "words": {
        "code": "in_days",
        "days": * (glob)
      }
    },
    "rotation_due": "*", (glob)
    "rotation_in": {
      "seconds": *, (glob)
      "in_days": 90,
      "words": {
        "code": "in_days",
        "days": 90
      }
    },
    "state": "fine",
    "last_used": null,
    "field_list": [
      {
        "name": "value",
        "kind": "secret",
        "variable": "FULL_KEY",
        "allow_loader_variable": false
      }
    ],
    "allowed_ips": [
      "10.0.0.0/8",
      "2001:db8::1"
    ],
    "owner": "Mia",
    "quota": "100 requests a second",
    "url": "https://dashboard.stripe.com/apikeys",
    "note": "asks support first",
    "rotate_every_days": 90,
    "rotate_on": null,
    "never_rotate": null,
    "rotation_basis": "added",
    "lead_times": null,
    "snoozed_until": null,
    "created_at": "TIME",
    "changed_at": "TIME",
    "rotated_at": "TIME",
    "uses": 0,
    "version": 1
  }

Dates and addresses that are none.

  $ printf x | kh add bad -p shop -e dev --stdin --expires tomorrow
  error: invalid value 'tomorrow' for '--expires <DATE>': expected YYYY-MM-DD, a time such as 2027-01-31T12:00:00Z, a span such as 90d, 2w, 3mo or 1y, or none
  hint: see: kh add --help
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --expires 2027-02-30
  error: invalid value '2027-02-30' for '--expires <DATE>': there is no such day
  hint: see: kh add --help
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --rotate-every 0
  error: invalid value '0' for '--rotate-every <DAYS>': expected 1 to 36500 days
  hint: see: kh add --help
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --allow-ip 10.0.0.300
  error: invalid value '10.0.0.300' for '--allow-ip <IP>': expected an address such as 203.0.113.7 or a network such as 10.0.0.0/8
  hint: see: kh add --help
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --allow-ip 10.0.0.0/33
  error: invalid value '10.0.0.0/33' for '--allow-ip <IP>': expected an address such as 203.0.113.7 or a network such as 10.0.0.0/8
  hint: see: kh add --help
  [2]
  $ printf x | kh add instant -p shop -e dev --stdin --quiet --expires 2999-12-31T23:00:00+01:00
  $ kh show kh://shop/dev/instant | grep Expires
  Expires       2999-12-31 22:00 (in * days) (glob)

Names that are none.

  $ printf x | kh add '' -p shop -e dev --stdin
  error: the name of the key is empty
  hint: give it a name of 1 to 128 bytes
  [2]
  $ printf x | kh add ' stripe' -p shop -e dev --stdin
  error: the name of the key begins or ends with a space
  hint: leave out the space
  [2]
  $ printf x | kh add "$(printf 'a\033[2Jb')" -p shop -e dev --stdin
  error: the name of the key contains an invisible character
  hint: type it instead of copying it
  [2]
  $ printf x | kh add "$(printf '%0300d' 0)" -p shop -e dev --stdin | cut -c 1-100
  error: the name of the key is longer than 128 bytes
  hint: shorten it
  $ printf x | kh add a/b -p shop -e dev --stdin
  error: the name of the key contains a slash
  hint: a slash separates project, environment and name; use another character
  [2]
  $ printf x | kh add bad -p '' -e dev --stdin
  error: the name of the project is empty
  hint: give it a name of 1 to 128 bytes
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --env-var '1ST'
  error: invalid value '1ST' for '--env-var <VAR>': a variable name consists of letters, digits and _, and does not start with a digit
  hint: see: kh add --help
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --env-var 'A=B'
  error: invalid value 'A=B' for '--env-var <VAR>': a variable name consists of letters, digits and _, and does not start with a digit
  hint: see: kh add --help
  [2]
  $ printf x | kh add bad -p shop -e dev --stdin --field ''
  error: invalid value '' for '--field <F[=VAR]>': expected FIELD or FIELD=VARIABLE
  hint: see: kh add --help
  [2]
  $ printf x | kh add 'größe 日本 x' -p 'mein laden' -e dev --stdin
  error: no variable can be named after größe 日本 x
  hint: name the variable with --env-var VAR (--field F=VAR for one of several fields), or use --env-var '' for none
  [2]
  $ printf x | kh add 'größe 日本 x' -p 'mein laden' -e dev --stdin --env-var GROESSE
  Stored größe 日本 x in mein laden/dev, setting GROESSE.
  note: mein laden is a new project; take a wrong one back with kh rm, then kh environment rm
  $ kh get 'kh://mein%20laden/dev/gr%C3%B6%C3%9Fe%20%E6%97%A5%E6%9C%AC%20x'
  x (no-eol)
  $ kh get 'kh://shop/dev'
  error: a reference is kh://PROJECT/ENVIRONMENT/NAME[/FIELD] or kh:NAME[/FIELD]
  hint: see: kh help references
  [2]
  $ kh get 'kh://shop/dev/stripe' -p shop -e dev
  error: the reference already says where
  hint: leave out -p and -e
  [2]
  $ kh get stripe
  sk_test_new (no-eol)
  $ kh get stripe -e dev
  sk_test_new (no-eol)
  $ kh get stripe -e qa
  error: no environment qa has a key stripe
  hint: there is: kh://shop/dev/stripe
  [4]
  $ kh get strpie
  error: no project has a key strpie
  hint: did you mean stripe?
  [4]
  $ kh get nothing
  error: no project has a key nothing
  hint: see what there is with: kh list
  [4]
  $ kh get nothing -e qa
  error: no environment qa has a key nothing
  hint: see what there is with: kh list
  [4]
  $ kh get stripe -p shp
  error: there is no project shp
  hint: did you mean shop?
  [4]
  $ kh add other --stdin < /dev/null
  error: which project and environment?
  hint: add -p PROJECT -e ENV
  [2]
  $ kh get stripe -p shop
  error: which environment of shop?
  hint: add -e ENV; shop has: dev, prod
  [2]

Values that no variable can hold are stored, but said to be too much beyond 1 MiB.

  $ head -c 1048576 /dev/zero | tr '\0' a | kh add big -p big -e dev --stdin --quiet
  $ kh get kh://big/dev/big | wc -c
  1048576
  $ head -c 1048577 /dev/zero | tr '\0' a | kh add bigger -p big -e dev --stdin
  error: a value has at most 1048576 bytes
  hint: nothing was stored; keep large files elsewhere and store only their encryption key
  [2]
  $ head -c 2000000 /dev/zero | kh add bigger -p big -e dev --stdin
  error: a value has at most 1048576 bytes
  hint: nothing was stored; keep large files elsewhere and store only their encryption key
  [2]
  $ printf 'a\0b' | kh add nul -p nul -e dev --stdin
  Stored nul in nul/dev, setting NUL.
  note: no program can be given NUL: its value holds a NUL byte; launches with it are refused; give it as a file with kh run --file NUL=kh://nul/dev/nul, or let it fill no variable: kh edit kh://nul/dev/nul --env-var ''
  note: nul is a new project; take a wrong one back with kh rm, then kh environment rm

There is no clipboard here.

  $ kh get kh://shop/dev/stripe --copy
  error: the clipboard cannot be used: there is no display
  hint: a clipboard needs a desktop session; kh get prints the value instead
  [1]

A value given with the name is no name.

  $ kh add STRIPE_KEY=sk_live_made_up -p shop -e dev --generate
  error: a name cannot contain =, and values are never read from the command line
  hint: enter the value when prompted, or pass it with --stdin
  [2]

The value there is, given again, pushes out no older one.

  $ printf 'one' | kh add twice -p shop -e dev --stdin --quiet
  $ printf 'two' | kh set twice -p shop -e dev --stdin --quiet
  $ printf 'two' | kh set twice -p shop -e dev --stdin
  twice has this value already; nothing was changed.
  $ kh history kh://shop/dev/twice --json | grep -o '"label":"[a-z]*"'
  "label":"current"
  "label":"previous"
  $ printf 'two' | kh set twice -p shop -e dev --stdin --json | grep -c '"version":2'
  1
  $ kh rm kh://shop/dev/twice --quiet

An empty value is more often a mistake of what came before the pipe.

  $ printf '' | kh add hollow -p shop -e dev --stdin
  error: the value on stdin is empty
  hint: store an empty value with --yes
  [2]
  $ printf '' | kh set stripe -p shop -e dev --stdin
  error: the value on stdin is empty
  hint: store an empty value with --yes
  [2]
  $ printf '' | kh add hollow -p shop -e dev --stdin --yes
  Stored hollow in shop/dev, setting HOLLOW.
  $ kh rm kh://shop/dev/hollow --quiet

A service that nobody knows, and an end that has passed.

  $ printf x | kh add odd -p shop -e dev --stdin --provider stirpe
  error: there is no provider stirpe in the catalogue
  hint: did you mean stripe? All are listed by: kh provider list
  [4]
  $ printf x | kh add odd -p shop -e dev --stdin --provider nonsense
  error: there is no provider nonsense in the catalogue
  hint: list them with: kh provider list; leave it out for a service that is not there
  [4]
  $ kh edit stripe -p shop -e dev --provider nonsense
  error: there is no provider nonsense in the catalogue
  hint: list them with: kh provider list; leave it out for a service that is not there
  [4]
  $ printf x | kh add odd -p shop -e dev --stdin --expires 2001-02-03
  Stored odd in shop/dev, setting ODD.
  warning: 2001-02-03 is in the past: the key is expired
  $ kh edit odd -p shop -e dev --expires 2001-02-04
  warning: 2001-02-04 is in the past: the key is expired
  Changed odd.

Characters that nobody sees are kept and named; a name that looks like another one is refused.

  $ printf 'sk_1\342\200\213' | kh add hid -p shop -e dev --stdin --quiet
  warning: the value of hid has characters that cannot be seen: U+200B ZERO WIDTH SPACE; they are kept; if they came with a copy, set the value again without them: kh set
  $ kh get shop/dev/hid | wc -c
  7
  $ printf x | kh add hld -p shop -e dev --stdin --quiet
  $ printf x | kh add hId -p shop -e dev --stdin --env-var OTHER
  error: hId can be mistaken for hld, which exists: they differ only in characters that look alike
  hint: choose a name that differs more, or use hld
  [5]
  $ printf x | kh add "$(printf 'cafe\314\201')" -p shop -e dev --stdin --env-var CAFE
  Stored café in shop/dev, setting CAFE.
  $ kh get "kh://shop/dev/$(printf 'cafe\314\201' | sed 's/\xcc/%CC/;s/\x81/%81/')"
  x (no-eol)
  $ printf x | kh add naïve -p shop -e dev --stdin
  error: no variable can be named after naïve
  hint: name the variable with --env-var VAR (--field F=VAR for one of several fields), or use --env-var '' for none
  [2]
