//! The texts of the help: the overview, an example for each command, the topics.

/// `kh --help`: one screen.
pub const HELP: &str = "\
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
";

/// What stands below the options of a command's help.
pub fn example(command: &str) -> &'static str {
    match command {
        "init" => "Example:\n  kh init",
        "unlock" => "Example:\n  pass show keyhaven | kh unlock --password-stdin",
        "password" => {
            "With --password-stdin the old password (or the recovery key) comes first, the new one on \
             the next line. An old password and an old copy of the vault's header, or a backup, \
             still open today's vault; --rekey ends that.\n\nExamples:\n  kh password\n  kh \
             password --recovery\n  kh password --rekey"
        }
        "recovery" => {
            "The recovery key made before opens nothing any more.\n\nExample:\n  kh recovery"
        }
        "lock" => "Example:\n  kh lock",
        "status" => "Example:\n  kh status --json",
        "add" => {
            "Examples:\n  kh add stripe -p shop -e dev --expires 90d\n  kh add aws -p shop -e \
             prod --field access_key_id --field secret_access_key\n  kh add session -p shop -e dev \
             --generate=48"
        }
        "set" => "Example:\n  kh set stripe -p shop -e dev --stdin < new-key",
        "edit" => {
            "A list that is given replaces the old one; an empty text ('') clears.\n\nExample:\n  \
             kh edit stripe -p shop -e dev --expires none --tag payments"
        }
        "rename" => {
            "Profiles that name it follow; directory files and templates do not.\n\nExample:\n  \
             kh rename kh://shop/dev/stripe stripe-eu"
        }
        "rm" => "Example:\n  kh rm stripe -p shop -e dev",
        "trash" => "Example:\n  kh trash restore kh://shop/dev/stripe",
        "get" => "Example:\n  kh get kh://shop/dev/aws/access_key_id",
        "list" => "Example:\n  kh list -p shop --due",
        "show" => "Example:\n  kh show kh://shop/dev/stripe",
        "history" => "Example:\n  kh history kh://shop/dev/stripe",
        "due" => "Example:\n  kh due --within 14",
        "snooze" => "Example:\n  kh snooze kh://shop/dev/stripe --until 1w",
        "environment" => "Example:\n  kh environment set shop/demo --tier staging",
        "import" => {
            "All or nothing; importing the same file twice changes nothing.\n\nExample:\n  kh import \
             dotenv .env -p shop -e dev --dry-run"
        }
        "run" => {
            "The command takes the place of kh: same process, same exit status. With --mask kh stays \
             beside it, and hides values that the command prints, also in base64, hex, \
             percent-encoded and escaped as in JSON. With --watch it ends the command by a \
             signal, after 10 s by SIGKILL, and starts it anew with the values of then; where the \
             agent ends, it says so, and watches on with the next one. --file, --fifo and --memfd: kh \
             help files\n\nExamples:\n  kh run -p shop -e dev -- node app.js\n  kh run -p shop -e dev --file \
             GOOGLE_APPLICATION_CREDENTIALS=gcp -- node app.js"
        }
        "shell" => {
            "Files (--file, --fifo and --memfd) go with the shell: kh help files\n\nExample:\n  kh \
             shell -p shop -e dev"
        }
        "env" => {
            "sh is for eval in sh, bash and zsh; dotenv is as npm dotenv reads it; json is one object.\n\nExample:\n  eval \"$(kh env -p shop -e dev)\""
        }
        "profile" => {
            "A profile says whose keys a program gets and how it is started; what an option of kh \
             run says at a launch comes on top.\n\nExamples:\n  kh profile add web -p shop -e dev \
             --only stripe -- node app.js\n  kh run --profile web"
        }
        "inject" => {
            "The template holds {{kh://PROJECT/ENVIRONMENT/NAME|FILTER}}. A value with a quote or a \
             line end needs a filter: json (escaped, without the quotes around it), url, base64, or \
             raw for as it is. Trust a template with: kh allow FILE\n\nExample:\n  kh inject -i config.template -o config.json"
        }
        "credential-process" => {
            "The key has the fields access_key_id and secret_access_key, and session_token where \
             there is one.\n\nExample, in ~/.aws/config:\n  [profile shop]\n  \
             credential_process = kh credential-process aws kh://shop/dev/aws"
        }
        "git-credential" => {
            "The key goes to the host of its page (kh edit REF --url) or of --host, over https \
             alone. Its name is --username, else its field username.\n\nExample:\n  git config \
             --global credential.https://github.com.helper '!kh git-credential kh://me/dev/github'"
        }
        "askpass" => {
            "GIT_ASKPASS and SSH_ASKPASS name a program, so write one of two lines. Git gets the \
             key for the host of its page (kh edit REF --url) or of --host, over https alone; ssh \
             gets it with --ssh, where --host limits for which host. No other question is \
             answered.\n\nExample:\n  \
             #!/bin/sh\n  exec kh askpass kh://me/dev/github \"$@\""
        }
        "hook" => {
            "In a folder with a trusted .keyhaven.toml its variables are there, and outside they \
             are as before. While the vault is locked nothing is loaded, which is said once.\n\n\
             Examples:\n  eval \"$(kh hook bash)\"      # in ~/.bashrc; zsh: the same in ~/.zshrc\n  \
             kh hook fish | source        # in ~/.config/fish/config.fish"
        }
        "allow" => {
            "Asks after showing the file; --yes answers that, but never for production: a file with \
             allow_production = true lets production keys in only after a second yes at the \
             terminal, or with --allow-production.\n\nExample:\n  kh allow"
        }
        "deny" => "Example:\n  kh deny",
        "audit" => "Example:\n  kh audit -p shop --action use.launch --since 2026-01-01",
        "verify" => {
            "A vault that does not unlock any more is checked as well: it asks for the password, \
             and changes nothing.\n\nExample:\n  kh verify --json"
        }
        "backup" => {
            "Backups beside the vault are made daily, and before each import. A file that is there \
             already is replaced after a yes, or with --yes.\n\nExamples:\n  kh backup \
             /media/stick/keys.khbackup\n  kh backup --list"
        }
        "restore" => {
            "It asks for the password of the time the backup was made, and shows a new recovery \
             key. What it replaces is kept in a folder of its own. It asks before, but not where there \
             is no terminal: a script says what it means by --password-stdin.\n\nExample:\n  kh restore \
             /media/stick/keys.khbackup"
        }
        "salvage" => {
            "The damaged vault stays as it is, and so does its log.\n\nExample:\n  kh salvage \
             ~/keys-salvaged"
        }
        "config" => "Example:\n  kh config set auto-lock-minutes 15",
        "doctor" => "It changes nothing and starts no agent.\n\nExample:\n  kh doctor --json",
        "agent" => "Example:\n  kh agent restart",
        "completions" => {
            "Example:\n  kh completions bash > ~/.local/share/bash-completion/completions/kh"
        }
        "help" => "Example:\n  kh help exit-codes",
        _ => "",
    }
}

