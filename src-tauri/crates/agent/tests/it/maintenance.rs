//! Backups and checks as the agent makes them by itself and when asked.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keyhaven_agent::clock::Clock as _;
use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::finding::VerifyFinding;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackUpToRequest, BackupReason, BackupState, BackupView, BackupsRequest,
    RestoreBackupRequest, SalvageRequest, SalvageView, VaultPart, VerifyLogRequest, VerifyRequest,
    VerifyView,
};
use keyhaven_protocol::request::{
    AuditRequest, ConfigureRequest, ImportItem, ImportRequest, ImportStep, ListRequest,
    LockRequest, RemoveRequest, SettingsRequest, StatusRequest,
};
use keyhaven_protocol::view::{FieldKind, Notice, SettingsView};

use crate::support::{AgentFixture, PASSWORD, PATIENCE, eventually, restore, secret, unlock};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Changes the settings as somebody who knows the password.
fn configure(world: &AgentFixture, change: impl FnOnce(&mut SettingsView)) {
    let mut client = world.client();
    let mut settings = client.ask(SettingsRequest {}).unwrap();
    change(&mut settings);
    let (password, segments) = one_segment(secret(PASSWORD));
    let request = ConfigureRequest {
        settings,
        password: Some(password),
    };
    client.ask_with(request, &segments).unwrap();
}

fn backups(world: &AgentFixture) -> Vec<BackupView> {
    world.client().ask(BackupsRequest {}).unwrap()
}

/// Lets days pass on which the agent does what it does once a day: first a backup.
fn days(world: &AgentFixture, many: usize) {
    for _ in 0..many {
        let last = backups(world)[0].made_at;
        world.clock.advance(DAY);
        minutes_until(world, || backups(world)[0].made_at != last);
    }
}

/// Lets the agent's minutes pass until something is so.
fn minutes_until(world: &AgentFixture, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "it never came to be");
        world.clock.advance(MINUTE);
        // Two requests in a row: the agent has looked at its clock in between.
        world.client().ask(StatusRequest {}).unwrap();
        world.client().ask(StatusRequest {}).unwrap();
    }
}

fn verify(world: &AgentFixture, password: Option<&str>) -> Result<VerifyView, Error> {
    let (password, segments) = match password {
        Some(password) => {
            let (at, segments) = one_segment(secret(password));
            (Some(at), segments)
        }
        None => (None, Segments::default()),
    };
    let answered = world
        .client()
        .ask_with(VerifyRequest { password }, &segments)?;
    Ok(answered.answer)
}

fn import(name: &str, without_backup: bool) -> (ImportRequest, Segments) {
    let (value, segments) = one_segment(secret("imported"));
    let request = ImportRequest {
        project: "shop".into(),
        environment: "dev".into(),
        tier: None,
        items: vec![ImportItem {
            name: name.into(),
            variable: Some(name.to_uppercase()),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            source_id: format!("dotenv:{name}"),
            value,
        }],
        step: ImportStep::Apply,
        without_backup,
    };
    (request, segments)
}

/// No file can be made in the folder of automatic backups.
fn block(world: &AgentFixture) -> std::path::PathBuf {
    let folder = world.place.folder.join("backups");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o750)).unwrap();
    folder
}

fn unblock(folder: &Path) {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_daily_backup_is_made_while_the_vault_is_open_and_kept_for_a_week() {
    let world = AgentFixture::new();
    configure(&world, |settings| settings.auto_lock_minutes = 0);
    world.add("stripe", "sk");
    assert!(backups(&world).is_empty(), "not while somebody just began");
    minutes_until(&world, || backups(&world).len() == 1);
    let first = backups(&world).remove(0);
    assert_eq!(first.reason, BackupReason::Daily);
    assert_eq!(
        (first.state, first.credentials),
        (BackupState::Authentic, 1)
    );
    // The day goes on without another one.
    for _ in 0..30 {
        world.clock.advance(MINUTE);
        assert_eq!(backups(&world).len(), 1);
    }
    for _ in 2..=12 {
        world.clock.advance(DAY);
        let today = world.clock.now();
        minutes_until(&world, || backups(&world)[0].made_at >= today);
    }
    // A check has its turn when the last backup is done with all that belongs to it.
    verify(&world, None).unwrap();
    // 1 June 2026 is a Monday: seven days, and the Sunday before them is one of those.
    let kept = backups(&world).len();
    assert!((7..=8).contains(&kept), "{kept}");
    // The last one is listed before those it replaces are gone.
    eventually("a folder in which nothing else lies", || {
        let files = std::fs::read_dir(world.place.folder.join("backups")).unwrap();
        files.count() == backups(&world).len()
    });
}

#[test]
fn a_locked_vault_lists_backups_but_makes_none() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.client().ask(BackUpRequest {}).unwrap();
    world.lock();
    assert_eq!(world.client().ask(BackUpRequest {}), Err(Error::Locked));
    let listed = backups(&world);
    assert_eq!(listed[0].state, BackupState::Unproved);
    assert_eq!(listed[0].reason, BackupReason::Asked);
}

