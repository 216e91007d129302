Completions that their shells can read.

  $ for shell in bash zsh fish; do kh completions $shell > completions.$shell; done
  $ bash -n completions.bash
  $ zsh -n completions.zsh
  $ fish -n completions.fish
  $ for command in init unlock add run environment completions; do
  >   grep -l -w "$command" completions.bash completions.zsh completions.fish
  > done | sort | uniq -c
        6 completions.bash
        6 completions.fish
        6 completions.zsh
  $ bash -c 'source completions.bash && complete -p kh'
  complete -o bashdefault -o default -o nosort -F _kh kh
  $ bash -c 'source completions.bash; COMP_WORDS=(kh envi); COMP_CWORD=1
  >   $(complete -p kh | sed "s/.*-F \([^ ]*\).*/\1/") kh envi kh; echo "${COMPREPLY[@]}"'
  environment
  $ fish -c 'source completions.fish; complete -C "kh snoo"'
  snooze	Snooze the reminders of a key
  $ kh completions
  error: the following required arguments were not provided: <SHELL>
  hint: see: kh completions --help
  [2]
