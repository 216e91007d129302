//! What the documents show is what `kh` prints: the examples of the README, and the sample case
//! of `tests/README.md`.

use std::fs;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use keyhaven_tests::{PASSWORD, World, cases, root};

/// In place of each date, which depends on the day.
const DATE: &str = "YYYY-MM-DD";

/// A command, what is noted after it, and what it prints.
#[derive(Debug)]
struct Example {
    command: String,
    note: String,
    output: String,
}

/// The code blocks of a document that name this language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let opening = format!("\n```{language}\n");
    let blocks = text.split(&opening).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// The commands that are shown with their output.
fn examples(document: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in blocks(document, "console") {
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let (command, note) = command.split_once(" # ").unwrap_or((command, ""));
                examples.push(Example {
                    command: command.trim().into(),
                    note: note.into(),
                    output: String::new(),
                });
            } else if !line.is_empty() {
                let last = examples.last_mut().unwrap();
                last.output += &format!("{line}\n");
            }
        }
    }
    examples.retain(|example| !example.output.is_empty());
    examples
}

fn without_dates(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_date = word.parse::<jiff::civil::Date>().is_ok();
        if is_date { DATE } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The cells of a table of `kh`, by the columns of its first line.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let mut lines = table.lines();
    let head = lines.next().unwrap();
    let begins = |at: &usize| head[..*at].is_empty() || head[..*at].ends_with("  ");
    let words = head.char_indices().filter(|(_, c)| *c != ' ');
    let starts: Vec<usize> = words.map(|(at, _)| at).filter(begins).collect();
    let cell = |line, column| {
        let end = starts.get(column + 1).copied().unwrap_or(usize::MAX);
        let line: &str = line;
        let cell = line.get(starts[column]..end.min(line.len()));
        cell.unwrap_or_default().trim()
    };
    lines
        .map(|line| (0..starts.len()).map(|column| cell(line, column)).collect())
        .collect()
}

/// How many days from today: `in 3 days`, `5 days overdue`. What `expired 4 days ago` ended with the
/// day before that.
fn days(words: &str) -> i64 {
    let number = words.split(' ').find_map(|word| word.parse().ok());
    let number: i64 = number.unwrap_or_else(|| panic!("{words} has no number"));
    match words.rsplit(' ').next() {
        Some("overdue") => -number,
        Some("ago") => -number - 1,
        _ => number,
    }
}

/// Makes the keys of a table of `kh due`, as far from today as it says.
fn add_due(world: &World, table: &str) {
    let today = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date();
    for row in rows(table) {
        let [due, _, what, name, project, environment, ..] = row[..] else {
            panic!("{row:?}");
        };
        let expiry = (today + days(due).days()).to_string();
        let interval = days(due).to_string();
        let when = match what {
            "expires" => ["--expires", &expiry],
            _ => ["--rotate-every", &interval],
        };
        let place = ["add", name, "-p", project, "-e", environment];
        let arguments = [&place[..], &["--stdin", "--env-var", ""], &when].concat();
        world.kh_ok_with(&arguments, "made up");
    }
}

#[test]
fn the_readme_shows_what_kh_prints() {
    let world = World::new();
    world.init();
    let examples = examples("README.md");
    assert!(!examples.is_empty());
    for Example {
        command,
        note,
        output,
    } in examples
    {
        if command.starts_with("kh due ") {
            add_due(&world, &output);
        }
        if note == "while locked" {
            world.kh_ok(&["lock"]);
        }
        let script = format!("{command} 2>&1");
        let printed = world.command("sh").args(["-c", &script]).output().unwrap();
        let printed = String::from_utf8(printed.stdout).unwrap();
        assert_eq!(
            without_dates(&printed),
            without_dates(&output),
            "README.md: $ {command}"
        );
        if note == "while locked" {
            world.kh_ok_with(&["unlock", "--password-stdin"], format!("{PASSWORD}\n"));
        }
    }
}

#[test]
fn the_guide_to_cases_shows_one_that_passes() {
    let world = World::new();
    let blocks = blocks("tests/README.md", "text");
    assert_eq!(blocks.len(), 1);
    let file = world.write("sample.t", &blocks[0]);
    cases::check(&file).unwrap();
}
