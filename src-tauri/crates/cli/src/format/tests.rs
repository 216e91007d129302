//! Each form is read back by what reads it: by the shells themselves where they are there,
//! by what the format's documentation says where they are not.

use std::io::Write as _;
use std::process::{Command, Stdio};

use keyhaven_secret::SecretBytes;
use proptest::prelude::*;

use super::*;

pub fn injected(name: &str, value: &[u8]) -> InjectedVariable {
    InjectedVariable {
        name: name.into(),
        value: SecretBytes::copy_of(value),
        allow_loader: false,
    }
}

fn numbered(values: &[Vec<u8>]) -> Vec<InjectedVariable> {
    let pairs = values.iter().enumerate();
    pairs
        .map(|(at, value)| injected(&format!("KH_{at:04}"), value))
        .collect()
}

/// The shells, each with what keeps its owner's files out.
const SHELLS: [(&str, &[&str]); 4] = [
    ("dash", &[]),
    ("bash", &["--norc"]),
    ("zsh", &["-f"]),
    ("fish", &["--no-config"]),
];

/// What a program started by a shell is given after the shell has read our text.
fn through(shell: &str, arguments: &[&str], values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let variables = numbered(values);
    let mut script = match shell {
        "fish" => fish(&variables),
        _ => sh(&variables),
    };
    script.extend_from_slice(b"exec env -0\n");
    let mut child = Command::new(shell)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the shells must be installed for this test");
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&script).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let mut found: Vec<&[u8]> = output
        .stdout
        .split(|byte| *byte == 0)
        .filter(|line| line.starts_with(b"KH_"))
        .collect();
    found.sort_unstable();
    found
        .iter()
        .map(|line| line["KH_0000=".len()..].to_vec())
        .collect()
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
fn a_hash_with_dollars_is_not_changed() {
    every_shell_gives_back(&[
        b"$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".to_vec(),
    ]);
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
        read_by(
            shell,
            arguments,
            &sh(&[injected("RANDOM", value.as_bytes())]),
        );
        assert!(trap.exists(), "{shell}");
        std::fs::remove_file(&trap).unwrap();
    }
}

#[test]
fn a_name_that_ends_in_path_is_no_list_to_fish() {
    let mut script = fish(&[injected("KH_PATH", b"a:b::c")]);
    script.extend_from_slice(b"exec env -0\n");
    let mut child = Command::new("fish")
        .arg("--no-config")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&script).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.split('\0').any(|line| line == "KH_PATH=a:b::c"),
        "{text}"
    );
}

/// What PowerShell reads, as its documentation has it (about_Quoting_Rules; the language
/// specification, 2.3.5.2, on verbatim strings): there is none on Debian to ask.
fn powershell_reads(text: &str) -> Vec<(String, String)> {
    let quote = |c: char| c == '\'' || ('\u{2018}'..='\u{201b}').contains(&c);
    let mut read = Vec::new();
    for line in text.lines() {
        let (name, expression) = line
            .strip_prefix("$env:")
            .unwrap()
            .split_once(" = ")
            .unwrap();
        let mut value = String::new();
        let mut rest = expression.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                c if quote(c) => {
                    while let Some(c) = rest.next() {
                        if quote(c) && rest.next_if(|next| quote(*next)).is_none() {
                            break;
                        }
                        value.push(c);
                    }
                }
                ' ' | '+' => {}
                '[' => {
                    let rest_text: String = rest.by_ref().take("char]".len()).collect();
                    assert_eq!(rest_text, "char]");
                    let mut number = String::new();
                    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                        number.push(digit);
                    }
                    value.push(char::from_u32(number.parse().unwrap()).unwrap());
                }
                other => panic!("{other:?} outside of quotes"),
            }
        }
        read.push((name.into(), value));
    }
    read
}

proptest! {
    #[test]
    fn powershell_gives_it_back_by_its_documentation(value in "(['\u{2018}\u{2019}\u{201a}\u{201b}\"$`\\n\\r\\t\u{85}\u{2028};#()+a]|\\PC){1,40}") {
        let text = powershell(&[injected("A", value.as_bytes()), injected("B", b"x")]).unwrap();
        let read = powershell_reads(std::str::from_utf8(&text).unwrap());
        prop_assert_eq!(read, [("A".to_owned(), value), ("B".to_owned(), "x".to_owned())]);
    }

    /// As its command line reads the file: at most 64 KiB a line, an end of line without the
    /// carriage return before it, spaces before a name cut, `#` a comment.
    #[test]
    fn docker_gives_it_back_by_its_documentation(value in "([ '\"$\\\\#=\\n\\r\\t]|\\PC){0,40}") {
        let written = docker(&[injected("A", value.as_bytes()), injected("B", b"x")]);
        prop_assert_eq!(written.is_err(), value.contains(['\n', '\r']));
        if let Ok(text) = written {
            let text = String::from_utf8(text).unwrap();
            let read: Vec<(&str, &str)> = text.split_terminator('\n').map(|line| line.split_once('=').unwrap()).collect();
            prop_assert_eq!(read, [("A", &*value), ("B", "x")]);
        }
    }

    /// As the runner reads it: a value ends before the line that is its delimiter.
    #[test]
    fn github_gives_it_back_by_its_documentation(value in "([<=\\n\\r\\t]|\\PC){0,40}") {
        let written = github(&[injected("A", value.as_bytes()), injected("B", b"x")]);
        prop_assert_eq!(written.is_err(), value.ends_with('\r'));
        if let Ok(text) = written {
            prop_assert_eq!(github_reads(&String::from_utf8(text).unwrap()), [value, "x".into()]);
        }
    }
}

fn github_reads(mut text: &str) -> Vec<String> {
    let mut read = Vec::new();
    while let Some((head, rest)) = text.split_once('\n') {
        let (_, end) = head.split_once("<<").unwrap();
        let (value, rest) = rest.split_once(&format!("\n{end}\n")).unwrap();
        read.push(value.to_owned());
        text = rest;
    }
    read
}

#[test]
fn no_value_can_end_itself_for_github() {
    let variables = [injected("A", b"x\nEOF\nLD_PRELOAD<<EOF\n/tmp/x.so\nEOF")];
    let [one, other] = [github(&variables).unwrap(), github(&variables).unwrap()];
    assert_ne!(one, other);
    let text = String::from_utf8(one).unwrap();
    assert_eq!(github_reads(&text).len(), 1);
    let (_, end) = text.lines().next().unwrap().split_once("<<").unwrap();
    assert_eq!(end.len(), "keyhaven_".len() + 32);
}

#[test]
fn docker_refuses_lines_and_says_whose() {
    for value in [
        "two\nlines",
        "carriage\rreturn",
        &"x".repeat(DOCKER_LINE - 2),
    ] {
        let refused = docker(&[injected("KEY", value.as_bytes())]).unwrap_err();
        assert_eq!(refused.exit_status(), 1);
        assert!(refused.message().contains("KEY"));
    }
    let longest = "x".repeat(DOCKER_LINE - 3);
    assert!(docker(&[injected("A", longest.as_bytes())]).is_ok());
}

#[test]
fn powershell_has_no_empty_variables() {
    assert!(powershell(&[injected("A", b"")]).is_err());
    assert!(powershell(&[injected("A", b"\xff")]).is_err());
}

#[test]
fn json_is_one_flat_object() {
    let text = json(&[injected("A", b"x\"y"), injected("B", b"")]).unwrap();
    assert_eq!(text, b"{\"A\":\"x\\\"y\",\"B\":\"\"}\n");
    assert!(json(&[injected("A", b"\xff")]).is_err());
}
