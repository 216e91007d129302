//! The record of the last use: what a kill may leave, and what somebody cut.

use super::verifying::{lively, use_of};
use super::*;
use crate::error::{DataDamage, UsesDoubt};
use crate::faults::{Disk, DiskEvent, boots};

const LOG: &str = "vault-1.db-wal";
const RECORD: &str = "uses-1";
const ANCHOR: &str = "anchor-1";

fn read(home: &Home, name: &str) -> Vec<u8> {
    std::fs::read(home.vault().join(name)).unwrap()
}

/// Kills the vault, and leaves these files as they were before.
fn kill(home: &Home, vault: Unlocked, put_back: &[(&str, Vec<u8>)]) {
    home.kill(vault);
    for (name, bytes) in put_back {
        std::fs::write(home.vault().join(name), bytes).unwrap();
    }
}

/// A vault that was used twice, killed, and whose log then lacks the last use.
fn cut() -> Home {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    use_of(&home, &mut vault, &[one]);
    let before = read(&home, LOG);
    use_of(&home, &mut vault, &[one]);
    kill(&home, vault, &[(LOG, before)]);
    home
}

fn missing(home: &Home) -> u64 {
    match home.open().map(drop) {
        Err(VaultError::DamagedData(DataDamage::UsesMissing { missing })) => missing,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cut_use_is_named_and_found_by_a_check_too() {
    let home = cut();
    assert_eq!(missing(&home), 1);
    let locked = home.read().unwrap();
    let kek = locked.password_job().unwrap().run(&secret(PASSWORD));
    let report = locked.verify(&kek.unwrap()).unwrap();
    let found: Vec<_> = report.findings.iter().map(|one| &one.problem).collect();
    let cut = VerifyProblem::Uses(DataDamage::UsesMissing { missing: 1 });
    assert_eq!(found, [&cut]);
}

/// An earlier anchor with the log of that time: without the record a valid vault.
#[test]
fn an_anchor_put_back_with_its_log_is_noticed() {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    vault.flush_uses().unwrap();
    let before = [LOG, ANCHOR].map(|name| (name, read(&home, name)));
    use_of(&home, &mut vault, &[one]);
    vault.flush_uses().unwrap();
    kill(&home, vault, &before);
    // The record names the use; the entry of the flush is none.
    assert_eq!(missing(&home), 1);
}

#[test]
fn an_unclean_stop_is_reported_and_logged_and_nothing_is_missing() {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    use_of(&home, &mut vault, &[one]);
    kill(&home, vault, &[]);
    let vault = home.open().unwrap();
    let killed = UnlockWarning::UncleanStop { doubt: None };
    assert_eq!(vault.warnings(), [killed]);
    let about = AuditFilter {
        action: Some(Action::UncleanStop),
        ..AuditFilter::default()
    };
    let entries = vault.audit(&about).unwrap().entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].detail["uses"], "complete");
    home.close(vault);
    // Control: after a lock there is nothing to report.
    assert!(home.open().unwrap().warnings().is_empty());
}

/// What may be missing after a restart raises no alarm, but it is reported.
#[test]
fn a_record_that_does_not_count_is_reported_and_no_alarm() {
    type Change = fn(&Home);
    let cases: [(UsesDoubt, Change); 3] = [
        (UsesDoubt::OtherBoot, |_| boots::restart()),
        (UsesDoubt::Missing, |home| {
            std::fs::remove_file(home.vault().join(RECORD)).unwrap();
        }),
        (UsesDoubt::Damaged, |home| {
            let mut bytes = read(home, RECORD);
            bytes[50] ^= 1;
            std::fs::write(home.vault().join(RECORD), bytes).unwrap();
        }),
    ];
    for (doubt, change) in cases {
        let home = cut();
        change(&home);
        let vault = home.open().unwrap();
        let doubt = Some(doubt);
        assert_eq!(vault.warnings(), [UnlockWarning::UncleanStop { doubt }]);
        vault.verify_audit().unwrap();
        home.close(vault);
        assert!(home.open().unwrap().warnings().is_empty());
    }
}

/// The limit that SECURITY.md states: with the record of the same moment nothing is missing.
#[test]
fn a_record_put_back_with_its_log_is_not_noticed() {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    use_of(&home, &mut vault, &[one]);
    let before = [LOG, RECORD].map(|name| (name, read(&home, name)));
    use_of(&home, &mut vault, &[one]);
    kill(&home, vault, &before);
    let killed = UnlockWarning::UncleanStop { doubt: None };
    assert_eq!(home.open().unwrap().warnings(), [killed]);
}

