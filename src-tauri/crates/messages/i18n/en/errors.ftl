# Errors: what happened, as one sentence without a final full stop, and .hint: what to do.
# .hint-window takes its place in the window where other advice helps there; {""} is none.
# .hint-hook does in the hook of a shell, which has no options.
# The ids are error-CODE; the parameters are the fields of the error.
# $NAME_given is 1 where the optional parameter NAME is given, else 0.

list-separator = ,{" "}

tier-name = { $tier ->
    [production] production
    [staging] staging
   *[development] development
}
launch-tier-name = { $launch ->
    [production] production
    [staging] staging
   *[development] development
}

## The request could not be carried out

error-wrong-password = the password is wrong
    .hint = check caps lock and the keyboard layout
error-wrong-recovery-key = the recovery key does not unlock this vault
    .hint = it may have been replaced by a newer one, or belong to another vault
error-mistyped-recovery-key = the recovery key is not typed correctly
    .hint = it has eight groups of five characters; compare each group with what you wrote down
error-no-vault = there is no vault in { $folder }
    .hint = create one with kh init, or bring one back with: kh restore FILE
    .hint-window = create one, or restore a backup
error-not-a-vault = { $path } is not a Keyhaven vault
    .hint = choose another folder with --vault or KEYHAVEN_HOME; this one was not changed
    .hint-window = set KEYHAVEN_HOME to another folder; this one was not changed
error-newer-vault = the vault has format { $vault }, but this program reads formats up to { $program }
    .hint = install a newer version of Keyhaven
error-older-copy = this copy of the vault is { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
} older than the one last unlocked here
    .hint = if you restored it on purpose, unlock it in a terminal and answer yes
    .hint-window = if you restored it on purpose, you can unlock it anyway
error-unsafe-path = { $path } is not safe to use: { $problem }
    .hint = only the owner may have access: use chown, and chmod 700 for folders or 600 for files
error-long-socket-path = { $path } is too long for a socket: the limit is 107 bytes
    .hint = set XDG_RUNTIME_DIR to a folder of yours with a short path (usually /run/user/UID), or use a vault folder with a shorter path
error-io = { $path }: { $system }
    .hint = check the path and its permissions
error-disk-full = the disk is full; nothing was changed
    .hint = free some space and try again
error-kdf-refused = the vault's header asks for key derivation outside the accepted limits: { $problem }
    .hint = the header was changed or damaged; restore it from a backup
error-not-enough-memory = unlocking needs { $needed_mib } MiB of memory, but not enough is available
    .hint = close other programs and try again
error-weak-password = the master password needs at least { $minimum } characters
    .hint = several unrelated words are easy to remember and hard to guess
error-password-needed = this change needs the master password
    .hint = it makes the vault less secure, so the password is required
    .hint-window = this makes the vault less secure, so the password is required
error-present-proof-needed = the vault that would be replaced is intact, so its master password or recovery key is needed too
    .hint = if neither is known, move its folder away first
error-wrong-present-password = the password does not unlock the vault that would be replaced
    .hint = give that vault's own password, or its recovery key with --recovery
    .hint-window = give that vault's own password, or its recovery key
error-no-clipboard = the clipboard cannot be used: { $problem }
    .hint = a clipboard needs a desktop session; kh get prints the value instead
    .hint-window = copying needs a desktop session
error-no-keychain = the login keychain cannot be used: { $problem }
    .hint = it needs a desktop session with an unlocked keychain (Secret Service)
error-no-private-file = a key cannot be given as a file: { $problem }
    .hint = use --memfd instead, which needs no folder
    .hint-window = {""}
error-cancelled = cancelled
error-backup-failed = no backup could be written first: { $cause }; nothing was changed
    .hint = free some space, or continue without a backup with --no-backup
    .hint-window = free some disk space and try again
error-not-a-backup = { $path } is not a Keyhaven backup
    .hint = list the backups with: kh backup --list
    .hint-window = choose another file
error-malformed = { $file }:{ $line }:{ $column }: expected { $expected }
    .hint = nothing was imported; correct that line and try again
error-environment-not-empty = { $project }/{ $environment } holds { $credentials ->
    [one] { $credentials } key
   *[other] { $credentials } keys
}
    .hint = remove its keys first with kh rm; list them with: kh list -p { $project } -e { $environment }
    .hint-window = remove its keys first
error-environment-has-trash = keys of { $project }/{ $environment } are in the trash: { $names }
    .hint = restore them with kh trash restore, or erase them together with the environment: kh environment rm { $project }/{ $environment } --yes
    .hint-window = restore or erase them first
error-environment-has-profiles = profiles use { $project }/{ $environment }: { $profiles }
    .hint = remove them with kh profile rm, or give them another environment with kh profile edit
    .hint-window = remove the profiles first
error-agent-running = another agent already holds this vault
    .hint = look at it with: kh agent status
    .hint-window = stop the other agent first

