The variables in a form that is read back exactly.

  $ vault
  $ add quotes "it's \"quoted\"" && add dollars '$(touch pwned) `id` $HOME \n'
  $ printf 'line one\nline two\n' | kh add lines -p shop -e dev --stdin --raw --quiet
  $ add hash 'a#b !c' && add emoji '🔑 clé' && add empty ''
  $ kh env -p shop -e dev
  $ for shell in dash bash zsh; do
  >   $shell -c 'eval "$(kh env -p shop -e dev)"; printf "%s|" "$QUOTES" "$DOLLARS" "$LINES" "$HASH" "$EMOJI" "$EMPTY"' | sha256sum
  > done | uniq -c
  $ sh -c 'eval "$(kh env -p shop -e dev)"; printf "[%s]\n" "$QUOTES" "$DOLLARS" "$LINES" "$HASH" "$EMOJI" "$EMPTY"'
  $ kh env -p shop -e dev --format json
  $ kh env -p shop -e dev --format dotenv
  $ ls

What a format cannot carry stops it, and nothing is printed.

  $ printf '\377' | kh add bytes -p raw -e dev --stdin --quiet
  $ kh env -p raw -e dev --format json
  $ kh env -p raw -e dev --format dotenv
  $ kh env -p raw -e dev | od -An -c
  $ printf '%s' "'\"\`" | kh add marks -p marks -e dev --stdin --quiet
  $ kh env -p marks -e dev --format dotenv
  $ kh env -p shop -e dev --format xml
  $ kh env -p nothing -e dev
