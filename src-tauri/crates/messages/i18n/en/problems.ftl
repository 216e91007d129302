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
problem-writable-by-group = the group { $group } can write to it (mode { $mode }), and is not yours alone: take that away with chmod g-w
problem-file-too-large = it is larger than { $limit_kib } KiB
problem-path-not-utf8 = the path is not UTF-8
    .hint = rename it
problem-not-utf8 = it is not UTF-8
problem-relative-path = the path { $path } is not absolute
    .hint = give the path from the root folder, beginning with /
problem-relative-home = KEYHAVEN_HOME is not an absolute path
    .hint = write the path from the root folder, such as KEYHAVEN_HOME=$HOME/vault
problem-no-home = HOME is not set, or is not an absolute path
    .hint = set HOME, or name the vault's folder with --vault or KEYHAVEN_HOME
    .hint-window = set HOME or KEYHAVEN_HOME
problem-system = { $system }

## Key derivation

problem-kdf-memory = { $kib } KiB of memory
problem-kdf-passes = { $passes } passes
problem-kdf-lanes = { $lanes } lanes
problem-kdf-work = memory times passes of { $work } KiB
problem-kdf-salt = a salt of { $bytes } bytes

## Clipboard, keychain, private files

problem-no-display = there is no display
problem-display-silent = the display does not answer
problem-helper-not-started = its helper process could not be started: { $system }
problem-helper-ended = its helper process ended early
problem-value-not-text = the value is not text, so it can be neither copied nor shown
    .hint = kh get writes it to a file or a pipe
    .hint-window = {""}
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

problem-program-missing = { $path } is missing; it must be in the same folder as this program
problem-socket-silent = it started, but its socket does not answer
problem-other-agent-silent = another agent holds the vault, but does not answer at { $socket }; it may have been started with another XDG_RUNTIME_DIR
problem-agent-silent = it did not answer in time
problem-agent-ended = it ended without giving a reason
problem-agent-does-not-end = the agent (pid { $pid }) does not end
problem-socket-refused = { $socket }: { $system }
problem-other-vault = the agent on the socket serves another vault
problem-other-user = another user's process listens on the socket
problem-too-many-connections = this process has too many connections
problem-too-many-attempts = too many passwords are waiting to be checked; try again in a moment
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

name-fault = { $fault ->
    [empty] is empty
    [too_long] is longer than 128 bytes
    [slash] contains a slash
    [space_at_end] begins or ends with a space
   *[invisible] contains an invisible character
}
name-hint = { $fault ->
    [empty] give it a name of 1 to 128 bytes
    [too_long] shorten it
    [slash] a slash separates project, environment and name; use another character
    [space_at_end] leave out the space
   *[invisible] type it instead of copying it
}
problem-bad-project-name = the name of the project { name-fault }
    .hint = { name-hint }
problem-bad-environment-name = the name of the environment { name-fault }
    .hint = { name-hint }
problem-bad-credential-name = the name of the key { name-fault }
    .hint = { name-hint }
problem-bad-field-name = the name of the field { name-fault }
    .hint = { name-hint }
problem-bad-profile-name = the name of the profile { name-fault }
    .hint = { name-hint }
problem-bad-variable = { $variable_given ->
    [1] { $variable } is not the name of an environment variable
   *[0] the environment variable has no valid name
}
    .hint = use letters, digits and _, with no digit first
problem-nul-in-value = its value holds a NUL byte
problem-variable-too-long = it has { $bytes } bytes with its name, at most { $limit } are possible
problem-environment-too-large = arguments and environment would have { NUMBER($bytes) } bytes together, where the system allows { NUMBER($limit) }; this variable is the largest, with { NUMBER($largest) }
problem-variable-twice = { $variable } is given two values
    .hint = leave one out, or give it another name with --as NAME=REF
    .hint-window = give one of them another variable
problem-value-too-long = { $name_given ->
    [1] the value of { $name } is too long
   *[0] the value is too long
}: the limit is 1 MiB
    .hint = keep large files elsewhere and store only their encryption key
