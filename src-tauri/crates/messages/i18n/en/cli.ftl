# Errors of kh itself; the ids are cli-CODE. Errors of the agent are in errors.ftl.

## The system

cli-system = { $part ->
    [stdin] standard input
    [stdout] standard output
    [terminal] the terminal
    [working_directory] the working directory
    [rc_file] the shell's rc file
    [memory_file] a file in memory
   *[program] kh
}: { $system }
cli-no-random-bytes = the system returned no random bytes
    .hint = try again
cli-unprotected = this process cannot be made undumpable: { $system }
    .hint = run kh outside a sandbox that forbids it; kh loads no values into an unprotected process
cli-path-not-utf8 = { $path } is not UTF-8
    .hint = rename it, or use a copy with another name
cli-given-path-not-utf8 = { cli-path-not-utf8 }
    .hint = { cli-path-not-utf8.hint }

## The command line

cli-planned-command = kh { $command } does not exist yet
    .hint = { $command ->
        [move] store the key there with kh add, then remove it here with: kh rm
       *[other] see the commands that exist with: kh help
    }
cli-unexpected-argument = unexpected argument{ $argument_given ->
    [1] {" "}'{ $argument }'
   *[0] {""}
}
    .hint = { $count ->
        [0] { $command } takes none; see: { $see }
        [1] { $command } takes one { $takes }; quote what contains spaces; see: { $see }
       *[other] { $command } takes { $takes }; quote what contains spaces; see: { $see }
    }
cli-option-meant = unexpected argument '{ $argument }'
    .hint = write: { $meant }; see: { $see }
cli-unexpected-value = unexpected argument
    .hint = values are never read from the command line: enter the value when prompted, or use --stdin
cli-no-option-value = { $option } takes no value
    .hint = see: { $see }
cli-command-line = { $message }
    .hint = { $meant_given ->
        [1] did you mean { $meant }?
       *[0] see: { $see }
    }
cli-no-vault-folder = --vault needs a folder
    .hint = write: kh --vault DIR COMMAND
cli-no-help-topic = there is no help about { $topic }
    .hint = topics: exit-codes, references, project-file, files, mask, providers, and every command

## Values of options, after "invalid value ... for ..."

cli-bad-network = expected an address such as 203.0.113.7 or a network such as 10.0.0.0/8
cli-bad-host = expected a host such as github.com or localhost:3000
cli-bad-url = expected an address such as https://example.com/keys
cli-bad-variable = a variable name consists of letters, digits and _, and does not start with a digit
cli-empty-variable = expected the name of a variable
cli-bad-assignment = expected the name of a variable, then = and its value
cli-bad-field = expected FIELD or FIELD=VARIABLE
cli-bad-number = expected a whole number
cli-number-from-one = expected a whole number of 1 or more
cli-bad-length = expected a length from { $minimum } to { $maximum }
cli-bad-format = no format has this name
cli-days-out-of-range = expected { $minimum } to { $maximum } days
cli-no-such-day = there is no such day
cli-bad-date = expected YYYY-MM-DD, a time such as 2027-01-31T12:00:00Z, a span such as 90d, 2w, 3mo or 1y, or none
cli-bad-since = expected YYYY-MM-DD, a time such as 2027-01-31T12:00:00Z, or an age such as 7d, 2w or 3mo
cli-bad-span = expected a time such as 90d, 2w, 3mo or 1y
cli-span-in-minutes = { $count }m means minutes; for months write { $count }mo, not { $count }m
cli-span-too-fine = expected days, weeks, months or years
cli-span-too-long = expected a time of at most { $limit } days

## Input

cli-input-not-utf8 = the input is not UTF-8
    .hint = save it as UTF-8 text
cli-passwords-differ = the passwords do not match
    .hint = try again
cli-input-ended = the input ended; nothing was changed
cli-control-character = keys that are no text, and control characters, are not accepted here
    .hint = pass a value that contains them with --stdin, a password with --password-stdin
cli-wrong-passwords = { error-wrong-password }
    .hint = { error-wrong-password.hint }; if the password is lost, unlock with the recovery key: kh unlock --recovery
cli-several-lines = several lines were pasted, but only one is accepted here
    .hint = pass them with: --stdin < FILE
