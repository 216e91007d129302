//! Every call that the page may make, and which of them have succeeded. The calls are those of the
//! window's own lists: a new one fails the walk until it is called as a page would and succeeds.

use std::collections::BTreeSet;
use std::fs;

use keyhaven_protocol::request::{ListRequest, LockRequest, RemoveRequest, RunningRequest};
use keyhaven_tests::{Kept, eventually, root};
use serde_json::{Value, json};

use super::Walk;
use super::pages::Page;

/// A project that the page's calls leave alone, with what a call needs to be there.
pub const ASIDE: &str = "aside";
/// How often a call is tried that has to succeed; its arguments fit about half the time.
const TRIES: usize = 60;

/// A command of the page, or a query through its command `query`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageCall {
    /// Its name.
    pub name: String,
    /// Whether it is a query.
    pub is_query: bool,
}

impl PageCall {
    /// A command.
    pub fn command(name: &str) -> Self {
        Self {
            name: name.into(),
            is_query: false,
        }
    }

    /// A query.
    pub fn query(name: &str) -> Self {
        Self {
            name: name.into(),
            is_query: true,
        }
    }

    /// The command that is called.
    pub fn command_name(&self) -> &str {
        match self.is_query {
            true => "query",
            false => &self.name,
        }
    }
}

/// The calls of a page, and how they went.
#[derive(Debug)]
pub struct ReachedCalls {
    /// What the page may call.
    open: Vec<PageCall>,
    /// Of these, what answers with nothing.
    silent: BTreeSet<PageCall>,
    /// Queries that are not for the page.
    closed: Vec<PageCall>,
    /// What has not succeeded yet.
    missing: BTreeSet<PageCall>,
}

impl ReachedCalls {
    /// Nothing has succeeded yet.
    pub fn new() -> Self {
        let window = types("generated-window.ts");
        let commands = listed(&window, "MainCommands");
        let commands: Vec<_> = commands
            .into_iter()
            .filter(|(name, _)| *name != "query")
            .map(|(name, silent)| (PageCall::command(name), silent))
            .collect();
        let mut allowed: BTreeSet<String> = allowed().collect();
        assert!(allowed.remove("query"));
        let named = commands.iter().map(|(call, _)| call.name.clone());
        assert_eq!(named.collect::<BTreeSet<_>>(), allowed);
        let queries = listed(&window, "Queries").into_iter();
        let queries: Vec<_> = queries
            .map(|(name, silent)| (PageCall::query(name), silent))
            .collect();
        let all: Vec<_> = commands.into_iter().chain(queries).collect();
        let silent = all.iter().filter(|(_, silent)| *silent);
        let silent = silent.map(|(call, _)| call.clone()).collect();
        let open: Vec<_> = all.into_iter().map(|(call, _)| call).collect();
        let closed = every_query()
            .map(|name| PageCall::query(&name))
            .filter(|call| !open.contains(call));
        Self {
            closed: closed.collect(),
            missing: open.iter().cloned().collect(),
            silent,
            open,
        }
    }

    /// How many calls there are.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    /// Notes how a call has ended. What is closed to the page never succeeds.
    pub fn note(&mut self, call: &PageCall, end: &Value) {
        let Some(answer) = end.get("answer") else {
            return;
        };
        assert!(!self.closed.contains(call), "{call:?} is not for the page");
        // What a person refused, or what was not there, is answered with one of these.
        let done = match answer {
            Value::Null => self.silent.contains(call),
            Value::Bool(done) => *done,
            Value::Number(count) => count.as_u64() != Some(0),
            Value::Object(fields) => fields.get("done") != Some(&Value::Bool(false)),
            Value::String(_) | Value::Array(_) => true,
        };
        if done {
            self.missing.remove(call);
        }
    }
}

impl Walk {
    /// Any call, now and then one that is closed to the page.
    pub(super) fn any_call(&mut self) -> PageCall {
        let of = match self.chance(1) {
            true => &self.reached.closed,
            false => &self.reached.open,
        };
        of[self.rng.below(of.len())].clone()
    }

    /// A call that has not succeeded yet, as long as there is one.
    pub(super) fn missing_call(&mut self) -> PageCall {
        let at = self.rng.below(self.reached.missing.len());
        match self.reached.missing.iter().nth(at) {
            Some(missing) => missing.clone(),
            None => self.any_call(),
        }
    }

