//! Another password, another recovery key, the login keychain; and the helpers of a new vault key.

use super::opening::copy_folder;
use super::*;

pub(super) const OTHER: &[u8] = b"battery staple";

/// A vault with a credential of two versions, a use, and an entry of the log about it.
pub(super) fn prepared(home: &Home) -> (Unlocked, RecoveryKey, uuid::Uuid) {
    let (mut vault, recovery) = home.create();
    let added = vault
        .add(&home.context(), credential("stripe", "sk_1"))
        .unwrap();
    set_value(&mut vault, home, &added, "sk_2");
    let (action, outcome) = (Action::Launched, AuditOutcome::Released);
    vault
        .record_use(&home.context(), action, outcome, &[added.id], Detail::new())
        .unwrap();
    (vault, recovery, added.id)
}

pub(super) fn proof(vault: &Unlocked, password: &[u8]) -> Kek {
    vault
        .password_job()
        .unwrap()
        .run(&secret(password))
        .unwrap()
}

pub(super) fn new_password(vault: &mut Unlocked, home: &Home, password: &[u8]) -> NewPassword {
    let policy = home.options().policy;
    let kdf = policy.calibrate(|| Duration::ZERO).unwrap();
    let job = vault.new_password_job(kdf).unwrap();
    job.run(&secret(password)).unwrap()
}

pub(super) fn change_password(
    vault: &mut Unlocked,
    home: &Home,
    from: &[u8],
    to: &[u8],
) -> Result<(), VaultError> {
    let proof = proof(vault, from);
    let password = new_password(vault, home, to);
    vault.set_password(&home.context(), &proof, &password)
}

pub(super) fn rekey(mut vault: Unlocked, home: &Home, to: &[u8]) -> (Unlocked, RecoveryKey) {
    let proof = proof(&vault, PASSWORD);
    let password = new_password(&mut vault, home, to);
    let mut rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let mut more = true;
    while more {
        (rekey, more) = rekey.step(&mut vault).unwrap();
    }
    let (done, total) = rekey.progress();
    assert_eq!(done, total);
    let rekeyed = rekey.seal(&mut vault, &home.context(), &password).unwrap();
    match rekeyed.commit(vault) {
        Ok(done) => done,
        Err(failure) => panic!("{}", failure.error),
    }
}

/// A vault of [`prepared`] under a new vault key; and the copy of its folder from before that.
pub(super) fn rekeyed_with_old_copy(home: &Home) -> PathBuf {
    let (vault, _, _) = prepared(home);
    home.close(vault);
    let copy = home.path().join("copy");
    copy_folder(&home.vault(), &copy);
    let (vault, _) = rekey(home.open().unwrap(), home, OTHER);
    home.close(vault);
    copy
}

/// Puts the files of a copy over those of the folder.
pub(super) fn copy_over(home: &Home, copy: &Path) {
    for name in file_names(copy) {
        std::fs::copy(copy.join(&name), home.vault().join(&name)).unwrap();
    }
}

pub(super) fn open_with(home: &Home, password: &[u8]) -> Result<Unlocked, VaultError> {
    let locked = home.read()?;
    let kek = locked.password_job()?.run(&secret(password))?;
    locked
        .open(&kek, OldCopy::Ask, &home.context())
        .map_err(|failure| failure.error)
}

pub(super) fn recover(home: &Home, recovery: &RecoveryKey) -> Result<Unlocked, VaultError> {
    let locked = home.read()?;
    let kek = locked.recovery_kek(recovery)?;
    locked
        .open(&kek, OldCopy::Ask, &home.context())
        .map_err(|failure| failure.error)
}

fn newest(vault: &Unlocked) -> AuditEntry {
    let filter = AuditFilter::default();
    vault.audit(&filter).unwrap().entries.remove(0)
}

/// Everything [`prepared`] stored is there.
pub(super) fn assert_whole(vault: &Unlocked, home: &Home, id: uuid::Uuid) {
    assert_eq!(text_of(vault, id, None), "sk_2");
    assert_eq!(text_of(vault, id, Some(1)), "sk_1");
    assert_eq!(vault.summary(id, &home.clock()).unwrap().usage.uses, 1);
    let about = AuditFilter {
        subject: Some(id),
        ..AuditFilter::default()
    };
    let entries = vault.audit(&about).unwrap().entries;
    let actions: Vec<Action> = entries.iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::Launched, Action::ValueSet, Action::Added]);
    vault.verify_audit().unwrap();
}

#[test]
fn a_new_password_opens_and_the_old_one_does_not() {
    let home = Home::new();
    let (mut vault, recovery, id) = prepared(&home);
    change_password(&mut vault, &home, PASSWORD, OTHER).unwrap();
    let entry = newest(&vault);
    assert_eq!(entry.action, Action::PasswordChanged);
    assert_eq!(entry.detail["with"], "password");
    // The open vault asks for the new one from now on.
    vault.check_password(&proof(&vault, OTHER)).unwrap();
    assert!(vault.check_password(&proof(&vault, PASSWORD)).is_err());
    home.close(vault);
    assert!(matches!(
        open_with(&home, PASSWORD),
        Err(VaultError::WrongPassword)
    ));
    let vault = open_with(&home, OTHER).unwrap();
    assert!(vault.warnings().is_empty());
    assert_whole(&vault, &home, id);
    home.close(vault);
    home.close(recover(&home, &recovery).unwrap());
}

