//! How long it takes to find out whose key a value is.

use std::time::{Duration, Instant};

use keyhaven_catalogue::Catalogue;

use crate::{Figure, median};

/// Values of every sort: keys with a prefix, keys without one, and no keys.
const VALUES: [&str; 6] = [
    "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",
    "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",
    "abcdef1234567890abcdef1234567890-us1",
    "Ex4mpleOfNoKey.atlasv1.Ex4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNoKeyEx4mpleOfNo",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "correct horse battery staple",
];

/// The slowest of the values, the catalogue once read; what reading it takes is shown too.
pub fn one_key() -> Figure {
    let start = Instant::now();
    let catalogue = Catalogue::builtin();
    let read = start.elapsed();
    let time = |value: &str| {
        let once = |_| {
            let start = Instant::now();
            std::hint::black_box(catalogue.identify(value.as_bytes(), ""));
            start.elapsed()
        };
        // The first one compiles the patterns that the value may have.
        let times: Vec<Duration> = (0..101).map(once).collect();
        (times[0], median(times))
    };
    let (first, usual): (Vec<_>, Vec<_>) = VALUES.iter().map(|value| time(value)).unzip();
    let slowest = |times: Vec<Duration>| times.into_iter().max().unwrap_or_default();
    let (first, usual) = (slowest(first), slowest(usual));
    Figure {
        what: "recognise one pasted key",
        measured: format!(
            "{} us ({} us at first, reading {:.1} ms)",
            usual.as_micros(),
            first.as_micros(),
            read.as_secs_f64() * 1e3
        ),
        target: "under 1 ms".into(),
        good: usual < Duration::from_millis(1) && first < Duration::from_millis(1),
    }
}
