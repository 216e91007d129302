//! The scenarios that the page's fake backend is tested with (`ui/tests/contract`), on the
//! window's own commands and a real agent: what the fake answers is what the program answers.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use keyhaven_tests::{PASSWORD, World, root};
use serde_json::{Value, json};

struct Host {
    child: Child,
    calls: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl Host {
    fn start(world: &World) -> Self {
        let mut child = world
            .command("window-host")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the window's host starts");
        Self {
            calls: child.stdin.take().unwrap(),
            lines: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// The line that answers the call; events before it are passed over.
    fn call(&mut self, call: &Value) -> Value {
        writeln!(self.calls, "{call}").expect("the host reads");
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).expect("the host answers");
            assert!(read > 0, "the host ended at {call}");
            let line: Value = serde_json::from_str(&line).expect("a line of JSON");
            if line.get("answer").is_some() || line.get("failure").is_some() {
                return line;
            }
        }
    }

    fn end(self) {
        let Self {
            mut child, calls, ..
        } = self;
        drop(calls);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn the_window_answers_what_its_fake_answers() {
    let folder = root().join("ui/tests/contract");
    let mut scenarios = 0;
    for file in fs::read_dir(folder).expect("the scenarios") {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let all: Vec<Value> = serde_json::from_str(&text).expect("scenarios");
        for scenario in &all {
            play(scenario);
            scenarios += 1;
        }
    }
    assert!(scenarios >= 25, "only {scenarios} scenarios");
}

fn play(scenario: &Value) {
    let title = scenario["title"].as_str().unwrap();
    let world = World::new();
    world.init();
    if let Some(files) = scenario.get("files").and_then(Value::as_object) {
        for (name, text) in files {
            let path = world.path("work").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text.as_str().unwrap()).unwrap();
        }
    }
    let mut host = Host::start(&world);
    let mut saved = BTreeMap::from([("password".to_owned(), json!(PASSWORD))]);
    for (at, step) in scenario["steps"].as_array().unwrap().iter().enumerate() {
        let mut call = step.clone();
        call["args"] = filled(step.get("args").unwrap_or(&json!({})), &saved);
        let line = host.call(&call);
        for outcome in ["answer", "failure"] {
            if let Some(expected) = step.get(outcome) {
                let found = line.get(outcome);
                let found = found.unwrap_or_else(|| panic!("{title}, step {at}: {line}"));
                let difference = difference(&filled(expected, &saved), found, "");
                assert_eq!(difference, None, "{title}, step {at}: {line}");
            }
        }
        if let Some(name) = step.get("save").and_then(Value::as_str) {
            saved.insert(name.into(), line["answer"].clone());
        }
    }
    host.end();
}

/// With each `"$name.part"` replaced by what was saved.
fn filled(value: &Value, saved: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$').filter(|text| *text != "any") {
            None => value.clone(),
            Some(path) => {
                let mut parts = path.split('.');
                let first = saved.get(parts.next().unwrap());
                let first = first.unwrap_or_else(|| panic!("{text} was not saved"));
                parts.fold(first.clone(), |value, part| value[part].clone())
            }
        },
        Value::Array(all) => all.iter().map(|one| filled(one, saved)).collect(),
        Value::Object(all) => {
            let filled = all
                .iter()
                .map(|(name, one)| (name.clone(), filled(one, saved)));
            Value::Object(filled.collect())
        }
        other => other.clone(),
    }
}

/// Where an answer is not what is stated; it may hold more members.
fn difference(expected: &Value, found: &Value, at: &str) -> Option<String> {
    match (expected, found) {
        (Value::String(any), found) if any == "$any" => {
            found.is_null().then(|| format!("{at} is null"))
        }
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().find_map(|(name, one)| {
                let at = format!("{at}.{name}");
                match found.get(name) {
                    Some(found) => difference(one, found, &at),
                    None => Some(format!("{at} is missing")),
                }
            })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => expected
            .iter()
            .zip(found)
            .enumerate()
            .find_map(|(index, (one, found))| difference(one, found, &format!("{at}[{index}]"))),
        _ => (expected != found).then(|| format!("{at} is {found}, not {expected}")),
    }
}
