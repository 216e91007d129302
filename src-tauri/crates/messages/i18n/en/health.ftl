# What `kh health` and the window report about keys (health-CODE). The key's reference stands in
# front of it, and the command that fixes it behind it.

health-expired = it { $due }
health-found-dead = { $days ->
    [0] its provider refused it today
    [one] its provider refused it { $days } day ago
   *[other] its provider refused it { $days } days ago
}
health-placeholder-value = its value is a placeholder{ $field_given ->
    [1] {" "}(field { $field })
   *[0] {""}
}
health-test-key-in-production = it is in production, but its value reaches only test data ({ $provider }, { $kind })
health-same-value-across-tiers = it has the same value as the { $tier } key { $other }
health-rotation-overdue = its rotation is { $due }
health-expires-soon = it expires { $due }
health-sunset-announced = the end of this kind of key was announced for { $on }: { $advice }
health-same-value-in-environments = it has the same value as { $other }
health-live-key-below-production = its environment is { $tier }, but its value reaches real data ({ $provider }, { $kind })
health-higher-tier-in-profile = the { $tier } profile { $profile } gives it to programs
health-weak-value = its value is easy to guess{ $field_given ->
    [1] {" "}(field { $field })
   *[0] {""}
}
health-full-access = it has all rights ({ $provider }, { $kind }), but there are keys with only the rights you choose ({ $restricted })
health-old-value-not-revoked = the grace period of version { $version } is over, so revoke it at the provider
health-rotation-left-open = a new value was stored { $days } days ago, but is not used yet
health-no-dates = it has no expiry and no rotation date; every { $usual } days is usual
health-unused = it was last used { $days } days ago
health-never-used = it was stored { $days } days ago and never used
health-no-owner = it is in production, and nobody is named as responsible
