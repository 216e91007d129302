# What the window shows outside its pages: the tray, the titles of windows, native dialogs.

## Errors of the start, on the terminal

native-no-display = the window could not be opened: there is no display
native-display-refused = the window could not be opened: the display { $name } does not accept it
native-no-display-hint = start keyhaven in a desktop session, or use kh in a terminal
native-no-font = the window could not be opened: no font is installed
native-no-font-hint = install a font, on Debian and Ubuntu for example the package fonts-dejavu-core, or use kh in a terminal
native-toolkit-failed = the window could not be shown; WebKit or GTK reports: { $message }
native-page-process-ended = the window could not be shown: the process of WebKit that draws it ended
native-web-kit-hint = install WebKitGTK again, or use kh in a terminal

## Tray

native-open = Open Keyhaven
native-unlock = Unlock…
native-lock-now = Lock now
native-quit = Quit
native-run-profile = Run { $name }
native-due = { $overdue ->
    [0] { $soon ->
        [0] Nothing due this week
       *[other] { $soon } due this week
    }
   *[other] { $soon ->
        [0] { $overdue } overdue
       *[other] { $overdue } overdue, { $soon } due this week
    }
}

## Titles of prompts

native-title-create = Keyhaven: create a vault
native-title-unlock = Keyhaven: unlock
native-title-configure = Keyhaven: confirm
native-title-reveal = Keyhaven: value
native-title-password = Keyhaven: master password
native-title-recovery = Keyhaven: recovery key
native-title-restore = Keyhaven: restore
native-title-salvage = Keyhaven: save what can be read
native-title-rekey = Keyhaven: new vault key

## Pickers: each title is a native-choose-..., by which the tests find them

native-choose-directory = Run in folder
native-choose-backup = Choose a backup
native-choose-salvage-folder = Choose where the new vault goes
native-choose-import = Choose { $formats }
native-format = a { $title }
native-choose = Choose
native-cancel = Cancel

## Questions, with the button that agrees

native-unknown-format-question = The format of { $file } is not known.
native-unknown-format-text = Read it as a { $title }? Nothing is stored before you have seen every line.
native-read-as = Read as a { $title }

native-convert-question = Convert this file?
native-convert-text = { $file } is { $encoding }, not UTF-8. Its values are converted for the import. The file itself stays as it is.
native-convert = Convert

native-quit-question = Stop the programs that run here?
native-quit-text =
    These programs were started from this window and end with it:

    { $commands }
native-quit-yes = Stop and quit

native-command-question = Run this command with your keys?
native-shell-question = Open a shell with your keys?
native-production-command-question = Run this command with production keys?
native-production-shell-question = Open a shell with production keys?
native-production-profile-question = Save this profile for production?
native-production-place = PRODUCTION: { $place } is for live systems and real data.
native-run = Run
native-profile-question = Save this profile?
native-save = Save
native-shell-in-terminal = A shell in a terminal
native-every-key-of = It gets every key of { $place }.
native-every-key = every key
native-keys-by-profile = It gets { $keys } of { $place }, by the profile { $profile }.
native-production-among = Keys of a higher tier may be among them.
native-except = Without { $names }
native-needs = Only keys with one of the scopes { $scopes }
native-prefix = Each name begins with { $prefix }
native-clean = It inherits nothing else.
native-keep = It inherits only { $names }
native-assigned = { $variable } is { $text }
native-directory = In { $path }
native-home-directory = In your home folder
native-asked-once = You are asked once, and again when any of this changes.
native-changed-since = Changed since you confirmed it: { $what }.
native-changed-somehow = It has changed since you confirmed it.
native-changed-command = the command
native-changed-directory = the folder
native-changed-added = { $count ->
    [one] 1 new variable
   *[other] { $count } new variables
}
native-changed-filled = { $count ->
    [one] 1 variable changed
   *[other] { $count } variables changed
}
native-changed-removed = { $count ->
    [one] 1 variable removed
   *[other] { $count } variables removed
}
native-filled = { $variable } from { $from }
native-filled-text = { $variable } is { $text } from { $from }
native-plain-field = { $field } (plain)
native-loads-code = { $line }, which changes how programs load code
native-new-variable = New: { $line }
native-changed-variable = Changed: { $line }

