overview-headline = { $need ->
    [0] Nothing is due this week
    [one] { $need } key needs attention this week
   *[other] { $need } keys need attention this week
}
overview-start-with = Start with { $name }
overview-timeline = The next 90 days
overview-timeline-empty = No key expires or is due for rotation in the next 90 days.
overview-timeline-more = and { NUMBER($number) } more
overview-timeline-show = Show the next 90 days
overview-month = Due dates by month
overview-month-show = Show by month
overview-month-previous = Previous month
overview-month-next = Next month
overview-month-today = Today
overview-month-day = { $keys ->
    [0] { $day }
    [one] { $day }, { $keys } key: { $names }
   *[other] { $day }, { $keys } keys: { $names }
}
overview-month-day-none = No key is due on this day.
overview-overdue = Overdue
overview-week = Due within 7 days
overview-unused = Never used
overview-due-list = Due keys
overview-due-none = No key is due in the next 90 days. A key appears here when it has an expiry or a rotation interval.
overview-show-all = Show all { NUMBER($number) }
overview-show-less = Show less
overview-expires = expires
overview-rotate = rotation
overview-revoke-old = revoke old key
overview-uses = Uses per day
overview-uses-none = No key was used in the last four weeks.
overview-uses-on = { $uses ->
    [one] { $day }: { $uses } use
   *[other] { $day }: { $uses } uses
}
overview-uses-sum = { $uses ->
    [one] { $uses } use in the last four weeks.
   *[other] { $uses } uses in the last four weeks.
}
overview-summary = { $keys ->
    [one] { $keys } key
   *[other] { $keys } keys
} in { $projects ->
    [one] { $projects } project.
   *[other] { $projects } projects.
}{ $overdue ->
    [0] { "" }
    [one] { " " }{ $overdue } is overdue.
   *[other] { " " }{ $overdue } are overdue.
}
overview-uses-top = { $uses ->
    [one] { $uses } use in the last four weeks, of { $top }.
   *[other] { $uses } uses in the last four weeks, most of them of { $top }.
}
