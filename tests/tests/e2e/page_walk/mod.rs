//! A hostile page: every command that the page may call, in random sequences, with plausible
//! and hostile arguments, while a person answers its dialogs yes or no at random. No answer and
//! no event holds a stored value, nothing is started that nobody confirmed as it is, nothing is
//! erased or discarded that nobody was shown, and no reminder goes without a yes. Each call
//! succeeds at least once.

mod commands;
mod discarded;
mod erased;
mod launches;
mod pages;
mod queries;
mod reached;
mod reminded;
mod started;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;

use keyhaven_client::Client;
use keyhaven_proof::{ProofRun, SeededRng};
use keyhaven_protocol::request::{ListRequest, Session, ShowRequest, StatusRequest, Target};
use keyhaven_protocol::view::CredentialView;
use keyhaven_tests::{Bus, Display, PASSWORD, WindowHost, World};
use serde_json::{Value, json};
use uuid::Uuid;

use commands::IMPORTED;
use discarded::DiscardedVersions;
use erased::Erasures;
use launches::{Confirmed, Records};
use pages::{Page, RealPage};
use reached::{ASIDE, ReachedCalls};

/// Commands of one sequence.
const STEPS: usize = 12;
/// Sequences in one world; what they leave behind is there for the next.
const PER_WORLD: usize = 25;
/// Characters of a call's arguments that are reported.
const MOST_LOGGED: usize = 2000;
/// Stored before the page is there; none of their bytes may reach it.
const CANARIES: [(&str, &str); 3] = [
    ("stripe", "canary-9Qk3vX7pLm2RtZ8sWb4N"),
    ("github", "canary-Yh6TfG1cJd5UaE0oKi9B"),
    ("database", "canary-Mz2SnV8xPq4LrC7wHg3D"),
];
/// The same, in a key of two fields: the first is plain.
const PAIR: [(&str, &str); 2] = [
    ("account", "canary-Tb5JwN2yRk8ZpV3hQs6F"),
    ("token", "canary-Xd7LqM9uCg4EoS1fAv0H"),
];

/// A world, its page, and what is known of both.
struct Walk {
    world: Rc<World>,
    client: Client,
    rng: SeededRng,
    records: Records,
    confirmed: Vec<Confirmed>,
    erasures: Erasures,
    discards: DiscardedVersions,
    reached: ReachedCalls,
    /// The latest file that the page may import, and the latest program that it started.
    last_import: Option<u64>,
    last_launch: Option<u64>,
    /// Every value that was ever stored, and whose it is.
    values: Vec<(String, Uuid)>,
    /// Calls and dialogs so far, for the report of a failure.
    log: Vec<String>,
    counter: u64,
    /// Programs that were started, and questions that were answered with yes.
    started: usize,
    agreed: usize,
}

impl Walk {
    fn new(mut world: World, seed: u64) -> Self {
        let records = Records::new(&mut world);
        world.init();
        let mut values = Vec::new();
        for (name, value) in CANARIES {
            let add = ["add", name, "-p", "shop", "-e", "dev", "--stdin", "--json"];
            let added: Value = serde_json::from_str(&world.kh_ok_with(&add, value)).unwrap();
            let id = added["id"].as_str().unwrap().parse().unwrap();
            values.push((value.to_owned(), id));
        }
        commands::write_files(&world);
        let steady = ["add", "steady", "-p", ASIDE, "-e", "dev", "--stdin"];
        world.kh_ok_with(&steady, "steady-value");
        let client = Client::connect(&world.place(), &Session::default());
        let mut client = client.unwrap().unwrap();
        let pair = started::add_pair(&mut client);
        values.extend(PAIR.map(|(_, value)| (value.to_owned(), pair)));
        Self {
            client,
            rng: SeededRng::new(seed),
            records,
            confirmed: Vec::new(),
            erasures: Erasures::default(),
            discards: DiscardedVersions::default(),
            reached: ReachedCalls::new(),
            last_import: None,
            last_launch: None,
            values,
            log: vec![format!("KEYHAVEN_SEED={seed}")],
            counter: 0,
            started: 0,
            agreed: 0,
            world: Rc::new(world),
        }
    }

