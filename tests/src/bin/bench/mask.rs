//! How fast output passes the masks.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use keyhaven_tests::World;

use crate::{Figure, import, median};

/// Values that are looked for.
const VALUES: usize = 100;
/// What is printed, in bytes: lines of a log, one in a hundred with a value.
const OUTPUT: usize = 256 << 20;

pub fn throughput() -> Figure {
    let world = World::shipped();
    world.init();
    import(&world, VALUES);
    let log = world.write("log", log());
    let log = log.to_str().expect("a plain path");
    let mut masked = world.kh(&[
        "run", "-p", "bench", "-e", "dev", "--mask", "--", "cat", log,
    ]);
    let mut floor = world.command("cat");
    floor.arg(log);
    let mut times: [Vec<Duration>; 2] = Default::default();
    for _ in 0..5 {
        times[0].push(read_all(&mut masked));
        times[1].push(read_all(&mut floor));
    }
    let [masked, floor] = times.map(|times| OUTPUT as f64 / 1e6 / median(times).as_secs_f64());
    Figure {
        what: "kh run --mask, 100 values, through a pipe",
        measured: format!("{masked:.0} MB/s ({floor:.0} without)"),
        target: "at least 300 MB/s".into(),
        good: masked >= 300.0,
    }
}

fn log() -> Vec<u8> {
    let mut log = Vec::with_capacity(OUTPUT + 256);
    for line in 0_u64.. {
        if log.len() >= OUTPUT {
            break;
        }
        let id = line.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let text = if line % 100 == 0 {
            format!("key=sk_test_{:032x}\n", line / 100 % VALUES as u64)
        } else {
            format!(
                "2026-11-27T03:{:02}:11Z INFO request id={id:016x} path=/users/{line} status=200\n",
                line % 60
            )
        };
        log.extend_from_slice(text.as_bytes());
    }
    log
}

fn read_all(command: &mut Command) -> Duration {
    let start = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program that starts");
    let mut output = child.stdout.take().expect("a piped stdout");
    let mut piece = vec![0; 64 << 10];
    while let Ok(1..) = output.read(&mut piece) {}
    let took = start.elapsed();
    assert!(child.wait().expect("a child of ours").success());
    took
}