cli-line-too-long = the line is too long
    .hint = pass it with --stdin
cli-no-password-on-stdin = there is no password on stdin
    .hint = give each password as one line: --password-stdin < FILE
cli-password-not-utf8 = the password on stdin is not UTF-8
    .hint = save it as UTF-8 text
cli-stdin-too-large = standard input is larger than { $limit } bytes
    .hint = check what is piped into kh
cli-nobody-empties-trash = there is no terminal for a confirmation
    .hint = check the trash with kh trash, then repeat with --yes
cli-nobody-trusts = there is no terminal for a confirmation
    .hint = read the file, then repeat with --yes
cli-nobody-revokes = there is no terminal for a confirmation
    .hint = to mark it as revoked without a question, add --yes
cli-not-revoked = nothing was marked as revoked
    .hint = to go back to an earlier value instead, see: kh rollback --help
cli-nobody-restores = there is no terminal for a confirmation
    .hint = to replace the vault without a question, add --yes
cli-nobody-enters-value = there is no terminal to ask for the value
    .hint = pass it with --stdin
cli-nobody-chooses-password = there is no terminal to ask for a master password
    .hint = pass it with --password-stdin
cli-nobody-unlocks = there is no terminal to ask for the password or recovery key
    .hint = pass it with --password-stdin
cli-nobody-enters-password = there is no terminal to ask for the master password
    .hint = pass it with --password-stdin
cli-nobody-changes-password = there is no terminal to ask for the old and the new password
    .hint = pass them with --password-stdin, one per line
cli-nobody-enters-backup-password = there is no terminal to ask for the password of the backup
    .hint = pass it with --password-stdin
cli-nobody-enters-passwords = there is no terminal to ask for the two passwords
    .hint = pass them with --password-stdin, one per line
cli-nobody-lowers-tier = { $location } holds { $credentials ->
    [one] { $credentials } key
   *[other] { $credentials } keys
}, and there is no terminal to ask whether its tier may be lowered
    .hint = give the master password with --password-stdin
cli-tier-kept = the tier was not changed
    .hint = keep the tier, and allow single launches with --allow-production
cli-environment-kept = the environment was not removed
    .hint = restore its keys with: kh trash restore

## Locations and references

cli-no-location = which project and environment?
    .hint = add -p PROJECT -e ENV
cli-no-template-location = which project and environment is { $reference } from?
    .hint = add -p PROJECT -e ENV, or write it in full in the template: kh://PROJECT/ENV/{ $name }
cli-no-key-of-name = { $environment_given ->
    [1] no environment { $environment } has a key { $name }
   *[0] no project has a key { $name }
}
    .hint = { $elsewhere_given ->
        [1] there is: { $elsewhere }
       *[0] { $similar_given ->
            [1] did you mean { $similar }?
           *[0] see what there is with: kh list
        }
    }
cli-several-of-name = several keys have this name
    .hint = name one: { $references }
cli-not-created = nothing was created
    .hint = use { $meant }, or confirm the new name with --yes
cli-no-launch-location = whose keys? No project is given, and there is no project file
    .hint = add -p PROJECT -e ENV or --profile NAME, or write a .keyhaven.toml (kh help project-file)
cli-no-environment-given = which environment{ $project_given ->
    [1] {" "}of { $project }
   *[0] {""}
}?
    .hint = { $project_given ->
        [1] add -e ENV; { $project } has: { $environments }
       *[0] add -e ENV; see what there is with: kh environment list
    }
cli-no-environment-in-location = which environment?
    .hint = write { $project }/ENV; see what there is with: kh environment list
cli-location-twice = the reference already says where
    .hint = leave out -p and -e
cli-bad-reference = { $problem }
    .hint = see: kh help references
cli-empty-name = the name is empty
    .hint = see: kh help references
cli-unsafe-project-file = { $cause }
    .hint = it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w
cli-malformed-project-file = { $cause }
    .hint = fix that line; see: kh help project-file
cli-no-project-file = there is no { $file } in this folder or its parents
    .hint = see: kh help project-file
cli-no-project-file-in = there is no .keyhaven.toml in { $path }
    .hint = see: kh help project-file
cli-unused-project-file = { $path } is not read as a project file where it is
    .hint = see: kh help project-file