    /// Goes on, with a person who agrees, until each call has succeeded at least once: what is
    /// only ever refused proves nothing.
    pub(super) fn reach_rest(&mut self, page: &mut dyn Page) {
        for _ in 0..TRIES {
            let has_discarded = self.discards.id().is_none() || self.discards.discarded > 0;
            if self.reached.missing.is_empty() && has_discarded {
                return;
            }
            let missing: Vec<_> = self.reached.missing.iter().cloned().collect();
            for call in missing {
                self.log.truncate(1);
                self.unlock();
                let _running = self.prepare(page, &call);
                self.step(page, &call, Some(true));
            }
            self.unlock();
            self.discard(page);
            self.wait_for_ends(page);
            self.check_records();
        }
        let log = self.log.join("\n");
        panic!("never succeeded: {:?}\n{log}", self.reached.missing);
    }

    /// Sees to it that there is what a call needs. What it gives is there as long as it is kept.
    fn prepare(&mut self, page: &mut dyn Page, call: &PageCall) -> Option<Kept> {
        let mut before = |name: &str| {
            self.step(page, &PageCall::command(name), Some(true));
        };
        match &*call.name {
            "import_preview" | "import_apply" => before("import_choose"),
            "launch_suggestions" => before("choose_directory"),
            "profile" | "remove_profile" => before("save_profile"),
            "roll_back" => before("set_values"),
            "salvage_vault" => self.client.ask(LockRequest {}).unwrap(),
            "restore" | "empty_trash" => self.throw_away(),
            "end_running" => return Some(self.run_long()),
            _ => {}
        }
        None
    }

    /// Moves a key to the trash, where it is empty.
    fn throw_away(&mut self) {
        let trash = ListRequest {
            removed: true,
            ..ListRequest::default()
        };
        if !self.client.ask(trash).unwrap().is_empty() {
            return;
        }
        if let Some(known) = self.credential() {
            let (id, revision) = (known.row.id, known.row.revision);
            self.client.ask(RemoveRequest { id, revision }).unwrap();
        }
    }

    /// A program that has keys and does not end by itself.
    fn run_long(&mut self) -> Kept {
        let run = ["run", "-p", ASIDE, "-e", "dev", "--", "sleep", "1000"];
        let running = Kept::start(&mut self.world.kh(&run));
        eventually("the program in the list", || {
            let listed = self.client.ask(RunningRequest {}).unwrap();
            listed.iter().any(|one| one.pid == running.pid())
        });
        running
    }

    /// Stores large values until one had to be discarded, where there is a key for that.
    fn discard(&mut self, page: &mut dyn Page) {
        if self.discards.id().is_some() && self.discards.discarded == 0 {
            let args = self.large_value();
            let call = PageCall::command("set_values");
            self.step_with(page, &call, &args, Some(true));
        }
    }

    /// Calls a command as the page would, and looks at all that must hold afterwards.
    pub(super) fn step(&mut self, page: &mut dyn Page, call: &PageCall, yes: Option<bool>) {
        let args = self.arguments(call);
        self.step_with(page, call, &args, yes);
    }

    fn step_with(&mut self, page: &mut dyn Page, call: &PageCall, args: &Value, yes: Option<bool>) {
        let command = call.command_name();
        let ask = |walk: &mut Self| walk.call(page, command, args, yes);
        let answer = self.call_reminding(command, args, ask);
        self.reached.note(call, &answer);
        self.note(command, args, &answer);
        self.check_erased();
        self.check_discarded();
    }
}

/// The types of the page that are generated.
fn types(file: &str) -> String {
    let path = root().join("ui/src/lib/ipc").join(file);
    fs::read_to_string(path).unwrap()
}

/// The names in one of the lists of the page's types, and whether each answers nothing.
fn listed<'a>(types: &'a str, list: &str) -> Vec<(&'a str, bool)> {
    let begin = format!("export type {list} = {{\n");
    let (_, rest) = types.split_once(&begin).unwrap();
    let (lines, _) = rest.split_once("\n};").unwrap();
    let lines = lines.lines().map(|line| {
        let (name, rest) = line.trim().split_once(": {").unwrap();
        (name, rest.ends_with("answer: null };"))
    });
    let all: Vec<_> = lines.collect();
    assert!(all.len() > 20, "{all:?}");
    all
}

/// The names of all queries, for the page or not.
fn every_query() -> impl Iterator<Item = String> {
    let types = types("generated.ts");
    let union = types.split("export type Query = ").nth(1).unwrap();
    let union = union.split(';').next().unwrap();
    let names = union.split("{ \"").skip(1);
    let own: Vec<_> = names
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    own.into_iter()
}

/// The commands that the page's capability file allows.
fn allowed() -> impl Iterator<Item = String> {
    let file = include_str!("../../../../src-tauri/capabilities/main.json");
    let file: Value = serde_json::from_str(file).unwrap_or_else(|_| json!({}));
    let all = file["permissions"].as_array().unwrap().clone();
    let names = all.into_iter().filter_map(|one| {
        let name = one.as_str()?.strip_prefix("allow-")?;
        Some(name.replace('-', "_"))
    });
    names.collect::<Vec<_>>().into_iter()
}