/// What stands below the options of an action's help.
pub fn action_example(command: &str, action: &str) -> &'static str {
    match (command, action) {
        ("trash", "list") => "Example:\n  kh trash list --json",
        ("trash", "restore") => example("trash"),
        ("trash", "empty") => "Example:\n  kh trash empty --yes",
        ("profile", "list") => "Example:\n  kh profile list",
        ("profile", "show") => "Example:\n  kh profile show web",
        ("profile", "add") => example("profile"),
        ("profile", "edit") => "Example:\n  kh profile edit web --except sentry",
        ("profile", "rm") => "Example:\n  kh profile rm web",
        ("environment", "list") => "Example:\n  kh environment list",
        ("environment", "set") => example("environment"),
        ("config", "list") => "Example:\n  kh config list",
        ("config", "get") => "Example:\n  kh config get auto-lock-minutes",
        ("config", "set") => example("config"),
        ("config", "login-keychain") => "Example:\n  kh config login-keychain on",
        ("agent", "status") => "Example:\n  kh agent status --json",
        ("agent", "stop") => {
            "Files that programs still have from it (kh help files) go with it.\n\nExample:\n  kh \
             agent stop"
        }
        ("agent", "restart") => example("agent"),
        ("agent", "log") => "Example:\n  kh agent log --follow",
        ("agent", "install") => "Example:\n  kh agent install",
        ("agent", "uninstall") => "Example:\n  kh agent uninstall",
        _ => "",
    }
}

