//! The trash: how long something stays in it, by days that have passed with the vault open.

use super::*;

#[test]
fn all_of_the_trash_is_emptied() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut removed = Vec::new();
    for name in ["a", "b"] {
        let one = vault.add(&home.context(), credential(name, "v")).unwrap();
        removed.push(vault.remove(&home.context(), seen(&one)).unwrap().id);
    }
    assert_eq!(vault.empty_trash(&home.context(), &removed).unwrap(), 2);
    assert_eq!(vault.empty_trash(&home.context(), &removed).unwrap(), 0);
    assert!(vault.trash().unwrap().is_empty());
    for id in removed {
        assert!(matches!(vault.get(id), Err(VaultError::NotFound(_))));
    }
}

#[test]
fn only_what_was_listed_and_is_still_in_the_trash_is_erased() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut remove = |name| {
        let one = vault.add(&home.context(), credential(name, "v")).unwrap();
        vault.remove(&home.context(), seen(&one)).unwrap()
    };
    let (listed, restored, later) = (remove("listed"), remove("restored"), remove("later"));
    let restored = vault.restore(&home.context(), seen(&restored)).unwrap();
    let asked = [listed.id, restored.id, uuid::Uuid::nil()];
    assert_eq!(vault.empty_trash(&home.context(), &asked).unwrap(), 1);
    assert!(matches!(vault.get(listed.id), Err(VaultError::NotFound(_))));
    assert!(vault.get(restored.id).unwrap().deleted_at.is_none());
    assert_eq!(in_trash(&vault), [later.id]);
    assert_eq!(vault.empty_trash(&home.context(), &[]).unwrap(), 0);
    assert_eq!(in_trash(&vault), [later.id]);
}

/// How many days of use the only thing in the trash has left.
fn left(home: &Home, vault: &Unlocked) -> u32 {
    let [one] = &vault.trash().unwrap()[..] else {
        panic!("one thing in the trash");
    };
    vault.trash_days_left(home.now).unwrap().of(one.id)
}

#[test]
fn the_days_that_are_left_count_down_with_those_that_pass() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a", "v")).unwrap();
    let one = vault.remove(&home.context(), seen(&one)).unwrap();
    assert_eq!(left(&home, &vault), 30);
    // A day without use does not count, nor does one that has not passed.
    home.pass(24 * 9);
    assert_eq!(left(&home, &vault), 30);
    for days in (10..=30).rev() {
        assert_eq!(day_with(&home, &mut vault), 0);
        assert_eq!(left(&home, &vault), days);
        home.pass(24);
    }
    // Removed again, they begin again.
    let one = vault.restore(&home.context(), seen(&one)).unwrap();
    vault.remove(&home.context(), seen(&one)).unwrap();
    assert_eq!(left(&home, &vault), 30);
    for _ in 0..30 {
        home.pass(24);
        day_with(&home, &mut vault);
    }
    home.pass(24);
    assert_eq!(left(&home, &vault), 0);
    assert_eq!(day_with(&home, &mut vault), 1);
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
fn what_a_salvage_brought_stays_as_long_as_what_was_removed_on_that_day() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a", "v")).unwrap();
    vault.remove(&home.context(), seen(&one)).unwrap();
    home.close(vault);
    let (_, mut vault) = super::salvaging::salvage(&home);
    assert_eq!(left(&home, &vault), 30);
    for days in (1..=30).rev() {
        home.pass(24);
        assert_eq!(day_with(&home, &mut vault), 0);
        assert_eq!(left(&home, &vault), days);
    }
    home.pass(24);
    assert_eq!(left(&home, &vault), 0);
    assert_eq!(day_with(&home, &mut vault), 1);
}
