//! What is in memory and what is not: every process of ours is searched as root sees it.

mod after_lock;
mod kept;
mod window;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Stdio;

use keyhaven_secret::Secret;
use keyhaven_tests::{Kept, Secrets, World};
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
        let recovery = recovery.to_owned();
        let mut known = Self {
            password,
            values,
            secrets,
        };
        known.learn_keys(world, &known.password.clone(), &recovery);
        known
    }

    /// Learns the keys that the vault of now has.
    fn learn_keys(&mut self, world: &World, password: &str, recovery: &str) {
        let keys = keys_of(
            &world.path("vault"),
            &Secret::new(password.to_owned()),
            &Secret::new(recovery.to_owned()),
        );
        for (name, key) in keys.unwrap() {
            self.secrets.bytes(name, &key);
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
