# The list of findings in the settings; their texts come with them.
protection-state-ok = OK
protection-state-warning = Warning
protection-state-note = Info
protection-more = To see this in a terminal: `kh doctor`
