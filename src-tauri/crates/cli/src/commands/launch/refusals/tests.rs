//! Every refusal that a launch can meet, in every command that launches: no hint names an option
//! which that command has not.

use keyhaven_protocol::problem::PROBLEMS;
use keyhaven_protocol::{Code, view::Tier};
use keyhaven_runner::EnvironmentError;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;
use crate::hint_options::{built, foreign};

const PURPOSES: [(LaunchPurpose, &[&str]); 6] = [
    (LaunchPurpose::Run, &["run"]),
    (LaunchPurpose::Shell, &["shell"]),
    (LaunchPurpose::Env, &["env"]),
    (LaunchPurpose::Inject, &["inject"]),
    (LaunchPurpose::Hook, &["hook"]),
    (
        LaunchPurpose::Helper,
        &["git-credential", "askpass", "credential-process"],
    ),
];

/// Errors of other requests, whose hints name options of the commands that make those.
const OF_OTHERS: &[Code] = &[
    // Unlocking and restoring.
    Code::WrongPresentPassword,
    Code::NotAVault,
    // Imports, new values, backups.
    Code::BackupFailed,
    Code::ImportConflict,
    Code::WouldDiscard,
    // Storing a credential.
    Code::VariableTaken,
];

/// The same of problems.
const PROBLEMS_OF_OTHERS: &[&str] = &["EnvironmentHasTier", "NoHome"];

/// Values that a parameter may take, whatever its type.
fn candidates() -> Vec<Value> {
    vec![
        json!("x"),
        json!(1),
        json!(["x"]),
        json!(true),
        json!("production"),
        json!("new"),
        json!("empty"),
        json!("2027-01-31T12:00:00Z"),
        json!({"date": "2027-01-31"}),
        json!({"code": "locked"}),
        json!([{"code": "locked"}]),
        json!({"code": "symlink"}),
        json!({"code": "header_missing"}),
        json!({"code": "utf8"}),
        json!({"code": "time_of_day"}),
        json!([{"code": "io", "path": "x", "system": "x"}]),
    ]
}

/// A value of that code, with some value for each parameter.
fn sample<T: DeserializeOwned>(code: &str, parameters: &[&str]) -> T {
    let candidates = candidates();
    let count = candidates
        .len()
        .pow(u32::try_from(parameters.len()).unwrap());
    let found = (0..count).find_map(|mut number| {
        let mut value = Map::new();
        value.insert("code".into(), code.into());
        for name in parameters {
            let candidate = &candidates[number % candidates.len()];
            value.insert((*name).into(), candidate.clone());
            number /= candidates.len();
        }
        serde_json::from_value(Value::Object(value)).ok()
    });
    found.unwrap_or_else(|| panic!("no sample of {code} {parameters:?}"))
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}

fn every_error() -> impl Iterator<Item = Error> {
    let codes = Code::ALL.iter().filter(|code| !OF_OTHERS.contains(code));
    let errors = codes.map(|code| sample(&code.name(), code.parameters()));
    let problems = PROBLEMS
        .iter()
        .filter(|(name, _)| !PROBLEMS_OF_OTHERS.contains(name));
    let invalid = problems.map(|(name, parameters)| Error::Invalid {
        problem: sample(&snake(name), parameters),
    });
    errors.chain(invalid)
}

/// What a launch for this purpose can be of.
fn sources(purpose: LaunchPurpose) -> Vec<LaunchSource> {
    let (project, environment) = ("shop".to_owned(), "dev".to_owned());
    let file = |content: &str| LaunchSource::ProjectFile {
        path: "/w/.keyhaven.toml".into(),
        content: content.into(),
        environment: None,
    };
    let mut files = vec![
        file("project = 'shop'"),
        file("project = 'shop'\nallow_production = true"),
        file("project = 'shop"),
        // It names the variable, so no credential can allow it.
        file("project = 'shop'\n[env]\nx = 'text'"),
    ];
    match purpose {
        LaunchPurpose::Inject | LaunchPurpose::Helper => vec![LaunchSource::References {
            project: Some(project),
            environment: Some(environment),
            template: None,
        }],
        LaunchPurpose::Hook => files,
        LaunchPurpose::Run | LaunchPurpose::Shell | LaunchPurpose::Env => {
            files.push(LaunchSource::Profile { name: "web".into() });
            files.push(LaunchSource::Environment {
                project,
                environment,
            });
            files
        }
    }
}

/// Whether a launch for this purpose can meet that.
fn is_met(error: &Error, purpose: LaunchPurpose) -> bool {
    let sets_variables = !matches!(purpose, LaunchPurpose::Inject | LaunchPurpose::Helper);
    match error {
        // A template and a helper get values, and have no project file.
        Error::VariableRefused { .. }
        | Error::LoaderVariable { .. }
        | Error::ProductionNotAllowed { .. } => sets_variables,
        Error::NoPrivateFile { .. } => {
            matches!(purpose, LaunchPurpose::Run | LaunchPurpose::Shell)
        }
        // A helper asks for a few fields of one credential, in the environment of that.
        Error::TierRefused { .. } => purpose != LaunchPurpose::Helper,
        Error::Invalid {
            problem:
                Problem::TooManyVariables { .. }
                | Problem::LaunchTooLarge { .. }
                | Problem::TooManyReferences { .. }
                | Problem::SetsNoVariable { .. }
                | Problem::VariableTwice { .. }
                | Problem::NoEnvironmentNamed { .. },
        } => purpose != LaunchPurpose::Helper,
        _ => true,
    }
}

