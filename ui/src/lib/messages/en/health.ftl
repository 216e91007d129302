# The view of what is wrong with keys; the findings' own texts come with them.
health-headline = { $problems ->
    [0] No problems
    [one] { $problems } problem
   *[other] { $problems } problems
}
health-summary = { $keys ->
    [one] { $keys } key was checked.
   *[other] { $keys } keys were checked.
} Values are compared in the agent and stay there.
health-severity-problem = Problems
health-severity-warning = Warnings
health-severity-note = Notes
health-copy-command = Copy command
# $fix is the text of the button.
health-fix-of = { $fix }: { $name }
health-show-all = Show all { NUMBER($number) }
health-left-out = { $number ->
    [one] { NUMBER($number) } more finding is not shown.
   *[other] { NUMBER($number) } more findings are not shown.
} To see those of one environment: `kh health -p PROJECT -e ENV`
health-none = No findings
health-none-text = { $keys ->
    [0] There are no keys to check yet.
    [one] Nothing was found about your key.
   *[other] Nothing was found about your { $keys } keys.
}
