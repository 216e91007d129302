//! The rules of credentials: names, fields, dates, and what a change of one needs.

use super::*;

#[test]
fn a_write_carries_the_revision_it_expects() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v")).unwrap();
    rename(&mut vault, &home.context(), &one, "other").unwrap();
    assert!(matches!(
        vault.remove(&home.context(), seen(&one)),
        Err(VaultError::Changed {
            expected: 1,
            found: 2
        })
    ));
}

#[test]
fn names_and_variables_are_unique_among_the_living() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a-b", "v")).unwrap();
    let generation = vault.generation();
    assert!(matches!(
        vault.add(&home.context(), credential("a-b", "v")),
        Err(VaultError::Exists(RecordKind::Credential))
    ));
    let Err(VaultError::VariableTaken {
        variable,
        credential: holder,
    }) = vault.add(&home.context(), credential("a_b", "v"))
    else {
        panic!("variable was free");
    };
    assert_eq!((variable.as_str(), holder.as_str()), ("A_B", "a-b"));
    assert_eq!(vault.generation(), generation);

    let removed = vault.remove(&home.context(), seen(&one)).unwrap();
    let two = vault.add(&home.context(), credential("a_b", "v")).unwrap();
    assert!(matches!(
        vault.restore(&home.context(), seen(&removed)),
        Err(VaultError::VariableTaken { .. })
    ));
    vault.remove(&home.context(), seen(&two)).unwrap();
    let back = vault.restore(&home.context(), seen(&removed)).unwrap();
    assert!(matches!(
        vault.restore(&home.context(), seen(&back)),
        Err(VaultError::Refused(Refusal::NotInTrash))
    ));
}

#[test]
fn several_fields_are_set_together_or_one_at_a_time() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut pair = credential("aws", "AKIA");
    pair.fields[0].field.name = "access_key_id".into();
    pair.fields.push(NewField {
        field: Field {
            name: "secret_access_key".into(),
            kind: FieldKind::Secret,
            variable: Some("AWS_SECRET".into()),
            allow_loader_variable: false,
        },
        value: secret(b"s1"),
    });
    let pair = vault.add(&home.context(), pair).unwrap();
    let one = vec![NewValue {
        field: "secret_access_key".into(),
        value: secret(b"s2"),
    }];
    let pair = vault
        .set_values(&home.context(), seen(&pair), one, OldVersions::Keep)
        .unwrap();
    let value = |field| vault.value(pair.id, Some(field), None).unwrap().1;
    assert_eq!(value("access_key_id"), secret(b"AKIA"));
    assert_eq!(value("secret_access_key"), secret(b"s2"));
    assert!(matches!(
        vault.value(pair.id, None, None),
        Err(VaultError::NotFound(RecordKind::Field))
    ));
    let unknown = vec![NewValue {
        field: "nope".into(),
        value: secret(b""),
    }];
    assert!(matches!(
        vault.set_values(&home.context(), seen(&pair), unknown, OldVersions::Keep),
        Err(VaultError::NotFound(RecordKind::Field))
    ));
}

#[test]
fn editing_changes_what_is_named_and_nothing_else() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("k", "v");
    new.details.owner = Some("ada".into());
    new.dates.rotate_every_days = Some(30);
    let one = vault.add(&home.context(), new).unwrap();
    let edit = CredentialEdit {
        details: Details {
            tags: vec!["x".into()],
            owner: None,
            ..one.details.clone()
        },
        expires: Some("2027-01-01".parse().unwrap()),
        ..unchanged(&one)
    };
    let context = home.context();
    let two = vault.edit(&context, seen(&one), &edit, &[]).unwrap();
    assert_eq!(two.details.tags, ["x"]);
    assert_eq!(two.details.owner, None);
    assert_eq!(two.dates.rotate_every_days, Some(30));
    assert_eq!(two, vault.get(one.id).unwrap());
    let bad = CredentialEdit {
        rotate_every_days: Some(0),
        ..edit
    };
    assert!(matches!(
        vault.edit(&home.context(), seen(&two), &bad, &[]),
        Err(VaultError::Invalid(Invalid::Interval))
    ));
}

