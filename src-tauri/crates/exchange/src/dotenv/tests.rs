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

fn refusal(bytes: &[u8]) -> (u32, u32, Expected) {
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
        (2, 4, Expected::DotenvSeparator)
    );
    assert_eq!(refusal(b"A=1\r\n  =x"), (2, 3, Expected::DotenvLine));
    assert_eq!(refusal(b"A=\"x\nB=1\n"), (1, 3, Expected::ClosingQuote));
    assert_eq!(refusal(b"A='x\ny' z\n").2, Expected::ClosingQuote);
    assert_eq!(refusal(b"export A\n"), (1, 9, Expected::DotenvSeparator));
    assert_eq!(
        refusal(b"export\nfoo bar\n"),
        (1, 7, Expected::DotenvSeparator)
    );
    assert_eq!(refusal(b"export\n# a comment\nA=1").0, 1);
    assert_eq!(refusal(b"A=\xc3\xa9\nB=\xff"), (2, 3, Expected::Utf8));
    assert_eq!(refusal(b"__proto__=1").0, 1);
    assert_eq!(refusal("exé".as_bytes()), (1, 3, Expected::DotenvSeparator));
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

#[test]
fn reading_stops_at_the_first_assignment_too_many() {
    let file = |count: usize| "A=1\n".repeat(count);
    assert_eq!(read(&file(MOST_IMPORTED)).len(), MOST_IMPORTED);
    let stopped = refusal((file(MOST_IMPORTED + 1) + "no assignment").as_bytes());
    let limit = MOST_IMPORTED as u32;
    let expected = Expected::FewerAssignments { limit };
    assert_eq!(stopped, (limit + 1, 1, expected.clone()));
    // As large as a file may be: all of it would take a gigabyte and half a minute.
    let hostile = "A=\"\n".repeat(crate::MAX_BYTES / 4);
    assert_eq!(refusal(hostile.as_bytes()).2, expected);
    let limit = "40 MiB".into();
    let smaller = Expected::SmallerFile { limit };
    assert_eq!(refusal((hostile + "#").as_bytes()).2, smaller);
}

fn valid(text: &str) -> (Vec<String>, Vec<(u32, u32)>) {
    let (entries, skipped) = parse_lines(text.as_bytes(), InvalidLines::Skip).unwrap();
    let keys = entries.into_iter().map(|entry| entry.key);
    let places = skipped.iter().map(|bad| (bad.line, bad.column));
    (keys.collect(), places.collect())
}

#[test]
fn lines_that_cannot_be_read_are_skipped_and_listed() {
    let (keys, skipped) = valid("A=1\nno line\nB=\"x\n\" y\n=x\nC='2'\n__proto__=1\nD=4");
    assert_eq!(keys, ["A", "C", "D"]);
    assert_eq!(skipped, [(2, 3), (3, 3), (5, 1), (7, 1)]);
    assert_eq!(
        valid("export\nfoo bar\nB=1"),
        (vec!["B".into()], vec![(1, 7), (2, 4)])
    );
    assert_eq!(
        valid("export\n# a comment\nB=1"),
        (vec!["B".into()], vec![(1, 7)])
    );
}

#[test]
fn no_line_of_a_value_that_cannot_be_read_becomes_a_name() {
    let only =
        |text: &str, place| assert_eq!(valid(text), (vec!["A".into()], vec![place]), "{text}");
    // As far as the next such quote, or to the end.
    only("B=\"open\nx=1\nC=\"2\nA=1", (1, 3));
    only("A=1\nB=\"open\nx=1\nC='2'\n", (2, 3));
    only("A=1\nB='open\nx=1\n# y\nC=3", (2, 3));
    only("A=\n\n'open\nB=1", (3, 1));
    only("A=1\nno \"line\nx=1\"\n", (2, 3));
    // A PEM block without quotes, by itself or after a name.
    let block = "-----BEGIN X-----\nMIIx\nabc=\n-----END X-----\n";
    only(&format!("B={block}A=1"), (1, 3));
    only(&format!("B: {block}A=1"), (1, 4));
    only(&format!("{block}A=1"), (1, 11));
    only("A=1\nB=-----BEGIN X-----\nMIIx\nC=3\n", (2, 3));
    // Encoded bytes without any mark.
    assert_eq!(valid("B=MIIx\nMIIx\nabc==\nA=1").0, ["B", "A"]);
    assert_eq!(
        valid("# -----BEGIN X-----\nMIIx\nabc=\nA=\nB=").0,
        ["A", "B"]
    );
}

#[test]
fn a_skipped_value_names_its_last_line() {
    let expected = |text: &str| {
        let (_, skipped) = parse_lines(text.as_bytes(), InvalidLines::Skip).unwrap();
        skipped[0].expected.clone()
    };
    assert_eq!(expected("A=\"open\n\n"), Expected::ClosingQuote);
    assert_eq!(expected("A=\"x\ny\n\n"), Expected::QuotedValue { line: 2 });
    assert_eq!(expected("A=-----BEGIN X-----"), Expected::QuotedBlock);
}

#[test]
fn a_block_without_quotes_is_refused_and_one_in_a_line_is_read() {
    let block = "A=-----BEGIN X-----\nabc=\n-----END X-----\n";
    assert_eq!(refusal(block.as_bytes()), (1, 3, Expected::QuotedBlock));
    let line = r"-----BEGIN X-----\nabc=\n-----END X-----";
    assert_eq!(value(&format!("A={line}")), line);
    assert_eq!(
        value("A=\"-----BEGIN X-----\nabc=\""),
        "-----BEGIN X-----\nabc="
    );
}

#[test]
fn skipping_takes_linear_time() {
    for part in [
        "no line\n",
        "A=\"\\\"z\n",
        "A=\n\n'x\n",
        "A='\n",
        "export\nx y\n",
        "A=-----BEGIN X\n",
        "x -----BEGIN X\n-----END X\n",
        "no \"line\n",
        "no line\nabc=\n",
    ] {
        let _ = parse_lines(part.repeat(1 << 16).as_bytes(), InvalidLines::Skip);
    }
}

proptest::proptest! {
    #[test]
    fn what_is_read_strictly_is_read_alike_where_lines_are_skipped(text in "(A|B|=|: |'|\"|`|\\\\|\n|#|export | ){0,24}") {
        let skipping = parse_lines(text.as_bytes(), InvalidLines::Skip).unwrap();
        match parse(text.as_bytes()) {
            Ok(entries) => {
                proptest::prop_assert!(skipping.1.is_empty());
                let pairs = |entries: &[DotenvEntry]| -> Vec<(String, Vec<u8>)> {
                    let pair = |entry: &DotenvEntry| (entry.key.clone(), entry.value.expose().clone());
                    entries.iter().map(pair).collect()
                };
                proptest::prop_assert_eq!(pairs(&entries), pairs(&skipping.0));
            }
            Err(first) => {
                let place = |bad: &Malformed| (bad.line, bad.column);
                proptest::prop_assert_eq!(skipping.1.first().map(place), Some(place(&first)));
            }
        }
    }
}
