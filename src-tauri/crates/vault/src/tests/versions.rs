//! The versions of a credential: labels, what is kept and for how long, and the way back.

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
    let two = set_value(&mut vault, &home, &one, "v2");
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
    set_value(&mut vault, &home, &two, "v3");
    assert_eq!(
        labels(&vault, one.id, home.now)
            .iter()
            .map(|v| v.1)
            .collect::<Vec<_>>(),
        [Label::Current, Label::Previous, Label::Retired]
    );
}

/// Sets so many new values, one after the other.
fn set_many(
    home: &Home,
    vault: &mut Unlocked,
    id: uuid::Uuid,
    numbers: std::ops::RangeInclusive<u32>,
) {
    for number in numbers {
        let one = vault.get(id).unwrap();
        let value = new_value(&format!("v{number}"));
        vault
            .set_values(&home.context(), seen(&one), value, OldVersions::Keep)
            .unwrap();
    }
}

/// So many days of use on which nothing else happens.
fn pass_days_of_use(home: &mut Home, vault: &mut Unlocked, days: u32) {
    for _ in 0..days {
        home.pass(24);
        super::verifying::use_of(home, vault, &[]);
    }
}

/// The numbers of the versions that have their values.
fn with_values(home: &Home, vault: &Unlocked, id: uuid::Uuid) -> Vec<u32> {
    let mut kept = labels(vault, id, home.now);
    kept.retain(|(_, _, has)| *has);
    kept.iter().map(|(number, ..)| *number).rev().collect()
}

#[test]
fn what_was_current_lately_stays_whatever_the_count() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    pass_days_of_use(&mut home, &mut vault, 60);
    // The good value has been current for long; many new ones at once do not erase it.
    set_many(&home, &mut vault, one.id, 2..=15);
    assert_eq!(with_values(&home, &vault, one.id), Vec::from_iter(1..=15));
    assert_eq!(text_of(&vault, one.id, Some(1)), "v1");
    // A clock that jumps ahead makes no days pass.
    home.pass(24 * 365);
    set_many(&home, &mut vault, one.id, 16..=16);
    assert_eq!(with_values(&home, &vault, one.id), Vec::from_iter(1..=16));
}

#[test]
fn retired_values_beyond_ten_are_erased_after_thirty_days_of_use() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    set_many(&home, &mut vault, one.id, 2..=15);
    pass_days_of_use(&mut home, &mut vault, 29);
    set_many(&home, &mut vault, one.id, 16..=16);
    assert_eq!(with_values(&home, &vault, one.id), Vec::from_iter(1..=16));
    pass_days_of_use(&mut home, &mut vault, 5);
    set_many(&home, &mut vault, one.id, 17..=17);
    // 17 is current, 16 previous, 15 to 6 the last ten retired ones.
    assert_eq!(with_values(&home, &vault, one.id), Vec::from_iter(6..=17));
    let now = vault.get(one.id).unwrap();
    assert!(matches!(
        vault.rollback(&home.context(), seen(&now), 3, ExpiryChange::Keep),
        Err(VaultError::Refused(Refusal::VersionErased(3)))
    ));
}

#[test]
fn a_version_that_was_rolled_back_to_counts_as_current_then() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    set_many(&home, &mut vault, one.id, 2..=13);
    let now = vault.get(one.id).unwrap();
    vault
        .rollback(&home.context(), seen(&now), 2, ExpiryChange::Keep)
        .unwrap();
    pass_days_of_use(&mut home, &mut vault, 40);
    set_many(&home, &mut vault, one.id, 14..=26);
    // 1 and 3 were current long ago, 2 until today; of the old ones, the last are among ten.
    let kept = with_values(&home, &vault, one.id);
    assert!(kept.contains(&2), "{kept:?}");
    assert!(!kept.contains(&1) && !kept.contains(&3), "{kept:?}");
    assert_eq!(kept.iter().filter(|number| **number > 13).count(), 13);
}

