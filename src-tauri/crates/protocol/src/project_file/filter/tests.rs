//! What a filter writes is read back by real readers of its format, or refused.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;

fn written(filter: impl Into<ValueFilter>, value: &str) -> Result<String, FilterError> {
    let written = filter
        .into()
        .apply(&SecretBytes::copy_of(value.as_bytes()))?;
    Ok(String::from_utf8(written.expose().clone()).unwrap())
}

#[track_caller]
fn gives(filter: impl Into<ValueFilter>, value: &str, expected: &str) {
    assert_eq!(written(filter, value).as_deref(), Ok(expected));
}

#[test]
fn filters_write_what_their_place_needs() {
    gives(ValueFilter::Url, "p@ss/~ ü", "p%40ss%2F~%20%C3%BC");
    gives(FileFormat::Json, "a\"\n\\\u{1}", "a\\\"\\n\\\\\\u0001");
    gives(FileFormat::Yaml, "no", "\"no\"");
    gives(FileFormat::Yaml, "a: \"b\"\u{85}", "\"a: \\\"b\\\"\\x85\"");
    gives(FileFormat::Toml, "a\u{7f}\n", "\"a\\u007f\\n\"");
    gives(FileFormat::Sh, "it's $5", "'it'\\''s $5'");
    gives(
        FileFormat::Properties,
        " a=é🔑",
        "\\ a\\=\\u00e9\\ud83d\\udd11",
    );
    gives(
        FileFormat::Xml,
        "<a & 'b'>\n",
        "&#60;a &#38; &#39;b&#39;&#62;&#10;",
    );
    gives(FileFormat::Ini, "C:\\path \"x\"", "C:\\path \"x\"");
    gives(ValueFilter::Raw, "a\"\n\\", "a\"\n\\");
    let bytes = SecretBytes::copy_of(b"\xff\xfe");
    assert_eq!(ValueFilter::Base64.apply(&bytes).unwrap().expose(), b"//4=");
}

#[test]
fn what_a_format_cannot_hold_is_refused() {
    for value in [
        " a",
        "a\nb",
        "#a",
        "a ;b",
        "50%",
        "$5",
        "\u{85}",
        "a\u{2028}",
    ] {
        assert_eq!(
            written(FileFormat::Ini, value),
            Err(FilterError::NoForm(FileFormat::Ini.into())),
            "{value:?}"
        );
    }
    for (format, value) in [
        (FileFormat::Xml, "\u{1}"),
        (FileFormat::Xml, "\u{ffff}"),
        (FileFormat::Sh, "a\0"),
    ] {
        assert_eq!(
            written(format, value),
            Err(FilterError::NoForm(format.into()))
        );
    }
    let bytes = SecretBytes::copy_of(b"\xff");
    for filter in ValueFilter::all() {
        let is_text = matches!(filter, ValueFilter::Format(_));
        let refused = filter.apply(&bytes).err() == Some(FilterError::NotText(filter));
        assert_eq!(refused, is_text, "{filter:?}");
    }
}

/// Values on which the formats turn.
fn hostile() -> impl Strategy<Value = String> {
    "([\"'\\\\$`#;:=!%&<>{}\\[\\]|*~@ \\n\\r\\t\\x00-\\x1f\u{7f}\u{85}\u{a0}\u{2028}\u{feff}\u{ffff}é🔑a0-]|\\PC|true|null|\\$\\{a\\}|\\]\\]>){0,24}"
}

fn read_by(program: &mut Command, text: &str) -> Vec<u8> {
    let mut child = program
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the shells and python3 must be installed for this test");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program:?} with {text:?}");
    output.stdout
}

/// The value as `Properties.load` reads it (its documentation): after the separator, escapes
/// replaced, to the end of the line.
fn properties_reads(line: &str) -> String {
    assert!(line.is_ascii() && !line.contains(['\n', '\r']));
    let mut units = Vec::new();
    let mut rest = line.trim_start_matches([' ', '\t', '\u{c}']).chars();
    while let Some(c) = rest.next() {
        let unit = match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('u')) => {
                let digits: String = rest.by_ref().take(4).collect();
                u16::from_str_radix(&digits, 16).unwrap()
            }
            ('\\', Some('n')) => u16::from(b'\n'),
            ('\\', Some('r')) => u16::from(b'\r'),
            ('\\', Some('t')) => u16::from(b'\t'),
            ('\\', Some(other)) => other as u16,
            (c, _) => c as u16,
        };
        units.push(unit);
    }
    String::from_utf16(&units).unwrap()
}

