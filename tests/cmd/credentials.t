Adding, changing and removing credentials.

  $ vault

A value comes from stdin; one final newline is dropped, unless it is wanted.

  $ echo 'one' | kh add plainly -p shop -e dev --stdin
  Stored plainly in shop/dev, filling PLAINLY.
  $ kh get kh://shop/dev/plainly | od -c
  0000000   o   n   e
  0000003
  $ printf 'two\n' | kh add exactly -p shop -e dev --stdin --raw
  Stored exactly in shop/dev, filling EXACTLY.
  $ kh get kh://shop/dev/exactly | od -c
  0000000   t   w   o  \n
  0000004

Never from an argument.

  $ kh add stripe -p shop -e dev sk_live_1
  error: there is an argument too many
  hint: a value is never taken from the command line: type it when asked, or use --stdin
  [2]

Everything that can be said about one.

  $ printf 'v' | kh add market -p shop -e dev --stdin --env-var MARKET_KEY --scope read --scope trade \
  >   --allow-ip 203.0.113.7 --allow-ip 10.0.0.0/8 --owner alice --tag finance --tag "two words" \
  >   --url https://example.com/keys --note 'for the nightly job' --quota '100/min' \
  >   --expires 2099-12-31 --rotate-every 90
  Stored market in shop/dev, filling MARKET_KEY.
  $ kh show kh://shop/dev/market
  Name          market
  Reference     kh://shop/dev/market
  Environment   shop/dev (development)
  State         fine
  Field         value (secret), fills MARKET_KEY
  Expires       2099-12-31 (in * days) (glob)
  Rotation due  * (in 90 days) (glob)
  Rotate every  90 days
  Scopes        read, trade
  Allowed from  203.0.113.7, 10.0.0.0/8
  Owner         alice
  Quota         100/min
  Tags          finance, two words
  Page          https://example.com/keys
  Note          for the nightly job
  Version       1, since * (glob)
  Stored        * (glob)
  Changed       * (glob)
  Used          never
  $ kh show kh://shop/dev/market --json
  {"id":"*","revision":1,"name":"market","project":"shop","environment":"dev","tier":"development","provider":null,"variables":["MARKET_KEY"],"fields":1,"plain":false,"scopes":["read","trade"],"tags":["finance","two words"],"expires":"2099-12-31","rotation_due":"*","state":"fine","last_used":null,"field_list":[{"name":"value","kind":"secret","variable":"MARKET_KEY","allow_loader_variable":false}],"allowed_ips":["203.0.113.7","10.0.0.0/8"],"owner":"alice","quota":"100/min","url":"https://example.com/keys","note":"for the nightly job","rotate_every_days":90,"lead_times":null,"snoozed_until":null,"created_at":"*","changed_at":"*","rotated_at":"*","uses":0,"version":1} (glob)
  $ kh show market -p shop -e dev | head -2
  Name          market
  Reference     kh://shop/dev/market

Several fields, as a JSON object.

  $ printf '{"access_key_id":"AKIA1","secret_access_key":"s3"}' |
  >   kh add aws -p shop -e dev --stdin --field access_key_id=AWS_ACCESS_KEY_ID --field secret_access_key=AWS_SECRET_ACCESS_KEY
  Stored aws in shop/dev, filling AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
  $ kh get kh://shop/dev/aws
  error: aws has several fields: access_key_id, secret_access_key
  hint: name one with --field, or as the last part of the reference
  [2]
  $ kh get kh://shop/dev/aws/access_key_id
  AKIA1 (no-eol)
  $ kh get kh://shop/dev/aws --field secret_access_key
  s3 (no-eol)
  $ kh get kh://shop/dev/aws/nope
  error: aws has no field nope
  hint: its fields: access_key_id, secret_access_key
  [4]

A value that is no secret, and one that is made up here.

  $ printf 'debug' | kh add LOG_LEVEL -p shop -e dev --stdin --plain
  Stored LOG_LEVEL in shop/dev, filling LOG_LEVEL.
  $ kh add session-secret -p shop -e dev --generate=40
  Stored session-secret in shop/dev, filling SESSION_SECRET.
  $ kh get session-secret -p shop -e dev | tr -d '\n' | wc -c
  40

Names that cannot be, and places that are taken.

  $ add 'a/b' value
  error: the name of the credential: the name of a credential must have 1 to 128 bytes, no control characters and no slash
  [2]
  $ add '' value
  error: the name of the credential: the name of a credential must have 1 to 128 bytes, no control characters and no slash
  [2]
  $ add plainly value
  error: plainly exists already
  hint: give it a new value with: kh set, or choose another name
  [5]
  $ add other value --env-var PLAINLY
  error: PLAINLY is filled by plainly in this environment already
  hint: choose another variable with --env-var
  [5]
  $ add loader value --env-var LD_PRELOAD
  $ add bad value --env-var 'NOT A NAME'
  error: invalid value 'NOT A NAME' for '--env-var <VAR>': a variable's name has letters, digits and _, and no digit first
  hint: see: kh help, or --help after a command
  [2]
  $ add bad value --expires tomorrow-ish
  error: invalid value 'tomorrow-ish' for '--expires <DATE>': expected YYYY-MM-DD, a time as in RFC 3339, days as in 90d, or none
  hint: see: kh help, or --help after a command
  [2]
  $ add bad value --allow-ip 300.1.1.1
  error: invalid value '300.1.1.1' for '--allow-ip <IP>': expected an address such as 203.0.113.7 or a network such as 10.0.0.0/8
  hint: see: kh help, or --help after a command
  [2]
  $ printf 'nul\0inside' | kh add nul -p shop -e dev --stdin
  Stored nul in shop/dev, filling NUL.
  $ kh run -p shop -e dev -- echo started
  error: LD_PRELOAD changes how programs load code and is not injected
  hint: allow it for this credential with: kh edit --allow-loader-variable
  [6]
  $ kh rm kh://shop/dev/loader --quiet
  $ kh run -p shop -e dev -- echo started
  error: the value of NUL holds a NUL byte
  hint: nothing was started
  [1]
  $ kh rm kh://shop/dev/nul --quiet
  $ head -c 1048577 /dev/zero | tr '\0' x | kh add huge -p shop -e dev --stdin
  error: the connection to the agent broke: a frame is too large: segment of 1048577, at most 1048576
  hint: try again; if it stays so: kh agent restart
  [8]
  $ printf '\377\376' | kh add bytes -p shop -e dev --stdin
  Stored bytes in shop/dev, filling BYTES.

