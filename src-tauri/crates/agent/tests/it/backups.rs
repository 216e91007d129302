//! Backups as the agent makes them by itself, before a change of everything, and when asked.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keyhaven_agent::clock::Clock as _;
use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackUpToRequest, BackupReason, BackupState, BackupView,
};
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{
    ImportItem, ImportRequest, ImportStep, LockRequest, StatusRequest,
};
use keyhaven_protocol::view::FieldKind;

use crate::maintenance::{DAY, MINUTE, backups, configure, heavy, minutes_until, verify};
use crate::support::{AgentFixture, PASSWORD, PATIENCE, eventually, restore_over, secret};

fn import(name: &str, without_backup: bool) -> (ImportRequest, Segments) {
    let (value, segments) = one_segment(secret("imported"));
    let request = ImportRequest {
        project: "shop".into(),
        environment: "dev".into(),
        tier: None,
        items: vec![ImportItem {
            field: None,
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
        discard_old: false,
        expires: None,
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
    // It opens with the earlier password, the vault with the new one.
    restore_over(&world, &backup.file, PASSWORD, Some("another password")).unwrap();
    assert_eq!(world.get("stripe").unwrap(), "sk");
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
