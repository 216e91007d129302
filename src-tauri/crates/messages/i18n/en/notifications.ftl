# Notifications on the desktop. A title is one line; the lines of the body follow each other.
# While the vault is locked, and unless the settings allow names, a notification names no key.

notification-title = { $count ->
    [one] { $count } key is due
   *[other] { $count } keys are due
}
notification-expired = { $count } expired
notification-expires-soon = { $count ->
    [one] { $count } expires within a day
   *[other] { $count } expire within a day
}
notification-later = { $count } later
notification-expires = expires { $due }
notification-ended = { $due }
notification-rotates = rotation { $due }
notification-revocation = revocation of the replaced value { $due }
notification-named = { $name }: { $says }
notification-more = and { $count } more
notification-unlock = Unlock to see which.
notification-test-title = Test notification of Keyhaven
notification-test-body = Reminders of due keys appear in the same way.
