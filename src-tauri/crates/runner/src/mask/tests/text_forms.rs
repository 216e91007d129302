//! Every form of a value at every cut, and whatever stands around base64 and base32.

use data_encoding::{BASE32, BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use keyhaven_proof::ProofRun;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use super::*;

/// Each way in which a value may be printed.
pub(super) fn forms(value: &str) -> Vec<Vec<u8>> {
    let value = value.trim_end_matches('\n');
    let bytes = value.as_bytes();
    let percent = percent_encode(bytes, NON_ALPHANUMERIC).to_string();
    let json = serde_json::to_string(value).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    let forms = [
        value.into(),
        value.replace('\n', "\r\n"),
        HEXLOWER.encode(bytes),
        HEXUPPER.encode(bytes),
        percent.replace("%20", "+"),
        percent,
        each_char(value, |c| {
            c.bytes().map(|byte| format!("%{byte:02x}")).collect()
        }),
        json.replace('/', "\\/"),
        json,
        each_char(value, |c| {
            c.encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect()
        }),
        each_char(value, |c| {
            c.encode_utf16()
                .map(|unit| format!("\\u{unit:04X}"))
                .collect()
        }),
        each_byte(bytes, |byte| format!("\\x{byte:02x}")),
        each_byte(bytes, |byte| format!("\\x{byte:02X}")),
        each_byte(bytes, |byte| format!("\\{byte:03o}")),
        each_byte(bytes, |byte| format!("%{byte:02X}")),
        each_byte(bytes, |byte| format!("={byte:02X}")),
        each_char(value, |c| {
            c.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
        }),
        each_char(value, |c| {
            c.bytes().map(|byte| format!("={byte:02X}")).collect()
        }),
        // As `ascii()` of Python.
        each_char(value, |c| match u32::from(c.chars().next().unwrap()) {
            point @ ..=0xff => format!("\\x{point:02x}"),
            point @ ..=0xffff => format!("\\u{point:04x}"),
            point => format!("\\U{point:08x}"),
        }),
        each_char(value, |c| {
            format!("\\u{{{:x}}}", u32::from(c.chars().next().unwrap()))
        }),
        each_char(value, |c| {
            format!("&#{};", u32::from(c.chars().next().unwrap()))
        }),
        each_char(value, |c| {
            format!("&#x{:X};", u32::from(c.chars().next().unwrap()))
        }),
        all_chars(value, |c| format!("&#0{};", u32::from(c))),
        value
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#x27;")
            .replace('ü', "&uuml;"),
    ];
    forms.map(String::into_bytes).to_vec()
}

pub(super) fn each_byte(value: &[u8], write: impl Fn(u8) -> String) -> String {
    value.iter().map(|byte| write(*byte)).collect()
}

fn all_chars(value: &str, write: impl Fn(char) -> String) -> String {
    value.chars().map(write).collect()
}

/// What is neither letter nor digit, written otherwise.
fn each_char(value: &str, write: impl Fn(&str) -> String) -> String {
    let written = value.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => write(c.encode_utf8(&mut [0; 4])),
    });
    written.collect()
}

#[test]
fn promise_14_no_form_of_a_value_gets_out_at_any_cut() {
    let mut proof = ProofRun::begin("promise_14_no_form_of_a_value_gets_out_at_any_cut");
    let masks = masks(&VALUES);
    for form in VALUES.iter().flat_map(|value| forms(value)) {
        masked_at_any_cut(&mut proof, &masks, &form);
    }
}

#[test]
fn promise_14_no_line_of_a_value_gets_out_at_any_cut() {
    let mut proof = ProofRun::begin("promise_14_no_line_of_a_value_gets_out_at_any_cut");
    let value = "-----BEGIN PRIVATE KEY-----\r\nMC4CAQAwBQYDK2VwBCIEIA\r\n  q83vEjRWeJq83vEj\t\r\n\
                 {schlüssel/1}\r\nshort\r\n-----END PRIVATE KEY-----\r\n";
    let masks = masks(&[value]);
    for line in [
        "MC4CAQAwBQYDK2VwBCIEIA",
        "q83vEjRWeJq83vEj",
        "{schlüssel/1}",
    ] {
        for form in forms(line) {
            masked_at_any_cut(&mut proof, &masks, &form);
        }
    }
    // What many keys share, and words, stay readable; the whole is one value as before.
    for common in ["-----BEGIN PRIVATE KEY-----\n", "too short\n", "\n"] {
        assert_eq!(text(&through(&masks, [common.as_bytes()])), common);
    }
    let all = through(&masks, [value.as_bytes()]);
    assert_eq!(text(&all), "[masked]\r\n");
}

