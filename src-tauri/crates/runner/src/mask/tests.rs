//! Every form of a value at every cut, against what a masker must print.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use keyhaven_proof::{ProofRun, SeededRng};
use keyhaven_secret::Secret;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::prelude::*;

use super::*;

/// What real keys look like, and what makes encoders work.
const VALUES: [&str; 8] = [
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "abcd",
    "p w\"$'\\/%41+&=?",
    "schlüssel-für-\u{1f511}-alles",
    "-----BEGIN KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\nq83vEjRWeJq83vEjRWeJ\n-----END KEY-----\n",
    "{\n  \"type\": \"service_account\"\n}",
    "postgres://app:s3cr3t@localhost:5432/app?sslmode=require",
    "\u{1}\u{7f}<b>&amp;\t",
];

fn masks(values: &[&str]) -> Masks {
    let secret = |value: &&str| Secret::copy_of(value.as_bytes());
    Masks::new(values.iter().map(secret).collect())
}

/// What comes out for what goes in, piece by piece.
fn through<'a>(masks: &Masks, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut masker = Masker::new(masks);
    let mut out = Vec::new();
    for piece in pieces {
        masker.feed(piece, &mut out);
    }
    masker.finish(&mut out);
    assert!(masker.held.is_empty(), "nothing is kept back at the end");
    out
}

/// What a watching user sees of a piece.
fn settled(masker: &mut Masker<'_>, piece: &str) -> String {
    let mut out = Vec::new();
    masker.feed(piece.as_bytes(), &mut out);
    masker.settle(&mut out);
    text(&out)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Each way in which a value may be printed.
fn forms(value: &str) -> Vec<Vec<u8>> {
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
    ];
    forms.map(String::into_bytes).to_vec()
}

/// What is neither letter nor digit, written otherwise.
fn each_char(value: &str, write: impl Fn(&str) -> String) -> String {
    let written = value.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => write(c.encode_utf8(&mut [0; 4])),
    });
    written.collect()
}

