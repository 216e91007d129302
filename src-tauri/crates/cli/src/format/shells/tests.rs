//! The shells themselves read what is written for them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use keyhaven_rules::variables::Shell;
use proptest::prelude::*;

use super::*;
use crate::format::tests::injected;
use crate::format::{EnvFormat, write};

fn numbered(values: &[Vec<u8>]) -> Vec<InjectedVariable> {
    let pairs = values.iter().enumerate();
    pairs
        .map(|(at, value)| injected(&format!("KH_{at:04}"), value))
        .collect()
}

/// The shells, each with what keeps its owner's files out.
const SHELLS: [(&str, &[&str]); 11] = [
    ("dash", &[]),
    ("dash", &["-eu"]),
    ("bash", &["--norc"]),
    ("bash", &["--norc", "--posix"]),
    ("bash", &["--norc", "-eu"]),
    ("zsh", &["-f"]),
    ("zsh", &["-feu"]),
    ("zsh", &["--emulate", "sh", "-f"]),
    ("zsh", &["-f", "-o", "KSH_ARRAYS"]),
    ("zsh", &["-f", "-o", "CSH_JUNKIE_QUOTES"]),
    ("fish", &["--no-config"]),
];

/// What a program started by a shell is given after the shell has read a text.
fn given_by(shell: &str, arguments: &[&str], script: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let script = [script, b"\nexec env -0\n"].concat();
    let output = output_of(shell, arguments, script);
    let lines = output.stdout.split(|byte| *byte == 0);
    let pairs = lines.filter_map(|line| {
        let end = line.iter().position(|byte| *byte == b'=')?;
        let name = String::from_utf8_lossy(&line[..end]).into_owned();
        Some((name, line[end + 1..].to_vec()))
    });
    pairs.collect()
}

pub fn output_of(shell: &str, arguments: &[&str], script: Vec<u8>) -> Output {
    let mut child = Command::new(shell)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the shells must be installed for this test");
    let mut stdin = child.stdin.take().unwrap();
    // It may end before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&script)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn written(shell: &str, variables: &[InjectedVariable]) -> Vec<u8> {
    match shell {
        "fish" => fish(variables),
        _ => sh(variables),
    }
}

fn through(shell: &str, arguments: &[&str], values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let found = given_by(shell, arguments, &written(shell, &numbered(values)));
    let ours = found
        .into_iter()
        .filter(|(name, _)| name.starts_with("KH_"));
    ours.map(|(_, value)| value).collect()
}

