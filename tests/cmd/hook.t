The variables of a project file are set on entering its folder and unset on leaving it; here in real shells.

  $ vault
  $ add stripe sk_dev && add greeting "it's \$(touch pwned)"
  $ mkdir -p app/deep other
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nKEY = "kh:stripe"\nGREETING = "kh:greeting"\n' > app/.keyhaven.toml
  $ (cd app && kh allow --yes --quiet > shown)

A prompt waits for the agent no longer than a person would notice, so on a slow machine the
next one loads. The functions below go on until it has.

  $ cat > session <<'END'
  > settle() { for _ in $(seq 3000); do __kh_hook; [ "$KEY" = sk_dev ] && return; done; }
  > show() { echo "$1: KEY=${KEY-none} GREETING=${GREETING-none}"; }
  > KEY=before; export KEY; GREETING=mine
  > show start
  > cd app; settle 2>> notes; show app
  > cd deep; __kh_hook 2>> notes; show deep
  > cd ../../other; __kh_hook 2>> notes; show other
  > env | grep -c 'KEYHAVEN_HOOK\|GREETING\|__kh_was'
  > cd ../app; settle 2>> notes; show again
  > (exit 7); __kh_hook 2>> notes; echo "status $?"
  > END
  $ for shell in bash zsh; do
  >   rm -f app/notes other/notes app/deep/notes
  >   (printf 'eval "$(kh hook %s)"\n' $shell; cat session) | $shell /dev/stdin
  >   grep -v 'has not answered' app/notes other/notes app/deep/notes
  > done
  start: KEY=before GREETING=mine
  app: KEY=sk_dev GREETING=it's $(touch pwned)
  deep: KEY=sk_dev GREETING=it's $(touch pwned)
  other: KEY=before GREETING=mine
  0
  again: KEY=sk_dev GREETING=it's $(touch pwned)
  status 7
  app/notes:note: shop/dev: 2 variables loaded
  app/notes:note: shop/dev: 2 variables loaded
  other/notes:note: shop/dev: unloaded
  start: KEY=before GREETING=mine
  app: KEY=sk_dev GREETING=it's $(touch pwned)
  deep: KEY=sk_dev GREETING=it's $(touch pwned)
  other: KEY=before GREETING=mine
  0
  again: KEY=sk_dev GREETING=it's $(touch pwned)
  status 7
  app/notes:note: shop/dev: 2 variables loaded
  app/notes:note: shop/dev: 2 variables loaded
  other/notes:note: shop/dev: unloaded
  $ ls
  app
  other
  session
  $ cat > session.fish <<'END'
  > kh hook fish | source
  > set -gx KEY before; set -g GREETING one two
  > cd app
  > for i in (seq 3000); __kh_hook 2>> notes; test "$KEY" = sk_dev; and break; end
  > echo "KEY=$KEY GREETING=$GREETING"
  > cd ../other; __kh_hook 2>> notes
  > echo "KEY=$KEY GREETING=$GREETING"
  > sh -c 'echo "programs have: $GREETING"'
  > set -q KEYHAVEN_HOOK __kh_was_GREETING; or echo forgotten
  > END
  $ fish --no-config session.fish
  KEY=sk_dev GREETING=it's $(touch pwned)
  KEY=before GREETING=one two
  programs have: 
  forgotten
  $ ls
  app
  other
  session
  session.fish

Each prompt of an interactive shell takes the step, next to what is already there.

  $ cat > interactive <<'END'
  > PROMPT_COMMAND='mine=$((mine + 1))'
  > eval "$(kh hook bash)"
  > eval "$(kh hook bash)"
  > cd app
  > for _ in $(seq 3000); do [ "$KEY" = sk_dev ] && break; __kh_hook; done
  > echo "loaded $KEY"
  > cd ..
  > echo "after ${KEY-none}"
  > [ "$mine" -ge 5 ] && echo "mine too; $PROMPT_COMMAND"
  > END
  $ bash --norc --noprofile -i < interactive 2>/dev/null
  loaded sk_dev
  after none
  mine too; __kh_hook;mine=$((mine + 1))

So it does next to direnv.

  $ mkdir both && cp app/.keyhaven.toml both && echo 'export MINE=direnv' > both/.envrc
  $ (cd both && kh allow --yes --quiet > /dev/null && direnv allow) 2>&1
  $ cat > script <<'END'
  > eval "$(direnv hook bash)"
  > eval "$(kh hook bash)"
  > cd both
  > for _ in $(seq 3000); do [ "$KEY" = sk_dev ] && break; __kh_hook; done
  > echo "in: $KEY $MINE"
  > cd ..
  > echo "out: ${KEY-none} ${MINE-none}"
  > END
  $ bash --norc --noprofile -i < script 2>/dev/null
  in: sk_dev direnv
  out: none none

