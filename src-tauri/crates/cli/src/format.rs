//! Variables as text: for a shell's `eval`, for npm `dotenv`, as JSON.
//!
//! Each form is exact: what its reader gives back is the value, byte for byte. A value that
//! a form cannot carry is refused, never changed.

use keyhaven_runner::Injected;
use serde::ser::{SerializeMap as _, Serializer};

use crate::args::EnvFormat;
use crate::failure::Failure;

/// Variables in a form, ready to be printed.
///
/// # Errors
/// A value that the form cannot carry.
pub fn write(format: EnvFormat, variables: &[Injected]) -> Result<Vec<u8>, Failure> {
    match format {
        EnvFormat::Sh => Ok(sh(variables)),
        EnvFormat::Dotenv => dotenv(variables),
        EnvFormat::Json => json(variables),
    }
}

/// `export NAME='value'` (POSIX.1-2017, Shell Command Language, 2.2.2).
fn sh(variables: &[Injected]) -> Vec<u8> {
    let mut out = Vec::new();
    for variable in variables {
        out.extend_from_slice(b"export ");
        out.extend_from_slice(variable.name.as_bytes());
        out.push(b'=');
        // Exposed to be printed: this is what the command is for.
        quote_for_sh(&mut out, variable.value.expose());
        out.push(b'\n');
    }
    out
}

/// Between single quotes nothing is special but the single quote.
pub fn quote_for_sh(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'\'');
    for byte in value {
        match byte {
            b'\'' => out.extend_from_slice(b"'\\''"),
            byte => out.push(*byte),
        }
    }
    out.push(b'\'');
}

fn dotenv(variables: &[Injected]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for variable in variables {
        // Exposed to be printed: this is what the command is for.
        let value = std::str::from_utf8(variable.value.expose())
            .map_err(|_| cannot_carry(variable, "dotenv", "it is not UTF-8"))?;
        let quoted = quote_for_dotenv(value).ok_or_else(|| {
            let why = "its quotes, backslashes or line ends leave no way to quote it";
            cannot_carry(variable, "dotenv", why)
        })?;
        out.extend_from_slice(variable.name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(quoted.as_bytes());
        out.push(b'\n');
    }
    Ok(out)
}

/// The way of quoting from which npm `dotenv` reads the value back, if there is one.
///
/// That parser unescapes only `\n` and `\r`, and only in double quotes; elsewhere it turns
/// a carriage return into a newline, and a backslash before a quote hides the quote.
fn quote_for_dotenv(value: &str) -> Option<String> {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,=-".contains(c);
    if !value.is_empty() && value.chars().all(harmless) {
        return Some(value.into());
    }
    if value.ends_with('\\') {
        return None;
    }
    if !value.contains('\r') {
        let quote = ['\'', '`']
            .into_iter()
            .find(|quote| !value.contains(*quote));
        if let Some(quote) = quote {
            return Some(format!("{quote}{value}{quote}"));
        }
    }
    let literal = value.contains("\\n") || value.contains("\\r");
    if literal || value.contains('"') {
        return None;
    }
    let escaped = value.replace('\r', "\\r").replace('\n', "\\n");
    Some(format!("\"{escaped}\""))
}

fn json(variables: &[Injected]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut out);
    let defect = |_| Failure::defect("the variables as JSON");
    let mut map = serializer
        .serialize_map(Some(variables.len()))
        .map_err(defect)?;
    for variable in variables {
        // Exposed to be printed: this is what the command is for.
        let value = std::str::from_utf8(variable.value.expose())
            .map_err(|_| cannot_carry(variable, "json", "it is not UTF-8"))?;
        map.serialize_entry(&variable.name, value).map_err(defect)?;
    }
    map.end().map_err(defect)?;
    out.push(b'\n');
    Ok(out)
}