#[track_caller]
fn every_shell_gives_back(values: &[Vec<u8>]) {
    for (shell, arguments) in SHELLS {
        assert_eq!(through(shell, arguments, values), values, "{shell}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn shells_give_bytes_back(values in proptest::collection::vec(proptest::collection::vec(1u8.., 0..80), 40)) {
        every_shell_gives_back(&values);
    }

    #[test]
    fn shells_give_back_what_is_special_to_them(values in proptest::collection::vec("['\"$`\\\\\\n\\r\\t #!*~;&|<>(){}\\[\\]=%^?@,-9a-c\u{e9}\u{1f511}]{0,60}", 60)) {
        let values: Vec<Vec<u8>> = values.into_iter().map(String::into_bytes).collect();
        every_shell_gives_back(&values);
    }
}

#[test]
fn an_argument_is_quoted_where_a_shell_would_change_it() {
    for plain in ["/w/app.template", "kh://shop/dev/a%20b", "ünï"] {
        assert_eq!(argument(plain), plain);
    }
    assert_eq!(argument("/my files/t"), "'/my files/t'");
    assert_eq!(argument("it's"), r"'it'\''s'");
    assert_eq!(argument(""), "''");
    assert_eq!(argument("-y"), "'-y'");
}

#[test]
fn a_hash_with_dollars_is_not_changed() {
    every_shell_gives_back(&[
        b"$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".to_vec(),
    ]);
}

/// As a debugger sets it; a shell that is started with it looks for one.
#[test]
fn a_shell_that_is_debugged_gives_the_same_back() {
    let values = [b"it's $(false) \"x\"\nand more\\".to_vec(), b"".to_vec()];
    let script = [
        b"shopt -s extdebug; trap true DEBUG\n".to_vec(),
        sh(&numbered(&values)),
    ];
    let found = given_by("bash", &["--norc"], &script.concat());
    let ours = found
        .into_iter()
        .filter(|(name, _)| name.starts_with("KH_"));
    assert_eq!(ours.map(|(_, value)| value).collect::<Vec<_>>(), values);
}

#[test]
fn newlines_and_quotes_come_back() {
    every_shell_gives_back(&[
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec(),
        b"\n\n".to_vec(),
        b"it's \"quoted\" \\' \\\\' and more\\".to_vec(),
        b"a\r\nb\r".to_vec(),
    ]);
}

#[test]
fn a_command_in_a_value_is_never_executed() {
    let folder = tempfile::tempdir().unwrap();
    let trap = folder.path().join("executed");
    let touch = format!("touch '{}'", trap.display());
    let values = [
        format!("$({touch})"),
        format!("`{touch}`"),
        format!("';{touch};'"),
        format!("\n{touch}\n"),
        format!("\\'; {touch}; \\'"),
        format!("({touch})"),
        format!("<({touch})"),
    ];
    let values: Vec<Vec<u8>> = values.map(String::into_bytes).to_vec();
    every_shell_gives_back(&values);
    assert!(!trap.exists());
}

/// The names that mean something to a shell, as it says itself.
fn own_names(shell: &str, arguments: &[&str], list: &str) -> Vec<String> {
    let output = Command::new(shell)
        .args(arguments)
        .args(["-c", list])
        .output()
        .expect("the shells must be installed for this test");
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text
        .lines()
        .filter(|name| keyhaven_rules::variables::is_variable_name(name));
    names.map(Into::into).collect()
}

/// Has a shell read a text, whatever it makes of it.
fn read_by(shell: &str, arguments: &[&str], script: &[u8]) {
    let mut child = Command::new(shell)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It may have ended before it read everything.
    let _ = child.stdin.take().unwrap().write_all(script);
    child.wait().unwrap();
}

/// Numbers of a shell's own are evaluated when they are set, down to a command in a subscript.
#[test]
fn no_name_makes_a_shell_execute_a_value() {
    let special = "zmodload zsh/parameter zsh/zle zsh/system zsh/datetime zsh/watch; \
                   print -l ${(k)parameters[(R)*special*]}";
    let shells: [(&str, &[&str], &str); 2] = [
        ("zsh", &["-f"], special),
        ("bash", &["--norc"], "compgen -v"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let trap = folder.path().join("executed");
    let value = format!("path[$(touch '{}')]", trap.display());
    for (shell, arguments, list) in shells {
        let own = own_names(shell, arguments, list);
        assert!(own.iter().any(|name| name == "RANDOM"), "{shell}: {own:?}");
        for name in own {
            let variables = [injected(&name, value.as_bytes())];
            if keyhaven_rules::variables::loader(&name).is_some() {
                continue;
            }
            let Ok(script) = write(EnvFormat::Sh, &variables) else {
                continue;
            };
            read_by(shell, arguments, &script);
            assert!(!trap.exists(), "{name} made {shell} execute its value");
        }
        // The control: unchecked, it is executed.
        let unchecked = format!("export RANDOM={}\n", quoted(&value));
        read_by(shell, arguments, unchecked.as_bytes());
        assert!(trap.exists(), "{shell}");
        std::fs::remove_file(&trap).unwrap();
    }
}

#[test]
fn a_name_that_ends_in_path_is_no_list_to_fish() {
    let script = fish(&[injected("KH_PATH", b"a:b::c")]);
    let found = given_by("fish", &["--no-config"], &script);
    assert_eq!(found["KH_PATH"], b"a:b::c");
}

/// Each of a shell's own names is refused, or arrives as it was set, and the rest with it.
#[test]
fn no_name_stops_a_shell_or_changes_on_the_way() {
    let modules = "for m in parameter zle system datetime watch mapfile terminfo termcap \
                   langinfo; do zmodload zsh/$m; done; ";
    let zsh = format!("{modules} print -l ${{(k)parameters}}");
    let shells: [(Shell, &[&[&str]], &str, &str); 3] = [
        (
            Shell::Bash,
            &[&["--norc"], &["--norc", "--posix"]],
            "compgen -v",
            "",
        ),
        (
            Shell::Zsh,
            &[&["-f"], &["--emulate", "sh", "-f"]],
            &zsh,
            modules,
        ),
        (Shell::Fish, &[&["--no-config"]], "set -n", ""),
    ];
    for (shell, ways, list, before) in shells {
        let program = shell.program();
        let mut own = own_names(program, ways[0], list);
        assert!(own.len() > 40, "{program}: {own:?}");
        own.retain(|name| keyhaven_rules::variables::loader(name).is_none() && !shell.owns(name));
        own.push("KH_LAST".into());
        let variables: Vec<_> = own.iter().map(|name| injected(name, b"x  y:1")).collect();
        let script = [before.as_bytes(), b"\n", &written(program, &variables)].concat();
        for arguments in ways {
            let found = given_by(program, arguments, &script);
            for name in &own {
                let value = found.get(name).map(|value| String::from_utf8_lossy(value));
                assert_eq!(
                    value.as_deref(),
                    Some("x  y:1"),
                    "{program} {arguments:?}: {name}"
                );
            }
        }
    }
}

/// What a shell may have made of a name before.
pub const BEFORE: [(&str, &str); 4] = [
    ("dash", "NAME=old"),
    (
        "bash",
        "declare -i NAME=5|declare -l NAME=a|declare -u NAME=A|declare -c NAME=a|declare -i NAME|\
         declare -a NAME=(1 2)|declare -ax NAME|declare -A NAME=([a]=b)|declare -n NAME=HOME|\
         declare -n NAME=arr[0]|declare -ir NAME_=1|declare +x NAME=old",
    ),
    (
        "zsh",
        "typeset -i NAME=5|typeset -i 16 NAME=5|typeset -F NAME=1|typeset -l NAME=a|\
         typeset -u NAME=A|typeset -a NAME; NAME=(1 2)|typeset -A NAME; NAME=(a b)|\
         typeset -T NAME NAME_; NAME=a:b|typeset -Z 3 NAME=1|typeset -R 3 NAME=1|typeset -aU NAME; NAME=(1 2)|\
         typeset -gH NAME=old",
    ),
    (
        "fish",
        "set -g NAME a b|set -gx NAME a b|set -gx --path NAME a b|set -gu NAME a|set -Ux NAME old",
    ),
];

#[test]
fn what_a_shell_had_under_the_name_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let value = b"kEy 2+2 HOME  a:b\n[$(false)]";
    for (shell, arguments) in SHELLS {
        let before = BEFORE.iter().find(|(one, _)| *one == shell).unwrap().1;
        let before: Vec<_> = before.split('|').collect();
        let values = vec![value.to_vec(); before.len()];
        let set = match shell {
            "fish" => "set -gx HOME ",
            _ => "export HOME=",
        };
        let mut script = format!("{set}{}\n", home.path().display());
        for (at, setup) in before.iter().enumerate() {
            script += &setup.trim().replace("NAME", &format!("KH_{at:04}"));
            script.push('\n');
        }
        let script = [script.as_bytes(), &written(shell, &numbered(&values))].concat();
        let found = given_by(shell, arguments, &script);
        let home = home.path().display().to_string().into_bytes();
        assert_eq!(found["HOME"], home, "{shell} {arguments:?}");
        for (at, setup) in before.iter().enumerate() {
            let found = found.get(&format!("KH_{at:04}"));
            assert_eq!(
                found,
                Some(&value.to_vec()),
                "{shell} {arguments:?}: {setup}"
            );
        }
    }
}

#[test]
fn a_read_only_variable_is_named_and_nothing_is_set() {
    let variables = numbered(&[b"one".to_vec(), b"two".to_vec(), b"three".to_vec()]);
    for (shell, arguments) in SHELLS.into_iter().filter(|(shell, _)| *shell != "fish") {
        let script = String::from_utf8(sh(&variables)).unwrap();
        let script =
            format!("readonly KH_0001=mine\n{script}echo \"status $? ${{KH_0000-none}}\"\n");
        let output = output_of(shell, arguments, script.into_bytes());
        let (said, out) = (
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&output.stdout),
        );
        assert_eq!(said.lines().count(), 1, "{shell} {arguments:?}: {said}");
        assert!(said.contains("KH_0001 is read-only"), "{said}");
        // With -e, a shell ends there.
        let ended = arguments.iter().any(|one| one.ends_with("eu"));
        assert_eq!(
            out.trim(),
            if ended { "" } else { "status 1 none" },
            "{shell} {arguments:?}"
        );
        assert_eq!(output.status.success(), !ended);
    }
}

/// Split into words and joined again, it is the same, or it fails and sets nothing.
#[test]
fn eval_without_quotes_fails_or_is_exact() {
    let values: Vec<Vec<u8>> = [
        "two  spaces",
        "tab\there",
        "two\nlines\n\n",
        "a:b:c",
        "a,b/c",
        "* ? [a]",
        "'\"\\ \\n",
    ]
    .map(|value| value.as_bytes().to_vec())
    .to_vec();
    let folder = tempfile::tempdir().unwrap();
    for (shell, arguments) in SHELLS {
        let text = folder.path().join("text");
        std::fs::write(&text, written(shell, &numbered(&values))).unwrap();
        let text = text.display();
        let fields = match shell {
            "fish" => vec![""],
            _ => vec![
                "", "IFS='\n'", "IFS=", "IFS=:", "IFS=,/", "IFS=' '", "set -f",
            ],
        };
        for field in fields {
            let field = field.replace("\\n", "\n");
            let script = match shell {
                "fish" => format!("eval (cat {text})"),
                _ => format!("{field}\neval $(cat {text})"),
            };
            let found = given_by(shell, arguments, script.as_bytes());
            let found = found
                .into_iter()
                .filter(|(name, _)| name.starts_with("KH_"));
            let found: Vec<_> = found.map(|(_, value)| value).collect();
            assert!(
                found.is_empty() || found == values,
                "{shell} {arguments:?} {field:?}: {found:?}"
            );
            assert!(!found.is_empty() || shell != "fish");
        }
        if shell != "fish" && !arguments.iter().any(|one| one.ends_with("eu")) {
            let script = format!("eval $(cat {text})\necho status $?\n");
            let output = output_of(shell, arguments, script.into_bytes());
            assert_eq!(output.stdout, b"status 1\n", "{shell} {arguments:?}");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                said.contains("needs double quotes"),
                "{shell} {arguments:?}: {said}"
            );
        }
    }
}
