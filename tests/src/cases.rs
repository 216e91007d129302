//! Command-line cases as files, in the format of Cram: prose at the margin,
//! indented by two spaces a command (`$ `, continued by `> `), then what it
//! prints on stdout and stderr together, then `[N]` for an exit status other
//! than 0. A line that ends in ` (glob)` matches with `*` and `?`; a line `...`
//! matches any lines.
//!
//! Each file is one session in one world. `KEYHAVEN_CASES=write` writes what
//! was printed into the files, to be read before it is committed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{PASSWORD, World, root};

/// Shell functions that every session has.
const PRELUDE: &str = include_str!("prelude.sh");

/// Ends each command's output: on a separate line, with the exit status.
const MARK: &str = "-- end of command --";

/// A command and what the file says about it.
struct Step {
    command: String,
    expected: Vec<String>,
    /// The file's lines from the command on, up to the next.
    lines: std::ops::Range<usize>,
}

/// All case files, in order.
///
/// # Panics
/// When the folder cannot be read or has none.
pub fn files() -> Vec<PathBuf> {
    let folder = root().join("tests/cmd");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("tests/cmd")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "t"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no case in {}", folder.display());
    files
}

/// Runs one file's session in a new world; gives what differs, if anything.
///
/// # Panics
/// When the file cannot be read or the shell not be started.
pub fn check(file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).expect("a case file");
    let lines: Vec<&str> = text.lines().collect();
    let steps = parse(&lines);
    assert!(!steps.is_empty(), "{} has no command", file.display());
    let printed = run(&World::new(), &steps);
    if std::env::var_os("KEYHAVEN_CASES").is_some_and(|value| value == "write") {
        fs::write(file, written(&lines, &steps, &printed)).expect("a written case file");
        return Ok(());
    }
    let mut differences = String::new();
    for (step, printed) in steps.iter().zip(&printed) {
        if !matches(&step.expected, printed) {
            let _ = writeln!(
                differences,
                "{}:{}: $ {}\n  expected:\n{}  printed:\n{}",
                file.display(),
                step.lines.start + 1,
                step.command,
                indented(&step.expected),
                indented(printed)
            );
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences)
    }
}

fn parse(lines: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut open = false;
    for (index, line) in lines.iter().enumerate() {
        let Some(inside) = line.strip_prefix("  ") else {
            open = false;
            continue;
        };
        if let Some(command) = inside.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                expected: Vec::new(),
                lines: index..index + 1,
            });
            open = true;
            continue;
        }
        let Some(step) = steps.last_mut().filter(|_| open) else {
            continue;
        };
        step.lines.end = index + 1;
        match inside.strip_prefix("> ") {
            Some(more) if step.expected.is_empty() => {
                step.command.push('\n');
                step.command.push_str(more);
            }
            _ => step.expected.push(inside.to_owned()),
        }
    }
    steps
}

