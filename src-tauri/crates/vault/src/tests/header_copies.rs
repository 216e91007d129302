//! Two copies of the header that are both well formed and differ.

use sha2::{Digest as _, Sha256};

use super::keys::*;
use super::*;
use crate::error::HeaderDamage;
use crate::format::header::{DecodedCopy, HeaderCopy, decode};

/// A locked vault with a key in it.
fn locked_home() -> (Home, RecoveryKey) {
    let home = Home::new();
    let (vault, recovery, _) = prepared(&home);
    home.close(vault);
    (home, recovery)
}

fn bytes_of(home: &Home, copy: &str) -> Vec<u8> {
    std::fs::read(home.vault().join(copy)).unwrap()
}

fn header(bytes: &[u8]) -> HeaderCopy {
    match decode(bytes).unwrap() {
        DecodedCopy::Good(copy) => copy,
        other => panic!("{other:?}"),
    }
}

/// Changes the first place of a copy that holds some bytes, and makes its checksum right.
fn alter(home: &Home, copy: &str, part: &[u8]) {
    let mut bytes = bytes_of(home, copy);
    bytes.truncate(bytes.len() - 32);
    let found = bytes.windows(part.len()).position(|bytes| bytes == part);
    bytes[found.unwrap()] ^= 1;
    let sum: [u8; 32] = Sha256::digest(&bytes).into();
    bytes.extend_from_slice(&sum);
    std::fs::write(home.vault().join(copy), bytes).unwrap();
}

/// The vault opens, reports that a copy was repaired, and both copies are as before.
fn assert_healed(home: &Home, vault: Unlocked, whole: &[u8]) {
    assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
    home.close(vault);
    for copy in ["header-a", "header-b"] {
        assert!(bytes_of(home, copy) == whole, "{copy}");
    }
    let again = home.open().unwrap();
    assert!(again.warnings().is_empty());
    home.close(again);
}

#[test]
fn an_altered_copy_a_gives_way_to_an_intact_b() {
    let (home, _) = locked_home();
    let whole = bytes_of(&home, "header-b");
    let slots = header(&whole).header.slots;
    let mac = &whole[whole.len() - 64..whole.len() - 32];
    // The password's salt, the key in its slot, another slot, and the MAC.
    let parts = [&slots[0].salt, &slots[0].wrapped, &slots[1].salt];
    let parts = parts.map(Vec::as_slice).into_iter().chain([mac]);
    for part in parts {
        alter(&home, "header-a", part);
        let wrong = open_with(&home, b"wrong").map(drop);
        assert!(matches!(wrong, Err(VaultError::WrongPassword)), "{wrong:?}");
        assert!(
            bytes_of(&home, "header-a") != whole,
            "nothing is healed yet"
        );
        assert_healed(&home, home.open().unwrap(), &whole);
    }
}

#[test]
fn an_altered_copy_b_is_healed_from_a() {
    let (home, _) = locked_home();
    let whole = bytes_of(&home, "header-a");
    alter(&home, "header-b", &header(&whole).header.slots[0].salt);
    assert_healed(&home, home.open().unwrap(), &whole);
}

#[test]
fn the_recovery_key_finds_the_intact_copy_too() {
    let (home, recovery) = locked_home();
    let whole = bytes_of(&home, "header-b");
    alter(&home, "header-a", &header(&whole).header.slots[1].salt);
    let vault = recover(&home, &recovery).unwrap();
    assert_eq!(
        vault.warnings(),
        [UnlockWarning::HeaderHealed, UnlockWarning::Recovered]
    );
    home.close(vault);
    assert!(bytes_of(&home, "header-a") == whole);
}

