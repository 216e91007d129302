//! Checks of the vault, what goes with time, and what can be salvaged.

use std::time::{Duration, Instant};

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::finding::VerifyFinding;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackupState, BackupView, BackupsRequest, SalvageRequest, SalvageView, VaultPart,
    VerifyLogRequest, VerifyRequest, VerifyView,
};
use keyhaven_protocol::request::{
    AuditRequest, ConfigureRequest, ListRequest, RemoveRequest, SettingsRequest, StatusRequest,
};
use keyhaven_protocol::settings::Settings;

use crate::support::{AgentFixture, PASSWORD, PATIENCE, secret};

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3600);

/// Changes the settings as somebody who knows the password.
pub(super) fn configure(world: &AgentFixture, change: impl FnOnce(&mut Settings)) {
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

pub(super) fn backups(world: &AgentFixture) -> Vec<BackupView> {
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
pub(super) fn minutes_until(world: &AgentFixture, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "it never came to be");
        world.clock.advance(MINUTE);
        // Two requests in a row: the agent has looked at its clock in between.
        world.client().ask(StatusRequest {}).unwrap();
        world.client().ask(StatusRequest {}).unwrap();
    }
}

pub(super) fn verify(world: &AgentFixture, password: Option<&str>) -> Result<VerifyView, Error> {
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
    // The newest page has some of the keys, and nothing that leads to the others.
    let newest = bytes.len() - 4096;
    bytes[newest + 100] ^= 1;
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

/// A vault whose check takes a while.
pub(super) fn heavy() -> AgentFixture {
    let world = AgentFixture::new();
    for number in 0..50 {
        world.add(&format!("key-{number}"), &"x".repeat(60_000));
    }
    world
}
