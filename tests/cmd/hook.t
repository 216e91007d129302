The variables of a project file are set on entering its folder and unset on leaving it; here in real shells.

  $ vault
  $ add stripe sk_dev && add greeting "it's \$(touch pwned)"
  $ mkdir -p app/deep other
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nKEY = "kh:stripe"\nGREETING = "kh:greeting"\n' > app/.keyhaven.toml
  $ (cd app && kh allow --yes --quiet > shown)

What was there before comes back on leaving, with all that the shell knows of it.

  $ cat > session <<'END'
  > show() { echo "$1: KEY=${KEY-none} GREETING=${GREETING-none}"; }
  > KEY=before; export KEY; typeset -i GREETING=7
  > show start
  > cd app; __kh_hook 2>> notes; show app
  > cd deep; __kh_hook 2>> notes; show deep
  > env | grep -c 'before\|__kh_'
  > cd ../../other; __kh_hook 2>> notes; show other; typeset -p GREETING
  > set | grep -c '^KEYHAVEN_HOOK=\|^__kh_was\|^__kh_state'
  > cd ../app; __kh_hook 2>> notes; show again
  > (exit 7); __kh_hook 2>> notes; echo "status $?"
  > END
  $ for shell in bash zsh; do
  >   rm -f app/notes other/notes app/deep/notes
  >   (printf 'eval "$(kh hook %s)"\n' $shell; cat session) | $shell /dev/stdin
  >   grep -v 'waiting for the agent' app/notes other/notes app/deep/notes
  > done
  start: KEY=before GREETING=7
  app: KEY=sk_dev GREETING=it's $(touch pwned)
  deep: KEY=sk_dev GREETING=it's $(touch pwned)
  0
  other: KEY=before GREETING=7
  declare -i GREETING="7"
  0
  again: KEY=sk_dev GREETING=it's $(touch pwned)
  status 7
  app/notes:note: shop/dev: 2 variables loaded
  app/notes:note: shop/dev: 2 variables loaded
  other/notes:note: shop/dev: unloaded
  start: KEY=before GREETING=7
  note: shop/dev: 2 variables loaded
  app: KEY=sk_dev GREETING=it's $(touch pwned)
  deep: KEY=sk_dev GREETING=it's $(touch pwned)
  0
  note: shop/dev: unloaded
  other: KEY=before GREETING=7
  typeset -i GREETING=7
  0
  note: shop/dev: 2 variables loaded
  again: KEY=sk_dev GREETING=it's $(touch pwned)
  status 7
  [1]
  $ ls
  app
  other
  session
  $ cat > session.fish <<'END'
  > kh hook fish | source
  > set -gx KEY before; set -g GREETING one two
  > cd app 2>> notes
  > echo "KEY=$KEY GREETING=$GREETING"
  > cd ../other 2>> notes
  > echo "KEY=$KEY GREETING=$GREETING"; count $GREETING
  > sh -c 'echo "programs have: $GREETING"'
  > set -q KEYHAVEN_HOOK __kh_was_GREETING __kh_state; or echo forgotten
  > END
  $ fish --no-config session.fish
  note: shop/dev: 2 variables loaded
  KEY=sk_dev GREETING=it's $(touch pwned)
  note: shop/dev: unloaded
  KEY=before GREETING=one two
  2
  programs have: 
  forgotten
  $ ls
  app
  notes
  other
  session
  session.fish

Each prompt of an interactive shell takes the step, next to what is already there.

  $ cat > interactive <<'END'
  > PROMPT_COMMAND='mine=$((mine + 1));'
  > eval "$(kh hook bash)"
  > eval "$(kh hook bash)"
  > cd app
  > echo "loaded $KEY"
  > cd ..
  > echo "after ${KEY-none}"
  > [ "$mine" -ge 5 ] && echo "mine too; $PROMPT_COMMAND"
  > END
  $ bash --norc --noprofile -i < interactive 2>/dev/null
  loaded sk_dev
  after none
  mine too; mine=$((mine + 1));
  __kh_hook