error-variable-refused = { $variable } cannot be given to a program: { $problem }
    .hint = { $credential_given ->
        [1] leave it out with --except { $credential }, give it as a file with kh run --file { $variable }={ $credential }, or let it fill no variable: kh edit { $credential } --env-var ''
       *[0] leave it out, or give it as a file with: kh run --file { $variable }=REF
    }
    .hint-hook = { $credential_given ->
        [1] list the wanted variables without it under [env] in .keyhaven.toml, or let it fill no variable: kh edit { $credential } --env-var ''
       *[0] take { $variable } out of .keyhaven.toml, then trust it with: kh allow
    }
    .hint-window = let the key fill no variable

error-not-promoted = the new value of { $name } is not in use yet, so the old one is still needed
    .hint = use the new value first with: kh rotate { $name } --resume
    .hint-window = use the new value first
error-rotation-overtaken = { $name } got another value after its rotation, so it cannot be undone
    .hint = go back to any version with kh rollback, or end the rotation with: kh rotate { $name } --done
    .hint-window = end the rotation instead
error-version-pending = version { $version } of { $name } is the new value of an open rotation
    .hint = use it with: kh rotate { $name } --resume
    .hint-window = continue the rotation

## Wrong usage

error-invalid = { $problem }
error-backup-in-vault = { $path } is inside the vault's own folder and would be lost together with it
    .hint = name a file elsewhere, or no file: kh backup then adds one to the daily backups
    .hint-window = choose a file in another folder
error-field-needed = { $name } has several fields: { $fields }
    .hint = name one with --field, or as the last part of the reference
    .hint-window = choose the field to copy

## The vault is locked

error-locked = the vault is locked
    .hint = unlock it with: kh unlock, without a terminal: kh unlock --password-stdin
    .hint-window = unlock it to continue
error-import-stopped = the vault was locked during the import; nothing was imported
    .hint = unlock it with kh unlock, then import the file again
    .hint-window = unlock it, then import the file again

## There is no such thing

error-no-credential = there is no key { $name }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh list
    }
    .hint-window = it may have been removed or renamed
error-no-project = there is no project { $project }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh list
    }
    .hint-window = it may have been renamed
error-no-environment = there is no environment { $environment } in project { $project }
    .hint = { $known_given ->
        [1] it has: { $known }
       *[0] see what there is with: kh list
    }
    .hint-window = it may have been renamed
error-no-profile = there is no profile { $name }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh profile list
    }
    .hint-window = it may have been removed or renamed
error-no-field = { $name } has no field { $field }
    .hint = its fields are: { $fields }
error-no-version = { $name } has no version { $version }, or its value was erased
    .hint = list its versions with: kh history
    .hint-window = {""}
error-no-rotation = no rotation of { $name } is open
    .hint = begin one with: kh rotate { $name }
    .hint-window = {""}

## Exists already, or changed

error-vault-exists = there is already a vault in { $folder }
    .hint = unlock it with: kh unlock
    .hint-window = unlock it to continue
error-folder-not-empty = { $folder } is not empty; it was not changed
    .hint = name a folder that is empty or does not exist yet
error-exists = { $name } exists already
    .hint = choose another name, or set a new value with: kh set
    .hint-window = choose another name, or set a new value for the existing key
error-variable-taken = the variable { $variable } is already set by the key { $by }
    .hint = choose another one with --env-var VAR (--field F=VAR for one of several fields), or none with --env-var ''
    .hint-window = choose another variable, or leave it empty
error-rotation-open = a rotation of { $name } is open since { $since }
    .hint = go on with kh rotate { $name } --resume, or undo it with kh rotate { $name } --abort
    .hint-window = continue or undo it first
error-same-value = this is the value that { $name } has already
    .hint = make a new key at the provider, and enter that one
error-lookalike = { $name } can be mistaken for { $existing }, which exists: they differ only in characters that look alike
    .hint = choose a name that differs more, or use { $existing }
    .hint-window = choose a name that differs more
error-changed = { $name } has changed in the meantime
    .hint = look at it again and repeat the change
    .hint-window = reload, check it and make the change again
error-launch-changed = the keys of this launch have changed since it was confirmed; nothing was started
    .hint = start it again: you will be asked about what has changed
error-import-conflict = keys from another source have the same name or set the same variable: { $names }; nothing was imported
    .hint = leave them out with --skip-existing, or import into another environment
    .hint-window = remove them, or import into another environment

## Refused by a policy

error-revoked = { $name } is revoked
    .hint = give it a new value with: kh set
    .hint-window = set a new value first
error-version-revoked = version { $version } of { $name } is revoked and cannot be used again
    .hint = list its versions with kh history, or give it a new value with: kh set
    .hint-window = choose another version, or set a new value
