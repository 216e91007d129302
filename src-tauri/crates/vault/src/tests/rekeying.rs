//! Another vault key: what it keeps, what it leaves behind, and what it makes old.

use super::keys::*;
use super::*;

/// A vault of [`prepared`] with what a re-key asks for: the proof, and the new password.
fn ready_to_rekey(home: &Home) -> (Unlocked, uuid::Uuid, Kek, NewPassword) {
    let (mut vault, _, id) = prepared(home);
    let proof = proof(&vault, PASSWORD);
    let password = new_password(&mut vault, home, OTHER);
    (vault, id, proof, password)
}

#[test]
fn an_old_password_and_an_old_header_open_until_a_rekey() {
    let home = Home::new();
    let (mut vault, _, id) = prepared(&home);
    let names = ["header-a", "header-b"].map(|name| home.vault().join(name));
    let old = names.clone().map(|name| std::fs::read(name).unwrap());
    let put_back = || {
        for (name, bytes) in names.iter().zip(&old) {
            std::fs::write(name, bytes).unwrap();
        }
    };
    change_password(&mut vault, &home, PASSWORD, OTHER).unwrap();
    home.close(vault);
    put_back();
    // As the password change states: this is why there is a re-key.
    let vault = open_with(&home, PASSWORD).unwrap();
    assert_whole(&vault, &home, id);
    let (vault, _) = rekey(vault, &home, OTHER);
    home.close(vault);
    put_back();
    assert!(matches!(
        open_with(&home, PASSWORD),
        Err(VaultError::DamagedData(DataDamage::AnchorMissing))
    ));
}

#[test]
fn a_rekey_keeps_everything_under_new_keys() {
    let home = Home::new();
    let (mut vault, old_recovery, id) = prepared(&home);
    vault
        .add(&home.context(), credential("other", "x"))
        .unwrap();
    let log = vault.audit(&AuditFilter::default()).unwrap().entries;
    let generation = vault.generation();
    let old_end = data_encoding::HEXLOWER.encode(&vault.head.mac);
    let (vault, recovery) = rekey(vault, &home, OTHER);
    assert_whole(&vault, &home, id);
    assert_eq!(vault.generation(), generation + 1);
    let mut entries = vault.audit(&AuditFilter::default()).unwrap().entries;
    let entry = entries.remove(0);
    assert_eq!(entry.action, Action::Rekeyed);
    assert_eq!(entry.detail["epoch"], "2");
    assert_eq!(entry.detail["carried_over"], log.len().to_string());
    assert_eq!(entry.detail["old_end"], old_end);
    assert_eq!(entries, log);
    home.close(vault);
    let mut names = file_names(&home.vault());
    names.sort();
    assert_eq!(
        names,
        [
            "anchor-2",
            "header-a",
            "header-b",
            "lock",
            "uses-2",
            "vault-2.db"
        ]
    );
    assert!(matches!(
        open_with(&home, PASSWORD),
        Err(VaultError::WrongPassword)
    ));
    assert!(matches!(
        recover(&home, &old_recovery),
        Err(VaultError::WrongRecoveryKey)
    ));
    home.close(recover(&home, &recovery).unwrap());
    let mut vault = open_with(&home, OTHER).unwrap();
    assert!(vault.warnings().is_empty());
    assert_whole(&vault, &home, id);
    // And it goes on: the rows' root is one that changes follow from.
    let other = vault.find(&location("shop", "dev"), "other").unwrap();
    vault.remove(&home.context(), seen(&other)).unwrap();
    home.close(vault);
    home.close(open_with(&home, OTHER).unwrap());
}