cli-not-trusted = the file was not trusted
    .hint = nothing was changed; trust it later with: kh allow

## Values

cli-value-too-long = a value has at most { $limit } bytes
    .hint = nothing was stored; keep large files elsewhere and store only their encryption key
cli-no-value-entered = no value was entered
    .hint = pass an empty value with: --stdin --yes
cli-empty-stdin = the value on stdin is empty
    .hint = store an empty value with --yes
cli-stdin-not-object = stdin is not a JSON object with a text for each field
    .hint = expected { $fields }
cli-field-missing-on-stdin = the field { $field } is missing on stdin
    .hint = expected { $fields }
cli-unknown-field-on-stdin = stdin contains an unknown field
    .hint = expected { $fields }

## Keys

cli-nothing-to-change = nothing to change was given
    .hint = see: { $see }
cli-variable-for-several-fields = --env-var needs a key with one field
    .hint = name the variable of each field ({ $fields }) with --field FIELD=VARIABLE
cli-variable-for-several-keys = --env-var and --field change one key at a time
    .hint = name one key
cli-no-usual-interval = { $provider_given ->
    [1] no rotation interval is usual for { $provider }, the provider of { $name }
   *[0] { $name } has no provider, so no rotation interval is usual for it
}
    .hint = give a number of days: --rotate-every DAYS
cli-field-variable-taken = { $cause }
    .hint = choose another variable with --field { $field }=VARIABLE, or none with --field { $field }=
cli-several-fields = { $name } has several fields
    .hint = name the variable of each field ({ $fields }) with --field FIELD=VARIABLE
cli-no-variable-given = no variable for { $field } given
    .hint = name the variable: --field { $field }=VARIABLE
cli-no-variable-follows = no variable can be named after { $name }
    .hint = name the variable with --env-var VAR (--field F=VAR for one of several fields), or use --env-var '' for none
cli-not-a-new-name = a new name has no slash: rename changes the name only
    .hint = { $name_given ->
        [1] write the name alone: { $name }
       *[0] write the name alone
    }
cli-equals-in-name = a name cannot contain =, and values are never read from the command line
    .hint = enter the value when prompted, or pass it with --stdin
cli-field-twice = the field { $field } is given twice
    .hint = give each field its own name
cli-variable-twice = two fields cannot both set { $variable }
    .hint = give each field its own variable
cli-variable-declined = { nothing-was }
    .hint = store it under another variable, or without one: --env-var ''
cli-no-field-sets = no field sets { $variable }
    .hint = { $variables_given ->
        [1] choose from: { $variables }
       *[0] name the variable with --env-var { $variable }
    }
cli-bad-entries = { $count ->
    [one] { $path } has a problem
   *[other] { $path } has { $count } problems
}
    .hint = fix what is listed above, then check it again with: kh provider lint { $path }
cli-no-provider = there is no provider { $provider } in the catalogue
    .hint = { $similar_given ->
        [1] did you mean { $similar }? All are listed by: kh provider list
       *[0] list them with: kh provider list; leave it out for a service that is not there
    }
cli-past-day = that day is not in the future
    .hint = choose a later day, or none to remind again
cli-snooze-past-expiry = { $cause }
    .hint = set a new value with kh set { $reference }, another expiry with kh edit { $reference } --expires DATE, or remove the key with kh rm { $reference }
cli-not-in-trash = there is no { $name } in the trash
    .hint = list the trash with: kh trash
cli-in-the-way = { $cause }
    .hint = rename or remove the existing key first
cli-nothing-erased = nothing was erased
    .hint = restore single keys with: kh trash restore REF

## Profiles and launches

cli-profile-exists = { $cause }
    .hint = choose another name, or change it with: kh profile edit
cli-no-command = no command given
    .hint = see: kh run --help
cli-empty-command = the command is empty
    .hint = see: kh run --help
cli-nested-shell = this is already a shell of { $location }
    .hint = leave it with: exit, or start another shell inside it with: --nested
cli-looks-like-secret = the text of { $variable } looks like a secret ({ $kind })
    .hint = store it with kh add NAME, and use it with --as { $variable }=NAME or inside a text with {"{{"}kh:NAME{"}}"}; if it is not a secret, repeat with --yes