/// The hint as that command shows it.
fn shown(failure: &Failure, purpose: LaunchPurpose) -> Option<String> {
    match purpose {
        LaunchPurpose::Hook => failure.in_hook().hint,
        _ => failure.hint(),
    }
}

#[test]
fn no_hint_names_an_option_that_its_command_has_not() {
    let kh = built();
    let mut strange = Vec::new();
    for (purpose, commands) in PURPOSES {
        for source in sources(purpose) {
            let asked = AskedLaunch {
                purpose,
                source: &source,
                template: (purpose == LaunchPurpose::Inject).then_some("/w/template"),
            };
            for error in every_error().filter(|error| is_met(error, purpose)) {
                let failure = asked.explained(error);
                let hint = shown(&failure, purpose).unwrap_or_default();
                assert!(!hint.contains("{$"), "{failure:?}: {hint}");
                for option in foreign(&kh, commands, &hint) {
                    strange.push(format!("{purpose:?}, {}: {option}", failure.code()));
                }
            }
        }
    }
    strange.dedup();
    assert!(strange.is_empty(), "{strange:#?}");
}

#[test]
fn what_a_program_cannot_be_given_is_explained_with_options_of_its_command() {
    let kh = built();
    let name = || "X".to_owned();
    let errors = [
        EnvironmentError::Name { name: name() },
        EnvironmentError::Loader {
            name: name(),
            reader: "ld.so",
        },
        EnvironmentError::Nul { name: name() },
        EnvironmentError::Twice { name: name() },
        EnvironmentError::TooLong {
            name: name(),
            size: 1,
        },
        EnvironmentError::TooMuch {
            size: 2,
            limit: 1,
            name: name(),
            largest: 1,
        },
    ];
    let launching = PURPOSES
        .iter()
        .filter(|(purpose, _)| !matches!(purpose, LaunchPurpose::Inject | LaunchPurpose::Helper));
    for (purpose, commands) in launching {
        for error in &errors {
            let hint = shown(&hints::refused(error, *purpose), *purpose).unwrap();
            let strange = foreign(&kh, commands, &hint);
            assert!(strange.is_empty(), "{purpose:?} {error:?}: {strange:?}");
        }
        let shell = Failure::from(CliProblem::ShellVariable {
            variable: name(),
            shell: "zsh".into(),
        });
        let hint = shown(&shell, *purpose).unwrap();
        assert_eq!(foreign(&kh, commands, &hint), [""; 0], "{purpose:?}");
    }
}

#[test]
fn a_variable_that_the_project_file_names_is_taken_out_of_that_file() {
    let source = LaunchSource::ProjectFile {
        path: "/w/.keyhaven.toml".into(),
        content: "project = 'shop'\nenvironment = 'dev'\n[env]\nLD_PRELOAD = 'kh:stripe'".into(),
        environment: None,
    };
    for purpose in [LaunchPurpose::Run, LaunchPurpose::Env, LaunchPurpose::Hook] {
        let asked = AskedLaunch {
            purpose,
            source: &source,
            template: None,
        };
        let hint = |variable: &str| {
            let refused = Error::LoaderVariable {
                variable: variable.into(),
                credential: None,
            };
            shown(&asked.explained(refused), purpose).unwrap()
        };
        let named = hint("LD_PRELOAD");
        let begins = named.starts_with("take it out of .keyhaven.toml, and set it in ");
        assert!(begins, "{named}");
        // The option that names it stands on the command line.
        assert!(hint("LD_AUDIT").starts_with("leave it out, and set it in "));
    }
}

#[test]
fn a_template_is_not_called_a_launch() {
    let source = LaunchSource::References {
        project: None,
        environment: None,
        template: None,
    };
    let asked = AskedLaunch {
        purpose: LaunchPurpose::Inject,
        source: &source,
        template: Some("/w/template"),
    };
    let failure = asked.explained(Error::TierRefused {
        name: "stripe".into(),
        tier: Tier::Production,
        launch: Tier::Development,
    });
    assert_eq!(
        (failure.code().as_str(), failure.exit_status()),
        ("tier_refused", 6)
    );
    assert_eq!(
        failure.message(),
        "stripe is a production key, which this template may not get"
    );
    assert_eq!(
        failure.hint().unwrap(),
        "allow it once with --allow-production, or trust the template with: \
         kh allow /w/template --allow-production"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_reported_by_its_line_until_it_is_denied() {
    let of = |content: &str, reason| {
        let source = LaunchSource::ProjectFile {
            path: "/w/.keyhaven.toml".into(),
            content: content.into(),
            environment: None,
        };
        let asked = AskedLaunch {
            purpose: LaunchPurpose::Hook,
            source: &source,
            template: None,
        };
        let path = "/w/.keyhaven.toml".into();
        asked.explained(Error::Untrusted { path, reason })
    };
    let mut said = Vec::new();
    for reason in [
        UntrustedReason::New,
        UntrustedReason::Changed,
        UntrustedReason::Denied,
    ] {
        let broken = of("project = 'shop", reason);
        let is_malformed = broken.code() == "malformed";
        assert_eq!(is_malformed, reason != UntrustedReason::Denied);
        let whole = of("project = 'shop'", reason);
        assert_eq!(whole.code(), "untrusted");
        let hint = shown(&whole, LaunchPurpose::Hook);
        assert_eq!(hint.is_none(), reason == UntrustedReason::Denied);
        said.push(whole.message());
    }
    said.push(of("project = 'shop", UntrustedReason::New).message());
    said.dedup();
    assert_eq!(said.len(), 4, "{said:?}");
}