#[test]
fn no_sealed_value_of_the_old_epoch_is_left() {
    let home = Home::new();
    let (vault, _, _) = prepared(&home);
    let sealed = |vault: &Unlocked| -> Vec<Vec<u8>> {
        let mut statement = vault
            .connection
            .prepare("SELECT sealed FROM version ORDER BY number")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let before = sealed(&vault);
    let old_keys = crate::crypto::keys::EpochKeys::derive(
        &crate::unlock_slots::open_slot(&vault.chosen.copy.header, &proof(&vault, PASSWORD))
            .unwrap(),
        vault.id(),
        1,
    );
    let (vault, _) = rekey(vault, &home, OTHER);
    let after = sealed(&vault);
    assert_eq!(before.len(), after.len());
    for (old, new) in before.iter().zip(&after) {
        assert_ne!(old, new);
    }
    assert_ne!(*old_keys.database_pragma(), *vault.keys.database_pragma());
}

#[test]
fn changes_and_uses_during_a_rekey_are_not_lost() {
    let home = Home::new();
    let (mut vault, id, proof, password) = ready_to_rekey(&home);
    let rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let (rekey, more) = rekey.step(&mut vault).unwrap();
    assert!(!more);
    let late = vault
        .add(&home.context(), credential("late", "sk_3"))
        .unwrap();
    let (rekey, _) = rekey.step(&mut vault).unwrap();
    let (action, outcome) = (Action::Copied, AuditOutcome::Released);
    vault
        .record_use(&home.context(), action, outcome, &[late.id], Detail::new())
        .unwrap();
    let rekeyed = rekey.seal(&mut vault, &home.context(), &password).unwrap();
    let Ok((vault, _)) = rekeyed.commit(vault) else {
        panic!("not committed");
    };
    assert_whole(&vault, &home, id);
    assert_eq!(text_of(&vault, late.id, None), "sk_3");
    assert_eq!(vault.summary(late.id, &home.clock()).unwrap().usage.uses, 1);
}

#[test]
fn a_cancelled_rekey_leaves_no_trace() {
    let home = Home::new();
    let (mut vault, id, proof, password) = ready_to_rekey(&home);
    let names = file_names(&home.vault());
    let rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let (rekey, _) = rekey.step(&mut vault).unwrap();
    assert!(home.vault().join("vault-2.db").exists());
    drop(rekey);
    assert_eq!(file_names(&home.vault()), names);
    let rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let sealed = rekey.seal(&mut vault, &home.context(), &password).unwrap();
    drop(sealed);
    assert_eq!(file_names(&home.vault()), names);
    assert_whole(&vault, &home, id);
    home.close(vault);
    home.close(home.open().unwrap());
}

#[test]
fn a_row_that_was_tampered_with_does_not_get_a_good_name_by_a_rekey() {
    let home = Home::new();
    let (mut vault, _, proof, password) = ready_to_rekey(&home);
    vault
        .connection
        .execute("UPDATE credential SET name = 'another'", [])
        .unwrap();
    let rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let sealed = rekey.seal(&mut vault, &home.context(), &password);
    assert!(matches!(
        sealed.err(),
        Some(VaultError::DamagedData(DataDamage::Rows))
    ));
    let head = vault.head;
    vault
        .connection
        .execute("UPDATE audit SET outcome = 'failed' WHERE sequence = 2", [])
        .unwrap();
    let rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let sealed = rekey.seal(&mut vault, &home.context(), &password);
    assert!(matches!(
        sealed.err(),
        Some(VaultError::DamagedData(DataDamage::Audit { sequence: 2 }))
    ));
    assert_eq!(vault.head, head);
}

#[test]
fn a_reminder_is_not_repeated_after_a_rekey() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let mut new = credential("stripe", "sk_1");
    new.dates.expires = Some("2026-03-10".parse().unwrap());
    vault.add(&home.context(), new).unwrap();
    let mut schedule = vault.schedule(None, &home.clock()).unwrap();
    schedule.entries[0].sent = home.now;
    let (mut vault, _) = rekey(vault, &home, OTHER);
    let redrawn = vault.schedule(Some(&schedule), &home.clock()).unwrap();
    assert_eq!(redrawn.entries[0].sent, home.now);
    let again = vault.schedule(Some(&redrawn), &home.clock()).unwrap();
    assert_eq!(again.entries[0].sent, home.now);
}

#[test]
fn a_copy_from_before_a_rekey_is_called_old() {
    let home = Home::new();
    let copy = rekeyed_with_old_copy(&home);
    home.put_back(&copy);
    assert!(matches!(
        home.open(),
        Err(VaultError::OldCopy { changes: 1 })
    ));
}

#[test]
fn accepting_an_old_copy_removes_nothing_newer() {
    let home = Home::new();
    let copy = rekeyed_with_old_copy(&home);
    copy_over(&home, &copy);
    let locked = home.read().unwrap();
    let kek = locked.password_job().unwrap().run(&secret(PASSWORD));
    let opened = locked.open(&kek.unwrap(), OldCopy::Accept, &home.context());
    assert!(opened.is_ok());
    assert!(home.vault().join("vault-2.db").exists());
    assert!(home.vault().join("anchor-2").exists());
}