#[test]
fn of_very_many_lines_none_is_looked_for() {
    let line = |number: usize| format!("line number {number}\n");
    let value = |count| (0..count).map(line).collect::<String>();
    let out = |count| text(&through(&masks(&[&value(count)]), [line(0).as_bytes()]));
    assert_eq!(out(256), "[masked]\n");
    assert_eq!(out(257), line(0));
    let many = |letter: char| value(256).replace("line", &letter.to_string().repeat(4));
    let values = ['a', 'b', 'c', 'd', 'e'].map(many);
    let masks = masks(&values.each_ref().map(String::as_str));
    let out = |printed: &str| text(&through(&masks, [printed.as_bytes()]));
    assert_eq!(out("dddd number 0\n"), "[masked]\n");
    assert_eq!(out("eeee number 0\n"), "eeee number 0\n");
    assert_eq!(out(&values[4]), "[masked]\n");
}

#[test]
fn promise_14_base64_hides_a_value_whatever_stands_around_it() {
    let mut proof = ProofRun::begin("promise_14_base64_hides_a_value_whatever_stands_around_it");
    let masks = masks(&VALUES);
    for value in VALUES.map(|value| value.trim_end_matches('\n')) {
        for (before, after) in [
            ("", ""),
            ("u", ""),
            ("us", ":"),
            ("user:", "\n"),
            ("", "??>"),
        ] {
            let data = [before, value, after].concat();
            let first = before.len() * 8 / 6;
            let last = ((before.len() + value.len()) * 8).div_ceil(6);
            for encoding in [BASE64, BASE64_NOPAD, BASE64URL_NOPAD] {
                let encoded = encoding.encode(data.as_bytes());
                let rest = encoded[last..].trim_start_matches('=');
                let expected = format!("{}[masked]{rest}", &encoded[..first]);
                for cut in 0..=encoded.len() {
                    let (one, other) = encoded.as_bytes().split_at(cut);
                    assert_eq!(text(&through(&masks, [one, other])), expected, "{cut}");
                    proof.case();
                }
            }
        }
    }
}

#[test]
fn promise_14_base32_hides_a_value_whatever_stands_around_it() {
    let mut proof = ProofRun::begin("promise_14_base32_hides_a_value_whatever_stands_around_it");
    let masks = masks(&VALUES);
    for value in VALUES.map(|value| value.trim_end_matches('\n')) {
        for before in ["", "u", "us", "use", "user", "user:"] {
            let data = [before, value, ":x"].concat();
            let first = before.len() * 8 / 5;
            let last = ((before.len() + value.len()) * 8).div_ceil(5);
            let upper = BASE32.encode(data.as_bytes());
            for encoded in [upper.to_lowercase(), upper] {
                let expected = format!("{}[masked]{}", &encoded[..first], &encoded[last..]);
                for cut in 0..=encoded.len() {
                    let (one, other) = encoded.as_bytes().split_at(cut);
                    assert_eq!(text(&through(&masks, [one, other])), expected, "{cut}");
                    proof.case();
                }
            }
        }
    }
}

#[test]
fn line_breaks_do_not_hide_a_value() {
    let long = "0123456789abcdefghijklmnopqrstuvwxyz".repeat(4);
    let masks = masks(&[&long, VALUES[4]]);
    let mut lines = String::new();
    for (at, c) in BASE64.encode(long.as_bytes()).chars().enumerate() {
        if at > 0 && at % 76 == 0 {
            lines.push('\n');
        }
        lines.push(c);
    }
    assert_eq!(text(&through(&masks, [lines.as_bytes()])), "[masked]");
    let one_line = VALUES[4].replace('\n', "");
    assert_eq!(text(&through(&masks, [one_line.as_bytes()])), "[masked]");
}
