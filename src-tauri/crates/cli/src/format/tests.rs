//! Each form is read back by what its documentation says: the readers themselves are elsewhere.

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
