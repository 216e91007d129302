# Why something was refused or failed. The ids are problem-CODE.
# Some stand alone ("the quiet hours ..."), others follow "PATH is not safe to use: ...".

## Files and folders

problem-symlink = it is a symbolic link
problem-not-regular-file = it is not a regular file
problem-not-a-folder = it is not a folder
problem-not-a-socket = it is not a socket
problem-no-parent-folder = it is not in a folder
problem-other-owner = it belongs to user { $uid }
problem-wrong-mode = it has mode { $found } instead of { $wanted }
problem-writable-by-others = others can write to it
problem-file-too-large = it is larger than { $limit_kib } KiB
problem-path-not-utf8 = the path is not UTF-8
problem-not-utf8 = it is not UTF-8
problem-relative-path = the path { $path } is not absolute
    .hint = give the path from the root folder
problem-relative-home = KEYHAVEN_HOME must be an absolute path
problem-no-home = HOME is not set to an absolute path
    .hint = set HOME, or name the vault's folder with --vault or KEYHAVEN_HOME
problem-system = { $system }

## Key derivation

problem-kdf-memory = { $kib } KiB of memory
problem-kdf-passes = { $passes } passes
problem-kdf-lanes = { $lanes } lanes
problem-kdf-work = { $work } KiB times passes
problem-kdf-salt = a salt of { $bytes } bytes

## Clipboard, keychain, private files

problem-no-display = there is no display
problem-display-silent = the display does not answer
problem-helper-not-started = its helper process could not be started: { $system }
problem-helper-ended = its helper process ended early
problem-value-not-text = the value is not text, so it can be neither copied nor shown
    .hint = kh get writes it to a file or a pipe
problem-no-session-bus = there is no session bus
problem-keychain-silent = the keychain does not answer
problem-no-secret-service = no Secret Service answers on the session bus
problem-keychain-locked = it is locked
problem-keychain-empty = it has no key for this vault
problem-keychain-key-unknown = the key it keeps does not unlock this vault
problem-process-not-observable = the process that asked cannot be observed
problem-private-files-too-large = the private files of all running programs are too large together
problem-too-many-pipes = too many pipes wait to be read
problem-no-memory-folder = this machine has no folder in memory
problem-memory-folders-refused = { $cause }

## Agent and connection

problem-program-missing = { $path } is missing
problem-socket-silent = it started, but its socket does not answer
problem-other-agent-silent = another agent holds the vault, but does not answer at { $socket }; it may have been started with another XDG_RUNTIME_DIR
problem-agent-silent = it did not answer in time
problem-agent-ended = it ended without giving a reason
problem-agent-does-not-end = the agent (pid { $pid }) does not end
problem-socket-refused = { $socket }: { $system }
problem-other-vault = the agent on the socket serves another vault
problem-other-user = another user's process listens on the socket
problem-too-many-connections = this process has too many connections
problem-connection-closed = it was closed
problem-frame-too-large = a frame is too large: { $what } of { $size }, the limit is { $limit }
problem-frame-malformed = the head of a frame is malformed
problem-segment-missing = a frame lacks segment { $segment }
problem-greeting-late = the connection sent no greeting within five seconds
problem-greeting-missing = the first frame was not a greeting
problem-greeting-twice = the connection sent a second greeting
problem-request-id = the id of a request is zero or in use
problem-too-many-requests = at most { $limit } requests may be open at a time
problem-answer-too-large = the answer is too large: { $what } of { $size }, the limit is { $limit }
    .hint = ask for less, for example for fewer keys at a time

## Names, values and fields

name-rule = it must have 1 to 128 bytes, no slash, no space at its ends and no invisible characters
problem-bad-project-name = the name of the project is not valid: { name-rule }
problem-bad-environment-name = the name of the environment is not valid: { name-rule }
problem-bad-credential-name = the name of the credential is not valid: { name-rule }
problem-bad-field-name = the name of the field is not valid: { name-rule }
problem-bad-profile-name = the name of the profile is not valid: { name-rule }
problem-bad-variable = { $variable_given ->
    [1] { $variable } is not the name of an environment variable
   *[0] the environment variable has no valid name
}
    .hint = use letters, digits and _, with no digit first
