//! Import sessions: all or nothing, and twice is once.

use super::*;

fn target() -> ImportTarget {
    ImportTarget {
        location: location("shop", "dev"),
        tier: None,
    }
}

fn item(key: &str, value: &str) -> ImportRecord {
    ImportRecord {
        field: None,
        source_id: format!("dotenv:{key}"),
        name: key.to_lowercase(),
        kind: FieldKind::Secret,
        variable: Some(key.into()),
        provider: None,
        rotate_every_days: None,
        value: secret(value.as_bytes()),
    }
}

fn outcomes(report: &ImportEffects) -> Vec<&ImportEffect> {
    report.lines.iter().map(|line| &line.outcome).collect()
}

/// The date of the old value says nothing of the new one.
#[test]
fn an_updated_key_gets_the_expiry_that_its_owner_says() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let expires = |vault: &Unlocked| {
        let mut all = vault
            .list(&CredentialFilter::default(), &home.clock())
            .unwrap();
        all.remove(0).credential.dates.expires
    };
    let import = |vault: &mut Unlocked, value: &str, expiry| {
        let replaced = ReplacedValues {
            old: OldVersions::Keep,
            expiry,
        };
        let items = [item("A", value)];
        vault
            .apply_import(&home.context(), &target(), &items, replaced)
            .unwrap();
        expires(vault)
    };
    let (past, next): (Moment, Moment) =
        ("2020-01-01".parse().unwrap(), "2099-01-01".parse().unwrap());
    let set = |day| ExpiryChange::Set(Some(day));
    // A new key has no old value, and one without an end gets none.
    assert_eq!(import(&mut vault, "1", set(next)), None);
    assert_eq!(import(&mut vault, "2", set(next)), None);
    let new = NewVersion {
        values: new_value("2"),
        expiry: set(past),
        rotate_due: None,
    };
    let known = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap()
        .remove(0)
        .credential;
    vault
        .set_values(&home.context(), seen(&known), new, OldVersions::Keep)
        .unwrap();
    assert_eq!(import(&mut vault, "3", set(next)), Some(next));
    assert_eq!(import(&mut vault, "3", ExpiryChange::Unsaid), Some(next));
    assert_eq!(import(&mut vault, "4", set(past)), Some(past));
    assert_eq!(import(&mut vault, "5", ExpiryChange::Keep), Some(past));
    assert_eq!(import(&mut vault, "6", ExpiryChange::Unsaid), None);
    assert_eq!(import(&mut vault, "7", ExpiryChange::Set(None)), None);
}

#[test]
fn importing_twice_changes_nothing() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let items = [item("A", "1"), item("B", "2")];
    let report = vault.preview_import(&target(), &items).unwrap();
    assert_eq!(outcomes(&report), [&ImportEffect::New; 2]);
    assert!(report.new_environment && report.tier == Tier::Development);
    assert_eq!(vault.generation(), 0);

    assert_eq!(
        vault
            .apply_import(&home.context(), &target(), &items, OldVersions::Keep)
            .unwrap(),
        report
    );
    assert_eq!(vault.generation(), 1);
    let before = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap();
    let report = vault
        .apply_import(&home.context(), &target(), &items, OldVersions::Keep)
        .unwrap();
    assert!(
        report
            .lines
            .iter()
            .all(|line| matches!(line.outcome, ImportEffect::Unchanged { .. }))
    );
    assert_eq!(vault.generation(), 1);

    let changed = [item("A", "1"), item("B", "3")];
    vault
        .apply_import(&home.context(), &target(), &changed, OldVersions::Keep)
        .unwrap();
    let after = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap();
    assert_eq!(before[0].credential, after[0].credential);
    assert_eq!(text_of(&vault, after[1].credential.id, None), "3");
    assert_eq!(text_of(&vault, after[1].credential.id, Some(1)), "2");
}

#[test]
fn conflicts_stop_the_whole_import() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mine = vault.add(&home.context(), credential("a", "mine")).unwrap();
    let mut other = credential("other", "x");
    other.fields[0].field.variable = Some("B".into());
    vault.add(&home.context(), other).unwrap();
    let generation = vault.generation();
    let items = [
        item("A", "1"),
        item("B", "2"),
        item("C", "3"),
        item("D", "4"),
        item("D", "5"),
        item("E F", "6"),
    ];
    let report = vault.preview_import(&target(), &items).unwrap();
    assert_eq!(
        outcomes(&report),
        [
            &ImportEffect::Conflict(ImportConflict::NameTaken {
                credential: mine.id
            }),
            &ImportEffect::Conflict(ImportConflict::VariableTaken {
                credential: "other".into()
            }),
            &ImportEffect::New,
            &ImportEffect::Conflict(ImportConflict::Twice),
            &ImportEffect::Conflict(ImportConflict::Twice),
            &ImportEffect::Conflict(ImportConflict::Invalid(Invalid::Variable)),
        ]
    );
    assert!(matches!(
        vault.apply_import(&home.context(), &target(), &items, OldVersions::Keep),
        Err(VaultError::Invalid(Invalid::ImportConflicts(5)))
    ));
    assert_eq!(vault.generation(), generation);
}