fn masked_at_any_cut(proof: &mut ProofRun, masks: &Masks, form: &[u8]) {
    let whole = [b"before: ".as_slice(), form, b" <after>\n"].concat();
    for cut in 0..=whole.len() {
        let (one, other) = whole.split_at(cut);
        let out = text(&through(masks, [one, other]));
        assert_eq!(out, "before: [masked] <after>\n", "{} {cut}", text(form));
        proof.case();
    }
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
fn promise_14_pieces_of_any_size_print_the_same() {
    const LARGEST: usize = 64 << 10;
    let mut proof = ProofRun::begin("promise_14_pieces_of_any_size_print_the_same");
    let masks = masks(&VALUES);
    for case in 0..ProofRun::cases(40, 2_000) {
        let mut dice = SeededRng::new(case as u64);
        let (mut whole, mut expected) = (Vec::new(), Vec::new());
        let length = 1 << dice.below(18);
        while whole.len() < length {
            // No byte that a form could begin or go on with, and one at least that is seen:
            // values with nothing seen between them touch.
            let mut noise = vec![b';'];
            let random = (0..dice.below(300)).map(|_| b"\x80\xff;\0 ,!\x1b~"[dice.below(9)]);
            noise.extend(random);
            whole.extend_from_slice(&noise);
            expected.extend_from_slice(&noise);
            let forms = forms(VALUES[dice.below(VALUES.len())]);
            whole.extend_from_slice(&forms[dice.below(forms.len())]);
            expected.extend_from_slice(REPLACEMENT);
        }
        let most = LARGEST.min(1 << dice.below(17));
        let mut rest = whole.as_slice();
        let pieces = std::iter::from_fn(|| {
            let (piece, other) = rest.split_at(rest.len().min(1 + dice.below(most)));
            rest = other;
            (!piece.is_empty()).then_some(piece)
        });
        assert!(through(&masks, pieces) == expected, "case {case}");
        proof.case();
    }
}

/// What programs write to colour a part of a line, to link it, or to choose characters.
const SEQUENCES: [&[u8]; 6] = [
    b"\x1b[01;31m\x1b[K",
    b"\x1b[m\x1b[K",
    b"\x1b[0m\x1b[38;2;255;255;255m\x1b[48;2;100;100;100m",
    b"\x1b]8;;https://example.com/a\x1b\\",
    b"\x1b]0;title\x07\x1b(B",
    b"\x0f\0\x1b=",
];

#[test]
fn promise_14_control_sequences_do_not_hide_a_value_at_any_cut() {
    let mut proof = ProofRun::begin("promise_14_control_sequences_do_not_hide_a_value_at_any_cut");
    // All but the last, of which control characters are a part.
    let values = &VALUES[..7];
    let masks = masks(values);
    for form in values.iter().flat_map(|value| forms(value)) {
        for (cut, sequence) in (1..form.len()).flat_map(|cut| SEQUENCES.map(|one| (cut, one))) {
            let (one, other) = form.split_at(cut);
            let whole = [b"before: ".as_slice(), one, sequence, other, b" <after>\n"].concat();
            let expected = "before: [masked] <after>\n";
            assert_eq!(text(&through(&masks, [whole.as_slice()])), expected);
            // The sequence itself is cut as well.
            let within = 8 + cut + cut % (sequence.len() + 1);
            let (one, other) = whole.split_at(within);
            let out = text(&through(&masks, [one, other]));
            assert_eq!(out, expected, "{} {cut}", text(&whole));
            proof.case();
        }
    }
}

#[test]
fn control_sequences_around_a_value_are_passed_on() {
    let masks = masks(&["sk_live_123"]);
    let red = "\x1b[31msk_live_123\x1b[m\n\x1b]0;sk_live_123\x07";
    let bytes: Vec<&[u8]> = red.as_bytes().chunks(1).collect();
    let expected = "\x1b[31m[masked]\x1b[m\n\x1b]0;[masked]\x07";
    assert_eq!(text(&through(&masks, bytes)), expected);
}

#[test]
fn a_value_is_found_where_its_control_characters_are_taken_out() {
    let masks = masks(&["\u{1}\u{7f}<b>&amp;", "in\u{1b}[31m red"]);
    let printed = b"<b>&amp; or <b>\x1b[m&amp;, in red".as_slice();
    assert_eq!(
        text(&through(&masks, [printed])),
        "[masked] or [masked], [masked]"
    );
}

#[test]
fn who_looks_on_sees_a_coloured_letter_at_once() {
    let masks = masks(&["sk_live_123"]);
    let mut masker = Masker::new(&masks);
    let mut shown = |piece: &str| settled(&mut masker, piece);
    assert_eq!(shown("s\x1b[32m\x1b[K"), "s\x1b[32m\x1b[K");
    assert_eq!(shown("k\x1b[m"), "k\x1b[m");
    assert_eq!(shown("_l\x1b[m"), "");
    assert_eq!(shown("ive_123\n"), "[masked]\n");
}

/// An endless stream after a value's beginning is neither held back nor read again and again.
#[test]
fn breaks_and_control_characters_are_passed_over_within_bounds() {
    let masks = masks(&["sk_live_123"]);
    for (separator, most) in [("\n", 4), ("\r\n", 2), ("\0", 256), ("\x1b[m", 85)] {
        let printed = |count| format!("sk_live{}_123", separator.repeat(count));
        let out = |count| text(&through(&masks, [printed(count).as_bytes()]));
        assert_eq!(out(most), "[masked]", "{separator:?}");
        assert_eq!(out(most + 1), printed(most + 1));
        let mut masker = Masker::new(&masks);
        let mut shown = Vec::new();
        masker.feed(
            printed(most + 1).trim_end_matches("_123").as_bytes(),
            &mut shown,
        );
        assert!(masker.held.is_empty(), "{separator:?}");
    }
}

/// The control of the tests above: masking each piece by itself does not hide a value.
#[test]
fn without_holding_back_a_cut_value_gets_out() {
    let masks = masks(&VALUES);
    let value = VALUES[0].as_bytes();
    let leaking = (1..value.len()).filter(|cut| {
        let (one, other) = value.split_at(*cut);
        let alone = |piece| through(&masks, [piece]);
        [alone(one), alone(other)].concat() == value
    });
    assert_eq!(leaking.count(), value.len() - 1);
}

#[test]
fn only_what_could_become_a_value_is_held_back() {
    let masks = masks(&["sk_live_123"]);
    let mut masker = Masker::new(&masks);
    let mut out = Vec::new();
    for (piece, shown) in [
        ("listening on :80\n", "listening on :80\n"),
        ("> sk_l", "> "),
        ("ist\n", "sk_list\n"),
        ("sk_live_12", ""),
        ("3", "[masked]"),
        ("!", "!"),
    ] {
        out.clear();
        masker.feed(piece.as_bytes(), &mut out);
        assert_eq!(text(&out), shown, "{piece}");
    }
}

#[test]
fn who_looks_on_sees_a_short_beginning_at_once() {
    let masks = masks(&["sk_live_123"]);
    let mut masker = Masker::new(&masks);
    let mut shown = |piece: &str| settled(&mut masker, piece);
    assert_eq!(shown("$ s"), "$ s");
    assert_eq!(shown("k"), "k");
    assert_eq!(shown("_"), "_");
    // From here on it could be masked.
    assert_eq!(shown("live_12"), "");
    assert_eq!(shown("3\n"), "[masked]\n");
    assert_eq!(shown("s"), "s");
    assert_eq!(shown("h\n"), "h\n");
}

#[test]
fn a_beginning_at_which_a_stream_is_broken_off_is_masked() {
    let masks = masks(&["sk_live_123", "live_1"]);
    for (printed, shown) in [
        ("key: sk_live_12", "key: [masked]"),
        ("key: sk_", "key: sk_"),
        (
            "key: sk_live_123 sk_live_123sk_liv",
            "key: [masked] [masked]",
        ),
        ("all said\n", "all said\n"),
    ] {
        let mut masker = Masker::new(&masks);
        let mut out = Vec::new();
        masker.feed(printed.as_bytes(), &mut out);
        masker.break_off(&mut out);
        assert_eq!(text(&out), shown);
    }
}

#[test]
fn values_that_overlap_or_touch_become_one() {
    let masks = masks(&["aaaabbbb", "bbbbcccc", "bbcc", "abcdefgh"]);
    for (printed, shown) in [
        ("-aaaabbbbcccc-", "-[masked]-"),
        ("-aaaabbbbaaaabbbb-bbcc", "-[masked]-[masked]"),
        ("abcdefghabcdefgh", "[masked]"),
        ("aaaabbbccc", "aaaab[masked]c"),
        ("aaaabbbc", "aaaabbbc"),
        ("aaaaaabbbbbb", "aa[masked]bb"),
    ] {
        let pieces: Vec<&[u8]> = printed.as_bytes().chunks(1).collect();
        assert_eq!(text(&through(&masks, pieces)), shown);
        assert_eq!(text(&through(&masks, [printed.as_bytes()])), shown);
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

#[test]
fn short_values_are_left_alone() {
    let secret = |value: &str| Secret::copy_of(value.as_bytes());
    assert!(!Masks::takes(&secret("")) && !Masks::takes(&secret("123")));
    assert!(!Masks::takes(&secret("12\n\n\n")) && !Masks::takes(&secret("äöü")));
    assert!(Masks::takes(&secret("1234")) && Masks::takes(&secret("äöüß")));
    let masks = masks(&["123", "12\n"]);
    assert_eq!(text(&through(&masks, [b"123 12\n".as_slice()])), "123 12\n");
}

#[test]
fn masks_and_maskers_do_not_print_values() {
    let masks = masks(&["sk_live_123"]);
    let printed = format!("{masks:?} {:?}", Masker::new(&masks));
    assert!(!printed.contains("sk_"), "{printed}");
}

/// Every occurrence by trying each place.
fn by_hand(values: &[String], printed: &str) -> String {
    let mut masked = vec![false; printed.len()];
    for (at, _) in printed.char_indices() {
        for value in values
            .iter()
            .filter(|value| printed[at..].starts_with(*value))
        {
            masked[at..at + value.len()].fill(true);
        }
    }
    let mut out = String::new();
    for (at, c) in printed.char_indices() {
        match (masked[at], at > 0 && masked[at - 1]) {
            (true, false) => out.push_str("[masked]"),
            (true, true) => {}
            (false, _) => out.push(c),
        }
    }
    out
}

proptest! {
    #[test]
    fn every_occurrence_is_found(
        values in prop::collection::vec("[ab]{4,9}", 1..4),
        printed in "[ab]{0,60}",
        cut in 1_usize..9,
    ) {
        let strs: Vec<&str> = values.iter().map(String::as_str).collect();
        let pieces: Vec<&[u8]> = printed.as_bytes().chunks(cut).collect();
        prop_assert_eq!(text(&through(&masks(&strs), pieces)), by_hand(&values, &printed));
    }

    #[test]
    fn any_value_is_found_in_any_bytes(
        value in prop::collection::vec(any::<u8>(), 4..40),
        before in prop::collection::vec(any::<u8>(), 0..40),
        cut in 1_usize..9,
    ) {
        let secret = Secret::copy_of(&value);
        prop_assume!(Masks::takes(&secret));
        let masks = Masks::new(vec![secret]);
        let value = forms::without_outer_breaks(&value);
        let whole = [before.as_slice(), value].concat();
        let out = through(&masks, whole.chunks(cut));
        prop_assert!(out.ends_with(REPLACEMENT));
        prop_assert_eq!(out, through(&masks, [whole.as_slice()]));
    }
}