zsh and fish load when the folder changes, so that what follows in the same line has the new folder's keys.

  $ printf sk_qa | kh add stripe -p shop -e qa --tier development --stdin --quiet
  $ mkdir qa && printf 'project = "shop"\nenvironment = "qa"\n[env]\nKEY = "kh:stripe"\n' > qa/.keyhaven.toml
  $ (cd qa && kh allow --yes --quiet > shown)
  $ cat > line <<'END'
  > cd app && echo "$KEY $GREETING"
  > cd ../qa && echo "$KEY ${GREETING-none}"
  > (cd ../app && echo "$KEY")
  > cd .. && echo "${KEY-none}"
  > END
  $ (echo 'eval "$(kh hook zsh)"'; cat line) | zsh -f /dev/stdin 2>/dev/null
  sk_dev it's $(touch pwned)
  sk_qa none
  sk_dev
  none
  $ (echo 'kh hook fish | source'; sed 's/&&/; and/; s/(\(.*\))/\1; cd ..\/qa/; s/\${\([A-Z]*\)-none}/$\1/' line) | fish --no-config /dev/stdin 2>/dev/null
  sk_dev it's $(touch pwned)
  sk_qa 
  sk_dev
  

What is set meanwhile, by hand or by a file that a shell reads, is mentioned once and left alone.

  $ cat > meanwhile <<'END'
  > cd app; __kh_hook
  > export KEY=mine; __kh_hook; __kh_hook
  > unset GREETING
  > cd ..; __kh_hook; echo "KEY=$KEY GREETING=${GREETING-none}"
  > readonly GREETING=fixed
  > cd app; __kh_hook; echo "KEY=$KEY GREETING=$GREETING"
  > cd ..; __kh_hook; echo "KEY=$KEY GREETING=$GREETING"
  > END
  $ for shell in bash zsh; do (printf 'eval "$(kh hook %s)"\n' $shell; sed 's/__kh_hook/emit/g; 1i emit() { __kh_hook 2>\&1; }' meanwhile) > shellfile; echo $shell; $shell shellfile 2>&1 | grep -v 'waiting for the agent'; done
  bash
  note: shop/dev: 2 variables loaded
  note: shop/dev: KEY holds another value than the loaded one and stays like that; it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
  note: shop/dev: unloaded; GREETING was set meanwhile and stays as it is
  KEY=mine GREETING=none
  note: shop/dev: 2 variables loaded
  kh: GREETING is read-only in this shell and keeps its value; start the program with kh run
  KEY=sk_dev GREETING=fixed
  note: shop/dev: unloaded; GREETING was set meanwhile and stays as it is
  KEY=mine GREETING=fixed
  zsh
  note: shop/dev: 2 variables loaded
  note: shop/dev: KEY holds another value than the loaded one and stays like that; it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
  note: shop/dev: unloaded; GREETING was set meanwhile and stays as it is
  KEY=mine GREETING=none
  note: shop/dev: 2 variables loaded
  kh: GREETING is read-only in this shell and keeps its value; start the program with kh run
  note: shop/dev: GREETING holds another value than the loaded one and stays like that; it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
  KEY=sk_dev GREETING=fixed
  note: shop/dev: unloaded
  KEY=mine GREETING=fixed

A shell started from this one knows what it was given, and what its own files set again.

  $ cat > nested <<'END'
  > eval "$(kh hook bash)"
  > cd app; __kh_hook
  > bash --norc -c 'eval "$(kh hook bash)"; __kh_hook; echo "nested $KEY"; cd ..; __kh_hook; echo "left ${KEY-none} ${GREETING-none}"'
  > bash --norc -c 'export KEY=rc; eval "$(kh hook bash)"; __kh_hook; cd ..; __kh_hook; echo "left $KEY ${GREETING-none}"'
  > END
  $ bash --norc nested 2>&1 | grep -v 'waiting for the agent'
  note: shop/dev: 2 variables loaded
  nested sk_dev
  note: shop/dev: unloaded
  left none none
  note: shop/dev: KEY holds another value than the loaded one and stays like that; it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
  note: shop/dev: unloaded
  left rc none

  $ cat > nested.zsh <<'END'
  > eval "$(kh hook zsh)"
  > cd app
  > zsh -f -c 'eval "$(kh hook zsh)"; __kh_hook; echo "nested $KEY"; cd ..; echo "left ${KEY-none} ${GREETING-none}"'
  > zsh -f -c 'export KEY=rc; eval "$(kh hook zsh)"; __kh_hook; cd ..; echo "left $KEY ${GREETING-none}"'
  > END
  $ zsh -f nested.zsh 2>&1 | grep -v 'waiting for the agent'
  note: shop/dev: 2 variables loaded
  nested sk_dev
  note: shop/dev: unloaded
  left none none
  note: shop/dev: KEY holds another value than the loaded one and stays like that; it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
  note: shop/dev: unloaded
  left rc none
  $ cat > nested.fish <<'END'
  > kh hook fish | source
  > cd app
  > fish --no-config -c 'kh hook fish | source; __kh_hook; echo "nested $KEY"; cd ..; echo "left $KEY|$GREETING"'
  > fish --no-config -c 'set -gx KEY rc; kh hook fish | source; __kh_hook; cd ..; echo "left $KEY|$GREETING"'
  > END
  $ fish --no-config nested.fish 2>&1 | grep -v 'waiting for the agent'
  note: shop/dev: 2 variables loaded
  nested sk_dev
  note: shop/dev: unloaded
  left |
  note: shop/dev: KEY holds another value than the loaded one and stays like that; it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
  note: shop/dev: unloaded
  left rc|