native-loader-question = Let this key change which code your programs run?
native-loader-text = { $name } would fill { $variables }, which changes how programs load code.
native-tier-question = Allow these keys in launches of a lower tier?
native-tier-text = { $place } is a { $from } environment and would become a { $to } one. { $keys ->
    [one] Its { $keys } key
   *[other] Its { $keys } keys
} could then enter every launch of that tier.
native-page-question = Does this key belong to that address?
native-page-text = { $name } would belong to { $url }, and git may receive it for that address.
native-plain-question = Stop treating this value as a secret?
native-plain-text = { $field } of { $name } would be plain: kh run --mask would show it in the output of programs.
native-variable-question = Change the variable of this key?
native-variable-replaced = { $name } would fill { $after } instead of { $before }.
native-variable-added = { $name } would fill { $variable }.
native-variable-removed = { $name } would no longer fill { $variable }.
native-marked-question = Set a variable that changes what programs do?
native-marked-text = Programs read { $variables } to decide what they run.
native-new-variables-question = Give these variables to your launches?
native-new-variables-text = The launches of { $place } that you have confirmed or saved would also receive { $variables }.
native-destination-question = Change where this key is sent?
native-service-text = { $before_given ->
    [1] { $name } would be a key of { $after } instead of { $before }
   *[0] { $name } would be a key of { $after }
}: a check sends it to that service.
native-destination-text = { $fields } of { $name } would get another value: a check may send the key to another server.
native-reminders-question = Be reminded less of this key?
native-expiry-later = { $name } would expire on { $after } instead of { $before }.
native-expiry-removed = { $name } would lose its expiry date, { $before }.
native-rotation-later = The rotation of { $name } would be due on { $after } instead of { $before }.
native-rotation-date-removed = { $name } would lose its rotation date, { $before }.
native-rotation-rarer = The rotation interval of { $name } would be { $after } days instead of { $before }.
native-rotation-removed = { $name } would lose its rotation interval of { $before } { $before ->
    [one] day
   *[other] days
}.
native-never-rotated = { $name } would never be due for rotation.
native-fewer-reminders = These reminders of { $name } would not come, in days before it is due: { $days }.
native-unknown-dates = Version { $version } of { $name } would be used again. When that version expires is not known here; { $expires_given ->
    [1] the expiry date would be { $expires }
   *[0] there would be no expiry date
}.
native-snoozed = No reminder of { $name } would come before { $day }.
native-discard-question = Discard an older version of this key?
native-discard-text = The older values of { $name } take too much room: the new value would discard version { $version } and those before it for good.
native-discard-import-text = The older values of { $name } take too much room: the import would discard version { $version } and those before it for good. It would also discard older values of its other keys where these take too much room.
native-changes-question = Make these changes?
native-only-if-you-asked = Allow it only if you have just asked for it yourself.
native-and-more = { $names } and { $count } more
native-allow = Allow

native-empty-trash-question = { $keys ->
    [one] Erase { $keys } key for good?
   *[other] Erase { $keys } keys for good?
}
native-empty-trash-text = What is in the trash is erased with all its versions. Only a backup brings it back.
native-erase = Erase

native-restore-question = Replace the vault with this backup?
native-restore-text =
    { $backup }

    Changes made after it are not in it. The replaced vault is kept in its own folder. You will be asked for the password from the time of the backup, and a new recovery key will be shown.
native-backup-made = { $keys ->
    [one] The backup of { $made }, with { $keys } key
   *[other] The backup of { $made }, with { $keys } keys
}
native-restore-yes = Restore

native-unsaved-question = { $work ->
    [add] The new key is not saved.
    [edit] The changes of the key are not saved.
    [set] The new value is not saved.
    [import] Nothing is imported yet.
    [profile] The profile is not saved.
   *[settings] The changed settings are not saved.
}
native-unsaved-text = What you entered is lost when the window closes.
native-discard = Discard
native-stay = Stay
native-unsaved-key-question = Close without the recovery key?
native-unsaved-key-text = It is shown only once. Without it, nothing unlocks the vault if you forget the master password.
native-close = Close
native-go-back = Go back
