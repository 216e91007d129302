# Errors: what happened, as one sentence without a final full stop, and .hint: what to do.
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
    .hint = create one with: kh init
error-not-a-vault = { $path } is not a Keyhaven vault
    .hint = choose another folder with --vault or KEYHAVEN_HOME; this one was not changed
error-newer-vault = the vault has format { $vault }, but this program reads formats up to { $program }
    .hint = install a newer version of Keyhaven
error-older-copy = this copy of the vault is { $changes ->
    [one] { $changes } change
   *[other] { $changes } changes
} older than the one last unlocked here
    .hint = if you restored it on purpose, unlock it in a terminal and answer yes
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
    .hint = it makes the vault less safe, so the password is asked for
error-no-clipboard = the clipboard cannot be used: { $problem }
    .hint = a clipboard needs a desktop session; kh get prints the value instead
error-no-keychain = the login keychain cannot be used: { $problem }
    .hint = it needs a desktop session with an unlocked keychain (Secret Service)
error-no-private-file = a key cannot be given as a file: { $problem }
    .hint = use --memfd instead, which needs no folder
error-cancelled = cancelled
error-backup-failed = no backup could be written first: { $cause }; nothing was changed
    .hint = free some space, or continue without a backup with --no-backup
error-not-a-backup = { $path } is not a Keyhaven backup
    .hint = list the backups with: kh backup --list
error-malformed = { $file }:{ $line }:{ $column }: expected { $expected }
    .hint = nothing was imported; correct that line and try again
error-agent-running = another agent already holds this vault
    .hint = look at it with: kh agent status

## Wrong usage

error-invalid = { $problem }
error-backup-in-vault = { $path } is inside the vault's own folder and would be lost together with it
    .hint = name a file elsewhere, or no file: kh backup then adds one to the daily backups
error-field-needed = { $name } has several fields: { $fields }
    .hint = name one with --field, or as the last part of the reference

## The vault is locked

error-locked = the vault is locked
    .hint = unlock it with: kh unlock

## There is no such thing

error-no-credential = there is no credential { $name }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh list
    }
error-no-project = there is no project { $project }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh list
    }
error-no-environment = there is no environment { $environment } in project { $project }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh list
    }
error-no-profile = there is no profile { $name }
    .hint = { $similar_given ->
        [1] did you mean { $similar }?
       *[0] see what there is with: kh profile list
    }
error-no-field = { $name } has no field { $field }
    .hint = its fields are: { $fields }
error-no-version = { $name } has no version { $version }, or its value was erased
    .hint = list its versions with: kh history

## Exists already, or changed

error-vault-exists = there is already a vault in { $folder }
    .hint = unlock it with: kh unlock
error-folder-not-empty = { $folder } is not empty; it was not changed
    .hint = name a folder that is empty or does not exist yet
error-exists = { $name } exists already
    .hint = choose another name, or set a new value with: kh set
error-variable-taken = { $variable } is already set by { $by } in this environment
    .hint = choose another variable with --env-var
error-changed = { $name } has changed in the meantime
    .hint = look at it again and repeat the change
error-import-conflict = credentials of another origin have the same name: { $names }; nothing was imported
    .hint = remove them, or import into another environment

## Refused by a policy

error-revoked = { $name } is revoked
    .hint = give it a new value with: kh set
error-expired = { $name } has expired
    .hint = give it a new value with kh set; allow expired keys with --expired warn for one launch, or with kh config set expired warn for all
error-tier-refused = { $name } is a { tier-name } key and does not enter a { launch-tier-name } launch
    .hint = allow it for one launch with --allow-production, or set allow_production = true in .keyhaven.toml and confirm with: kh allow
error-scope-missing = { $name } has none of the required scopes: { $needs }
    .hint = set its scopes with kh edit REF --scope SCOPE; change what the profile requires with kh profile edit PROFILE --need SCOPE
error-untrusted = { $path } is not trusted, or has changed since it was trusted
    .hint = read it, then trust it with: kh allow
error-production-not-allowed = { $path } uses production, but was trusted without it
    .hint = allow it with kh allow --allow-production, or name an environment with -e
error-loader-variable = { $variable } changes how programs load code and is not injected
    .hint = allow it for the credential that sets it: kh edit REF --allow-loader-variable VARIABLE

## Damaged or tampered data

error-damaged-header = the vault's header is damaged: { $damage }
    .hint = do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
error-damaged-data = the vault's data is damaged: { $damage }
    .hint = do not change the folder; see what is damaged with kh verify, then restore a backup with kh restore, or save what is readable with kh salvage
error-damaged-backup = the backup { $path } is damaged: { $damage }
    .hint = try another one; list them with: kh backup --list

## No agent

error-no-agent = the agent could not be reached or started: { $problem }
    .hint = keyhaven-agent must be in the same folder as this program; see: kh agent status
error-agent-version = the running agent has version { $agent }, but this program has version { $client }
    .hint = restart the agent with: kh agent restart
error-broken-agent = the connection to the agent failed: { $problem }
    .hint = try again; if it persists, run: kh agent restart

## A defect

error-defect = internal error in Keyhaven: { $place }
    .hint = please report it with the command you ran; never send a value