No option of a shell changes what is loaded and what comes back.

  $ cat > loaded <<'END'
  > typeset -i GREETING=7
  > cd app; __kh_hook
  > echo "$KEY $GREETING"
  > cd ..; __kh_hook
  > echo "${KEY-none} $GREETING"
  > END
  $ for options in 'bash --norc' 'bash --norc --posix' 'bash --norc -eu' 'zsh -f' 'zsh -feu' 'zsh --emulate sh -f' 'zsh -f -o KSH_ARRAYS' 'zsh -f -o CSH_JUNKIE_QUOTES'; do
  >   echo "$options"
  >   (printf 'eval "$(kh hook %s)"\n' "${options%% *}"; cat loaded) | $options /dev/stdin 2> hookerrors; grep -v '^note: ' hookerrors
  > done
  bash --norc
  sk_dev it's $(touch pwned)
  none 7
  bash --norc --posix
  sk_dev it's $(touch pwned)
  none 7
  bash --norc -eu
  sk_dev it's $(touch pwned)
  none 7
  zsh -f
  sk_dev it's $(touch pwned)
  none 7
  zsh -feu
  sk_dev it's $(touch pwned)
  none 7
  zsh --emulate sh -f
  sk_dev it's $(touch pwned)
  none 7
  zsh -f -o KSH_ARRAYS
  sk_dev it's $(touch pwned)
  none 7
  zsh -f -o CSH_JUNKIE_QUOTES
  sk_dev it's $(touch pwned)
  none 7
  [1]
  $ (printf 'shopt -s extdebug\neval "$(kh hook bash)"\n'; cat loaded) | bash --norc /dev/stdin 2> hookerrors; grep -v '^note: ' hookerrors
  sk_dev it's $(touch pwned)
  none 7
  [1]

direnv may set the same variable. Whichever hook is read first, nothing is left behind.

  $ mkdir both && cp app/.keyhaven.toml both && echo 'export MINE=direnv KEY=direnv' > both/.envrc
  $ (cd both && kh allow --yes --quiet > /dev/null && direnv allow) 2>&1
  $ cat > script <<'END'
  > cd both
  > echo "in: $KEY $MINE"
  > cd ..
  > echo "out: ${KEY-none} ${MINE-none}"
  > echo "out: ${KEY-none} ${MINE-none}"
  > END
  $ for order in "direnv kh" "kh direnv"; do
  >   for hook in $order; do echo "eval \"\$($hook hook bash)\""; done | cat - script > ordered
  >   bash --norc --noprofile -i < ordered 2>/dev/null
  >   for hook in $order; do echo "eval \"\$($hook hook zsh)\""; done | cat - script > ordered
  >   zsh -fi < ordered 2>/dev/null
  >   for hook in $order; do echo "$hook hook fish | source"; done > ordered
  >   sed 's/\${\([A-Z]*\)-none}/$\1/g; s/^cd.*/&; emit fish_prompt/; s/^echo/emit fish_prompt; echo/' script >> ordered
  >   fish --no-config ordered 2>/dev/null
  > done
  in: sk_dev direnv
  out: none none
  out: none none
  in: sk_dev direnv
  out: none none
  out: none none
  in: sk_dev direnv
  out:  
  out:  
  in: sk_dev direnv
  out: none none
  out: none none
  in: sk_dev direnv
  out: none none
  out: none none
  in: sk_dev direnv
  out:  
  out:  

