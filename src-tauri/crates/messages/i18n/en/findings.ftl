# What is damaged (damage-CODE), what verify found (finding-CODE), and what salvage could not
# read (loss-CODE) or had to change (change-CODE).

damage-header-missing = it is missing
damage-header-checksum = its checksum does not match
damage-header-malformed = its content is not well formed
damage-header-altered = it was changed
damage-database-missing = the database is missing
damage-database-broken = the database is broken
damage-database-empty = the database is empty
damage-anchor-missing = the anchor is missing
damage-anchor-broken = the anchor is damaged
damage-rows = rows are not what was written
damage-row-state = the state of the rows is not what was written
damage-changes-missing = { $missing ->
    [one] { $missing } change is missing
   *[other] { $missing } changes are missing
}
damage-old-anchor = { $behind ->
    [one] the anchor is { $behind } change old
   *[other] the anchor is { $behind } changes old
}
damage-fork = database and anchor come from different histories
damage-audit-log = the audit log is broken at entry { $sequence }
damage-uses-missing = { $missing ->
    [one] { $missing } use of a key is missing from the audit log
   *[other] { $missing } uses of keys are missing from the audit log
}
damage-value = a value cannot be decrypted
damage-row-malformed = a row is not well formed
damage-backup-manifest = its manifest is not what was written
damage-backup-length = its length is wrong
damage-backup-header = its header is not what was written
damage-backup-database = its database is not what was written

finding-header-copy = copy { $copy }: { $damage }
finding-header-copies-differ = the two copies differ
finding-anchor-slot = slot { $slot } is not what was written
finding-anchor = { $damage }
finding-uses = { $damage }
finding-uses-record = the record of the last use is missing or not what was written
finding-page = { $system }
finding-database = { $damage }
finding-pages-unreadable = the pages cannot be read
finding-rows-changed = the rows are not what was written: an old page, or a changed row
finding-row-state = the state of the rows is not what was written
finding-stale-credential = { $credential }: according to the log it was last changed at another time
finding-missing-credential = { $credential }: it is in the log, but missing
finding-missing-version = { $credential }: the version stored at { $at } is missing
finding-malformed-row = { $key_given ->
    [1] { $table } { $key }: not well formed
   *[0] a row of the table { $table } is not well formed
}
finding-malformed-version = { $credential }, version { $version }: not well formed
finding-missing-parent = a row of the table { $table } belongs to a missing row of { $parent }
finding-unreadable-credential = { $credential }: cannot be read
finding-unreadable-version = { $credential }, version { $version }: cannot be read
finding-unreadable-table = the table { $table } cannot be read to its end
finding-sealed-value = { $credential }, version { $version }: its values cannot be decrypted
finding-variable-index = { $credential }: the index of the variable { $variable } does not match it
finding-use-count = { $credential }: the number of its uses does not match the log
finding-log-entry = entry { $sequence } is missing or not what was written
finding-log-start = the beginning of the log is not what was written
finding-not-checked = not checked, because the database has broken pages
    .hint = lock the vault and check it again

loss-project-name = the name of a project: it is now { $now }
loss-environment-name = the name of an environment: it is now { $now }
loss-credential = { $credential }: cannot be read
loss-version = { $credential }, version { $version }: cannot be read
loss-values = { $credential }, version { $version }: its values cannot be decrypted
loss-settings = the settings cannot be read
loss-trust = the trust in { $path }
    .hint = read the file and trust it again with: kh allow
loss-profile = the profile { $profile }
    .hint = save it again with: kh profile add

change-profile-renamed = the profile { $was }: the name was taken, it is now { $now }
change-profile-tier-withdrawn = the profile { $profile }: it takes keys of a higher tier only after you allow that again
change-environment-renamed = { $was }: the name was taken, it is now { $now }
change-credential-renamed = { $was }: the name was taken, it is now { $now }
change-variable-cleared = { $credential }: it no longer sets { $variable }, because { $by } does
