//! What is in memory and what is not: every process of ours is searched as root sees it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use keyhaven_proof::Proof;
use keyhaven_secret::Secret;
use keyhaven_tests::{Bus, Display, Kept, Secrets, World, eventually};
use keyhaven_vault::test_support::keys_of;

const VALUES: usize = 100;

/// Sixteen bytes of it are in no other text.
fn unlikely() -> String {
    uuid_like() + &uuid_like()
}

fn uuid_like() -> String {
    let mut bytes = [0; 15];
    rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty()).unwrap();
    data_encoding::BASE32_NOPAD.encode(&bytes)
}

/// A vault whose secrets are all known, and open.
struct Known {
    password: String,
    values: Vec<String>,
    secrets: Secrets,
}

impl Known {
    fn make(world: &World) -> Self {
        let password = unlikely();
        let line = format!("{password}\n");
        let said = world.kh_ok_with(&["init", "--password-stdin"], &line);
        let recovery = said
            .lines()
            .map(str::trim)
            .find(|line| line.matches('-').count() == 7)
            .expect("the recovery key");
        world.kh_ok_with(&["unlock", "--password-stdin"], &line);
        let values: Vec<String> = (0..VALUES).map(|_| unlikely()).collect();
        let file: String = values
            .iter()
            .enumerate()
            .map(|(number, value)| format!("KEY_{number}={value}\n"))
            .collect();
        world.kh_ok_with(&["import", "dotenv", "-", "-p", "shop", "-e", "dev"], file);
        let mut secrets = Secrets::default();
        secrets.text("the password", &password);
        secrets.text("the recovery key's text", recovery);
        for (number, value) in values.iter().enumerate() {
            secrets.text(&format!("value {number}"), value);
        }
        let folder = world.path("vault");
        let keys = keys_of(
            &folder,
            &Secret::new(password.clone()),
            &Secret::new(recovery.to_owned()),
        );
        for (name, key) in keys.unwrap() {
            secrets.bytes(name, &key);
        }
        Self {
            password,
            values,
            secrets,
        }
    }

    fn unlock(&self, world: &World) {
        world.kh_ok_with(
            &["unlock", "--password-stdin"],
            format!("{}\n", self.password),
        );
    }

    /// What any process of this world holds, by program.
    fn everywhere(&self, world: &World) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for (pid, program) in world.processes() {
            let here = self.secrets.find_in(pid).into_iter();
            found.extend(here.map(|name| (program.clone(), name)));
        }
        found
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program without any care that holds all secrets in all encodings: the search finds every
/// one of them in it.
fn the_search_finds_everything(known: &Known) {
    let mut careless = std::process::Command::new("cat");
    careless.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut careless = Kept::start(&mut careless);
    let forms = known.secrets.all_forms();
    // In parts that stay in its buffer, which is larger; it has them when they come back.
    let mut found = BTreeSet::new();
    let mut input = careless.child().stdin.take().unwrap();
    let mut output = careless.child().stdout.take().unwrap();
    for part in forms.chunks(32 << 10) {
        input.write_all(part).unwrap();
        let mut back = vec![0; part.len()];
        std::io::Read::read_exact(&mut output, &mut back).unwrap();
        found.extend(known.secrets.find_in(careless.pid()));
    }
    let missed: Vec<_> = known.secrets.names().difference(&found).cloned().collect();
    assert!(missed.is_empty(), "the search passes over {missed:?}");
}

#[test]
fn promise_07_after_the_lock_nothing_is_left_in_memory() {
    if !is_root() {
        // Nobody else sees that memory, which is another promise.
        return;
    }
    let mut proof = Proof::begin("promise_07_after_the_lock_nothing_is_left_in_memory");
    let mut world = if Proof::is_full() {
        World::shipped()
    } else {
        World::new()
    };
    let _bus = Bus::start(&world);
    let display = Display::start(&mut world);
    let known = Known::make(&world);
    the_search_finds_everything(&known);
    for cycle in 0..Proof::cases(3, 100) {
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
            "values", "rows", "header", "anchor", "audit", "schedule", "seen", "database",
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
        eventually("the end of the copy", || {
            display.clipboard(&world).is_none()
        });
        let left = known.everywhere(&world);
        assert!(left.is_empty(), "after lock {cycle}: {left:?}");
        proof.case();
    }
    let agent = world.agent_pid().unwrap();
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    let swapped = status.lines().find(|line| line.starts_with("VmSwap:"));
    assert_eq!(swapped.unwrap().split_whitespace().nth(1), Some("0"));
}

/// The agent's locked memory in KiB, as the kernel counts it.
fn locked_kib(world: &World) -> u64 {
    let agent = world.agent_pid().unwrap();
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    let locked = status.lines().find(|line| line.starts_with("VmLck:"));
    let number = locked.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

#[test]
fn whether_keys_are_kept_out_of_swap_is_told_as_it_is() {
    let told = |limit: &str| {
        let world = World::of_an_ordinary_user();
        let script = format!("ulimit -l {limit}; exec kh init --password-stdin");
        let mut init = world.command("sh");
        init.args(["-c", &script]).stdin(Stdio::piped());
        let mut init = Kept::start(init.stdout(Stdio::null()));
        let mut input = init.child().stdin.take().unwrap();
        writeln!(input, "{}", keyhaven_tests::PASSWORD).unwrap();
        assert!(init.child().wait().unwrap().success());
        let status: serde_json::Value =
            serde_json::from_str(&world.kh_ok(&["status", "--json"])).unwrap();
        let notices = status["notices"].as_array().unwrap();
        let warned = notices
            .iter()
            .any(|notice| notice["notice"] == "memory_not_locked");
        (warned, locked_kib(&world))
    };
    assert_eq!(told("0"), (true, 0));
    let (warned, locked) = told("1024");
    // A page for each of the eight keys at least.
    assert!(!warned && locked >= 32, "{locked} KiB");
}
