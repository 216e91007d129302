//! For npm `dotenv`: each value in the quotes from which that parser reads it back.

use keyhaven_runner::InjectedVariable;

use super::{cannot_carry, text};
use crate::error::Failure;

/// `NAME='value'`, a line each.
pub fn dotenv(variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for variable in variables {
        let value = text(variable, "dotenv")?;
        let quoted = quote_for_dotenv(value).ok_or_else(|| {
            let why = "its quotes, backslashes or line breaks cannot be quoted";
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use proptest::prelude::*;

    use super::super::tests::injected;
    use super::*;

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
}
