//! For `.env` files: only forms that npm `dotenv`, python-dotenv, docker compose and a shell
//! that sources the file read as the same value.

use keyhaven_runner::InjectedVariable;

use super::text;
use crate::error::Failure;
use crate::problem::{CliProblem, Unquotable};

/// `NAME='value'`, a line each.
pub fn dotenv(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for variable in variables {
        let value = text(variable, "dotenv")?;
        let quoted = quoted(value).map_err(|reason| CliProblem::FormatDotenv {
            variable: variable.name.clone(),
            reason,
        })?;
        out.extend_from_slice(variable.name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(quoted.as_bytes());
        out.push(b'\n');
    }
    Ok(out)
}

/// The value as all four readers read it back, or why there is no such form.
///
/// No reader agrees with another one about escapes, so that none are used. Without quotes zsh
/// replaces what starts with `=`. In single quotes
/// python-dotenv expands `${NAME}` and reads two backslashes as one, and npm `dotenv` turns a
/// carriage return into a newline. In double quotes the shell and compose expand `$`, the
/// shell runs what is between backticks, and each treats backslashes in its own way. Only npm
/// `dotenv` knows backticks as quotes; a shell runs what is between them.
fn quoted(value: &str) -> Result<String, Unquotable> {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,-".contains(c);
    if !value.is_empty() && value.chars().all(harmless) {
        return Ok(value.into());
    }
    if value.contains('\r') {
        return Err(Unquotable::CarriageReturn);
    }
    if value.contains("${") {
        return Err(Unquotable::Expansion);
    }
    let single = !value.contains('\'') && !value.contains("\\\\") && !value.ends_with('\\');
    if single {
        return Ok(format!("'{value}'"));
    }
    if !value.contains(['"', '$', '`', '\\']) {
        return Ok(format!("\"{value}\""));
    }
    Err(Unquotable::Quotes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::super::tests::injected;
    use super::*;

    type Values = BTreeMap<String, String>;

    /// A file of values that can be carried, with what it must be read as.
    fn file(values: impl IntoIterator<Item = String>) -> (Vec<u8>, Values) {
        let carried = values.into_iter().filter(|value| quoted(value).is_ok());
        let numbered = carried.enumerate();
        let carried: Values = numbered
            .map(|(at, value)| (format!("K{at}"), value))
            .collect();
        let variables: Vec<_> = carried
            .iter()
            .map(|(name, value)| injected(name, value.as_bytes()))
            .collect();
        (dotenv(&variables).unwrap(), carried)
    }

    const HOSTILE: &str = "['\"`\\\\\\n\\rnrtx0!~ #$(){}=:;&|<>*ä\u{2028}\u{feff}\u{a0}a-c]{0,10}";

    /// Some hundred hostile values, other ones in each run.
    fn hostile_file() -> (Vec<u8>, Values) {
        let mut runner = TestRunner::default();
        let values = prop::collection::vec(HOSTILE, 600).new_tree(&mut runner);
        let mut values = values.unwrap().current();
        values.extend(
            [
                "", "a b", "it's", "l1\nl2", "C:\\temp", "$HOME", "a#b", "pa$$word",
            ]
            .map(Into::into),
        );
        let (text, carried) = file(values);
        assert!(carried.len() > 150, "{}", carried.len());
        (text, carried)
    }

    proptest! {
        #[test]
        fn our_own_import_reads_it_back(values in prop::collection::vec(HOSTILE, 1..4)) {
            let (text, carried) = file(values);
            let read = keyhaven_exchange::dotenv::parse(&text).unwrap();
            let read: Values = read
                .into_iter()
                .map(|entry| (entry.key, String::from_utf8(entry.value.expose().clone()).unwrap()))
                .collect();
            prop_assert_eq!(read, carried);
        }

        #[test]
        fn docker_compose_reads_it_back(values in prop::collection::vec(HOSTILE, 1..6)) {
            let (text, carried) = file(values);
            prop_assert_eq!(compose(std::str::from_utf8(&text).unwrap()), carried);
        }
    }

    #[test]
    fn npm_dotenv_reads_it_back() {
        let package = std::env::var("KEYHAVEN_DOTENV_DIR").unwrap_or_else(|_| {
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../ui/node_modules/dotenv"
            )
            .into()
        });
        let script = "const { parse } = require(process.argv[1]); \
                      const text = require('fs').readFileSync(0); \
                      process.stdout.write(JSON.stringify(parse(text)))";
        let (text, carried) = hostile_file();
        let read = read_by(Command::new("node").args(["-e", script, &package]), &text);
        assert_eq!(serde_json::from_slice::<Values>(&read).unwrap(), carried);
    }

    #[test]
    fn shells_read_it_back() {
        let (text, carried) = hostile_file();
        let mut script = b"set -a\n".to_vec();
        script.extend_from_slice(&text);
        script.extend_from_slice(b"exec env -0\n");
        for (shell, arguments) in [("dash", &[][..]), ("bash", &["--norc"]), ("zsh", &["-f"])] {
            let read = read_by(Command::new(shell).args(arguments), &script);
            let lines = read.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            let pairs = lines.filter_map(|line| {
                let (name, value) = line.split_once('=')?;
                let ours = name.strip_prefix('K')?.parse::<u32>().is_ok();
                ours.then(|| (name.to_owned(), value.to_owned()))
            });
            assert_eq!(pairs.collect::<Values>(), carried, "{shell}");
        }
    }

    /// Where python-dotenv is installed; without it, the rules that `quoted` names are all
    /// that is known.
    #[test]
    fn python_dotenv_reads_it_back() {
        let mut check = Command::new("python3");
        let found = check
            .args(["-c", "import dotenv"])
            .stderr(Stdio::null())
            .status();
        if !found.is_ok_and(|status| status.success()) {
            eprintln!("not checked: python-dotenv is not installed");
            return;
        }
        let script = "import dotenv, io, json, sys; \
                      text = sys.stdin.buffer.read().decode(); \
                      json.dump(dict(dotenv.dotenv_values(stream=io.StringIO(text, newline=''))), sys.stdout)";
        let (text, carried) = hostile_file();
        let read = read_by(Command::new("python3").args(["-c", script]), &text);
        assert_eq!(serde_json::from_slice::<Values>(&read).unwrap(), carried);
    }

    fn read_by(program: &mut Command, text: &[u8]) -> Vec<u8> {
        let mut child = program
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node and the shells must be installed for this test");
        let (mut stdin, text) = (child.stdin.take().unwrap(), text.to_vec());
        let writer = std::thread::spawn(move || stdin.write_all(&text).unwrap());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(output.status.success(), "{program:?}: {}", output.status);
        output.stdout
    }

    /// As docker compose reads what is written here (compose-go, `dotenv/parser.go`): to the
    /// quote that no backslash precedes, a backslash before another character stays, and in
    /// double quotes escapes and `$` are replaced.
    fn compose(text: &str) -> Values {
        let (mut read, mut rest) = (Values::new(), text);
        while let Some((name, after)) = rest.split_once('=') {
            let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let (value, left) = match quote {
                None => after.split_once('\n').unwrap(),
                Some(quote) => {
                    let inner = &after[1..];
                    let closing = |(at, _): &(usize, &str)| !inner[..*at].ends_with('\\');
                    let (end, _) = inner.match_indices(quote).find(closing).unwrap();
                    let replaced = quote == '"' && inner[..end].contains(['$', '\\']);
                    assert!(!replaced, "{inner}");
                    (&inner[..end], &inner[end + 2..])
                }
            };
            assert!(
                quote.is_some() || !value.contains(['$', '#', ' ']),
                "{value}"
            );
            read.insert(name.into(), value.into());
            rest = left;
        }
        read
    }

    #[test]
    fn what_readers_would_not_agree_about_is_refused_by_name_with_a_way_out() {
        for value in [
            "a\\", "a\\\\b c", "'\"", "it's $5", "it's `x`", "it's \\", "a\rb", "${HOME}", "'$'",
        ] {
            assert!(quoted(value).is_err(), "{value:?}");
        }
        let refused = dotenv(&[injected("KEY", b"hunter2'\"")]).unwrap_err();
        assert_eq!(refused.exit_status(), 1);
        assert!(refused.message().contains("KEY") && !refused.message().contains("hunter2"));
        assert!(refused.hint().unwrap().contains("--except"));
    }

    #[test]
    fn nothing_runs_where_a_shell_sources_it() {
        for (value, written) in [
            ("touch /tmp/x #'", "\"touch /tmp/x #'\""),
            ("$(id)", "'$(id)'"),
            ("`id`", "'`id`'"),
        ] {
            assert_eq!(quoted(value).as_deref(), Ok(written));
        }
    }
}
