//! The vault as a library, at sizes no test has: backup, restore, check, unlock. Key
//! derivation is left out: it costs what it is set to cost.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Actor, AuditContext, ClaimedFacts, FieldKind, Folder, ImportRecord, ImportTarget, KdfPolicy,
    Kek, Location, Locked, OldCopy, OldVersions, OsRandom, Reason, ReplacedVault, Restore,
    Unlocked, VaultOptions, create,
};

use super::{Figure, ms};

const PASSWORD: &[u8] = b"correct horse battery";
/// Versions of each credential.
const VERSIONS: usize = 5;

fn options() -> VaultOptions {
    VaultOptions {
        policy: KdfPolicy::cheap_for_tests(),
        seen: None,
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
    SecretBytes::copy_of(PASSWORD)
}

/// An open vault of so many credentials with so many versions each.
fn large(home: &Path, credentials: usize, versions: usize) -> Unlocked {
    let kdf = options().policy.calibrate(|| Duration::ZERO).unwrap();
    let folder = Folder::create(&home.join("vault")).unwrap();
    let made = create(folder, &password(), kdf, &context(), options());
    let (mut vault, _) = made.unwrap();
    let target = ImportTarget {
        location: Location {
            project: "bench".into(),
            environment: "dev".into(),
        },
        tier: None,
    };
    for version in 0..versions {
        let item = |at: usize| ImportRecord {
            field: None,
            source_id: format!("dotenv:KEY_{at}"),
            name: format!("key-{at}"),
            kind: FieldKind::Secret,
            variable: Some(format!("KEY_{at}")),
            provider: Some("stripe".into()),
            rotate_every_days: Some(90),
            value: SecretBytes::copy_of(format!("sk_test_{version}_{at:032}").as_bytes()),
        };
        let items: Vec<ImportRecord> = (0..credentials).map(item).collect();
        let applied = vault.apply_import(&context(), &target, &items, OldVersions::Keep);
        applied.unwrap();
    }
    vault
}

fn within(what: &'static str, took: Duration, target: &str, most: Duration) -> Figure {
    Figure {
        what,
        measured: ms(took),
        target: target.into(),
        good: took <= most,
    }
}

/// The median of some runs of something that says how long it took.
fn median(runs: usize, work: impl FnMut() -> Duration) -> Duration {
    super::median(std::iter::repeat_with(work).take(runs).collect())
}

fn backed_up(home: &Path, vault: &mut Unlocked) -> (PathBuf, Duration) {
    let path = home.join("one.khbackup");
    let start = Instant::now();
    vault.backup(&path, Reason::Asked, &context()).unwrap();
    (path, start.elapsed())
}

pub fn backup() -> Figure {
    let home = tempfile::tempdir().unwrap();
    let mut vault = large(home.path(), super::MANY, VERSIONS);
    let took = median(3, || backed_up(home.path(), &mut vault).1);
    let what = "backup of 10,000 with 5 versions, checked";
    within(what, took, "at most 2 s", Duration::from_secs(2))
}

pub fn restore() -> Figure {
    let home = tempfile::tempdir().unwrap();
    let mut vault = large(home.path(), super::MANY, VERSIONS);
    let (path, _) = backed_up(home.path(), &mut vault);
    drop(vault);
    let mut round = 0;
    let took = median(3, || {
        round += 1;
        let read = Restore::read(&path, options().policy).unwrap();
        let kek = read.password_job().unwrap().run(&password()).unwrap();
        let kdf = options().policy.calibrate(|| Duration::ZERO).unwrap();
        let new = read.new_password_job(kdf).unwrap();
        let new = new.run(&password()).unwrap();
        let folder = Folder::create(&home.path().join(format!("restored-{round}"))).unwrap();
        let start = Instant::now();
        let restore = Restore::read(&path, options().policy).unwrap();
        let checked = restore.check(&kek, folder.path()).unwrap();
        let replaced = checked.replace(
            folder,
            ReplacedVault::default(),
            &new,
            &context(),
            options(),
        );
        let took = start.elapsed();
        drop(replaced.unwrap());
        took
    });
    let what = "restore of 10,000 with 5 versions, no KDF";
    within(what, took, "at most 2 s", Duration::from_secs(2))
}

pub fn verify() -> Figure {
    let home = tempfile::tempdir().unwrap();
    let mut vault = large(home.path(), super::MANY, VERSIONS);
    let took = median(3, || {
        let start = Instant::now();
        assert!(vault.verify().unwrap().is_clean());
        start.elapsed()
    });
    let bytes = std::fs::metadata(home.path().join("vault/vault-1.db"))
        .unwrap()
        .len();
    let rate = bytes as f64 / 1e6 / took.as_secs_f64();
    Figure {
        what: "verify of 10,000 with 5 versions",
        measured: format!("{} ({rate:.0} MB/s)", ms(took)),
        target: "1 s or 100 MB/s".into(),
        good: took <= Duration::from_secs(1) || rate >= 100.0,
    }
}

pub fn unlock() -> Figure {
    let home = tempfile::tempdir().unwrap();
    let vault = large(home.path(), 10 * super::MANY, 1);
    let (locked, clean) = vault.lock(&context());
    clean.unwrap();
    let kek: Kek = locked.password_job().unwrap().run(&password()).unwrap();
    let mut waiting: Option<Locked> = Some(locked);
    let took = median(5, || {
        let locked = waiting.take().unwrap();
        let start = Instant::now();
        let opened = locked.open(&kek, OldCopy::Accept, &context());
        let took = start.elapsed();
        let vault = opened.map_err(|failure| failure.error).unwrap();
        waiting = Some(vault.lock(&context()).0);
        took
    });
    let what = "unlock at 100,000 with root check, no KDF";
    within(what, took, "at most 300 ms", Duration::from_millis(300))
}
