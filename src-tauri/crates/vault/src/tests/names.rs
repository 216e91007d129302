//! Names: one spelling each, and none that can be taken for another.

use super::*;

/// With a combining accent, and in one character.
const DECOMPOSED: &str = "cafe\u{301}";
const COMPOSED: &str = "caf\u{e9}";
/// With a Cyrillic letter.
const FALSE_STRIPE: &str = "str\u{456}pe";

fn in_place(project: &str, environment: &str, name: &str) -> NewCredential {
    NewCredential {
        location: location(project, environment),
        tier: Some(Tier::Development),
        fields: Vec::from_iter(credential("k", "v").fields.into_iter().map(|mut field| {
            field.field.variable = None;
            field
        })),
        ..credential(name, "v")
    }
}

#[test]
fn a_new_name_has_one_spelling_and_is_found_by_both() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let added = vault
        .add(
            &home.context(),
            in_place(DECOMPOSED, DECOMPOSED, DECOMPOSED),
        )
        .unwrap();
    assert_eq!(added.name, COMPOSED);
    assert_eq!(added.location, location(COMPOSED, COMPOSED));
    for spelling in [DECOMPOSED, COMPOSED] {
        let found = vault.find(&location(spelling, COMPOSED), spelling).unwrap();
        assert_eq!(found.id, added.id);
        let twice = vault.add(&home.context(), in_place(COMPOSED, spelling, spelling));
        assert!(matches!(
            twice,
            Err(VaultError::Exists(RecordKind::Credential))
        ));
    }
    let renamed = rename(&mut vault, &home.context(), &added, "the\u{301}").unwrap();
    assert_eq!(renamed.name, "th\u{e9}");
}

#[test]
fn a_new_name_that_can_be_taken_for_another_is_refused() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let stripe = vault
        .add(&home.context(), in_place("shop", "dev", "stripe"))
        .unwrap();
    let other = vault
        .add(&home.context(), in_place("shop", "dev", "other"))
        .unwrap();
    let is_refused = |error: VaultError, name: &str| {
        assert!(
            matches!(&error, VaultError::Refused(Refusal::Lookalike { existing, .. }) if existing == name),
            "{error:?}"
        );
    };
    let mut add = |project, environment, name| {
        let added = vault.add(&home.context(), in_place(project, environment, name));
        added.map(drop)
    };
    is_refused(add("shop", "dev", FALSE_STRIPE).unwrap_err(), "stripe");
    is_refused(add("sh\u{3bf}p", "dev", "a").unwrap_err(), "shop");
    is_refused(add("shop", "d\u{435}v", "a").unwrap_err(), "dev");
    // Elsewhere it is not next to the other one.
    add("shop", "qa2", FALSE_STRIPE).unwrap();
    is_refused(
        rename(&mut vault, &home.context(), &other, FALSE_STRIPE).unwrap_err(),
        "stripe",
    );
    // Its own earlier name is no other.
    rename(&mut vault, &home.context(), &stripe, FALSE_STRIPE).unwrap();
}

#[test]
fn an_import_tells_names_apart() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let target = ImportTarget {
        location: location("shop", "dev"),
        tier: None,
    };
    let item = |name: &str| ImportRecord {
        source_id: format!("dotenv:{name}"),
        name: name.into(),
        kind: FieldKind::Secret,
        variable: None,
        provider: None,
        rotate_every_days: None,
        value: secret(b"x"),
        field: None,
    };
    let preview = vault
        .preview_import(&target, &[item("KEY_1"), item("KEY_l"), item("KEY_2")])
        .unwrap();
    let refused = ImportEffect::Conflict(ImportConflict::Lookalike {
        existing: "KEY_1".into(),
    });
    let outcomes: Vec<_> = preview.lines.into_iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [ImportEffect::New, refused, ImportEffect::New]);
    vault
        .add(&home.context(), in_place("shop", "dev", "KEY_1"))
        .unwrap();
}

#[test]
fn names_from_before_still_open() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault
        .add(&home.context(), in_place("shop", "dev", "stripe"))
        .unwrap();
    vault
        .put_old_name(&home.context(), seen(&one), DECOMPOSED)
        .unwrap();
    home.close(vault);
    let mut vault = home.open().unwrap();
    let found = vault.find(&location("shop", "dev"), DECOMPOSED).unwrap();
    let edit = CredentialEdit {
        rotate_every_days: Some(30),
        ..unchanged(&found)
    };
    let edited = vault
        .edit(&home.context(), seen(&found), &edit, &[])
        .unwrap();
    assert_eq!(edited.name, DECOMPOSED);
}
