keys-title = Keys
keys-filter = Filter by name, provider, due date…
keys-filter-label = Filter keys
keys-clear-filter = Clear the filter
keys-run = Run…
keys-add = Add key
keys-import-file = Import…
keys-columns-key = Key
keys-columns-variable = Variable
keys-columns-due = Due
keys-columns-used = Used
keys-list = Keys
keys-revoked = revoked
keys-no-date = no date
keys-plain = plain (not secret)
keys-fields = { $number ->
    [one] { $number } field
   *[other] { $number } fields
}
keys-shown = { $number ->
    [one] { $number } key
   *[other] { $number } keys
}
keys-shown-in = { $number ->
    [one] { $number } key in { $place }
   *[other] { $number } keys in { $place }
}
keys-shown-of = { $all ->
    [one] { NUMBER($number) } of { $all } key
   *[other] { NUMBER($number) } of { $all } keys
}
keys-nothing-found = No key matches “{ $text }”
keys-nothing-found-text = Try a shorter filter.
keys-nothing-found-here = Try a shorter filter, or search in all projects.
keys-empty-place = No keys in { $place } yet
keys-empty-place-text = Add a key, or import a .env file.
keys-nothing-chosen = No key selected
keys-nothing-chosen-text = Use the arrow keys to move through the list, Enter to open a key, C to copy its value, R to reveal it.

keys-copy-field = Copy { $field }
keys-reveal-field = Reveal { $field }
keys-copied = { $seconds ->
    [one] Copied. The clipboard is cleared in { $seconds } second.
   *[other] Copied. The clipboard is cleared in { $seconds } seconds.
}
keys-masked = hidden
keys-value = Value
# $when is one of the messages in dates.ftl, such as "in 3 days" or "5 days overdue".
keys-expires-banner = Expires { $when }
keys-expired-banner = This key { $when }
keys-rotate-banner = Rotation is due { $when }
keys-overdue-banner = Rotation is { $when }
keys-revoked-banner = Revoked. No program receives this key until you set a new value.
keys-snoozed-banner = Reminders are snoozed until { $day }
keys-new-value = New value
keys-new-value-dots = New value…
keys-edit = Edit
keys-more = More actions
keys-menu-production = { $name }, production
keys-copy-reference = Copy the reference
keys-text-copied = Copied: { $text }
keys-remove = Remove
keys-close-detail = Close the key
keys-snooze-day = Snooze until tomorrow
keys-snooze-days = Snooze for 3 days
keys-snooze-week = Snooze for a week
keys-snooze-end = End snooze
keys-snoozed = Reminders are snoozed until { $day }.
keys-snooze-ended = Reminders are no longer snoozed.
keys-removed = { $name } was moved to the trash.
keys-removed-production = { $name } of the production environment { $place } was moved to the trash.
keys-restored = { $name } was restored.

keys-provider = Provider
keys-scopes = Scopes
keys-allowed-from = Allowed from
keys-any-address = any address
keys-open = unrestricted
keys-quota = Quota
keys-owner = Owner
keys-tags = Tags
keys-url = Web page
keys-copy-url = Copy the address of the page
keys-note = Note
keys-expires = Expires
keys-rotates = Rotation
keys-never-rotate = Never: { $reason }
keys-rotation-fixed = A fixed day, until the next new value
keys-rotation-added = { $days ->
    [one] { $days } day after it was added on { $since }
   *[other] { $days } days after it was added on { $since }
}
keys-rotation-new-value = { $days ->
    [one] { $days } day after the new value of { $since }
   *[other] { $days } days after the new value of { $since }
}
keys-rotation-earlier-version = { $days ->
    [one] { $days } day after { $since }, when the version in use was made
   *[other] { $days } days after { $since }, when the version in use was made
}
keys-no-policy = no policy
keys-no-expiry = no expiry
keys-added = Added
keys-versions = Versions
keys-version-pending = Pending
keys-version-current = Current
keys-version-previous = Previous
keys-version-retired = Retired
keys-version-revoked = Revoked
keys-since = { $label }, since { $day }
keys-until = { $label }, valid until { $day }
keys-stored = { $label }, from { $day }
keys-uses = { $number ->
    [one] { $number } use
   *[other] { $number } uses
}
keys-used-by = Used by
keys-used-by-nobody = No program has used this key yet.
keys-show-more = Show more
keys-running-now = running
keys-in-directory = in { $directory }
keys-foot-overdue = { NUMBER($number) } overdue
keys-foot-week = { NUMBER($number) } this week
