//! What a launch says to help: about texts that are no keys but look like them, or like
//! references; and about variables and programs that cannot be.

use keyhaven_exchange::Catalogue;
use keyhaven_protocol::Error;
use keyhaven_protocol::project_file::{Suggestion, Template};
use keyhaven_protocol::request::{Assignment, LaunchPurpose};
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

/// A variable that changes how programs load code and that no credential can allow: it is set
/// without kh. Without a purpose it is stored in a profile.
fn lent_loader(variable: &str, purpose: Option<LaunchPurpose>) -> Failure {
    Failure::advised(
        loader(variable.into()),
        set_outside(variable, purpose, None),
    )
}

fn loader(variable: String) -> Error {
    let credential = None;
    Error::LoaderVariable {
        variable,
        credential,
    }
}

/// How a program gets a variable that kh does not give it, and the file that names it until then.
pub fn set_outside(
    variable: &str,
    purpose: Option<LaunchPurpose>,
    file: Option<String>,
) -> LaunchAdvice {
    let variable = variable.into();
    let command = match purpose {
        None => return LaunchAdvice::SetAtLaunch { variable },
        Some(LaunchPurpose::Run) => "run".into(),
        Some(LaunchPurpose::Shell) => "shell".into(),
        Some(_) => return LaunchAdvice::SetInShell { variable, file },
    };
    LaunchAdvice::SetInFront {
        variable,
        command,
        file,
    }
}

/// Variables that are not handed over, and what was not done for that reason.
pub fn refused(error: &EnvironmentError, purpose: LaunchPurpose) -> Failure {
    let undone = Undone::of(purpose);
    let problem = match error.clone() {
        // What its credential allows is loaded by no hook.
        EnvironmentError::Loader { name, .. } if purpose == LaunchPurpose::Hook => {
            return Failure::advised(loader(name), LaunchAdvice::RunInstead);
        }
        EnvironmentError::Loader { name, .. } => return lent_loader(&name, Some(purpose)),
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
