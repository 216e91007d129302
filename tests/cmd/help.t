The help fits a screen. The definitions are checked elsewhere: that every command and option
is documented, each command with an example.

  $ kh --help | head -n 6
  Keep API keys and give them to the programs that need them.
  
  Usage: kh [OPTIONS] COMMAND
  
  Vault
    init                create a vault
  $ test "$(kh)" = "$(kh --help)" && test "$(kh help)" = "$(kh -h)"
  $ kh --help | awk 'length > 80'

Topics have a text each. The earlier name of the project file still leads to its topic.

  $ for topic in exit-codes references project-file files mask; do kh help $topic | head -n 1; done
  Exit codes of kh:
  A reference names a value:
  The project file .keyhaven.toml lists the variables that programs in a folder
  Some programs want the path of a file instead of a value. For kh run and
  kh run --mask and kh shell --mask stay as the parent of the program and replace
  $ for topic in exit-codes references project-file files mask; do kh help $topic; done | awk 'length > 80'
  $ kh help directory-file | diff - <(kh help project-file)

One command as a sample.

  $ kh get --help
  Print a value and nothing else
  
  Usage: kh get [OPTIONS] <REF>
  
  Arguments:
    <REF>  kh://PROJECT/ENVIRONMENT/NAME, or NAME with -p and -e
  
  Options:
    -p, --project <PROJECT>  The project
    -e, --env <ENV>          The environment
        --field <F>          Choose the field, if there are several
        --version <N>        Print an older version
        --copy               Copy it to the clipboard; cleared after clipboard-seconds (kh config)
    -h, --help               Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never prompt; fail if input is needed
    -q, --quiet         Print only what was requested, warnings and errors
        --color <WHEN>  Show colours [default: auto] [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   Use the vault in this folder
  
  Example:
    kh get kh://shop/dev/aws/access_key_id
  $ kh help get | diff - <(kh get -h)

An action has its own example.

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

An action of a command has its own help, and the providers are listed.

  $ kh help profile add | head -n 1
  Save a new profile
  $ kh help trash restore | head -n 1
  Restore a key
  $ kh help profile nonsense
  error: there is no help about profile nonsense
  hint: topics: exit-codes, references, project-file, files, mask, providers, and every command
  [2]
  $ kh help providers | grep -c Stripe
  1
