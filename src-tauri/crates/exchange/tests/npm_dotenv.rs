//! The reader against the real npm `dotenv`: many generated files, one node process each.
//!
//! The package is found in `ui/node_modules`, or in the folder `KEYHAVEN_DOTENV_DIR`.

#![allow(clippy::unwrap_used, clippy::expect_used)] // The whole file is a test.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use keyhaven_exchange::{Malformed, dotenv};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

const FILES: usize = 6_000;

type Pairs = BTreeMap<String, String>;

/// Prints, for each file, what the package makes of its bytes.
const SCRIPT: &str = "
const { parse } = require(process.argv[1]);
const files = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(files.map((file) => parse(Buffer.from(file)))));
";

fn package() -> PathBuf {
    let usual = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../ui/node_modules/dotenv"
    );
    let folder = std::env::var_os("KEYHAVEN_DOTENV_DIR").unwrap_or_else(|| usual.into());
    let folder = PathBuf::from(folder);
    assert!(
        folder.join("package.json").is_file(),
        "npm dotenv is not in {}: run `npm ci` in ui, or set KEYHAVEN_DOTENV_DIR",
        folder.display()
    );
    folder.canonicalize().unwrap()
}

fn reference(files: &[String]) -> Vec<Pairs> {
    let mut node = Command::new("node")
        .args(["-e", SCRIPT])
        .arg(package())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node must be installed for this test");
    let mut stdin = node.stdin.take().unwrap();
    let input = serde_json::to_vec(files).unwrap();
    stdin.write_all(&input).unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "node failed: {}", output.status);
    let read: Vec<Pairs> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read.len(), files.len());
    read
}

fn generated(strategy: impl Strategy<Value = String>) -> Vec<String> {
    let mut runner = TestRunner::default();
    let mut file = || strategy.new_tree(&mut runner).unwrap().current();
    (0..FILES).map(|_| file()).collect()
}

fn ours(file: &str) -> Result<Pairs, Malformed> {
    let entries = dotenv::parse(file.as_bytes())?;
    let pair = |entry: dotenv::DotenvEntry| {
        let value = String::from_utf8(entry.value.expose().clone()).unwrap();
        (entry.key, value)
    };
    Ok(entries.into_iter().map(pair).collect())
}

/// Compares where we read, and says how many files that were.
fn compare(files: &[String]) -> usize {
    let mut read = 0;
    for (file, expected) in files.iter().zip(reference(files)) {
        if let Ok(pairs) = ours(file) {
            assert_eq!(pairs, expected, "the file {file:?}");
            read += 1;
        }
    }
    read
}

/// Pieces on which the expression turns, strung together without sense.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "A", "B", "_x.y-1", "export", "export ", "=", "=", "= ", ": ", ":", "\n", "\n", "\r\n",
            "\r", " ", "\t", "'", "\"", "`", "\\'", "\\\"", "\\`", "\\", "\\n", "\\r", "\\\\n", "#",
            " # c", "$B", "${A}", "\u{2028}", "\u{2029}", "\u{85}", "\u{a0}", "\u{feff}", "\u{b}",
            "\u{180e}", "\u{0}", "é", "🔑", "A=", "\nB=", "\nA='", "\nB=\"", "'\n", "\"\n", "`\n",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Assignments such as people write, with their quirks.
fn well_formed() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        r"[ \t]{0,2}([A-Za-z0-9$\\/:=.é🔑-][A-Za-z0-9 $'/:=.]{0,12})?",
        r"[ \t]{0,2}'[^'\\\r]{0,16}'",
        r#"[ \t]{0,2}"([^"\\\r]|\\n|\\r|\\t|\\"){0,12}""#,
        r"[ \t]{0,2}`[^`\\\r]{0,16}`",
    ];
    let key = "(export[ \t]{1,2})?[A-Za-z_][A-Za-z0-9_.-]{0,6}[ ]{0,1}=";
    let yaml = "[A-Za-z_][A-Za-z0-9_.-]{0,6}: ";
    let tail = "[ \t]{0,2}(#[^\r\n\u{2028}\u{2029}]{0,8})?";
    let assignment = (prop_oneof![3 => key, 1 => yaml], value, tail)
        .prop_map(|(key, value, tail)| format!("{key}{value}{tail}"));
    let line = prop_oneof![
        5 => assignment,
        1 => "[ \t]{0,3}",
        1 => "[ \t]{0,2}#[^\r\n\u{2028}\u{2029}]{0,8}",
    ];
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let lines = prop::collection::vec(line, 0..8);
    (any::<bool>(), lines, end).prop_map(|(mark, lines, end)| {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{}", lines.join(end))
    })
}

#[test]
fn a_hostile_file_is_refused_or_read_as_npm_reads_it() {
    let files = generated(hostile());
    let read = compare(&files);
    // Else the comparison would prove little.
    assert!(read > FILES / 20, "only {read} of {FILES} files were read");
}

#[test]
fn a_well_formed_file_is_read_as_npm_reads_it() {
    let files = generated(well_formed());
    for file in &files {
        let read = ours(file);
        assert!(read.is_ok(), "{read:?} for the file {file:?}");
    }
    assert_eq!(compare(&files), FILES);
}

#[test]
fn the_shops_file_is_read_as_npm_reads_it() {
    let shop = include_str!("../../../../tests/data/shop.env");
    assert_eq!(compare(&[shop.to_owned()]), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = dotenv::parse(&bytes);
    }
}
