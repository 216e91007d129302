//! After a lock nothing is left, whatever was done before.

use std::collections::BTreeSet;
use std::fs;

use keyhaven_proof::ProofRun;
use keyhaven_tests::{Bus, Display, Kept, World, eventually};

use super::{Known, VALUES, is_root, the_search_finds_everything, unlikely};

#[test]
fn promise_07_after_the_lock_nothing_is_left_in_memory() {
    if !is_root() {
        // Nobody else sees that memory, which is another promise.
        ProofRun::not_checked(
            "promise_07_after_the_lock_nothing_is_left_in_memory",
            "only root sees the memory of these processes",
        );
        return;
    }
    let mut proof = ProofRun::begin("promise_07_after_the_lock_nothing_is_left_in_memory");
    let mut world = if ProofRun::is_full() {
        World::shipped()
    } else {
        World::new()
    };
    let _bus = Bus::start(&world);
    let display = Display::start(&mut world);
    let known = Known::make(&world);
    the_search_finds_everything(&known);
    for cycle in 0..ProofRun::cases(3, 100) {
        known.unlock(&world);
        let copied = cycle % VALUES;
        world.kh_ok(&["get", &format!("kh://shop/dev/KEY_{copied}"), "--copy"]);
        let printed = world.kh_ok(&["env", "-p", "shop", "-e", "dev"]);
        assert!(known.values.iter().all(|value| printed.contains(value)));
        eventually("the copy", || {
            display.clipboard(&world).as_ref() == Some(&known.values[copied])
        });

        // Open: the keys are where they are used, the copy is with its helper, and what was
        // not needed any more is gone already.
        let found = known.everywhere(&world);
        let names: BTreeSet<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
        for key in [
            "values", "rows", "header", "anchor", "audit", "uses", "schedule", "seen", "database",
        ] {
            assert!(
                names.contains(key),
                "the open vault's key {key} was not found"
            );
        }
        assert!(
            names.contains(format!("value {copied}").as_str()),
            "{names:?}"
        );
        for gone in [
            "the password",
            "KEK of the password",
            "vault key",
            "recovery key",
        ] {
            assert!(
                !names.contains(gone),
                "{gone} is kept while the vault is open"
            );
        }

        world.kh_ok(&["lock"]);
        eventually("the end of the copy", || world.copy_holders() == 0);
        assert_eq!(display.clipboard(&world), None);
        let left = known.everywhere(&world);
        assert!(left.is_empty(), "after lock {cycle}: {left:?}");
        proof.case();
    }
    let agent = world.agent_pid().unwrap();
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    let swapped = status.lines().find(|line| line.starts_with("VmSwap:"));
    assert_eq!(swapped.unwrap().split_whitespace().nth(1), Some("0"));
}

/// A value that waits for who reads it is in memory of ours until the lock, and not after it.
#[test]
fn promise_07_after_the_lock_nothing_waits_in_a_fifo() {
    let name = "promise_07_after_the_lock_nothing_waits_in_a_fifo";
    if !is_root() {
        // Nobody else sees that memory, which is another promise.
        return ProofRun::not_checked(name, "only root sees the memory of these processes");
    }
    let mut proof = ProofRun::begin(name);
    let world = World::new();
    let known = Known::make(&world);
    for _ in 0..ProofRun::cases(1, 10) {
        known.unlock(&world);
        let place = ["run", "-p", "shop", "-e", "dev"];
        let given = ["--only", "KEY_7", "--fifo", "F=KEY_7", "--"];
        let program = ["sh", "-c", "echo \"$F\"; exec sleep 1000"];
        let run = [&place[..], &given, &program].concat();
        let (_program, path) = Kept::start_and_read_line(&mut world.kh(&run));
        assert!(fs::exists(&path).unwrap());
        let found = known.everywhere(&world);
        let mut names = found.iter().map(|(_, name)| name.as_str());
        assert!(names.any(|name| name == "value 7"), "{found:?}");
        world.kh_ok(&["lock"]);
        eventually("an empty memory", || known.everywhere(&world).is_empty());
        assert!(!fs::exists(&path).unwrap());
        proof.case();
    }
}

/// Everything else that takes a secret or makes one: what it was and what it became is gone
/// after the lock.
#[test]
fn promise_07_after_a_change_of_what_opens_the_vault_nothing_is_left_either() {
    if !is_root() {
        // Nobody else sees that memory, which is another promise.
        ProofRun::not_checked(
            "promise_07_after_a_change_of_what_opens_the_vault_nothing_is_left_either",
            "only root sees the memory of these processes",
        );
        return;
    }
    let mut proof =
        ProofRun::begin("promise_07_after_a_change_of_what_opens_the_vault_nothing_is_left_either");
    let world = World::new();
    let mut known = Known::make(&world);
    the_search_finds_everything(&known);
    let recovery_of = |said: &str| {
        let said: serde_json::Value = serde_json::from_str(said).unwrap();
        said["recovery_key"].as_str().unwrap().to_owned()
    };
    for _ in 0..ProofRun::cases(1, 10) {
        known.unlock(&world);
        let backup = world.path("work/keys.khbackup");
        let backup = backup.to_str().unwrap();
        let _ = fs::remove_file(backup);
        world.kh_ok(&["backup", backup]);

        let line = |text: &str| format!("{text}\n");
        let lines = |one: &str, two: &str| format!("{one}\n{two}\n");
        let (second, third) = (unlikely(), unlikely());
        let password = ["password", "--password-stdin"];
        world.kh_ok_with(&password, lines(&known.password, &second));
        let said = world.kh_ok_with(&["recovery", "--password-stdin", "--json"], line(&second));
        let first_key = recovery_of(&said);
        world.kh_ok(&["lock"]);
        // In with the recovery key, and a new password by it.
        world.kh_ok_with(
            &["unlock", "--recovery", "--password-stdin"],
            line(&first_key),
        );
        let said = world.kh_ok_with(
            &["password", "--rekey", "--password-stdin", "--json"],
            lines(&second, &third),
        );
        let second_key = recovery_of(&said);
        known.learn_keys(&world, &third, &second_key);
        let restored = world.kh_ok_with(
            &["restore", backup, "--password-stdin", "--json"],
            lines(&known.password, &third),
        );
        let third_key = recovery_of(&restored);
        known.learn_keys(&world, &known.password.clone(), &third_key);
        for (name, text) in [
            ("the second password", &second),
            ("the third password", &third),
            ("the first new recovery key", &first_key),
            ("the second new recovery key", &second_key),
            ("the third new recovery key", &third_key),
        ] {
            known.secrets.text(name, text);
        }
        world.kh_ok(&["lock"]);
        let left = known.everywhere(&world);
        assert!(left.is_empty(), "{left:?}");
        proof.case();
    }
}
