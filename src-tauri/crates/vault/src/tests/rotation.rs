//! Rotation policies: an interval, a fixed date, or never; of one credential or of many.

use super::*;
use crate::faults::forms::Other;
use crate::store::connect::MIGRATIONS;

fn day(text: &str) -> Option<Moment> {
    Some(Moment::Date(text.parse().unwrap()))
}

fn never(edit: CredentialEdit, reason: &str) -> CredentialEdit {
    CredentialEdit {
        details: Details {
            never_rotate: Some(reason.into()),
            ..edit.details
        },
        rotate_every_days: None,
        rotate_due: None,
        ..edit
    }
}

#[test]
fn a_fixed_date_stands_over_the_interval_until_the_next_new_value() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("stripe", "one");
    new.dates.rotate_every_days = Some(30);
    let stripe = vault.add(&home.context(), new).unwrap();
    let due = |vault: &Unlocked, home: &Home, id| {
        let summary = vault.summary(id, &home.clock()).unwrap();
        due::rotation_moment(&summary.credential.dates, &home.clock().zone)
    };
    assert_eq!(due(&vault, &home, stripe.id), day("2026-03-31"));
    let edit = CredentialEdit {
        rotate_due: day("2026-03-10"),
        ..unchanged(&stripe)
    };
    let stripe = vault.edit(&home.context(), seen(&stripe), &edit, &[]);
    let stripe = stripe.unwrap();
    assert_eq!(due(&vault, &home, stripe.id), day("2026-03-10"));
    home.pass(24);
    let old = OldVersions::Keep;
    let stripe = vault.set_values(&home.context(), seen(&stripe), new_value("two"), old);
    let stripe = stripe.unwrap();
    assert_eq!(due(&vault, &home, stripe.id), day("2026-04-01"));
    // A new value may bring its own.
    let new = NewVersion {
        rotate_due: day("2026-05-05"),
        ..NewVersion::from(new_value("three"))
    };
    let stripe = vault.set_values(&home.context(), seen(&stripe), new, old);
    let stripe = stripe.unwrap();
    assert_eq!(due(&vault, &home, stripe.id), day("2026-05-05"));
    assert_eq!(stripe.dates.rotate_every_days, Some(30));
}

#[test]
fn never_needs_a_reason_and_excludes_dates() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let stripe = vault
        .add(&home.context(), credential("stripe", "one"))
        .unwrap();
    let mut edit = |edit: &CredentialEdit| {
        vault
            .edit(&home.context(), seen(&stripe), edit, &[])
            .map(drop)
            .map_err(|error| error.to_string())
    };
    let reason = never(unchanged(&stripe), "the provider has no rotation");
    let with = |rotate_every_days, rotate_due| CredentialEdit {
        rotate_every_days,
        rotate_due,
        ..reason.clone()
    };
    let text = |invalid: Invalid| Err(VaultError::from(invalid).to_string());
    for both in [with(Some(30), None), with(None, day("2026-05-05"))] {
        assert_eq!(edit(&both), text(Invalid::NeverWithRotation));
    }
    let blank = never(unchanged(&stripe), " ");
    assert_eq!(edit(&blank), text(Invalid::NeverWithoutReason));
    edit(&reason).unwrap();
    // Neither can a new value bring a date, nor a new credential.
    let stripe = vault.get(stripe.id).unwrap();
    assert_eq!(
        stripe.details.never_rotate.as_deref(),
        Some("the provider has no rotation")
    );
    let new = NewVersion {
        rotate_due: day("2026-05-05"),
        ..NewVersion::from(new_value("two"))
    };
    let set = vault.set_values(&home.context(), seen(&stripe), new, OldVersions::Keep);
    assert!(matches!(
        set,
        Err(VaultError::Invalid(Invalid::NeverWithRotation))
    ));
    let mut both = credential("sendgrid", "one");
    both.details.never_rotate = Some("none".into());
    both.dates.rotate_every_days = Some(30);
    assert!(vault.add(&home.context(), both).is_err());
    assert!(vault.due(36_500, &home.clock()).unwrap().is_empty());
}

#[test]
fn many_are_edited_as_one_change_or_not_at_all() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut add = |name| {
        let new = credential(name, "value");
        vault.add(&home.context(), new).unwrap()
    };
    let keys = [add("a"), add("b"), add("c")];
    let every = |days| {
        let edits = keys.iter().map(|key| {
            let edit = CredentialEdit {
                rotate_every_days: Some(days),
                ..unchanged(key)
            };
            (seen(key), edit)
        });
        edits.collect::<Vec<_>>()
    };
    let days = |vault: &Unlocked| {
        let one = |key: &Credential| vault.get(key.id).unwrap().dates.rotate_every_days;
        keys.each_ref().map(one)
    };
    // The last one is out of bounds, or was changed meanwhile.
    let mut edits = every(30);
    edits[2].1.rotate_every_days = Some(0);
    let (id, error) = vault.edit_all(&home.context(), &edits).unwrap_err();
    assert_eq!(id, keys[2].id);
    assert!(matches!(error, VaultError::Invalid(Invalid::Interval)));
    let mut edits = every(30);
    edits[2].0.revision += 1;
    let (id, error) = vault.edit_all(&home.context(), &edits).unwrap_err();
    assert_eq!(id, keys[2].id);
    assert!(matches!(error, VaultError::Changed { .. }));
    assert_eq!(days(&vault), [None; 3]);

    let before = vault.audit(&AuditFilter::default()).unwrap().entries.len();
    let mut edits = every(90);
    // Each keeps its name: what refers to it by that would not follow.
    edits[1].1.name = "another".into();
    vault.edit_all(&home.context(), &edits).unwrap();
    assert_eq!(days(&vault), [Some(90); 3]);
    let names = keys.each_ref().map(|key| vault.get(key.id).unwrap().name);
    assert_eq!(names, ["a", "b", "c"]);
    let entries = vault.audit(&AuditFilter::default()).unwrap().entries;
    assert_eq!(entries.len(), before + 1);
    assert_eq!(entries[0].subjects, keys.each_ref().map(|key| key.id));
    assert_eq!(entries[0].detail["names"], "a\nb\nc");
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn an_earlier_program_refuses_a_vault_that_may_hold_a_reason_it_does_not_know() {
    let (home, stripe) = {
        let _earlier = Other::earlier();
        let home = Home::new();
        let (mut vault, _) = home.create();
        let mut new = credential("stripe", "one");
        new.dates.rotate_every_days = Some(30);
        new.details.note = Some("noted".into());
        let stripe = vault.add(&home.context(), new).unwrap();
        home.close(vault);
        (home, stripe)
    };
    let mut vault = home.open().unwrap();
    assert_eq!(vault.get(stripe.id).unwrap(), stripe);
    let backups = vault.backups().unwrap();
    assert!(backups.iter().any(|one| one.reason == Reason::Migration));
    let edit = never(unchanged(&stripe), "a test key");
    vault
        .edit(&home.context(), seen(&stripe), &edit, &[])
        .unwrap();
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    let earlier = Other::earlier();
    let refused = home.open().err().unwrap();
    drop(earlier);
    let newer = VaultError::NewerVersion {
        found: u32::try_from(MIGRATIONS.len()).unwrap(),
        supported: 1,
    };
    assert_eq!(format!("{refused:?}"), format!("{newer:?}"));
    let vault = home.open().unwrap();
    let details = vault.get(stripe.id).unwrap().details;
    assert_eq!(details.never_rotate.as_deref(), Some("a test key"));
    assert_eq!(details.note.as_deref(), Some("noted"));
}
