# Titles of the events in the iCalendar file of due dates; without the name of a key unless the
# user asks for names.

calendar-expires = an API key expires
calendar-rotates = an API key is due for rotation
calendar-revocation = a replaced API key is to be revoked
calendar-named-expires = { $name } ({ $project }/{ $environment }) expires
calendar-named-rotates = { $name } ({ $project }/{ $environment }) is due for rotation
calendar-named-revocation = the replaced value of { $name } ({ $project }/{ $environment }) is to be revoked