#[test]
fn a_copy_that_asks_for_too_much_gives_way() {
    let (home, _) = locked_home();
    let whole = bytes_of(&home, "header-b");
    let HeaderCopy { mut header, .. } = header(&whole);
    let crate::format::header::SlotKind::Password(kdf) = &mut header.slots[0].kind else {
        panic!("the first slot is the password's");
    };
    kdf.memory_kib = u32::MAX;
    let key = crate::crypto::mac::MacKey::new(keyhaven_secret::memory::Key::zeroed());
    let greedy = HeaderCopy::make(header, &key).encode();
    std::fs::write(home.vault().join("header-a"), &greedy).unwrap();
    assert_healed(&home, home.open().unwrap(), &whole);
    for copy in ["header-a", "header-b"] {
        std::fs::write(home.vault().join(copy), &greedy).unwrap();
    }
    assert!(matches!(home.open(), Err(VaultError::KdfOutOfBounds(_))));
}

#[test]
fn one_derivation_does_where_both_copies_ask_for_the_same() {
    let (home, _) = locked_home();
    let whole = bytes_of(&home, "header-b");
    let slot = header(&whole).header.slots.remove(0);
    let fallback = |home: &Home| home.read().unwrap().password_job().unwrap().fallback;
    assert!(fallback(&home).is_none());
    alter(&home, "header-a", &slot.wrapped);
    assert!(fallback(&home).is_none());
    alter(&home, "header-a", &slot.salt);
    assert!(fallback(&home).is_some());
}

/// Copy B could not be written: A is whole and newer, and the old password must not come back.
#[test]
fn a_copy_that_is_only_behind_does_not_bring_the_old_password_back() {
    let (home, _) = locked_home();
    let old = bytes_of(&home, "header-b");
    let mut vault = home.open().unwrap();
    change_password(&mut vault, &home, PASSWORD, OTHER).unwrap();
    home.close(vault);
    let new = bytes_of(&home, "header-a");
    std::fs::write(home.vault().join("header-b"), &old).unwrap();
    let refused = open_with(&home, PASSWORD).map(drop);
    assert!(
        matches!(refused, Err(VaultError::WrongPassword)),
        "{refused:?}"
    );
    assert!(bytes_of(&home, "header-a") == new);
    let vault = open_with(&home, OTHER).unwrap();
    assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
    home.close(vault);
    assert!(bytes_of(&home, "header-b") == new);
}

/// Nor an old vault key, where a switch of epochs could not write copy B.
#[test]
fn a_copy_of_an_epoch_before_is_not_tried() {
    let (home, _) = locked_home();
    let old = bytes_of(&home, "header-b");
    let (vault, _) = rekey(home.open().unwrap(), &home, OTHER);
    home.close(vault);
    std::fs::write(home.vault().join("header-b"), &old).unwrap();
    assert!(matches!(home.open(), Err(VaultError::WrongPassword)));
    home.close(open_with(&home, OTHER).unwrap());
}

/// The vault key is in memory, so nothing is lost: as long as it is there, both copies come back.
#[test]
fn copies_that_go_while_the_vault_is_open_are_written_again() {
    let (home, _) = locked_home();
    let whole = bytes_of(&home, "header-a");
    let remove = |copy: &str| std::fs::remove_file(home.vault().join(copy)).unwrap();
    let truncate = |copy: &str| std::fs::write(home.vault().join(copy), &whole[..9]).unwrap();
    let copies = ["header-a", "header-b"];
    let assert_whole = || {
        for copy in copies {
            assert!(bytes_of(&home, copy) == whole, "{copy}");
        }
    };
    let mut vault = home.open().unwrap();
    assert_eq!(vault.heal().unwrap(), []);
    for damage in [&remove as &dyn Fn(&str), &truncate] {
        for damaged in [&copies[..1], &copies[1..], &copies] {
            damaged.iter().for_each(|copy| damage(copy));
            assert_eq!(vault.heal().unwrap(), [VerifyPart::Header]);
            assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
            assert_whole();
            // At the lock too.
            damaged.iter().for_each(|copy| damage(copy));
            home.close(vault);
            assert_whole();
            // And at the unlock, where a vault was read before.
            let locked = home.read().unwrap();
            damaged.iter().for_each(|copy| damage(copy));
            vault = locked
                .unlock(&secret(PASSWORD), &home.context())
                .map_err(|failure| failure.error)
                .unwrap();
            assert_whole();
        }
    }
    home.close(vault);
    // Without a key, only what is missing is written as it was read.
    let locked = home.read().unwrap();
    copies.iter().for_each(|copy| remove(copy));
    locked.put_header_back().unwrap();
    assert_whole();
}

