//! Promise 19: backups that are written under load restore.

use std::collections::BTreeMap;

use keyhaven_proof::{ProofRun, SeededRng};

use super::restoring::restore;
use super::verifying::{lively, use_of};
use super::*;
use crate::error::Invalid;
use crate::store::connect;

/// Every value of every version that is kept, by name and number.
fn everything(vault: &Unlocked, home: &Home) -> BTreeMap<(String, u32), String> {
    let mut all = BTreeMap::new();
    let living = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap();
    for one in living {
        let id = one.credential.id;
        for version in vault.versions(id, home.now).unwrap() {
            if version.has_values {
                let value = text_of(vault, id, Some(version.number));
                all.insert((one.credential.name.clone(), version.number), value);
            }
        }
    }
    all
}

/// Writes something: a new key, a new value, or one less.
fn write(home: &Home, vault: &mut Unlocked, dice: &mut SeededRng) {
    let living = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap();
    let value = format!("{:x}", dice.next()).repeat(1 + dice.below(400));
    let context = home.context();
    if living.len() < 8 || dice.below(4) == 0 && living.len() < 60 {
        let name = format!("k{:x}", dice.next());
        match vault.add(&context, credential(&name, &value)) {
            Ok(_) | Err(VaultError::Invalid(Invalid::Variable)) => {}
            Err(other) => panic!("{other}"),
        }
        return;
    }
    let one = &living[dice.below(living.len())].credential;
    if dice.below(6) == 0 {
        vault.remove(&context, seen(one)).unwrap();
    } else {
        vault
            .set_values(&context, seen(one), new_value(&value), OldVersions::Keep)
            .unwrap();
        use_of(home, vault, &[one.id]);
    }
}

/// Large enough for several slices.
fn large(credentials: u32) -> (Home, Unlocked) {
    let (home, mut vault) = lively();
    for number in 0..credentials {
        let name = format!("large-{number}");
        let value = "x".repeat(50_000);
        vault
            .add(&home.context(), credential(&name, &value))
            .unwrap();
    }
    (home, vault)
}

#[test]
fn promise_19_backups_under_write_load_restore() {
    let mut proof = ProofRun::begin("promise_19_backups_under_write_load_restore");
    let mut dice = SeededRng::new(19);
    let (mut home, mut vault) = large(30);
    for case in 0..ProofRun::cases(4, 200) {
        // What was removed stays in the trash, and each commit of a test reads every row.
        if case % 20 == 19 {
            assert!(vault.verify().unwrap().is_clean());
            (home, vault) = large(30);
        }
        home.pass(1);
        let path = home.path().join("load.khbackup");
        let mut backup = vault
            .begin_backup(&path, Reason::Daily, &home.context())
            .unwrap();
        let (meant, generation) = (everything(&vault, &home), vault.generation());
        loop {
            for _ in 0..dice.below(5) {
                write(&home, &mut vault, &mut dice);
            }
            match backup.stage() {
                BackupStage::Slice | BackupStage::Rows => vault.backup_slice(&mut backup).unwrap(),
                BackupStage::Pages => backup.check_pages().unwrap(),
                BackupStage::Assemble => backup.assemble().unwrap(),
                BackupStage::Finish => break,
            }
        }
        assert!(vault.generation() > generation, "there was load");
        vault.finish_backup(backup, &home.context()).unwrap();
        let elsewhere = Home {
            now: home.now,
            ..Home::new()
        };
        let (mut restored, _) = restore(&elsewhere, &path, None).unwrap();
        let found = everything(&restored, &elsewhere);
        assert!(found == meant, "backup {case}");
        assert!(restored.verify().unwrap().is_clean(), "backup {case}");
        proof.case();
    }
    assert!(vault.verify().unwrap().is_clean());
}

/// Copied while commits may move the log into the file, the copy is no vault, and that is
/// noticed before it gets its name.
#[test]
fn promise_19_control_a_copy_of_a_file_that_changes_is_refused() {
    let mut proof = ProofRun::begin("promise_19_control_a_copy_of_a_file_that_changes_is_refused");
    let (home, mut vault) = large(60);
    let path = home.path().join("torn.khbackup");
    let mut backup = vault
        .begin_backup(&path, Reason::Daily, &home.context())
        .unwrap();
    vault.backup_slice(&mut backup).unwrap();
    assert_eq!(backup.stage(), BackupStage::Slice, "there are more slices");
    vault.abandon_backup().unwrap();
    for number in 0..60 {
        let name = format!("large-{number}");
        let found = vault.find(&location("shop", "dev"), &name).unwrap();
        set_value(&mut vault, &home, &found, &"y".repeat(50_000));
    }
    connect::checkpoint(&vault.connection).unwrap();
    let result = loop {
        let step = match backup.stage() {
            BackupStage::Slice | BackupStage::Rows => vault.backup_slice(&mut backup),
            BackupStage::Pages => backup.check_pages(),
            BackupStage::Assemble => backup.assemble(),
            BackupStage::Finish => break Ok(()),
        };
        if let Err(error) = step {
            break Err(error);
        }
    };
    assert!(
        matches!(result, Err(VaultError::DamagedData(_))),
        "{result:?}"
    );
    drop(backup);
    assert!(!path.exists());
    proof.case();
}
