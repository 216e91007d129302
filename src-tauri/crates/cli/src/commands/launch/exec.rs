//! Replacing this process with the program.

use std::ffi::{OsStr, OsString};

use keyhaven_protocol::problem::system_text;
use keyhaven_protocol::request::{Profile, StartFailedRequest};
use keyhaven_runner::{ChildEnvironment, EnvironmentError, ExecError, InjectedVariable, exec};

use super::arguments::InheritArgs;
use super::hints;
use super::resolve::ResolvedLaunch;
use crate::error::Failure;

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

impl ResolvedLaunch {
    /// Becomes the program. Returns only if that failed, which the log learns as well.
    pub fn become_program(
        mut self,
        program: &OsStr,
        arguments: &[OsString],
        inherited: impl Iterator<Item = (OsString, OsString)>,
        injected: Vec<InjectedVariable>,
    ) -> Failure {
        let failure = match ChildEnvironment::new(inherited, injected) {
            Ok(environment) => self.not_started(&exec(program, arguments, &environment)),
            Err(error) => self.refused(&error, "nothing was started"),
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

    /// Why nothing was started, in words.
    pub fn not_started(&self, error: &ExecError) -> Failure {
        let (code, hint) = match error {
            ExecError::NotFound { .. } => ("not_found", "is it installed, and in PATH?"),
            ExecError::NotExecutable { .. } => ("not_executable", "see its mode with: ls -l"),
            ExecError::TooLarge(error) => return self.refused(error, "nothing was started"),
        };
        let message = match error {
            ExecError::NotExecutable { program, source } => {
                format!("{program} cannot be executed: {}", system_text(source))
            }
            error => error.to_string(),
        };
        Failure::own(code, error.exit_status(), message, hint)
    }

    pub fn refused(&self, error: &EnvironmentError, nothing: &str) -> Failure {
        hints::refused(error, &self.lent, nothing)
    }
}