problem-values-too-long = { $name_given ->
    [1] { $name }: the values of a key have at most { $limit_mib } MiB together
   *[0] the values of a key have at most { $limit_mib } MiB together
}
    .hint = make several keys of it
problem-field-count = { $name_given ->
    [1] { $name }: a key has 1 to 64 fields
   *[0] a key has 1 to 64 fields
}
    .hint = make several keys of it
problem-field-without-value = { $name }: the field { $field } has no value
problem-value-without-field = { $name }: there is a value for { $field }, which is not a field of it
problem-fields-differ = { $name }: an edit can neither add nor remove fields
    .hint = add a key with the other fields, and remove this one
problem-duplicate = { $name } occurs twice
    .hint = give it once
problem-metadata-too-long = { $name_given ->
    [1] the metadata of { $name } is longer than 64 KiB
   *[0] the metadata is longer than 64 KiB
}
    .hint = shorten its note
problem-text-too-long = { $text ->
    [variable] the name of a variable has at most { NUMBER($limit) } bytes
    [provider] the name of a provider has at most { NUMBER($limit) } bytes
    [source] the source of an imported key has at most { NUMBER($limit) } bytes
    [path] a path has at most { NUMBER($limit) } bytes
    [outline] what a trusted file contains takes more than { NUMBER($limit) } bytes
   *[launch_config] a profile takes at most { NUMBER($limit) } bytes
}
    .hint = shorten it
problem-interval-out-of-range = an interval has { $minimum } to { $maximum } days
problem-never-without-reason = { $name_given ->
    [1] that { $name } is never rotated needs a reason
   *[0] that a key is never rotated needs a reason
}
    .hint = give the reason, such as: the provider offers no rotation
problem-never-with-rotation = { $name_given ->
    [1] { $name } is never rotated, so it has neither a rotation interval nor a rotation date
   *[0] a key that is never rotated has neither a rotation interval nor a rotation date
}
    .hint = choose one of them
problem-bad-date = { $text } is not a date: expected YYYY-MM-DD, or a time from today such as 90d, 2w, 3mo or 1y
problem-span-in-minutes = { $count }m means minutes; for months, write { $count }mo
problem-bad-span = { $text } is not a time: expected days such as 90, or 2w, 3mo or 1y
problem-bad-address = { $text } is not an IP address or a network such as 10.0.0.0/8
problem-environment-has-tier = { $project }/{ $environment } is { tier-name } already
    .hint = leave out --tier, or change it with: kh environment set { $project }/{ $environment } --tier { $wanted }
    .hint-window = {""}
problem-not-in-trash = { $name } is not in the trash
    .hint = list the trash with: kh trash
    .hint-window = it may have been restored or erased

## Passwords

problem-empty-password = the password is empty
problem-password-not-utf8 = the password is not valid UTF-8
    .hint = save it as UTF-8 text

## Settings and filters

problem-setting-value = { $setting } takes { $accepted }
problem-unknown-action = there is no action { $action } in the audit log
    .hint = use one of: { $actions }
    .hint-window = {""}

## References, templates, launches

problem-reference-scheme = a reference starts with kh:// or kh:
    .hint = see: kh help references
    .hint-window = {""}
problem-reference-parts = a reference is kh://PROJECT/ENVIRONMENT/NAME[/FIELD] or kh:NAME[/FIELD]
    .hint = see: kh help references
    .hint-window = {""}
problem-reference-part = a part of the reference is empty or not valid
    .hint = see: kh help references
    .hint-window = {""}
problem-bad-template = { $variable }: expected { $expected }
    .hint = see: kh help references
    .hint-window = {""}
problem-template-value-no-form = { $variable }: a value cannot be written with the filter { $filter }
    .hint = use the filter base64, or raw to write it unchanged
    .hint-window = {""}
problem-template-value-not-text = { $variable }: a value that is not UTF-8 cannot be part of a text
    .hint = use the filter base64
    .hint-window = {""}
problem-no-environment-named = { $path } names no environment
    .hint = name one with -e
