//! Restoring a backup: who may, what it brings, and what it leaves when it fails.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackUpToRequest, BackupState, RestoreBackupRequest,
};
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{
    Ask as _, CallHead, LockRequest, NewRecoveryKeyRequest, Proof, SettingsRequest, StatusRequest,
};
use keyhaven_protocol::settings::ExpiredPolicy;

use crate::dates::configure;
use crate::maintenance::{backups, heavy, verify};
use crate::restored_rights::foreign_backup;
use crate::support::{
    AgentFixture, PASSWORD, PATIENCE, Raw, restore, restore_over, secret, text, unlock,
};

#[test]
fn a_restore_ends_open_with_what_the_backup_held() {
    let world = AgentFixture::new();
    world.add("stripe", "old");
    let backup = world.client().ask(BackUpRequest {}).unwrap();
    world.add("later", "x");
    assert_eq!(
        restore(&world, &backup.file, "wrong").unwrap_err(),
        Error::WrongPassword
    );
    assert_eq!(world.get("later").unwrap(), "x");
    let restored = restore(&world, &backup.file, PASSWORD).unwrap();
    assert!(restored.compared && restored.check.is_empty());
    assert_eq!(restored.missing, ["shop/dev/later"]);
    assert_eq!(world.get("stripe").unwrap(), "old");
    assert!(matches!(
        world.get("later"),
        Err(Error::NoCredential { .. })
    ));
    let status = world.client().ask(StatusRequest {}).unwrap();
    assert!(!status.locked && status.locks_in_seconds.is_some());
    // Under the new key it cannot be proved whose the backup is.
    assert_eq!(backups(&world)[0].state, BackupState::Unproved);
    world.lock();
    unlock(&mut world.client(), PASSWORD).unwrap();
    assert!(verify(&world, None).unwrap().findings.is_empty());
    assert!(
        Path::new(&restored.replaced.unwrap())
            .join("vault-1.db")
            .exists()
    );
}

#[test]
fn a_restore_repairs_a_vault_that_does_not_unlock_and_makes_one_where_none_is() {
    let mut world = AgentFixture::new();
    world.add("stripe", "sk");
    let file = world.place.folder.join("../one.khbackup");
    let to = BackUpToRequest {
        file: file.to_str().unwrap().into(),
    };
    world.client().ask(to).unwrap();
    world.lock();
    for name in ["header-a", "header-b"] {
        std::fs::write(world.place.folder.join(name), "KEYHAVEN ruin").unwrap();
    }
    world.restart();
    let mut client = world.client();
    assert!(matches!(
        unlock(&mut client, PASSWORD),
        Err(Error::DamagedHeader { .. })
    ));
    restore(&world, file.to_str().unwrap(), PASSWORD).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk");

    let empty = AgentFixture::empty();
    restore(&empty, file.to_str().unwrap(), PASSWORD).unwrap();
    assert_eq!(empty.get("stripe").unwrap(), "sk");
}

#[test]
fn a_lock_while_a_restore_is_prepared_ends_it() {
    let world = heavy();
    let backup = world.client().ask(BackUpRequest {}).unwrap();
    world.add("later", "x");
    let start = Instant::now();
    loop {
        assert!(
            start.elapsed() < PATIENCE,
            "the lock came too late each time"
        );
        let (mut restoring, mut locking) = (world.client(), world.client());
        let mut segments = Segments::default();
        let request = RestoreBackupRequest {
            file: backup.file.clone(),
            password: segments.push(secret(PASSWORD)),
            present: Some(Proof::Password(segments.push(secret(PASSWORD)))),
        };
        let mut is_locked = false;
        let restored = restoring.ask_watched(request, &segments, &mut |_| {
            if !std::mem::replace(&mut is_locked, true) {
                locking.ask(LockRequest {}).unwrap();
            }
        });
        match restored {
            Err(Error::Locked) => break,
            Err(other) => panic!("{other:?}"),
            Ok(_) => drop(world.add("later", "x")),
        }
    }
    assert!(world.client().ask(StatusRequest {}).unwrap().locked);
    world.unlock();
    assert_eq!(world.get("later").unwrap(), "x");
}

/// The locks of POSIX that processes hold on a file.
fn locks_of(path: &Path) -> usize {
    use std::os::unix::fs::MetadataExt as _;
    let inode = format!(":{} ", std::fs::metadata(path).unwrap().ino());
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let held = |line: &&str| line.contains("POSIX") && line.contains(&inode);
    locks.lines().filter(held).count()
}

#[test]
fn a_restore_from_the_open_database_is_refused_and_leaves_its_locks() {
    let world = AgentFixture::new();
    let database = world.place.folder.join("vault-1.db");
    let link = world.place.folder.join("../link");
    std::os::unix::fs::symlink(&database, &link).unwrap();
    let before = locks_of(&database);
    assert!(before > 0);
    for file in [&database, &link] {
        let refused = restore(&world, file.to_str().unwrap(), PASSWORD).unwrap_err();
        assert!(matches!(refused, Error::NotABackup { .. }), "{refused:?}");
        assert_eq!(locks_of(&database), before);
    }
}