#[test]
fn a_daily_backup_that_fails_is_shown_until_one_succeeds() {
    let world = AgentFixture::new();
    configure(&world, |settings| settings.auto_lock_minutes = 0);
    world.add("stripe", "sk");
    let folder = block(&world);
    let notices = || world.client().ask(StatusRequest {}).unwrap().notices;
    let said = |notice: &Notice| matches!(notice, Notice::BackupFailed { .. });
    minutes_until(&world, || notices().iter().any(said));
    unblock(&folder);
    minutes_until(&world, || !notices().iter().any(said));
    assert_eq!(backups(&world).len(), 1);
}

#[test]
fn a_backup_from_a_time_when_the_clock_was_ahead_delays_no_other() {
    let world = AgentFixture::new();
    configure(&world, |settings| settings.auto_lock_minutes = 0);
    world.add("stripe", "sk");
    let (now, ahead) = (world.clock.now(), "2029-01-01T12:00:00Z".parse().unwrap());
    world.clock.set(ahead);
    world.lock();
    world.unlock();
    let made =
        |after: Timestamp| move |one: &BackupView| (after..after + DAY).contains(&one.made_at);
    minutes_until(&world, || backups(&world).iter().any(made(ahead)));
    let (start, mut right) = (Instant::now(), now);
    while !backups(&world).iter().any(made(now)) {
        assert!(start.elapsed() < PATIENCE, "it never came to be");
        // More than once: the agent may have looked at its clock and not be waiting yet.
        right += Duration::from_secs(1);
        world.clock.set(right);
        world.client().ask(StatusRequest {}).unwrap();
    }
}

#[test]
fn an_import_is_preceded_by_a_backup_or_does_not_happen() {
    let world = AgentFixture::new();
    let (request, segments) = import("first", false);
    world.client().ask_with(request, &segments).unwrap();
    assert!(
        backups(&world).is_empty(),
        "an empty vault has nothing to lose"
    );
    let (request, segments) = import("second", false);
    world.client().ask_with(request, &segments).unwrap();
    assert_eq!(backups(&world)[0].reason, BackupReason::Import);
    assert_eq!(backups(&world)[0].credentials, 1);

    let folder = block(&world);
    let (request, segments) = import("third", false);
    let refused = world.client().ask_with(request, &segments).unwrap_err();
    assert!(matches!(refused, Error::BackupFailed { .. }), "{refused:?}");
    assert!(matches!(
        world.get("third"),
        Err(Error::NoCredential { .. })
    ));
    let (request, segments) = import("third", true);
    world.client().ask_with(request, &segments).unwrap();
    assert_eq!(world.get("third").unwrap(), "imported");
    unblock(&folder);
    // Nothing would change: no backup either.
    let (request, segments) = import("third", false);
    world.client().ask_with(request, &segments).unwrap();
    assert_eq!(backups(&world).len(), 1);
}

#[test]
fn a_backup_goes_where_it_is_sent_and_replaces_nothing_else() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let file = world.place.folder.join("../one.khbackup");
    let to = |file: &Path| BackUpToRequest {
        file: file.to_str().unwrap().into(),
    };
    let written = world.client().ask(to(&file)).unwrap();
    assert_eq!(written.size, std::fs::metadata(&file).unwrap().len());
    world.client().ask(to(&file)).unwrap();
    let diary = world.place.folder.join("../diary");
    std::fs::write(&diary, "dear diary").unwrap();
    assert!(matches!(
        world.client().ask(to(&diary)),
        Err(Error::NotABackup { .. })
    ));
    assert!(matches!(
        world.client().ask(to(Path::new("one.khbackup"))),
        Err(Error::Invalid { .. })
    ));
    assert!(backups(&world).is_empty());
}

