//! A backup in the vault's place.

use super::verifying::lively;
use super::*;
use crate::error::BackupDamage;
use crate::restore::Staged;

/// Restores into the home's vault, which must be locked or not there; the vault is open then.
pub(crate) fn restore(
    home: &Home,
    path: &Path,
    there: Option<&Inventory>,
) -> Result<(Unlocked, Restored), VaultError> {
    let (checked, folder, password) = check(home, path)?;
    let there = ReplacedVault {
        inventory: there,
        kek: None,
    };
    let (vault, _, restored) =
        checked.replace(folder, there, &password, &home.context(), home.options())?;
    Ok((vault, restored))
}

/// Carries it over, and stops before it is recorded.
pub(crate) fn stage(
    home: &Home,
    path: &Path,
    there: Option<&Inventory>,
) -> Result<(Staged, NewPassword), VaultError> {
    let (checked, folder, password) = check(home, path)?;
    let there = ReplacedVault {
        inventory: there,
        kek: None,
    };
    let staged = checked.stage(folder, there, &home.context(), home.options())?;
    Ok((staged, password))
}

fn check(home: &Home, path: &Path) -> Result<(CheckedBackup, Folder, NewPassword), VaultError> {
    let policy = home.options().policy;
    let restore = Restore::read(path, policy)?;
    let kek = restore.password_job()?.run(&secret(PASSWORD))?;
    let job = restore.new_password_job(policy.calibrate(|| Duration::ZERO)?)?;
    let folder = Folder::create(&home.vault())?;
    let checked = restore.check(&kek, folder.path())?;
    Ok((checked, folder, job.run(&secret(PASSWORD))?))
}

/// A lively vault that went on after its backup; what it held then, locked.
pub(crate) fn gone_on() -> (Home, PathBuf, Inventory) {
    let (mut home, mut vault) = lively();
    let path = home.path().join("one.khbackup");
    vault.backup(&path, Reason::Asked, &home.context()).unwrap();
    home.pass(48);
    let two = vault.find(&location("shop", "dev"), "two").unwrap();
    set_value(&mut vault, &home, &two, "newest");
    vault
        .add(&home.context(), credential("later", "x"))
        .unwrap();
    let stock = vault.stock().unwrap();
    home.close(vault);
    (home, path, stock)
}

#[test]
fn a_backup_takes_the_vaults_place_and_says_what_differs() {
    let (home, path, stock) = gone_on();
    let (mut vault, restored) = restore(&home, &path, Some(&stock)).unwrap();
    assert_eq!((restored.credentials, restored.compared), (3, true));
    assert_eq!(restored.check, ["shop/dev/two"]);
    assert_eq!(restored.missing, ["shop/dev/later"]);
    let two = vault.find(&location("shop", "dev"), "two").unwrap();
    assert_eq!(two.details.tags, [CHECK_TAG]);
    assert_eq!(text_of(&vault, two.id, None), "second");
    assert!(vault.find(&location("shop", "dev"), "later").is_err());
    let one = vault.find(&location("shop", "dev"), "one").unwrap();
    assert!(one.details.tags.is_empty());
    assert_eq!(text_of(&vault, one.id, None), "third");
    assert_eq!(vault.summary(one.id, &home.clock()).unwrap().usage.uses, 2);

    let newest = &vault.audit(&AuditFilter::default()).unwrap().entries[0];
    assert_eq!(newest.action, Action::BackupRestored);
    assert_eq!(newest.detail["age_seconds"], (48 * 3600).to_string());
    assert_eq!(newest.subjects, [two.id]);
    assert!(vault.generation() > stock.generation);
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    assert!(home.open().unwrap().verify().unwrap().is_clean());
}