#[test]
fn a_record_removed_while_the_vault_is_open_is_found_by_a_check() {
    let (home, mut vault) = lively();
    assert!(vault.verify().unwrap().is_clean());
    std::fs::remove_file(home.vault().join(RECORD)).unwrap();
    let report = vault.verify().unwrap();
    let found: Vec<_> = report.findings.iter().map(|one| &one.problem).collect();
    assert_eq!(found, [&VerifyProblem::UsesRecord]);
}

/// What a use costs on the disk: writes to the log, one write of the record, and no wait.
#[test]
fn a_use_waits_for_no_disk() {
    let (home, mut vault) = lively();
    let one = vault.find(&location("shop", "dev"), "one").unwrap().id;
    vault.flush_uses().unwrap();
    let disk = Disk::recording(home.path());
    use_of(&home, &mut vault, &[one]);
    let events = disk.finish();
    let is_record = |event: &&DiskEvent| {
        matches!(event, DiskEvent::Write(path, 0, bytes)
        if path.ends_with(RECORD) && bytes.len() == 4096)
    };
    assert_eq!(events.iter().filter(is_record).count(), 1);
    let waits = |event: &DiskEvent| matches!(event, DiskEvent::Sync(_) | DiskEvent::SyncFolder(_));
    assert!(!events.iter().any(waits), "{events:?}");
    // And the record comes last: the entry it names is written by then.
    assert!(is_record(&events.last().unwrap()));
}

fn usage_of(home: &Home, vault: &Unlocked, id: uuid::Uuid) -> Usage {
    vault.summary(id, &home.clock()).unwrap().usage
}

/// What was released for a program that did not start was used by nobody.
#[test]
fn a_release_that_came_to_nothing_counts_as_no_use() {
    let (mut home, mut vault) = lively();
    let id = |vault: &Unlocked, name: &str| vault.find(&location("shop", "dev"), name).unwrap().id;
    let (one, two) = (id(&vault, "one"), id(&vault, "two"));
    let before = [one, two].map(|id| usage_of(&home, &vault, id));
    let launch = |home: &Home, vault: &mut Unlocked| {
        let (action, outcome) = (Action::Launched, AuditOutcome::Released);
        vault
            .record_use(&home.context(), action, outcome, &[one, two], Detail::new())
            .unwrap()
    };
    let fail = |home: &Home, vault: &mut Unlocked, release: u64| {
        vault
            .record_failed_launch(&home.context(), release, &[one, two], Detail::new())
            .unwrap();
    };
    home.pass(1);
    let release = launch(&home, &mut vault);
    assert_eq!(usage_of(&home, &vault, one).last_used, Some(home.now));
    fail(&home, &mut vault, release);
    assert_eq!([one, two].map(|id| usage_of(&home, &vault, id)), before);
    assert!(vault.verify().unwrap().is_clean());
    // A check that had passed the release already, and a use that came in between.
    let release = launch(&home, &mut vault);
    home.pass(1);
    use_of(&home, &mut vault, &[one]);
    let mut under_way = Verification::default();
    for _ in 0..3 {
        assert!(vault.verify_slice(&mut under_way).unwrap());
    }
    fail(&home, &mut vault, release);
    while vault.verify_slice(&mut under_way).unwrap() {}
    assert!(under_way.into_report().is_clean());
    let used = usage_of(&home, &vault, one);
    assert_eq!(
        (used.uses, used.last_used),
        (before[0].uses + 1, Some(home.now))
    );
    assert_eq!(usage_of(&home, &vault, two), before[1]);
    // A cut of the log keeps what it counted.
    let newest = vault.audit(&AuditFilter::default()).unwrap().entries[0].sequence;
    vault.cut_audit(&home.context(), newest).unwrap();
    assert!(vault.verify().unwrap().is_clean());
    let release = launch(&home, &mut vault);
    fail(&home, &mut vault, release);
    assert_eq!(usage_of(&home, &vault, one), used);
    assert!(vault.verify().unwrap().is_clean());
    home.close(vault);
    assert!(home.open().unwrap().verify().unwrap().is_clean());
}
