A profile is a saved way to launch: which keys a program gets, and how it is started.

  $ vault
  $ add stripe sk_x --scope read && add postgres pw && add level debug --plain
  $ printf live | kh add stripe -p shop -e prod --stdin --quiet --scope write
  $ kh profile
  There are no profiles yet.
  $ kh profile add web -p shop -e dev --only stripe --as PW=postgres --set 'URL=https://{{kh:postgres|url}}@host' -- sh -c 'echo "$STRIPE|$PW|$URL|$LEVEL"'
  Saved web.
  $ kh run --profile web
  sk_x|pw|https://pw@host|
  $ kh run --profile web -- printenv PW
  pw
  $ kh run --profile web --set MORE=1 --except postgres -- sh -c 'echo "$STRIPE|$PW|$URL|$MORE"'
  sk_x|||1
  $ kh env --profile web | grep export
  export PW='pw';
  export STRIPE='sk_x';
  export URL='https://pw@host';
  $ printf '#!/bin/sh\necho "$* $STRIPE $KEYHAVEN_SHELL"\n' > say && chmod +x say
  $ SHELL="$PWD/say" kh shell --profile web
  -i sk_x shop/dev
  $ kh profile list
  NAME  PROJECT  ENV  COMMAND
  web   shop     dev  sh -c echo "$STRIPE|$PW|$URL|$LEVEL"
  $ kh profile show web
  Name          web
  Environment   shop/dev (development)
  Only          kh:stripe
  As            PW=kh:postgres
  Set           URL=https://{{kh:postgres|url}}@host
  Command       sh -c echo "$STRIPE|$PW|$URL|$LEVEL"
  $ kh profile show web --json | shape
  {
    "id": "UUIDv7",
    "revision": 1,
    "tier": "development",
    "profile": {
      "name": "web",
      "project": "shop",
      "environment": "dev",
      "choice": {
        "only": [
          "kh:stripe"
        ],
        "except": [],
        "prefix": "",
        "renamed": [
          {
            "variable": "PW",
            "text": "kh:postgres"
          }
        ],
        "set": [
          {
            "variable": "URL",
            "text": "https://{{kh:postgres|url}}@host"
          }
        ]
      },
      "command": [
        "sh",
        "-c",
        "echo \"$STRIPE|$PW|$URL|$LEVEL\""
      ],
      "directory": null,
      "shell": null,
      "clean": false,
      "keep": [],
      "mask": false,
      "allow_production": false,
      "needs": []
    },
    "created_at": "TIME",
    "changed_at": "TIME"
  }

The log knows the profile.

  $ kh --json audit --limit 1 | node -p 'JSON.parse(require("fs").readFileSync(0))[0].claimed.profile'
  web
  $ kh --json audit --action profile.add | node -p 'JSON.stringify(JSON.parse(require("fs").readFileSync(0))[0].detail)'
  {"production":"false","profile":"web"}

Changes: what is given replaces what was there.

  $ mkdir inside
  $ kh profile edit web --dir inside --clean --keep KEPT --shell "$PWD/say" --clear as --clear set -- sh -c 'echo "$(basename "$PWD") $STRIPE $KEPT $OTHER"'
  Changed web.
  $ KEPT=kept OTHER=other kh run --profile web
  inside sk_x kept 
  $ kh profile show web
  Name          web
  Environment   shop/dev (development)
  Only          kh:stripe
  Inherits      nothing but PATH, HOME, TERM and the locale
  Keeps         KEPT
  Directory     WORLD/work/inside
  Shell         WORLD/work/say
  Command       sh -c echo "$(basename "$PWD") $STRIPE $KEPT $OTHER"
  $ OTHER=other kh run --profile web --keep OTHER --clean
  inside sk_x  other
  $ kh shell --profile web
  -i sk_x shop/dev
  $ kh profile edit web --rename site --clean=false --clear dir --clear shell --clear command
  Changed site.
  $ kh run --profile site
  error: no command given
  hint: see: kh run --help
  [2]
  $ kh profile edit site -e prod && kh run --profile site -- printenv STRIPE
  Changed site.
  live
  $ kh profile edit site -e dev --quiet
  $ kh profile edit site -e nowhere
  error: there is no environment nowhere in project shop
  hint: it has: dev, prod
  [4]

