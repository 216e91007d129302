//! Values as numbers: in lists, and in dumps of every kind.

use data_encoding::HEXLOWER;
use keyhaven_proof::ProofRun;

use super::*;

/// Lists of numbers, and quoted-printable with soft line breaks.
fn lists(value: &[u8]) -> Vec<String> {
    let list = |write: fn(u8) -> String, separator: &str| {
        let numbers: Vec<String> = value.iter().map(|byte| write(*byte)).collect();
        numbers.join(separator)
    };
    let mut lists = Vec::new();
    if value.len() >= 8 {
        for separator in [" ", ":", "-", ",", ", ", ",\n  "] {
            lists.push(list(|byte| format!("{byte:02x}"), separator));
            lists.push(list(|byte| format!("{byte:02X}"), separator));
        }
        lists.push(list(|byte| format!("{byte:02x}"), ", 0x"));
        for separator in [" ", "  ", ",", ", ", ",\n  ", "\n"] {
            lists.push(list(|byte| byte.to_string(), separator));
        }
        lists.push(list(|byte| format!("{byte:03o}"), " "));
    }
    let soft = |end: &str| {
        let bytes = value
            .chunks(5)
            .map(|line| each_byte(line, |byte| format!("={byte:02X}")));
        bytes.collect::<Vec<_>>().join(end)
    };
    lists.extend([soft("=\n"), soft("=\r\n")]);
    lists
}

#[test]
fn promise_14_no_list_of_numbers_shows_a_value_at_any_cut() {
    let mut proof = ProofRun::begin("promise_14_no_list_of_numbers_shows_a_value_at_any_cut");
    let masks = masks(&VALUES);
    for value in VALUES.map(|value| value.trim_end_matches('\n')) {
        for list in lists(value.as_bytes()) {
            let whole = format!("<Buffer {list}> after\n");
            for cut in 0..=whole.len() {
                let (one, other) = whole.as_bytes().split_at(cut);
                let out = text(&through(&masks, [one, other]));
                assert_eq!(out, "<Buffer [masked]> after\n", "{list} {cut}");
                proof.case();
            }
        }
    }
}

/// A dump: its lines of 16 bytes with offsets, and a column of text where there is one.
fn dump(bytes: &[u8], kind: &str) -> String {
    let pairs = |line: &[u8], every: usize, separator: &str| {
        let groups = line.chunks(every).map(|group| HEXLOWER.encode(group));
        groups.collect::<Vec<_>>().join(separator)
    };
    let shown = |line: &[u8]| -> String {
        let show = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        };
        line.iter().map(show).collect()
    };
    let mut out = String::new();
    for (at, line) in bytes.chunks(16).enumerate() {
        let (at, text) = (at * 16, shown(line));
        let (left, right) = line.split_at(line.len().min(8));
        out += &match kind {
            "xxd" => format!("{at:08x}: {:<39}  {text}\n", pairs(line, 2, " ")),
            "hexdump -C" => format!(
                "{at:08x}  {:<23}  {:<23}  |{text}|\n",
                pairs(left, 1, " "),
                pairs(right, 1, " ")
            ),
            "od -tx1" => format!("{at:07o} {}\n", pairs(line, 1, " ")),
            "od -b" => {
                let octal = line.iter().map(|byte| format!(" {byte:03o}"));
                format!("{at:07o}{}\n", octal.collect::<String>())
            }
            "xxd -p" => format!("{}\n", HEXLOWER.encode(line)),
            _ => panic!("{kind}"),
        };
    }
    out
}

#[test]
fn promise_14_no_dump_shows_a_value_at_any_place_and_cut() {
    let mut proof = ProofRun::begin("promise_14_no_dump_shows_a_value_at_any_place_and_cut");
    for value in &VALUES[..6] {
        let value = value.trim_end_matches('\n');
        let masks = masks(&[value]);
        if value.len() < 8 {
            continue;
        }
        for (kind, before) in ["xxd", "hexdump -C", "od -tx1", "od -b", "xxd -p"]
            .into_iter()
            .flat_map(|kind| (0..17).map(move |before| (kind, before)))
        {
            let bytes = [&vec![b'#'; before], value.as_bytes(), b"####"].concat();
            let whole = dump(&bytes, kind);
            let out = through(&masks, [whole.as_bytes()]);
            let shown = text(&out);
            assert!(shown.contains("[masked]"), "{kind} {before}: {whole}");
            for window in value.as_bytes().windows(3).filter(|w| w.is_ascii()) {
                let window = text(window);
                let in_text = shown.lines().any(|line| line.contains(&window));
                assert!(
                    !in_text || "[masked]".contains(&window),
                    "{kind} {before}: {shown}"
                );
            }
            for window in value.as_bytes().windows(2) {
                let pair = HEXLOWER.encode(window);
                assert!(
                    !shown.replace(' ', "").contains(&pair),
                    "{kind} {before}: {shown}"
                );
            }
            for cut in (0..=whole.len()).step_by(5) {
                let (one, other) = whole.as_bytes().split_at(cut);
                assert!(
                    through(&masks, [one, other]) == out,
                    "{kind} {before} {cut}"
                );
                proof.case();
            }
        }
    }
}

#[test]
fn a_program_that_counts_is_left_alone() {
    let masks = masks(&["1234", "abcd"]);
    let counted: String = (1..200).map(|number| format!("{number}\n")).collect();
    assert_eq!(text(&through(&masks, [counted.as_bytes()])), counted);
}

/// What `od -c` prints, of the real program.
#[test]
fn no_dump_of_characters_shows_a_value() {
    let value = "sk_live_ü\t4eC39HqLyjWDarjt";
    let masks = masks(&[value]);
    for options in [
        ["-c", "-An"],
        ["-c", "-Ad"],
        ["-tx1z", "-Ax"],
        ["-tu1", "-Ad"],
    ] {
        for before in 0..17 {
            let mut od = std::process::Command::new("od");
            let od = od.args(options).stdin(std::process::Stdio::piped());
            let mut od = od.stdout(std::process::Stdio::piped()).spawn().unwrap();
            let bytes = [&vec![b'#'; before], value.as_bytes(), b"####"].concat();
            std::io::Write::write_all(&mut od.stdin.take().unwrap(), &bytes).unwrap();
            let whole = od.wait_with_output().unwrap().stdout;
            let out = text(&through(&masks, whole.chunks(1 + before)));
            assert!(
                out.contains("[masked]"),
                "{options:?} {before}: {}",
                text(&whole)
            );
            for part in ["l   i   v", "6c 69 76", "live", "4eC39", "108 105 118"] {
                assert!(!out.contains(part), "{options:?} {before}: {out}");
            }
        }
    }
}
