//! What a masker prints of what it is given piece by piece, and what it holds back.

mod numbers;
mod sequences;
mod text_forms;

use keyhaven_proof::{ProofRun, SeededRng};
use keyhaven_secret::Secret;
use proptest::prelude::*;
use text_forms::{each_byte, forms};

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