#[test]
fn requests_are_answered_while_a_backup_is_written() {
    let world = AgentFixture::new();
    for number in 0..50 {
        world.add(&format!("key-{number}"), &"x".repeat(60_000));
    }
    let (mut writing, mut other) = (world.client(), world.client());
    let mut watched = Vec::new();
    let written = writing.ask_watched(BackUpRequest {}, &Segments::default(), &mut |step| {
        // Each step waits for another connection's answer in between.
        other.ask(StatusRequest {}).unwrap();
        watched.push(step);
    });
    written.unwrap();
    assert!(watched.len() > 4, "{watched:?}");
    assert!(watched.is_sorted_by_key(|step| step.done));
    assert!(verify(&world, None).unwrap().findings.is_empty());
}

#[test]
fn a_check_reaches_a_vault_that_does_not_unlock_and_names_the_backup() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let open = verify(&world, None).unwrap();
    assert!(open.findings.is_empty() && open.checked.iter().all(|part| part.intact));
    assert_eq!(open.checked.len(), 7);
    let backup = world.client().ask(BackUpRequest {}).unwrap();
    // Not so long that the daily one is due.
    world.clock.advance(Duration::from_secs(5));
    let rotten = world.client().ask(BackUpRequest {}).unwrap();
    let mut bytes = std::fs::read(&rotten.file).unwrap();
    let at = bytes.len() - 5000;
    bytes[at] ^= 1;
    std::fs::write(&rotten.file, bytes).unwrap();
    world.lock();
    assert_eq!(verify(&world, None).unwrap_err(), Error::Locked);
    assert_eq!(
        verify(&world, Some("wrong")).unwrap_err(),
        Error::WrongPassword
    );
    let path = world.place.folder.join("vault-1.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[5 * 4096 + 100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = verify(&world, Some(PASSWORD)).unwrap();
    assert_eq!(found.findings[0].part, VaultPart::Pages);
    assert_eq!(
        found.findings[0].finding,
        VerifyFinding::Page {
            system: "HMAC verification failed for page 6".into()
        }
    );
    // A newer one is there, and is not whole any more.
    let named = found.backup.unwrap();
    assert_eq!(
        (named.file, named.state),
        (backup.file, BackupState::Authentic)
    );
    // It was looked at, not unlocked.
    assert!(world.client().ask(StatusRequest {}).unwrap().locked);
}

