//! Waiting for a condition. The deadline is generous, for a loaded machine:
//! it is reached only when a test fails.

use std::time::{Duration, Instant};

/// How long a condition may take before the test counts as failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks `condition` until it holds.
///
/// # Panics
/// When it does not hold within [`PATIENCE`]; `what` names it.
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    eventually_some(what, || condition().then_some(()));
}

/// Asks `probe` until it has an answer, and gives that.
///
/// # Panics
/// When there is none within [`PATIENCE`]; `what` names it.
pub fn eventually_some<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
