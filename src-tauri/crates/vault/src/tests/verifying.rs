//! The check of everything: a sound vault is clean, and each thing that is not sound is named.

use super::*;
use crate::error::DataDamage;

/// Some credentials with history, used now and then; open.
pub(crate) fn lively() -> (Home, Unlocked) {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    for name in ["one", "two", "three", "four"] {
        home.pass(1);
        vault
            .add(&home.context(), credential(name, "first"))
            .unwrap();
    }
    for (name, value) in [("one", "second"), ("two", "second"), ("one", "third")] {
        home.pass(1);
        let found = vault.find(&location("shop", "dev"), name).unwrap();
        set_value(&mut vault, &home, &found, value);
        use_of(&home, &mut vault, &[found.id]);
    }
    let four = vault.find(&location("shop", "dev"), "four").unwrap();
    vault.remove(&home.context(), seen(&four)).unwrap();
    home.pass(1);
    vault.empty_trash(&home.context(), &[four.id]).unwrap();
    (home, vault)
}

pub(crate) fn use_of(home: &Home, vault: &mut Unlocked, ids: &[uuid::Uuid]) {
    let (action, outcome) = (Action::Launched, AuditOutcome::Released);
    vault
        .record_use(&home.context(), action, outcome, ids, Detail::new())
        .unwrap();
}

fn texts(report: &VerifyReport) -> Vec<String> {
    let line = |finding: &PartProblem| format!("{:?}: {}", finding.part, finding.problem);
    report.findings.iter().map(line).collect()
}

#[test]
fn a_sound_vault_is_clean_in_every_part() {
    let (_home, mut vault) = lively();
    let report = vault.verify().unwrap();
    assert_eq!(texts(&report), [""; 0]);
    let mut parts: Vec<VerifyPart> = report.checked.iter().map(|(part, _)| *part).collect();
    parts.sort();
    assert_eq!(parts, VerifyPart::ALL);
    let count = |part| report.checked.iter().find(|(of, _)| *of == part).unwrap().1;
    // Project, environment and three credentials; six versions; every entry.
    assert_eq!((count(VerifyPart::Rows), count(VerifyPart::Values)), (5, 6));
    assert_eq!(count(VerifyPart::Log), vault.head.sequence);
    assert!(count(VerifyPart::Pages) > 10);
}

/// With the database key but no other, behind the vault's back.
#[test]
fn what_is_wrong_is_named() {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    let cases: [(&str, &[&str]); 9] = [
        (
            "UPDATE credential SET changed_at = changed_at - 1 WHERE name = 'two'",
            &[
                "Rows: the rows are not those that were written: an old page, or a row changed",
                "Rows: shop/dev/two: the log gives another time of its last change",
            ],
        ),
        (
            "DELETE FROM version WHERE number = 3",
            &[
                "Rows: the rows are not those that were written: an old page, or a row changed",
                "Rows: shop/dev/one: a value stored at 2026-03-01T19:00:00Z is missing",
            ],
        ),
        (
            "DELETE FROM version WHERE credential = (SELECT id FROM credential WHERE name = 'three');
             DELETE FROM filled WHERE credential = (SELECT id FROM credential WHERE name = 'three');
             DELETE FROM credential WHERE name = 'three'",
            &[
                "Rows: the rows are not those that were written: an old page, or a row changed",
                "Rows: shop/dev/three: in the log, but missing",
            ],
        ),
        (
            "UPDATE version SET sealed = randomblob(80) WHERE number = 2",
            &[
                "Rows: the rows are not those that were written: an old page, or a row changed",
                "Values: shop/dev/one, version 2: its values do not open",
                "Values: shop/dev/two, version 2: its values do not open",
            ],
        ),
        (
            "UPDATE credential SET fields = '[' WHERE name = 'two'",
            &["Rows: the rows are not those that were written: an old page, or a row changed"],
        ),
        (
            "DELETE FROM filled WHERE variable = 'TWO'",
            &["Derived: shop/dev/two: the variable TWO is not indexed as the credential has it"],
        ),
        (
            "UPDATE usage SET uses = uses + 1",
            &[
                "Derived: shop/dev/one: its count of uses differs from the log",
                "Derived: shop/dev/two: its count of uses differs from the log",
            ],
        ),
        (
            "UPDATE audit SET detail = '{}' WHERE sequence = 4",
            &["Log: entry 4 is missing or not what was written"],
        ),
        (
            "UPDATE meta SET generation = generation + 1",
            &["Rows: the state of the rows is not what was written"],
        ),
    ];
    for (sql, expected) in cases {
        vault
            .connection
            .execute_batch(&format!(
                "PRAGMA foreign_keys = OFF; SAVEPOINT attack; {sql}"
            ))
            .unwrap();
        let mut check = crate::store::check::Check::new();
        while check.step(&vault.scene()) {}
        let found = texts(&check.report);
        for line in expected {
            assert!(found.iter().any(|found| found == line), "{sql}: {found:?}");
        }
        vault
            .connection
            .execute_batch("ROLLBACK TO attack; RELEASE attack")
            .unwrap();
    }
    assert!(vault.verify().unwrap().is_clean());
    assert_eq!(text_of(&vault, one, None), "third");
    drop(home);
}