#[test]
fn a_version_that_a_rotation_stored_does_not_count_as_current() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    let two = set_value(&mut vault, &home, &one, "v2");
    let values = new_value("v3");
    let pending = vault.start_rotation(&home.context(), seen(&two), &values, OldVersions::Keep);
    let aborted = vault.abort_rotation(&home.context(), seen(&pending.unwrap()));
    aborted.unwrap();
    pass_days_of_use(&mut home, &mut vault, 40);
    set_many(&home, &mut vault, one.id, 4..=16);
    // 1 was current long ago, 2 until today, 3 never.
    let kept = with_values(&home, &vault, one.id);
    assert_eq!(kept, Vec::from_iter([2].into_iter().chain(4..=16)));
}

#[test]
fn older_values_without_room_are_discarded_only_on_demand() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let big = |fill: u8| {
        vec![NewValue {
            field: "value".into(),
            value: secret(&[fill; 300 << 10]),
        }]
    };
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    let mut set = |fill, old| {
        let now = vault.get(one.id).unwrap();
        vault.set_values(&home.context(), seen(&now), big(fill), old)
    };
    for fill in 2..=5 {
        set(fill, OldVersions::Keep).unwrap();
    }
    let refused = set(6, OldVersions::Keep);
    let Err(VaultError::Refused(Refusal::WouldDiscard {
        credential,
        version,
        until,
    })) = refused
    else {
        panic!("{refused:?}");
    };
    // The newest of those that go.
    assert_eq!((credential.as_str(), version, until), ("k", 2, home.now));
    set(6, OldVersions::Discard).unwrap();
    // The smallest number that makes room; the previous one is never among them.
    assert_eq!(with_values(&home, &vault, one.id), [3, 4, 5, 6]);
}

#[test]
fn a_rollback_swaps_labels_but_never_to_a_revoked_version() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("k", "v1")).unwrap();
    let one = set_value(&mut vault, &home, &one, "v2");
    let one = vault
        .rollback(&home.context(), seen(&one), 1, ExpiryChange::Keep)
        .unwrap();
    assert_eq!(text_of(&vault, one.id, None), "v1");
    assert_eq!(
        labels(&vault, one.id, home.now),
        [(2, Label::Previous, true), (1, Label::Current, true)]
    );
    let generation = vault.generation();
    let same = vault
        .rollback(&home.context(), seen(&one), 1, ExpiryChange::Keep)
        .unwrap();
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
        vault.rollback(&home.context(), seen(&one), 2, ExpiryChange::Keep),
        Err(VaultError::Refused(Refusal::VersionRevoked(2)))
    ));
    let one = set_value(&mut vault, &home, &one, "v3");
    assert_eq!(one.revoked_at, None);
    assert_eq!(text_of(&vault, one.id, None), "v3");
}

#[test]
fn a_rollback_brings_back_the_dates_that_the_later_value_ended_where_they_are_given() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let on = |text: &str| Some(Moment::Date(text.parse().unwrap()));
    let mut new = credential("k", "v1");
    new.dates.rotate_due = on("2098-03-01");
    let one = vault.add(&home.context(), new).unwrap();
    let two = set_value(&mut vault, &home, &one, "v2");
    assert_eq!(two.dates.rotate_due, None);
    let back = RollbackDates {
        expiry: ExpiryChange::Set(on("2099-03-01")),
        ended: Some(ValueDates {
            rotate_due: on("2098-03-01"),
            snoozed_until: on("2098-02-01"),
        }),
    };
    let one = vault
        .rollback(&home.context(), seen(&two), 1, back)
        .unwrap();
    assert_eq!(one.dates.expires, on("2099-03-01"));
    assert_eq!(one.dates.rotate_due, on("2098-03-01"));
    assert_eq!(one.dates.snoozed_until, on("2098-02-01"));
    // Without them they stay as the later value has them.
    let two = vault
        .rollback(&home.context(), seen(&one), 2, ExpiryChange::Keep)
        .unwrap();
    assert_eq!(two.dates.rotate_due, on("2098-03-01"));
}
