//! `cargo xtask prove`: the tests of the promises in full, and a table of what was tried.
//!
//! A promise's tests are named `promise_NN_...`. Each reports its cases through the crate
//! `proof`. A test that cannot run here, or that reported nothing, is listed as not checked
//! and never counted. A promise that should have a test and has none is a failure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::checks;
use crate::promises::{PROMISES, number};
use crate::say;
use crate::setup;
use crate::stage::Stages;
use crate::supply;
use crate::workspace::Workspace;

/// What one test reported, or what the test runner reported about it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Outcome {
    cases: u64,
    failures: u64,
    took: Duration,
    /// Why it proves nothing.
    not_checked: Option<String>,
    /// What it has measured, in words.
    measured: Vec<String>,
}

/// Builds, runs the tests whose name contains `name` (a number means a promise; nothing means
/// all of them), and prints the table.
///
/// # Errors
/// Names the first step that failed; a promise that does not hold.
pub fn prove(workspace: &Workspace, stages: &mut Stages, name: &str) -> Result<()> {
    setup::for_tests(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    if matches!(name, "" | "23") {
        supply::check(workspace, stages)?;
    }
    checks::build(workspace, stages)?;
    let report = workspace
        .debug
        .join(format!("prove-{}.tsv", std::process::id()));
    let mut outcomes = BTreeMap::new();
    let passed = stages.run("proofs", || {
        let mut command = checks::tests(workspace)?;
        command
            .args(["--", &filter(name)])
            .env("KEYHAVEN_PROVE", "full")
            .env("KEYHAVEN_PROVE_REPORT", &report)
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start `cargo test`")?;
        let stdout = child.stdout.take().context("cargo's output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some((test, outcome)) = parse_verdict(&line) {
                say::line(&line);
                outcomes.insert(test, outcome);
            } else if !is_noise(&line) {
                say::line(&line);
            }
        }
        Ok(child.wait()?.success())
    })?;
    let reported = std::fs::read_to_string(&report).unwrap_or_default();
    // A file that is not removed stays in Cargo's folder of generated files.
    let _ = std::fs::remove_file(&report);
    for line in reported.lines() {
        take_report(&mut outcomes, line);
    }
    if outcomes.is_empty() {
        bail!("no promise's test has \"{name}\" in its name");
    }
    say::text(&table(&outcomes));
    let missing = missing(&outcomes, name);
    if !missing.is_empty() {
        bail!("no test proves {}", missing.join(", nor "));
    }
    if !passed || outcomes.values().any(|outcome| outcome.failures > 0) {
        bail!("not every promise holds; the tests that failed are named above");
    }
    Ok(())
}

/// The part of a test's name that libtest filters by.
fn filter(name: &str) -> String {
    match name.parse::<u32>() {
        Ok(number) => format!("promise_{number:02}_"),
        Err(_) if name.is_empty() => "promise_".into(),
        Err(_) => name.into(),
    }
}

/// A line of libtest about one promise's test.
fn parse_verdict(line: &str) -> Option<(String, Outcome)> {
    let (path, verdict) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let path = path.trim_end_matches(" - should panic");
    let name = path.rsplit("::").next()?;
    name.starts_with("promise_").then_some(())?;
    let failures = match verdict {
        "ok" => 0,
        "ignored" => return None,
        _ => 1,
    };
    let outcome = Outcome {
        failures,
        not_checked: (failures == 0).then(|| "it reported nothing".into()),
        ..Outcome::default()
    };
    Some((name.to_owned(), outcome))
}

/// What cargo and libtest print about programs without any such test.
fn is_noise(line: &str) -> bool {
    line.is_empty()
        || line == "running 0 tests"
        || line.starts_with("test result: ok. 0 passed")
        || line.starts_with("running ")
}

/// Adds a line of a test's own report.
fn take_report(outcomes: &mut BTreeMap<String, Outcome>, line: &str) {
    let fields: Vec<&str> = line.split('\t').collect();
    if let [name, "not checked", why] = fields[..] {
        let outcome = outcomes.entry(name.to_owned()).or_default();
        outcome.not_checked = Some(why.to_owned());
        return;
    }
    if let [name, "measured", what] = fields[..] {
        let outcome = outcomes.entry(name.to_owned()).or_default();
        outcome.measured.push(what.to_owned());
        return;
    }
    let [name, cases, failures, millis] = fields[..] else {
        return;
    };
    let (Ok(cases), Ok(failures), Ok(millis)) = (cases.parse(), failures.parse(), millis.parse())
    else {
        return;
    };
    let outcome = outcomes.entry(name.to_owned()).or_default();
    outcome.cases = cases;
    outcome.failures = outcome.failures.max(failures);
    outcome.took = Duration::from_millis(millis);
    outcome.not_checked = (cases == 0 && outcome.failures == 0).then(|| "it tried no case".into());
}

