//! Promise 3 for what changes the ways into a vault: wherever a new password, a new recovery
//! key or a re-key is stopped, fails or loses power, the old or the new way opens, with
//! everything there.

use std::cell::RefCell;
use std::rc::Rc;

use keyhaven_proof::ProofRun;
use rustix::io::Errno;

use super::keys::*;
use super::opening::copy_folder;
use super::*;
use crate::faults::loss::{Image, SeededRng};
use crate::faults::{Disk, DiskEvent, Fault, FaultKind, FaultPlan, stops};

/// Everything under a home at each operation of some work: what a kill there would leave.
struct Stops(Vec<PathBuf>);

impl Stops {
    fn of<T>(home: &Home, work: impl FnOnce() -> T) -> (Self, T) {
        let taken = Rc::new(RefCell::new(Vec::new()));
        let (into, from) = (taken.clone(), home.path().to_owned());
        let look = move || {
            let to = from.join(format!("stop-{}", into.borrow().len()));
            std::fs::create_dir(&to).unwrap();
            for name in ["vault", "state"] {
                copy_folder(&from.join(name), &to.join(name));
            }
            into.borrow_mut().push(to);
        };
        let done = stops::watch(look, work);
        let stops = taken.take();
        (Self(stops), done)
    }

    /// Puts each in the place of the home's folders, and shows it.
    fn each(self, home: &Home, mut show: impl FnMut(usize)) {
        for (at, stop) in self.0.iter().enumerate() {
            for name in ["vault", "state"] {
                let location = home.path().join(name);
                std::fs::remove_dir_all(&location).unwrap();
                std::fs::rename(stop.join(name), location).unwrap();
            }
            show(at);
        }
    }
}

/// Opens with the old password or the new one, whichever it is; whether it was the new one.
fn open_either(home: &Home, at: usize) -> (Unlocked, bool) {
    match open_with(home, PASSWORD) {
        Ok(vault) => (vault, false),
        Err(VaultError::WrongPassword) => match open_with(home, OTHER) {
            Ok(vault) => (vault, true),
            Err(error) => panic!("stop {at}: neither opens: {error}"),
        },
        Err(error) => panic!("stop {at}: {error}"),
    }
}

#[test]
fn promise_03_a_kill_while_the_password_changes_leaves_the_old_or_the_new_one() {
    let mut report = ProofRun::begin(
        "promise_03_a_kill_while_the_password_changes_leaves_the_old_or_the_new_one",
    );
    let home = Home::new();
    let (mut vault, recovery, id) = prepared(&home);
    let (stops, ()) = Stops::of(&home, || {
        change_password(&mut vault, &home, PASSWORD, OTHER).unwrap();
    });
    drop(vault);
    assert!(stops.0.len() > 8, "{}", stops.0.len());
    let mut opened = Vec::new();
    stops.each(&home, |at| {
        let (vault, new) = open_either(&home, at);
        assert_whole(&vault, &home, id);
        let logged = vault.audit(&AuditFilter {
            action: Some(Action::PasswordChanged),
            ..AuditFilter::default()
        });
        // Never a change without its entry.
        assert!(!new || logged.unwrap().entries.len() == 1);
        home.close(vault);
        // Healed: both copies are the same, and open the same way.
        let vault = open_with(&home, if new { OTHER } else { PASSWORD }).unwrap();
        assert!(vault.warnings().is_empty(), "stop {at}");
        home.close(vault);
        home.close(recover(&home, &recovery).unwrap());
        opened.push(new);
    });
    assert!(opened.is_sorted(), "{opened:?}");
    assert!(opened.contains(&false) && opened.contains(&true));
    report.held(opened.len());
}

#[test]
fn promise_03_a_kill_during_a_rekey_leaves_the_old_epoch_or_the_new_one() {
    let mut report =
        ProofRun::begin("promise_03_a_kill_during_a_rekey_leaves_the_old_epoch_or_the_new_one");
    let home = Home::new();
    let (vault, old_recovery, id) = prepared(&home);
    let (stops, (vault, recovery)) = Stops::of(&home, || rekey(vault, &home, OTHER));
    drop(vault);
    assert!(stops.0.len() > 20, "{}", stops.0.len());
    let mut opened = Vec::new();
    stops.each(&home, |at| {
        let (vault, new) = open_either(&home, at);
        assert_whole(&vault, &home, id);
        home.close(vault);
        let epoch = if new { 2 } else { 1 };
        let mut names = file_names(&home.vault());
        names.retain(|name| name != "header-a.new" && name != "header-b.new");
        assert_eq!(
            names,
            [
                format!("anchor-{epoch}"),
                "header-a".into(),
                "header-b".into(),
                "lock".into(),
                format!("uses-{epoch}"),
                format!("vault-{epoch}.db")
            ],
            "stop {at}"
        );
        let fitting = if new { &recovery } else { &old_recovery };
        home.close(recover(&home, fitting).unwrap());
        opened.push(new);
    });
    assert!(opened.is_sorted(), "{opened:?}");
    assert!(opened.contains(&false) && opened.contains(&true));
    report.held(opened.len());
}

