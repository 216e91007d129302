//! Promise 6: a hostile header costs nothing and opens nothing.

use keyhaven_proof::memory::most_during;
use keyhaven_proof::{ProofRun, SeededRng};
use sha2::{Digest as _, Sha256};

use super::*;

const MOST_MEMORY: usize = 32 << 20;
const MOST_TIME: Duration = Duration::from_millis(50);

/// Where the password slot's memory, passes, lanes and salt length stand: the first slot,
/// behind magic, format, vault, epoch and `vault-1.db`.
const MEMORY: usize = 8 + 2 + 16 + 8 + 2 + 10 + 1 + 5;
const PASSES: usize = MEMORY + 4;
const LANES: usize = PASSES + 4;
const SALT: usize = LANES + 4;

fn prepared() -> (Home, Vec<u8>) {
    let home = Home::new();
    home.close(home.create().0);
    let header = std::fs::read(home.vault().join("header-a")).unwrap();
    (home, header)
}

/// Makes the checksum right again, as an attacker would.
fn with_checksum(mut header: Vec<u8>) -> Vec<u8> {
    let end = header.len().saturating_sub(32);
    let sum: [u8; 32] = Sha256::digest(&header[..end]).into();
    header.truncate(end);
    header.extend_from_slice(&sum);
    header
}

fn put(home: &Home, header: &[u8]) {
    for name in ["header-a", "header-b"] {
        std::fs::write(home.vault().join(name), header).unwrap();
    }
}

/// The processor time of this thread: what others do on the machine does not count.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

/// Everything that is done with a header before a key is derived.
fn before_the_kdf(home: &Home, policy: KdfPolicy) -> Result<KdfJob, VaultError> {
    let options = VaultOptions {
        policy,
        ..home.options()
    };
    Locked::read(Folder::open(&home.vault())?, options)?.password_job()
}

/// The answers that a header may get; none of them blames the data.
fn is_about_the_header(error: &VaultError) -> bool {
    matches!(
        error,
        VaultError::DamagedHeader(_)
            | VaultError::NewerVersion { .. }
            | VaultError::KdfOutOfBounds(_)
            | VaultError::NotEnoughMemory { .. }
            | VaultError::WrongPassword
    )
}

/// Bent in one of many ways.
fn mutate(header: &[u8], dice: &mut SeededRng) -> Vec<u8> {
    let mut bent = header.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bent.len());
        match dice.below(8) {
            0 => bent.truncate(at),
            1 => drop(bent.splice(at..at, vec![dice.next() as u8; dice.below(70_000)])),
            2 => drop(bent.drain(at..(at + dice.below(40)).min(bent.len()))),
            3 => {
                let number = [0, 1, u32::MAX, dice.next() as u32][dice.below(4)];
                for (byte, new) in bent[at..].iter_mut().zip(number.to_be_bytes()) {
                    *byte = new;
                }
            }
            4 => {
                let field = [MEMORY, PASSES, LANES, SALT][dice.below(4)];
                if let Some(byte) = bent.get_mut(field + dice.below(4)) {
                    *byte = dice.next() as u8;
                }
            }
            _ => {
                if let Some(byte) = bent.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
        }
    }
    if dice.below(3) == 0 {
        bent
    } else {
        with_checksum(bent)
    }
}

