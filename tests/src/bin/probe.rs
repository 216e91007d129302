//! What a test does as another process or user: `probe look PID` tries to look
//! into a process in every way there is, `probe ask COUNT` asks the agent politely and says how
//! long the answers took.
#![allow(unsafe_code)]
#![allow(clippy::expect_used, clippy::panic)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{ListRequest, Session, StatusRequest};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let said = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["look", pid] => look(pid.parse().expect("a pid")),
        ["ask", count] => ask(count.parse().expect("a count")),
        _ => panic!("probe look PID | probe ask COUNT"),
    };
    writeln!(std::io::stdout(), "{said}").expect("an output");
}

/// Whether a process can be looked into in one way.
type Way = fn(i32) -> bool;

/// The ways that worked, by name.
fn look(pid: i32) -> String {
    let ways: [(&str, Way); 4] = [
        ("mem", |pid| {
            let file = File::open(format!("/proc/{pid}/mem"));
            // Opening is what is refused; where to read depends on the process.
            file.is_ok()
        }),
        ("environ", |pid| {
            let mut text = Vec::new();
            File::open(format!("/proc/{pid}/environ"))
                .and_then(|mut file| file.read_to_end(&mut text))
                .is_ok()
        }),
        ("descriptors", |pid| {
            fs::read_dir(format!("/proc/{pid}/fd")).is_ok()
        }),
        ("ptrace", |pid| {
            // SAFETY: seizing stops nothing and touches no memory of ours; it ends with us.
            let seized = unsafe { libc::ptrace(libc::PTRACE_SEIZE, pid, 0, 0) };
            seized == 0
        }),
    ];
    let worked = ways.into_iter().filter(|(_, way)| way(pid));
    let names: Vec<&str> = worked.map(|(name, _)| name).collect();
    names.join(" ")
}

/// The 99th percentile of the times, in milliseconds.
fn ask(count: usize) -> String {
    let place = VaultPaths::find(None).expect("a place");
    let mut client = Client::connect(&place, &Session::default())
        .expect("a connection")
        .expect("an agent");
    let mut times: Vec<Duration> = (0..count)
        .map(|number| {
            let start = Instant::now();
            if number % 2 == 0 {
                client.ask(StatusRequest {}).expect("the state");
            } else {
                client.ask(ListRequest::default()).expect("a list");
            }
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() * 99 / 100].as_millis().to_string()
}