fn cannot_carry(variable: &Injected, format: &str, why: &str) -> Failure {
    Failure::own(
        "cannot_carry",
        1,
        format!(
            "the value of {} cannot be written as {format}: {why}",
            variable.name
        ),
        "nothing was printed; use another --format, or kh run",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use keyhaven_secret::SecretBytes;
    use proptest::prelude::*;

    use super::*;

    fn injected(name: &str, value: &[u8]) -> Injected {
        Injected {
            name: name.into(),
            value: SecretBytes::copy_of(value),
            allow_loader: false,
        }
    }

    /// What a shell has in `$A` after `eval` of our text.
    fn through(shell: &str, value: &[u8]) -> Vec<u8> {
        let mut script = sh(&[injected("A", value)]);
        script.extend_from_slice(b"printf %s \"$A\"");
        let mut child = Command::new(shell)
            .arg("-s")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&script).unwrap();
        child.wait_with_output().unwrap().stdout
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_shell_gives_the_value_back(value in proptest::collection::vec(1u8.., 0..80)) {
            prop_assert_eq!(through("sh", &value), value);
        }

        #[test]
        fn so_does_it_with_what_is_special(value in "['\"$`\\\\\\n #!*~;&|<>(){}=%a-c]{0,60}") {
            prop_assert_eq!(through("sh", value.as_bytes()), value.as_bytes());
            prop_assert_eq!(through("bash", value.as_bytes()), value.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn what_dotenv_can_carry_comes_back(
            values in proptest::collection::vec("['\"`\\\\\\n\\rnr #$=ä\u{2028}\u{feff}a-c]{0,12}", 1..4),
        ) {
            let mut carried = Vec::new();
            for (index, value) in values.iter().enumerate() {
                if quote_for_dotenv(value).is_some() {
                    carried.push((format!("K{index}"), value.clone()));
                }
            }
            let variables: Vec<_> = carried.iter().map(|(k, v)| injected(k, v.as_bytes())).collect();
            let text = dotenv(&variables).unwrap();
            let read = keyhaven_exchange::dotenv::parse(&text).unwrap();
            let read: Vec<(String, String)> = read
                .into_iter()
                .map(|entry| (entry.key, String::from_utf8(entry.value.expose().clone()).unwrap()))
                .collect();
            prop_assert_eq!(read, carried);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4))]

        #[test]
        fn npm_dotenv_gives_it_back_too(
            values in proptest::collection::vec("['\"`\\\\\\n\\rnr #$=:ä\u{2028}\u{feff}a-c]{0,10}", 200..300),
        ) {
            let carried: std::collections::BTreeMap<String, String> = values
                .into_iter()
                .enumerate()
                .filter(|(_, value)| quote_for_dotenv(value).is_some())
                .map(|(index, value)| (format!("K{index}"), value))
                .collect();
            let variables: Vec<_> = carried.iter().map(|(k, v)| injected(k, v.as_bytes())).collect();
            let read = npm_dotenv(&dotenv(&variables).unwrap());
            prop_assert_eq!(read, serde_json::to_value(carried).unwrap());
        }
    }

    /// What the real package reads, from `ui/node_modules` or `KEYHAVEN_DOTENV_DIR`.
    fn npm_dotenv(text: &[u8]) -> serde_json::Value {
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
        let mut node = Command::new("node")
            .args(["-e", script, &package])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node must be installed for this test");
        node.stdin.take().unwrap().write_all(text).unwrap();
        let output = node.wait_with_output().unwrap();
        assert!(output.status.success(), "node failed: {}", output.status);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[test]
    fn dotenv_says_what_it_cannot_carry() {
        for value in ["a\\", "'\"`", "\r\\n", "\r\""] {
            assert_eq!(quote_for_dotenv(value), None, "{value:?}");
        }
        let refused = dotenv(&[injected("KEY", b"hunter2'\"`")]).unwrap_err();
        assert_eq!(refused.exit_status(), 1);
        assert!(refused.message().contains("KEY") && !refused.message().contains("hunter2"));
    }

    #[test]
    fn json_is_one_flat_object() {
        let text = json(&[injected("A", b"x\"y"), injected("B", b"")]).unwrap();
        assert_eq!(text, b"{\"A\":\"x\\\"y\",\"B\":\"\"}\n");
        assert!(json(&[injected("A", b"\xff")]).is_err());
    }
}
