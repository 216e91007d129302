//! Files of other epochs next to the one in use: what is removed, and what may be the newer
//! vault and stays.

use super::keys::{
    OTHER, assert_whole, copy_over, open_with, prepared, rekey, rekeyed_with_old_copy,
};
use super::*;

const HEADERS: [&str; 2] = ["header-a", "header-b"];

/// An old copy of a vault, put back next to the files of the following epoch; and the
/// headers of that.
fn put_back() -> (Home, Vec<Vec<u8>>) {
    let home = Home::new();
    let copy = rekeyed_with_old_copy(&home);
    let newer = HEADERS.map(|name| std::fs::read(home.vault().join(name)).unwrap());
    copy_over(&home, &copy);
    (home, newer.to_vec())
}

fn is_there(home: &Home, epoch: u64) -> bool {
    let names = [format!("vault-{epoch}.db"), format!("anchor-{epoch}")];
    names.iter().all(|name| home.vault().join(name).exists())
}

fn accept_old_copy(home: &Home) -> Unlocked {
    let locked = home.read().unwrap();
    let kek = locked.password_job().unwrap();
    let kek = kek.run(&secret(PASSWORD)).unwrap();
    let opened = locked.open(&kek, OldCopy::Accept, &home.context());
    opened.map_err(|failure| failure.error).unwrap()
}

/// Opens the newer vault by its headers; what is older goes then.
fn newer_opens(home: &Home, headers: &[Vec<u8>]) {
    for (name, bytes) in HEADERS.iter().zip(headers) {
        std::fs::write(home.vault().join(name), bytes).unwrap();
    }
    home.close(open_with(home, OTHER).unwrap());
    assert!(is_there(home, 2) && !is_there(home, 1));
}

#[test]
fn the_newer_vault_stays_next_to_an_old_copy_that_was_accepted() {
    let (home, newer) = put_back();
    assert!(matches!(home.open(), Err(VaultError::OldCopy { .. })));
    home.close(accept_old_copy(&home));
    // Accepted once it is as good as any, and yet not the newest there was.
    for _ in 0..2 {
        home.close(home.open().unwrap());
        assert!(is_there(&home, 2));
    }
    newer_opens(&home, &newer);
}

#[test]
fn the_newer_vault_stays_where_nothing_is_known_of_it() {
    let (home, newer) = put_back();
    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    for _ in 0..3 {
        home.close(home.open().unwrap());
        assert!(is_there(&home, 2));
    }
    newer_opens(&home, &newer);
}

/// Leftovers of a switch that was stopped, of a higher epoch than the vault's.
fn leave(home: &Home, epoch: u64) {
    for name in [format!("vault-{epoch}.db"), format!("anchor-{epoch}")] {
        crate::format::disk::replace_private(&home.vault().join(name), b"half").unwrap();
    }
}

#[test]
fn what_a_stopped_switch_left_goes_where_no_newer_epoch_was_seen() {
    let home = Home::new();
    home.close(home.create().0);
    leave(&home, 2);
    home.close(home.open().unwrap());
    assert!(!home.vault().join("vault-2.db").exists());
    assert!(!home.vault().join("anchor-2").exists());
}

#[test]
fn a_new_vault_key_is_above_everything_that_lies_there() {
    let home = Home::new();
    home.close(home.create().0);
    leave(&home, 7);
    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    let vault = home.open().unwrap();
    assert!(is_there(&home, 7));
    let (vault, _) = rekey(vault, &home, OTHER);
    assert_eq!(vault.epoch().number, 8);
    assert!(!is_there(&home, 7));
    home.close(vault);
    home.close(open_with(&home, OTHER).unwrap());
}

#[test]
fn a_file_called_as_the_last_epoch_is_named_and_stops_nothing_else() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let path = home.path().join("one.khbackup");
    vault.backup(&path, Reason::Asked, &home.context()).unwrap();
    home.close(vault);
    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    for number in [u64::MAX, i64::MAX as u64] {
        leave(&home, number);
        let mut vault = home.open().unwrap();
        let proof = super::keys::proof(&vault, PASSWORD);
        let refused = Rekey::begin(&mut vault, &proof).map(drop);
        assert!(
            matches!(refused, Err(VaultError::NoEpochLeft(_))),
            "{number}"
        );
        home.close(vault);
        let refused = super::restoring::restore(&home, &path, None).map(drop);
        assert!(
            matches!(refused, Err(VaultError::NoEpochLeft(_))),
            "{number}"
        );
        home.close(home.open().unwrap());
        for name in [format!("vault-{number}.db"), format!("anchor-{number}")] {
            std::fs::remove_file(home.vault().join(name)).unwrap();
        }
    }
}

/// A folder stands where copy B of the header is to be written first: it stays behind.
#[test]
fn the_epoch_before_stays_while_a_copy_of_the_header_names_it() {
    for loses_a in [false, true] {
        let home = Home::new();
        let (vault, _, id) = prepared(&home);
        let old = std::fs::read(home.vault().join("header-b")).unwrap();
        let in_the_way = home.vault().join("header-b.new");
        std::fs::create_dir(&in_the_way).unwrap();
        let (vault, _) = rekey(vault, &home, OTHER);
        assert!(is_there(&home, 1) && is_there(&home, 2));
        home.close(vault);
        assert_eq!(std::fs::read(home.vault().join("header-b")).unwrap(), old);
        std::fs::remove_dir(&in_the_way).unwrap();
        if loses_a {
            std::fs::write(home.vault().join("header-a"), b"KEYHAVEN lost").unwrap();
            let vault = accept_old_copy(&home);
            assert_whole(&vault, &home, id);
            assert!(is_there(&home, 2));
        } else {
            let vault = open_with(&home, OTHER).unwrap();
            assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
            assert!(!is_there(&home, 1));
        }
    }
}
