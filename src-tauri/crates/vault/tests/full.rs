//! Promise 4 on a real file system: a full disk, at any size, is reported as full and
//! takes nothing that was acknowledged.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::{Command, Output};

use keyhaven_proof::ProofRun;

/// KiB: from too small for any vault to one that holds hundreds of changes.
const SMALLEST: usize = 8;
const LARGEST: usize = 1400;

/// The example `filler`, which Cargo builds next to the tests.
fn filler() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join("examples/filler")
}

/// Runs a script with a tmpfs of so many KiB, mounted where nobody else sees it.
fn on_a_small_disk(kib: usize, script: &str) -> Output {
    let location = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o size={kib}k none \"$1\" && {script}");
    Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            &script,
            "sh",
        ])
        .arg(location.path())
        .arg(filler())
        .output()
        .unwrap()
}

#[test]
fn promise_04_a_full_disk_of_any_size_takes_nothing() {
    if !on_a_small_disk(LARGEST, "true").status.success() {
        // The simulated disk has tried ENOSPC at every call anyway.
        ProofRun::not_checked(
            "promise_04_a_full_disk_of_any_size_takes_nothing",
            "this system lets nobody mount a small disk",
        );
        return;
    }
    let mut proof = ProofRun::begin("promise_04_a_full_disk_of_any_size_takes_nothing");
    let steps = ProofRun::cases(12, 174);
    let mut acknowledged = Vec::new();
    for at in 0..steps {
        let kib = SMALLEST + (LARGEST - SMALLEST) * at / (steps - 1);
        let output = on_a_small_disk(kib, "exec \"$2\" \"$1\"");
        assert!(
            output.status.success(),
            "{kib} KiB: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let said = String::from_utf8(output.stdout).unwrap();
        acknowledged.push(said.trim().parse::<usize>().unwrap());
        proof.case();
    }
    // The control: the disks really were full, some before the first change.
    let first_full = acknowledged.iter().rposition(|count| *count > 0);
    assert!(first_full.is_some(), "{acknowledged:?}");
    let last = acknowledged[steps - 1];
    assert!((10..1000).contains(&last), "{acknowledged:?}");
}
