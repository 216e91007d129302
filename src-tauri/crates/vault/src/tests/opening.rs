//! Creating, unlocking, locking, and what goes wrong with them honestly.

use super::*;

#[test]
fn what_was_stored_is_there_after_lock_and_unlock() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let added = vault
        .add(&home.context(), credential("stripe", "sk_1"))
        .unwrap();
    let (locked, clean) = vault.lock(&home.context());
    clean.unwrap();
    let opened = locked.unlock(&secret(PASSWORD), &home.context());
    let vault = opened.map_err(|failure| failure.error).unwrap();
    assert_eq!(vault.get(added.id).unwrap(), added);
    assert_eq!(text_of(&vault, added.id, None), "sk_1");
    assert!(vault.warnings().is_empty());
    home.close(vault);
    let mut names: Vec<String> = std::fs::read_dir(home.vault())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "anchor-1",
            "header-a",
            "header-b",
            "lock",
            "uses-1",
            "vault-1.db"
        ]
    );
}

#[test]
fn nothing_but_the_log_lies_next_to_an_open_database() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let databases = || {
        let entries = std::fs::read_dir(home.vault()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name.starts_with("vault-")).collect();
        names.sort();
        names
    };
    vault.add(&home.context(), credential("a", "1")).unwrap();
    assert_eq!(databases(), ["vault-1.db", "vault-1.db-wal"]);
    home.close(vault);
    let mut vault = home.open().unwrap();
    vault.add(&home.context(), credential("b", "1")).unwrap();
    assert_eq!(databases(), ["vault-1.db", "vault-1.db-wal"]);
}

#[test]
fn every_file_is_private() {
    use std::os::unix::fs::MetadataExt as _;
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault.add(&home.context(), credential("a", "1")).unwrap();
    for entry in std::fs::read_dir(home.vault()).unwrap() {
        let found = entry.unwrap().metadata().unwrap();
        assert_eq!(found.mode() & 0o777, 0o600);
    }
}

#[test]
fn a_wrong_password_says_so_and_the_vault_can_be_tried_again() {
    let home = Home::new();
    home.close(home.create().0);
    let locked = home.read().unwrap();
    let Err(failure) = locked.unlock(&secret(b"wrong"), &home.context()) else {
        panic!("opened");
    };
    assert!(matches!(failure.error, VaultError::WrongPassword));
    assert!(
        failure
            .locked
            .unlock(&secret(PASSWORD), &home.context())
            .is_ok()
    );
}

#[test]
fn the_recovery_key_opens_and_the_password_can_be_checked() {
    let home = Home::new();
    let (vault, recovery) = home.create();
    home.close(vault);
    let typed = RecoveryKey::parse(&recovery.to_text()).unwrap();
    let locked = home.read().unwrap();
    let kek = locked.recovery_kek(&typed).unwrap();
    let opened = locked.open(&kek, OldCopy::Ask, &home.context());
    let vault = opened.map_err(|failure| failure.error).unwrap();
    let newest = vault
        .audit(&AuditFilter::default())
        .unwrap()
        .entries
        .remove(0);
    assert_eq!(newest.action, Action::Recovered);
    let job = vault.password_job().unwrap();
    vault
        .check_password(&job.run(&secret(PASSWORD)).unwrap())
        .unwrap();
    let wrong = job.run(&secret(b"wrong")).unwrap();
    assert!(matches!(
        vault.check_password(&wrong),
        Err(VaultError::WrongPassword)
    ));
    home.close(vault);

    let other = Home::new();
    let (_, foreign) = other.create();
    let locked = home.read().unwrap();
    let kek = locked.recovery_kek(&foreign).unwrap();
    let Err(failure) = locked.open(&kek, OldCopy::Ask, &home.context()) else {
        panic!("opened");
    };
    assert!(matches!(failure.error, VaultError::WrongRecoveryKey));
}

#[test]
fn shipped_programs_refuse_weak_parameters_in_a_header() {
    let home = Home::new();
    home.close(home.create().0);
    let options = VaultOptions {
        policy: KdfPolicy::shipped(),
        ..home.options()
    };
    let locked = Locked::read(Folder::open(&home.vault()).unwrap(), options).unwrap();
    assert!(matches!(
        locked.password_job(),
        Err(VaultError::KdfOutOfBounds(KdfBound::Memory(_)))
    ));
}

#[test]
fn a_second_holder_and_a_second_vault_are_refused() {
    let home = Home::new();
    let (vault, _) = home.create();
    assert!(matches!(home.read(), Err(VaultError::AlreadyRunning(_))));
    home.close(vault);
    let refused = home.create_in(Folder::open(&home.vault()).unwrap());
    assert!(matches!(refused, Err(VaultError::VaultExists(_))));
}