    /// Calls a command as the page would; a person answers what it asks.
    fn call(
        &mut self,
        page: &mut dyn Page,
        command: &str,
        args: &Value,
        yes: Option<bool>,
    ) -> Value {
        // A large value would hide the rest.
        let shown: String = args.to_string().chars().take(MOST_LOGGED).collect();
        self.log.push(format!("{command} {shown}"));
        let call = json!({ "command": command, "args": args, "ask": true });
        let world = self.world.clone();
        page.call(&world, &call, &mut |line| self.hear(line, yes))
    }

    /// Reads what comes to the page, or to the person.
    fn hear(&mut self, line: &str, yes: Option<bool>) -> Option<Value> {
        let said: Value = serde_json::from_str(line).unwrap();
        let Some(dialog) = said.get("dialog") else {
            assert!(
                holds_canary(line).is_none(),
                "{line}\n{}",
                self.log.join("\n")
            );
            return None;
        };
        let yes = yes.unwrap_or_else(|| self.rng.heads());
        self.log
            .push(format!("  {} {dialog}", if yes { "yes:" } else { "no: " }));
        if !yes {
            return Some(Value::Null);
        }
        self.agreed += 1;
        if let Some(question) = dialog.get("confirm") {
            let confirmed = self.read_question(question);
            self.confirmed.extend(confirmed);
            return Some(json!({ "confirm": true }));
        }
        if dialog.get("file").is_some() {
            return Some(json!({ "file": self.pick(&commands::FILES, "") }));
        }
        if dialog.get("folder").is_some() {
            return Some(json!({ "folder": self.pick(&commands::FOLDERS, "") }));
        }
        Some(json!({ "prompt": true }))
    }

    fn pick(&mut self, names: &[&str], below: &str) -> PathBuf {
        let name = names[self.rng.below(names.len())];
        self.world.path("work").join(below).join(name)
    }

    /// What a person has agreed to start, or to save; other questions start nothing.
    fn read_question(&mut self, question: &Value) -> Option<Confirmed> {
        let yes = question["yes"].as_str()?;
        if yes == "Erase" {
            self.agree_to_erase(question);
        }
        if question["title"]
            .as_str()?
            .starts_with("Discard an older version")
        {
            self.agree_to_discard(question);
        }
        let starts = ["Run", "Save"].contains(&yes);
        let credentials = self.credentials();
        starts.then(|| Confirmed::read(question, &credentials, &self.world.path("home")))
    }

    /// Everything living, as the agent knows it; nothing while locked.
    fn credentials(&mut self) -> Vec<CredentialView> {
        let rows = self.client.ask(ListRequest::default()).unwrap_or_default();
        let show = |row: &keyhaven_protocol::view::CredentialRow| {
            let target = Target::Id(row.id);
            self.client.ask(ShowRequest { target }).ok()
        };
        rows.iter().filter_map(show).collect()
    }

    /// A value that nobody had before.
    fn new_value(&mut self) -> String {
        self.counter += 1;
        format!("typed-{:04}-{:08x}", self.counter, self.rng.next() as u32)
    }

    fn unlock(&mut self) {
        if self.client.ask(StatusRequest {}).unwrap().locked {
            let password = format!("{PASSWORD}\n");
            let unlock = ["unlock", "--password-stdin"];
            self.world.kh_ok_with(&unlock, &password);
        }
    }

    fn sequence(&mut self, page: &mut dyn Page, steps: usize) {
        self.log.truncate(1);
        self.unlock();
        for _ in 0..steps {
            let call = self.next_call();
            self.step(page, &call, None);
            if call.name.starts_with("launch_") && self.rng.heads() {
                self.wait_for_ends(page);
            }
        }
        self.wait_for_ends(page);
        self.check_records();
    }

