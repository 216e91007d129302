The catalogue of services needs no vault.

  $ kh provider list | grep -c .
  122
  $ kh provider list --json | grep -c '"id":"sendgrid"'
  1
  $ kh provider show gemini
  Provider      google
  Name          Google API key
  Also          gemini
  Variables     GOOGLE_API_KEY, GEMINI_API_KEY, GOOGLE_MAPS_API_KEY
  Page          https://aistudio.google.com/apikey
  Rotate every  90 days (default)
  Strategy      dual
  Describes     shape, check, use in requests
  Hosts         generativelanguage.googleapis.com
  Key           API key
  Key           auth key
  Check         GET https://generativelanguage.googleapis.com/v1beta/models
  Ends          2026-09-01: * (glob)
  Source        *, read 2026-11-29 (glob)
  Confidence    verified
  Unconfirmed   variables
  $ kh provider show strpe
  error: there is no provider strpe in the catalogue
  hint: did you mean stripe? All are listed by: kh provider list
  [4]

A file of entries is checked without being used.

  $ cat > mine.toml << 'END'
  > [[provider]]
  > id = "mine"
  > name = "Mine"
  > area = "code"
  > strategy = "manual"
  > variables = ["MINE_TOKEN"]
  > source = "our wiki"
  > read = "2026-11-29"
  > confidence = "verified"
  > END
  $ kh provider lint mine.toml
  mine.toml is in order: mine.
  $ cat >> mine.toml << 'END'
  > hosts = ["127.0.0.1"]
  > auth = { header = "Authorization", value = "Bearer {{secret}}" }
  > [[provider.key]]
  > name = "token"
  > pattern = 'mine_.+'
  > [[provider.check]]
  > method = "DELETE"
  > url = "http://api.mine.example/me"
  > answers = [{ status = [500], is = "dead" }]
  > END
  $ kh provider lint mine.toml
  mine.toml:10: hosts[0]: write the name of the host, such as api.example.com, in place of its address
  mine.toml:14: key[0].pattern: the pattern matches values of any length; write {1,40} in place of + or *
  mine.toml:16: check[0].method: write one of: GET, HEAD, POST
  mine.toml:17: check[0].url: write an address that starts with https://
  mine.toml:18: check[0].answers[0].status: this status alone proves nothing about a key; look at the body too (json, contains), or write is = "unknown"
  error: mine.toml has 5 problems
  hint: fix what is listed above, then check it again with: kh provider lint mine.toml
  [1]
  $ printf 'colour = 1\n' > odd.toml
  $ kh provider lint odd.toml --json
  {"file":"odd.toml","problems":[{"code":"shape","field":"colour","line":1,"provider":null,"what":"unknown field `colour`, expected `provider`"},{"code":"no_provider","field":"provider","line":1,"provider":null,"what":"there is no entry; start it with a line [[provider]]"}],"providers":[]}
  {"error":{"code":"bad_entries","message":"odd.toml has 2 problems","hint":"fix what is listed above, then check it again with: kh provider lint odd.toml"}}
  [1]
  $ kh provider lint missing.toml
  error: missing.toml: * (glob)
  ...
  [1]

A key that is cut or mistyped is noticed when it is stored.

  $ vault
  $ printf ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18 | kh add ci -p shop -e dev --stdin
  Stored ci in shop/dev, setting GITHUB_TOKEN.
  Rotation is due every 90 days by default; change that with --rotate-every.
  warning: this looks like a key of GitHub that is cut or mistyped; compare it with the original; set it again with: kh set
  $ printf ASIAQNZGKIQY56JQ7WML | kh add session -p shop -e dev --stdin
  Stored session in shop/dev, setting AWS_ACCESS_KEY_ID.