#[test]
fn an_interrupted_creation_is_no_vault_and_can_be_repeated() {
    let home = Home::new();
    home.close(home.create().0);
    // As it was just before the header was written.
    std::fs::remove_file(home.vault().join("header-a")).unwrap();
    std::fs::remove_file(home.vault().join("header-b")).unwrap();
    crate::format::disk::replace_private(&home.vault().join("making"), b"").unwrap();
    assert!(matches!(home.read(), Err(VaultError::NotAVault(_))));
    home.close(home.create().0);
    home.open().unwrap();
}

#[test]
fn a_vault_that_opened_once_is_never_taken_for_an_unfinished_one() {
    let home = Home::new();
    home.close(home.create().0);
    // As a kill leaves it between the header and the end of its making.
    let making = home.vault().join("making");
    crate::format::disk::replace_private(&making, b"").unwrap();
    home.close(home.open().unwrap());
    assert!(!making.exists());
    for name in ["header-a", "header-b"] {
        std::fs::remove_file(home.vault().join(name)).unwrap();
    }
    assert!(matches!(home.read(), Err(VaultError::DamagedHeader(_))));
    let refused = home.create_in(Folder::open(&home.vault()).unwrap());
    assert!(matches!(refused, Err(VaultError::VaultExists(_))));
}

#[test]
fn an_anchor_that_waits_takes_only_what_is_on_the_disk() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    // As if the anchor of the last change could not be written.
    vault.anchor_behind = true;
    let (action, outcome) = (Action::Shown, AuditOutcome::Released);
    vault
        .record_use(&home.context(), action, outcome, &[], Detail::new())
        .unwrap();
    let flushes = |vault: &Unlocked| -> i64 {
        let row = vault
            .connection
            .query_row("SELECT flushes FROM meta", [], |row| row.get(0));
        row.unwrap()
    };
    let before = flushes(&vault);
    vault.add(&home.context(), credential("a", "1")).unwrap();
    assert_eq!(flushes(&vault), before + 1);
}

#[test]
fn a_launch_uses_a_credential_once_however_many_fields_it_gets() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let one = vault.add(&home.context(), credential("a", "1")).unwrap();
    let (action, outcome) = (Action::Launched, AuditOutcome::Released);
    let subjects = [one.id, one.id];
    vault
        .record_use(&home.context(), action, outcome, &subjects, Detail::new())
        .unwrap();
    let usage = vault.summary(one.id, &home.clock()).unwrap().usage;
    assert_eq!(usage.uses, 1);
    let newest = vault.audit(&AuditFilter::default()).unwrap().entries;
    assert_eq!(newest[0].subjects, [one.id]);
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let added = vault
        .add(&home.context(), credential("stripe", "sk_1"))
        .unwrap();
    let detail = Detail::new();
    vault
        .record_use(
            &home.context(),
            Action::Launched,
            AuditOutcome::Released,
            &[added.id],
            detail,
        )
        .unwrap();
    assert!(vault.unflushed > 0);
    // The files as a kill leaves them; SQLite would tidy up when dropped.
    home.kill(vault);
    let vault = home.open().unwrap();
    assert_eq!(
        vault.summary(added.id, &home.clock()).unwrap().usage.uses,
        1
    );
    assert_eq!(text_of(&vault, added.id, None), "sk_1");
    vault.verify_audit().unwrap();
}

#[test]
fn uses_are_flushed_by_number() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    for used in 1..=64 {
        vault
            .record_use(
                &home.context(),
                Action::Shown,
                AuditOutcome::Released,
                &[],
                Detail::new(),
            )
            .unwrap();
        assert_eq!((vault.unflushed > 0), used < 64);
    }
    let generation = vault.generation();
    vault.flush_uses().unwrap();
    assert_eq!(vault.generation(), generation);
}

#[test]
fn the_log_tells_who_did_what() {
    let mut home = Home::new();
    let (mut vault, _) = home.create();
    let added = vault
        .add(&home.context(), credential("stripe", "sk_1"))
        .unwrap();
    home.pass(1);
    rename(&mut vault, &home.context(), &added, "stripe-main").unwrap();
    let about = AuditFilter {
        subject: Some(added.id),
        ..AuditFilter::default()
    };
    let page = vault.audit(&about).unwrap();
    let actions: Vec<Action> = page.entries.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::Edited, Action::Added]);
    assert_eq!(page.entries[0].actor.program, "/usr/bin/kh");
    assert_eq!(page.entries[0].detail["name"], "stripe-main");
    assert_eq!(page.next, None);
    let first = AuditFilter {
        limit: 1,
        since: Some(home.now),
        action: Some(Action::Edited),
        ..AuditFilter::default()
    };
    assert_eq!(vault.audit(&first).unwrap().entries.len(), 1);
    let paged = AuditFilter {
        limit: 2,
        ..AuditFilter::default()
    };
    let page = vault.audit(&paged).unwrap();
    assert_eq!((page.entries.len(), page.next), (2, Some(3)));
    assert_eq!(vault.verify_audit().unwrap(), 4);
}

pub(super) fn copy_folder(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