Keys of a higher tier and scopes.

  $ kh profile edit site --as LIVE=kh://shop/prod/stripe --quiet
  $ kh run --profile site -- printenv LIVE
  error: stripe is a production key and does not enter a development launch
  hint: allow it for one launch with --allow-production, or for every launch of this profile: kh profile edit site --allow-production
  [6]
  $ kh run --profile site --allow-production -- printenv LIVE
  live
  $ kh profile edit site --allow-production --quiet && kh run --profile site -- printenv LIVE
  live
  $ kh profile edit site --need read --quiet
  $ kh run --profile site -- true
  error: stripe has none of the required scopes: read
  hint: set its scopes with kh edit kh://shop/prod/stripe --scope SCOPE; change what the profile requires with kh profile edit site --need SCOPE
  [6]
  $ kh profile edit site --need read --need write --quiet && kh run --profile site -- printenv STRIPE
  sk_x
  $ kh profile edit site --clear as --only level --quiet && kh run --profile site -- printenv LEVEL
  debug

What cannot be.

  $ kh profile add site -p shop -e dev
  error: site exists already
  hint: choose another name, or change it with: kh profile edit
  [5]
  $ kh profile add x/y -p shop -e dev
  error: the name of the profile contains a slash
  hint: a slash separates project, environment and name; use another character
  [2]
  $ kh profile add other -p shop -e nowhere
  error: there is no environment nowhere in project shop
  hint: it has: dev, prod
  [4]
  $ kh profile add other
  error: which project and environment?
  hint: add -p PROJECT -e ENV
  [2]
  $ kh profile add other -p shop -e dev --set 'A={{kh:b'
  error: A: expected }} after a reference
  hint: see: kh help references
  [2]
  $ kh profile add other -p shop -e dev --only strpe
  error: there is no key strpe
  hint: did you mean stripe?
  [4]
  $ kh profile add other -p shop -e dev --set 'A=x{{kh://shop/qa/stripe}}'
  error: there is no environment qa in project shop
  hint: it has: dev, prod
  [4]
  $ kh profile edit site --as A=kh:stripe/key
  error: stripe has no field key
  hint: its fields are: value
  [4]
  $ kh profile add other -p shop -e dev --dir nowhere
  error: WORLD/work/nowhere: No such file or directory
  hint: check the path and its permissions
  [1]
  $ kh profile add other -p shop -e dev --set LD_PRELOAD=x
  error: LD_PRELOAD changes how programs load code and is refused
  hint: leave it out, and set it at each launch, in front of kh: LD_PRELOAD=VALUE kh run --profile PROFILE
  [6]
  $ kh profile add other -p shop -e dev --shell zsh
  error: the path zsh is not absolute
  hint: give the path from the root folder, beginning with /
  [2]
  $ kh profile show sit
  error: there is no profile sit
  hint: did you mean site?
  [4]
  $ kh run --profile nothing -- true
  error: there is no profile nothing
  hint: see what there is with: kh profile list
  [4]
  $ kh run --profile site -p shop -- true
  error: the argument '--profile <PROFILE>' cannot be used with '--project <PROJECT>'
  hint: see: kh run --help
  [2]
  $ kh profile rm site
  Removed site.
  $ kh profile rm site
  error: there is no profile site
  hint: see what there is with: kh profile list
  [4]
  $ kh profile list --json
  []

A secret is no plain text, and is not repeated; a name in braces may have been meant as a reference.

  $ KEY=sk_; KEY=${KEY}test_a1B2c3D4e5F6g7H8i9J0
  $ kh profile add pay -p shop -e dev --set KEY=$KEY
  error: the text of KEY looks like a secret (Stripe)
  hint: store it with kh add NAME, and use it with --as KEY=NAME or inside a text with {{kh:NAME}}; if it is not a secret, repeat with --yes
  [6]
  $ kh run -p shop -e dev --set "URL=https://host/?key=$KEY" -- true
  error: the text of URL looks like a secret (Stripe)
  hint: store it with kh add NAME, and use it with --as URL=NAME or inside a text with {{kh:NAME}}; if it is not a secret, repeat with --yes
  [6]
  $ kh profile add pay -p shop -e dev --set KEY=$KEY --yes
  Saved pay.
  $ kh profile edit pay --set 'DB=postgres://app:{{kh:postgres|url}}@localhost/app'
  Changed pay.
  $ kh profile edit pay --set 'DB=postgres://app:{{ postgres|url }}@localhost/app' --yes
  note: DB: {{ postgres|url }} is not replaced; to get a value of the vault write {{kh:postgres|url}}
  Changed pay.
