//! The trash: how long something stays in it, by days that have passed with the vault open.

use rustix::io::Errno;
use uuid::Uuid;

use super::errors::assert_honest;
use super::*;
use crate::faults::{Disk, Fault, FaultPlan};
use crate::unlocked::ERASED_AT_ONCE;

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

/// More than two parts.
const MANY: usize = 2 * ERASED_AT_ONCE + 2;

/// So many keys in the trash.
fn with_trash(home: &Home) -> (Unlocked, Vec<Uuid>) {
    let (mut vault, _) = home.create();
    let removed = (0..MANY).map(|number| {
        let added = credential(&format!("key-{number}"), "v");
        let one = vault.add(&home.context(), added).unwrap();
        vault.remove(&home.context(), seen(&one)).unwrap().id
    });
    let mut removed: Vec<Uuid> = removed.collect();
    removed.sort_unstable();
    (vault, removed)
}

/// What each entry of the log says to have erased.
fn erased_by_log(vault: &Unlocked) -> Vec<Vec<Uuid>> {
    let entries = vault.audit(&AuditFilter::default()).unwrap().entries;
    let erased = entries
        .into_iter()
        .filter(|one| one.action == Action::Erased);
    erased.map(|one| one.subjects).collect()
}

#[test]
fn no_entry_of_the_log_names_more_than_a_part_of_what_is_erased() {
    for old in [false, true] {
        let mut home = Home::new();
        let (mut vault, removed) = with_trash(&home);
        if old {
            for _ in 0..30 {
                home.pass(24);
                assert_eq!(day_with(&home, &mut vault), 0);
            }
            home.pass(24);
            assert_eq!(day_with(&home, &mut vault), MANY);
        } else {
            assert_eq!(vault.empty_trash(&home.context(), &removed).unwrap(), MANY);
        }
        let entries = erased_by_log(&vault);
        let parts: Vec<usize> = entries.iter().map(Vec::len).rev().collect();
        assert_eq!(parts, [ERASED_AT_ONCE, ERASED_AT_ONCE, 2]);
        let mut all = entries.concat();
        all.sort_unstable();
        assert_eq!(all, removed);
        assert!(vault.verify().unwrap().is_clean());
    }
}

/// A disk error at each call while the trash is emptied.
#[test]
fn a_part_of_the_trash_that_fails_leaves_the_rest_and_says_so() {
    let (mut between, mut at) = (0, 0);
    loop {
        let home = Home::new();
        let (mut vault, removed) = with_trash(&home);
        let fault = Fault::Once(Errno::IO);
        let disk = Disk::failing(home.path(), FaultPlan { at, fault });
        let emptied = vault.empty_trash(&home.context(), &removed);
        let struck = disk.struck();
        disk.repair();
        if let Err(error) = &emptied {
            assert_honest(error, fault, at);
            vault.repair_connection().unwrap();
        }
        let left = in_trash(&vault);
        let erased = erased_by_log(&vault).concat();
        match emptied {
            Ok(all) => assert_eq!((all, left.len()), (MANY, 0)),
            // What failed may have been written nevertheless, and is recorded then.
            Err(_) => between += usize::from((1..MANY).contains(&left.len())),
        }
        let mut both = [erased, left.clone()].concat();
        both.sort_unstable();
        assert_eq!(
            both, removed,
            "{at}: each is in the trash, or was recorded as erased"
        );
        let rest = vault.empty_trash(&home.context(), &removed).unwrap();
        assert_eq!(rest, left.len());
        assert!(vault.verify().unwrap().is_clean(), "{at}");
        drop(disk);
        if !struck {
            break;
        }
        at += 1;
    }
    assert!(between > 0, "no error came between two parts");
}