#[test]
fn a_new_password_has_a_new_salt_even_when_it_is_the_old_one() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let before = proof(&vault, PASSWORD);
    change_password(&mut vault, &home, PASSWORD, PASSWORD).unwrap();
    assert_ne!(proof(&vault, PASSWORD).key, before.key);
    assert!(vault.check_password(&before).is_err());
}

#[test]
fn a_wrong_password_changes_nothing() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let header = std::fs::read(home.vault().join("header-a")).unwrap();
    let before = newest(&vault).sequence;
    let changed = change_password(&mut vault, &home, b"wrong", OTHER);
    assert!(matches!(changed, Err(VaultError::WrongPassword)));
    let wrong = proof(&vault, b"wrong");
    assert!(vault.make_recovery(&home.context(), &wrong).is_err());
    assert!(Rekey::begin(&mut vault, &wrong).is_err());
    assert_eq!(newest(&vault).sequence, before);
    let now = std::fs::read(home.vault().join("header-a")).unwrap();
    assert_eq!(now, header);
}

#[test]
fn a_new_recovery_key_ends_the_old_one() {
    let home = Home::new();
    let (mut vault, old, id) = prepared(&home);
    let proof = proof(&vault, PASSWORD);
    let new = vault.make_recovery(&home.context(), &proof).unwrap();
    assert_eq!(newest(&vault).action, Action::RecoveryChanged);
    home.close(vault);
    assert!(matches!(
        recover(&home, &old),
        Err(VaultError::WrongRecoveryKey)
    ));
    let vault = recover(&home, &new).unwrap();
    assert_whole(&vault, &home, id);
    home.close(vault);
    home.close(home.open().unwrap());
}

#[test]
fn after_a_recovery_the_password_can_be_set_with_the_recovery_key() {
    let home = Home::new();
    let (vault, recovery, id) = prepared(&home);
    home.close(vault);
    let mut vault = recover(&home, &recovery).unwrap();
    assert_eq!(vault.warnings(), [UnlockWarning::Recovered]);
    let proof = vault.recovery_kek(&recovery).unwrap();
    let password = new_password(&mut vault, &home, OTHER);
    vault
        .set_password(&home.context(), &proof, &password)
        .unwrap();
    assert!(vault.warnings().is_empty());
    assert_eq!(newest(&vault).detail["with"], "recovery key");
    home.close(vault);
    assert_whole(&open_with(&home, OTHER).unwrap(), &home, id);
}

#[test]
fn a_password_change_on_a_full_disk_keeps_the_old_one_and_says_so_in_the_log() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let (mut vault, _, id) = prepared(&home);
    // A folder where the temporary file would be: it can be neither removed nor made.
    let in_the_way = home.vault().join("header-a.new");
    std::fs::create_dir(&in_the_way).unwrap();
    let changed = change_password(&mut vault, &home, PASSWORD, OTHER);
    assert!(matches!(changed, Err(VaultError::Io { .. })));
    let entry = newest(&vault);
    assert_eq!(
        (entry.action, entry.outcome),
        (Action::PasswordChanged, AuditOutcome::Failed)
    );
    vault.check_password(&proof(&vault, PASSWORD)).unwrap();
    std::fs::remove_dir(&in_the_way).unwrap();
    // Only the second copy fails: the change holds, and the next unlock repairs it.
    let in_the_way = home.vault().join("header-b.new");
    std::fs::create_dir(&in_the_way).unwrap();
    std::fs::set_permissions(&in_the_way, std::fs::Permissions::from_mode(0o700)).unwrap();
    change_password(&mut vault, &home, PASSWORD, OTHER).unwrap();
    home.close(vault);
    std::fs::remove_dir(&in_the_way).unwrap();
    let vault = open_with(&home, OTHER).unwrap();
    assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
    assert_whole(&vault, &home, id);
}

#[test]
fn the_login_keychain_opens_until_it_is_forbidden_or_the_key_changes() {
    let home = Home::new();
    let (mut vault, _, id) = prepared(&home);
    let open = |login: &LoginKey| {
        let locked = home.read()?;
        let kek = locked.login_kek(login)?;
        locked
            .open(&kek, OldCopy::Ask, &home.context())
            .map_err(|failure| failure.error)
    };
    let wrong = proof(&vault, b"wrong");
    assert!(vault.add_login_slot(&home.context(), &wrong).is_err());
    let proof = proof(&vault, PASSWORD);
    let first = vault.add_login_slot(&home.context(), &proof).unwrap();
    let login = vault.add_login_slot(&home.context(), &proof).unwrap();
    assert!(vault.has_login_slot());
    // It may open the vault, but not change what else does.
    home.close(vault);
    assert!(matches!(open(&first), Err(VaultError::WrongLoginKey)));
    let mut vault = open(&LoginKey::parse(&login.to_text()).unwrap()).unwrap();
    assert_eq!(newest(&vault).action, Action::UnlockedByLogin);
    assert_whole(&vault, &home, id);
    vault.remove_login_slot(&home.context()).unwrap();
    assert_eq!(newest(&vault).action, Action::LoginForbidden);
    home.close(vault);
    assert!(matches!(open(&login), Err(VaultError::WrongLoginKey)));
    let mut vault = home.open().unwrap();
    let login = vault.add_login_slot(&home.context(), &proof).unwrap();
    let (vault, _) = rekey(vault, &home, OTHER);
    assert!(!vault.has_login_slot());
    assert_eq!(newest(&vault).detail["dropped"], "login keychain");
    home.close(vault);
    assert!(matches!(open(&login), Err(VaultError::WrongLoginKey)));
}

pub(super) fn file_names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
