Completions that their shells can read.

  $ for shell in bash zsh fish; do kh completions $shell > completions.$shell; done
  $ bash -n completions.bash
  $ zsh -n completions.zsh
  $ fish -n completions.fish
  $ for command in init unlock add run environment completions; do
  >   grep -l -w "$command" completions.bash completions.zsh completions.fish
  > done | sort | uniq -c
  $ bash -c 'source completions.bash && complete -p kh'
  $ bash -c 'source completions.bash; COMP_WORDS=(kh envi); COMP_CWORD=1
  >   $(complete -p kh | sed "s/.*-F \([^ ]*\).*/\1/") kh envi kh; echo "${COMPREPLY[@]}"'
  $ fish -c 'source completions.fish; complete -C "kh snoo"'
  $ kh completions
