Keys for programs that ask in their own way; git is the real one.

  $ vault
  $ export HOME="$PWD" GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
  $ add github ghp_x --url https://github.com/settings/tokens
  $ add plain ghp_y && printf '{"username":"me","token":"t0"}' | kh add pair -p shop -e dev --field username --field token --stdin --quiet
  $ fill() { printf 'protocol=%s\nhost=%s\n\n' "$1" "$2" | git -c credential.helper="!kh git-credential $3" credential fill 2>&1; }
  $ fill https github.com kh://shop/dev/github
  protocol=https
  host=github.com
  username=token
  password=ghp_x
  $ fill https github.com 'github -p shop -e dev --username me'
  protocol=https
  host=github.com
  username=me
  password=ghp_x
  $ fill https git.example.com 'kh://shop/dev/pair --host git.example.com'
  protocol=https
  host=git.example.com
  username=me
  password=t0
  $ fill http localhost:3000 'kh://shop/dev/plain --host localhost:3000'
  protocol=http
  host=localhost:3000
  username=token
  password=ghp_y

Without a URL it goes to the host of its service.

  $ kh add hub -p shop -e dev --provider github --stdin --quiet < /dev/null --yes
  $ printf ghp_z | kh set hub -p shop -e dev --stdin --quiet
  $ fill https github.com kh://shop/dev/hub
  protocol=https
  host=github.com
  username=token
  password=ghp_z
  $ fill https ghe.example.com kh://shop/dev/hub
  error: hub names no host
  hint: name the host with --host, or set the URL of the key: kh edit kh://shop/dev/hub --url https://HOST
  fatal: could not read Username for 'https://ghe.example.com': terminal prompts disabled
  [128]
  $ fill https ghe.example.com 'kh://shop/dev/hub --host ghe.example.com'
  protocol=https
  host=ghe.example.com
  username=token
  password=ghp_z
  $ fill https github.com 'kh://shop/dev/hub --host ghe.example.com'
  fatal: could not read Username for 'https://github.com': terminal prompts disabled
  [128]

A key goes to its own host alone, and over a line that nobody reads along.

  $ fill https evil.example kh://shop/dev/github
  fatal: could not read Username for 'https://evil.example': terminal prompts disabled
  [128]
  $ fill http github.com kh://shop/dev/github
  fatal: could not read Username for 'http://github.com': terminal prompts disabled
  [128]
  $ fill https github.com kh://shop/dev/plain
  error: plain names no host
  hint: name the host with --host, or set the URL of the key: kh edit kh://shop/dev/plain --url https://HOST
  fatal: could not read Username for 'https://github.com': terminal prompts disabled
  [128]
  $ printf 'protocol=https\nhost=github.com\nusername=you\n\n' | kh git-credential kh://shop/dev/github get
  username=you
  password=ghp_x
  $ printf 'protocol=https\nhost=GitHub.com:443\n\n' | kh git-credential kh://shop/dev/github get
  username=token
  password=ghp_x
  $ printf 'protocol=https\nhost=github.com:8443\n\n' | kh git-credential kh://shop/dev/github get
  $ printf 'protocol=https\nhost=evil.example\nhost=github.com\n\n' | kh git-credential kh://shop/dev/github get
  error: the question could be read in two ways
  hint: a key is given only for one server, named once and without control characters
  [6]
  $ printf 'protocol=https\nhost=github.com\r\n\n' | kh git-credential kh://shop/dev/github get
  error: the question could be read in two ways
  hint: a key is given only for one server, named once and without control characters
  [6]
  $ printf 'protocol=https\nhost=github.com\npassword=x\n\n' | kh git-credential kh://shop/dev/github store
  $ printf 'protocol=https\nhost=github.com\n\n' | kh git-credential kh://shop/dev/github erase
  $ printf 'two\nlines' | kh add lines -p shop -e dev --stdin --raw --quiet --url https://github.com
  $ printf 'protocol=https\nhost=github.com\n\n' | kh git-credential kh://shop/dev/lines get
  error: the password has more than one line, which git does not accept
  hint: store it without line breaks with: kh set
  [1]
  $ kh --json audit --limit 1 | node -p 'const row = JSON.parse(require("fs").readFileSync(0))[0]; [row.action, row.detail.purpose, row.credentials.join()].join(" ")'
  use.export helper lines
  $ logged() { kh --json audit --limit 1 | node -p 'const row = JSON.parse(require("fs").readFileSync(0))[0]; [row.action, row.detail.helper, row.detail.host].join(" ")'; kh audit --limit 1 | grep -o 'kh .*'; }
  $ logged
  use.export git-credential github.com
  kh git-credential for github.com (*) (glob)

