//! Measures the vault at 10,000 credentials: opening without the KDF, asking, changing.
//!
//! `cargo run --release -p keyhaven-vault --example measure`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Action, Actor, AuditContext, AuditOutcome, ClaimedFacts, CredentialEdit, CredentialFilter,
    Dates, Detail, Details, ExpectedRevision, Field, FieldKind, Folder, ImportRecord, ImportTarget,
    KdfPolicy, LocalNow, Location, Locked, NewCredential, NewField, OldCopy, OldVersions, OsRandom,
    Selection, VaultOptions, create,
};

fn options() -> VaultOptions {
    VaultOptions {
        policy: KdfPolicy::cheap_for_tests(),
        seen: None,
        random: Box::new(OsRandom),
    }
}

/// The processor time of this thread: what others do on the machine does not count, nor
/// does waiting for the disk.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

/// The median of some runs.
fn median(runs: usize, mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| work()).collect();
    times.sort();
    times[runs / 2]
}

fn items(prefix: &str, count: usize) -> Vec<ImportRecord> {
    let item = |at: usize| ImportRecord {
        field: None,
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
    let context = AuditContext {
        now: Timestamp::now(),
        actor: Actor::default(),
        claimed: ClaimedFacts::default(),
    };
    let clock = LocalNow {
        now: context.now,
        zone: TimeZone::get("Europe/Berlin").unwrap(),
    };
    let password = SecretBytes::copy_of(b"password");
    let kdf = options().policy.calibrate(|| Duration::ZERO).unwrap();
    let folder = Folder::create(&path).unwrap();
    let (mut vault, _) = create(folder, &password, kdf, &context, options()).unwrap();
    for (prefix, count) in [("SMALL", 50), ("BIG", 9950)] {
        let location = Location {
            project: prefix.into(),
            environment: "dev".into(),
        };
        let target = ImportTarget {
            location,
            tier: None,
        };
        let start = cpu();
        vault
            .apply_import(&context, &target, &items(prefix, count), OldVersions::Keep)
            .unwrap();
        println!("import of {count}: {:?}", cpu() - start);
    }
    let (locked, clean) = vault.lock(&context);
    clean.unwrap();
    let kek = locked.password_job().unwrap().run(&password).unwrap();
    let open = |locked: Locked| match locked.open(&kek, OldCopy::Accept, &context) {
        Ok(vault) => vault,
        Err(failure) => panic!("{}", failure.error),
    };
    let mut waiting = Some(locked);
    let mut first = Vec::new();
    let opening = median(11, || {
        let locked = waiting.take().unwrap();
        let start = cpu();
        let vault = open(locked);
        let took = cpu() - start;
        vault.list(&CredentialFilter::default(), &clock).unwrap();
        first.push(cpu() - start - took);
        waiting = Some(vault.lock(&context).0);
        took
    });
    println!("open with 10,000 credentials, without the KDF: {opening:?}");
    let mut first = first.into_iter();
    let first = median(11, || first.next().unwrap());
    println!("first list of 10,000: {first:?}");
    let mut vault = open(waiting.take().unwrap());
    let listing = median(11, || {
        let start = cpu();
        let found = vault.list(&CredentialFilter::default(), &clock).unwrap();
        let took = cpu() - start;
        assert_eq!(found.len(), 10_000);
        took
    });
    println!("list 10,000: {listing:?}");
    let selection = Selection::Environment(Location {
        project: "SMALL".into(),
        environment: "dev".into(),
    });
    let mut ids = Vec::new();
    let resolving = median(101, || {
        let start = cpu();
        let values = vault
            .resolve(&selection, None, 1 << 20, &clock)
            .unwrap()
            .values;
        let took = cpu() - start;
        ids = values.iter().map(|value| value.credential).collect();
        took
    });
    println!("resolve 50: {resolving:?}");
    let recording = median(101, || {
        let start = cpu();
        let (action, outcome) = (Action::Launched, AuditOutcome::Released);
        vault
            .record_use(&context, action, outcome, &ids, Detail::new())
            .unwrap();
        cpu() - start
    });
    println!("record their use: {recording:?}");
    let big = Location {
        project: "BIG".into(),
        environment: "dev".into(),
    };
    let mut added = Vec::new();
    let adding = median(51, || {
        let new = new_credential(&big, added.len());
        let start = cpu();
        added.push(vault.add(&context, new).unwrap());
        cpu() - start
    });
    println!("add to an environment of 9,950: {adding:?}");
    let editing = median(51, || {
        let one = added.pop().unwrap();
        let seen = ExpectedRevision {
            id: one.id,
            revision: one.revision,
        };
        let edit = CredentialEdit {
            name: one.name.clone(),
            provider: one.provider.clone(),
            details: Details {
                note: Some("noted".into()),
                ..one.details.clone()
            },
            expires: one.dates.expires,
            rotate_every_days: one.dates.rotate_every_days,
            rotate_due: one.dates.rotate_due,
            lead_times: one.dates.lead_times.clone(),
            fields: Vec::new(),
        };
        let start = cpu();
        vault.edit(&context, seen, &edit, &[]).unwrap();
        cpu() - start
    });
    println!("edit there: {editing:?}");
    let drawing = median(11, || {
        let start = cpu();
        vault.schedule(None, &clock).unwrap();
        cpu() - start
    });
    println!("schedule of reminders: {drawing:?}");
}

fn new_credential(location: &Location, at: usize) -> NewCredential {
    NewCredential {
        location: location.clone(),
        tier: None,
        name: format!("added-{at}"),
        provider: None,
        fields: vec![NewField {
            field: Field {
                name: "value".into(),
                kind: FieldKind::Secret,
                variable: Some(format!("ADDED_{at}")),
                allow_loader_variable: false,
            },
            value: SecretBytes::copy_of(b"value"),
        }],
        details: Details::default(),
        dates: Dates::default(),
        source_id: None,
    }
}
