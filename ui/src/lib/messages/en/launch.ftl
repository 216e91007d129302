launch-title = Launch
launch-text = A program started here receives the keys of an environment as environment variables. No file is written, and values are masked in its output.
launch-project = Project
launch-environment = Environment
launch-command = Command
launch-command-hint = node server.js
launch-no-directory = Home folder
launch-directory = Folder
launch-choose-directory-now = Folder: { $path }. Choose another…
launch-clear-directory = Use the home folder
launch-run = Run
launch-starting = Starting…
launch-declined = Cancelled. Nothing was started.
launch-terminal = Open a terminal
launch-terminal-hint = Runs the command in your terminal, with masked output. Without a command, it starts a shell.
launch-terminal-opened = The terminal is opening.
launch-launches = Started here
launch-launches-none = No program has been started from this window yet.
launch-running = running
launch-stop = Stop
launch-stop-named = Stop { $command }
launch-again = Run again
launch-again-named = Run { $command } again
launch-output-named = Output of { $command }
launch-output-none = No output yet.
launch-output-nothing = No output.
launch-output-cut = Earlier output was discarded.
launch-ended = exited
launch-failed = failed with exit code { $code }
launch-stopped = stopped
launch-signalled = ended by signal { $signal }
launch-pid = pid { $pid }
launch-with-keys-title = Running with keys
launch-end = Stop { $program }, pid { $pid }
launch-stale = Uses an old value of { $names }. Restart it to apply the new value.
launch-with-keys-none = No running program has keys from this vault.
launch-more = { NUMBER($number) } more
launch-no-keys = No keys yet
launch-no-keys-text = Import a .env file or add a key first.
launch-given = { $keys ->
    [0] No key of this environment sets a variable.
   *[other] Sets { $variables ->
        [one] { $variables } variable
       *[other] { $variables } variables
    } from { $keys ->
        [one] { $keys } key
       *[other] { $keys } keys
    }.
}
