//! What a launch says to help: about texts that are no keys but look like them, or like
//! references; and about variables and programs that cannot be.

use keyhaven_exchange::Catalogue;
use keyhaven_protocol::Error;
use keyhaven_protocol::project_file::{ProjectFile, Suggestion, Template};
use keyhaven_protocol::request::{Assignment, Choice, LaunchPurpose, LaunchSource};
use keyhaven_rules::variables::{self, MAX_STRING};
use keyhaven_runner::EnvironmentError;

use crate::advice::LaunchAdvice;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::{CliProblem, Undone};
use crate::session::Context;

/// Looks at texts that programs get as they are. None may be a key: texts are shown, are not
/// masked, and nobody is reminded of them.
pub fn check_texts(
    context: &Context,
    texts: &[Assignment],
    purpose: Option<LaunchPurpose>,
) -> Result<(), Failure> {
    for Assignment { variable, text } in texts {
        if variables::loader(variable).is_some() {
            return Err(lent_loader(variable, purpose));
        }
        // What cannot be read is refused by the agent.
        let Ok(template) = Template::parse(text) else {
            continue;
        };
        let secret = Catalogue::builtin().secret_in(&template.literal());
        if let Some(kind) = secret.filter(|_| !context.yes()) {
            return Err(looks_like_a_secret(variable, kind));
        }
        if let Some(Suggestion { written, reference }) = template.suggestion() {
            context.printer.note(&CliNotice::VariableMeantReference {
                variable: variable.clone(),
                written,
                reference,
            });
        }
    }
    Ok(())
}

fn looks_like_a_secret(variable: &str, kind: &str) -> Failure {
    let (variable, kind) = (variable.into(), kind.into());
    CliProblem::LooksLikeSecret { variable, kind }.into()
}

/// The variables that a credential does not fill under its own name: none can allow them.
pub fn lent(names: &[String], source: &LaunchSource, choices: &[&Choice]) -> Vec<String> {
    let texts = match source {
        LaunchSource::ProjectFile { content, .. } => texts(content),
        _ => Vec::new(),
    };
    let is_lent = |name: &&String| {
        let of = |choice: &Choice| {
            let mut assigned = choice.renamed.iter().chain(&choice.set);
            let prefix = &choice.prefix;
            assigned.any(|one| one.variable == **name)
                || (!prefix.is_empty() && name.starts_with(prefix))
        };
        texts.contains(name) || choices.iter().any(|choice| of(choice))
    };
    names.iter().filter(is_lent).cloned().collect()
}

/// The variables of a project file that are more than a reference.
fn texts(content: &str) -> Vec<String> {
    let directory = ProjectFile::parse(content).ok();
    let variables = directory.and_then(|directory| directory.variables);
    let variables = variables.unwrap_or_default().into_iter();
    variables
        .filter(|variable| variable.template.alone().is_none())
        .map(|variable| variable.name)
        .collect()
}

/// A variable that changes how programs load code and that no credential can allow: it is set
/// without kh. Without a purpose it is stored in a profile.
fn lent_loader(variable: &str, purpose: Option<LaunchPurpose>) -> Failure {
    let error = Error::LoaderVariable {
        variable: variable.into(),
        credential: None,
    };
    Failure::advised(error, set_outside(variable, purpose))
}

/// How a program gets a variable that kh does not give it.
pub fn set_outside(variable: &str, purpose: Option<LaunchPurpose>) -> LaunchAdvice {
    let variable = variable.into();
    let command = match purpose {
        None => return LaunchAdvice::SetAtLaunch { variable },
        Some(LaunchPurpose::Run) => "run".into(),
        Some(LaunchPurpose::Shell) => "shell".into(),
        Some(_) => return LaunchAdvice::SetInShell { variable },
    };
    LaunchAdvice::SetInFront { variable, command }
}

/// Variables that are not handed over, and what was not done for that reason.
pub fn refused(error: &EnvironmentError, lent: &[String], purpose: LaunchPurpose) -> Failure {
    let undone = Undone::of(purpose);
    let problem = match error.clone() {
        EnvironmentError::Loader { name, .. } if lent.contains(&name) => {
            return lent_loader(&name, Some(purpose));
        }
        EnvironmentError::Loader { name: variable, .. } => {
            let credential = None;
            let error = Error::LoaderVariable {
                variable,
                credential,
            };
            return match purpose {
                LaunchPurpose::Run | LaunchPurpose::Shell | LaunchPurpose::Env => error.into(),
                _ => Failure::advised(error, LaunchAdvice::FillNothing { reference: None }),
            };
        }
        EnvironmentError::Name { name: variable } => CliProblem::VariableName { variable, undone },
        EnvironmentError::Nul { name: variable } => CliProblem::VariableNul { variable, undone },
        EnvironmentError::Twice { name: variable } => {
            CliProblem::VariableTwoValues { variable, undone }
        }
        EnvironmentError::TooLong { name, size } => CliProblem::VariableTooLong {
            variable: name,
            size,
            limit: MAX_STRING,
            undone,
        },
        EnvironmentError::TooMuch {
            size,
            limit,
            name,
            largest,
        } => CliProblem::EnvironmentTooLarge {
            size,
            limit,
            variable: name,
            largest,
            undone,
        },
    };
    problem.into()
}

/// Commands that shells carry out themselves (POSIX.1-2024, 2.15, and those of bash and zsh), so
/// that there is no program of that name.
const SHELL_COMMANDS: [&str; 32] = [
    ".", ":", "alias", "bg", "bindkey", "break", "builtin", "cd", "complete", "continue",
    "declare", "dirs", "eval", "exec", "exit", "export", "fg", "function", "history", "jobs",
    "let", "local", "popd", "pushd", "readonly", "set", "setopt", "shopt", "source", "trap",
    "unalias", "unset",
];

/// A program that is not there, with what was probably meant.
pub fn not_found(program: String) -> CliProblem {
    if program.contains(char::is_whitespace) && !program.starts_with('/') {
        return CliProblem::ProgramWithSpaces { program };
    }
    if program.contains('/') {
        return CliProblem::ProgramPathNotFound { program };
    }
    match SHELL_COMMANDS.contains(&program.as_str()) {
        true => CliProblem::ShellCommand { program },
        false => CliProblem::ProgramNotFound { program },
    }
}

/// A program that is in no folder of `PATH` that can be read.
pub fn folder_denied(program: String, folder: String) -> CliProblem {
    match not_found(program) {
        CliProblem::ProgramNotFound { program } => {
            CliProblem::ProgramFolderDenied { program, folder }
        }
        meant => meant,
    }
}
