//! Long work ends early once it is stopped, and leaves nothing behind.

use super::*;
use crate::stop::{StopSignal, StopTicket};

/// Work asked for before a stop that has come since.
fn stopped() -> StopTicket {
    let signal = StopSignal::default();
    let ticket = signal.ticket();
    signal.stop();
    ticket
}

fn is_stopped<T>(result: Result<T, VaultError>) -> bool {
    matches!(result, Err(VaultError::LockedMeanwhile))
}

#[test]
fn reading_many_rows_is_stopped() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let target = target();
    vault
        .apply_import(&home.context(), &target, &items(500), OldVersions::Keep)
        .unwrap();
    let filter = CredentialFilter::default();
    let clock = home.clock();
    assert!(is_stopped(stopped().run(|| vault.list(&filter, &clock))));
    assert!(is_stopped(stopped().run(|| vault.due(1, &clock))));
    assert!(is_stopped(
        stopped().run(|| vault.each_current(&clock, |_, _| {}))
    ));
    assert!(is_stopped(stopped().run(|| {
        let all = Selection::Environment(target.location.clone());
        vault.resolve(&all, None, 1 << 20, &clock)
    })));
    assert!(is_stopped(stopped().run(|| vault.verify())));
    // The control: the same, not stopped.
    assert_eq!(vault.list(&filter, &clock).unwrap().len(), 500);
    assert!(is_stopped(stopped().run(|| vault.list(&filter, &clock))));
    assert!(vault.verify().unwrap().findings.is_empty());
}

/// No loop of ours is in here: SQLite itself looks.
#[test]
fn sqlite_is_interrupted() {
    const ENDLESS: &str = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
                           SELECT count(*) FROM n";
    let home = Home::new();
    let (vault, _) = home.create();
    let signal = StopSignal::default();
    let ticket = signal.ticket();
    let stopping = std::thread::spawn(move || signal.stop());
    let ended = ticket.run(|| vault.connection.query_row(ENDLESS, [], |_| Ok(())));
    stopping.join().unwrap();
    assert!(is_stopped(ended.map_err(VaultError::from)));
    // The connection goes on.
    assert!(crate::store::connect::answers(&vault.connection));
}

#[test]
fn an_import_that_is_stopped_is_rolled_back() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    let (target, items) = (target(), items(300));
    let before = (vault.generation(), vault.head.sequence);
    let signal = StopSignal::default();
    let ticket = signal.ticket();
    vault.options.random = Box::new(StoppingRandom {
        signal,
        draws: items.len(),
    });
    let done =
        ticket.run(|| vault.apply_import(&home.context(), &target, &items, OldVersions::Keep));
    assert!(is_stopped(done));
    assert_eq!(before, (vault.generation(), vault.head.sequence));
    let filter = CredentialFilter::default();
    assert!(vault.list(&filter, &home.clock()).unwrap().is_empty());
    home.close(vault);
    let mut vault = home.open().unwrap();
    assert!(vault.warnings().is_empty());
    vault
        .apply_import(&home.context(), &target, &items, OldVersions::Keep)
        .unwrap();
    assert!(vault.verify().unwrap().findings.is_empty());
}

/// Whatever comes while it locks: it ends cleanly.
#[test]
fn a_lock_is_not_stopped() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault.add(&home.context(), credential("a", "v")).unwrap();
    let (_, clean) = stopped().run(|| vault.lock(&home.context()));
    clean.unwrap();
    assert!(home.open().unwrap().warnings().is_empty());
}

#[test]
fn a_salvage_that_is_stopped_leaves_no_vault() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault.add(&home.context(), credential("a", "v")).unwrap();
    home.close(vault);
    let locked = home.read().unwrap();
    let kek = locked.password_job().unwrap().run(&secret(PASSWORD));
    let kek = kek.unwrap();
    let kdf = home.options().policy.calibrate(|| Duration::ZERO).unwrap();
    let into = home.dir.path().join("saved");
    let salvage = || {
        let (context, options) = (home.context(), home.options());
        locked.salvage(&kek, &into, &secret(PASSWORD), kdf, &context, options)
    };
    assert!(is_stopped(stopped().run(salvage)));
    assert!(!into.exists());
    assert_eq!(salvage().unwrap().1.credentials, 1);
}

/// Stops the work in the middle: each item draws its ids and a nonce.
struct StoppingRandom {
    signal: StopSignal,
    draws: usize,
}

impl Random for StoppingRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), VaultError> {
        match self.draws.checked_sub(1) {
            Some(left) => self.draws = left,
            None => self.signal.stop(),
        }
        OsRandom.fill(bytes)
    }
}

fn target() -> ImportTarget {
    ImportTarget {
        location: location("shop", "dev"),
        tier: None,
    }
}

fn items(count: usize) -> Vec<ImportRecord> {
    let item = |number: usize| ImportRecord {
        field: None,
        source_id: format!("s{number}"),
        name: format!("key-{number}"),
        value: secret(b"value"),
        kind: FieldKind::Secret,
        variable: Some(format!("KEY_{number}")),
        provider: None,
        rotate_every_days: None,
    };
    (0..count).map(item).collect()
}
