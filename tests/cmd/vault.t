A new vault: its recovery key is shown once, and it is locked until it is unlocked.

  $ kh status
  $ kh status --json | shape
  $ kh unlock --no-input
  $ printf 'short\n' | kh init --password-stdin
  $ kh init --no-input
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin
  $ kh status
  $ stat -c '%A %n' "$KEYHAVEN_HOME"
  $ stat -c '%A' "$KEYHAVEN_HOME"/* | sort -u

A second vault in the same place is refused.

  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin

Nothing is handed out while it is locked and nobody is there to ask.

  $ kh list --no-input
  $ kh list --no-input --json
  $ kh get kh://shop/dev/stripe --no-input
  $ printf 'sk_x' | kh add stripe -p shop -e dev --stdin --no-input
  $ kh run -p shop -e dev --no-input -- true

Unlocking: with the wrong password, with none, with the right one, and again.

  $ printf 'not the password\n' | kh unlock --password-stdin
  $ printf 'not the password\n' | kh unlock --password-stdin --json
  $ printf '' | kh unlock --password-stdin
  $ kh unlock --no-input
  $ printf '%s\n' "$PASSWORD" | kh unlock --password-stdin
  $ kh unlock
  $ printf 'not the password\n' | kh unlock --password-stdin
  $ kh status
  $ kh status --json | shape

Locking, again and again.

  $ kh lock
  $ kh lock
  $ kh lock --json
  $ kh status
  $ kh list --no-input
  $ unlock && kh list

Another vault is another folder.

  $ kh status --vault "$HOME/other"
  $ kh unlock --no-input --vault "$HOME/other"
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --quiet --vault "$HOME/other"
  $ kh agent stop --vault "$HOME/other"

A folder that holds something else is left as it is.

  $ mkdir -m 700 "$HOME/letters" && echo dear > "$HOME/letters/mother"
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault "$HOME/letters"
  $ ls "$HOME/letters"

Nor is one used that others can look into.

  $ mkdir "$HOME/open" && chmod 755 "$HOME/open"
  $ printf '%s\n' "$PASSWORD" | kh init --password-stdin --vault "$HOME/open"
