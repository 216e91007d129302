The help fits a screen. The definitions are checked elsewhere: that every command and option
is documented, each command with an example.

  $ kh --help | head -n 6
  Keep API keys and give them to the programs that need them.
  
  Usage: kh [OPTIONS] COMMAND
  
  Vault
    init             create a vault; unlock, lock: unlock it and lock it
  $ test "$(kh)" = "$(kh --help)" && test "$(kh help)" = "$(kh -h)"
  $ kh --help | awk 'length > 80'

Topics have a text each. The earlier name of the project file still leads to its topic.

  $ for topic in exit-codes references project-file files; do kh help $topic | head -n 1; done
  Exit codes of kh:
  A reference names a value:
  The project file .keyhaven.toml lists the variables that programs in a folder
  Some programs want the path of a file instead of a value. For kh run and
  $ for topic in exit-codes references project-file files; do kh help $topic; done | awk 'length > 80'
  $ kh help directory-file | diff - <(kh help project-file)

One command as a sample.

  $ kh get --help
  Print a value and nothing else
  
  Usage: kh get [OPTIONS] <REF>
  
  Arguments:
    <REF>  kh://PROJECT/ENV/NAME, or NAME with -p and -e
  
  Options:
    -p, --project <PROJECT>  The project
    -e, --env <ENV>          The environment
        --field <F>          Choose the field, if there are several
        --version <N>        Print an older version
        --copy               Copy the value to the clipboard instead; it is cleared after a while
    -h, --help               Print help
  
  Global options:
        --json          Print one JSON document
        --no-input      Never prompt; fail if input is needed
    -q, --quiet         Print only the requested output and errors
        --color <WHEN>  When to use colors [default: auto] [possible values: auto, always, never]
    -y, --yes           Answer yes to questions
        --vault <DIR>   The folder of the vault
  
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