cli-shell-variable = { $shell } itself uses { $variable }, so it cannot be set
    .hint = give it another name with --as NAME=REF, leave it out with --except, or use kh run
    .hint-hook = let it fill another variable with kh edit REF --env-var VAR, list the wanted variables without it under [env] in .keyhaven.toml, or start the program with kh run
cli-template-tier-refused = { $name } is a { tier-name } key, which this template may not get
    .hint = allow it once with --allow-production, or trust the template with: kh allow { $path } --allow-production
nothing-was = nothing was { $undone ->
    [printed] printed
    [stored] stored
    [changed] changed
    [imported] imported
    [loaded] loaded
   *[started] started
}
cli-variable-name = { $variable } is not a name that a variable can have
    .hint = { $undone ->
        [loaded] give it another name in .keyhaven.toml
       *[started] give it another name with --as NAME=REF; { nothing-was }
    }
cli-variable-nul = the value of { $variable } holds a NUL byte
    .hint = { $undone ->
        [loaded] start the program with kh run, which can leave it out or give it as a file
        [printed] leave it out with --except, or give it as a file with: kh run --file; { nothing-was }
       *[started] give it as a file with --file, or leave it out with --except; { nothing-was }
    }
cli-variable-two-values = { $variable } is given two values
    .hint = { $undone ->
        [loaded] take one out of .keyhaven.toml
       *[started] leave one out with --except, or rename one with --as; { nothing-was }
    }
cli-variable-too-long = { $variable } is too long: { $size } bytes with its name, at most { $limit }
    .hint = { $undone ->
        [loaded] start the program with kh run, which can leave it out or give it as a file
        [printed] leave it out with --except, or give it as a file with: kh run --file; { nothing-was }
       *[started] give it as a file with --file, or leave it out with --except; { nothing-was }
    }
cli-environment-too-large = arguments and environment are too large together: { $size } bytes, where the system's limit is { $limit }; the largest variable is { $variable } with { $largest }
    .hint = { $undone ->
        [loaded] name fewer keys under [env] in .keyhaven.toml
       *[started] narrow it with --only or --except; { nothing-was }
    }
cli-program-not-found = { $program } was not found
    .hint = is it installed, and in PATH? An alias or function exists only inside your shell
cli-program-folder-denied = { $program } was not found; a folder in PATH cannot be read: { $folder }
    .hint = is it installed? If it is in that folder, you need permission to read it; else take the folder out of PATH
cli-program-path-not-found = { $program }, or the interpreter in its first line, was not found
    .hint = check the path
cli-program-with-spaces = there is no program named '{ $program }'
    .hint = give the program and its arguments as separate words, without quotes around all of them, or start a shell: sh -c 'COMMAND'
cli-shell-command = { $program } is a command of the shell, not a program
    .hint = run it inside a shell: sh -c '{ $program } ...'
cli-not-executable = { $program } cannot be executed: { $system }
    .hint = see its mode with: ls -l
cli-no-child = the command cannot be started as a child of kh: { $system }
    .hint = repeat without --mask and --watch: the command then replaces kh

## Formats of kh env

cli-format-not-utf8 = the value of { $variable } cannot be written for { format-reader } (--format { $format }): it is not UTF-8
    .hint = { other-format }
cli-format-dotenv = the value of { $variable } cannot be written for programs that read .env files (--format dotenv): { $reason ->
    [carriage_return] its carriage return would be read as another line break
    [expansion] python-dotenv would replace its {"${...}"}
   *[quotes] they disagree about its quotes, $ or backslashes
}
    .hint = nothing was printed; leave it out with --except, use --format json, or start the program with kh run
cli-format-empty = the value of { $variable } cannot be written for { format-reader } (--format { $format }): PowerShell treats an empty variable as unset
    .hint = { other-format }
cli-format-lines = the value of { $variable } cannot be written for { format-reader } (--format { $format }): it has more than one line, which that format cannot represent
    .hint = { other-format }
cli-format-long = the value of { $variable } cannot be written for { format-reader } (--format { $format }): it is longer than { $limit_kib } KiB
    .hint = { other-format }
cli-format-carriage-return = the value of { $variable } cannot be written for { format-reader } (--format { $format }): it ends in a carriage return, which would be read as part of the line break
    .hint = { other-format }