/// Runs all commands in one shell without a terminal; what each printed, with its status.
fn run(world: &World, steps: &[Step]) -> Vec<Vec<String>> {
    let data = root().join("tests/data");
    let mut script = format!(
        "PASSWORD='{PASSWORD}'\nDATA='{}'\n{PRELUDE}\nexec 2>&1\n",
        data.display()
    );
    for step in steps {
        let _ = writeln!(script, "{}\nprintf '\\n{MARK} %d\\n' $?", step.command);
    }
    let script = world.write("../session.sh", script);
    // In a new session, so that nothing prompts at the terminal the tests run in.
    let output = world
        .command("setsid")
        .args(["--wait", "bash"])
        .arg(script)
        .output()
        .expect("bash runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let place = world.path("");
    let text = text.replace(place.to_string_lossy().trim_end_matches('/'), "WORLD");
    let mut printed = vec![Vec::new()];
    for line in text.lines() {
        let current = printed.last_mut().expect("one is open");
        let Some(status) = line.strip_prefix(MARK) else {
            current.push(line.to_owned());
            continue;
        };
        close(current, status.trim());
        printed.push(Vec::new());
    }
    printed.pop();
    assert_eq!(printed.len(), steps.len(), "the session broke off:\n{text}");
    printed
}

/// Takes off the line break before the mark, and notes what is unusual: a last
/// line without an end, a status other than 0.
fn close(printed: &mut Vec<String>, status: &str) {
    match printed.pop() {
        Some(rest) if rest.is_empty() => {}
        Some(rest) => printed.push(format!("{rest} (no-eol)")),
        None => {}
    }
    if status != "0" {
        printed.push(format!("[{status}]"));
    }
}

fn matches(expected: &[String], printed: &[String]) -> bool {
    let Some((first, rest)) = expected.split_first() else {
        return printed.is_empty();
    };
    if first == "..." {
        return (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]));
    }
    let Some((line, others)) = printed.split_first() else {
        return false;
    };
    let same = match first.strip_suffix(" (glob)") {
        Some(pattern) => glob(pattern.as_bytes(), line.as_bytes()),
        None => first == line,
    };
    same && matches(rest, others)
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| glob(rest, &text[skipped..])),
        Some((b'?', rest)) => !text.is_empty() && glob(rest, &text[1..]),
        Some((byte, rest)) => text.first() == Some(byte) && glob(rest, &text[1..]),
    }
}

/// The file with what was printed where it did not match.
fn written(lines: &[&str], steps: &[Step], printed: &[Vec<String>]) -> String {
    let mut text = String::new();
    let mut at = 0;
    for (step, printed) in steps.iter().zip(printed) {
        let commands = step.lines.len() - step.expected.len();
        let output = step.lines.start + commands;
        lines[at..output]
            .iter()
            .for_each(|line| push(&mut text, line));
        if matches(&step.expected, printed) {
            lines[output..step.lines.end]
                .iter()
                .for_each(|line| push(&mut text, line));
        } else {
            text.push_str(&indented(printed));
        }
        at = step.lines.end;
    }
    lines[at..].iter().for_each(|line| push(&mut text, line));
    text
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::{close, glob, matches, parse, written};

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_session_is_commands_with_their_output() {
        let text = "Prose.\n  $ one\n  > more\n  out\n  [3]\n\n  $ two\n";
        let steps = parse(&text.lines().collect::<Vec<_>>());
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].command, "one\nmore");
        assert_eq!(steps[0].expected, ["out", "[3]"]);
        assert!(steps[1].expected.is_empty());
    }

    #[test]
    fn lines_match_exactly_or_by_pattern() {
        assert!(matches(&lines("a\nb"), &lines("a\nb")));
        assert!(!matches(&lines("a"), &lines("a\nb")));
        assert!(!matches(&lines("a\nb"), &lines("a")));
        assert!(matches(&lines("a\n...\nz"), &lines("a\nb\nc\nz")));
        assert!(!matches(&lines("a\n...\nz"), &lines("a\nb\nc")));
        assert!(matches(&lines("pid * (glob)"), &lines("pid 12")));
        assert!(!matches(&lines("pid *"), &lines("pid 12")));
        assert!(glob(b"a?c*", b"abcd") && !glob(b"a?c", b"ac"));
    }

    #[test]
    fn statuses_and_missing_line_ends_are_noted() {
        let mut printed = lines("out\nlast");
        close(&mut printed, "2");
        assert_eq!(printed, ["out", "last (no-eol)", "[2]"]);
        let mut printed = lines("out\n\n");
        close(&mut printed, "0");
        assert_eq!(printed, ["out"]);
    }

    #[test]
    fn writing_keeps_prose_and_patterns_that_match() {
        let text = "Prose.\n  $ one\n  o* (glob)\n\n  $ two\n  old\nEnd.\n";
        let all: Vec<&str> = text.lines().collect();
        let printed = [lines("out"), lines("new\n[1]")];
        assert_eq!(
            written(&all, &parse(&all), &printed),
            "Prose.\n  $ one\n  o* (glob)\n\n  $ two\n  new\n  [1]\nEnd.\n"
        );
    }
}
