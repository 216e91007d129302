//! Test support: how many cases a promise is tried with, and how it went.
//!
//! A test of a promise is named `promise_NN_...`. It is short in `cargo xtask test`, and
//! whole in `cargo xtask prove`, which sets `KEYHAVEN_PROVE` and reads what each test
//! reports:
//! ```
//! use keyhaven_proof::ProofRun;
//!
//! let mut proof = ProofRun::begin("promise_02_power_loss_takes_no_change");
//! for at in 0..ProofRun::cases(10, 1000) {
//!     // ... try case `at`, fail loudly ...
//!     proof.case();
//! }
//! ```
//! The report is one line `name TAB cases TAB failures TAB milliseconds`, appended when the
//! `ProofRun` is dropped; a test that panics has one failure. Where a machine does not let a
//! promise be tried, [`ProofRun::not_checked`] says so, and why: a line
//! `name TAB not checked TAB why`. Such a row is never green, nor is one without a report.
//! What a test has measured is a line `name TAB measured TAB what`.

#![allow(clippy::print_stderr, reason = "it speaks to who runs the tests")]

pub mod memory;
mod rng;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

pub use rng::SeededRng;

/// Set to `full` by `cargo xtask prove`.
pub const MODE: &str = "KEYHAVEN_PROVE";
/// The file that reports are appended to.
pub const REPORT: &str = "KEYHAVEN_PROVE_REPORT";

/// One test of one promise, while it runs.
#[derive(Debug)]
pub struct ProofRun {
    name: &'static str,
    cases: u64,
    start: Instant,
}

impl ProofRun {
    /// Begins; `name` is the test's own name.
    #[must_use]
    pub fn begin(name: &'static str) -> Self {
        Self {
            name,
            cases: 0,
            start: Instant::now(),
        }
    }

    /// Says that this test cannot be run here; nothing is proved.
    pub fn not_checked(name: &str, why: &str) {
        eprintln!("{name}: NOT CHECKED, {why}");
        if let Some(file) = std::env::var_os(REPORT) {
            // As for a report that cannot be written.
            let _ = append(Path::new(&file), &format!("{name}\tnot checked\t{why}\n"));
        }
    }

    /// Whether the whole proof is asked for.
    #[must_use]
    pub fn is_full() -> bool {
        std::env::var_os(MODE).is_some_and(|mode| mode == "full")
    }

    /// How many cases to try: `short` among the other tests, `full` when proving.
    #[must_use]
    pub fn cases(short: usize, full: usize) -> usize {
        if Self::is_full() { full } else { short }
    }

    /// Reports what was measured, in words: it is shown next to the cases.
    pub fn measured(&self, what: &str) {
        if let Some(file) = std::env::var_os(REPORT) {
            // As for a report that cannot be written.
            let _ = append(
                Path::new(&file),
                &format!("{}\tmeasured\t{what}\n", self.name),
            );
        }
    }

    /// Counts one case that was tried and held.
    pub fn case(&mut self) {
        self.cases += 1;
    }

    /// Counts several.
    pub fn held(&mut self, cases: usize) {
        self.cases += cases as u64;
    }

    fn append(&self, file: &Path) -> std::io::Result<()> {
        let failures = u8::from(std::thread::panicking());
        let took = self.start.elapsed().as_millis();
        let line = format!("{}\t{}\t{failures}\t{took}\n", self.name, self.cases);
        append(file, &line)
    }
}

fn append(file: &Path, line: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    // In one write, because other tests append to the same file.
    file.write_all(line.as_bytes())
}

impl Drop for ProofRun {
    fn drop(&mut self) {
        if let Some(file) = std::env::var_os(REPORT) {
            // A report that cannot be written is missing in the table, which says so.
            let _ = self.append(Path::new(&file));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_tried_and_whether_it_failed() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("report");
        let mut proof = ProofRun::begin("promise_00_example");
        proof.case();
        proof.held(2);
        proof.append(&file).unwrap();
        let failing = file.clone();
        let failed = std::thread::spawn(move || {
            struct AtTheEnd(ProofRun, std::path::PathBuf);
            impl Drop for AtTheEnd {
                fn drop(&mut self) {
                    self.0.append(&self.1).unwrap();
                }
            }
            let _proof = AtTheEnd(ProofRun::begin("promise_00_failing"), failing);
            panic!("as a test would");
        });
        assert!(failed.join().is_err());
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split('\t').collect())
            .collect();
        assert_eq!(lines[0][..3], ["promise_00_example", "3", "0"]);
        assert_eq!(lines[1][..3], ["promise_00_failing", "0", "1"]);
    }
}
