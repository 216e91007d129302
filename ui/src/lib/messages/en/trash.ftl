trash-title = Trash
trash-text = A removed key stays here with its versions, and no program receives it. It is erased after 30 days on which the vault was used.
trash-left = { $days ->
    [0] erased today
    [one] { $days } day left
   *[other] { $days } days left
}
trash-empty = Empty the trash…
trash-emptied = { $number ->
    [one] { $number } key was erased.
   *[other] { $number } keys were erased.
}
trash-none = The trash is empty
trash-put-back = Restore
trash-put-back-named = Restore { $name }
