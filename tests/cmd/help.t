The help fits a screen and says what there is.

  $ kh --help
  $ test "$(kh)" = "$(kh --help)" && test "$(kh help)" = "$(kh -h)"
  $ kh --help | awk 'length > 80'
  $ kh help exit-codes
  $ kh help references
  $ kh help directory-file

Each command has its own, with an example.

  $ kh run --help
  $ kh help run | diff - <(kh run -h)
  $ for command in $(kh help | awk '/^  [a-z]/ { sub(/  .*/, "", $0) } 0'); do :; done
  $ kh add --help
  $ kh help config
  $ kh config set --help
