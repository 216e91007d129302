//! Backups are whole, are checked before they count, and are written while the vault is used.

use super::keys::{OTHER, rekey};
use super::verifying::{lively, use_of};
use super::*;
use crate::error::BackupDamage;
use crate::format::backup_file::BackupFile;

fn backup_to(vault: &mut Unlocked, home: &Home, name: &str) -> (PathBuf, BackupInfo) {
    let path = home.path().join(name);
    let info = vault.backup(&path, Reason::Asked, &home.context()).unwrap();
    (path, info)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_private_audited_and_leaves_nothing_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let (home, mut vault) = lively();
    let before = names(&home.vault());
    let (path, info) = backup_to(&mut vault, &home, "one.khbackup");
    assert_eq!(info.authenticity, Authenticity::Authentic);
    assert_eq!((info.credentials, info.made_at), (3, home.now));
    let found = std::fs::metadata(&path).unwrap();
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    assert_eq!(found.len(), info.size);
    assert_eq!(names(&home.vault()), before);
    assert_eq!(names(home.path()), ["one.khbackup", "state", "vault"]);
    let entry = &vault.audit(&AuditFilter::default()).unwrap().entries[0];
    assert_eq!(entry.action, Action::BackedUp);
    assert_eq!(entry.detail["bytes"], info.size.to_string());
    // Commits move the log into the file again.
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    assert!(home.open().unwrap().verify().unwrap().is_clean());
}

