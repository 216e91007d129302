//! The rules of credentials, versions and environments.

use super::*;

fn labels(vault: &Unlocked, id: uuid::Uuid, now: Timestamp) -> Vec<(u32, Label, bool)> {
    let versions = vault.versions(id, now).unwrap();
    versions
        .iter()
        .map(|v| (v.number, v.label, v.has_values))
        .collect()
}

#[test]
fn a_new_value_makes_the_old_one_previous_until_its_grace_ends() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    home.pass(1);
    let two = vault
        .set_values(&home.context(), seen(&one), new_value("v2"))
        .unwrap();
    assert_eq!(two.dates.rotated_at, Some(home.now));
    assert_eq!(
        labels(&vault, one.id, home.now),
        [(2, Label::Current, true), (1, Label::Previous, true)]
    );
    assert_eq!(text_of(&vault, one.id, None), "v2");
    assert_eq!(text_of(&vault, one.id, Some(1)), "v1");
    home.pass(71);
    assert_eq!(labels(&vault, one.id, home.now)[1].1, Label::Previous);
    home.pass(1);
    assert_eq!(labels(&vault, one.id, home.now)[1].1, Label::Retired);
    vault
        .set_values(&home.context(), seen(&two), new_value("v3"))
        .unwrap();
    assert_eq!(
        labels(&vault, one.id, home.now)
            .iter()
            .map(|v| v.1)
            .collect::<Vec<_>>(),
        [Label::Current, Label::Previous, Label::Retired]
    );
}

#[test]
fn retired_values_beyond_ten_are_erased() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    for number in 2..=15 {
        let value = new_value(&format!("v{number}"));
        one = vault
            .set_values(&home.context(), seen(&one), value)
            .unwrap();
    }
    // 15 is current, 14 previous, 13 to 4 the last ten retired ones.
    let kept = labels(&vault, one.id, home.now);
    assert!(kept.iter().all(|(number, _, has)| *has == (*number >= 4)));
    assert!(matches!(
        vault.rollback(&home.context(), seen(&one), 3),
        Err(VaultError::Refused(Refusal::VersionErased(3)))
    ));
}

#[test]
fn a_rollback_swaps_labels_but_never_to_a_revoked_version() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    let one = vault
        .set_values(&home.context(), seen(&one), new_value("v2"))
        .unwrap();
    let one = vault.rollback(&home.context(), seen(&one), 1).unwrap();
    assert_eq!(text_of(&vault, one.id, None), "v1");
    assert_eq!(
        labels(&vault, one.id, home.now),
        [(2, Label::Previous, true), (1, Label::Current, true)]
    );
    let generation = vault.generation();
    let same = vault.rollback(&home.context(), seen(&one), 1).unwrap();
    assert_eq!(
        (same.revision, vault.generation()),
        (one.revision, generation)
    );

    let one = vault.revoke(&home.context(), seen(&one)).unwrap();
    assert!(
        labels(&vault, one.id, home.now)
            .iter()
            .all(|v| v.1 == Label::Revoked)
    );
    assert!(matches!(
        vault.value(one.id, None, None),
        Err(VaultError::Refused(Refusal::Revoked { .. }))
    ));
    assert!(matches!(
        vault.rollback(&home.context(), seen(&one), 2),
        Err(VaultError::Refused(Refusal::VersionRevoked(2)))
    ));
    let one = vault
        .set_values(&home.context(), seen(&one), new_value("v3"))
        .unwrap();
    assert_eq!(one.revoked_at, None);
    assert_eq!(text_of(&vault, one.id, None), "v3");
}

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
fn all_of_the_trash_is_emptied() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut removed = Vec::new();
    for name in ["a", "b"] {
        let one = vault.add(&home.context(), credential(name, "v")).unwrap();
        removed.push(vault.remove(&home.context(), seen(&one)).unwrap().id);
    }
    assert_eq!(vault.empty_trash(&home.context()).unwrap(), 2);
    assert_eq!(vault.empty_trash(&home.context()).unwrap(), 0);
    assert!(vault.trash().unwrap().is_empty());
    for id in removed {
        assert!(matches!(vault.get(id), Err(VaultError::NotFound(_))));
    }
}

/// A day with the vault open, and what becomes of the trash on it.
fn day_with(home: &Home, vault: &mut Unlocked) -> usize {
    super::verifying::use_of(home, vault, &[]);
    vault.erase_old_trash(&home.context()).unwrap()
}

/// So many days on which nothing goes, and the one on which the only thing in the trash does.
fn pass_until_erased(home: &mut Home, vault: &mut Unlocked, days: u32) {
    for _ in 0..days {
        home.pass(24);
        assert_eq!(day_with(home, vault), 0);
    }
    home.pass(24);
    assert_eq!(day_with(home, vault), 1);
}

#[test]
fn a_clock_that_was_behind_when_something_was_removed_does_not_hurry() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a", "v")).unwrap();
    let behind = home.now;
    for _ in 0..40 {
        home.pass(24);
        day_with(&home, &mut vault);
    }
    let real = std::mem::replace(&mut home.now, behind);
    vault.remove(&home.context(), seen(&one)).unwrap();
    home.now = real;
    pass_until_erased(&mut home, &mut vault, 30);
}

