//! A lock stops each kind of long work where it is: what waits for the lock at one of its looks
//! ends there with an error, and has changed nothing. Times are measured elsewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod long_work;
mod reads;
mod scene;
#[allow(dead_code, reason = "the other tests need more of it")]
#[path = "../it/support/mod.rs"]
mod support;
mod watched;

use keyhaven_proof::ProofRun;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{Query, SecretIn, SecretOut};

use long_work::{ELSEWHERE, LONG_WORK, LongWork, SHORT};
use reads::READS;
use scene::Scene;
use watched::alone;

#[test]
fn promise_26_a_lock_stops_each_kind_of_long_work_where_it_is() {
    const NAME: &str = "promise_26_a_lock_stops_each_kind_of_long_work_where_it_is";
    let _alone = alone();
    let mut proof = ProofRun::begin(NAME);
    let (little, much) = (Scene::new(1), Scene::new(4));
    for work in LONG_WORK {
        let looks = [&little, &much].map(|scene| scene.looks_of(work));
        let [few, many] = looks;
        // Else it would be stopped at its ends alone.
        assert!(few < many, "{}: {few} looks, and {many} in much", work.name);
        let stops = ProofRun::cases(3, 40).min(many);
        for stop in 0..stops {
            check_stopped(&much, work, 1 + stop * (many - 1) / (stops - 1).max(1));
            proof.case();
        }
    }
    assert!(much.findings().is_empty());
}

fn check_stopped(scene: &Scene, work: &LongWork, look: usize) {
    let name = work.name;
    scene.prepare(work);
    let before = scene.state();
    let (came, ended) = scene.locked_at(work, look);
    scene.world.unlock();
    let is_same = scene.state() == before;
    match ended {
        Err(Error::Locked | Error::ImportStopped) => {
            assert!(is_same, "{name} at look {look}: an error, and yet changed");
        }
        // It has looked for the last time, or less often than before.
        Ok(()) if !came || !is_same => assert!(look > 1, "{name} did nothing"),
        other => panic!("{name} at look {look}: {other:?}"),
    }
}

/// What is about one key does not grow with the others: `cargo xtask bench reads` has the times.
#[test]
fn a_read_of_one_key_looks_as_often_in_much_as_in_little() {
    /// A statement that SQLite has run before is further in its count of steps.
    const BY_CHANCE: usize = 2;
    let _alone = alone();
    let (little, much) = (Scene::of_keys(1), Scene::of_keys(20));
    for read in READS {
        let [few, many] = [&little, &much].map(|scene| {
            // The first one may fill what is kept.
            scene.looks_of(read);
            scene.looks_of(read)
        });
        let name = read.name;
        assert!(
            many <= few + BY_CHANCE,
            "{name}: {few} looks, and {many} in much"
        );
    }
    // The control: a list of them does grow.
    let list = &LONG_WORK[0];
    let [few, many] = [&little, &much].map(|scene| scene.looks_of(list));
    assert!(many > few + BY_CHANCE, "{few} {many}");
}

/// A new request is in one of the lists: what it can cost was thought about.
#[test]
fn each_request_is_known_as_long_or_short_work() {
    let long = LONG_WORK.iter().flat_map(|work| work.requests);
    let mut known: Vec<&str> = long.chain(SHORT).chain(ELSEWHERE).copied().collect();
    known.sort_unstable();
    known.dedup();
    let mut all = [Query::NAMES, SecretIn::NAMES, SecretOut::NAMES].concat();
    all.sort_unstable();
    assert_eq!(known, all);
    let twice = SHORT.iter().chain(ELSEWHERE);
    let long: Vec<_> = LONG_WORK.iter().flat_map(|work| work.requests).collect();
    for name in twice {
        assert!(!long.contains(&name), "{name} is in two lists");
    }
}
