//! Promise 5: who changes the files behind the vault's back is noticed, and the answer says
//! whether the password is wrong, the header damaged, or the data.

use std::os::unix::fs::FileExt as _;

use keyhaven_proof::ProofRun;
use sha2::{Digest as _, Sha256};

use super::opening::copy_folder;
use super::story::{Picture, look};
use super::*;
use crate::faults::unauthenticated;

/// A locked vault, its files as they are, and the key that opens it.
struct BitTarget {
    home: Home,
    kek: Kek,
    picture: Picture,
}

impl BitTarget {
    fn new() -> Self {
        let home = Home::new();
        let (mut vault, _) = home.create();
        for name in ["one", "two"] {
            vault.add(&home.context(), credential(name, "old")).unwrap();
        }
        home.close(vault);
        Self::of(home)
    }

    fn of(home: Home) -> Self {
        let vault = home.open().unwrap();
        let picture = look(&vault, &home).unwrap().picture;
        home.close(vault);
        let job = home.read().unwrap().password_job().unwrap();
        let kek = job.run(&secret(PASSWORD)).unwrap();
        Self { home, kek, picture }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.vault().join(name)
    }

    /// What unlocking says, and then the whole check; nothing is written.
    fn check(&self) -> Result<(), VaultError> {
        let locked = self.home.read()?;
        drop(locked.examine_for_tests(&self.kek)?);
        let report = locked.verify(&self.kek)?;
        // One copy of the header may be damaged: it is healed.
        if report
            .findings
            .iter()
            .all(|one| one.part == VerifyPart::Header)
        {
            return Ok(());
        }
        Err(report.damage().expect("a finding").into())
    }

    /// The values as they are read without any check but the database's own.
    fn read_trusting(&self) -> Result<Vec<String>, VaultError> {
        let connection = self.home.read()?.trust_for_tests(&self.kek)?;
        check_every_page(&connection)?;
        let mut statement = connection.prepare("SELECT name FROM credential ORDER BY name")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Every row of every table.
    fn everything(&self) -> Vec<String> {
        let locked = self.home.read().unwrap();
        let connection = locked.trust_for_tests(&self.kek).unwrap();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let mut tables = connection.prepare(tables).unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let mut everything = Vec::new();
        for table in tables.map(Result::unwrap) {
            let rows = format!("SELECT * FROM {table}");
            // A table that cannot be read is seen as such.
            let Ok(mut rows) = connection.prepare(&rows) else {
                everything.push(format!("{table}: broken"));
                continue;
            };
            let columns = rows.column_count();
            let shown = rows.query_map([], |row| {
                let shown = (0..columns).map(|at| format!("{:?}", row.get_ref(at)));
                Ok(format!("{table}: {}", shown.collect::<Vec<_>>().join(" ")))
            });
            everything.extend(shown.unwrap().map(|row| format!("{row:?}")));
        }
        everything
    }
}

/// The pages that unlocking did not have to read.
fn check_every_page(connection: &rusqlite::Connection) -> Result<(), VaultError> {
    for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check(1)"] {
        if pragma.contains("cipher") && unauthenticated::is_on() {
            // It would only say that there is nothing to check.
            continue;
        }
        let mut statement = connection.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if row.get::<_, String>(0)? != "ok" {
                return Err(DataDamage::DatabaseBroken.into());
            }
        }
    }
    Ok(())
}

/// Flips one bit of a byte; flipping it again undoes it.
fn flip(path: &Path, at: usize) {
    let file = std::fs::File::options().read(true).write(true).open(path);
    let file = file.unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at as u64).unwrap();
    byte[0] ^= 1 << (at % 8);
    file.write_all_at(&byte, at as u64).unwrap();
}

/// Every place of a file when proving, else some; the ends of the file are always among them.
fn locations(path: &Path, short: usize) -> Vec<usize> {
    let length = std::fs::metadata(path).unwrap().len() as usize;
    let step = (length / ProofRun::cases(short, length)).max(1);
    (0..length).step_by(step).chain([length - 1]).collect()
}

