imports-title = Import a .env file
imports-choose-text = You see every line before anything is stored. The file is not changed. Delete it once its keys are in the vault.
imports-choose = Choose a file…
imports-choose-again = Choose another file…
imports-chosen = { $lines ->
    [one] { $file }, { $lines } variable
   *[other] { $file }, { $lines } variables
}
imports-reading = Reading the file…
imports-comparing = Comparing with the vault…
imports-applying = Importing…
imports-columns-take = Import
imports-take = Import { $name }
imports-outcome-out = left out
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
imports-left-out = Changed or left out
imports-line = Line { NUMBER($line) }:
imports-outcome-new = new
imports-outcome-updated = new value
imports-outcome-unchanged = unchanged
imports-outcome-older = older, skipped
imports-outcome-conflict = conflict
imports-expiry-stays = still expires { $day }
imports-expiry-ends = no expiry any more, before: { $day }
imports-expiry-changes = expires { $after }, before: { $day }
imports-older-why = This is an earlier value of the key. The newer value is kept.
imports-conflict-with = { $name } already exists and comes from another source
imports-conflicts = { $number ->
    [one] { $names } already exists and comes from another source. Leave its row out, rename or remove it, or choose another environment.
   *[other] { $names } already exist and come from another source. Leave their rows out, rename or remove them, or choose another environment.
}
imports-leave-out = Leave out
imports-skipped = { $number ->
    [one] { $number } line cannot be read
   *[other] { $number } lines cannot be read
}
# $expected is one of the messages expected-CODE, such as "a closing quote for this one".
imports-skipped-line = Line { NUMBER($line) }, column { NUMBER($column) }: expected { $expected }
imports-skipped-more = { $number ->
    [one] and { $number } more
   *[other] and { $number } more
}
imports-skip = Import the other lines
imports-aws = { $number ->
   *[other] Store the AWS key as one key with { $number } fields
}
imports-aws-hint = { $names } belong together.
imports-field-of = a field of { $name }
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
imports-done-text = { $file } still contains them unencrypted. Delete it once you start your programs with Keyhaven.
imports-run = Run a command with them
imports-see = See the keys
imports-table = Import preview
imports-sum = { NUMBER($fresh) } new, { NUMBER($updated) } updated, { NUMBER($unchanged) } unchanged{ $older ->
    [0] { "" }
   *[other] , { $older } older
}
imports-choose-title = Choose a file