format-reader = { $format ->
    [docker] docker run --env-file
    [dotenv] programs that read .env files
    [github] GitHub Actions
    [powershell] PowerShell
   *[json] parsers of JSON
}
other-format = nothing was printed; use another --format, leave the key out with --except, or use kh run

## Templates

cli-output-is-template = the output file is the template itself
    .hint = choose another file with -o FILE
cli-template-not-regular = { $path } is not a regular file
    .hint = name the template itself, or copy what a pipe gives into a file
cli-template-too-large = { $path } is larger than { $limit_mib } MiB
    .hint = use a smaller template for the part that has references
cli-file-not-utf8 = { $path } is not UTF-8
    .hint = save it as UTF-8 text
cli-malformed-template = { $path }:{ $line }: expected { $expected }
    .hint = see: kh help references
cli-untrusted-template = { $cause }
    .hint = { $reason ->
        [changed] see what has changed, and trust it again with: kh allow { $path }
        [denied] to trust it after all: kh allow { $path }
       *[new] read it, then trust it with: kh allow { $path }
    }
cli-unsafe-template = { $cause }
    .hint = nobody else may be able to write to it: chmod go-w { $path }
cli-nothing-written = nothing was written
    .hint = answer yes to fill it, or trust the template with: kh allow { $path }
cli-filter-needed = the value of { $reference } contains a quote, a backslash or a line break
    .hint = nothing was written; add a filter: {"{{"}{ $reference }|json{"}}"}, url, base64, or raw to write it unchanged
cli-filter-not-text = the value is not UTF-8, which the filter { $filter } needs
    .hint = nothing was written; use base64
cli-filter-no-form = a value cannot be written with the filter { $filter }: its readers would not all read it back
    .hint = nothing was written; use base64, or raw to write it unchanged
cli-format-filter-needed = the value of { $reference } would mean something else in a { $format } file where it stands
    .hint = nothing was written; for a text write { $written }, for a number or true and false use raw instead
cli-filter-in-quotes = the filter { $filter } adds the quotes itself
    .hint = nothing was written; remove the quotes around the reference

## Credential helpers

cli-no-host = { $name } names no host
    .hint = name the host with --host, or set the URL of the key: kh edit { $reference } --url https://HOST
cli-no-field-given = no field of { $name } given
    .hint = name one: { $references }
cli-no-aws-field = { $name } has no field { $field }
    .hint = an AWS key has the fields access_key_id and secret_access_key
cli-aws-key-expired = { $name } expired at { $end }
    .hint = get a new one from AWS and store it with: kh set
cli-field-not-utf8 = the value of { $field } is not UTF-8
    .hint = an AWS key is plain text; copy it from AWS again and store it with: kh set
cli-field-lines = the { $field } has more than one line, which git does not accept
    .hint = store it without line breaks with: kh set
cli-ambiguous-question = the question could be read in two ways
    .hint = a key is given only for one server, named once and without control characters
cli-not-about-key = this question is not about a key
    .hint = kh answers only git's questions for a URL and ssh's questions for a key or a host
cli-not-for-address = { $name } is not for { $url }
    .hint = a key is given only over https or to this machine, and only to the host of --host, of its URL (--url) or of its service
cli-not-for-ssh = { $name } is not for this question of ssh
    .hint = allow it with --ssh, and name the host with --host

## The vault and the agent

cli-password-needed = { $cause }
    .hint = give it with --password-stdin
cli-no-setting = there is no setting { $setting }
    .hint = see them with: kh config list
cli-setting-value = { $setting } takes { $accepted }
    .hint = see its present value with: kh config get { $setting }
cli-damaged = { problems-found }
    .hint = { $backup_given ->
        [1] do not change the folder; restore with: kh restore { $backup }, or save what can be read with: kh salvage
       *[0] do not change the folder; restore a backup with: kh restore, or save what can be read with: kh salvage
    }
cli-damaged-header-copy = { problems-found }
    .hint = the next unlock writes the missing or damaged copy again
cli-header-not-written = { problems-found }, and the copies of the header could not be written again
    .hint = make a backup now, before the vault is locked: kh backup FILE
cli-new-key-dead = the provider refuses the new value; it is not used
    .hint = a new key may take a while until it works: go on with kh rotate { $reference } --resume, or undo with kh rotate { $reference } --abort
