shell-navigation = Views
shell-overview = Overview
shell-keys = Keys
shell-launch = Launch
shell-activity = Activity
shell-health = Health
shell-settings = Settings
shell-projects = Projects
# $wait is one of the messages in dates.ftl, such as "in 9 min".
shell-locks = Locks { $wait }
shell-stays-open = No automatic lock
shell-lock-now = Lock now
shell-due-count = { $number ->
    [one] { $number } key is due
   *[other] { $number } keys are due
}
