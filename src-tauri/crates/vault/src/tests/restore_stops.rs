//! Promises 3 and 4 for a restore: wherever it is stopped, fails or loses power, the earlier
//! vault or the restored one opens, and is whole.

use keyhaven_proof::{ProofRun, SeededRng};
use rustix::io::Errno;

use super::errors::assert_honest;
use super::restoring::{gone_on, restore};
use super::*;
use crate::faults::loss::Image;
use crate::faults::{Disk, DiskEvent, Fault, FaultKind, FaultPlan};

/// A locked vault and a backup that is older than it, to be copied for each case.
struct RestoreTemplate {
    home: Home,
    image: Image,
    stock: Inventory,
}

impl RestoreTemplate {
    fn new() -> Self {
        let (home, _, stock) = gone_on();
        let image = Image::of(home.path());
        Self { home, image, stock }
    }

    fn copy(&self) -> Home {
        self.lose(&self.image, &mut SeededRng::new(0))
    }

    /// What a power loss leaves of an image; all of it where nothing waits to be synced.
    fn lose(&self, image: &Image, dice: &mut SeededRng) -> Home {
        let mut home = Home::new();
        home.now = self.home.now;
        image.lose_power(dice, home.path());
        home
    }

    fn restore(&self, home: &Home) -> Result<(), VaultError> {
        let path = home.path().join("one.khbackup");
        let (vault, _) = restore(home, &path, Some(&self.stock))?;
        // As a kill does; a restored vault is complete without being locked.
        drop(vault);
        Ok(())
    }
}

/// Opens the vault, checks all of it, and tells whether it is the restored one.
fn is_restored(home: &Home) -> Result<bool, String> {
    let mut vault = home.open().map_err(|error| error.to_string())?;
    let report = vault.verify().map_err(|error| error.to_string())?;
    if !report.is_clean() {
        return Err(format!("{:?}", report.findings));
    }
    let later = vault.find(&location("shop", "dev"), "later").is_ok();
    let two = vault.find(&location("shop", "dev"), "two");
    let two = two.map_err(|error| error.to_string())?;
    let expected = if later { "newest" } else { "second" };
    let value = text_of(&vault, two.id, None);
    home.close(vault);
    if value == expected {
        Ok(!later)
    } else {
        Err(format!("{value} instead of {expected}"))
    }
}

#[test]
fn promise_03_a_stopped_restore_leaves_the_old_vault_or_the_restored_one() {
    let mut proof =
        ProofRun::begin("promise_03_a_stopped_restore_leaves_the_old_vault_or_the_restored_one");
    let template = RestoreTemplate::new();
    let mut opened = Vec::new();
    for at in (0..).step_by(ProofRun::cases(9, 1)) {
        let home = template.copy();
        let fault = Fault::Stop;
        let disk = Disk::failing(home.path(), FaultPlan { at, fault });
        let done = template.restore(&home);
        let stopped = disk.struck();
        drop(disk);
        let restored = is_restored(&home).unwrap_or_else(|error| panic!("stop {at}: {error}"));
        assert!(restored || done.is_err(), "stop {at}: done, and not there");
        opened.push(restored);
        proof.case();
        if !stopped {
            break;
        }
    }
    assert!(opened.is_sorted(), "{opened:?}");
    assert!(opened.contains(&false) && opened.contains(&true));
}

#[test]
fn promise_04_an_error_while_restoring_is_reported_and_loses_nothing() {
    let mut proof =
        ProofRun::begin("promise_04_an_error_while_restoring_is_reported_and_loses_nothing");
    let template = RestoreTemplate::new();
    for fault in [Fault::From(Errno::NOSPC), Fault::Once(Errno::IO)] {
        for at in (0..).step_by(ProofRun::cases(23, 2)) {
            let home = template.copy();
            let disk = Disk::failing(home.path(), FaultPlan { at, fault });
            let done = template.restore(&home);
            let struck = disk.struck();
            drop(disk);
            match &done {
                // SQLCipher does not tell a page that could not be read from a broken one,
                // and the check of a backup only says what it finds: nothing was replaced.
                Err(VaultError::DamagedBackup { .. }) if fault == Fault::Once(Errno::IO) => {}
                Err(error) => assert_honest(error, fault, at),
                Ok(()) => {}
            }
            let restored =
                is_restored(&home).unwrap_or_else(|error| panic!("{fault:?} {at}: {error}"));
            assert!(restored || done.is_err(), "{fault:?} at {at}");
            proof.case();
            if !struck {
                break;
            }
        }
    }
}

/// Draws so many power losses during one restore; what went wrong.
fn lose_power(template: &RestoreTemplate, draws: usize, lie: Option<FaultKind>) -> Vec<String> {
    let home = template.copy();
    let mut before = Image::of(home.path());
    let disk = match lie {
        Some(lie) => Disk::lying(home.path(), lie),
        None => Disk::recording(home.path()),
    };
    let path = home.path().join("one.khbackup");
    let (vault, _) = restore(&home, &path, Some(&template.stock)).unwrap();
    disk.acknowledge(0);
    let end = disk.recorded();
    drop(vault);
    let mut events = disk.finish();
    events.truncate(end);
    let mut dice = SeededRng::new(19);
    let mut ends: Vec<usize> = (0..draws)
        .map(|at| if at % 4 == 0 { end } else { dice.below(end) })
        .collect();
    ends.sort_unstable();
    let (mut applied, mut failures) = (0, Vec::new());
    for end in ends {
        events[applied..end]
            .iter()
            .for_each(|event| before.apply(event));
        applied = end;
        let acknowledged = matches!(events[..end].last(), Some(DiskEvent::Acknowledged(_)));
        match is_restored(&template.lose(&before, &mut dice)) {
            Ok(restored) if restored || !acknowledged => {}
            Ok(_) => failures.push(format!("at {end}: acknowledged, and not there")),
            Err(error) => failures.push(format!("at {end}: {error}")),
        }
    }
    failures
}

#[test]
fn promise_03_power_loss_while_restoring_leaves_the_old_vault_or_the_restored_one() {
    let mut proof = ProofRun::begin(
        "promise_03_power_loss_while_restoring_leaves_the_old_vault_or_the_restored_one",
    );
    let draws = ProofRun::cases(60, 600);
    let failures = lose_power(&RestoreTemplate::new(), draws, None);
    assert!(failures.is_empty(), "{failures:#?}");
    proof.held(draws);
}

/// The control: with any one kind of sync pretended, the same losses leave neither.
#[test]
fn promise_03_control_a_restore_without_syncs_is_lost() {
    let mut proof = ProofRun::begin("promise_03_control_a_restore_without_syncs_is_lost");
    let template = RestoreTemplate::new();
    for lie in [FaultKind::Database, FaultKind::Files, FaultKind::Folders] {
        let failures = lose_power(&template, 60, Some(lie));
        assert!(!failures.is_empty(), "{lie:?} made no difference");
        proof.case();
    }
}
