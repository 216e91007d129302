edit-add-title = Add a key
edit-edit-title = Edit { $name }
edit-set-title = New value for { $name }
edit-set-text = The current value is kept as the previous version and stays valid until the end of its grace period.
edit-add = Add key
edit-store = Save new value
edit-project = Project
edit-environment = Environment
edit-tier = Tier
edit-tier-placeholder = Choose
edit-tier-hint = { $name } is a new environment, and its tier is not clear from its name.
edit-name = Name
edit-provider = Provider
edit-no-provider = None
edit-recognised = Recognised as { $name }
edit-value = Value
edit-value-of = Value of { $field }
edit-value-hint = Paste the value. It is sent only to the vault.
edit-lines = { $number ->
    [one] { $number } line
   *[other] { $number } lines
}
edit-blanks = { $start ->
    [0] { $end ->
        [one] The value ends with a space or line break.
       *[other] The value ends with { $end } spaces or line breaks.
    }
    [one] { $end ->
        [0] The value begins with a space or line break.
        [one] The value begins and ends with a space or line break.
       *[other] The value begins with a space or line break and ends with { $end }.
    }
   *[other] { $end ->
        [0] The value begins with { $start } spaces or line breaks.
        [one] The value begins with { $start } spaces or line breaks and ends with one.
       *[other] The value begins with { $start } spaces or line breaks and ends with { $end }.
    }
}
edit-remove-blanks = Remove them
edit-looks-plain = This looks like configuration, not a secret.
edit-store-plain = Store as plain
edit-show = Show the value
edit-hide = Hide the value
edit-field = Field
edit-field-name = Field name
edit-add-field = Add a field
edit-remove-field = Remove this field
edit-variable = Environment variable
edit-variable-hint = The name under which a program reads it
edit-kind = Kind
edit-kind-note-secret = Hidden here and masked in output
edit-kind-note-plain = Shown and passed as it is
edit-loader = This variable changes how programs load code. Set it anyway
edit-expires = Expires
edit-expires-hint = 2027-01-31, or 90d, 6mo, 1y
edit-expires-next = The new value expires
edit-expires-none = It has no expiry date
# $when is a day, and how far it is.
edit-expires-as-before = { $when }: the same period as the previous value
edit-problem-expires = Enter a date, or choose that there is none
edit-hidden = The value has invisible characters: { $names }
edit-rotate = Rotation interval (days)
edit-rotate-on = Rotate on
edit-rotate-on-hint = A fixed day. It ends with the next new value.
edit-never = Never rotate, because
edit-never-hint = A reason, such as: the provider offers no rotation
edit-suggest = { $days ->
    [one] { $provider } keys are usually rotated after { $days } day
   *[other] { $provider } keys are usually rotated after { $days } days
}
edit-use = Use
edit-use-days = Use { NUMBER($days) } days
edit-restrictions = Restrictions
edit-scopes = Scopes
edit-scopes-hint = read, write, mail.send…
edit-ips = Allowed addresses
edit-ips-hint = 203.0.113.7 or 10.0.0.0/8. Leave empty for any address.
edit-quota = Quota
edit-quota-hint = 100 requests per minute
edit-about = Details
edit-owner = Owner
edit-tags = Tags
edit-url = Web page
edit-note = Note
edit-added = { $name } was added to { $place }.
edit-saved = { $name } was saved.
edit-value-undone = { $name } has its previous value again.
edit-undone = The change to { $name } was undone.
edit-stored-until = { $name } has a new value, which expires on { $day }.
edit-stored = { $name } has a new value.
edit-problem-name = Enter a name
edit-problem-value = Enter the value
edit-problem-project = Enter a project
edit-problem-environment = Enter an environment
edit-problem-tier = Choose a tier
edit-problem-field = Enter a field name
