//! Control sequences and line breaks in the middle of a value.

use keyhaven_proof::ProofRun;

use super::*;

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
        // The last bytes may begin a form.
        assert!(masker.held.len() < PREFIX, "{separator:?}");
    }
}