#[test]
fn promise_05_a_bit_of_the_header_is_healed_or_named() {
    let mut proof = ProofRun::begin("promise_05_a_bit_of_the_header_is_healed_or_named");
    let target = BitTarget::new();
    let [a, b] = ["header-a", "header-b"].map(|name| target.file(name));
    for at in locations(&a, 1000) {
        flip(&a, at);
        target.check().unwrap();
        flip(&b, at);
        let refused = target.check();
        assert!(
            matches!(refused, Err(VaultError::DamagedHeader(_))),
            "byte {at}"
        );
        flip(&a, at);
        target.check().unwrap();
        flip(&b, at);
        proof.case();
    }
    flip(&a, 60);
    let vault = target.home.open().unwrap();
    assert_eq!(vault.warnings(), [UnlockWarning::HeaderHealed]);
}

/// With the checksum made right again only the key can tell.
#[test]
fn promise_05_an_altered_header_opens_nothing() {
    let mut proof = ProofRun::begin("promise_05_an_altered_header_opens_nothing");
    let target = BitTarget::new();
    let header = std::fs::read(target.file("header-a")).unwrap();
    for at in 0..header.len() - 32 {
        let mut bent = header.clone();
        bent[at] ^= 1 << (at % 8);
        let end = bent.len() - 32;
        let sum: [u8; 32] = Sha256::digest(&bent[..end]).into();
        bent[end..].copy_from_slice(&sum);
        for name in ["header-a", "header-b"] {
            std::fs::write(target.file(name), &bent).unwrap();
        }
        let refused = target.check().unwrap_err();
        let about_the_header = matches!(
            refused,
            VaultError::DamagedHeader(_)
                | VaultError::WrongPassword
                | VaultError::NewerVersion { .. }
                | VaultError::KdfOutOfBounds(_)
        );
        assert!(about_the_header, "byte {at}: {refused}");
        proof.case();
    }
}

#[test]
fn promise_05_a_bit_of_the_anchor_is_noticed() {
    let mut proof = ProofRun::begin("promise_05_a_bit_of_the_anchor_is_noticed");
    let target = BitTarget::new();
    let anchor = target.file("anchor-1");
    for at in locations(&anchor, 400) {
        flip(&anchor, at);
        let refused = target.check();
        assert!(
            matches!(
                refused,
                Err(VaultError::DamagedData(DataDamage::AnchorBroken))
            ),
            "byte {at}"
        );
        flip(&anchor, at);
        proof.case();
    }
    target.check().unwrap();
}

#[test]
fn promise_05_a_bit_of_the_database_is_noticed() {
    let mut proof = ProofRun::begin("promise_05_a_bit_of_the_database_is_noticed");
    let target = BitTarget::new();
    let database = target.file("vault-1.db");
    for at in locations(&database, 600) {
        flip(&database, at);
        let refused = target.check();
        assert!(
            matches!(refused, Err(VaultError::DamagedData(_))),
            "byte {at}: {refused:?}"
        );
        flip(&database, at);
        proof.case();
    }
    target.check().unwrap();
}

/// The control: the same vault, but for the authentication of its pages, reads flipped bits
/// as if nothing were wrong; what unlocking checks finds those in the rows.
#[test]
fn promise_05_control_without_authentication_flipped_bits_are_read() {
    let mut proof =
        ProofRun::begin("promise_05_control_without_authentication_flipped_bits_are_read");
    unauthenticated::set(true);
    let target = BitTarget::new();
    let everything = target.everything();
    let database = target.file("vault-1.db");
    let (mut read, mut noticed) = (0, 0);
    for at in locations(&database, 600) {
        flip(&database, at);
        if target.read_trusting().is_ok() && target.everything() != everything {
            read += 1;
            noticed += usize::from(target.check().is_err());
        }
        flip(&database, at);
        proof.case();
    }
    unauthenticated::set(false);
    assert!(read > 0, "no flipped bit was read");
    assert!(noticed > 0, "the root and the chain noticed none of {read}");
}

