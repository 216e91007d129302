//! Measures the vault at 10,000 credentials: opening without the KDF, listing, resolving.
//!
//! `cargo run --release -p keyhaven-vault --example measure`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use jiff::{Timestamp, tz::TimeZone};
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Action, Actor, Claimed, Clock, Context, Detail, FieldKind, Filter, Folder, ImportItem,
    ImportTarget, KdfPolicy, Locked, OldCopy, Options, OsRandom, Outcome, Place, Selection, create,
};

fn options() -> Options {
    Options {
        policy: KdfPolicy::cheap_for_tests(),
        seen: None,
        random: Box::new(OsRandom),
    }
}

/// The median of some runs.
fn median(runs: usize, mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| work()).collect();
    times.sort();
    times[runs / 2]
}

fn items(prefix: &str, count: usize) -> Vec<ImportItem> {
    let item = |at: usize| ImportItem {
        source_id: format!("dotenv:{prefix}_{at}"),
        name: format!("{}-{at}", prefix.to_lowercase()),
        kind: FieldKind::Secret,
        variable: Some(format!("{prefix}_{at}")),
        provider: Some("stripe".into()),
        rotate_every_days: Some(90),
        value: SecretBytes::copy_of(format!("sk_live_{at:032}").as_bytes()),
    };
    (0..count).map(item).collect()
}

fn main() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault");
    let context = Context {
        now: Timestamp::now(),
        actor: Actor::default(),
        claimed: Claimed::default(),
    };
    let clock = Clock {
        now: context.now,
        zone: TimeZone::UTC,
    };
    let password = SecretBytes::copy_of(b"password");
    let kdf = options().policy.calibrate(|| Duration::ZERO).unwrap();
    let folder = Folder::create(&path).unwrap();
    let (mut vault, _) = create(folder, &password, kdf, &context, options()).unwrap();
    for (prefix, count) in [("SMALL", 50), ("BIG", 9950)] {
        let place = Place {
            project: prefix.into(),
            environment: "dev".into(),
        };
        let target = ImportTarget { place, tier: None };
        let start = Instant::now();
        vault
            .apply_import(&context, &target, &items(prefix, count))
            .unwrap();
        println!("import of {count}: {:?}", start.elapsed());
    }
    let (locked, clean) = vault.lock(&context);
    clean.unwrap();
    let kek = locked.password_job().unwrap().run(&password).unwrap();
    let open = |locked: Locked| match locked.open(&kek, OldCopy::Accept, &context) {
        Ok(vault) => vault,
        Err(failure) => panic!("{}", failure.error),
    };
    let mut waiting = Some(locked);
    let opening = median(11, || {
        let locked = waiting.take().unwrap();
        let start = Instant::now();
        let vault = open(locked);
        let took = start.elapsed();
        waiting = Some(vault.lock(&context).0);
        took
    });
    println!("open with 10,000 credentials, without the KDF: {opening:?}");
    let mut vault = open(waiting.take().unwrap());
    let listing = median(11, || {
        let start = Instant::now();
        assert_eq!(
            vault.list(&Filter::default(), &clock).unwrap().len(),
            10_000
        );
        start.elapsed()
    });
    println!("list 10,000: {listing:?}");
    let selection = Selection::Environment(Place {
        project: "SMALL".into(),
        environment: "dev".into(),
    });
    let mut ids = Vec::new();
    let resolving = median(101, || {
        let start = Instant::now();
        let values = vault.resolve(&selection, &clock).unwrap().values;
        let took = start.elapsed();
        ids = values.iter().map(|value| value.credential).collect();
        took
    });
    println!("resolve 50: {resolving:?}");
    let recording = median(101, || {
        let start = Instant::now();
        let (action, outcome) = (Action::Launched, Outcome::Released);
        vault
            .record_use(&context, action, outcome, &ids, Detail::new())
            .unwrap();
        start.elapsed()
    });
    println!("record their use: {recording:?}");
}