#[test]
fn a_flipped_bit_on_a_page_names_the_page() {
    let (home, vault) = lively();
    home.close(vault);
    let path = home.vault().join("vault-1.db");
    let whole = std::fs::read(&path).unwrap();
    let mut vault = home.open().unwrap();
    // The page lies on the disk and was not read yet: nobody notices while using the vault.
    let page = whole.len() / 4096 - 1;
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    use std::os::unix::fs::FileExt as _;
    let at = page as u64 * 4096 + 99;
    file.write_all_at(&[whole[page * 4096 + 99] ^ 1], at)
        .unwrap();
    let report = vault.verify().unwrap();
    assert_eq!(
        texts(&report),
        [
            format!("Pages: HMAC verification failed for page {}", page + 1),
            "Rows: not checked: the database has damaged pages; lock the vault first".into(),
        ]
    );
    assert!(report.is_intact(VerifyPart::Header) && report.is_intact(VerifyPart::Anchor));
}

#[test]
fn header_copies_and_anchor_slots_are_named() {
    let (home, mut vault) = lively();
    let header = home.vault().join("header-b");
    let mut bytes = std::fs::read(&header).unwrap();
    bytes[70] ^= 1;
    std::fs::write(&header, &bytes).unwrap();
    let anchor = home.vault().join("anchor-1");
    let mut bytes = std::fs::read(&anchor).unwrap();
    bytes[4096 + 50] ^= 1;
    std::fs::write(&anchor, &bytes).unwrap();
    assert_eq!(
        texts(&vault.verify().unwrap()),
        [
            "Header: copy B is damaged",
            "Anchor: slot 1 is not what was written"
        ]
    );
    std::fs::remove_file(&header).unwrap();
    let report = vault.verify().unwrap();
    assert_eq!(texts(&report)[0], "Header: copy B is missing");
}