/// The control of the two above: where the order of the steps is wrong, stops show it.
#[test]
fn promise_03_control_an_epoch_removed_before_the_commit_is_lost() {
    let mut report =
        ProofRun::begin("promise_03_control_an_epoch_removed_before_the_commit_is_lost");
    let home = Home::new();
    let (vault, _, _) = prepared(&home);
    home.close(vault);
    let mut vault = home.open().unwrap();
    let proof = proof(&vault, PASSWORD);
    let password = new_password(&mut vault, &home, OTHER);
    let rekey = Rekey::begin(&mut vault, &proof).unwrap();
    let rekeyed = rekey.seal(&mut vault, &home.context(), &password).unwrap();
    let (stops, _) = Stops::of(&home, || {
        crate::epoch::remove_others(&vault.folder, 2).unwrap();
        rekeyed.commit(vault).map(drop).map_err(|_| ())
    });
    let mut lost = 0;
    stops.each(&home, |_| {
        let opens = open_with(&home, PASSWORD).is_ok() || open_with(&home, OTHER).is_ok();
        lost += usize::from(!opens);
    });
    assert!(lost > 0);
    report.case();
}

/// What is done to the ways in, from a locked vault to a locked one.
#[derive(Debug, Clone, Copy)]
enum Work {
    Password,
    Rekey,
}

impl Work {
    fn run(self, home: &Home) -> Result<(), VaultError> {
        let mut vault = home.open()?;
        let proof = proof(&vault, PASSWORD);
        let password = new_password(&mut vault, home, OTHER);
        let context = home.context();
        match self {
            Self::Password => vault.set_password(&context, &proof, &password)?,
            Self::Rekey => {
                let rekey = Rekey::begin(&mut vault, &proof)?;
                let (rekey, _) = rekey.step(&mut vault)?;
                let rekeyed = rekey.seal(&mut vault, &context, &password)?;
                (vault, _) = rekeyed.commit(vault).map_err(|failure| failure.error)?;
            }
        }
        vault.lock(&context).1
    }
}

/// Each error of the disk at each call: it is reported as what it is, and one password opens
/// everything once the disk works again.
#[test]
fn promise_04_an_error_while_the_ways_in_change_takes_nothing() {
    let mut report = ProofRun::begin("promise_04_an_error_while_the_ways_in_change_takes_nothing");
    for work in [Work::Password, Work::Rekey] {
        for fault in [
            Fault::Once(Errno::IO),
            Fault::From(Errno::IO),
            Fault::From(Errno::NOSPC),
        ] {
            let every = if ProofRun::is_full() { 1 } else { 17 };
            for at in (0..).step_by(every) {
                let home = Home::new();
                let (vault, _, id) = prepared(&home);
                home.close(vault);
                let disk = Disk::failing(home.path(), FaultPlan { at, fault });
                let result = work.run(&home);
                let struck = disk.struck();
                drop(disk);
                if let Err(error) = &result {
                    let honest = matches!(
                        error,
                        VaultError::Io { .. }
                            | VaultError::DiskFull(_)
                            | VaultError::Database { .. }
                    );
                    assert!(honest, "{work:?} {fault:?} at {at}: {error:?}");
                }
                let (vault, new) = open_either(&home, at);
                assert_whole(&vault, &home, id);
                assert!(new || result.is_err(), "{work:?} {fault:?} at {at}");
                home.close(vault);
                report.case();
                if !struck {
                    break;
                }
            }
        }
    }
}

/// Loses power at some places of a change of the ways in; what went wrong.
fn lose_power(work: Work, draws: usize, lie: Option<FaultKind>) -> (usize, Vec<String>) {
    let home = Home::new();
    let (vault, _, id) = prepared(&home);
    home.close(vault);
    let before = Image::of(home.path());
    let disk = match lie {
        Some(lie) => Disk::lying(home.path(), lie),
        None => Disk::recording(home.path()),
    };
    work.run(&home).unwrap();
    disk.acknowledge(0);
    let events = disk.finish();
    let mut dice = SeededRng::new(7);
    let (mut cases, mut failures) = (0, Vec::new());
    for end in 0..=events.len() {
        for _ in 0..draws {
            let mut image = before.clone();
            events[..end].iter().for_each(|event| image.apply(event));
            let told = events[..end]
                .iter()
                .any(|event| matches!(event, DiskEvent::Acknowledged(_)));
            let mut after = Home::new();
            after.now = home.now;
            image.lose_power(&mut dice, after.path());
            cases += 1;
            let opened = open_with(&after, PASSWORD).map(|vault| (vault, false));
            let opened = opened.or_else(|_| open_with(&after, OTHER).map(|vault| (vault, true)));
            match opened {
                Err(error) => failures.push(format!("at {end}: {error}")),
                Ok((_, false)) if told => failures.push(format!("at {end}: the old one came back")),
                Ok((vault, _)) => {
                    let there = vault.value(id, None, None).is_ok() && vault.verify_audit().is_ok();
                    if !there {
                        failures.push(format!("at {end}: something is missing"));
                    }
                }
            }
        }
    }
    (cases, failures)
}

#[test]
fn promise_03_power_loss_while_the_ways_in_change_leaves_the_old_or_the_new() {
    let mut report =
        ProofRun::begin("promise_03_power_loss_while_the_ways_in_change_leaves_the_old_or_the_new");
    for work in [Work::Password, Work::Rekey] {
        let (cases, failures) = lose_power(work, ProofRun::cases(1, 20), None);
        assert!(failures.is_empty(), "{work:?}: {failures:#?}");
        report.held(cases);
    }
}

/// The controls: with any one kind of sync pretended, a switch of epochs loses the vault.
#[test]
fn promise_03_control_a_switch_without_syncs_is_lost() {
    let mut report = ProofRun::begin("promise_03_control_a_switch_without_syncs_is_lost");
    for lie in [FaultKind::Database, FaultKind::Files, FaultKind::Folders] {
        let (_, failures) = lose_power(Work::Rekey, 2, Some(lie));
        assert!(!failures.is_empty(), "{lie:?} made no difference");
        report.case();
    }
}
