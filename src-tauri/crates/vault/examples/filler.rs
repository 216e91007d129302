//! Fills a small file system with a vault, and looks what is left of it once there is room:
//! the process that `tests/full.rs` starts with a separate tmpfs.
//!
//! `filler FOLDER`, a mount point that it may mount again with more room. It prints how many
//! changes were acknowledged, and panics where one is lost or an error is not the right one.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Actor, AuditContext, ClaimedFacts, CredentialFilter, Dates, Details, Field, FieldKind, Folder,
    KdfPolicy, LocalNow, Location, Locked, NewCredential, NewField, OsRandom, Unlocked, VaultError,
    VaultOptions, create,
};

fn main() {
    let disk = PathBuf::from(std::env::args_os().nth(1).unwrap());
    let vault = match make(&disk) {
        Ok(vault) => vault,
        Err(error) => {
            assert_full(&error);
            more_room(&disk);
            make(&disk).unwrap().lock(&context()).1.unwrap();
            check(&disk, 0);
            println!("0");
            return;
        }
    };
    let acknowledged = fill(vault);
    more_room(&disk);
    check(&disk, acknowledged);
    println!("{acknowledged}");
}

fn options(disk: &Path) -> VaultOptions {
    VaultOptions {
        policy: KdfPolicy::cheap_for_tests(),
        seen: Some(disk.join("state")),
        random: Box::new(OsRandom),
    }
}

fn context() -> AuditContext {
    AuditContext {
        now: Timestamp::now(),
        actor: Actor::default(),
        claimed: ClaimedFacts::default(),
    }
}

fn password() -> SecretBytes {
    SecretBytes::copy_of(b"password")
}

fn make(disk: &Path) -> Result<Unlocked, VaultError> {
    let options = options(disk);
    let kdf = options.policy.calibrate(|| Duration::ZERO)?;
    let folder = Folder::create(&disk.join("vault"))?;
    create(folder, &password(), kdf, &context(), options).map(|(vault, _)| vault)
}

fn more_room(disk: &Path) {
    let mut mount = Command::new("mount");
    mount.args(["-o", "remount,size=64m"]).arg(disk);
    assert!(mount.status().unwrap().success());
}

/// Adds until the disk is full, and then tries to lock; how much was acknowledged.
fn fill(mut vault: Unlocked) -> usize {
    for at in 0.. {
        vault
            .repair_connection()
            .unwrap_or_else(|error| assert_full(&error));
        let Err(error) = vault.add(&context(), credential(at)) else {
            continue;
        };
        assert_full(&error);
        // Not enough room for the log's end either, perhaps; that is no clean stop.
        if let (_, Err(error)) = vault.lock(&context()) {
            assert_full(&error);
        }
        return at;
    }
    unreachable!("a disk ends")
}

/// Everything that was acknowledged is there (and perhaps the one that was not), and there
/// is room for more.
fn check(disk: &Path, acknowledged: usize) {
    let folder = Folder::open(&disk.join("vault")).unwrap();
    let locked = Locked::read(folder, options(disk)).unwrap();
    let mut vault = match locked.unlock(&password(), &context()) {
        Ok(vault) => vault,
        Err(failure) => panic!("after {acknowledged} changes: {}", failure.error),
    };
    vault.verify_audit().unwrap();
    let clock = LocalNow {
        now: context().now,
        zone: TimeZone::UTC,
    };
    let found = vault.list(&CredentialFilter::default(), &clock).unwrap();
    assert!(
        found.len() == acknowledged || found.len() == acknowledged + 1,
        "{} of {acknowledged}",
        found.len()
    );
    for one in &found {
        vault.value(one.credential.id, None, None).unwrap();
    }
    vault.add(&context(), credential(found.len())).unwrap();
    vault.lock(&context()).1.unwrap();
}

fn assert_full(error: &VaultError) {
    let named = matches!(error, VaultError::DiskFull(path) if !path.as_os_str().is_empty());
    assert!(named, "a full disk was reported as: {error:?}");
}

fn credential(at: usize) -> NewCredential {
    NewCredential {
        location: Location {
            project: "shop".into(),
            environment: "dev".into(),
        },
        tier: None,
        name: format!("key-{at}"),
        provider: None,
        fields: vec![NewField {
            field: Field {
                name: "value".into(),
                kind: FieldKind::Secret,
                variable: None,
                allow_loader_variable: false,
            },
            value: SecretBytes::copy_of(&[b'x'; 3000]),
        }],
        details: Details::default(),
        dates: Dates::default(),
        source_id: None,
    }
}
