//! Lists, counts, and the values of a launch.

use super::*;

#[test]
fn a_launch_gets_values_and_learns_what_it_does_not_get() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let mut aged = credential("aged", "old");
    aged.dates.expires = Some("2026-03-02".parse().unwrap());
    let aged = vault.add(&home.context(), aged).unwrap();
    let dead = vault.add(&home.context(), credential("dead", "x")).unwrap();
    let dead = vault.revoke(&home.context(), seen(&dead)).unwrap();
    let mut quiet = credential("quiet", "no variable");
    quiet.fields[0].field.variable = None;
    vault.add(&home.context(), quiet).unwrap();
    let all = Selection::Environment(location("shop", "dev"));

    let got = vault.resolve(&all, None, &home.clock()).unwrap();
    assert_eq!(got.revoked, ["dead"]);
    assert_eq!(got.values.len(), 1);
    assert_eq!(got.values[0].value, secret(b"old"));
    assert_eq!(got.values[0].expired_at, None);

    home.pass(48);
    let got = vault.resolve(&all, None, &home.clock()).unwrap();
    assert_eq!(
        got.values[0].expired_at,
        Some("2026-03-03T00:00:00Z".parse().unwrap())
    );
    assert!(matches!(
        vault.resolve(&all, Some(ExpiredRule::Refuse), &home.clock()),
        Err(VaultError::Refused(Refusal::Expired { .. }))
    ));
    let policy = |expired| Settings {
        expired,
        ..Settings::default()
    };
    vault
        .set_settings(&home.context(), &policy(ExpiredRule::Allow))
        .unwrap();
    assert_eq!(
        vault.resolve(&all, None, &home.clock()).unwrap().values[0].expired_at,
        None
    );
    vault
        .set_settings(&home.context(), &policy(ExpiredRule::Refuse))
        .unwrap();
    assert!(matches!(
        vault.resolve(&all, None, &home.clock()),
        Err(VaultError::Refused(Refusal::Expired { credential })) if credential == "aged"
    ));
    let this_once = |expired| vault.resolve(&all, Some(expired), &home.clock());
    assert_eq!(this_once(ExpiredRule::Allow).unwrap().values.len(), 1);
    let warned = this_once(ExpiredRule::Warn).unwrap();
    assert!(warned.values[0].expired_at.is_some());
    vault
        .set_values(&home.context(), seen(&aged), new_value("fresh"))
        .unwrap();
    assert_eq!(
        vault
            .resolve(&all, None, &home.clock())
            .unwrap()
            .values
            .len(),
        1
    );

    let by_name = |credential, field: Option<&str>| {
        let field = field.map(Into::into);
        Selection::Fields(vec![FieldRef { credential, field }])
    };
    assert!(matches!(
        vault.resolve(&by_name(dead.id, None), None, &home.clock()),
        Err(VaultError::Refused(Refusal::Revoked { .. }))
    ));
    assert!(matches!(
        vault.resolve(&by_name(aged.id, Some("nope")), None, &home.clock()),
        Err(VaultError::NotFound(RecordKind::Field))
    ));
}

#[test]
fn lists_are_filtered_and_sorted() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut stripe = credential("stripe", "v");
    stripe.provider = Some("stripe".into());
    stripe.details.tags = vec!["pay".into()];
    stripe.dates.expires = Some("2026-03-05".parse().unwrap());
    let stripe = vault.add(&home.context(), stripe).unwrap();
    let mut aws = credential("aws", "v");
    aws.location = location("shop", "prod");
    aws.details.note = Some("The big ACCOUNT".into());
    vault.add(&home.context(), aws).unwrap();
    vault
        .record_use(
            &home.context(),
            Action::Copied,
            AuditOutcome::Released,
            &[stripe.id],
            Detail::new(),
        )
        .unwrap();
    let names = |filter: CredentialFilter| -> Vec<String> {
        let found = vault.list(&filter, &home.clock()).unwrap();
        found.into_iter().map(|one| one.credential.name).collect()
    };
    assert_eq!(names(CredentialFilter::default()), ["stripe", "aws"]);
    let text = |text: &str| CredentialFilter {
        text: Some(text.into()),
        ..CredentialFilter::default()
    };
    assert_eq!(names(text("account")), ["aws"]);
    assert_eq!(names(text("nothing")), [""; 0]);
    let tagged = CredentialFilter {
        tag: Some("pay".into()),
        provider: Some("stripe".into()),
        environment: Some("dev".into()),
        due_within_days: Some(4),
        ..CredentialFilter::default()
    };
    assert_eq!(names(tagged.clone()), ["stripe"]);
    let sooner = CredentialFilter {
        due_within_days: Some(3),
        ..tagged
    };
    assert_eq!(names(sooner), [""; 0]);
    let unused = CredentialFilter {
        unused: true,
        ..CredentialFilter::default()
    };
    assert_eq!(names(unused), ["aws"]);
    let counts = vault.counts(&home.clock()).unwrap();
    assert_eq!(
        (counts.credentials, counts.projects, counts.never_used),
        (2, 1, 1)
    );
    assert_eq!((counts.overdue, counts.due_this_week), (0, 1));
    vault.living.take();
    let read_again = vault.counts(&home.clock()).unwrap();
    assert_eq!(read_again, counts);
    assert!(vault.living.take().is_none(), "nothing more was read");
    assert_eq!(vault.due(30, &home.clock()).unwrap().len(), 1);
    let summary = vault.summary(stripe.id, &home.clock()).unwrap();
    assert_eq!(
        (summary.usage.uses, summary.usage.last_used),
        (1, Some(home.now))
    );
}
