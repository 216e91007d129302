//! Promise 4: a disk error is reported as what it is, at every call, and takes
//! nothing that was acknowledged.

use keyhaven_proof::{ProofRun, SeededRng};
use rustix::io::Errno;

use super::story::{Story, StoryStep, look};
use super::*;
use crate::faults::{Disk, Fault, FaultPlan};

/// A day in the life of a vault, the same each time.
fn steps() -> Vec<StoryStep> {
    let own = String::from;
    vec![
        StoryStep::Add(own("a"), own("1")),
        StoryStep::Use(own("a")),
        StoryStep::Set(own("a"), own("2")),
        StoryStep::Use(own("a")),
        StoryStep::Flush,
        StoryStep::Add(own("b"), own("x").repeat(9000)),
        StoryStep::Remove(own("a")),
    ]
}

fn prepared() -> Home {
    let home = Home::new();
    home.close(home.create().0);
    home
}

/// Only an error of the disk may be reported, not damage and not a wrong password.
pub(crate) fn assert_honest(error: &VaultError, fault: Fault, at: usize) {
    let full = matches!(fault, Fault::Once(Errno::NOSPC) | Fault::From(Errno::NOSPC));
    let honest = match error {
        VaultError::DiskFull(path) => full && !path.as_os_str().is_empty(),
        VaultError::Io { .. } | VaultError::Database { .. } => true,
        _ => false,
    };
    assert!(honest, "{fault:?} at {at} was reported as: {error:?}");
}

/// Lives the day with one fault, repeating what failed once the disk works again.
/// Whether the fault came.
fn live_through(at: usize, fault: Fault) -> bool {
    let home = prepared();
    let disk = Disk::failing(home.path(), FaultPlan { at, fault });
    let mut story = Story::new();
    let honest = |error: &VaultError| assert_honest(error, fault, at);
    let mut vault = home.open().unwrap_or_else(|error| {
        honest(&error);
        disk.repair();
        home.open().unwrap()
    });
    for step in steps() {
        let result = story.take(&step, &mut vault, &home.context());
        let Err(error) = result else { continue };
        honest(&error);
        disk.repair();
        vault
            .repair_connection()
            .unwrap_or_else(|again| panic!("{fault:?} at {at}: {error:?}, then {again:?}"));
        // It may have been stored anyway: only its anchor was missing.
        let found = look(&vault, &home)
            .unwrap_or_else(|again| panic!("{fault:?} at {at}: {error:?}, then {again:?}"));
        let promise = story.promised;
        story.check(&promise, promise.uses, &found).unwrap();
        story.resume(&found);
        match story.take(&step, &mut vault, &home.context()) {
            Ok(()) => {}
            Err(VaultError::Exists(_) | VaultError::NotFound(_))
                if found.generation > promise.generation => {}
            Err(error) => panic!("{fault:?} at {at}, again: {error}"),
        }
    }
    let (locked, clean) = vault.lock(&home.context());
    if let Err(error) = clean {
        honest(&error);
    }
    let struck = disk.struck();
    drop((locked, disk));
    let vault = home.open().unwrap_or_else(|error| {
        panic!("{fault:?} at {at}: {error}");
    });
    let found = look(&vault, &home).unwrap();
    let promise = story.promised;
    story.check(&promise, promise.uses, &found).unwrap();
    struck
}

#[test]
fn promise_04_an_error_at_any_call_is_reported_and_loses_nothing() {
    let mut proof =
        ProofRun::begin("promise_04_an_error_at_any_call_is_reported_and_loses_nothing");
    for fault in [
        Fault::Once(Errno::NOSPC),
        Fault::From(Errno::NOSPC),
        Fault::Once(Errno::IO),
        Fault::From(Errno::IO),
    ] {
        // Each place when proving; else some.
        let mut dice = SeededRng::new(4);
        let mut at = 0;
        while live_through(at, fault) {
            proof.case();
            at += 1 + ProofRun::cases(dice.below(12), 0);
        }
        assert!(at > 20, "{fault:?} had only {at} places");
    }
}

/// The control: who takes a failed change for done has lost it.
#[test]
fn promise_04_control_an_error_that_is_ignored_takes_changes() {
    let mut proof = ProofRun::begin("promise_04_control_an_error_that_is_ignored_takes_changes");
    let home = prepared();
    let mut vault = home.open().unwrap();
    let fault = Fault::From(Errno::IO);
    let disk = Disk::failing(home.path(), FaultPlan { at: 0, fault });
    let mut story = Story::new();
    let step = StoryStep::Add("a".into(), "1".into());
    assert!(story.take(&step, &mut vault, &home.context()).is_err());
    story.promised.generation += 1;
    drop(vault);
    drop(disk);
    let found = look(&home.open().unwrap(), &home).unwrap();
    assert!(story.check(&story.promised, 0, &found).is_err());
    proof.case();
}