#[test]
fn a_vault_that_can_be_opened_is_replaced_only_by_its_owner() {
    let (_other, file) = foreign_backup();
    for locked in [true, false] {
        let world = AgentFixture::new();
        world.add("stripe", "good");
        if locked {
            world.lock();
        }
        let without = restore_over(&world, &file, PASSWORD, None);
        assert_eq!(without.unwrap_err(), Error::PresentProofNeeded);
        let wrong = restore_over(&world, &file, PASSWORD, Some("a guess"));
        assert_eq!(wrong.unwrap_err(), Error::WrongPresentPassword);
        let status = world.client().ask(StatusRequest {}).unwrap();
        assert_eq!(status.locked, locked);
        unlock(&mut world.client(), PASSWORD).unwrap();
        assert_eq!(world.get("stripe").unwrap(), "good");
        // Control: its owner may.
        restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
        assert_eq!(world.get("stripe").unwrap(), "evil");
    }
}

#[test]
fn the_recovery_key_of_the_vault_proves_as_well() {
    let (_other, file) = foreign_backup();
    let world = AgentFixture::new();
    let mut segments = Segments::default();
    let password = segments.push(secret(PASSWORD));
    let mut made = world
        .client()
        .ask_with(NewRecoveryKeyRequest { password }, &segments)
        .unwrap();
    let key = made.segments.take(made.answer.recovery_key).unwrap();
    world.lock();
    let replace = |key: &str| {
        let mut segments = Segments::default();
        let request = RestoreBackupRequest {
            file: file.clone(),
            password: segments.push(secret(PASSWORD)),
            present: Some(Proof::RecoveryKey(segments.push(secret(key)))),
        };
        world.client().ask_with(request, &segments).map(drop)
    };
    assert_eq!(replace("not a key"), Err(Error::MistypedRecoveryKey));
    replace(&text(&key)).unwrap();
}

#[test]
fn no_backup_brings_settings_that_protect_less_than_the_present_ones() {
    let (other, file) = {
        let other = AgentFixture::new();
        configure(&other, |settings| settings.auto_lock_minutes = 0);
        configure(&other, |settings| settings.expired = ExpiredPolicy::Allow);
        configure(&other, |settings| settings.clipboard_seconds = 10);
        let file = other.path("weak.khbackup").to_str().unwrap().to_owned();
        let request = BackUpToRequest { file: file.clone() };
        other.client().ask(request).unwrap();
        (other, file)
    };
    let kept = |names: &[&str]| Notice::RestoredSettingsKept {
        settings: names.iter().map(ToString::to_string).collect(),
    };
    for locked in [false, true] {
        let world = AgentFixture::new();
        configure(&world, |settings| settings.auto_lock_minutes = 5);
        if locked {
            world.lock();
        }
        let restored = restore_over(&world, &file, PASSWORD, Some(PASSWORD)).unwrap();
        let settings = kept(&["auto-lock-minutes", "expired"]);
        assert_eq!(restored.notices, [Notice::RestoredOtherVault, settings]);
        let now = world.client().ask(SettingsRequest {}).unwrap();
        assert_eq!(now.auto_lock_minutes, 5);
        assert_eq!(now.expired.word(), "warn");
        // Control: what protects more comes with it.
        assert_eq!(now.clipboard_seconds, 10);
    }
    // Its own vault may have become stricter since.
    configure(&other, |settings| settings.expired = ExpiredPolicy::Refuse);
    let restored = restore_over(&other, &file, PASSWORD, Some(PASSWORD)).unwrap();
    assert_eq!(restored.notices, [kept(&["expired"])]);
    // Where there is no vault, there is nothing to keep.
    let empty = AgentFixture::empty();
    let restored = restore_over(&empty, &file, PASSWORD, None).unwrap();
    assert_eq!(restored.notices, []);
    let now = empty.client().ask(SettingsRequest {}).unwrap();
    assert_eq!(now.auto_lock_minutes, 0);
}

/// The queue of passwords can be long, and a wrong one is answered late.
#[test]
fn a_restore_that_waits_for_its_password_holds_up_no_backup() {
    const WRONG: u32 = 6;
    let world = AgentFixture::new();
    let file = |name| world.path(name).to_str().unwrap().to_owned();
    let mut raw = Raw::greeted(&world);
    for id in 2..2 + WRONG {
        let mut segments = Segments::default();
        let request = RestoreBackupRequest {
            file: file("none.khbackup"),
            password: segments.push(secret(PASSWORD)),
            present: Some(Proof::Password(segments.push(secret("a guess")))),
        };
        let call = request.into_call();
        frame::write(&mut raw.stream, &CallHead { id, call }, &segments).unwrap();
    }
    // They are answered one by one, each later than the one before.
    let first = raw.reply().0.error;
    assert_eq!(first, Some(Error::WrongPresentPassword));
    let last_answered = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut answered = 1;
            while answered < WRONG {
                answered += u32::from(raw.reply().0.error.is_some());
            }
            last_answered.store(true, Ordering::SeqCst);
        });
        let backup = BackUpToRequest {
            file: file("one.khbackup"),
        };
        world.client().ask(backup).unwrap();
        assert!(!last_answered.load(Ordering::SeqCst));
    });
}
