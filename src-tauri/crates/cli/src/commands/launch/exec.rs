//! Replacing this process with the program.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use keyhaven_protocol::problem::system_text;
use keyhaven_protocol::request::{ExecRoom, LaunchPurpose, Profile, StartFailedRequest};
use keyhaven_runner::{
    ChildEnvironment, EnvironmentError, ExecError, InjectedVariable, exec, find, fits,
};

use super::arguments::InheritArgs;
use super::hints;
use super::resolve::ResolvedLaunch;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;

/// What a clean environment keeps, besides the locale's `LC_...` (POSIX.1-2017, Environment
/// Variables).
const KEPT: [&str; 5] = ["PATH", "HOME", "TERM", "LANG", "LANGUAGE"];

/// The variables that the child inherits.
pub fn inherited(
    arguments: &InheritArgs,
    profile: &Profile,
) -> impl Iterator<Item = (OsString, OsString)> + use<> {
    let clean = arguments.clean || profile.clean;
    let keep: Vec<String> = arguments
        .keep
        .iter()
        .chain(&profile.keep)
        .cloned()
        .collect();
    let kept = move |name: &OsStr| {
        let named = keep.iter().any(|keep| name == keep.as_str());
        let locale = name.as_encoded_bytes().starts_with(b"LC_");
        !clean || named || locale || KEPT.iter().any(|kept| name == *kept)
    };
    std::env::vars_os().filter(move |(name, _)| kept(name))
}

/// The path of the program: asked before any value is, for what is released counts as used.
///
/// # Errors
/// It was not found, or may not be executed.
pub fn expect_program(program: &OsStr) -> Result<PathBuf, Failure> {
    find(program).map_err(|error| no_program(&error))
}

/// What the system leaves for the variables of a program; none where that is more than a
/// request holds, and then the whole is checked only here.
pub fn room(
    path: &Path,
    arguments: &[OsString],
    inherited: &[(OsString, OsString)],
) -> Option<ExecRoom> {
    let first = path.as_os_str();
    let arguments = std::iter::once(first).chain(arguments.iter().map(OsString::as_os_str));
    let room = keyhaven_runner::EnvironmentRoom::new(
        first.as_bytes(),
        arguments.map(OsStr::as_bytes),
        inherited.iter().cloned(),
    );
    let inherited = room.inherited.into_iter();
    let room = ExecRoom {
        limit: room.limit as u64,
        used: room.used as u64,
        inherited: inherited.map(|(name, cost)| (name, cost as u64)).collect(),
    };
    (room.inherited.len() <= ExecRoom::MOST_INHERITED).then_some(room)
}

fn no_program(error: &ExecError) -> Failure {
    match error {
        ExecError::NotFound { program } => hints::not_found(program.clone()).into(),
        ExecError::FolderDenied { program, folder } => {
            hints::folder_denied(program.clone(), folder.clone()).into()
        }
        ExecError::NotExecutable { program, source } => CliProblem::NotExecutable {
            program: program.clone(),
            system: system_text(source),
        }
        .into(),
        ExecError::TooLarge(error) => hints::refused(error, LaunchPurpose::Run),
    }
}

impl ResolvedLaunch {
    /// Becomes the program. Returns only if that failed, which the log learns as well.
    pub fn become_program(
        mut self,
        context: &Context,
        program: &OsStr,
        arguments: &[OsString],
        inherited: impl Iterator<Item = (OsString, OsString)>,
        injected: Vec<InjectedVariable>,
    ) -> Failure {
        let failure = match ChildEnvironment::new(inherited, injected) {
            Ok(environment) => match fits(program, arguments, &environment) {
                Ok(()) => {
                    self.say_notices(context);
                    self.not_started(&exec(program, arguments, &environment))
                }
                Err(error) => self.not_started(&error),
            },
            Err(error) => self.refused(&error),
        };
        self.never_started();
        failure
    }

    /// Says that nothing was started. The answer to the command is the first failure, so
    /// that of this message is left aside.
    pub fn never_started(&mut self) {
        let _ = self.client.ask(StartFailedRequest {
            release: self.view.release,
        });
    }

    /// Why nothing was started.
    pub fn not_started(&self, error: &ExecError) -> Failure {
        match error {
            ExecError::TooLarge(error) => self.refused(error),
            error => no_program(error),
        }
    }

    /// Why a variable is not handed over.
    pub fn refused(&self, error: &EnvironmentError) -> Failure {
        hints::refused(error, self.purpose)
    }
}