/// Promises that were requested and should have a test, and have none.
fn missing(outcomes: &BTreeMap<String, Outcome>, name: &str) -> Vec<String> {
    let asked = |at: u32| name.is_empty() || name.parse() == Ok(at);
    let tried = |at: u32| outcomes.keys().any(|test| number(test) == Some(at));
    PROMISES
        .iter()
        .filter(|promise| !promise.planned && asked(promise.number) && !tried(promise.number))
        .map(|promise| format!("promise {} ({})", promise.number, promise.sentence))
        .collect()
}

/// Promise, tests, cases, failures, time; then the tests that failed or proved nothing.
fn table(outcomes: &BTreeMap<String, Outcome>) -> String {
    let mut text = format!(
        "\n{:>3}  {:<50} {:>6} {:>9} {:>9} {:>9}\n",
        "", "PROMISE", "TESTS", "CASES", "FAILURES", "TIME"
    );
    let (mut failed, mut not_checked, mut measured) = (Vec::new(), Vec::new(), Vec::new());
    for promise in &PROMISES {
        let (at, title) = (promise.number, promise.sentence);
        let of_it = outcomes
            .iter()
            .filter(|(test, _)| number(test) == Some(at))
            .collect::<Vec<_>>();
        if of_it.is_empty() {
            continue;
        }
        let sum = |value: fn(&Outcome) -> u64| of_it.iter().map(|(_, one)| value(one)).sum::<u64>();
        let took: Duration = of_it.iter().map(|(_, one)| one.took).sum();
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{at:>3}  {title:<50} {:>6} {:>9} {:>9} {:>7.1} s",
            of_it.len(),
            sum(|one| one.cases),
            sum(|one| one.failures),
            took.as_secs_f64()
        );
        for (test, one) in of_it {
            if one.failures > 0 {
                failed.push(test);
            }
            if let Some(why) = &one.not_checked {
                not_checked.push((test, why));
            }
            measured.extend(one.measured.iter().map(|what| (test, what)));
        }
    }
    for (test, what) in measured {
        let _ = writeln!(text, "     measured: {test}: {what}");
    }
    for test in failed {
        let _ = writeln!(text, "     failed: {test}");
    }
    for (test, why) in not_checked {
        let _ = writeln!(text, "     NOT CHECKED: {test}: {why}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdicts_of_libtest_and_the_reports_of_tests_are_merged() {
        let mut outcomes = BTreeMap::new();
        for line in [
            "test tests::bits::promise_05_a_bit_is_noticed ... ok",
            "test promise_01_a_kill ... FAILED",
            "test promise_02_a_loss ... ignored",
            "test tests::bits::something_else ... ok",
        ] {
            outcomes.extend(parse_verdict(line));
        }
        take_report(&mut outcomes, "promise_05_a_bit_is_noticed\t4096\t0\t1500");
        take_report(
            &mut outcomes,
            "promise_05_a_bit_is_noticed\tmeasured\tat most 3 ms",
        );
        take_report(&mut outcomes, "nonsense");
        outcomes.extend(parse_verdict("test promise_07_gone ... ok"));
        outcomes.extend(parse_verdict("test promise_08_held ... ok"));
        take_report(&mut outcomes, "promise_08_held\tnot checked\tonly root can");
        assert_eq!(outcomes.len(), 4);
        assert_eq!(outcomes["promise_05_a_bit_is_noticed"].cases, 4096);
        assert_eq!(outcomes["promise_01_a_kill"].failures, 1);
        let table = table(&outcomes);
        assert!(table.contains("Tampering is detected and named"), "{table}");
        assert!(
            table.contains("     failed: promise_01_a_kill\n"),
            "{table}"
        );
        for line in [
            "     measured: promise_05_a_bit_is_noticed: at most 3 ms\n",
            "     NOT CHECKED: promise_07_gone: it reported nothing\n",
            "     NOT CHECKED: promise_08_held: only root can\n",
        ] {
            assert!(table.contains(line), "{table}");
        }
        assert!(missing(&outcomes, "5").is_empty());
        assert_eq!(
            missing(&outcomes, "2"),
            ["promise 2 (A power loss loses no acknowledged change)"]
        );
        assert!(missing(&outcomes, "21").is_empty());
        assert!(!table.contains("A power loss"), "{table}");
    }

    #[test]
    fn a_number_means_a_promise() {
        assert_eq!(filter("5"), "promise_05_");
        assert_eq!(filter(""), "promise_");
        assert_eq!(filter("promise_05_a_bit"), "promise_05_a_bit");
    }
}