cli-new-key-unknown = it is not known whether the new value is alive; it is not used
    .hint = use it without a check with kh rotate { $reference } --resume --yes, or undo with kh rotate { $reference } --abort
cli-old-key-alive = the provider still accepts the old value
    .hint = revoke it { $place }, then repeat the command
cli-not-rotated = the provider made no new key: { $why }
    .hint = rotate it by hand with: kh rotate { $reference }
cli-begun-by-hand = this rotation was begun by hand, so the provider is not asked to end the old key
    .hint = revoke it { $place }, then: kh rotate { $reference } --done
cli-admin-needed = the provider makes new keys only with the rights of another key
    .hint = name that key with: kh rotate { $reference } --auto --admin REF
cli-made-key-dead = the provider does not accept the key that it made, so that key was ended and its value erased
    .hint = nothing changed; try again with kh rotate { $reference } --auto, or rotate it by hand
cli-made-key-left = the provider does not accept the key that it made, so its value was erased
    .hint = remove the key { $tag } { $place }
cli-made-key-unknown = it is not known whether the provider made a key, and asking again could leave one behind: { $why }
    .hint = look for the key { $tag } { $place } and remove it, then undo with: kh rotate { $reference } --abort
cli-old-key-left = the provider did not end the old key: { $why }
    .hint = revoke it { $place }, then: kh rotate { $reference } --done
cli-rotation-interrupted = the provider gave no complete answer: { $why }
    .hint = go on later with kh rotate { $reference } --resume, which finds out what became of the request
cli-key-in-use-unsure = it is not certain that the key in use is alive, so the old one stays
    .hint = see why with: kh check { $reference }
cli-grace-not-over = the grace period of the old key lasts until { $until }
    .hint = repeat the command after that; to end it before, revoke it at the provider, then: kh rotate { $reference } --done
cli-nobody-rotates = there is no terminal to ask whether the provider may be asked
    .hint = to ask it without a question, add --yes
cli-not-alive = { $dead ->
        [0] { keys-not-known }
       *[other] { keys-dead }
    }
    .hint = { $dead ->
        [0] the reason is shown next to each key
        [one] make a new key at the provider, and store it with: kh set { $references }
       *[other] make new keys at the providers, and store each with kh set: { $references }
    }
keys-dead = { $dead ->
        [one] { $dead } key is dead
       *[other] { $dead } keys are dead
    }
keys-not-known = { $unknown ->
        [one] it is not known whether { $unknown } key is alive
       *[other] it is not known whether { $unknown } keys are alive
    }
problems-found = { $count ->
    [one] { $count } problem
   *[other] { $count } problems
} found in the vault
cli-locked = the vault is locked
    .hint = pass the password with --password-stdin, or unlock it with: kh unlock
cli-file-exists = { $path } exists already
    .hint = choose another file, or replace this one with --yes
cli-not-replaced = { $path } is not a Keyhaven backup, so it is not replaced
    .hint = choose another file
cli-folder-for-others = { $path } is open to others and holds other files; no vault was created there
    .hint = choose a folder that does not exist yet, with --vault or KEYHAVEN_HOME
cli-folder-in-use = { $path } holds other files; no vault was created there
    .hint = choose a folder that does not exist yet, with --vault or KEYHAVEN_HOME, or repeat with --yes
cli-nothing-restored = nothing was restored
    .hint = the vault is as it was; list backups with: kh backup --list
cli-nothing-to-salvage = the vault opens, and salvage is for one that does not
    .hint = check it with: kh verify; copy it with: kh backup FILE
cli-day-out-of-range = that day is out of range
    .hint = choose a day before 9999-12-30
cli-follow-json = --json and --follow cannot be combined
    .hint = leave out --json or --follow
cli-unit-refused = systemd did not accept the unit { $path }
    .hint = see: systemctl --user status

## Imports

cli-import-line = { $cause }
    .hint = nothing was imported; correct that line, or import the others with --skip-invalid
cli-import-file = { $cause }
    .hint = nothing was imported; { $is_too_large ->
        [yes] import it in smaller parts
       *[no] is it the right file? It must be UTF-8 text
    }
