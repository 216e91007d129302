//! The scenarios that the page's fake backend is tested with (`ui/tests/contract`), on the
//! window's own commands and a real agent: what the fake answers is what the program answers.

use std::collections::BTreeMap;
use std::fs;

use keyhaven_tests::{PASSWORD, WindowHost, World, root};
use serde_json::{Value, json};

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
    if scenario["vault"] != false {
        world.init();
    }
    if let Some(files) = scenario.get("files").and_then(Value::as_object) {
        for (name, text) in files {
            let path = world.path("work").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes(text)).unwrap();
        }
    }
    let mut host = WindowHost::start(&world);
    let mut saved = BTreeMap::from([("password".to_owned(), json!(PASSWORD))]);
    for (at, step) in scenario["steps"].as_array().unwrap().iter().enumerate() {
        let mut call = step.clone();
        call["args"] = filled(step.get("args").unwrap_or(&json!({})), &saved);
        call["task"] = filled(&step["task"], &saved);
        let line = host.call(&call, |_| None);
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

/// A file: a text, or one in Latin-1.
fn bytes(file: &Value) -> Vec<u8> {
    match file["latin1"].as_str() {
        Some(latin) => latin.chars().map(|c| u8::try_from(c).unwrap()).collect(),
        None => file.as_str().unwrap().into(),
    }
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
        (Value::Object(one), Value::Array(found)) if one.contains_key("$some") => {
            let some = |found| difference(&one["$some"], found, at).is_none();
            let none = || format!("{at} holds no {}", one["$some"]);
            (!found.iter().any(some)).then(none)
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
