# What to do about a refused launch where the usual hint does not help. The ids are advice-CODE.

advice-nothing = {""}
advice-run-instead = list the wanted variables without it under [env] in .keyhaven.toml, or start the program with: kh run
leave-out-first = { $file_given ->
    [1] take it out of { $file }
   *[0] leave it out
}
advice-set-in-front = { leave-out-first }, and set it in front of kh: { $variable }=VALUE kh { $command } ...; with --clean, add --keep { $variable }
advice-set-at-launch = leave it out, and set it at each launch, in front of kh: { $variable }=VALUE kh run --profile PROFILE
advice-set-in-shell = { leave-out-first }, and set it in the shell itself: export { $variable }=VALUE
advice-allow-once = allow it for one launch with --allow-production
advice-allow-in-profile = allow it for one launch with --allow-production, or for every launch of this profile: kh profile edit { $profile } --allow-production
advice-new-value = give it a new value with kh set, or allow expired keys with: kh config set expired warn
advice-name-field = add the field to the reference, as in kh:{ $name }/{ $field }
advice-name-environment = add a line such as environment = "dev"; see: kh help project-file
advice-narrow-file = name fewer keys under [env] in .keyhaven.toml, or start the program with kh run and --only
advice-split-template = use several templates with fewer references
advice-trust-template-again = check what it names, and trust it again with: kh allow { $path }
advice-add-scope = set its scopes with kh edit { $credential } --scope SCOPE; change what the profile requires with kh profile edit { $profile } --need SCOPE