cli-other-encoding = { $file } is { $encoding }, not UTF-8
    .hint = convert it with --yes, or save it as UTF-8
cli-unknown-format = the format of { $file } is not known
    .hint = name the format before the file: { $formats }
cli-import-value-too-long = { $file }:{ $line }: the value of { $name } has { $size } bytes, more than { $limit }
    .hint = nothing was imported; keep large files elsewhere and store only their encryption key
cli-no-key-in-file = the file has no key { $key }
    .hint = see its keys with --dry-run

## Notes and warnings; the ids are cli-notice-CODE

cli-notice-agent-made-to-end = the agent could not be asked, so it was made to end
cli-notice-other-agent = the agent has another version
    .hint = replace it with: kh agent restart
cli-notice-not-checked = { $count ->
        [one] { $count } key without a provider was not checked
       *[other] { $count } keys without a provider were not checked
    }
cli-notice-can-fill = { $count ->
        [one] the provider of { $count } key reports what is not stored here
       *[other] the providers of { $count } keys report what is not stored here
    }
    .hint = store it by adding --fill
cli-notice-damaged-key = this looks like a key of { $provider } that is cut or mistyped
    .hint = compare it with the original; set it again with: kh set
cli-notice-key-of-other = the value looks like a key of { $provider }, not of { $expected }
cli-notice-page-not-opened = the page was not opened: { $program } could not be started
cli-notice-revoke-old = the grace period of the old value of { $name } is over
    .hint = revoke the old key { $page_given ->
        [1] at { $page }
       *[0] at its provider
    }, then: kh rotate { $reference } --done
cli-notice-several-providers = this may be a key of any of these: { $providers }
    .hint = choose one with --provider
cli-notice-new-production = { $location } is new and counts as production
    .hint = if it is not: kh environment set { $location } --tier development
cli-notice-new-project = { $project } is a new project
    .hint = { $similar_given ->
        [1] did you mean { $similar }? Take it back with kh rm, then kh environment rm
       *[0] take a wrong one back with kh rm, then kh environment rm
    }
cli-notice-hidden-characters = the value of { $name } has characters that cannot be seen: { $characters }; they are kept
    .hint = if they came with a copy, set the value again without them: kh set
cli-notice-blank-ends = the value of { $name } { $ends ->
    [start] begins with blanks
    [end] ends with blanks
   *[both] begins and ends with blanks
}; they are kept
    .hint = if they came with a copy, set the value again without them: kh set
cli-notice-project-file-ignored = the project file is ignored: { $reason }
cli-notice-project-file-untrusted = { $reason ->
    [changed] { $path } is ignored because it has changed since it was trusted
    [denied] { $path } is ignored because it was denied
   *[new] { $path } is ignored because it is not trusted
}
    .hint = { $reason ->
        [changed] see what has changed, and trust it again with: kh allow
        [denied] {""}
       *[new] trust it with: kh allow
    }
cli-notice-past-expiry = { $day } is in the past: the key is expired
cli-notice-expiry-kept = it still has the previous value's expiry, { $day }
    .hint = set one for the new value: kh edit { $reference } --expires DATE
cli-notice-expiry-forgotten = the expiry was removed: { $day }, the previous value's, has passed
    .hint = set one for the new value: kh edit { $reference } --expires DATE
cli-notice-import-expiry-kept = { $name } still has the previous value's expiry, { $day }
    .hint = set one for the new value: kh edit { $reference } --expires DATE
cli-notice-import-expiry-forgotten = the expiry of { $name } was removed: { $day }, the previous value's, has passed
    .hint = set one for the new value: kh edit { $reference } --expires DATE
cli-notice-never-due = nothing was snoozed: { $name } is never due
cli-notice-old-name = { $path } may still name { $name }
    .hint = change it there, then trust the file with: kh allow
cli-notice-loader-variable = { $variable } changes how programs load code: launches with it are refused until you run kh edit { $reference } --allow-loader-variable { $variable }
cli-notice-not-for-environment = no program can be given { $variable }: { $problem }; launches with it are refused
    .hint = give it as a file with kh run --file { $variable }={ $reference }, or let it fill no variable: kh edit { $reference } --env-var ''
cli-notice-no-production = keys of a higher tier are not allowed
    .hint = allow them with: kh allow { $file_given ->
        [1] { $file }{" "}
       *[0] {""}
    }--allow-production