/// The control: without the header's MAC and the anchor, an altered header and an old
/// database open.
#[test]
fn promise_05_control_without_mac_and_anchor_old_and_altered_files_open() {
    let mut proof =
        ProofRun::begin("promise_05_control_without_mac_and_anchor_old_and_altered_files_open");
    let target = BitTarget::new();
    let (database, header) = (target.file("vault-1.db"), target.file("header-a"));
    let (old, whole) = (read(&database), read(&header));
    let mut vault = target.home.open().unwrap();
    let new = credential("three", "value");
    vault.add(&target.home.context(), new).unwrap();
    target.home.close(vault);
    std::fs::write(&database, old).unwrap();
    assert!(target.check().is_err());
    assert_eq!(target.read_trusting().unwrap().len(), 2);
    // The last byte before MAC and checksum belongs to the slot of the recovery key.
    let mut bent = whole;
    let (at, end) = (bent.len() - 65, bent.len() - 32);
    bent[at] ^= 1;
    let sum: [u8; 32] = Sha256::digest(&bent[..end]).into();
    bent[end..].copy_from_slice(&sum);
    for name in ["header-a", "header-b"] {
        std::fs::write(target.file(name), &bent).unwrap();
    }
    assert!(matches!(target.check(), Err(VaultError::DamagedHeader(_))));
    target.read_trusting().unwrap();
    proof.held(2);
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn promise_05_a_replayed_page_is_noticed() {
    let mut proof = ProofRun::begin("promise_05_a_replayed_page_is_noticed");
    let target = BitTarget::new();
    let database = target.file("vault-1.db");
    let old = std::fs::read(&database).unwrap();
    let mut vault = target.home.open().unwrap();
    let context = target.home.context();
    for (name, to) in [("one", "three"), ("two", "four")] {
        let found = seen(&vault.find(&location("shop", "dev"), name).unwrap());
        let found = vault
            .set_values(&context, found, new_value("new"), OldVersions::Keep)
            .unwrap();
        rename(&mut vault, &context, &found, to).unwrap();
    }
    // Its variable is free then, which two pages say.
    let gone = seen(&vault.find(&location("shop", "dev"), "four").unwrap());
    vault.remove(&context, gone).unwrap();
    target.home.close(vault);
    let new = std::fs::read(&database).unwrap();
    let everything = target.everything();
    let mut taken_for_true = 0;
    let page = |at: usize| at * 4096..(at + 1) * 4096;
    let pages = new.len().min(old.len()) / 4096;
    let changed: Vec<usize> = (0..pages)
        .filter(|at| old[page(*at)] != new[page(*at)])
        .collect();
    // Each by itself, and each with each: an index may hide what is wrong with its table.
    for first in &changed {
        for second in changed.iter().filter(|second| *second >= first) {
            let mut mixed = new.clone();
            for at in [*first, *second] {
                mixed[page(at)].copy_from_slice(&old[page(at)]);
            }
            std::fs::write(&database, &mixed).unwrap();
            match target.check() {
                Err(VaultError::DamagedData(_)) => {}
                // A page may be rewritten with the same content.
                Ok(()) => assert_eq!(target.everything(), everything, "{first}, {second}"),
                Err(error) => panic!("pages {first}, {second}: {error}"),
            }
            // The control: SQLCipher itself takes some of them, and shows what was.
            let trusted = target.read_trusting().is_ok();
            taken_for_true += usize::from(trusted && target.everything() != everything);
            proof.case();
        }
    }
    assert!(taken_for_true > 0, "no replay worked without the checks");
}

/// The files as a kill leaves them, with a log that holds three changes.
fn killed() -> (BitTarget, Vec<u8>) {
    let mut target = BitTarget::new();
    let mut vault = target.home.open().unwrap();
    for name in ["three", "four", "five"] {
        let new = credential(name, "value");
        vault.add(&target.home.context(), new).unwrap();
    }
    target.picture = look(&vault, &target.home).unwrap().picture;
    let copy = target.home.path().join("copy");
    copy_folder(&target.home.vault(), &copy);
    drop(vault);
    std::fs::remove_dir_all(target.home.vault()).unwrap();
    std::fs::rename(&copy, target.home.vault()).unwrap();
    let log = std::fs::read(target.file("vault-1.db-wal")).unwrap();
    (target, log)
}

/// Whether a vault with such a log opens as it was (else it must be refused as damaged), and
/// whether SQLite alone would have lost a change without a word.
fn with_log(target: &BitTarget, log: Option<&[u8]>, what: &str) -> (bool, bool) {
    let copy = target.home.path().join("whole");
    copy_folder(&target.home.vault(), &copy);
    let path = target.file("vault-1.db-wal");
    match log {
        Some(log) => std::fs::write(&path, log).unwrap(),
        None => std::fs::remove_file(&path).unwrap(),
    }
    let attacked = target.home.path().join("attacked");
    copy_folder(&target.home.vault(), &attacked);
    let opened = match target.home.open() {
        Ok(vault) => {
            let found = look(&vault, &target.home).unwrap();
            assert_eq!(found.picture, target.picture, "{what}");
            true
        }
        Err(VaultError::DamagedData(_)) => false,
        Err(error) => panic!("{what}: {error}"),
    };
    std::fs::remove_dir_all(target.home.vault()).unwrap();
    std::fs::rename(&attacked, target.home.vault()).unwrap();
    let silent = target
        .read_trusting()
        .is_ok_and(|names| names.len() < target.picture.len());
    std::fs::remove_dir_all(target.home.vault()).unwrap();
    std::fs::rename(&copy, target.home.vault()).unwrap();
    (opened, silent)
}

#[test]
fn promise_05_a_cut_bent_or_missing_log_is_noticed() {
    let mut proof = ProofRun::begin("promise_05_a_cut_bent_or_missing_log_is_noticed");
    let (target, log) = killed();
    let mut lost_silently = 0;
    let mut attack = |log: Option<&[u8]>, what: String| {
        let (opened, silent) = with_log(&target, log, &what);
        lost_silently += usize::from(silent);
        assert!(!(opened && silent), "{what}");
        proof.case();
        opened
    };
    assert!(attack(Some(&log), "untouched".into()));
    assert!(!attack(None, "missing".into()));
    assert!(!attack(Some(&[]), "empty".into()));
    let step = ProofRun::cases(log.len() / 40, 97);
    for end in (0..log.len()).step_by(step) {
        attack(Some(&log[..end]), format!("cut at {end}"));
    }
    for at in (0..log.len()).step_by(step) {
        let mut bent = log.clone();
        bent[at] ^= 1 << (at % 8);
        attack(Some(&bent), format!("bent at {at}"));
    }
    // The control: SQLite by itself loses changes without a word.
    assert!(lost_silently > 10, "{lost_silently}");
}

#[test]
fn promise_05_cut_empty_and_old_files_are_named() {
    let mut proof = ProofRun::begin("promise_05_cut_empty_and_old_files_are_named");
    let target = BitTarget::new();
    let old: Vec<(&str, Vec<u8>)> = ["anchor-1", "vault-1.db"]
        .map(|name| (name, std::fs::read(target.file(name)).unwrap()))
        .into();
    let mut vault = target.home.open().unwrap();
    for name in ["three", "four"] {
        let new = credential(name, "value");
        vault.add(&target.home.context(), new).unwrap();
    }
    target.home.close(vault);
    for (name, old) in &old {
        let path = target.file(name);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, old).unwrap();
        let refused = target.check().unwrap_err();
        let named = match *name {
            "anchor-1" => matches!(
                refused,
                VaultError::DamagedData(DataDamage::OldAnchor { behind: 2 })
            ),
            _ => matches!(
                refused,
                VaultError::DamagedData(DataDamage::ChangesMissing { missing: 2 })
            ),
        };
        assert!(named, "old {name}: {refused}");
        let step = ProofRun::cases(whole.len() / 40, 512);
        for end in (0..whole.len()).step_by(step) {
            std::fs::write(&path, &whole[..end]).unwrap();
            let refused = target.check();
            assert!(
                matches!(refused, Err(VaultError::DamagedData(_))),
                "{name} cut at {end}: {refused:?}"
            );
            proof.case();
        }
        std::fs::write(&path, &whole).unwrap();
    }
    let header = std::fs::read(target.file("header-a")).unwrap();
    for end in (0..header.len()).step_by(ProofRun::cases(8, 1)) {
        for name in ["header-a", "header-b"] {
            std::fs::write(target.file(name), &header[..end]).unwrap();
        }
        let refused = target.check();
        assert!(
            matches!(refused, Err(VaultError::DamagedHeader(_))),
            "header cut at {end}: {refused:?}"
        );
        proof.case();
    }
}

#[test]
fn promise_05_a_wrong_password_is_not_called_damage() {
    let mut proof = ProofRun::begin("promise_05_a_wrong_password_is_not_called_damage");
    let target = BitTarget::new();
    let job = target.home.read().unwrap().password_job().unwrap();
    for at in 0..PASSWORD.len() {
        let mut wrong = PASSWORD.to_vec();
        wrong[at] ^= 1;
        let kek = job.run(&secret(&wrong)).unwrap();
        let refused = target.home.read().unwrap().examine_for_tests(&kek);
        assert!(matches!(refused, Err(VaultError::WrongPassword)));
        proof.case();
    }
}