What cannot be loaded is reported once, and no prompt fails for it.

  $ step() { KEYHAVEN_HOOK_STATE=${__kh_state-} kh hook bash --step; }
  $ quietly() { eval "$(step 2> said)"; grep -v 'waiting for the agent' said; :; }
  $ until_said() { for _ in $(seq 300); do eval "$(step 2> said)"; grep "$1" said && return; done; echo never; }
  $ cd app && echo '# more' >> .keyhaven.toml
  $ until_said trusted
  note: not loaded: WORLD/work/app/.keyhaven.toml has changed since it was trusted (see what has changed, and trust it again with: kh allow)
  $ quietly; quietly
  $ kh allow --yes --quiet > ../shown
  $ until_said 'variables loaded'; echo "$KEY"
  note: shop/dev: 2 variables loaded
  sk_dev
  $ quietly
  $ cd .. && eval "$(step)"; echo "${KEY-none}|${KEYHAVEN_HOOK-none}|${__kh_state-none}"
  note: shop/dev: unloaded
  none|none|none
  $ kh lock --quiet && cd app
  $ until_said locked
  note: not loaded: the vault is locked (unlock it with: kh unlock, without a terminal: kh unlock --password-stdin)
  $ quietly; unlock; until_said 'variables loaded'; echo "$KEY"
  note: shop/dev: 2 variables loaded
  sk_dev
  $ chmod 666 .keyhaven.toml; eval "$(step)"; echo "${KEY-none}"; step; chmod 644 .keyhaven.toml; cd ..; eval "$(step)"
  note: shop/dev: unloaded
  note: WORLD/work/app/.keyhaven.toml is not safe to use: others can write to it (it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w)
  none
  $ kh agent stop --quiet; cd app; until_said locked; kh agent status | head -n 1
  note: not loaded: the vault is locked (unlock it with: kh unlock, without a terminal: kh unlock --password-stdin)
  Agent   not running
  $ cd ..; unset KEYHAVEN_HOOK __kh_state; unlock

What is loaded follows what is known: a new value comes with the next prompt, and what is no
longer trusted goes. A lock takes nothing away, and is reported.

  $ cd app; until_said 'variables loaded'; printf sk_new | kh set stripe -p shop -e dev --stdin --quiet
  note: shop/dev: 2 variables loaded
  $ until_said reloaded; echo "$KEY"; quietly
  note: shop/dev: 2 variables reloaded
  sk_new
  $ kh lock --quiet; until_said locked; echo "$KEY"; quietly
  note: shop/dev: the loaded variables are kept: the vault is locked (unlock it with: kh unlock, without a terminal: kh unlock --password-stdin)
  sk_new
  $ unlock; printf sk_dev | kh set stripe -p shop -e dev --stdin --quiet
  $ until_said reloaded; echo "$KEY"
  note: shop/dev: 2 variables reloaded
  sk_dev
  $ kh deny --quiet; until_said denied; echo "${KEY-none}"; quietly
  note: not loaded: WORLD/work/app/.keyhaven.toml was denied
  none
  $ cd ..; eval "$(step)"; cd app; until_said denied; quietly; cd ..; eval "$(step)"; cd app
  note: not loaded: WORLD/work/app/.keyhaven.toml was denied
  $ kh allow --yes --quiet > ../shown; until_said 'variables loaded'; cp .keyhaven.toml ../kept
  note: shop/dev: 2 variables loaded
  $ printf '[env\n' >> .keyhaven.toml; until_said 'expected'; echo "${KEY-none}"; quietly
  note: not loaded: WORLD/work/app/.keyhaven.toml:7:5: expected valid TOML: unclosed table, expected `]` (fix that line; see: kh help project-file)
  none
  $ cp ../kept .keyhaven.toml; until_said 'variables loaded'; cd ..; eval "$(step)"
  note: shop/dev: 2 variables loaded
  note: shop/dev: unloaded
  $ mkdir fresh && cp kept fresh/.keyhaven.toml && cd fresh && until_said 'not trusted'; quietly
  note: not loaded: WORLD/work/fresh/.keyhaven.toml is not trusted (read it, then trust it with: kh allow)
  $ echo 'x' > .keyhaven.toml; until_said 'expected'; quietly; cd ..; eval "$(step)"; rm -r fresh kept
  note: not loaded: WORLD/work/fresh/.keyhaven.toml:1:2: expected valid TOML: key with no value, expected `=` (fix that line; see: kh help project-file)

