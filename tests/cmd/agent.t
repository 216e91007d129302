The agent starts when it is needed, and only then.

  $ kh agent status
  $ kh agent status --json | shape
  $ kh status
  $ kh lock
  $ kh agent stop
  $ kh agent status
  $ vault
  $ kh agent status
  $ kh agent status --json | shape
  $ kh agent
  $ first=$(kh agent status --json | node -p 'JSON.parse(require("fs").readFileSync(0)).pid')
  $ kh agent restart
  $ kh agent status --json | grep -c "\"pid\":$first,"
  $ kh list --no-input
  $ kh agent stop
  $ kh agent stop
  $ kh agent status --json | shape
  $ kh agent fly

Without its program nothing works, and it is said why.

  $ mkdir lone && cp "$(command -v kh)" lone/kh
  $ lone/kh list
  $ lone/kh list --json
  $ lone/kh status