error-expired = { $name } has expired
    .hint = give it a new value with kh set; allow expired keys with --expired warn for one launch, or with kh config set expired warn for all
    .hint-hook = give it a new value with kh set, leave it out of .keyhaven.toml, or allow expired keys with: kh config set expired warn
    .hint-window = set a new value, or allow expired keys in Settings
error-tier-refused = { $name } is a { tier-name } key and does not enter a { launch-tier-name } launch
    .hint = allow it for one launch with --allow-production; in .keyhaven.toml set allow_production = true, and trust the file with: kh allow --allow-production
    .hint-hook = in .keyhaven.toml set allow_production = true, and trust it with: kh allow --allow-production
    .hint-window = launch a profile that allows keys of a higher tier
error-scope-missing = { $name } has none of the required scopes: { $needs }
    .hint = set its scopes with kh edit { $credential } --scope SCOPE; change what the profile requires with kh profile edit PROFILE --need SCOPE
    .hint-window = add the scope to the key, or require another scope in the profile
error-untrusted = { $reason ->
    [changed] { $path } has changed since it was trusted
    [denied] { $path } was denied
   *[new] { $path } is not trusted
}
    .hint = { $reason ->
        [changed] see what has changed, and trust it again with: kh allow
        [denied] to trust it after all: kh allow
       *[new] read it, then trust it with: kh allow
    }
    .hint-window = { $reason ->
        [changed] read it and trust it again
       *[new] read it and trust it first
    }
error-key-renamed = { $name } was renamed after { $path } was trusted
    .hint = check what it names, and trust it again with: kh allow
    .hint-window = check what it names and trust it again
error-production-not-allowed = { $path } is for production, which was not allowed for it
    .hint = allow it with kh allow --allow-production, or name an environment with -e
    .hint-hook = allow it with kh allow --allow-production, or name another environment in .keyhaven.toml
    .hint-window = choose another environment
error-snooze-past-expiry = { $name } cannot be snoozed: a snooze ends at the expiry, which is { $expires }
    .hint = set a new value with kh set, another expiry with kh edit, or remove the key with kh rm
    .hint-window = set a new value, change the expiry or remove the key
error-would-discard = the older values of { $name } take too much room: a new value would discard version { $version }, which was current until { $until }, and those before it
    .hint = discard them by repeating the command with --discard-old
    .hint-window = a new value can be set after some time of use, or in a terminal, where the older ones can be discarded
error-backups-full = the backups of the last 30 days of use in { $folder } take too much room; nothing was written
    .hint = remove backups you do not need, or write this one elsewhere with: kh backup FILE
    .hint-window = remove backups you do not need
error-loader-variable = { $variable } changes how programs load code and is refused
    .hint = { $credential_given ->
        [1] leave it out with --except { $credential }, let it fill no variable with kh edit { $credential } --env-var '', or allow it with: kh edit { $credential } --allow-loader-variable { $variable }
       *[0] leave it out
    }
    .hint-hook = { $credential_given ->
        [1] list the wanted variables without it under [env] in .keyhaven.toml, or let it fill no variable: kh edit { $credential } --env-var ''
       *[0] leave it out of .keyhaven.toml, then trust the file with: kh allow
    }
    .hint-window = choose another variable

## Damaged or tampered data

error-damaged-header = no copy of the vault's header can be used: { $damage }
    .hint = do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
    .hint-window = do not change the vault's folder; restore a backup
error-damaged-data = the vault's data is damaged: { $damage }
    .hint = do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
    .hint-window = do not change the vault's folder; restore a backup
error-damaged-backup = the backup { $path } is damaged: { $damage }
    .hint = try another one; list them with: kh backup --list
    .hint-window = choose another backup

error-vault-gone = the files of the unlocked vault in { $folder } were removed or replaced; it is only in the agent's memory now
    .hint = save it before it is locked with kh backup FILE, then bring it back with: kh restore FILE
    .hint-window = save a backup into a file before it is locked, then restore that backup

## No agent

error-no-agent = the agent could not be reached or started: { $problem }
    .hint = try again; if it persists, see what the agent did with: kh agent log
    .hint-window = if this continues, reinstall Keyhaven
error-agent-unreachable = an agent (pid { $pid }) holds this vault, and may have it unlocked, but cannot be reached from here
    .hint = set XDG_RUNTIME_DIR as in the session of that agent (usually /run/user/UID), or end it, which locks the vault: kill { $pid }
    .hint-window = end the process { $pid }, which locks the vault
error-agent-version = the running agent has version { $agent }, but this program has version { $client }
    .hint = restart the agent with: kh agent restart
    .hint-window = lock the vault and try again
error-broken-agent = the connection to the agent failed: { $problem }
    .hint = try again; if it persists, run: kh agent restart
    .hint-window = try again; if this continues, restart Keyhaven

## A defect

error-defect = internal error in Keyhaven: { $place }
    .hint = please report it with the command you ran; never send a value
    .hint-window = please report what you did; never include a value