What its owner's yes to production let in goes with that.

  $ printf sk_live | kh add live -p shop -e prod --stdin --quiet
  $ mkdir live && cd live
  $ printf 'project = "shop"\nenvironment = "dev"\nallow_production = true\n[env]\nLIVE = "kh://shop/prod/live"\n' > .keyhaven.toml
  $ kh allow --yes --allow-production --quiet > ../shown; until_said 'variable loaded'; echo "$LIVE"
  note: shop/dev: 1 variable loaded
  sk_live
  $ kh allow --yes --quiet > ../shown 2>&1; until_said 'production key'; echo "${LIVE-none}"; quietly
  note: not loaded: live is a production key and does not enter a development launch (in .keyhaven.toml set allow_production = true, and trust it with: kh allow --allow-production)
  none
  $ cd ..; eval "$(step)"

Entering a folder waits for the agent, and a long wait is noted. A later prompt waits less and says nothing.

The time is a setting, which the shell remembers while the agent is busy.

  $ pid=$(kh agent status --json | node -p 'JSON.parse(require("fs").readFileSync(0)).pid')
  $ kh config set hook-wait-seconds 1 --quiet; cd app; until_said 'variables loaded'; cd ..; eval "$(step)"
  note: shop/dev: 2 variables loaded
  note: shop/dev: unloaded
  $ kill -STOP $pid; cd app; eval "$(step)"; eval "$(step)"; eval "$(step)"; kill -CONT $pid
  note: waiting for the agent
  note: not loaded: the agent has not answered within 1000 ms; the next prompt tries again
  $ kh config set hook-wait-seconds 2 --quiet; until_said 'variables loaded'
  note: shop/dev: 2 variables loaded
  $ kill -STOP $pid; eval "$(step)"; eval "$(step)"; kill -CONT $pid; echo "$KEY"
  sk_dev
  $ cd .. && eval "$(step)"
  note: shop/dev: unloaded

Nothing of what was there before is given to programs, however long it is.

  $ export KEY="$(head -c 110000 /dev/zero | tr '\0' x)"; cd app; eval "$(step)"; echo "$KEY"
  note: shop/dev: 2 variables loaded
  sk_dev
  $ env | wc -c | awk '{ print $1 < 20000 }'; cd ..; eval "$(step)"; echo ${#KEY}; unset KEY
  1
  note: shop/dev: unloaded
  110000

Names that are no variables to a shell stay out, whatever a file says.

  $ cd other
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nprecmd_functions = "kh:stripe"\n' > .keyhaven.toml
  $ kh allow --yes --quiet > shown
  $ KEYHAVEN_HOOK_STATE= kh hook zsh --step | grep -c KEY=
  note: not loaded: zsh itself uses precmd_functions, so it cannot be set (let it fill another variable with kh edit REF --env-var VAR, list the wanted variables without it under [env] in .keyhaven.toml, or start the program with kh run)
  0
  [1]
  $ until_said 'variable loaded'; cd ..; eval "$(step)"; cd other
  note: shop/dev: 1 variable loaded
  note: shop/dev: unloaded
  $ kh env
  error: zsh itself uses precmd_functions, so it cannot be set
  hint: give it another name with --as NAME=REF, leave it out with --except, or use kh run
  [6]
  $ printf 'project = "shop"\nenvironment = "dev"\n[env]\nBASH_ENV = "kh:stripe"\n' > .keyhaven.toml
  $ kh allow --yes --quiet > shown
  $ until_said 'load code'
  note: not loaded: BASH_ENV changes how programs load code and is refused (take it out of .keyhaven.toml, and set it in the shell itself: export BASH_ENV=VALUE)
  $ KEYHAVEN_HOOK=garbage step 2>&1 | grep -c KEYHAVEN_HOOK
  0
  [1]
  $ kh hook tcsh
  error: invalid value 'tcsh' for '<SHELL>' [possible values: bash, zsh, fish]
  hint: see: kh hook --help
  [2]
