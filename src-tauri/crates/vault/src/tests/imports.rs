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
            .apply_import(&home.context(), &target(), &items)
            .unwrap(),
        report
    );
    assert_eq!(vault.generation(), 1);
    let before = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap();
    let report = vault
        .apply_import(&home.context(), &target(), &items)
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
        .apply_import(&home.context(), &target(), &changed)
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
        vault.apply_import(&home.context(), &target(), &items),
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
            .apply_import(&home.context(), &target(), &[item("A", value)])
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
        .set_values(&home.context(), seen(&one), newer)
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
    vault.rollback(&home.context(), seen(&one), 3).unwrap();
    assert_eq!(
        apply(&mut vault, "3"),
        ImportEffect::Unchanged { credential }
    );
    assert_eq!(apply(&mut vault, "4"), ImportEffect::Older { credential });
    // What was erased is not known any more, and what is new still arrives.
    for number in 5..20 {
        assert_eq!(
            apply(&mut vault, &number.to_string()),
            ImportEffect::Updated { credential }
        );
    }
    assert_eq!(text_of(&vault, credential, None), "19");
}

#[test]
fn a_renamed_credential_is_still_the_same_source_and_a_revoked_one_stays_dead() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault
        .apply_import(&home.context(), &target(), &[item("A", "1")])
        .unwrap();
    let one = vault.find(&location("shop", "dev"), "a").unwrap();
    let one = rename(&mut vault, &home.context(), &one, "renamed").unwrap();
    let report = vault.preview_import(&target(), &[item("A", "2")]).unwrap();
    assert_eq!(report.lines[0].name, "renamed");
    assert_eq!(
        report.lines[0].outcome,
        ImportEffect::Updated { credential: one.id }
    );
    vault.revoke(&home.context(), seen(&one)).unwrap();
    let report = vault.preview_import(&target(), &[item("A", "2")]).unwrap();
    assert_eq!(
        report.lines[0].outcome,
        ImportEffect::Conflict(ImportConflict::NotUpdatable { credential: one.id })
    );
}