#[test]
fn what_was_replaced_is_a_separate_vault() {
    let (home, path, stock) = gone_on();
    let (vault, restored) = restore(&home, &path, Some(&stock)).unwrap();
    home.close(vault);
    let replaced = restored.replaced.unwrap();
    let folder = Folder::open(&replaced).unwrap();
    let mut options = home.options();
    // On this machine a newer epoch of the same vault was seen.
    options.seen = None;
    let locked = Locked::read(folder, options).unwrap();
    let opened = locked.unlock(&secret(PASSWORD), &home.context());
    let mut vault = opened.map_err(|failure| failure.error).unwrap();
    let later = vault.find(&location("shop", "dev"), "later").unwrap();
    assert_eq!(text_of(&vault, later.id, None), "x");
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_backup_makes_a_vault_where_there_is_none_or_a_ruin() {
    let (home, path, _) = gone_on();
    let elsewhere = Home::new();
    let (vault, restored) = restore(&elsewhere, &path, None).unwrap();
    assert_eq!((restored.replaced, restored.compared), (None, false));
    elsewhere.close(vault);
    elsewhere.open().unwrap();

    for name in ["header-a", "header-b", "anchor-1"] {
        std::fs::write(home.vault().join(name), b"ruin").unwrap();
    }
    std::fs::write(home.vault().join("vault-1.db"), b"ruin").unwrap();
    assert!(home.read().is_err());
    let (mut vault, restored) = restore(&home, &path, None).unwrap();
    assert!(restored.replaced.unwrap().join("vault-1.db").exists());
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    home.open().unwrap();
}

#[test]
fn a_wrong_password_or_a_damaged_backup_leaves_the_vault_as_it_is() {
    let (home, path, _) = gone_on();
    let restore_with = Restore::read(&path, home.options().policy).unwrap();
    let kek = restore_with
        .password_job()
        .unwrap()
        .run(&secret(b"wrong"))
        .unwrap();
    assert!(matches!(
        restore_with.check(&kek, &home.vault()),
        Err(VaultError::WrongPassword)
    ));
    let bytes = std::fs::read(&path).unwrap();
    let mut bent = bytes.clone();
    let at = bytes.len() - 5000;
    bent[at] ^= 1;
    std::fs::write(&path, &bent).unwrap();
    assert!(matches!(
        restore(&home, &path, None),
        Err(VaultError::DamagedBackup {
            damage: BackupDamage::Database,
            ..
        })
    ));
    let vault = home.open().unwrap();
    vault.find(&location("shop", "dev"), "later").unwrap();
    let names: Vec<_> = std::fs::read_dir(home.vault())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restore") || name.contains("replaced"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn a_log_that_was_cut_is_carried_over_with_its_mark() {
    let (mut home, mut vault) = lively();
    vault.cut_audit(&home.context(), u64::MAX).unwrap();
    home.pass(1);
    let path = home.path().join("one.khbackup");
    vault.backup(&path, Reason::Asked, &home.context()).unwrap();
    let first = vault.first_audit_entry().unwrap();
    assert!(first > 1);
    home.close(vault);
    let (mut vault, _) = restore(&home, &path, None).unwrap();
    assert_eq!(vault.first_audit_entry().unwrap(), first);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_restored_password_is_never_derived_in_a_weaker_way_than_a_new_one() {
    let (home, path, _) = gone_on();
    let restore = Restore::read(&path, home.options().policy).unwrap();
    let before = restore.password_job().unwrap().params;
    let now = KdfParams {
        memory_kib: 64,
        passes: 2,
        lanes: 1,
    };
    let kek = restore.password_job().unwrap();
    let kek = kek.run(&secret(PASSWORD)).unwrap();
    let weaker = KdfParams {
        memory_kib: before.memory_kib / 2,
        ..before
    };
    let kept = restore.new_password_job(weaker).unwrap();
    assert_eq!(kept.run(&secret(PASSWORD)).unwrap().params, before);
    let password = restore.new_password_job(now).unwrap();
    let password = password.run(&secret(PASSWORD)).unwrap();
    let folder = Folder::open(&home.vault()).unwrap();
    let checked = restore.check(&kek, folder.path()).unwrap();
    let there = ReplacedVault::default();
    let replaced = checked.replace(folder, there, &password, &home.context(), home.options());
    let (vault, _, _) = replaced.unwrap();
    assert_eq!(vault.kdf(), Some(now));
    home.close(vault);
    home.open().unwrap();
}