#[test]
fn an_old_file_does_not_undo_a_rotation() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let apply = |vault: &mut Unlocked, value: &str| {
        let report = vault
            .apply_import(
                &home.context(),
                &target(),
                &[item("A", value)],
                OldVersions::Keep,
            )
            .unwrap();
        report.lines[0].outcome.clone()
    };
    apply(&mut vault, "1");
    apply(&mut vault, "2");
    let one = vault.find(&location("shop", "dev"), "a").unwrap();
    let credential = one.id;
    let one = vault.revoke(&home.context(), seen(&one)).unwrap();
    let newer = vec![NewValue {
        field: "value".into(),
        value: secret(b"3"),
    }];
    vault
        .set_values(&home.context(), seen(&one), newer, OldVersions::Keep)
        .unwrap();
    let generation = vault.generation();
    for older in ["1", "2"] {
        assert_eq!(
            apply(&mut vault, older),
            ImportEffect::Older { credential },
            "{older}"
        );
    }
    assert_eq!(
        apply(&mut vault, "3"),
        ImportEffect::Unchanged { credential }
    );
    assert_eq!(text_of(&vault, credential, None), "3");
    assert_eq!(vault.generation(), generation);

    // A value that is current again is no older one, whatever stands after it.
    let one = vault.find(&location("shop", "dev"), "a").unwrap();
    apply(&mut vault, "4");
    let one = vault.get(one.id).unwrap();
    vault
        .rollback(&home.context(), seen(&one), 3, ExpiryChange::Keep)
        .unwrap();
    assert_eq!(
        apply(&mut vault, "3"),
        ImportEffect::Unchanged { credential }
    );
    assert_eq!(apply(&mut vault, "4"), ImportEffect::Older { credential });
    // What was erased is not known any more, and what is new still arrives.
    for number in 5..20 {
        assert_eq!(
            apply(&mut vault, &number.to_string()),
            ImportEffect::Updated {
                credential,
                expires: None
            }
        );
    }
    assert_eq!(text_of(&vault, credential, None), "19");
}

#[test]
fn a_renamed_credential_is_still_the_same_source_and_a_revoked_one_stays_dead() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault
        .apply_import(
            &home.context(),
            &target(),
            &[item("A", "1")],
            OldVersions::Keep,
        )
        .unwrap();
    let one = vault.find(&location("shop", "dev"), "a").unwrap();
    let one = rename(&mut vault, &home.context(), &one, "renamed").unwrap();
    let report = vault.preview_import(&target(), &[item("A", "2")]).unwrap();
    assert_eq!(report.lines[0].name, "renamed");
    assert_eq!(
        report.lines[0].outcome,
        ImportEffect::Updated {
            credential: one.id,
            expires: None
        }
    );
    vault.revoke(&home.context(), seen(&one)).unwrap();
    let report = vault.preview_import(&target(), &[item("A", "2")]).unwrap();
    assert_eq!(
        report.lines[0].outcome,
        ImportEffect::Conflict(ImportConflict::NotUpdatable {
            credential: one.name.clone()
        })
    );
}

/// The two values of one AWS key, as the fields of one credential.
fn pair(id: &str, secret: &str) -> [ImportRecord; 2] {
    let field = |key: &str, field: &str, value: &str| ImportRecord {
        name: "aws".into(),
        field: Some(field.into()),
        ..item(key, value)
    };
    [
        field("KEY_ID", "access_key_id", id),
        field("SECRET_KEY", "secret_access_key", secret),
    ]
}

#[test]
fn values_that_belong_together_are_one_credential_and_keep_both_sources() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let apply = |vault: &mut Unlocked, items: &[ImportRecord]| {
        vault
            .apply_import(&home.context(), &target(), items, OldVersions::Keep)
            .unwrap()
    };
    apply(&mut vault, &pair("id", "secret"));
    let one = vault.find(&location("shop", "dev"), "aws").unwrap();
    let fields: Vec<&str> = one.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["access_key_id", "secret_access_key"]);
    let generation = vault.generation();
    // Twice is once, as a pair and as the file has it.
    for items in [
        pair("id", "secret"),
        [item("KEY_ID", "id"), item("SECRET_KEY", "secret")],
    ] {
        let report = apply(&mut vault, &items);
        let unchanged = ImportEffect::Unchanged { credential: one.id };
        assert_eq!(outcomes(&report), [&unchanged; 2]);
        assert_eq!(vault.generation(), generation);
    }
    // A new pair is one new version, and an old file does not undo it.
    apply(
        &mut vault,
        &[item("KEY_ID", "id 2"), item("SECRET_KEY", "secret 2")],
    );
    assert_eq!(vault.generation(), generation + 1);
    let versions = vault.versions(one.id, home.now).unwrap();
    assert_eq!(versions.len(), 2);
    let older = apply(&mut vault, &pair("id", "secret"));
    let kept = ImportEffect::Older { credential: one.id };
    assert_eq!(outcomes(&older), [&kept; 2]);
    assert_eq!(vault.generation(), generation + 1);
}

#[test]
fn a_field_and_a_whole_credential_of_one_name_are_in_conflict() {
    let home = Home::new();
    let (vault, _) = home.create();
    let [id, secret] = pair("id", "secret");
    let mut alone = item("AWS", "x");
    alone.name = "aws".into();
    let report = vault
        .preview_import(&target(), &[id, secret, alone])
        .unwrap();
    let [id, secret, alone] = outcomes(&report)[..] else {
        panic!()
    };
    let twice = ImportEffect::Conflict(ImportConflict::Twice);
    assert_eq!([id, secret, alone], [&twice, &twice, &ImportEffect::New]);
}