proptest! {
    #[test]
    fn json_reads_it_back(value in hostile()) {
        let text = format!("\"{}\"", written(FileFormat::Json, &value).unwrap());
        prop_assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
    }

    #[test]
    fn toml_reads_it_back(value in hostile()) {
        let text = format!("key = {}\nother = 1\n", written(FileFormat::Toml, &value).unwrap());
        let table: toml::Table = text.parse().unwrap();
        prop_assert_eq!(table["key"].as_str().unwrap(), value);
    }

    #[test]
    fn yaml_reads_it_back(value in hostile()) {
        let text = format!("key: {}\nother: 1\n", written(FileFormat::Yaml, &value).unwrap());
        let read: serde_norway::Value = serde_norway::from_str(&text).unwrap();
        prop_assert_eq!(read["key"].as_str().unwrap(), value);
    }

    #[test]
    fn xml_reads_it_back(value in hostile()) {
        if let Ok(written) = written(FileFormat::Xml, &value) {
            let text = format!("<a b=\"{written}\">{written}</a>");
            let mut reader = quick_xml::Reader::from_str(&text);
            let quick_xml::events::Event::Start(start) = reader.read_event().unwrap() else { panic!() };
            let attribute = start.attributes().next().unwrap().unwrap();
            let raw = &*attribute.value;
            prop_assert_eq!(quick_xml::escape::unescape(raw).unwrap(), value.as_str());
            let inner = text.strip_suffix("</a>").unwrap().rsplit_once('>').unwrap().1;
            prop_assert_eq!(quick_xml::escape::unescape(inner).unwrap(), value.as_str());
        }
    }

    #[test]
    fn properties_reads_it_back_by_its_documentation(value in hostile()) {
        let line = written(FileFormat::Properties, &value).unwrap();
        prop_assert_eq!(properties_reads(&line), value);
    }

    #[test]
    fn a_length_is_that_of_what_is_written(value in hostile()) {
        for filter in ValueFilter::all() {
            let bytes = SecretBytes::copy_of(value.as_bytes());
            let written = filter.apply(&bytes).map(|written| written.expose().len());
            prop_assert_eq!(filter.length(&bytes), written);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn shells_read_it_back(values in proptest::collection::vec(hostile(), 24)) {
        for shell in ["dash", "bash", "zsh"] {
            let words: Vec<(String, &String)> = values
                .iter()
                .filter_map(|value| Some((written(FileFormat::Sh, value).ok()?, value)))
                .collect();
            let script: String = words
                .iter()
                .map(|(word, _)| format!("a={word}\nprintf '%s\\0' \"$a\"\n"))
                .collect();
            let read = read_by(&mut Command::new(shell), &script);
            let read: Vec<&[u8]> = read.split(|byte| *byte == 0).collect();
            let expected = words.iter().map(|(_, value)| value.as_bytes()).chain([&b""[..]]);
            prop_assert_eq!(read, expected.collect::<Vec<_>>(), "{}", shell);
        }
    }

    #[test]
    fn configparser_reads_it_back(values in proptest::collection::vec(hostile(), 64)) {
        let script = "import configparser, json, sys\n\
            text = sys.stdin.buffer.read().decode()\n\
            for parser in (configparser.ConfigParser(), configparser.RawConfigParser(),\n\
                           configparser.ConfigParser(inline_comment_prefixes=('#', ';'),\n\
                               interpolation=configparser.ExtendedInterpolation())):\n\
            \x20   parser.read_string(text)\n\
            \x20   print(json.dumps([parser['a'][key] for key in parser['a']]))\n";
        let carried: Vec<&String> = values
            .iter()
            .filter(|value| written(FileFormat::Ini, value).is_ok())
            .collect();
        let lines: String = carried
            .iter()
            .enumerate()
            .map(|(at, value)| format!("k{at} = {value}\n"))
            .collect();
        let read = read_by(Command::new("python3").args(["-c", script]), &format!("[a]\n{lines}"));
        let read = String::from_utf8(read).unwrap();
        for line in read.lines() {
            let values: Vec<String> = serde_json::from_str(line).unwrap();
            prop_assert_eq!(values.iter().collect::<Vec<_>>(), carried.clone());
        }
        prop_assert_eq!(read.lines().count(), 3);
    }
}
