//! Promise 3: whatever is done to a vault is done or not, wherever it is stopped.

use keyhaven_proof::ProofRun;

use super::story::{Picture, Sight, look};
use super::*;
use crate::faults::forms::Other;
use crate::faults::{Disk, Fault, FaultPlan};
use crate::format::backup_file::BackupFile;
use crate::store::connect::MIGRATIONS;

/// Stops `work` at each place in turn, from the first to after the last, and has `check`
/// look at the files that are left; how many places there were.
pub(crate) fn stop_everywhere(
    prepare: impl Fn() -> Home,
    work: impl Fn(&Home) -> Result<(), VaultError>,
    check: impl Fn(&Home, bool),
) -> usize {
    for at in 0.. {
        let home = prepare();
        let fault = Fault::Stop;
        let disk = Disk::failing(home.path(), FaultPlan { at, fault });
        let result = work(&home);
        let stopped = disk.struck();
        drop(disk);
        assert!(result.is_ok() || stopped, "{:?} by itself", result.err());
        check(&home, result.is_ok());
        if !stopped {
            return at;
        }
    }
    unreachable!("work has an end")
}

/// A vault with one key, properly locked.
fn with_one_key() -> Home {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault.add(&home.context(), credential("one", "1")).unwrap();
    home.close(vault);
    home
}

fn picture(keys: &[(&str, &str)]) -> Picture {
    let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
    keys.iter().map(owned).collect()
}

/// What is in a vault that must open.
fn sight(home: &Home) -> Sight {
    let vault = home.open().unwrap();
    let sight = look(&vault, home).unwrap();
    home.close(vault);
    // And once more, since opening repairs.
    let vault = home.open().unwrap();
    assert!(vault.warnings().is_empty(), "{:?}", vault.warnings());
    assert_eq!(look(&vault, home).unwrap(), sight);
    sight
}

fn create(home: &Home) -> Result<(), VaultError> {
    let folder = Folder::create(&home.vault())?;
    let options = home.options();
    let kdf = options.policy.calibrate(|| Duration::ZERO)?;
    let made = crate::create(folder, &secret(PASSWORD), kdf, &home.context(), options);
    made.map(drop)
}

#[test]
fn promise_03_a_stopped_creation_is_a_vault_or_none() {
    let mut proof = ProofRun::begin("promise_03_a_stopped_creation_is_a_vault_or_none");
    let locations = stop_everywhere(Home::new, create, |home, done| match home.read() {
        Ok(locked) => {
            drop(locked);
            assert_eq!(sight(home).picture, Picture::new());
        }
        Err(VaultError::NotAVault(_)) => {
            assert!(!done);
            home.close(home.create().0);
        }
        Err(error) => panic!("{error}"),
    });
    assert!(locations > 20, "{locations}");
    proof.held(locations);
}

#[test]
fn promise_03_a_stopped_opening_or_locking_changes_nothing() {
    let mut proof = ProofRun::begin("promise_03_a_stopped_opening_or_locking_changes_nothing");
    let open_and_lock = |home: &Home| {
        let vault = home.open()?;
        vault.lock(&home.context()).1
    };
    let locations = stop_everywhere(with_one_key, open_and_lock, |home, _| {
        assert_eq!(sight(home).picture, picture(&[("one", "1")]));
    });
    assert!(locations > 10, "{locations}");
    proof.held(locations);
}

#[test]
fn promise_03_a_stopped_change_is_made_or_not() {
    let mut proof = ProofRun::begin("promise_03_a_stopped_change_is_made_or_not");
    let change = |home: &Home| {
        let mut vault = home.open()?;
        vault.add(&home.context(), credential("two", "2"))?;
        let one = seen(&vault.find(&location("shop", "dev"), "one")?);
        vault.set_values(&home.context(), one, new_value("3"), OldVersions::Keep)?;
        vault.lock(&home.context()).1
    };
    let states = [
        picture(&[("one", "1")]),
        picture(&[("one", "1"), ("two", "2")]),
        picture(&[("one", "3"), ("two", "2")]),
    ];
    let locations = stop_everywhere(with_one_key, change, |home, done| {
        let found = sight(home).picture;
        assert!(states.contains(&found), "{found:?}");
        assert!(!done || found == states[2]);
    });
    proof.held(locations);
}

#[test]
fn promise_03_a_stopped_healing_of_the_header_leaves_a_header() {
    let mut proof = ProofRun::begin("promise_03_a_stopped_healing_of_the_header_leaves_a_header");
    for bent in ["header-a", "header-b"] {
        let prepare = || {
            let home = with_one_key();
            std::fs::write(home.vault().join(bent), b"KEYHAVEN").unwrap();
            home
        };
        let open = |home: &Home| home.open().map(drop);
        let locations = stop_everywhere(prepare, open, |home, _| {
            assert_eq!(sight(home).picture, picture(&[("one", "1")]));
        });
        proof.held(locations);
    }
}

