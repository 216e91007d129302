trash-title = Trash
trash-text = A removed key stays here with its versions, and no program receives it. It is erased after 30 days on which the vault was used.
trash-none = The trash is empty
trash-put-back = Restore
trash-put-back-named = Restore { $name }