    /// Keeps what the vault holds now because of a call, and looks at what was started.
    fn note(&mut self, command: &str, args: &Value, answer: &Value) {
        let answer = answer.get("answer").unwrap_or(&Value::Null);
        match command {
            "add_credential" | "set_values" => {
                let id = answer["id"].as_str().or(answer["row"]["id"].as_str());
                if let Some(id) = id {
                    let typed = args["request"]["values"][0]["value"].as_str().unwrap();
                    self.values.push((typed.into(), id.parse().unwrap()));
                }
            }
            "import_apply" => {
                for credential in self.credentials() {
                    let value = commands::imported(&credential.row.name);
                    self.values
                        .extend(value.map(|value| (value, credential.row.id)));
                }
            }
            "import_choose" => {
                self.last_import = answer["id"].as_u64().or(self.last_import);
            }
            "launch_start" | "launch_again" if !answer.is_null() => {
                self.last_launch = answer["id"].as_u64();
                self.check_started(&answer["profile"], answer);
            }
            "launch_terminal" if *answer == json!(true) => {
                let wanted = &args["wanted"];
                self.check_started(&wanted["profile"], &wanted["typed"]);
            }
            _ => {}
        }
    }
}

/// The canary that a text holds, as it is or in a usual encoding.
fn holds_canary(text: &str) -> Option<&'static str> {
    let mut all = CANARIES.into_iter().chain(PAIR).chain(IMPORTED);
    let found = all.find(|(_, value)| {
        let hex = data_encoding::HEXLOWER.encode(value.as_bytes());
        let reversed: String = value.chars().rev().collect();
        let in_base64 = (0..3).any(|cut| {
            // Whole groups, wherever the value begins within one.
            let whole = (value.len() - cut) / 3 * 3;
            let part = &value.as_bytes()[cut..cut + whole];
            text.contains(&data_encoding::BASE64.encode(part))
        });
        in_base64
            || [value, &*hex, &*reversed]
                .iter()
                .any(|one| text.contains(*one))
    });
    found.map(|(_, value)| value)
}

/// With one seed for each world, which a failure names.
#[test]
fn promise_24_a_hostile_page_learns_no_value_and_starts_nothing_unconfirmed() {
    let mut proof =
        ProofRun::begin("promise_24_a_hostile_page_learns_no_value_and_starts_nothing_unconfirmed");
    let sequences = ProofRun::cases(25, 2_000);
    let mut totals = (0, 0, 0, 0);
    for world in 0..sequences.div_ceil(PER_WORLD) as u64 {
        let mut made = World::new();
        // Somewhere to copy to.
        let display = Display::start(&mut made);
        let mut walk = Walk::new(made, first_seed() + world);
        let mut page = WindowHost::start(&walk.world);
        walk.confirm_one(&mut page);
        for _ in 0..PER_WORLD.min(sequences) {
            walk.sequence(&mut page, STEPS);
            proof.case();
        }
        // As many values as that takes some minutes; `confirmations` has the question alone.
        if world == 0 && ProofRun::is_full() {
            walk.fill_with_versions();
            walk.sequence(&mut page, STEPS);
        }
        walk.reach_rest(&mut page);
        page.end();
        drop(display);
        totals.3 += walk.discards.discarded;
        // The control: the page has reached something.
        let reached = (walk.started, walk.agreed);
        assert!(reached >= (PER_WORLD / 5, PER_WORLD), "{reached:?}");
        totals.0 += reached.0;
        totals.1 += reached.1;
        totals.2 += walk.erasures.erased;
    }
    let (started, agreed, erased, discarded) = totals;
    assert!(erased > 0, "nothing was erased");
    assert!(
        discarded > 0 || !ProofRun::is_full(),
        "nothing was discarded"
    );
    proof.measured(&format!(
        "{} calls, each with success; {started} programs started, {erased} keys erased, \
         {discarded} versions discarded, {agreed} answers were yes",
        ReachedCalls::new().count()
    ));
}