problem-variable-twice = { $variable } is given two values
problem-value-too-long = { $name_given ->
    [1] the value of { $name } is too long
   *[0] the value is too long
}: the limit is 1 MiB
problem-field-count = { $name_given ->
    [1] { $name }: a credential has 1 to 64 fields
   *[0] a credential has 1 to 64 fields
}
problem-field-without-value = { $name }: the field { $field } has no value
problem-value-without-field = { $name }: there is a value for { $field }, which is not a field of it
problem-fields-differ = { $name }: an edit can neither add nor remove fields
problem-duplicate = { $name } occurs twice
problem-metadata-too-long = { $name_given ->
    [1] the metadata of { $name } is longer than 64 KiB
   *[0] the metadata is longer than 64 KiB
}
problem-interval-out-of-range = an interval has { $minimum } to { $maximum } days
problem-environment-has-tier = the environment already has the tier { tier-name }
    .hint = leave out --tier, or change it with: kh environment set
problem-not-in-trash = { $name } is not in the trash
    .hint = list the trash with: kh trash

## Passwords

problem-empty-password = the password is empty
problem-password-not-utf8 = the password is not valid UTF-8

## Settings and filters

problem-setting-out-of-range = { $setting } is out of range
    .hint = see the limits with: kh config list
problem-quiet-hours = a time of the quiet hours is HH:MM, such as 20:00
problem-unknown-action = { $action } is not an action of the audit log
    .hint = see the actions with: kh audit

## References, templates, launches

problem-reference-scheme = a reference starts with kh:// or kh:
problem-reference-parts = a reference has the form kh://PROJECT/ENVIRONMENT/NAME[/FIELD] or kh:NAME[/FIELD]
problem-reference-part = a part of the reference is empty or not valid
problem-bad-template = { $variable }: expected { $expected }
problem-template-value-not-text = { $variable }: a value that is not UTF-8 cannot be part of a text
problem-no-environment-named = { $path } names no environment
    .hint = name one with -e
problem-sets-no-variable = { $name } sets no variable of this launch
problem-files-need-program = only a program that keeps running can have private files
    .hint = use kh run or kh shell
problem-too-many-files = a program can have at most { $limit } private files
problem-process-not-running = the process has ended, or received no key
problem-release-unknown = the keys were not released to this connection
problem-bad-sha256 = a SHA-256 has 64 lower-case hex digits
problem-no-command = there is no command to run
problem-command-nul = the command contains a NUL byte
problem-command-too-long = the command is longer than { $limit } bytes
    .hint = put it into a script
problem-confirmation-too-long = the command and its profile are too long to be confirmed
    .hint = save it with: kh profile add
problem-loader-variable-in-profile = { $variable } changes how programs load code
problem-text-looks-like-key = the text of { $variable } looks like a key ({ $kind })
    .hint = add it as a key and refer to it with {"{{"}kh:NAME{"}}"}
problem-no-terminal = no terminal program was found
    .hint = set TERMINAL to the one you use, or install one of { $programs }
problem-launch-gone = the launch is no longer in the list
problem-profile-gone = the profile no longer exists
problem-folder-not-chosen = the folder was not chosen in this window

## Imports, backups, the vault's folder

problem-import-too-large = an import has at most { NUMBER($records) } records and { $mib } MiB of values
problem-imports-busy = other imports are running
    .hint = try again when they are done
problem-import-conflicts = { $count ->
    [one] { $count } item of the import is in conflict
   *[other] { $count } items of the import are in conflict
}
problem-import-closed = the file of this import was closed
    .hint = choose it again
problem-lock-first = the vault must be locked for this
    .hint = lock it with: kh lock
problem-numbers-used-up = { $folder } contains a file with the highest number a vault can have
    .hint = move that file elsewhere

## The window

problem-request-not-allowed = this window may not make this request
problem-prompt-not-openable = this prompt opens only where it is needed
problem-nothing-to-finish = this prompt is not done yet
problem-other-prompt = this prompt was started for something else
