//! Promise 1: a kill, at any moment, takes nothing that was acknowledged, and is not taken
//! for damage. Promise 25: what somebody takes after a kill is noticed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_proof::ProofRun;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Action, Actor, AuditContext, AuditFilter, ClaimedFacts, CredentialFilter, DataDamage, Dates,
    Details, Field, FieldKind, Folder, KdfPolicy, LocalNow, Location, Locked, NewCredential,
    NewField, OsRandom, UnlockWarning, Unlocked, UsesDoubt, VaultError, VaultOptions, create,
};

/// Kills that one vault lives through; a long log would only make each check slower.
const LIVES: usize = 40;

type Names = BTreeMap<String, String>;

/// What is in a vault: names with values, and how many uses its log tells of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct VaultContent {
    picture: Names,
    uses: usize,
}

impl VaultContent {
    /// After a step as the writer says it.
    fn after(&self, step: &str) -> Self {
        let mut next = self.clone();
        match step.split(' ').collect::<Vec<_>>()[..] {
            ["set", name, value] => drop(next.picture.insert(name.into(), value.into())),
            ["remove", name] => drop(next.picture.remove(name)),
            ["use"] => next.uses += 1,
            _ => panic!("unknown step: {step}"),
        }
        next
    }
}

/// A vault's folder, in memory where the system has such a place: a kill loses nothing there
/// that it would not lose on a disk.
struct KilledVault(tempfile::TempDir);

impl KilledVault {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let home = Self(dir.unwrap());
        let options = options(&home);
        let kdf = options.policy.calibrate(|| Duration::ZERO).unwrap();
        let folder = Folder::create(&home.vault()).unwrap();
        let (vault, _) = create(folder, &password(), kdf, &context(), options).unwrap();
        vault.lock(&context()).1.unwrap();
        home
    }

    fn vault(&self) -> PathBuf {
        self.0.path().join("vault")
    }

    /// Opens the vault, which must be whole and must have noticed nothing but kills.
    fn open(&self) -> Unlocked {
        match self.try_open() {
            Ok(vault) => {
                // That it was killed is noticed, and that nothing is missing.
                let killed = UnlockWarning::UncleanStop { doubt: None };
                let noticed = vault.warnings();
                assert!(noticed.iter().all(|one| *one == killed), "{noticed:?}");
                vault
            }
            Err(error) => panic!("a false alarm: {error}"),
        }
    }

    fn try_open(&self) -> Result<Unlocked, VaultError> {
        let folder = Folder::open(&self.vault()).unwrap();
        let locked = Locked::read(folder, options(self)).unwrap();
        let opened = locked.unlock(&password(), &context());
        opened.map_err(|failure| failure.error)
    }

    fn content(&self) -> VaultContent {
        let vault = self.open();
        vault.verify_audit().unwrap();
        let clock = LocalNow {
            now: context().now,
            zone: TimeZone::UTC,
        };
        let living = vault.list(&CredentialFilter::default(), &clock).unwrap();
        let value = |id| {
            let (_, value) = vault.value(id, None, None).unwrap();
            String::from_utf8(value.expose().clone()).unwrap()
        };
        let picture = living
            .into_iter()
            .map(|one| (one.credential.name, value(one.credential.id)))
            .collect();
        VaultContent {
            picture,
            uses: count_uses(&vault),
        }
    }
}

fn count_uses(vault: &Unlocked) -> usize {
    let mut filter = AuditFilter {
        action: Some(Action::Launched),
        limit: 1000,
        ..AuditFilter::default()
    };
    let mut uses = 0;
    loop {
        let page = vault.audit(&filter).unwrap();
        uses += page.entries.len();
        match page.next {
            Some(next) => filter.before = Some(next),
            None => return uses,
        }
    }
}

fn options(home: &KilledVault) -> VaultOptions {
    VaultOptions {
        policy: KdfPolicy::cheap_for_tests(),
        seen: Some(home.0.path().join("state")),
        random: Box::new(OsRandom),
    }
}

fn password() -> SecretBytes {
    SecretBytes::copy_of(b"password")
}

fn context() -> AuditContext {
    AuditContext {
        now: Timestamp::now(),
        actor: Actor::default(),
        claimed: ClaimedFacts::default(),
    }
}

/// An example, which Cargo builds next to the tests.
fn example(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join("examples").join(name)
}