#[test]
fn what_was_removed_again_stays_as_long_again() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a", "v")).unwrap();
    let one = vault.remove(&home.context(), seen(&one)).unwrap();
    for _ in 0..20 {
        home.pass(24);
        assert_eq!(day_with(&home, &mut vault), 0);
    }
    let one = vault.restore(&home.context(), seen(&one)).unwrap();
    vault.remove(&home.context(), seen(&one)).unwrap();
    pass_until_erased(&mut home, &mut vault, 30);
}

#[test]
fn what_was_removed_is_erased_after_thirty_days_that_have_passed() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a", "v")).unwrap();
    vault.add(&home.context(), credential("b", "v")).unwrap();
    vault.remove(&home.context(), seen(&one)).unwrap();
    let removed = home.now;
    // Two jumps, of which the second makes the first look like a day that has passed.
    for hours in [24 * 300, 24] {
        home.pass(hours);
        assert_eq!(day_with(&home, &mut vault), 0);
    }
    home.now = removed;
    pass_until_erased(&mut home, &mut vault, 28);
    assert!(vault.trash().unwrap().is_empty());
    assert!(matches!(vault.get(one.id), Err(VaultError::NotFound(_))));
    vault.find(&location("shop", "dev"), "b").unwrap();
    let newest = &vault.audit(&AuditFilter::default()).unwrap().entries[0];
    assert_eq!(newest.action, Action::Erased);
    assert_eq!(newest.subjects, [one.id]);
    assert_eq!(newest.detail[&one.id.to_string()], "a");
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn environments_have_tiers() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let in_place = |environment: &str, tier| NewCredential {
        location: location("shop", environment),
        tier,
        ..credential("k", "v")
    };
    let tier = |vault: &Unlocked, environment: &str| {
        vault
            .environment(&location("shop", environment))
            .unwrap()
            .tier
    };
    vault.add(&home.context(), in_place("dev", None)).unwrap();
    vault
        .add(&home.context(), in_place("preview", None))
        .unwrap();
    vault
        .add(&home.context(), in_place("canary", Some(Tier::Staging)))
        .unwrap();
    assert_eq!(tier(&vault, "dev"), Tier::Development);
    assert_eq!(tier(&vault, "preview"), Tier::Production);
    assert_eq!(tier(&vault, "canary"), Tier::Staging);
    assert!(matches!(
        vault.add(&home.context(), in_place("dev", Some(Tier::Production))),
        Err(VaultError::Refused(Refusal::Tier(Tier::Development)))
    ));
    let set = vault
        .set_tier(&home.context(), &location("shop", "preview"), Tier::Staging)
        .unwrap();
    assert_eq!(
        (set.tier, set.revision, set.credentials),
        (Tier::Staging, 2, 1)
    );
    let generation = vault.generation();
    vault
        .set_tier(&home.context(), &location("shop", "preview"), Tier::Staging)
        .unwrap();
    assert_eq!(vault.generation(), generation);
    assert_eq!(vault.environments().unwrap().len(), 3);
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
    let pair = vault.set_values(&home.context(), seen(&pair), one).unwrap();
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
        vault.set_values(&home.context(), seen(&pair), unknown),
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
fn a_file_is_trusted_for_one_content() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault
        .allow_file(&home.context(), "/a/.keyhaven.toml", [1; 32], false, "")
        .unwrap();
    assert!(
        vault
            .trusted_file("/a/.keyhaven.toml", &[1; 32])
            .unwrap()
            .is_some()
    );
    assert!(
        vault
            .trusted_file("/a/.keyhaven.toml", &[2; 32])
            .unwrap()
            .is_none()
    );
    assert!(
        vault
            .trusted_file("/b/.keyhaven.toml", &[1; 32])
            .unwrap()
            .is_none()
    );
    vault
        .allow_file(
            &home.context(),
            "/a/.keyhaven.toml",
            [2; 32],
            true,
            "A\tkh:b\t",
        )
        .unwrap();
    assert!(vault.trusted_files().unwrap()[0].production);
    vault
        .deny_file(&home.context(), "/a/.keyhaven.toml")
        .unwrap();
    assert!(matches!(
        vault.deny_file(&home.context(), "/a/.keyhaven.toml"),
        Err(VaultError::NotFound(RecordKind::TrustedFile))
    ));
    assert!(
        vault
            .allow_file(&home.context(), "relative", [1; 32], false, "")
            .is_err()
    );
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
    let one = vault
        .set_values(&home.context(), seen(&one), new_value("new"))
        .unwrap();
    assert_eq!(one.dates.expires, None);
}

#[test]
fn the_table_of_variables_follows_what_lives() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let context = home.context();
    let filled = |vault: &Unlocked| -> Vec<String> {
        let mut statement = vault
            .connection
            .prepare("SELECT variable FROM filled ORDER BY variable")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let one = vault.add(&context, credential("a", "1")).unwrap();
    vault.add(&context, credential("b", "2")).unwrap();
    assert_eq!(filled(&vault), ["A", "B"]);
    let one = vault.remove(&context, seen(&one)).unwrap();
    assert_eq!(filled(&vault), ["B"]);
    let one = vault.restore(&context, seen(&one)).unwrap();
    let mut field = one.fields[0].clone();
    field.variable = Some("C".into());
    let edit = CredentialEdit {
        fields: vec![field],
        ..unchanged(&one)
    };
    let one = vault.edit(&context, seen(&one), &edit, &[]).unwrap();
    assert_eq!(filled(&vault), ["B", "C"]);
    vault.remove(&context, seen(&one)).unwrap();
    vault.empty_trash(&context).unwrap();
    assert_eq!(filled(&vault), ["B"]);
}
