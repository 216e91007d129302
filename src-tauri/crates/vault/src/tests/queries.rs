//! Lists, counts, and the values of a launch.

use super::*;

/// Bytes of values that a launch may get.
const MOST: usize = 1 << 20;

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

    let got = vault.resolve(&all, None, MOST, &home.clock()).unwrap();
    assert_eq!(got.revoked, ["dead"]);
    assert_eq!(got.values.len(), 1);
    assert_eq!(got.values[0].value, secret(b"old"));
    assert_eq!(got.values[0].expired_at, None);

    home.pass(48);
    let got = vault.resolve(&all, None, MOST, &home.clock()).unwrap();
    assert_eq!(
        got.values[0].expired_at,
        Some("2026-03-03T00:00:00Z".parse().unwrap())
    );
    assert!(matches!(
        vault.resolve(&all, Some(ExpiredPolicy::Refuse), MOST, &home.clock()),
        Err(VaultError::Refused(Refusal::Expired { .. }))
    ));
    let policy = |expired| Settings {
        expired,
        ..Settings::default()
    };
    vault
        .set_settings(&home.context(), &policy(ExpiredPolicy::Allow))
        .unwrap();
    assert_eq!(
        vault
            .resolve(&all, None, MOST, &home.clock())
            .unwrap()
            .values[0]
            .expired_at,
        None
    );
    vault
        .set_settings(&home.context(), &policy(ExpiredPolicy::Refuse))
        .unwrap();
    assert!(matches!(
        vault.resolve(&all, None, MOST, &home.clock()),
        Err(VaultError::Refused(Refusal::Expired { credential, .. })) if credential == "aged"
    ));
    let this_once = |expired| vault.resolve(&all, Some(expired), MOST, &home.clock());
    assert_eq!(this_once(ExpiredPolicy::Allow).unwrap().values.len(), 1);
    let warned = this_once(ExpiredPolicy::Warn).unwrap();
    assert!(warned.values[0].expired_at.is_some());
    set_value(&mut vault, &home, &aged, "fresh");
    assert_eq!(
        vault
            .resolve(&all, None, MOST, &home.clock())
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
        vault.resolve(&by_name(dead.id, None), None, MOST, &home.clock()),
        Err(VaultError::Refused(Refusal::Revoked { .. }))
    ));
    assert!(matches!(
        vault.resolve(&by_name(aged.id, Some("nope")), None, MOST, &home.clock()),
        Err(VaultError::NotFound(RecordKind::Field))
    ));
}

#[test]
fn no_more_is_decrypted_than_a_launch_may_get() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    for name in ["a", "b"] {
        vault
            .add(&home.context(), credential(name, "12345678"))
            .unwrap();
    }
    let all = Selection::Environment(location("shop", "dev"));
    let got = |most| vault.resolve(&all, None, most, &home.clock());
    assert_eq!(got(16).unwrap().values.len(), 2);
    assert!(matches!(
        got(15),
        Err(VaultError::Refused(Refusal::TooLarge(15)))
    ));
    let beyond = |most| vault.filled_beyond(&location("shop", "dev"), most);
    assert_eq!((beyond(1).unwrap(), beyond(2).unwrap()), (Some(2), None));
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

#[test]
fn a_page_of_the_log_has_a_limit_of_bytes() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let detail = Detail::from([("names".into(), "n".repeat(1 << 20))]);
    for _ in 0..10 {
        let (action, outcome) = (Action::Copied, AuditOutcome::Released);
        vault
            .record_use(&home.context(), action, outcome, &[], detail.clone())
            .unwrap();
    }
    let mut filter = AuditFilter {
        limit: 1000,
        ..AuditFilter::default()
    };
    let (mut pages, mut seen) = (0, Vec::new());
    loop {
        let page = vault.audit(&filter).unwrap();
        assert!(page.entries.len() < 6);
        pages += 1;
        seen.extend(page.entries.iter().map(|entry| entry.sequence));
        filter.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert!(pages >= 3, "{pages}");
    let all: Vec<u64> = (1..=seen.len() as u64).rev().collect();
    assert_eq!(seen, all);
}
