# Files that are read: what was expected (expected-CODE, after "FILE:LINE:COLUMN: expected"), what
# of an import is not taken unchanged (left-out-CODE, after "NAME is"), and why a value is taken
# for a secret or not (proposal-CODE).

expected-utf8 = UTF-8 text
expected-smaller-file = a file of at most { $limit }
expected-dotenv-line = a name, a comment or an empty line
expected-dotenv-separator = `=` or `: ` after the name
expected-other-name = a name other than `{ $name }`
expected-closing-quote = a closing quote for this one
expected-quoted-value = both quotes of this value; the lines as far as { $line } may belong to it and are skipped too
expected-quoted-block = quotes around a value of several lines
expected-toml = valid TOML: { $system }
expected-project-file-key = project, environment, allow_production or [env]
expected-project-line = a line such as: project = "NAME"
expected-true-or-false = true or false
expected-quoted-text = a text in quotes
expected-plain-name = a name without control characters
expected-variable-table = a table of variables
expected-fewer-variables = at most { $limit } variables
expected-fewer-references = at most { $limit } references in a file
expected-fewer-assignments = at most { $limit } assignments in a file
expected-variable-name = a variable's name: letters, digits and _, no digit first
expected-no-nul = a value without NUL
expected-closing-braces = {"}}"} after a reference
expected-filter = one of the filters url, json, yaml, toml, ini, sh, properties, xml, base64 and raw after |
expected-encoded-reference = a reference with all but A-Z a-z 0-9 . _ - written as %XX
expected-reference-scheme = a reference: { problem-reference-scheme }
expected-reference-parts = a reference: { problem-reference-parts }
expected-reference-part = a reference: { problem-reference-part }

left-out-set-again = left out: a later line sets it again
left-out-comment = read up to its #: quote the value if more of the line belongs to it
left-out-bad-variable = stored without a variable: no variable may have this name
left-out-loader-variable = stored without a variable: it would change how programs load code
left-out-nul = stored without a variable: its value holds a NUL byte
left-out-reference = stored with its $ unchanged: references to other variables are not replaced
left-out-double-dollar = stored with both $ of its $$, which docker compose would read as one
left-out-dollar-quote = stored with its $ and quotes: only a shell reads $'...'
left-out-glued-quotes = stored with quotes inside: only a shell joins quoted parts
left-out-shell-command = stored with `; export` as part of its value
left-out-text-after-quote = stored with quotes inside: text follows the closing quote
left-out-trailing-backslash = stored with the backslash at its end: it joins no lines
left-out-command = stored as text: the command in it is not run
left-out-curly-quotes = stored with its curly quotes: only ', " and ` quote a value
left-out-broken-json = stored as it stands, although it looks like JSON and is not valid JSON
left-out-placeholder = probably a placeholder, to be replaced by the real value

proposal-public = public by design at this provider
proposal-key-shape = has the shape of this provider's keys
proposal-ordinary-word = an ordinary word, which as a secret would be masked wherever it is printed
proposal-provider-name = the name is one this provider uses for keys
proposal-name = the name is typical of a secret
proposal-inside = holds a key or password inside
proposal-not-text = not text
proposal-user-info = an address with a user or password in it
proposal-recovery-phrase = has the shape of a recovery phrase
proposal-random = looks random
proposal-ordinary = an ordinary name and value
