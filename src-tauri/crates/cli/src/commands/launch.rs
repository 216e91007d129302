//! `run` and `env`: values on their way to a program.

use std::ffi::{OsStr, OsString};

use keyhaven_protocol::request::{LaunchPurpose, LaunchSource, ResolveRequest, StartFailedRequest};
use keyhaven_protocol::view::{Claimed, LaunchView};
use keyhaven_protocol::{Client, Error};
use keyhaven_runner::{Environment, EnvironmentError, ExecError, Injected, exec};

use super::vault::notice_words;
use crate::args::{EnvArgs, RunArgs};
use crate::failure::{Failure, system_words};
use crate::session::Context;
use crate::{format, place};

/// What a launch was given, and the connection that was given it.
pub struct Launch {
    /// Project, environment and what came with them.
    pub view: LaunchView,
    client: Client,
}

/// Asks for the variables of a launch, and says what its owner should know.
pub fn resolve(
    context: &Context,
    source: LaunchSource,
    purpose: LaunchPurpose,
    program: Option<&OsStr>,
) -> Result<(Launch, Vec<Injected>), Failure> {
    let mut client = context.unlocked()?;
    let directory = place::working_directory().ok();
    let claimed = Claimed {
        program: program.map(|program| program.to_string_lossy().into_owned()),
        directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
        profile: None,
    };
    let request = ResolveRequest {
        source,
        purpose,
        claimed,
    };
    let mut answered = client.ask_with(request, &Default::default())?;
    let mut view = answered.answer;
    for notice in &view.notices {
        context.printer.warn(&notice_words(notice));
    }
    let injected = std::mem::take(&mut view.variables)
        .into_iter()
        .map(|variable| {
            Ok(Injected {
                value: answered
                    .segments
                    .take(variable.value)
                    .map_err(|_| Failure::defect("the answer to a launch"))?,
                name: variable.name,
                allow_loader: variable.allow_loader_variable,
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok((Launch { view, client }, injected))
}

impl Launch {
    /// Becomes the program. Returns only if that failed, which the log learns as well.
    pub fn become_program(
        mut self,
        program: &OsStr,
        arguments: &[OsString],
        inherited: impl Iterator<Item = (OsString, OsString)>,
        injected: Vec<Injected>,
    ) -> Failure {
        let failure = match Environment::new(inherited, injected) {
            Ok(environment) => not_started(&exec(program, arguments, &environment)),
            Err(error) => refused(&error),
        };
        self.never_started();
        failure
    }

    /// Says that nothing was started. The answer to the command is the first failure, so
    /// that of this message is left aside.
    fn never_started(&mut self) {
        let _ = self.client.ask(StartFailedRequest {
            release: self.view.release,
        });
    }
}

fn not_started(error: &ExecError) -> Failure {
    let (code, hint) = match error {
        ExecError::NotFound { .. } => ("not_found", "is it installed, and in PATH?"),
        ExecError::NotExecutable { .. } => ("not_executable", "see its mode with: ls -l"),
        ExecError::TooLarge(error) => return refused(error),
    };
    let message = match error {
        ExecError::NotExecutable { program, source } => {
            format!("{program} cannot be executed: {}", system_words(source))
        }
        error => error.to_string(),
    };
    Failure::own(code, error.exit_status(), message, hint)
}

fn refused(error: &EnvironmentError) -> Failure {
    match error {
        EnvironmentError::Loader { name, .. } => Error::LoaderVariable {
            variable: name.clone(),
        }
        .into(),
        error => Failure::own(
            "variable_refused",
            1,
            error.to_string(),
            "nothing was started",
        ),
    }
}

/// `kh run`
pub fn run(context: &Context, arguments: RunArgs) -> Result<(), Failure> {
    let Some((program, rest)) = arguments.command.split_first() else {
        return Err(Failure::usage(
            "there is no command to run",
            "see: kh run --help",
        ));
    };
    if program.is_empty() {
        return Err(Failure::usage("the command is empty", "see: kh run --help"));
    }
    let source = place::launch_source(&arguments.place)?;
    let (launch, injected) = resolve(context, source, LaunchPurpose::Run, Some(program))?;
    Err(launch.become_program(program, rest, std::env::vars_os(), injected))
}

/// `kh env`
pub fn env(context: &Context, arguments: EnvArgs) -> Result<(), Failure> {
    let source = place::launch_source(&arguments.place)?;
    let (mut launch, injected) = resolve(context, source, LaunchPurpose::Env, None)?;
    let text = format::write(arguments.format, &injected);
    // The checks are those of a launch: what is printed here goes into an environment.
    let checked = Environment::new(std::iter::empty(), injected).map_err(|error| refused(&error));
    match checked.and(text) {
        Ok(text) => context.printer.out(&text),
        Err(failure) => {
            launch.never_started();
            Err(failure)
        }
    }
}
