//! Promise 11: no input crashes a parser. The corpus and mutations of it, on any toolchain.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use keyhaven_fuzz::{FuzzTarget, TARGETS};
use keyhaven_proof::memory::{Counting, most_during};
use keyhaven_proof::{ProofRun, SeededRng};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Longer than any parser takes for the inputs here, even on a busy machine.
const HANG: Duration = Duration::from_secs(10);
/// Added to a multiple of the size of the input.
const MOST_MEMORY: usize = 8 << 20;
const LONGEST: usize = 4096;

fn corpus(target: FuzzTarget) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target.name);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

/// Prints the input if a target panics.
struct PrintOnPanic<'a>(FuzzTarget, &'a [u8]);

impl Drop for PrintOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} by {:?}", self.0.name, self.1.escape_ascii().to_string());
        }
    }
}

fn try_one(target: FuzzTarget, bytes: &[u8]) -> bool {
    let _print = PrintOnPanic(target, bytes);
    let start = Instant::now();
    let (memory, accepted) = most_during(|| (target.run)(bytes));
    let took = start.elapsed();
    assert!(took < HANG, "{} took {took:?}", target.name);
    assert!(
        memory < MOST_MEMORY + 200 * bytes.len(),
        "{} took {memory} bytes",
        target.name
    );
    accepted
}

/// Bytes with a meaning in one of the formats.
const TOKENS: [&[u8]; 24] = [
    b"KEYHAVEN",
    b"kh://",
    b"kh:",
    b"{{",
    b"}}",
    b"|url",
    b"|json",
    b"[env]",
    b"project",
    b"\"\"\"",
    b"'''",
    b"export ",
    b"=",
    b"#",
    b"\r\n",
    b"\\u{",
    b"%00",
    b"%C3%A9",
    b"${A}",
    b"$(a)",
    b"\xef\xbb\xbf",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"{\"id\":1,\"call\":",
];

fn mutate(bytes: &mut Vec<u8>, other: &[u8], dice: &mut SeededRng) {
    let at = dice.below(bytes.len() + 1);
    let end = (at + 1 + dice.below(32)).min(bytes.len());
    match dice.below(9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 if at < bytes.len() => bytes[at] = dice.next() as u8,
        2 => drop(bytes.splice(at..at, [dice.next() as u8])),
        3 if at < end => drop(bytes.drain(at..end)),
        4 => {
            let copy = bytes[at.min(end)..end].to_vec();
            let to = dice.below(bytes.len() + 1);
            drop(bytes.splice(to..to, copy));
        }
        5 => drop(bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].iter().copied())),
        6 => {
            let from = dice.below(other.len() + 1);
            let part = other[from..].iter().copied().take(64);
            drop(bytes.splice(at..end.max(at), part));
        }
        7 if at + 4 <= bytes.len() => {
            let number = [0, 1, u32::MAX, 1 << 20, 4096, dice.next() as u32][dice.below(6)];
            bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
        }
        _ => bytes.truncate(at),
    }
    bytes.truncate(LONGEST);
}

fn crash(target: FuzzTarget) {
    let seeds = corpus(target);
    let accepted = seeds.iter().filter(|seed| try_one(target, seed)).count();
    // Otherwise the mutations would not get past the first check.
    assert!(accepted > 0, "{} accepts none of its corpus", target.name);
    let mut dice = SeededRng::new(11);
    let mut bytes = Vec::new();
    for _ in 0..ProofRun::cases(8_000, 1_000_000) {
        if dice.below(6) == 0 || bytes.is_empty() {
            bytes = seeds[dice.below(seeds.len())].clone();
        }
        let other = &seeds[dice.below(seeds.len())];
        for _ in 0..=dice.below(3) {
            mutate(&mut bytes, other, &mut dice);
        }
        try_one(target, &bytes);
    }
}

/// One test per target, so that they run in parallel and have names.
macro_rules! targets {
    ($($test:ident: $name:literal),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                let mut proof = ProofRun::begin(stringify!($test));
                let target = keyhaven_fuzz::find($name).unwrap();
                crash(target);
                proof.held(ProofRun::cases(8_000, 1_000_000));
            }
        )*

        #[test]
        fn every_target_is_tried() {
            let tried = [$($name),*];
            assert!(TARGETS.iter().all(|target| tried.contains(&target.name)));
        }
    };
}

targets! {
    promise_11_no_header_crashes: "header",
    promise_11_no_anchor_crashes: "anchor",
    promise_11_no_seen_state_crashes: "seen",
    promise_11_no_record_of_uses_crashes: "uses",
    promise_11_no_schedule_crashes: "schedule",
    promise_11_no_backup_crashes: "backup",
    promise_11_no_recovery_key_crashes: "recovery-key",
    promise_11_no_call_crashes: "call",
    promise_11_no_reply_crashes: "reply",
    promise_11_no_directory_file_crashes: "directory",
    promise_11_no_reference_crashes: "reference",
    promise_11_no_dotenv_crashes: "dotenv",
    promise_11_no_catalogue_crashes: "catalogue",
    promise_11_no_host_crashes: "host",
    promise_11_no_span_crashes: "span",
}

/// The control: the same mutations crash a parser that trusts a length.
#[test]
fn promise_11_control_a_careless_parser_is_found_out() {
    let mut proof = ProofRun::begin("promise_11_control_a_careless_parser_is_found_out");
    let careless = |bytes: &[u8]| {
        let length = usize::from(bytes[0]);
        bytes[1..=length].len()
    };
    let mut dice = SeededRng::new(11);
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let crashed = (0..2000).any(|_| {
        let mut bytes = b"\x05hello".to_vec();
        mutate(&mut bytes, b"\x03abc", &mut dice);
        std::panic::catch_unwind(|| careless(&bytes)).is_err()
    });
    std::panic::set_hook(quiet);
    assert!(crashed);
    proof.case();
}