/// An old copy that is put back under an open vault would bring an old password back.
#[test]
fn an_old_copy_under_an_open_vault_is_replaced_and_that_of_another_vault_is_not() {
    let (home, _) = locked_home();
    let old = bytes_of(&home, "header-a");
    let mut vault = home.open().unwrap();
    change_password(&mut vault, &home, PASSWORD, OTHER).unwrap();
    std::fs::write(home.vault().join("header-a"), &old).unwrap();
    assert_eq!(vault.heal().unwrap(), [VerifyPart::Header]);
    assert!(bytes_of(&home, "header-a") != old);
    let (foreign, _) = locked_home();
    let theirs = bytes_of(&foreign, "header-a");
    std::fs::write(home.vault().join("header-a"), &theirs).unwrap();
    assert!(matches!(vault.heal(), Err(VaultError::Gone(_))));
    assert!(bytes_of(&home, "header-a") == theirs);
}

#[test]
fn the_other_small_files_are_written_again_too() {
    let (home, _) = locked_home();
    let mut vault = home.open().unwrap();
    for (file, part) in [
        ("anchor-1", VerifyPart::Anchor),
        ("uses-1", VerifyPart::Log),
    ] {
        std::fs::remove_file(home.vault().join(file)).unwrap();
        assert_eq!(vault.heal().unwrap(), [part], "{file}");
        assert!(vault.verify().unwrap().is_clean(), "{file}");
        // The next change finds it too.
        vault
            .add(&home.context(), credential(file, "sk_3"))
            .unwrap();
        // And an end without a lock.
        drop(vault);
        vault = home.open().unwrap();
    }
    home.close(vault);
}

/// What cannot be written again is only in memory: a backup saves it.
#[test]
fn a_vault_whose_database_or_folder_is_gone_knows_it_and_can_be_backed_up() {
    let replaced = |home: &Home| {
        std::fs::rename(home.vault(), home.path().join("moved")).unwrap();
        drop(Folder::create(&home.vault()).unwrap());
    };
    let folder = |home: &Home| std::fs::remove_dir_all(home.vault()).unwrap();
    let database = |home: &Home| std::fs::remove_file(home.vault().join("vault-1.db")).unwrap();
    let lock = |home: &Home| std::fs::remove_file(home.vault().join("lock")).unwrap();
    for remove in [&replaced as &dyn Fn(&Home), &folder, &database, &lock] {
        let (home, _) = locked_home();
        let mut vault = home.open().unwrap();
        assert!(vault.is_in_place());
        remove(&home);
        assert!(!vault.is_in_place());
        assert!(matches!(vault.heal(), Err(VaultError::Gone(_))));
        let target = home.path().join("saved.khbackup");
        let saved = vault
            .backup(&target, Reason::Asked, &home.context())
            .unwrap();
        assert_eq!(saved.credentials, 1);
        assert_eq!(
            std::fs::read_dir(home.path())
                .unwrap()
                .flatten()
                .filter(|entry| entry.file_name().to_string_lossy().starts_with("saved"))
                .count(),
            1
        );
    }
}

#[test]
fn where_both_copies_are_altered_that_is_reported() {
    let (home, _) = locked_home();
    let whole = bytes_of(&home, "header-b");
    let mac = &whole[whole.len() - 64..whole.len() - 32];
    for copy in ["header-a", "header-b"] {
        alter(&home, copy, mac);
    }
    assert!(matches!(
        home.open(),
        Err(VaultError::DamagedHeader(HeaderDamage::Mac))
    ));
}
