Whether keys are alive at their providers. No name has an address here, so nothing is sent;
`tests/tests/e2e/check.rs` has a stand-in of the providers.

  $ vault
  $ kh check
  error: the following required arguments were not provided: <REF>...
  hint: see: kh check --help
  [2]
  $ kh check --all
  No keys to check.
  $ add own no-real-key
  $ kh check own
  NAME  PROJECT  ENV  PROVIDER  STATE    HOST  WHY
  own   shop     dev            unknown        it has no provider; name its provider with: kh edit kh://shop/dev/own --provider ID
  error: it is not known whether 1 key is alive
  hint: the reason is shown next to each key
  [1]
  $ kh check --all
  note: 1 key without a provider was not checked
  No keys to check.
  $ add ai no-real-key --provider openai
  $ kh check --all
  note: 1 key without a provider was not checked
  NAME  PROJECT  ENV  PROVIDER  STATE    HOST  WHY
  ai    shop     dev  openai    unknown        the name of the host could not be resolved
  $ kh check -p shop -e dev ai own own
  NAME  PROJECT  ENV  PROVIDER  STATE    HOST  WHY
  ai    shop     dev  openai    unknown        the name of the host could not be resolved
  own   shop     dev            unknown        it has no provider; name its provider with: kh edit kh://shop/dev/own --provider ID
  error: it is not known whether 2 keys are alive
  hint: the reason is shown next to each key
  [1]
  $ kh check -p shop --quiet
  NAME  PROJECT  ENV  PROVIDER  STATE    HOST  WHY
  ai    shop     dev  openai    unknown        the name of the host could not be resolved
  $ kh check -p shoop
  error: there is no project shoop
  hint: did you mean shop?
  [4]
  $ kh check --all ai
  error: the argument '--all' cannot be used with '[REF]...'
  hint: see: kh check --help
  [2]
  $ kh lock
  The vault is locked.
  $ kh check --all --no-input
  error: the vault is locked
  hint: unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
  [3]