#[test]
fn scopes_addresses_and_tags_are_stored_once() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let twice = |first: &str| vec![first.into(), "b".into(), first.into()];
    let details = |first: &str| Details {
        scopes: twice(first),
        allowed_ips: twice(first),
        tags: twice(first),
        ..Details::default()
    };
    let mut new = credential("k", "v");
    new.details = details("a");
    let one = vault.add(&home.context(), new).unwrap();
    let edit = CredentialEdit {
        details: details("c"),
        ..unchanged(&one)
    };
    let edited = vault.edit(&home.context(), seen(&one), &edit, &[]).unwrap();
    for (stored, first) in [(one, "a"), (edited, "c")] {
        let lists = [
            stored.details.scopes,
            stored.details.allowed_ips,
            stored.details.tags,
        ];
        assert!(lists.iter().all(|list| *list == [first, "b"]), "{lists:?}");
    }
}

#[test]
fn a_snooze_is_cut_at_the_expiry() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("k", "v");
    new.dates.expires = Some("2026-03-10".parse().unwrap());
    let one = vault.add(&home.context(), new).unwrap();
    let zone = TimeZone::UTC;
    let until = |text: &str| Some(text.parse().unwrap());
    let one = vault
        .snooze(&home.context(), seen(&one), until("2026-04-01"), &zone)
        .unwrap();
    assert_eq!(one.dates.snoozed_until, until("2026-03-10"));
    let one = vault
        .snooze(&home.context(), seen(&one), until("2026-03-04"), &zone)
        .unwrap();
    assert_eq!(one.dates.snoozed_until, until("2026-03-04"));
}

#[test]
fn bad_input_is_refused_before_anything_is_written() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut too_long = credential("k", "v");
    too_long.fields[0].value = secret(&vec![0; 1024 * 1024 + 1]);
    assert!(matches!(
        vault.add(&home.context(), too_long),
        Err(VaultError::Invalid(Invalid::ValueTooLong(1_048_577)))
    ));
    assert!(vault.add(&home.context(), credential("a/b", "v")).is_err());
    assert_eq!(vault.generation(), 0);
    let mut largest = credential("k", "");
    largest.fields[0].value = secret(&vec![7; 1024 * 1024]);
    let largest = vault.add(&home.context(), largest).unwrap();
    assert_eq!(
        vault
            .value(largest.id, None, None)
            .unwrap()
            .1
            .expose()
            .len(),
        1024 * 1024
    );
}

#[test]
fn a_new_value_forgets_an_expiry_that_is_over_where_its_owner_is() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("stripe", "old");
    new.dates.expires = Some("2026-03-01".parse().unwrap());
    let one = vault.add(&home.context(), new).unwrap();
    // In Tokyo the first of March has ended; in Greenwich it has not.
    home.now = "2026-03-01T15:30:00Z".parse().unwrap();
    let one = set_value(&mut vault, &home, &one, "new");
    assert_eq!(one.dates.expires, None);
}

/// What was trusted by a name before meant another one.
#[test]
fn a_renamed_credential_keeps_since_when_it_has_its_name() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("k", "v");
    new.details.renamed_at = Some(home.now);
    let one = vault.add(&home.context(), new).unwrap();
    assert_eq!(one.details.renamed_at, None);
    home.pass(1);
    let one = rename(&mut vault, &home.context(), &one, "other").unwrap();
    assert_eq!(one.details.renamed_at, Some(home.now));
    let renamed_at = one.details.renamed_at;
    home.pass(1);
    let edit = CredentialEdit {
        details: Details::default(),
        ..unchanged(&one)
    };
    let one = vault.edit(&home.context(), seen(&one), &edit, &[]);
    assert_eq!(one.unwrap().details.renamed_at, renamed_at);
}