#[test]
fn what_is_old_goes_by_the_day_after_a_backup() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    configure(&world, |settings| {
        settings.auto_lock_minutes = 0;
        settings.audit_keep_days = 30;
    });
    let row = world
        .client()
        .ask(ListRequest::default())
        .unwrap()
        .remove(0);
    let remove = RemoveRequest {
        id: row.id,
        revision: row.revision,
    };
    world.client().ask(remove).unwrap();
    minutes_until(&world, || backups(&world).len() == 1);
    let trash = || {
        let removed = ListRequest {
            removed: true,
            ..ListRequest::default()
        };
        world.client().ask(removed).unwrap().len()
    };
    let log = || world.client().ask(VerifyLogRequest {}).unwrap();
    // A clock that jumps has not passed what it jumped over.
    world.clock.advance(DAY * 40);
    days(&world, 20);
    assert_eq!((trash(), log().first), (1, 1));
    let goes = (0..20).any(|_| {
        days(&world, 1);
        trash() == 0
    });
    assert!(goes);
    minutes_until(&world, || log().first > 1);
    // A slow agent may have made one more since.
    let held = backups(&world).iter().map(|one| one.credentials).max();
    assert_eq!(held, Some(1), "it is in the backup");
    for action in ["credential.erase", "audit.cut"] {
        let said = AuditRequest {
            action: Some(action.into()),
            ..AuditRequest::default()
        };
        assert_eq!(world.client().ask(said).unwrap().len(), 1, "{action}");
    }
    assert!(verify(&world, None).unwrap().findings.is_empty());
}

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
fn a_salvage_saves_what_is_readable_and_leaves_the_rest_alone() {
    let world = AgentFixture::new();
    for number in 0..60 {
        world.add(&format!("key-{number}"), "value");
    }
    let into = world.place.folder.join("../salvaged");
    let salvage = || -> Result<SalvageView, Error> {
        let mut segments = Segments::default();
        let request = SalvageRequest {
            folder: into.to_str().unwrap().into(),
            password: segments.push(secret(PASSWORD)),
            new_password: segments.push(secret("another password")),
        };
        let answered = world.client().ask_with(request, &segments)?;
        assert_eq!(answered.segments.len(), 1);
        Ok(answered.answer)
    };
    assert!(
        matches!(salvage(), Err(Error::Invalid { .. })),
        "it is open"
    );
    world.lock();
    let path = world.place.folder.join("vault-1.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // Some page behind the roots of the tables.
    bytes[20 * 4096 + 100] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let salvaged = salvage().unwrap();
    assert!(salvaged.credentials >= 30, "{salvaged:?}");
    let whole = salvaged.credentials as usize + salvaged.lost.len();
    assert!(whole >= 60, "{salvaged:?}");
    assert_eq!(
        std::fs::read(&path).unwrap(),
        bytes,
        "the vault is as it was"
    );
    assert!(into.join("header-a").exists());
    // What lies there is not overwritten.
    assert!(matches!(salvage(), Err(Error::VaultExists { .. })));
}

#[test]
fn a_new_vault_key_is_preceded_by_a_backup() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut segments = Segments::default();
    let request = keyhaven_protocol::request::RekeyRequest {
        proof: keyhaven_protocol::request::Proof::Password(segments.push(secret(PASSWORD))),
        password: segments.push(secret("another password")),
        without_backup: false,
    };
    world.client().ask_with(request, &segments).unwrap();
    let backup = &backups(&world)[0];
    assert_eq!(backup.reason, BackupReason::Rekey);
    // It opens with the earlier password.
    restore(&world, &backup.file, PASSWORD).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk");
}

/// A vault whose check takes a while.
fn heavy() -> AgentFixture {
    let world = AgentFixture::new();
    for number in 0..50 {
        world.add(&format!("key-{number}"), &"x".repeat(60_000));
    }
    world
}

#[test]
fn a_lock_ends_a_backup_at_any_step_as_a_lock() {
    let world = heavy();
    let mut ended = 0;
    for at in 0..12 {
        let (mut writing, mut locking) = (world.client(), world.client());
        let mut steps = 0;
        let written = writing.ask_watched(BackUpRequest {}, &Segments::default(), &mut |_| {
            if steps == at {
                locking.ask(LockRequest {}).unwrap();
            }
            steps += 1;
        });
        match written {
            Ok(_) => {}
            Err(Error::Locked) => ended += 1,
            Err(other) => panic!("at step {at}: {other:?}"),
        }
        world.lock();
        world.unlock();
    }
    assert!(ended > 0);
    // The next one finds everything as it was.
    world.client().ask(BackUpRequest {}).unwrap();
    assert!(verify(&world, None).unwrap().findings.is_empty());
    assert!(!world.place.folder.join("backup-copy").exists());
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
        let (password, segments) = one_segment(secret(PASSWORD));
        let request = RestoreBackupRequest {
            file: backup.file.clone(),
            password,
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

#[test]
fn a_new_vault_key_without_a_backup_first_is_made_only_on_explicit_request() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let folder = block(&world);
    let rekey = |without_backup| {
        let mut segments = Segments::default();
        let request = keyhaven_protocol::request::RekeyRequest {
            proof: keyhaven_protocol::request::Proof::Password(segments.push(secret(PASSWORD))),
            password: segments.push(secret(PASSWORD)),
            without_backup,
        };
        world.client().ask_with(request, &segments).map(drop)
    };
    assert!(matches!(rekey(false), Err(Error::BackupFailed { .. })));
    rekey(true).unwrap();
    unblock(&folder);
    assert_eq!(world.get("stripe").unwrap(), "sk");
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
