# How far away a due date is: in tables of `kh`, after a date and in notifications. The same words
# are on the page, in its dates.ftl.

due-in-days = { $days ->
    [one] in { $days } day
   *[other] in { $days } days
}
due-in-hours = { $hours ->
    [one] in { $hours } hour
   *[other] in { $hours } hours
}
due-in-under-an-hour = in less than an hour
due-expired-under-an-hour = expired less than an hour ago
due-expired-hours = { $hours ->
    [one] expired { $hours } hour ago
   *[other] expired { $hours } hours ago
}
due-expired-days = { $days ->
    [one] expired { $days } day ago
   *[other] expired { $days } days ago
}
due-overdue-under-an-hour = overdue for less than an hour
due-overdue-hours = { $hours ->
    [one] { $hours } hour overdue
   *[other] { $hours } hours overdue
}
due-overdue-days = { $days ->
    [one] { $days } day overdue
   *[other] { $days } days overdue
}
