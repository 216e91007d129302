//! Promise 12: no variable can hijack the child.

use std::ffi::OsString;
use std::process::Command;

use keyhaven_proof::{ProofRun, SeededRng};
use keyhaven_secret::SecretBytes;

use keyhaven_rules::variables::{self, MAX_STRING};

use crate::{ChildEnvironment, EnvironmentError, InjectedVariable};

/// The list of the contract with a name for each pattern, and with what hides such a name
/// from a comparison that is careless.
const DANGEROUS: &[&str] = &[
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_",
    "DYLD_INSERT_LIBRARIES",
    "PATH",
    "BASH_ENV",
    "ENV",
    "IFS",
    "NODE_OPTIONS",
    "PYTHONPATH",
    "PERL5LIB",
    "RUBYOPT",
    "JAVA_TOOL_OPTIONS",
    "GIT_SSH_COMMAND",
    "OPENSSL_CONF",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "PROMPT_COMMAND",
    "PS4",
    "BASH_FUNC_x",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_0",
    "DOTNET_STARTUP_HOOKS",
    "GTK_MODULES",
    "QT_PLUGIN_PATH",
    "npm_config_node_options",
    "NPM_CONFIG_SCRIPT_SHELL",
];

fn injected(name: &str, value: &[u8]) -> InjectedVariable {
    InjectedVariable {
        name: name.into(),
        value: SecretBytes::copy_of(value),
        allow_loader: false,
    }
}

fn build(name: &str, value: &[u8]) -> Result<ChildEnvironment, EnvironmentError> {
    let inherited = [(OsString::from("INHERITED"), OsString::from("kept"))];
    ChildEnvironment::new(inherited.into_iter(), vec![injected(name, value)])
}

/// Names as they come, as they must be, and as they must not.
fn name(dice: &mut SeededRng) -> String {
    const ANY: &[char] = &[
        'A', 'z', '_', '0', '9', '=', ' ', '-', '\0', '\n', '%', '(', ')', 'é', '/', '.',
    ];
    let dangerous = DANGEROUS[dice.below(DANGEROUS.len())];
    match dice.below(4) {
        0 => dangerous.into(),
        1 => {
            let odd = ANY[dice.below(ANY.len())];
            if dice.heads() {
                format!("{dangerous}{odd}")
            } else {
                format!("{odd}{dangerous}")
            }
        }
        2 => {
            let letters = (0..1 + dice.below(12)).map(|_| ANY[dice.below(5)]);
            letters.collect()
        }
        _ => (0..dice.below(12))
            .map(|_| ANY[dice.below(ANY.len())])
            .collect(),
    }
}

/// Mostly short, some around the limit, some with a NUL in them.
fn value(dice: &mut SeededRng, name: &str) -> Vec<u8> {
    let length = match dice.below(50) {
        0 => (MAX_STRING + 2).saturating_sub(name.len() + dice.below(5)),
        _ => dice.below(40),
    };
    let mut value: Vec<u8> = (0..length).map(|at| (at % 255 + 1) as u8).collect();
    if length > 0 && dice.below(5) == 0 {
        value[dice.below(length)] = 0;
    }
    value
}

/// `^[A-Za-z_][A-Za-z0-9_]*$`, said another way than the program says it.
fn well_formed(name: &str) -> bool {
    let letter = |c: char| c == '_' || c.is_ascii_alphabetic();
    let mut characters = name.chars();
    characters.next().is_some_and(letter) && characters.all(|c| letter(c) || c.is_ascii_digit())
}

#[test]
fn promise_12_what_enters_an_environment_is_what_was_meant() {
    let mut proof = ProofRun::begin("promise_12_what_enters_an_environment_is_what_was_meant");
    let (mut entered, mut refused) = (0, 0);
    for case in 0..ProofRun::cases(5_000, 100_000) {
        let mut dice = SeededRng::new(case as u64);
        let name = name(&mut dice);
        let value = value(&mut dice, &name);
        let harmless = well_formed(&name)
            && variables::loader(&name).is_none()
            && !DANGEROUS.contains(&&*name)
            && !value.contains(&0)
            && name.len() + 1 + value.len() <= 131_071;
        match build(&name, &value) {
            Ok(environment) => {
                assert!(harmless, "{name:?} slipped in");
                let mut expected = format!("{name}=").into_bytes();
                expected.extend_from_slice(&value);
                expected.push(0);
                let strings: Vec<&[u8]> = environment.strings().collect();
                assert_eq!(strings, [b"INHERITED=kept\0".as_slice(), &expected]);
                entered += 1;
            }
            Err(error) => {
                assert!(!harmless, "{name:?} was refused: {error}");
                refused += 1;
            }
        }
        proof.case();
    }
    assert!(entered > 500 && refused > 500, "{entered} and {refused}");
}

#[test]
fn promise_12_the_limit_is_exact() {
    let mut proof = ProofRun::begin("promise_12_the_limit_is_exact");
    for length in [1, 2, 17, 128] {
        let name = "N".repeat(length);
        let most = MAX_STRING - length - 1;
        assert!(build(&name, &vec![b'x'; most]).is_ok());
        let size = MAX_STRING + 1;
        assert_eq!(
            build(&name, &vec![b'x'; most + 1]).unwrap_err(),
            EnvironmentError::TooLong { name, size }
        );
        proof.case();
    }
}

/// The control: such a variable does run code where nobody refuses it.
#[test]
fn promise_12_control_a_variable_that_is_not_refused_runs_code() {
    let mut proof = ProofRun::begin("promise_12_control_a_variable_that_is_not_refused_runs_code");
    let folder = tempfile::tempdir().unwrap();
    let (script, trap) = (folder.path().join("script"), folder.path().join("ran"));
    std::fs::write(&script, format!("touch '{}'\n", trap.display())).unwrap();
    let status = Command::new("bash")
        .args(["-c", "true"])
        .env("BASH_ENV", &script)
        .status()
        .unwrap();
    assert!(status.success() && trap.exists());
    let value = script.to_str().unwrap().as_bytes();
    assert!(build("BASH_ENV", value).is_err());
    proof.case();
}