#[test]
fn promise_03_a_stopped_migration_is_made_or_not() {
    let mut proof = ProofRun::begin("promise_03_a_stopped_migration_is_made_or_not");
    let open = |home: &Home| {
        let _later = Other::later();
        home.open().map(drop)
    };
    let (old, new) = (picture(&[("one", "1")]), picture(&[("one-migrated", "1")]));
    let locations = stop_everywhere(with_one_key, open, |home, done| {
        // The older program opens the old form, or names both.
        match home.open() {
            Ok(vault) => {
                assert!(!done);
                assert_eq!(look(&vault, home).unwrap().picture, old);
                home.close(vault);
            }
            Err(VaultError::NewerVersion { found, supported }) => {
                let known = u32::try_from(MIGRATIONS.len()).unwrap();
                assert_eq!((found, supported), (known + 1, known));
            }
            Err(error) => panic!("{error}"),
        }
        let _later = Other::later();
        assert_eq!(sight(home).picture, new);
        let vault = home.open().unwrap();
        let migrated = AuditFilter {
            action: Some(Action::Migrated),
            ..AuditFilter::default()
        };
        assert_eq!(vault.audit(&migrated).unwrap().entries.len(), 1);
        // The previous state is in a backup, which was checked.
        let backups = vault.backups().unwrap();
        let kept = |one: &BackupInfo| {
            one.reason == Reason::Migration && one.authenticity == Authenticity::Authentic
        };
        assert!(backups.iter().any(kept), "{backups:?}");
    });
    assert!(locations > 10, "{locations}");
    proof.held(locations);
}

#[test]
fn promise_03_a_stopped_backup_is_whole_or_not_there() {
    let mut proof = ProofRun::begin("promise_03_a_stopped_backup_is_whole_or_not_there");
    let target = |home: &Home| home.path().join("kept.khbackup");
    let back_up = |home: &Home| {
        let mut vault = home.open()?;
        let (context, to) = (home.context(), target(home));
        vault.backup(&to, Reason::Asked, &context).map(drop)
    };
    // One is there already, and is replaced whole.
    let prepare = || {
        let home = with_one_key();
        back_up(&home).unwrap();
        let mut vault = home.open().unwrap();
        vault.add(&home.context(), credential("two", "2")).unwrap();
        home.close(vault);
        home
    };
    let locations = stop_everywhere(prepare, back_up, |home, done| {
        let mut file = BackupFile::open(&target(home)).unwrap();
        file.each_chunk(|_| Ok(())).unwrap();
        let credentials = file.manifest.credentials;
        assert!(credentials == 2 || (credentials == 1 && !done));
        assert_eq!(sight(home).picture, picture(&[("one", "1"), ("two", "2")]));
        // And the next one is not kept from being made.
        back_up(home).unwrap();
    });
    assert!(locations > 10, "{locations}");
    proof.held(locations);
}

/// The control: a migration whose root is not of the same transaction leaves a vault that
/// neither program takes for whole.
#[test]
fn promise_03_control_a_migration_in_two_steps_is_left_half_way() {
    let mut proof = ProofRun::begin("promise_03_control_a_migration_in_two_steps_is_left_half_way");
    let home = with_one_key();
    let vault = home.open().unwrap();
    let _later = Other::later();
    crate::store::connect::migrate(&vault.connection).unwrap();
    drop(vault);
    assert!(matches!(
        home.open(),
        Err(VaultError::DamagedData(crate::DataDamage::Rows))
    ));
    proof.case();
}

/// The control: a header that is written in place instead of replaced is lost by a stop.
#[test]
fn promise_03_control_a_header_written_in_place_is_lost() {
    let mut proof = ProofRun::begin("promise_03_control_a_header_written_in_place_is_lost");
    let lost = std::cell::Cell::new(0);
    let in_place = |home: &Home| {
        let path = home.vault().join("header-a");
        let io = |error| VaultError::io(&path, error);
        let bytes = std::fs::read(&path).unwrap();
        let file = crate::format::disk::open_private(&path, false)?;
        file.set_len(0).unwrap();
        for (at, half) in bytes.chunks(bytes.len() / 2).enumerate() {
            let at = (at * (bytes.len() / 2)) as u64;
            crate::format::system::write_at(&file, &path, half, at).map_err(io)?;
        }
        Ok(())
    };
    let prepare = || {
        let home = with_one_key();
        std::fs::remove_file(home.vault().join("header-b")).unwrap();
        home
    };
    let locations = stop_everywhere(prepare, in_place, |home, _| {
        lost.set(lost.get() + usize::from(home.open().is_err()));
    });
    assert!(lost.get() > 0, "nothing was lost at {locations} places");
    proof.held(locations);
}
