A template with references becomes a private file with values, once its owner has allowed it.

  $ vault
  $ add stripe sk_x && add postgres 'p@ss w"rd' && printf 'line\nline\n' | kh add pem -p shop -e dev --stdin --raw --quiet
  $ printf live | kh add stripe -p shop -e prod --stdin --quiet
  $ cat > template <<'END'
  > kh: is no reference here, and neither is {{this}}
  > key = {{kh://shop/dev/stripe}}
  > json = "{{kh://shop/dev/postgres|json}}" url = {{ kh://shop/dev/postgres | url }}
  > END
  $ kh inject -i template -o filled
  note: {{this}} is not replaced; to get a value of the vault write {{kh:this}}
  error: WORLD/work/template is not trusted
  hint: read it, then trust it with: kh allow WORLD/work/template
  [6]
  $ ls
  template
  $ kh allow template --yes
  File         WORLD/work/template
  References
    kh://shop/dev/stripe
    kh://shop/dev/postgres
  note: {{this}} is not replaced; to get a value of the vault write {{kh:this}}
  Trusted WORLD/work/template.
  $ kh inject -i template -o filled && cat filled && stat -c %a filled
  kh: is no reference here, and neither is {{this}}
  key = sk_x
  json = "p@ss w\"rd" url = p%40ss%20w%22rd
  600
  $ kh inject --in template
  kh: is no reference here, and neither is {{this}}
  key = sk_x
  json = "p@ss w\"rd" url = p%40ss%20w%22rd
  $ kh --json audit --limit 1 | node -p 'const row = JSON.parse(require("fs").readFileSync(0))[0]; [row.action, row.detail.purpose, row.credentials.join(), row.project].join(" ")'
  use.export inject postgres,stripe 
  $ echo '# more' >> template
  $ kh inject -i template -o filled
  note: {{this}} is not replaced; to get a value of the vault write {{kh:this}}
  error: WORLD/work/template has changed since it was trusted
  hint: see what has changed, and trust it again with: kh allow WORLD/work/template
  [6]
  $ chmod 666 template; kh inject -i template -o filled; chmod 644 template
  error: template is not safe to use: others can write to it
  hint: nobody else may be able to write to it: chmod go-w template
  $ kh --yes inject -i template -o filled && tail -n 1 filled
  note: {{this}} is not replaced; to get a value of the vault write {{kh:this}}
  # more
  $ kh deny template
  WORLD/work/template is not trusted.
  $ ls -A
  filled
  template

What could end the quotes around it needs a filter, and what comes in is not read again.

  $ echo 'key = "{{kh:postgres}}"' > template
  $ kh --yes inject -i template -o other
  error: which project and environment is kh:postgres from?
  hint: add -p PROJECT -e ENV, or write it in full in the template: kh://PROJECT/ENV/postgres
  [2]
  $ kh --yes inject -i template -o other -p shop -e dev
  error: the value of kh:postgres contains a quote, a backslash or a line break
  hint: nothing was written; add a filter: {{kh:postgres|json}}, url, base64, or raw to write it unchanged
  [1]
  $ echo '{{kh:pem}}' > template && kh --yes inject -i template -o other -p shop -e dev
  error: the value of kh:pem contains a quote, a backslash or a line break
  hint: nothing was written; add a filter: {{kh:pem|json}}, url, base64, or raw to write it unchanged
  [1]
  $ echo '{{kh:pem|raw}}' > template && kh --yes inject -i template -o other -p shop -e dev && cat other
  line
  line
  
  $ printf '%s\n' 'project = "shop"' 'environment = "dev"' > .keyhaven.toml && kh allow --yes --quiet > shown
  $ kh --yes inject -i template | head -n 1
  line
  $ rm .keyhaven.toml shown
  $ printf '{{kh://shop/dev/stripe}}' | kh add nested -p shop -e dev --stdin --quiet
  $ echo '{{kh:nested}}' > template && kh --yes inject -i template -p shop -e dev
  {{kh://shop/dev/stripe}}

The format of the file, by its name, decides what a value would mean in it.

  $ add flag no && add user 'a b'
  $ printf 'on: {{kh:flag}}\n' > config.yaml.tpl
  $ kh --yes inject -i config.yaml.tpl -p shop -e dev
  error: the value of kh:flag would mean something else in a YAML file where it stands
  hint: nothing was written; for a text write {{kh:flag|yaml}}, for a number or true and false use raw instead
  [1]
  $ printf 'on: {{kh:flag|yaml}}\npem: {{kh:pem|yaml}}\nuser: {{kh:user}}\n' > config.yaml.tpl
  $ kh --yes inject -i config.yaml.tpl -p shop -e dev
  on: "no"
  pem: "line\nline\n"
  user: a b
  $ printf 'on: "{{kh:flag|yaml}}"\n' > config.yaml.tpl
  $ kh --yes inject -i config.yaml.tpl -p shop -e dev
  error: the filter yaml adds the quotes itself
  hint: nothing was written; remove the quotes around the reference
  [1]
  $ echo 'a = {{kh:user}}' > template && kh --yes inject -i template -o out.toml -p shop -e dev
  error: the value of kh:user would mean something else in a TOML file where it stands
  hint: nothing was written; for a text write {{kh:user|toml}}, for a number or true and false use raw instead
  [1]
  $ echo 'a = {{kh:postgres|toml}}' > template && kh --yes inject -i template -o out.toml -p shop -e dev && cat out.toml
  a = "p@ss w\"rd"
  $ echo 'A={{kh:postgres|sh}}' > template && kh --yes inject -i template -p shop -e dev
  A='p@ss w"rd'
  $ echo 'a={{kh:pem|properties}}' > template && kh --yes inject -i template -p shop -e dev
  a=line\nline\n
  $ echo '<a>{{kh:postgres|xml}}</a>' > template && kh --yes inject -i template -p shop -e dev
  <a>p@ss w&#34;rd</a>
  $ echo 'a = {{kh:pem|ini}}' > template && kh --yes inject -i template -p shop -e dev
  error: a value cannot be written with the filter ini: its readers would not all read it back
  hint: nothing was written; use base64, or raw to write it unchanged
  [1]
  $ rm out.toml config.yaml.tpl

Keys of a higher tier.

  $ echo '{{kh://shop/prod/stripe}}' > template
  $ kh --yes inject -i template
  error: stripe is a production key, which this template may not get
  hint: allow it once with --allow-production, or trust the template with: kh allow WORLD/work/template --allow-production
  [6]
  $ kh --yes inject -i template --allow-production
  live
  $ kh allow template --yes
  File         WORLD/work/template
  References
    kh://shop/prod/stripe  ! production
  note: keys of a higher tier are not allowed; allow them with: kh allow template --allow-production
  Trusted WORLD/work/template.
  $ kh inject -i template
  error: stripe is a production key, which this template may not get
  hint: allow it once with --allow-production, or trust the template with: kh allow WORLD/work/template --allow-production
  [6]
  $ kh allow template --yes --allow-production && kh inject -i template
  File         WORLD/work/template
  References
    kh://shop/prod/stripe  ! production
  Trusted WORLD/work/template.
  live
  $ echo '{{kh:stripe}}' > template && kh --yes inject -i template -p shop -e prod
  live

The template is never what is written, by whatever name.

  $ cp template kept && ln -s template link && ln template hard
  $ for name in template ./template link hard; do kh --yes inject -i template -o $name -p shop -e prod; done
  error: the output file is the template itself
  hint: choose another file with -o FILE
  error: the output file is the template itself
  hint: choose another file with -o FILE
  error: the output file is the template itself
  hint: choose another file with -o FILE
  error: the output file is the template itself
  hint: choose another file with -o FILE
  [2]
  $ cmp template kept && rm kept link hard

What is no template, and where nothing can be written.

  $ kh inject -i missing -o other
  error: missing: No such file or directory
  hint: check the path and its permissions
  [1]
  $ printf 'a\n{{kh:b\n' > template && kh --yes inject -i template
  error: WORLD/work/template:2: expected }} after a reference
  hint: see: kh help references
  [1]
  $ printf 'a\n{{kh:stripe|upper}}\n' > template && kh --yes inject -i template
  error: WORLD/work/template:2: expected one of the filters url, json, yaml, toml, ini, sh, properties, xml, base64 and raw after |
  hint: see: kh help references
  [1]
  $ mkfifo pipe && kh --yes inject -i pipe; rm pipe
  error: pipe is not a regular file
  hint: name the template itself, or copy what a pipe gives into a file
  $ kh allow . --yes
  error: there is no .keyhaven.toml in .
  hint: see: kh help project-file
  [1]
  $ printf '\377' > template && kh --yes inject -i template
  error: template is not UTF-8
  hint: save it as UTF-8 text
  [1]
  $ echo '{{kh:strpe}}' > template && kh --yes inject -i template -p shop -e dev
  error: there is no key strpe
  hint: did you mean stripe?
  [4]
  $ echo '{{kh:stripe}}' > template && kh --yes inject -i template -o no/where -p shop -e dev
  error: no/where: No such file or directory
  hint: check the path and its permissions
  [1]
  $ mkdir folder && kh --yes inject -i template -o folder -p shop -e dev
  error: folder: Is a directory
  hint: check the path and its permissions
  [1]
  $ kh --json audit --limit 1 | node -p 'JSON.parse(require("fs").readFileSync(0))[0].action'
  use.launch_failed
  $ ls -A
  filled
  folder
  other
  template

A name in braces that is no reference stands for itself, and is named until the file is trusted.

  $ echo '{{stripe}} {{ .Values.name }}' > template && kh --yes inject -i template
  note: {{stripe}} is not replaced; to get a value of the vault write {{kh:stripe}}
  {{stripe}} {{ .Values.name }}
  $ kh allow template --yes > allowed; kh inject -i template
  note: {{stripe}} is not replaced; to get a value of the vault write {{kh:stripe}}
  {{stripe}} {{ .Values.name }}