#[test]
fn changes_meanwhile_are_kept_and_are_not_in_it() {
    let (mut home, mut vault) = lively();
    let path = home.path().join("slices.khbackup");
    let mut backup = vault
        .begin_backup(&path, Reason::Asked, &home.context())
        .unwrap();
    let generation = vault.generation();
    let mut added = 0;
    loop {
        home.pass(1);
        let name = format!("meanwhile-{added}");
        vault
            .add(&home.context(), credential(&name, "value"))
            .unwrap();
        added += 1;
        match backup.stage() {
            BackupStage::Slice | BackupStage::Rows => vault.backup_slice(&mut backup).unwrap(),
            BackupStage::Pages => backup.check_pages().unwrap(),
            BackupStage::Assemble => backup.assemble().unwrap(),
            BackupStage::Finish => break,
        }
    }
    let info = vault.finish_backup(backup, &home.context()).unwrap();
    assert!(added > 4, "{added}");
    assert_eq!((info.generation, info.credentials), (generation, 3));
    assert_eq!(vault.generation(), generation + added);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_backup_replaces_a_backup_and_nothing_else() {
    let (home, mut vault) = lively();
    let (path, _) = backup_to(&mut vault, &home, "one.khbackup");
    let (_, again) = backup_to(&mut vault, &home, "one.khbackup");
    assert_eq!(again.path, path);
    let diary = home.path().join("diary");
    std::fs::write(&diary, b"dear diary").unwrap();
    assert!(matches!(
        vault.backup(&diary, Reason::Asked, &home.context()),
        Err(VaultError::NotABackup(_))
    ));
    assert_eq!(std::fs::read(&diary).unwrap(), b"dear diary");
    // Nor a file next to it with a likely name, nor another vault's only backup.
    let neighbour = home.path().join("one.khbackup.new");
    std::fs::write(&neighbour, b"mine").unwrap();
    backup_to(&mut vault, &home, "one.khbackup");
    assert_eq!(std::fs::read(&neighbour).unwrap(), b"mine");
    let (_other_home, mut other) = lively();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(
        other.backup(&path, Reason::Asked, &home.context()),
        Err(VaultError::NotABackup(_))
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_backup_of_a_damaged_vault_is_refused_and_leaves_no_file() {
    let (home, mut vault) = lively();
    vault
        .connection
        .execute_batch("UPDATE version SET label = 5 WHERE number = 1")
        .unwrap();
    let path = home.path().join("bad.khbackup");
    assert!(matches!(
        vault.backup(&path, Reason::Asked, &home.context()),
        Err(VaultError::DamagedData(DataDamage::Rows))
    ));
    assert_eq!(names(home.path()), ["state", "vault"]);
}

#[test]
fn each_flipped_byte_of_a_backup_is_damage() {
    let (home, mut vault) = lively();
    let (path, _) = backup_to(&mut vault, &home, "one.khbackup");
    let bytes = std::fs::read(&path).unwrap();
    let bent_path = home.path().join("bent.khbackup");
    for at in (0..bytes.len()).step_by(31).chain(0..600) {
        let mut bent = bytes.clone();
        bent[at] ^= 8;
        std::fs::write(&bent_path, &bent).unwrap();
        let read = BackupFile::open(&bent_path).and_then(|mut file| file.each_chunk(|_| Ok(())));
        assert!(
            matches!(
                read,
                Err(VaultError::DamagedBackup { .. } | VaultError::NotABackup(_))
            ),
            "byte {at}"
        );
    }
    for length in [0, 7, 100, 400, bytes.len() - 1] {
        std::fs::write(&bent_path, &bytes[..length]).unwrap();
        assert!(BackupFile::open(&bent_path).is_err(), "cut to {length}");
    }
    std::fs::write(&bent_path, [bytes.as_slice(), b"more"].concat()).unwrap();
    assert!(matches!(
        BackupFile::open(&bent_path),
        Err(VaultError::DamagedBackup {
            damage: BackupDamage::Length,
            ..
        })
    ));
}

#[test]
fn automatic_ones_are_listed_and_pruned() {
    let (mut home, mut vault) = lively();
    assert!(vault.backups().unwrap().is_empty());
    for _ in 0..15 {
        home.pass(24);
        let path = new_backup_path(&home.vault(), home.now, Reason::Daily).unwrap();
        vault.backup(&path, Reason::Daily, &home.context()).unwrap();
        vault.prune_backups(&home.clock()).unwrap();
    }
    let listed = vault.backups().unwrap();
    assert!(listed.is_sorted_by(|a, b| a.made_at > b.made_at));
    assert!(
        listed
            .iter()
            .all(|one| one.authenticity == Authenticity::Authentic)
    );
    // Seven days, and the Sunday of the week before.
    assert_eq!(listed.len(), 8);
    let damaged = listed.last().unwrap().path.clone();
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let listed = vault.backups().unwrap();
    let standings: Vec<_> = listed.iter().map(|one| one.authenticity).collect();
    assert_eq!(
        standings
            .iter()
            .filter(|one| **one == Authenticity::Damaged)
            .count(),
        1
    );
    use_of(&home, &mut vault, &[]);
}

/// Those asked for within the last days of use stay, so that requests cannot push them out;
/// later the newest twenty are enough.
#[test]
fn requests_do_not_push_out_recent_backups() {
    let (mut home, mut vault) = lively();
    for _ in 0..25 {
        home.pass(1);
        let path = new_backup_path(&home.vault(), home.now, Reason::Asked).unwrap();
        vault.check_backup_room(home.now).unwrap();
        vault.backup(&path, Reason::Asked, &home.context()).unwrap();
        vault.prune_backups(&home.clock()).unwrap();
    }
    assert_eq!(vault.backups().unwrap().len(), 25);
    for _ in 0..32 {
        home.pass(24);
        use_of(&home, &mut vault, &[]);
    }
    vault.prune_backups(&home.clock()).unwrap();
    assert_eq!(vault.backups().unwrap().len(), 20);
}

/// Flips a bit of the database in a backup, which its beginning does not show.
fn rot(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let at = bytes.len() - 5000;
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn the_newest_own_backup_that_is_whole_is_the_one_to_restore() {
    let (mut home, mut vault) = lively();
    let daily = |home: &mut Home, vault: &mut Unlocked| {
        home.pass(24);
        let path = new_backup_path(&home.vault(), home.now, Reason::Daily).unwrap();
        vault.backup(&path, Reason::Daily, &home.context()).unwrap();
        path
    };
    let under_old_key = daily(&mut home, &mut vault);
    let (mut vault, _) = rekey(vault, &home, OTHER);
    let older = daily(&mut home, &mut vault);
    let newest = daily(&mut home, &mut vault);
    // Newer than all, of another vault.
    let (mut elsewhere, mut other) = lively();
    elsewhere.now = home.now + SignedDuration::from_hours(1);
    let foreign = new_backup_path(&home.vault(), elsewhere.now, Reason::Daily).unwrap();
    other
        .backup(&foreign, Reason::Daily, &elsewhere.context())
        .unwrap();
    let best = |vault: &Unlocked| {
        let mut restorable = vault.restorable().unwrap().into_iter();
        restorable.find(BackupInfo::is_whole).map(|one| one.path)
    };
    assert_eq!(best(&vault), Some(newest.clone()));
    rot(&newest);
    let listed = vault.backups().unwrap();
    let of_newest = listed.iter().find(|one| one.path == newest).unwrap();
    assert_eq!(
        of_newest.authenticity,
        Authenticity::Authentic,
        "its beginning is whole"
    );
    assert_eq!(best(&vault), Some(older.clone()));
    rot(&older);
    assert_eq!(best(&vault), Some(under_old_key.clone()));
    rot(&under_old_key);
    assert_eq!(best(&vault), None);

    let named = |all: Vec<BackupInfo>| all.into_iter().map(|one| one.path).collect::<Vec<_>>();
    let expected = named(vault.restorable().unwrap());
    assert_eq!(expected, [newest, older, under_old_key]);
    home.close(vault);
    let locked = home.read().unwrap();
    let kek = locked.password_job().unwrap().run(&secret(OTHER)).unwrap();
    assert_eq!(named(locked.restorable(&kek).unwrap()), expected);
}

#[test]
fn a_backup_is_not_put_into_the_vaults_own_folder() {
    let (home, mut vault) = lively();
    let inside = home.vault().join("inside");
    crate::format::disk::make_folder(&inside).unwrap();
    std::os::unix::fs::symlink(home.vault(), home.path().join("link")).unwrap();
    std::os::unix::fs::symlink(home.vault().join("vault-1.db"), home.path().join("file")).unwrap();
    let before = names(&home.vault());
    for target in [
        home.vault().join("one.khbackup"),
        home.vault().join("vault-1.db"),
        inside.join("one.khbackup"),
        home.path().join("link/one.khbackup"),
        home.path().join("file"),
    ] {
        let refused = vault.backup(&target, Reason::Asked, &home.context());
        assert!(
            matches!(refused, Err(VaultError::BackupInVault(_))),
            "{}",
            target.display()
        );
    }
    assert_eq!(names(&home.vault()), before);
    let own = new_backup_path(&home.vault(), home.now, Reason::Asked).unwrap();
    vault.backup(&own, Reason::Asked, &home.context()).unwrap();
}

/// How many pages may wait in the log before a commit moves them into the file.
fn checkpoints(vault: &Unlocked) -> i64 {
    let pages = vault
        .connection
        .pragma_query_value(None, "wal_autocheckpoint", |row| row.get(0));
    pages.unwrap()
}

#[test]
fn a_backup_that_does_not_begin_leaves_the_database_as_it_was() {
    let (home, mut vault) = lively();
    let usual = checkpoints(&vault);
    // What is to be counted for the manifest cannot be.
    let hide = "ALTER TABLE credential RENAME TO hidden";
    vault.connection.execute_batch(hide).unwrap();
    let path = home.path().join("one.khbackup");
    let refused = vault.begin_backup(&path, Reason::Asked, &home.context());
    assert!(refused.is_err());
    assert_eq!(checkpoints(&vault), usual);
}

#[test]
fn a_lock_closes_the_copy_that_is_checked() {
    let (home, mut vault) = lively();
    let path = home.path().join("one.khbackup");
    let mut backup = vault
        .begin_backup(&path, Reason::Asked, &home.context())
        .unwrap();
    while backup.stage() != BackupStage::Pages {
        vault.backup_slice(&mut backup).unwrap();
    }
    home.close(vault);
    assert!(matches!(
        backup.check_pages(),
        Err(VaultError::LockedMeanwhile)
    ));
    drop(backup);
    assert_eq!(names(home.path()), ["state", "vault"]);
    assert!(!names(&home.vault()).contains(&"backup-copy".into()));
}