/// The text of a topic.
pub fn topic(name: &str) -> Option<&'static str> {
    match name {
        "exit-codes" | "exit-code" | "exit-status" | "exit" => Some(EXIT_CODES),
        "references" | "reference" | "ref" => Some(REFERENCES),
        "directory-file" | "directory" | ".keyhaven.toml" => Some(DIRECTORY_FILE),
        "files" | "file" => Some(FILES),
        _ => None,
    }
}

const EXIT_CODES: &str = "\
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
was not found. With --json an error is {\"error\":{\"code\",\"message\",\"hint\"}}
on stderr; the codes are stable.
";

const REFERENCES: &str = "\
A reference says where a value is:

  kh://PROJECT/ENVIRONMENT/NAME[/FIELD]   kh://shop/dev/stripe
  kh:NAME[/FIELD]                         in the project and environment of
                                          the command or directory file

Characters other than letters, digits, '.', '_' and '-' are written as %XX.
Without a field it means the only field. With -p and -e, or in a folder with a
trusted .keyhaven.toml, commands take a bare NAME as well.
";

const DIRECTORY_FILE: &str = "\
.keyhaven.toml says what a folder's programs get. It holds no secret and is
meant to be committed; it is obeyed only after: kh allow

  project = \"shop\"
  environment = \"dev\"               # the default; -e overrides
  allow_production = true           # lets keys of a higher tier in

  [env]                             # without it: every credential of the
                                    # environment, under its own variables
  STRIPE_API_KEY = \"kh:stripe\"
  DATABASE_URL = \"postgres://app:{{kh:postgres/password|url}}@localhost/app\"
  SENTRY_DSN = \"kh://shared/prod/sentry\"
  LOG_LEVEL = \"debug\"

Filters: url, json (escaped, no quotes added), base64, raw.

The file is looked for from the working folder
upwards, as far as folders are yours and on one file system. It must be a plain
file of yours that nobody else can write to.
";

const FILES: &str = "\
Some programs want the path of a file, not a value. In kh run and kh shell:

  --file VAR=REF   a plain file that only you can read, in memory (tmpfs) and
                   never on a disk, unless that is swapped out. It goes when the
                   command has ended, however it did, also where that left
                   something running; and with the agent (kh agent stop). A
                   lock leaves it there.
  --fifo VAR=REF   a pipe that can be read once, and not after a lock. Programs
                   that check for a plain file (is_file) refuse it, and so do
                   those that open it twice. Another program of yours that reads
                   it first leaves nothing for the command.
  --memfd VAR=REF  /proc/PID/fd/N, which needs no folder in memory. It is there
                   as long as the command itself; with --mask or --watch only
                   what inherits the descriptor finds it. Programs that resolve
                   real paths fail on it.

VAR gets the path, and the variable that the key itself fills is left out; to
have it as well: --as NAME=REF. Values that no variable can have are fine: NUL
bytes, and up to 1 MiB. The files of one command may be 64, and those of all
16 MiB together; 16 pipes may wait to be read.

  kh run -p shop -e dev --file GOOGLE_APPLICATION_CREDENTIALS=gcp -- node app.js
";
