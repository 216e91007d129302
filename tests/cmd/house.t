Settings, the log, the agent, completions, help and wrong usage.

  $ vault
  $ kh config
  SETTING            VALUE          MEANING
  auto-lock-minutes  30             lock after so many minutes without use; 0 never
  clipboard-seconds  20             clear a copied value after so many seconds
  lead-times         30,14,7,3,1,0  remind so many days before something is due
  quiet-from         20:00          no reminders from this time of day
  quiet-to           08:00          to this time of day
  names-in-notices   false          name credentials in notices: true or false
  expired            warn           an expired credential in a launch: allow, warn or refuse
  grace-hours        72             keep a replaced value as the previous one so long
  $ kh config --json
  {"auto_lock_minutes":30,"clipboard_seconds":20,"lead_times":[30,14,7,3,1,0],"quiet_from":"20:00","quiet_to":"08:00","names_in_notices":false,"expired":"warn","grace_hours":72}
  $ kh config get clipboard-seconds
  20
  $ kh config set clipboard-seconds 10
  clipboard-seconds is 10 now.
  $ kh config get clipboard-seconds
  10
  $ kh config set clipboard-seconds soon
  error: clipboard-seconds cannot be soon
  hint: it is a number
  [2]
  $ kh config set no-such-thing 1
  error: there is no setting no-such-thing
  hint: see them with: kh config list
  [2]
  $ kh config set auto-lock 0 --no-input
  error: there is no setting auto-lock
  hint: see them with: kh config list
  [2]

  $ add stripe sk_test_1
  $ kh get kh://shop/dev/stripe >/dev/null
  $ kh run -p shop -e dev -- true
  $ kh audit
  WHEN              ACTION           OUTCOME   WHERE     WHAT    BY
  *  use.launch       released  shop/dev  stripe  kh for true (*) (glob)
  *  use.show         released  shop/dev  stripe  kh (*) (glob)
  *  credential.add   done      shop/dev  stripe  kh (*) (glob)
  *  settings.change  done                        kh (*) (glob)
  *  vault.unlock     done                        kh (*) (glob)
  *  vault.create     done                        kh (*) (glob)
  $ kh audit --json | head -c 1; echo
  [

  $ kh agent status
  Agent   pid *, version * (glob)
  Socket  WORLD/run/keyhaven/*.sock (glob)
  Vault   unlocked
  $ kh agent status --json
  {"running":true,"pid":*,"socket":"WORLD/run/keyhaven/*.sock","locked":false,"version":"*"} (glob)
  $ kh agent restart
  A new agent is running; the vault is locked.
  $ kh status
  Vault  WORLD/vault, locked
  Due    0 overdue, 0 within a week
  Agent  pid *, version * (glob)
  $ kh agent stop
  The vault is locked and the agent has ended.
  $ kh agent stop
  No agent was running.
  $ kh agent status
  Agent   not running
  Socket  WORLD/run/keyhaven/*.sock (glob)

  $ kh completions bash | head -1
  _kh() {
  $ kh completions zsh | head -1
  #compdef kh
  $ kh completions fish | head -1
  # Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
  $ kh completions tcsh
  error: invalid value 'tcsh' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]
  hint: see: kh help, or --help after a command
  [2]

  $ kh
  Keeps API keys and hands them to the programs that need them.
  
  Usage: kh [OPTIONS] COMMAND
  
  Vault
    init             create a vault
    unlock, lock     open it, close it
    status           whether it is locked, and what is due
  Credentials
    add, set         store a new one; give one a new value
    get, show        print a value; everything but the value
    list, due        find credentials; what expires or must be rotated
    edit, rename     change what is known about one
    rm, trash        move to the trash; list it, take back from it
    history, snooze  versions and uses; quiet reminders
    environment      environments and how close to production they are
    import           take over a .env file
  Launching
    run              run a command with the variables of an environment
    shell, env       a shell with them; print them for eval
    allow, deny      trust a project's .keyhaven.toml, or not
  House
    audit            the log
    config           settings
    agent            status, stop, restart
    completions      for bash, zsh, fish and others
    help             kh help COMMAND, exit-codes, references or directory-file
  
  Options
    --json           print one JSON document
    --no-input       never ask; fail instead
    -y, --yes        answer yes to questions
    -q, --quiet      print only what was asked for, and errors
    --color WHEN     auto, always or never
    --vault DIR      the vault's folder
    -h, --help, -V, --version
  $ kh nonsense
  error: unrecognized subcommand 'nonsense'
  hint: see: kh help, or --help after a command
  [2]
  $ kh lst
  error: unrecognized subcommand 'lst'
  hint: see: kh help, or --help after a command
  [2]
  $ kh list --nonsense
  error: unexpected argument '--nonsense' found
  hint: see: kh help, or --help after a command
  [2]
  $ kh help exit-codes
  How kh ends:
  
      0  done
      1  the request could not be carried out
      2  wrong usage
      3  the vault is locked and there was nobody to ask
      4  no such credential, project or environment
      5  it exists already, or changed meanwhile
      6  refused by a policy: tier, revoked, expired where forbidden,
         directory file that is not trusted, dangerous variable
      7  damaged or tampered data found
      8  no agent could be reached or started
     70  a defect in Keyhaven
  
  kh run ends as the command does; 126 means it cannot be executed, 127 that it
  was not found. With --json an error is {"error":{"code","message","hint"}}
  on stderr; the codes are stable.
  $ kh help references
  A reference says where a value is:
  
    kh://PROJECT/ENVIRONMENT/NAME[/FIELD]   kh://shop/dev/stripe
    kh:NAME[/FIELD]                         in the project and environment of
                                            the command or directory file
  
  Characters other than letters, digits, '.', '_' and '-' are written as %XX.
  Without a field it means the only field. With -p and -e, or in a folder with a
  trusted .keyhaven.toml, commands take a bare NAME as well.
  $ kh help directory-file
  .keyhaven.toml says what a folder's programs get. It holds no secret and is
  meant to be committed; it is obeyed only after: kh allow
  
    project = "shop"
    environment = "dev"               # the default; -e overrides
    allow_production = true           # lets keys of a higher tier in
  
    [env]                             # without it: every credential of the
                                      # environment, under its own variables
    STRIPE_API_KEY = "kh:stripe"
    DATABASE_URL = "postgres://app:{{kh:postgres/password|url}}@localhost/app"
    SENTRY_DSN = "kh://shared/prod/sentry"
    LOG_LEVEL = "debug"
  
  Filters: url, json, base64. The file is looked for from the working folder
  upwards, as far as folders are yours and on one file system. It must be a plain
  file of yours that nobody else can write to.
  $ kh run --help
  Runs a command with the variables of an environment
  
  Usage: kh run [OPTIONS] <CMD>...
  
  Arguments:
    <CMD>...  The command and its arguments
  
  Options:
    -p, --project <PROJECT>  The project
    -e, --env <ENV>          The environment
    -h, --help               Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never ask; fail instead
    -q, --quiet         Print only what was asked for, and errors
        --color <WHEN>  When to use colours [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   The vault's folder
  
  The command takes the place of kh: same process, same exit status.
  
  Example:
    kh run -p shop -e dev -- node app.js
  $ kh --help | tail -1
    -h, --help, -V, --version

Errors as JSON.

  $ unlock
  $ kh get kh://shop/dev/nope --json
  {"error":{"code":"no_credential","message":"there is no credential nope","hint":"see what there is with: kh list"}}
  [4]
  $ kh get not-a-reference --json
  {"error":{"code":"usage","message":"it is not said where","hint":"say where with -p PROJECT -e ENV"}}
  [2]
  $ kh get kh://shop --json
  {"error":{"code":"usage","message":"a reference is kh://PROJECT/ENVIRONMENT/NAME[/FIELD] or kh:NAME[/FIELD]","hint":"see: kh help references"}}
  [2]
  $ kh list --nonsense --json
  {"error":{"code":"usage","message":"unexpected argument '--nonsense' found","hint":"see: kh help, or --help after a command"}}
  [2]