/// The same page in the real window, with native dialogs.
#[test]
fn promise_24_the_real_window_gives_a_hostile_page_no_more() {
    let mut proof = ProofRun::begin("promise_24_the_real_window_gives_a_hostile_page_no_more");
    let mut world = World::new();
    let bus = Bus::start(&world);
    let display = Display::start(&mut world);
    let seed = first_seed();
    let mut walk = Walk::new(world, seed);
    let mut page = RealPage::start(&walk.world, bus, display, seed);
    // What the dialog shows cannot be read here: it is what the agent knows.
    let fields = walk.fields_of("shop", "dev");
    let home = walk.world.path("home");
    let command = walk.records.program("");
    walk.confirmed.push(Confirmed::of(command, home, fields));
    page.agrees = true;
    walk.print_environment(&mut page);
    page.agrees = false;
    let first = walk.records.take().remove(0);
    walk.records.inherit(&first, &walk.confirmed[0]);
    // It is confirmed: nothing is asked.
    walk.confirm_one(&mut page);
    for _ in 0..ProofRun::cases(2, 50) {
        walk.sequence(&mut page, STEPS / 2);
        proof.case();
    }
}

/// The seed of the first world: `KEYHAVEN_SEED`, to repeat a failure.
fn first_seed() -> u64 {
    let seed = std::env::var("KEYHAVEN_SEED").ok();
    seed.and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// The control of the walk itself: where a yes to a command holds whatever keys it is given, the
/// walk finds a launch that nobody confirmed.
#[test]
fn promise_24_control_the_walk_finds_a_yes_that_is_not_bound_to_its_keys() {
    let mut proof =
        ProofRun::begin("promise_24_control_the_walk_finds_a_yes_that_is_not_bound_to_its_keys");
    let finds = |seed| {
        let mut walk = Walk::new(World::new(), seed);
        let mut page = WindowHost::start_unbound(&walk.world);
        walk.confirm_one(&mut page);
        let walked = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..PER_WORLD {
                walk.sequence(&mut page, STEPS);
            }
        }));
        let complaint = walked
            .err()
            .and_then(|panic| panic.downcast::<String>().ok());
        complaint.is_some_and(|text| text.starts_with("not confirmed"))
    };
    assert!((0..4).any(|world| finds(first_seed() + world)));
    proof.case();
}

/// The control: what the walk looks for is noticed where it happens.
#[test]
fn promise_24_control_an_unconfirmed_launch_and_a_value_in_an_answer_are_noticed() {
    let mut proof = ProofRun::begin(
        "promise_24_control_an_unconfirmed_launch_and_a_value_in_an_answer_are_noticed",
    );
    let mut walk = Walk::new(World::new(), 0);
    let mut page = WindowHost::start(&walk.world);
    walk.confirm_one(&mut page);
    let is_confirmed = |walk: &Walk| {
        let records = walk.records.take();
        assert_eq!(records.len(), 1);
        let mut confirmed = walk.confirmed.iter();
        confirmed.any(|one| records[0].is(one, &walk.values))
    };
    let run = |walk: &Walk, arguments: &str| {
        let program = walk.records.program(arguments);
        let run = ["run", "-p", "shop", "-e", "dev", "--"];
        let words: Vec<&str> = run.into_iter().chain(program.split(' ')).collect();
        let mut command = walk.world.kh(&words);
        let output = command.current_dir(walk.world.path("home")).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let printed = run(&walk, "");
    assert!(holds_canary(&printed).is_some());
    assert!(is_confirmed(&walk), "it is just what was confirmed");
    run(&walk, "unconfirmed");
    assert!(!is_confirmed(&walk), "another argument");
    // The same command as was confirmed, with one more key.
    let add = ["add", "port", "-p", "shop", "-e", "dev", "--stdin"];
    walk.world.kh_ok_with(&add, "typed-port");
    run(&walk, "");
    assert!(!is_confirmed(&walk), "one more key");
    proof.held(3);
    page.end();
}