problem-sets-no-variable = { $name } sets no variable of this launch
    .hint = give it one with --as NAME={ $name }, or leave it out of --only; see its variables with: kh show { $name }
    .hint-window = let the key fill a variable
problem-too-many-variables = { $location_given ->
    [1] { $location } fills { $count } variables
   *[0] the launch fills { $count } variables
}; a launch takes at most { $limit }
    .hint = narrow it with --only or --except
    .hint-window = launch a profile that takes fewer keys
problem-too-many-references = the launch has { $count } references; it can have at most { $limit }
    .hint = name fewer keys, or use an environment or a profile as the source
problem-launch-too-large = { $location_given ->
    [1] the values of { $location } are larger than { $limit_mib } MiB together
   *[0] the values of the launch are larger than { $limit_mib } MiB together
}, the most a launch takes
    .hint = narrow it with --only or --except
    .hint-window = launch a profile that takes fewer keys
problem-too-many-profiles = there are { $limit } profiles, the most a vault can have
    .hint = remove those you do not need with: kh profile rm
    .hint-window = remove those you do not need
problem-too-many-trusted-files = { $limit } files are trusted, the most a vault can have
    .hint = withdraw the trust in those you do not need with: kh deny
    .hint-window = withdraw the trust in those you do not need
problem-name-in-profile = the profile { $profile } names a key { $name }, which is not there, and would use the renamed one
    .hint = choose another name, or change the profile first with: kh profile edit { $profile }
    .hint-window = choose another name, or change the profile first
problem-files-need-program = only a program that keeps running can have private files
    .hint = use kh run or kh shell
    .hint-window = {""}
problem-too-many-files = a program can have at most { $limit } private files
    .hint = give the others as variables
problem-process-not-running = the process has ended, or received no key
problem-release-unknown = the keys were not released to this connection
problem-bad-sha256 = a SHA-256 has 64 lower-case hex digits
problem-no-command = there is no command to run
    .hint = give it one with: kh profile edit PROFILE -- CMD
    .hint-window = add a command to the profile
problem-command-nul = the command contains a NUL byte
problem-command-too-long = the command is longer than { $limit } bytes
    .hint = put it into a script
problem-confirmation-too-long = the command and its profile are too long to be confirmed
    .hint = save it with: kh profile add
    .hint-window = use a shorter command
problem-loader-variable-in-profile = { $variable } changes how programs load code
    .hint = set it at each launch, in front of kh
    .hint-window = leave it out of the profile
problem-text-looks-like-key = the text of { $variable } looks like a key ({ $kind })
    .hint = add it as a key and refer to it with {"{{"}kh:NAME{"}}"}
problem-no-terminal = no terminal program was found
    .hint = set TERMINAL to the one you use, or install one of { $programs }
problem-launch-gone = the launch is no longer in the list
problem-profile-gone = the profile no longer exists
problem-folder-not-chosen = the folder was not chosen in this window

## Imports, backups, the vault's folder

problem-import-too-large = an import has at most { NUMBER($records) } keys and { $mib } MiB of values
    .hint = import it in smaller parts
problem-imports-busy = other imports are running
    .hint = try again when they are done
problem-import-conflicts = { $count ->
    [one] { $count } key of the import has the name of an existing key
   *[other] { $count } keys of the import have the names of existing keys
}
problem-import-closed = the file of this import was closed
    .hint = choose it again
problem-lock-first = the vault must be locked for this
    .hint = lock it with: kh lock
    .hint-window = lock it and try again
problem-numbers-used-up = a file in { $folder } has the highest possible number, so no new vault key can be stored
    .hint = move that file elsewhere

## The window

problem-request-not-allowed = this window may not make this request
problem-prompt-not-openable = this prompt opens only where it is needed
problem-nothing-to-finish = this prompt is not done yet
problem-other-prompt = this prompt was started for something else

## Uses that may be missing from the log

problem-uses-record-missing = the record of the last use is missing
problem-uses-record-damaged = the record of the last use is damaged
problem-uses-other-boot = the machine was restarted since
problem-uses-other-residence = the vault is on another mount or device since
problem-uses-disk-error = the disk had reported an error