What cannot be loaded is reported once, and no prompt fails for it.

  $ step() { kh hook bash --step; }
  $ quietly() { eval "$(step 2> said)"; grep -v 'has not answered' said; :; }
  $ until_said() { for _ in $(seq 3000); do eval "$(step 2> said)"; grep "$1" said && return; done; echo never; }
  $ cd app && echo '# more' >> .keyhaven.toml
  $ until_said trusted
  note: not loaded: WORLD/work/app/.keyhaven.toml is not trusted, or has changed since it was trusted (read it, then trust it with: kh allow)
  $ quietly; quietly
  $ kh allow --yes --quiet > ../shown
  $ until_said 'variables loaded'; echo "$KEY"
  note: shop/dev: 2 variables loaded
  sk_dev
  $ quietly
  $ cd .. && eval "$(step)"; echo "${KEY-none}|${KEYHAVEN_HOOK-none}"
  note: shop/dev: unloaded
  none|none
  $ kh lock --quiet && cd app
  $ until_said locked
  note: not loaded: the vault is locked (unlock it with: kh unlock)
  $ quietly; unlock; until_said 'variables loaded'; echo "$KEY"
  note: shop/dev: 2 variables loaded
  sk_dev
  $ chmod 666 .keyhaven.toml; eval "$(step)"; echo "${KEY-none}"; step; chmod 644 .keyhaven.toml; cd ..; eval "$(step)"
  note: shop/dev: unloaded
  note: WORLD/work/app/.keyhaven.toml is not safe to use: others can write to it
  none
  $ kh agent stop --quiet; cd app; until_said locked; kh agent status | head -n 1
  note: not loaded: the vault is locked (unlock it with: kh unlock)
  Agent   not running
  $ cd ..; unset KEYHAVEN_HOOK; unlock

What is loaded follows what is known: a new value comes with the next prompt, and what is no
longer trusted goes. A lock takes nothing away, and is reported.

  $ cd app; until_said 'variables loaded'; printf sk_new | kh set stripe -p shop -e dev --stdin --quiet
  note: shop/dev: 2 variables loaded
  $ until_said reloaded; echo "$KEY"; quietly
  note: shop/dev: 2 variables reloaded
  sk_new
  $ kh lock --quiet; until_said locked; echo "$KEY"; quietly
  note: shop/dev: the loaded variables are kept: the vault is locked (unlock it with: kh unlock)
  sk_new
  $ unlock; printf sk_dev | kh set stripe -p shop -e dev --stdin --quiet
  $ until_said reloaded; echo "$KEY"
  note: shop/dev: 2 variables reloaded
  sk_dev
  $ kh deny --quiet; until_said trusted; echo "${KEY-none}"; quietly
  note: not loaded: WORLD/work/app/.keyhaven.toml is not trusted, or has changed since it was trusted (read it, then trust it with: kh allow)
  none
  $ kh allow --yes --quiet > ../shown; cd ..; eval "$(step)"

What its owner's yes to production let in goes with that.

  $ printf sk_live | kh add live -p shop -e prod --stdin --quiet
  $ mkdir live && cd live
  $ printf 'project = "shop"\nenvironment = "dev"\nallow_production = true\n[env]\nLIVE = "kh://shop/prod/live"\n' > .keyhaven.toml
  $ kh allow --yes --allow-production --quiet > ../shown; until_said 'variable loaded'; echo "$LIVE"
  note: shop/dev: 1 variable loaded
  sk_live
  $ kh allow --yes --quiet > ../shown 2>&1; until_said 'production key'; echo "${LIVE-none}"; quietly
  note: not loaded: live is a production key and does not enter a development launch (allow it for one launch with --allow-production, or set allow_production = true in .keyhaven.toml and confirm with: kh allow)
  none
  $ cd ..; eval "$(step)"

An agent that does not answer keeps no prompt waiting, and that is reported each time.

  $ pid=$(kh agent status --json | node -p 'JSON.parse(require("fs").readFileSync(0)).pid')
  $ kill -STOP $pid; cd app; eval "$(step)"; eval "$(step)"; eval "$(step)"; kill -CONT $pid
  note: not loaded: the agent has not answered within 15 ms; the next prompt tries again
  note: not loaded: the agent has not answered within 15 ms; the next prompt tries again
  note: not loaded: the agent has not answered within 15 ms; the next prompt tries again
  $ until_said 'variables loaded'; cd .. && eval "$(step)"
  note: shop/dev: 2 variables loaded
  note: shop/dev: unloaded

What was there before is put back later, and where it is too long for that, nothing is loaded.

  $ export KEY="$(head -c 110000 /dev/zero | tr '\0' x)"; cd app
  $ until_said 'too long'; echo ${#KEY}; sh -c 'echo started'
  note: not loaded: the current values are too long to be restored later; unset them and re-enter the folder
  110000
  started
  $ kh audit --action use.export | wc -l > ../before; step; kh audit --action use.export | wc -l | diff - ../before
  $ cd ..; eval "$(step)"; unset KEY; cd app; until_said 'variables loaded'; echo "$KEY"; cd ..; eval "$(step)"
  note: shop/dev: 2 variables loaded
  sk_dev
  note: shop/dev: unloaded

Names that are no variables to a shell stay out, whatever a file says.

  $ cd other
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nPROMPT = "kh:stripe"\n' > .keyhaven.toml
  $ kh allow --yes --quiet > shown
  $ until_said 'part of'
  note: not loaded: PROMPT is not an ordinary variable for zsh, but part of it
  $ kh env
  error: PROMPT is not an ordinary variable for zsh, but part of it
  hint: give it another name with: --as NAME=REF, or use kh run
  [6]
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nBASH_ENV = "kh:stripe"\n' > .keyhaven.toml
  $ kh allow --yes --quiet > shown
  $ until_said 'which code'
  note: not loaded: BASH_ENV can change which code runs: it is read by the shell
  $ KEYHAVEN_HOOK=garbage step 2>&1 | grep -c KEYHAVEN_HOOK
  1
  $ kh hook tcsh
  error: invalid value 'tcsh' for '<SHELL>' [possible values: bash, zsh, fish]
  hint: see: kh hook --help
  [2]