#[test]
fn old_entries_are_cut_as_said_and_everything_still_follows() {
    let (mut home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap();
    let before = vault.summary(one.id, &home.clock()).unwrap().usage;
    assert_eq!(before.uses, 2);
    let entries = vault.verify_audit().unwrap();
    // Nothing is old enough.
    assert_eq!(vault.cut_audit(&home.context(), 0).unwrap(), 0);

    let cut = vault.cut_audit(&home.context(), u64::MAX).unwrap();
    assert!(cut > 5 && cut < entries, "{cut} of {entries}");
    assert_eq!(vault.first_audit_entry().unwrap(), cut + 1);
    assert_eq!(vault.verify_audit().unwrap(), entries + 1 - cut);
    let newest = vault.audit(&AuditFilter::default()).unwrap().entries;
    assert_eq!(newest[0].action, Action::AuditCut);
    assert_eq!(newest[0].detail["up_to"], cut.to_string());
    assert_eq!(vault.summary(one.id, &home.clock()).unwrap().usage, before);

    // A second cut goes on from the first one, and uses go on counting.
    home.pass(1);
    use_of(&home, &mut vault, &[one.id]);
    home.pass(1);
    assert!(vault.cut_audit(&home.context(), u64::MAX).unwrap() > 0);
    let usage = vault.summary(one.id, &home.clock()).unwrap().usage;
    assert_eq!(usage.uses, 3);
    assert_eq!(texts(&vault.verify().unwrap()), [""; 0]);

    home.close(vault);
    let mut vault = home.open().unwrap();
    assert_eq!(texts(&vault.verify().unwrap()), [""; 0]);
}

#[test]
fn entries_go_when_so_many_days_have_passed_whatever_the_clock_said() {
    let (mut home, mut vault) = lively();
    let settings = Settings {
        audit_keep_days: 30,
        ..Settings::default()
    };
    vault.set_settings(&home.context(), &settings).unwrap();
    let (entries, real) = (vault.verify_audit().unwrap(), home.now);
    let cut = |home: &Home, vault: &mut Unlocked| {
        use_of(home, vault, &[]);
        vault.cut_old_entries(&home.context()).unwrap()
    };
    // Two jumps, of which the second makes the first look like a day that has passed.
    for hours in [24 * 4000, 24] {
        home.pass(hours);
        assert_eq!(cut(&home, &mut vault), 0);
    }
    home.now = real;
    for _ in 0..28 {
        home.pass(24);
        assert_eq!(cut(&home, &mut vault), 0);
    }
    home.pass(24);
    assert_eq!(cut(&home, &mut vault), entries);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_crash_behind_a_cut_is_no_damage() {
    let (home, mut vault) = lively();
    let anchor = home.vault().join("anchor-1");
    let before = std::fs::read(&anchor).unwrap();
    // As if power went before the anchor of the cut was written: what it names must be there.
    vault.flush_uses().unwrap();
    drop(before);
    vault.cut_audit(&home.context(), u64::MAX).unwrap();
    let mut bytes = std::fs::read(&anchor).unwrap();
    // The newest slot is lost, the one before it counts.
    let newest = (vault.anchor.serial() % 2) as usize;
    bytes[newest * 4096..newest * 4096 + 512].fill(0);
    home.kill(vault);
    std::fs::write(&anchor, &bytes).unwrap();
    let vault = home.open().unwrap();
    let killed = UnlockWarning::UncleanStop { doubt: None };
    assert_eq!(vault.warnings(), [killed, UnlockWarning::AnchorSlotLost]);
}

/// With the database key but not the key of the log: where the log begins cannot be moved.
#[test]
fn a_silent_truncation_is_noticed() {
    let (home, mut vault) = lively();
    vault.cut_audit(&home.context(), u64::MAX).unwrap();
    for sql in [
        "DELETE FROM audit WHERE sequence = (SELECT min(sequence) FROM audit)",
        "DELETE FROM setting WHERE name = 'log-begins'",
        "UPDATE setting SET value = replace(value, '\"uses\":\"', '\"uses\":\"AAAA')
         WHERE name = 'log-begins'",
    ] {
        vault
            .connection
            .execute_batch(&format!("SAVEPOINT attack; {sql}"))
            .unwrap();
        assert!(
            matches!(
                vault.verify_audit(),
                Err(VaultError::DamagedData(DataDamage::Audit { .. }))
            ),
            "{sql}"
        );
        vault
            .connection
            .execute_batch("ROLLBACK TO attack; RELEASE attack")
            .unwrap();
    }
    vault.verify_audit().unwrap();
}

/// What the check of a vault that is locked finds, and that it changed nothing.
fn examined(home: &Home) -> Vec<String> {
    let before = files(home);
    let folder = Folder::open(&home.vault()).unwrap();
    let locked = Locked::read_damaged(folder, home.options()).unwrap();
    let kek = locked
        .password_job()
        .unwrap()
        .run(&secret(PASSWORD))
        .unwrap();
    let report = locked.verify(&kek).unwrap();
    assert_eq!(files(home), before);
    texts(&report)
}

/// Every file of the vault with its bytes, but for SQLite's index of its log.
fn files(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(home.vault()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.is_file() && !path.to_string_lossy().ends_with("-shm"))
        .filter(|path| std::fs::metadata(path).unwrap().len() > 0)
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_vault_that_does_not_unlock_is_examined_and_stays_as_it_is() {
    let (home, vault) = lively();
    home.close(vault);
    assert_eq!(examined(&home), [""; 0]);
    let path = home.vault().join("vault-1.db");
    let whole = std::fs::read(&path).unwrap();
    let mut bent = whole.clone();
    bent[5 * 4096 + 7] ^= 1;
    std::fs::write(&path, &bent).unwrap();
    assert_eq!(
        examined(&home)[0],
        "Pages: HMAC verification failed for page 6"
    );
    std::fs::write(&path, &whole).unwrap();
    std::fs::remove_file(home.vault().join("anchor-1")).unwrap();
    assert_eq!(examined(&home), ["Anchor: the anchor is missing"]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(examined(&home)[1], "Pages: the database is missing");
}

#[test]
fn an_unclean_stop_is_no_finding_and_its_log_stays() {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    use_of(&home, &mut vault, &[one]);
    drop(vault);
    assert_eq!(examined(&home), [""; 0]);
    assert!(home.open().unwrap().verify().unwrap().is_clean());
}

#[test]
fn a_header_in_a_backup_opens_what_both_copies_do_not() {
    let (home, mut vault) = lively();
    let path = new_backup_path(&home.vault(), home.now, Reason::Daily).unwrap();
    vault.backup(&path, Reason::Daily, &home.context()).unwrap();
    vault
        .add(&home.context(), credential("later", "value"))
        .unwrap();
    home.close(vault);
    for name in ["header-a", "header-b"] {
        std::fs::write(home.vault().join(name), b"KEYHAVEN gone").unwrap();
    }
    assert!(matches!(home.read(), Err(VaultError::DamagedHeader(_))));
    assert_eq!(
        examined(&home),
        ["Header: copy A is damaged", "Header: copy B is damaged"]
    );
}