/// Runs the writer for so many lines and a moment more, kills it, and returns its output.
fn run_and_kill(home: &KilledVault, seed: u64, lines: u64, moment: Duration) -> Vec<String> {
    let mut child = Command::new(example("writer"))
        .arg(home.vault())
        .arg(seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the writer (cargo build --examples)");
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    for _ in 0..lines {
        said.read_line(&mut text).unwrap();
    }
    // Not a wait for something, but the moment that is drawn.
    std::thread::sleep(moment);
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(9), "the writer ended by itself");
    said.read_to_string(&mut text).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// What must be there after this output, and what may be there instead.
fn allowed(before: &VaultContent, said: &[String]) -> (VaultContent, Option<VaultContent>) {
    let mut content = before.clone();
    let mut under_way = None;
    for line in said {
        match line.as_str() {
            "open" => {}
            "done" => content = under_way.take().expect("a step before it is done"),
            step => under_way = Some(content.after(step)),
        }
    }
    (content, under_way)
}

fn next(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

#[test]
fn promise_01_a_kill_takes_nothing_that_was_acknowledged() {
    let mut proof = ProofRun::begin("promise_01_a_kill_takes_nothing_that_was_acknowledged");
    let mut seed = 0x1234_5678_9abc_def1;
    let (mut home, mut content) = (KilledVault::new(), VaultContent::default());
    let mut acknowledged = 0;
    for case in 0..ProofRun::cases(300, 10_000) {
        if case % LIVES == 0 {
            (home, content) = (KilledVault::new(), VaultContent::default());
        }
        // Now and then before it is even open.
        let lines = next(&mut seed) % 24;
        let moment = Duration::from_micros(next(&mut seed) % 3000);
        let said = run_and_kill(&home, next(&mut seed), lines, moment);
        acknowledged += said.iter().filter(|line| *line == "done").count();
        let (done, under_way) = allowed(&content, &said);
        let found = home.content();
        assert!(
            found == done || Some(&found) == under_way.as_ref(),
            "kill {case} after {said:?}: {found:?}"
        );
        content = found;
        proof.case();
    }
    assert!(acknowledged > 300, "only {acknowledged} steps were killed");
}

/// The control: a change that is only in the log's file is lost with it, and the comparison
/// sees that.
#[test]
fn promise_01_control_a_lost_change_is_seen() {
    let mut proof = ProofRun::begin("promise_01_control_a_lost_change_is_seen");
    let home = KilledVault::new();
    let before = home.copy();
    let said = run_and_kill(&home, 5, 9, Duration::ZERO);
    let (done, under_way) = allowed(&VaultContent::default(), &said);
    assert!(!done.picture.is_empty());
    // As if nothing of it had reached the files.
    let found = before.content();
    assert!(found != done && Some(found) != under_way);
    proof.case();
}

/// A vault with one credential that was never used.
fn unused() -> KilledVault {
    let home = KilledVault::new();
    let mut vault = home.open();
    let value = NewField {
        field: Field {
            name: "value".into(),
            kind: FieldKind::Secret,
            variable: None,
            allow_loader_variable: false,
        },
        value: SecretBytes::copy_of(b"sk"),
    };
    let new = NewCredential {
        location: Location {
            project: "shop".into(),
            environment: "dev".into(),
        },
        tier: None,
        name: "stripe".into(),
        provider: None,
        fields: vec![value],
        details: Details::default(),
        dates: Dates::default(),
        source_id: None,
    };
    vault.add(&context(), new).unwrap();
    vault.lock(&context()).1.unwrap();
    home
}

/// Runs the example `releaser` for so many releases and kills it; its log's length before
/// each and at the end.
fn release_and_kill(home: &KilledVault, releases: usize) -> Vec<u64> {
    let mut child = Command::new(example("releaser"))
        .arg(home.vault())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the releaser (cargo build --examples)");
    let (mut asked, mut said) = (
        child.stdin.take().unwrap(),
        BufReader::new(child.stdout.take().unwrap()),
    );
    let mut lengths = Vec::new();
    let mut line = String::new();
    for _ in 0..=releases {
        line.clear();
        said.read_line(&mut line).unwrap();
        assert!(["open\n", "released\n"].contains(&line.as_str()), "{line}");
        lengths.push(home.log().metadata().unwrap().len());
        if lengths.len() <= releases {
            asked.write_all(b"\n").unwrap();
        }
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    lengths
}

impl KilledVault {
    /// The log of the database.
    fn log(&self) -> PathBuf {
        self.vault().join("vault-1.db-wal")
    }

    /// Cuts the log of the database.
    fn cut(&self, length: u64) {
        let log = std::fs::OpenOptions::new().write(true).open(self.log());
        log.unwrap().set_len(length).unwrap();
    }

    /// As if the machine had copied the folder at this moment.
    fn copy(&self) -> Self {
        let copy = Self(tempfile::tempdir_in(self.0.path().parent().unwrap()).unwrap());
        let copied = Command::new("cp")
            .arg("-a")
            .args([self.vault(), self.0.path().join("state")])
            .arg(copy.0.path())
            .status();
        assert!(copied.unwrap().success());
        copy
    }
}

#[test]
fn promise_25_a_release_cut_from_the_log_is_noticed() {
    let mut proof = ProofRun::begin("promise_25_a_release_cut_from_the_log_is_noticed");
    let mut cases = ProofRun::cases(30, 1000);
    while cases > 0 {
        let home = unused();
        let releases = cases.min(10);
        let lengths = release_and_kill(&home, releases);
        for (cut_to, before) in lengths[..releases].iter().enumerate() {
            let attacked = home.copy();
            attacked.cut(*before);
            match attacked.try_open() {
                Err(VaultError::DamagedData(DataDamage::UsesMissing { missing })) => {
                    assert_eq!(missing as usize, releases - cut_to);
                }
                other => panic!("cut to {cut_to} of {releases}: {:?}", other.map(drop)),
            }
            proof.case();
        }
        // Control: without the cut it opens, and each release is there.
        assert_eq!(home.content().uses, releases);
        cases -= releases;
    }
}

/// The control: without the record of the last use, the same cut erases the releases.
#[test]
fn promise_25_control_without_the_record_the_cut_succeeds() {
    let mut proof = ProofRun::begin("promise_25_control_without_the_record_the_cut_succeeds");
    let home = unused();
    let lengths = release_and_kill(&home, 3);
    home.cut(lengths[0]);
    std::fs::remove_file(home.vault().join("uses-1")).unwrap();
    let vault = home.try_open().unwrap();
    assert_eq!(count_uses(&vault), 0);
    // That there was none is reported, and that the stop was unclean.
    let doubt = Some(UsesDoubt::Missing);
    assert_eq!(vault.warnings(), [UnlockWarning::UncleanStop { doubt }]);
    proof.case();
}
