imports-title = Import a .env file
imports-choose-text = You see every line before anything is stored. The file is not changed. Delete it once its keys are in the vault.
imports-choose = Choose a file…
imports-choose-again = Choose another file…
imports-chosen = { $lines ->
    [one] { $file }, { $lines } variable
   *[other] { $file }, { $lines } variables
}
imports-columns-name = Name
imports-columns-variable = Variable
imports-columns-provider = Provider
imports-columns-kind = Kind
imports-columns-outcome = Result
imports-kind-of = Kind of { $name }
imports-no-variable = none
imports-rotates = { $days ->
    [one] rotated every { $days } day
   *[other] rotated every { $days } days
}
imports-left-out = Skipped
imports-outcome-new = new
imports-outcome-updated = new value
imports-outcome-unchanged = unchanged
imports-outcome-older = older, skipped
imports-outcome-conflict = conflict
imports-older-why = This is an earlier value of the key. The newer value is kept.
imports-conflict-with = { $name } already exists and comes from another source
imports-conflicts = { $number ->
    [one] { $names } already exists and comes from another source. Rename or remove it, or choose another environment.
   *[other] { $names } already exist and come from another source. Rename or remove them, or choose another environment.
}
imports-preview-needed = Enter a project and an environment to see the result.
imports-apply = { $number ->
    [one] Import { $number } key
   *[other] Import { $number } keys
}
imports-nothing-to-do = Everything is already imported
imports-done-title = { $number ->
    [one] { $number } key is in { $place }
   *[other] { $number } keys are in { $place }
}
imports-done-text = { $file } still contains them in plain text. Delete it once you start your programs with Keyhaven.
imports-run = Run a command with them
imports-see = See the keys
imports-table = Import preview
imports-sum = { NUMBER($fresh) } new, { NUMBER($updated) } updated, { NUMBER($unchanged) } unchanged{ $older ->
    [0] { "" }
   *[other] , { $older } older
}
imports-choose-title = Choose a file
