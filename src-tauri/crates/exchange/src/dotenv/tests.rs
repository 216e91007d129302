//! Tests of the odd cases, each as the reference reads it, and of what is refused.

use super::*;

fn read(text: &str) -> Vec<(String, String)> {
    let pair = |entry: DotenvEntry| {
        let value = String::from_utf8(entry.value.expose().clone()).unwrap();
        (entry.key, value)
    };
    parse(text.as_bytes())
        .unwrap()
        .into_iter()
        .map(pair)
        .collect()
}

fn value(text: &str) -> String {
    let [(_, value)] = <[_; 1]>::try_from(read(text)).unwrap();
    value
}

fn refusal(bytes: &[u8]) -> (u32, u32, &'static str) {
    let error = parse(bytes).unwrap_err();
    (error.line, error.column, error.expected)
}

#[test]
fn quotes_and_escapes() {
    assert_eq!(value(r#"A="x\ny\rz""#), "x\ny\rz");
    assert_eq!(value(r"A='x\ny'"), r"x\ny");
    assert_eq!(value(r"A=x\ny"), r"x\ny");
    assert_eq!(value(r#"A="x\\n""#), "x\\\n");
    assert_eq!(value("A='x\ny'"), "x\ny");
    assert_eq!(value(r"A='it\'s'"), r"it\'s");
    assert_eq!(value(r"A='C:\path\'"), r"C:\path\");
    assert_eq!(value("A='a'b"), "'a'b");
    assert_eq!(value("A='a' 'b'"), "a' 'b");
    assert_eq!(value("A='a#b' # c"), "a#b");
    assert_eq!(value("A=it's"), "it's");
}

#[test]
fn whitespace_crosses_lines() {
    assert_eq!(value("A=\n\n'x'"), "x");
    assert_eq!(value("A\n=x"), "x");
    assert_eq!(value("A:\nx"), "x");
    assert_eq!(value("export\nA=x"), "x");
    assert_eq!(value("\u{feff}A=x"), "x");
    assert_eq!(value("A=\u{a0}x\u{feff}"), "x");
    assert_eq!(value("A=\u{85}"), "\u{85}");
    assert_eq!(value("A=a\u{2028}'b'"), "a\u{2028}b");
}

#[test]
fn export_may_be_a_key() {
    assert_eq!(read("export=1"), [("export".into(), "1".into())]);
    assert_eq!(read("export = 1"), [("export".into(), "1".into())]);
    assert_eq!(read("exportA=1"), [("exportA".into(), "1".into())]);
}

#[test]
fn lines_are_those_of_the_keys() {
    let lines = |text: &str| -> Vec<u32> {
        let entries = parse(text.as_bytes()).unwrap();
        entries.iter().map(|entry| entry.line).collect()
    };
    assert_eq!(lines("A=1\r\n\r\nB='x\r\ny'\rC=2\n"), [1, 3, 5]);
}

#[test]
fn what_would_be_lost_is_refused() {
    assert_eq!(
        refusal(b"A=1\nfoo bar\n"),
        (2, 4, "`=` or `: ` after the name")
    );
    assert_eq!(
        refusal(b"A=1\r\n  =x"),
        (2, 3, "a name, a comment or an empty line")
    );
    assert_eq!(
        refusal(b"A=\"x\nB=1\n"),
        (1, 3, "a closing quote to this one")
    );
    assert_eq!(refusal(b"A='x\ny' z\n").2, "a closing quote to this one");
    assert_eq!(refusal(b"export A\n").2, "`=` or `: ` after the name");
    assert_eq!(refusal(b"A=\xc3\xa9\nB=\xff"), (2, 3, "UTF-8 text"));
    assert_eq!(refusal(b"__proto__=1").0, 1);
    assert_eq!(
        refusal("exé".as_bytes()),
        (1, 3, "`=` or `: ` after the name")
    );
}

#[test]
fn a_hostile_file_takes_linear_time() {
    // Quadratic reading of any of these would take minutes.
    for part in [
        "A=\n",
        "\n",
        "A='x\\'",
        "A=\"a\\\"b\n",
        "# c\n",
        "A='a'b\n",
        "\u{2028}'",
        "A:\n",
    ] {
        let _ = parse(part.repeat(1 << 16).as_bytes());
        let _ = parse(format!("A=x{}", part.repeat(1 << 16)).as_bytes());
    }
}
