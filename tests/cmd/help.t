The help fits a screen and says what there is.

  $ kh --help
  Keeps API keys and hands them to the programs that need them.
  
  Usage: kh [OPTIONS] COMMAND
  
  Vault
    init             create a vault; unlock, lock: open it, close it
    password         change what opens it; recovery: a new recovery key
    status           whether it is locked, and what is due
    backup, restore  write one encrypted file; put one in the vault's place
    verify, salvage  check everything; save what a damaged vault still holds
  Credentials
    add, set         store a new one; give one a new value
    get, show        print a value; everything but the value
    list, due        find credentials; what expires or must be rotated
    edit, rename     change what is known about one
    rm, trash        move to the trash; list it, take back from it, empty it
    history, snooze  versions and uses; quiet reminders
    environment      environments and how close to production they are
    import           take over a .env file
  Launching
    run              run a command with the variables of an environment
    shell, env       a shell with them; print them for eval
    profile, inject  save ways to launch; fill a template
    askpass          answer git and ssh; also git-credential, credential-process
    allow, deny      trust a project's .keyhaven.toml, or not; hook: load it on cd
  House
    audit            the log
    config, doctor   settings; what is and is not protected here
    agent            status, stop, restart; install: start at login
    completions      for bash, zsh, fish and others
    help             COMMAND, exit-codes, references, directory-file or files
  
  Options
    --json           print one JSON document
    --no-input       never ask; fail instead
    -y, --yes        answer yes to questions
    -q, --quiet      print only what was asked for, and errors
    --color WHEN     auto, always or never
    --vault DIR      the vault's folder
    -h, --help, -V, --version
  $ test "$(kh)" = "$(kh --help)" && test "$(kh help)" = "$(kh -h)"
  $ kh --help | awk 'length > 80'
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
  
  Filters: url, json (escaped, no quotes added), base64, raw.
  
  The file is looked for from the working folder
  upwards, as far as folders are yours and on one file system. It must be a plain
  file of yours that nobody else can write to.

Each command has its own, with an example.

  $ kh run --help
  Runs a command with the variables of an environment
  
  Usage: kh run [OPTIONS] [CMD]...
  
  Arguments:
    [CMD]...  The command and its arguments
  
  Options:
        --profile <PROFILE>      A saved way to launch, in place of -p and -e
    -p, --project <PROJECT>      The project
    -e, --env <ENV>              The environment
        --only <REF>             Only the variables that REF fills (repeat)
        --except <REF>           No variable that REF fills (repeat)
        --prefix <TEXT>          Put TEXT before their names
        --as <NAME=REF>          Give REF under this name, in place of its own (repeat)
        --set <NAME=VALUE>       Set a variable; VALUE may hold {{kh:REF|FILTER}} (repeat)
        --expired <WHAT>         What to do with expired keys this once [possible values: refuse,
                                 warn, allow]
        --allow-production       Let keys of a higher tier in this once
        --file <VAR=REF>         Give REF as a private file in memory, its path in VAR (repeat)
        --fifo <VAR=REF>         The same as a pipe that can be read once (repeat)
        --memfd <VAR=REF>        The same as a descriptor, /proc/PID/fd/N (repeat)
        --clean                  Inherit nothing but PATH, HOME, TERM and the locale
        --keep <NAME>            With --clean: inherit this variable too (repeat)
        --mask                   Print [masked] where the command prints a value
        --watch                  Start the command anew when a key that it has gets a new value
        --watch-signal <SIGNAL>  With --watch: how to end the command [possible values: term, hup,
                                 int, quit, usr1, usr2, kill]
    -h, --help                   Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never ask; fail instead
    -q, --quiet         Print only what was asked for, and errors
        --color <WHEN>  When to use colours [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   The vault's folder
  
  The command takes the place of kh: same process, same exit status. With --mask kh stays beside it,
  and hides values that the command prints, also in base64, hex, percent-encoded and escaped as in
  JSON. With --watch it ends the command by a signal, after 10 s by SIGKILL, and starts it anew with
  the values of then; where the agent ends, it says so, and watches on with the next one. --file,
  --fifo and --memfd: kh help files
  
  Examples:
    kh run -p shop -e dev -- node app.js
    kh run -p shop -e dev --file GOOGLE_APPLICATION_CREDENTIALS=gcp -- node app.js
  $ kh help run | diff - <(kh run -h)
  $ kh add --help
  Stores a new credential
  
  Usage: kh add [OPTIONS] <NAME>
  
  Arguments:
    <NAME>  Its name within the environment
  
  Options:
    -p, --project <PROJECT>            The project
    -e, --env <ENV>                    The environment
        --stdin                        Read the value from stdin; several fields as a JSON object
        --raw                          Keep the final newline of stdin
        --generate[=<LEN>]             Make up a value of LEN letters and digits (32 unless said)
        --field <F[=VAR]>              A field, and the variable it fills (repeat for several)
        --plain                        The value is no secret, only configuration
        --tier <TIER>                  The tier of a new environment [possible values: development,
                                       staging, production]
        --provider <ID>                The service it belongs to, such as stripe
        --env-var <VAR>                The variable it fills; '' for none
        --scope <SCOPE>                A scope it has at the provider (repeat)
        --allow-ip <IP>                An address or network it is accepted from (repeat)
        --owner <WHO>                  Who answers for it
        --tag <TAG>                    A label (repeat)
        --url <URL>                    A page about it
        --note <TEXT>                  A note
        --quota <TEXT>                 Its quota, in words
        --expires <DATE>               When it ends: YYYY-MM-DD, RFC 3339, 90d, or none
        --rotate-every <DAYS>          Rotate after so many days, or none
        --allow-loader-variable <VAR>  Allow a variable that changes how programs load code (repeat)
    -h, --help                         Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never ask; fail instead
    -q, --quiet         Print only what was asked for, and errors
        --color <WHEN>  When to use colours [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   The vault's folder
  
  Examples:
    kh add stripe -p shop -e dev --expires 90d
    kh add aws -p shop -e prod --field access_key_id --field secret_access_key
    kh add session -p shop -e dev --generate=48
  $ kh help config
  Shows and changes the vault's settings
  
  Usage: kh config [OPTIONS] [COMMAND]
  
  Commands:
    list            Lists all settings
    get             Prints one setting
    set             Changes one setting; a weaker lock or a shorter log asks for the master password
    login-keychain  Lets the login keychain open the vault, or no longer
  
  Options:
    -h, --help  Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never ask; fail instead
    -q, --quiet         Print only what was asked for, and errors
        --color <WHEN>  When to use colours [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   The vault's folder
  
  Example:
    kh config set auto-lock-minutes 15
  $ kh config set --help
  Changes one setting; a weaker lock or a shorter log asks for the master password
  
  Usage: kh config set [OPTIONS] <KEY> <VALUE>
  
  Arguments:
    <KEY>    Its name
    <VALUE>  Its new value
  
  Options:
        --password-stdin  Read the master password from stdin, one line
    -h, --help            Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never ask; fail instead
    -q, --quiet         Print only what was asked for, and errors
        --color <WHEN>  When to use colours [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   The vault's folder
  
  Example:
    kh config set auto-lock-minutes 15

An action has an example of its own.

  $ kh config get --help | tail -n 2
  Example:
    kh config get auto-lock-minutes
  $ kh trash list --help | tail -n 2
  Example:
    kh trash list --json
  $ kh agent stop --help | tail -n 2
  Example:
    kh agent stop
  $ kh stauts
  error: unrecognized subcommand 'stauts'
  hint: did you mean status?
  [2]