cli-notice-restarting = a key has changed: restarting the command
cli-notice-weak-password = the password is easy to guess{ $reason_given ->
        [1] : { $reason }
       *[0] {""}
    }; estimated time to crack it from a copy of the vault: { $time }
    .hint = several unrelated words are easy to remember and hard to guess
cli-notice-old-password = someone who knows the old password and has an old copy of the vault's files, such as a backup or a disk image, can still unlock today's vault
    .hint = prevent that with: kh password --rekey
cli-notice-left-out = line { $line }: { $name } is { $left_out }
cli-notice-skipped-line = line { $line }, column { $column } is skipped: expected { $expected }
cli-notice-existing = line { $line }: { $name } is left out: { $with } is from another source
cli-notice-aws-key = { $names } are one AWS key, but become separate keys
    .hint = to make them one key with a field for each, import them with --yes
cli-notice-older-values = older: the file holds an earlier value of the key; the newer one is kept
    .hint = store the older one with kh set if you want it
cli-notice-short-value = { $variable } is too short to be masked
cli-notice-ordinary-value = the value of { $variable_given ->
    [1] { $variable }
   *[0] { $reference }
} is an ordinary word, which is masked wherever it is printed
    .hint = if it is not a secret, mark it as plain: kh edit { $reference } --plain
cli-notice-short-part = a value in a file or in a text is too short to be masked
cli-notice-agent-stopped = the agent has stopped; watching continues when an agent runs again
cli-notice-watch-ended = the agent has stopped and changes are no longer watched
    .hint = restart the command to watch again
cli-notice-watch-continues = an agent is running again; watching continues
cli-notice-no-variables = no key of { $location } sets a variable
cli-notice-meant-reference = { $written } is not replaced
    .hint = to get a value of the vault write { $reference }
cli-notice-variable-meant-reference = { $variable }: { cli-notice-meant-reference }
    .hint = { cli-notice-meant-reference.hint }
cli-notice-hook-file = { $reason }
cli-notice-hook-loaded = { $location }: { $count ->
    [one] { $count } variable
   *[other] { $count } variables
} loaded
cli-notice-hook-reloaded = { $location }: { $count ->
    [one] { $count } variable
   *[other] { $count } variables
} reloaded
cli-notice-hook-unloaded = { $location }: unloaded
cli-notice-hook-not-loaded = not loaded: { $reason }
cli-notice-hook-too-many = not loaded: the file sets too many variables for a prompt
    .hint = start the program with kh run
cli-notice-hook-changed = { $location }: { $count ->
    [one] { $variables } holds
   *[other] { $variables } hold
} another value than the loaded one and stays like that
    .hint = it was set by hand, by another program like direnv or by a file that the shell reads, or it is read-only
cli-notice-hook-unloaded-except = { $location }: unloaded; { $count ->
    [one] { $variables } was
   *[other] { $variables } were
} set meanwhile and { $count ->
    [one] stays as it is
   *[other] stay as they are
}
cli-notice-hook-read-only = kh: { $variable } is read-only in this shell and keeps its value
    .hint = start the program with kh run
cli-notice-hook-waits = waiting for the agent
cli-notice-hook-kept = { $location }: the loaded variables are kept: { $reason }
cli-notice-shell-unquoted = kh: nothing was set: the output of kh env needs double quotes around it
    .hint = write: eval "$(kh env ...)"
cli-notice-shell-read-only = kh: nothing was set: { $variable } is read-only in this shell
    .hint = leave it out with --except, or start the program with kh run
cli-notice-shell-overwritten = kh: set again by the files of this shell, and put back to the vault's value: { $variables }
cli-notice-shell-fixed = kh: set again and made read-only by the files of this shell, so the vault's value is lost: { $variables }
    .hint = start the program with kh run
cli-notice-shell-hands-over = kh: a file of this shell may start another program here: { $command }
    .hint = what its files set again is not noticed
cli-notice-shell-server = kh: a file of this shell may show other shells here: { $command }
    .hint = a server of it that is already running does not pass the variables on; run kh shell inside it
cli-notice-hook-late = the agent has not answered within { $milliseconds } ms; the next prompt tries again