As askpass, of git itself too.

  $ printf '#!/bin/sh\nexec kh askpass kh://shop/dev/pair --host git.example.com "$@"\n' > ask && chmod +x ask
  $ printf 'protocol=https\nhost=git.example.com\n\n' | GIT_ASKPASS="$PWD/ask" git credential fill
  protocol=https
  host=git.example.com
  username=me
  password=t0
  $ kh askpass kh://shop/dev/github "Password for 'https://me@github.com': "
  ghp_x
  $ logged
  use.export askpass github.com
  kh askpass for github.com (*) (glob)
  $ kh askpass kh://shop/dev/nothing "Password for 'https://github.com': "
  error: there is no key nothing
  hint: see what there is with: kh list
  [4]
  $ printf '{"a":"1","b":"2"}' | kh add odd -p shop -e dev --field a --field b --stdin --quiet
  $ kh askpass kh://shop/dev/odd --ssh "Enter passphrase for key '/home/me/.ssh/id': "
  error: no field of odd given
  hint: name one: kh://shop/dev/odd/a, kh://shop/dev/odd/b
  [2]
  $ kh askpass kh://shop/dev/odd/b --ssh "Enter passphrase for key '/home/me/.ssh/id': "
  2

It goes to its own host as well, and ssh has it only where --ssh is given.

  $ kh audit --action use.export | wc -l > before
  $ ./ask "Password for 'https://me@evil.example': "
  error: pair is not for https://me@evil.example
  hint: a key is given only over https or to this machine, and only to the host of --host, of its URL (--url) or of its service
  [6]
  $ ./ask "Username for 'http://git.example.com': "
  error: pair is not for http://git.example.com
  hint: a key is given only over https or to this machine, and only to the host of --host, of its URL (--url) or of its service
  [6]
  $ kh askpass kh://shop/dev/plain "Password for 'https://me@github.com': "
  error: plain names no host
  hint: name the host with --host, or set the URL of the key: kh edit kh://shop/dev/plain --url https://HOST
  [1]
  $ ./ask "Enter passphrase for key '/home/me/.ssh/id': "
  error: pair is not for this question of ssh
  hint: allow it with --ssh, and name the host with --host
  [6]
  $ ./ask --ssh "me@evil.example's password: "
  error: pair is not for this question of ssh
  hint: allow it with --ssh, and name the host with --host
  [6]
  $ ./ask 'Are you sure you want to continue connecting (yes/no/[fingerprint])?'
  error: this question is not about a key
  hint: kh answers only git's questions for a URL and ssh's questions for a key or a host
  [6]
  $ ./ask
  error: this question is not about a key
  hint: kh answers only git's questions for a URL and ssh's questions for a key or a host
  [6]
  $ kh audit --action use.export | wc -l | diff - before
  $ ./ask --ssh "me@git.example.com's password: "
  t0

For the tools of AWS.

  $ printf '{"access_key_id":"AKIA0","secret_access_key":"s/+"}' | kh add aws -p shop -e prod --field access_key_id --field secret_access_key --stdin --quiet
  $ kh credential-process aws kh://shop/prod/aws
  {"Version":1,"AccessKeyId":"AKIA0","SecretAccessKey":"s/+"}
  $ logged
  use.export credential-process 
  kh credential-process (*) (glob)
  $ printf '{"access_key_id":"ASIA0","secret_access_key":"s","session_token":"t"}' | kh add session -p shop -e dev --field access_key_id --field secret_access_key --field session_token --stdin --quiet
  $ kh credential-process aws session -p shop -e dev
  {"Version":1,"AccessKeyId":"ASIA0","SecretAccessKey":"s","SessionToken":"t"}
  $ kh edit kh://shop/dev/session --expires 2099-01-31T12:00:00Z --quiet
  $ kh credential-process aws session -p shop -e dev
  {"Version":1,"AccessKeyId":"ASIA0","SecretAccessKey":"s","SessionToken":"t","Expiration":"2099-01-31T12:00:00Z"}
  $ kh edit kh://shop/dev/session --expires 2099-01-31 --quiet
  $ kh credential-process aws session -p shop -e dev
  {"Version":1,"AccessKeyId":"ASIA0","SecretAccessKey":"s","SessionToken":"t"}
  $ kh edit kh://shop/dev/session --expires 2020-01-31T12:00:00Z --quiet
  warning: 2020-01-31 12:00 is in the past: the key is expired
  $ kh credential-process aws session -p shop -e dev
  error: session expired at 2020-01-31T12:00:00Z
  hint: get a new one from AWS and store it with: kh set
  [6]
  $ kh credential-process aws kh://shop/dev/github
  error: github has no field access_key_id
  hint: an AWS key has the fields access_key_id and secret_access_key
  [1]
  $ kh credential-process azure kh://shop/dev/github
  error: invalid value 'azure' for '<FORM>' [possible values: aws]
  hint: see: kh credential-process --help
  [2]
  $ kh lock --quiet && kh credential-process aws kh://shop/prod/aws
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
