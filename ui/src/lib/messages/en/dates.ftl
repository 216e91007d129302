dates-today = today
dates-never = never
dates-just-now = just now
dates-days-over = { $days ->
    [one] { $days } day overdue
   *[other] { $days } days overdue
}
dates-minutes-ago = { NUMBER($minutes) } min ago
dates-hours-ago = { NUMBER($hours) } h ago
dates-under-minute = in less than a minute
dates-in-minutes = in { NUMBER($minutes) } min
dates-in-hours = in { NUMBER($hours) } h
