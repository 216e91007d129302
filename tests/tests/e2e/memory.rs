//! What is in memory and what is not: every process of ours is searched as root sees it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use keyhaven_proof::ProofRun;
use keyhaven_secret::Secret;
use keyhaven_tests::{Bus, Display, Driver, Kept, Secrets, World, eventually};
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
            line(&known.password),
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

/// The agent's locked memory in KiB, as the kernel counts it.
fn locked_kib(world: &World) -> u64 {
    let agent = world.agent_pid().unwrap();
    let status = fs::read_to_string(format!("/proc/{agent}/status")).unwrap();
    let locked = status.lines().find(|line| line.starts_with("VmLck:"));
    let number = locked.unwrap().split_whitespace().nth(1);
    number.unwrap().parse().unwrap()
}

#[test]
fn whether_keys_are_kept_out_of_swap_is_shown_correctly() {
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

/// Whether a process shows a value: its own command line says so, or that of the process that
/// started it, as for WebKit's.
fn reveals(pid: u32) -> bool {
    let says_so = |pid: &str| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|word| word == b"reveal")
    };
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let parent = stat
        .rsplit_once(") ")
        .and_then(|(_, fields)| fields.split(' ').nth(1));
    says_so(&pid.to_string()) || parent.is_some_and(says_so)
}

/// A window with a key chosen, on a separate display.
struct Desk {
    known: Known,
    page: Driver,
    display: Display,
    _bus: Bus,
    world: World,
}

/// The key that the window copies and shows.
const CHOSEN: usize = 7;

impl Desk {
    fn new() -> Self {
        let mut world = World::new();
        let bus = Bus::start(&world);
        let display = Display::start(&mut world);
        let known = Known::make(&world);
        let page = Driver::start(&world, "keyhaven", &[]);
        page.click("button", "Keys");
        page.fill("Filter keys", &format!("KEY_{CHOSEN}"));
        // As it is read: the picture's letters, the name, and more.
        page.click("option", &format!("K{CHOSEN} KEY_{CHOSEN} "));
        page.find("button", "Reveal Value");
        Self {
            known,
            page,
            display,
            _bus: bus,
            world,
        }
    }

    /// What the window's processes hold, but for those that show a value; and what those hold.
    fn held(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut window, mut reveal) = (BTreeSet::new(), BTreeSet::new());
        let mut searched = 0;
        for (pid, program) in self.world.processes() {
            let found = self.known.secrets.find_in(pid);
            if reveals(pid) {
                reveal.extend(found);
            } else if program == "keyhaven" || program.starts_with("WebKit") {
                searched += 1;
                window.extend(found);
            }
        }
        assert!(searched >= 2, "the window's processes were not found");
        (window, reveal)
    }

    fn reveal(&self) {
        self.page.click("button", "Reveal Value");
        self.display.turn_to(&self.world, "Keyhaven: value");
    }

    /// The window stands before it has asked for its value; the log tells when it has.
    fn wait_for_uses(&self, count: usize) {
        eventually("the use in the log", || {
            let log = self.world.kh_ok(&["audit", "--json"]);
            log.matches("\"use.show\"").count() == count
        });
    }

    /// No process that shows a value is left, not even WebKit's.
    fn wait_until_hidden(&self) {
        self.display.wait_gone(&self.world, "Keyhaven: value");
        eventually("the end of every process that shows a value", || {
            let processes = self.world.processes();
            !processes.iter().any(|(pid, _)| reveals(*pid))
        });
    }
}

#[test]
fn promise_08_the_window_never_holds_a_value_that_is_copied_or_shown() {
    if !is_root() {
        // Nobody else sees that memory, which is another promise.
        ProofRun::not_checked(
            "promise_08_the_window_never_holds_a_value_that_is_copied_or_shown",
            "only root sees the memory of these processes",
        );
        return;
    }
    let mut proof =
        ProofRun::begin("promise_08_the_window_never_holds_a_value_that_is_copied_or_shown");
    let desk = Desk::new();
    let value = format!("value {CHOSEN}");
    let nothing = BTreeSet::new();
    for _ in 0..ProofRun::cases(1, 10) {
        desk.page.click("button", "Copy Value");
        desk.page.wait_for_text("Copied.");
        let copied = Some(&desk.known.values[CHOSEN]);
        eventually("the copy", || {
            desk.display.clipboard(&desk.world).as_ref() == copied
        });
        assert_eq!(desk.held(), (nothing.clone(), nothing.clone()));

        // While it is shown it is where it is shown, and in no other process of the window.
        desk.reveal();
        desk.display.picture(&desk.world, "window-26-reveal");
        let (window, reveal) = desk.held();
        assert_eq!(window, nothing);
        assert!(reveal.contains(&value), "{reveal:?}");
        desk.display.press(&desk.world, &["Escape"]);
        desk.wait_until_hidden();
        assert_eq!(desk.held(), (nothing.clone(), nothing.clone()));
        // The next copy is made on a clipboard that holds none.
        desk.display.copy(&desk.world, "their own");
        eventually("the end of the copy", || desk.world.copy_holders() == 0);
        proof.case();
    }
    desk.reveal();
    desk.world.kh_ok(&["lock"]);
    desk.wait_until_hidden();
    let left = desk.known.everywhere(&desk.world);
    assert!(left.is_empty(), "after the lock: {left:?}");
}

#[test]
fn a_shown_value_goes_when_another_window_gets_the_keyboard_and_when_its_time_is_over() {
    let desk = Desk::new();
    desk.reveal();
    desk.wait_for_uses(1);
    let main = desk.display.window(&desk.world, "^Keyhaven$");
    desk.display.focus(&desk.world, &main);
    desk.wait_until_hidden();
    // By the keyboard alone; the log knows of both.
    desk.page.press("r");
    desk.display.turn_to(&desk.world, "Keyhaven: value");
    desk.wait_for_uses(2);
    if ProofRun::is_full() {
        // Half a minute is for the long run; the page's own clock has a separate test.
        let start = std::time::Instant::now();
        while !desk
            .display
            .windows(&desk.world, "Keyhaven: value")
            .is_empty()
        {
            assert!(start.elapsed() < std::time::Duration::from_secs(60));
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        assert!(start.elapsed() > std::time::Duration::from_secs(15));
        desk.wait_until_hidden();
    }
}