#[test]
fn promise_06_mutated_headers_are_refused_at_no_cost() {
    let mut proof = ProofRun::begin("promise_06_mutated_headers_are_refused_at_no_cost");
    let (home, header) = prepared();
    let mut dice = SeededRng::new(6);
    for case in 0..ProofRun::cases(600, 5000) {
        let bent = mutate(&header, &mut dice);
        put(&home, &bent);
        let cheap = KdfPolicy::cheap_for_tests();
        let start = cpu();
        let (memory, job) = most_during(|| before_the_kdf(&home, cheap));
        let took = cpu() - start;
        assert!(memory <= MOST_MEMORY, "case {case}: {memory} bytes");
        assert!(took <= MOST_TIME, "case {case}: {took:?}");
        match job {
            Err(error) => assert!(is_about_the_header(&error), "case {case}: {error}"),
            // Not worth deriving: these bounds are for tests, and wide.
            Ok(job) if job.params.memory_kib > 256 || job.params.passes > 4 => {}
            Ok(job) => {
                let locked = home.read().unwrap();
                let opened = job
                    .run(&secret(PASSWORD))
                    .and_then(|kek| locked.examine_for_tests(&kek));
                match opened {
                    Err(error) => assert!(is_about_the_header(&error), "case {case}: {error}"),
                    Ok(_) => assert_eq!(bent, header, "case {case} opened"),
                }
            }
        }
        proof.case();
    }
}

/// A header that asks for this, its checksum right.
fn asking(header: &[u8], memory: u32, passes: u32, lanes: u32) -> Vec<u8> {
    let mut asking = header.to_vec();
    asking[MEMORY..PASSES].copy_from_slice(&memory.to_be_bytes());
    asking[PASSES..LANES].copy_from_slice(&passes.to_be_bytes());
    asking[LANES..SALT].copy_from_slice(&lanes.to_be_bytes());
    with_checksum(asking)
}

/// KiB, passes and lanes nobody may talk a shipped program into: the first is 4 TiB, and
/// 2^32 - 1 passes are the most that the format can say.
const DEMANDS: [(u32, u32, u32); 12] = [
    (u32::MAX, 3, 4),
    (64 << 10, u32::MAX, 4),
    (64 << 10, 3, u32::MAX),
    ((1 << 20) + 1, 3, 4),
    (64 << 10, 11, 4),
    (64 << 10, 3, 17),
    (1 << 20, 5, 4),
    (0, 0, 0),
    (8, 1, 1),
    ((64 << 10) - 1, 10, 4),
    (64 << 10, 2, 4),
    (64 << 10, 3, 0),
];

#[test]
fn promise_06_demands_out_of_bounds_are_refused_before_any_memory_is_taken() {
    let mut proof =
        ProofRun::begin("promise_06_demands_out_of_bounds_are_refused_before_any_memory_is_taken");
    let (home, header) = prepared();
    for (memory, passes, lanes) in DEMANDS {
        put(&home, &asking(&header, memory, passes, lanes));
        let (taken, refused) = most_during(|| before_the_kdf(&home, KdfPolicy::shipped()));
        assert!(
            matches!(refused, Err(VaultError::KdfOutOfBounds(_))),
            "{memory} KiB x {passes}, {lanes} lanes"
        );
        assert!(taken <= MOST_MEMORY, "{taken} bytes");
        proof.case();
    }
    // What is in bounds is taken.
    put(&home, &asking(&header, 64 << 10, 3, 4));
    before_the_kdf(&home, KdfPolicy::shipped()).unwrap();
}

/// The control: with the bounds of tests, the weak header is taken, and a greedy one eats.
#[test]
fn promise_06_control_without_bounds_weak_and_greedy_headers_work() {
    let mut proof =
        ProofRun::begin("promise_06_control_without_bounds_weak_and_greedy_headers_work");
    let (home, header) = prepared();
    put(&home, &header);
    let weak = before_the_kdf(&home, KdfPolicy::shipped());
    assert!(matches!(weak, Err(VaultError::KdfOutOfBounds(_))));
    before_the_kdf(&home, KdfPolicy::cheap_for_tests()).unwrap();
    put(&home, &asking(&header, 48 << 10, 1, 1));
    let job = before_the_kdf(&home, KdfPolicy::cheap_for_tests()).unwrap();
    let (taken, _) = most_during(|| job.run(&secret(PASSWORD)).unwrap());
    assert!(taken > MOST_MEMORY, "{taken} bytes");
    proof.held(2);
}
