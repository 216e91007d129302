# Words that the filter finds keys by.
filter-overdue = overdue
filter-week = this week
filter-unused = unused
filter-never-used = never used
