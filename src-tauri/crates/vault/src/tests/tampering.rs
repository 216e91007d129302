//! What somebody with the folder but without the key can do, and what is noticed.

use super::opening::copy_folder;
use super::*;
use crate::error::{DataDamage, HeaderDamage};
use crate::faults::boots;

/// A vault with two credentials, properly locked.
fn prepared() -> Home {
    let home = Home::new();
    let (mut vault, _) = home.create();
    for name in ["one", "two"] {
        vault
            .add(&home.context(), credential(name, "value"))
            .unwrap();
    }
    home.close(vault);
    home
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn damage(home: &Home) -> DataDamage {
    match home.open() {
        Err(VaultError::DamagedData(damage)) => damage,
        Err(other) => panic!("other error: {other}"),
        Ok(_) => panic!("opened"),
    }
}

#[test]
fn a_damaged_header_copy_is_healed_and_said() {
    for (bent, whole) in [("header-a", "header-b"), ("header-b", "header-a")] {
        let home = prepared();
        let original = std::fs::read(home.vault().join(whole)).unwrap();
        flip(&home.vault().join(bent), 60);
        let vault = home.open().unwrap();
        assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
        home.close(vault);
        assert_eq!(std::fs::read(home.vault().join(bent)).unwrap(), original);
        assert!(home.open().unwrap().warnings().is_empty());
    }
}

#[test]
fn damaged_missing_and_foreign_headers_are_distinguished() {
    let home = prepared();
    for name in ["header-a", "header-b"] {
        flip(&home.vault().join(name), 60);
    }
    assert!(matches!(
        home.read(),
        Err(VaultError::DamagedHeader(HeaderDamage::Checksum))
    ));
    for name in ["header-a", "header-b"] {
        std::fs::remove_file(home.vault().join(name)).unwrap();
    }
    assert!(matches!(
        home.read(),
        Err(VaultError::DamagedHeader(HeaderDamage::Missing))
    ));

    let empty = Home::new();
    drop(Folder::create(&empty.vault()).unwrap());
    assert!(matches!(empty.read(), Err(VaultError::NotAVault(_))));
    for name in ["header-a", "header-b"] {
        crate::format::disk::replace_private(&empty.vault().join(name), b"my diary").unwrap();
    }
    assert!(matches!(empty.read(), Err(VaultError::NotAVault(_))));
}

#[test]
fn an_empty_or_missing_database_is_noticed() {
    let home = prepared();
    let path = home.vault().join("vault-1.db");
    std::fs::write(&path, b"").unwrap();
    assert_eq!(damage(&home), DataDamage::DatabaseEmpty);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(damage(&home), DataDamage::DatabaseMissing);
    crate::format::disk::replace_private(&path, &[9; 8192]).unwrap();
    assert_eq!(damage(&home), DataDamage::DatabaseBroken);
}

#[test]
fn a_database_of_another_vault_is_noticed() {
    let (home, other) = (prepared(), prepared());
    for name in ["vault-1.db", "anchor-1"] {
        std::fs::copy(other.vault().join(name), home.vault().join(name)).unwrap();
    }
    assert_eq!(damage(&home), DataDamage::AnchorBroken);
}

#[test]
fn a_deleted_log_is_noticed() {
    let home = prepared();
    let mut vault = home.open().unwrap();
    vault
        .add(&home.context(), credential("three", "value"))
        .unwrap();
    home.kill(vault);
    std::fs::remove_file(home.vault().join("vault-1.db-wal")).unwrap();
    assert_eq!(damage(&home), DataDamage::ChangesMissing { missing: 1 });
}

#[test]
fn an_old_page_put_back_is_noticed() {
    let home = prepared();
    let path = home.vault().join("vault-1.db");
    let old = std::fs::read(&path).unwrap();
    let mut vault = home.open().unwrap();
    let one = vault.find(&location("shop", "dev"), "one").unwrap();
    set_value(&mut vault, &home, &one, "newer");
    home.close(vault);
    let new = std::fs::read(&path).unwrap();
    let anchor = std::fs::read(home.vault().join("anchor-1")).unwrap();
    let pages = new.len().min(old.len()) / 4096;
    let mut noticed = 0;
    for page in 0..pages {
        let range = page * 4096..(page + 1) * 4096;
        if old[range.clone()] == new[range.clone()] {
            continue;
        }
        let mut mixed = new.clone();
        mixed[range.clone()].copy_from_slice(&old[range]);
        std::fs::write(&path, &mixed).unwrap();
        std::fs::write(home.vault().join("anchor-1"), &anchor).unwrap();
        // A vault that was opened and dropped leaves its log, as a kill does.
        let _ = std::fs::remove_file(home.vault().join("vault-1.db-wal"));
        noticed += usize::from(matches!(home.open(), Err(VaultError::DamagedData(_))));
    }
    // Version, credential, meta and audit are on separate pages; an index page may
    // have changed as well, which `kh verify` is for.
    assert!(noticed >= 4, "{noticed}");
    std::fs::write(&path, &new).unwrap();
    std::fs::write(home.vault().join("anchor-1"), &anchor).unwrap();
    let _ = std::fs::remove_file(home.vault().join("vault-1.db-wal"));
    assert_eq!(text_of(&home.open().unwrap(), one.id, None), "newer");
}

#[test]
fn old_anchors_old_databases_and_forks_are_named() {
    let home = prepared();
    let database = home.vault().join("vault-1.db");
    let anchor = home.vault().join("anchor-1");
    let read = || {
        (
            std::fs::read(&database).unwrap(),
            std::fs::read(&anchor).unwrap(),
        )
    };
    let (old_database, old_anchor) = read();
    let change = |names: &[&str]| {
        let mut vault = home.open().unwrap();
        for name in names {
            vault.add(&home.context(), credential(name, "x")).unwrap();
        }
        home.close(vault);
    };
    change(&["three", "four"]);
    let (new_database, new_anchor) = read();

    std::fs::write(&anchor, &old_anchor).unwrap();
    assert_eq!(damage(&home), DataDamage::OldAnchor { behind: 2 });
    std::fs::write(&anchor, &new_anchor).unwrap();
    std::fs::write(&database, &old_database).unwrap();
    assert_eq!(damage(&home), DataDamage::ChangesMissing { missing: 2 });

    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    std::fs::write(&anchor, &old_anchor).unwrap();
    change(&["five", "six"]);
    std::fs::write(&database, &new_database).unwrap();
    assert_eq!(damage(&home), DataDamage::Fork);
    std::fs::remove_file(&anchor).unwrap();
    assert_eq!(damage(&home), DataDamage::AnchorMissing);
}

#[test]
fn one_change_after_a_clean_stop_is_a_fork() {
    let home = prepared();
    let anchor = home.vault().join("anchor-1");
    let old = std::fs::read(&anchor).unwrap();
    let mut vault = home.open().unwrap();
    vault
        .add(&home.context(), credential("three", "x"))
        .unwrap();
    home.close(vault);
    std::fs::write(&anchor, &old).unwrap();
    assert_eq!(damage(&home), DataDamage::Fork);
}

#[test]
fn a_change_whose_anchor_was_not_written_is_kept() {
    let home = prepared();
    let mut vault = home.open().unwrap();
    let before = std::fs::read(home.vault().join("anchor-1")).unwrap();
    vault
        .add(&home.context(), credential("three", "x"))
        .unwrap();
    home.kill(vault);
    std::fs::write(home.vault().join("anchor-1"), before).unwrap();
    let vault = home.open().unwrap();
    assert!(vault.find(&location("shop", "dev"), "three").is_ok());
}

#[test]
fn an_old_copy_of_the_whole_folder_asks() {
    let home = prepared();
    let copy = home.path().join("copy");
    copy_folder(&home.vault(), &copy);
    let mut vault = home.open().unwrap();
    for name in ["three", "four", "five"] {
        vault.add(&home.context(), credential(name, "x")).unwrap();
    }
    home.close(vault);
    home.put_back(&copy);
    assert!(matches!(
        home.open(),
        Err(VaultError::OldCopy { changes: 3 })
    ));
    let locked = home.read().unwrap();
    let kek = locked
        .password_job()
        .unwrap()
        .run(&secret(PASSWORD))
        .unwrap();
    let opened = locked.open(&kek, OldCopy::Accept, &home.context());
    let vault = opened.map_err(|failure| failure.error).unwrap();
    assert_eq!(
        vault.warnings(),
        [UnlockWarning::OldCopyAccepted { changes: 3 }]
    );
    let accepted = AuditFilter {
        action: Some(Action::OldCopyAccepted),
        ..AuditFilter::default()
    };
    assert_eq!(vault.audit(&accepted).unwrap().entries.len(), 1);
}

#[test]
fn an_unusable_state_folder_is_reported_but_keeps_nobody_out() {
    let home = prepared();
    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    std::fs::write(home.path().join("state"), b"a file").unwrap();
    let vault = home.open().unwrap();
    assert_eq!(vault.warnings(), [UnlockWarning::LastSeenUnavailable]);
    home.close(vault);
}

/// What is remembered of the vault outside of its folder, damaged in every way that a program of
/// its owner can, is missed as long as the log tells of an unlock here.
#[test]
fn a_lost_or_altered_memory_of_the_newest_state_is_reported() {
    type Attack = fn(&Path);
    let attacks: [(&str, Attack); 4] = [
        ("removed", |file| std::fs::remove_file(file).unwrap()),
        ("one byte flipped", |file| {
            let mut bytes = std::fs::read(file).unwrap();
            bytes[30] ^= 1;
            std::fs::write(file, bytes).unwrap();
        }),
        ("cut", |file| {
            let bytes = std::fs::read(file).unwrap();
            std::fs::write(file, &bytes[..40]).unwrap();
        }),
        ("of another vault", |file| {
            let mut bytes = std::fs::read(file).unwrap();
            bytes[10] ^= 1;
            std::fs::write(file, bytes).unwrap();
        }),
    ];
    for (name, attack) in attacks {
        let home = prepared();
        let file = std::fs::read_dir(home.path().join("state")).unwrap().next();
        attack(&file.unwrap().unwrap().path());
        let vault = home.open().unwrap();
        assert_eq!(vault.warnings(), [UnlockWarning::LastSeenLost], "{name}");
        let lost = AuditFilter {
            action: Some(Action::LastSeenLost),
            ..AuditFilter::default()
        };
        assert_eq!(vault.audit(&lost).unwrap().entries.len(), 1, "{name}");
        home.close(vault);
        // It was written again.
        assert!(home.open().unwrap().warnings().is_empty(), "{name}");
    }
}

/// Control: on a machine where the vault was never unlocked there is nothing to miss.
#[test]
fn a_first_unlock_on_another_machine_misses_nothing() {
    let home = prepared();
    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    boots::move_to("elsewhere");
    home.close(home.open().unwrap());
    std::fs::remove_dir_all(home.path().join("state")).unwrap();
    boots::move_to("a third one");
    let vault = home.open().unwrap();
    assert!(vault.warnings().is_empty(), "{:?}", vault.warnings());
}

/// An attack on the tables, and whether it was reported as what it is.
type TamperCase = (&'static str, fn(DataDamage) -> bool);

/// With the database key but not the others: what the row root and the chain are for.
#[test]
fn changed_rows_and_entries_are_noticed() {
    let home = prepared();
    let path = home.vault().join("vault-1.db");
    let whole = std::fs::read(&path).unwrap();
    let cases: [TamperCase; 9] = [
        (
            "UPDATE credential SET name = 'three' WHERE name = 'two'",
            |d| d == DataDamage::Rows,
        ),
        ("UPDATE version SET label = 4", |d| d == DataDamage::Rows),
        ("DELETE FROM version", |d| d == DataDamage::Rows),
        ("INSERT INTO setting VALUES ('settings', '{}')", |d| {
            d == DataDamage::Rows
        }),
        ("UPDATE meta SET rows = rows + 1", |d| {
            d == DataDamage::State
        }),
        ("UPDATE meta SET generation = generation - 1", |d| {
            d == DataDamage::State
        }),
        (
            "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)",
            |d| matches!(d, DataDamage::Audit { .. }),
        ),
        ("UPDATE audit SET mac = zeroblob(32)", |d| {
            matches!(d, DataDamage::Audit { .. })
        }),
        ("DELETE FROM meta", |d| d == DataDamage::DatabaseEmpty),
    ];
    for (sql, expected) in cases {
        std::fs::write(&path, &whole).unwrap();
        let vault = home.open().unwrap();
        vault
            .connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .unwrap();
        // Behind the vault's back, before its last anchor is written.
        let kept = vault.mark(true);
        vault.connection.execute_batch(sql).unwrap();
        let Unlocked {
            folder,
            keys,
            connection,
            mut anchor,
            ..
        } = vault;
        crate::store::connect::close(connection).unwrap();
        anchor.write_both(&kept, &keys.anchor).unwrap();
        drop(folder);
        let found = damage(&home);
        assert!(expected(found), "{sql}: {found}");
        restore_anchor(&home, &whole);
    }
}

/// A fresh anchor for the prepared database, made with the vault's own key.
fn restore_anchor(home: &Home, database: &[u8]) {
    std::fs::write(home.vault().join("vault-1.db"), database).unwrap();
    let locked = home.read().unwrap();
    locked.write_anchor_for_tests(&secret(PASSWORD));
}

#[test]
fn each_entry_of_the_log_is_bound_to_its_place() {
    let home = prepared();
    let mut vault = home.open().unwrap();
    for _ in 0..20 {
        vault
            .record_use(
                &home.context(),
                Action::Shown,
                AuditOutcome::Released,
                &[],
                Detail::new(),
            )
            .unwrap();
    }
    let entries = vault.verify_audit().unwrap();
    for sequence in 1..=entries {
        for change in [
            "UPDATE audit SET at = at + 1 WHERE sequence = ",
            "UPDATE audit SET actor = replace(actor, '42', '43') WHERE sequence = ",
            "UPDATE audit SET outcome = 'failed' WHERE sequence = ",
            "UPDATE audit SET detail = '{\"a\":\"b\"}' WHERE sequence = ",
            "DELETE FROM audit WHERE sequence = ",
        ] {
            let transaction = vault.connection.unchecked_transaction().unwrap();
            transaction
                .execute_batch(&format!("{change}{sequence}"))
                .unwrap();
            assert!(
                matches!(
                    vault.verify_audit(),
                    Err(VaultError::DamagedData(DataDamage::Audit { sequence: found })) if found <= sequence
                ),
                "{change}{sequence}"
            );
            transaction.rollback().unwrap();
        }
    }
    vault.verify_audit().unwrap();
}
