dates-today = today
dates-never = never
dates-just-now = just now
dates-minutes-ago = { NUMBER($minutes) } min ago
dates-hours-ago = { NUMBER($hours) } h ago
dates-under-minute = in less than a minute
dates-in-minutes = in { NUMBER($minutes) } min
dates-in-hours = in { NUMBER($hours) } h
# How far away a due date is, as kh and notifications say it too.
dates-in-days = { $days ->
    [one] in { $days } day
   *[other] in { $days } days
}
dates-due-in-hours = { $hours ->
    [one] in { $hours } hour
   *[other] in { $hours } hours
}
dates-in-under-an-hour = in less than an hour
dates-expired-under-an-hour = expired less than an hour ago
dates-expired-hours = { $hours ->
    [one] expired { $hours } hour ago
   *[other] expired { $hours } hours ago
}
dates-expired-days = { $days ->
    [one] expired { $days } day ago
   *[other] expired { $days } days ago
}
dates-overdue-under-an-hour = overdue for less than an hour
dates-overdue-hours = { $hours ->
    [one] { $hours } hour overdue
   *[other] { $hours } hours overdue
}
dates-overdue-days = { $days ->
    [one] { $days } day overdue
   *[other] { $days } days overdue
}