An environment whose name does not tell how close to production it is.

  $ printf 'v' | kh add pilot -p shop -e pilot --stdin --no-input
  Stored pilot in shop/pilot, filling PILOT.
  $ printf 'v' | kh add pilot -p shop -e pilot --stdin --tier staging
  error: the tier: the environment's tier is Production
  [2]

A new value is a new version; the old one stays readable as the previous.

  $ printf 'newer' | kh set plainly -p shop -e dev --stdin
  Replaced the value of plainly in shop/dev, filling PLAINLY.
  $ kh get kh://shop/dev/plainly
  newer (no-eol)
  $ kh get kh://shop/dev/plainly --version 1
  one (no-eol)
  $ kh get kh://shop/dev/plainly --version 9
  error: plainly has no version 9, or its value was erased
  hint: see its versions with: kh history
  [4]
  $ kh history kh://shop/dev/plainly
  VERSION  IS                                STORED            USES  LAST USED
  2        current                           *  1     today (glob)
  1        previous, until *  *  4     today (glob)
  
  WHEN              ACTION             OUTCOME   WHERE     WHAT                                                                   BY
  *  use.show           released  shop/dev  plainly                                                                kh (*) (glob)
  *  use.show           released  shop/dev  plainly                                                                kh (*) (glob)
  *  credential.set     done      shop/dev  plainly                                                                kh (*) (glob)
  *  use.launch_failed  failed    shop/dev  LOG_LEVEL, aws, exactly, market, nul, plainly, session-secret          kh for echo (*) (glob)
  *  use.launch         released  shop/dev  LOG_LEVEL, aws, exactly, market, nul, plainly, session-secret          kh for echo (*) (glob)
  *  use.launch_failed  failed    shop/dev  LOG_LEVEL, aws, exactly, loader, market, nul, plainly, session-secret  kh for echo (*) (glob)
  *  use.launch         released  shop/dev  LOG_LEVEL, aws, exactly, loader, market, nul, plainly, session-secret  kh for echo (*) (glob)
  *  use.show           released  shop/dev  plainly                                                                kh (*) (glob)
  *  credential.add     done      shop/dev  plainly                                                                kh (*) (glob)
  $ kh set nothing -p shop -e dev --stdin </dev/null
  error: there is no credential nothing
  hint: see what there is with: kh list
  [4]

Editing what is known.

  $ kh edit kh://shop/dev/market --owner bob --tag solo --rotate-every 30
  Changed market.
  $ kh show kh://shop/dev/market
  Name          market
  Reference     kh://shop/dev/market
  Environment   shop/dev (development)
  State         due soon
  Field         value (secret), fills MARKET_KEY
  Expires       2099-12-31 (in * days) (glob)
  Rotation due  * (in 30 days) (glob)
  Rotate every  30 days
  Scopes        read, trade
  Allowed from  203.0.113.7, 10.0.0.0/8
  Owner         bob
  Quota         100/min
  Tags          solo
  Page          https://example.com/keys
  Note          for the nightly job
  Version       1, since * (glob)
  Stored        * (glob)
  Changed       * (glob)
  Used          2 times, last * (glob)
  $ kh edit kh://shop/dev/market --no-input
  Changed market.

Another name; the old one is gone, and similar names are offered.

  $ kh rename kh://shop/dev/market exchange
  Renamed it to exchange.
  $ kh get kh://shop/dev/market
  error: there is no credential market
  hint: see what there is with: kh list
  [4]
  $ kh get kh://shop/dev/exchnge
  error: there is no credential exchnge
  hint: did you mean exchange?
  [4]
  $ kh get kh://shp/dev/exchange
  error: there is no project shp
  hint: did you mean shop?
  [4]
  $ kh get kh://shop/def/exchange
  error: there is no environment def in project shop
  hint: did you mean dev?
  [4]

Removing moves to the trash, from where it comes back.

  $ kh rm kh://shop/dev/exchange
  Moved exchange to the trash, where it stays for 30 days; take it back with: kh trash restore kh://shop/dev/exchange
  $ kh list exchange
  There is nothing to list.
  $ kh trash list
  NAME      PROJECT  ENV  PROVIDER  EXPIRES        ROTATION DUE  LAST USED
  exchange  shop     dev            in * days  in 30 days    today (glob)
  nul       shop     dev                                         today
  loader    shop     dev                                         today
  $ kh trash restore kh://shop/dev/exchange
  Took exchange back.
  $ kh list exchange
  NAME      PROJECT  ENV  PROVIDER  EXPIRES        ROTATION DUE  LAST USED
  exchange  shop     dev            in * days  in 30 days    today (glob)
