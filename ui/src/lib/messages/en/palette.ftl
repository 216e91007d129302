palette-title = Search and commands
palette-placeholder = Search keys and commands
palette-nothing = Nothing found.
palette-go = Go to { $view }
palette-hint-copy = copy
palette-hint-open = open
palette-hint-run = run
palette-leave = Press Esc to close
