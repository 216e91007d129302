//! Why a command failed: what happened, what to do, and the exit status.

use keyhaven_client::Text;
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::system_text;

use crate::advice::LaunchAdvice;
use crate::problem::{CliProblem, SystemPart};
use crate::texts;

/// Why a command did not do what was asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// What the agent or its client answered.
    Protocol(Error),
    /// The same, where something else helps than usual.
    Advised(Box<AdvisedError>),
    /// What `kh` itself found.
    Own(CliProblem),
    /// Something to be printed instead: help, or the version.
    Shown(String),
    /// The reader of the output is gone, so there is nobody to report to.
    NobodyReads,
    /// Ctrl-C was typed at a hidden question. The program ends by that signal.
    Interrupted,
}

/// An error, and what helps about it where it was met.
#[derive(Debug, PartialEq, Eq)]
pub struct AdvisedError {
    error: Error,
    advice: LaunchAdvice,
}

impl Failure {
    /// An error, with what helps about it here.
    pub fn advised(error: Error, advice: LaunchAdvice) -> Self {
        Self::Advised(Box::new(AdvisedError { error, advice }))
    }

    /// The system refused something with a file.
    pub fn io(path: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::Protocol(Error::Io {
            path: path.to_string(),
            system: system_text(error),
        })
    }

    /// The system refused something that is not about a file, such as the terminal.
    pub fn system(part: SystemPart, error: &std::io::Error) -> Self {
        let system = system_text(error);
        Self::Own(CliProblem::System { part, system })
    }

    /// An internal error: something happened that cannot happen.
    pub fn defect(place: &str) -> Self {
        Self::Protocol(Error::Defect {
            place: place.into(),
        })
    }

    /// The contract's exit status.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Protocol(error) => error.code().exit_status(),
            Self::Advised(advised) => advised.error.code().exit_status(),
            Self::Own(problem) => problem.exit_status(),
            Self::Shown(_) | Self::NobodyReads => 0,
            // As a shell reports the signal, where it is ignored.
            Self::Interrupted => 130,
        }
    }

    /// The stable code.
    pub fn code(&self) -> String {
        match self {
            Self::Protocol(error) => error.code().name(),
            Self::Advised(advised) => advised.error.code().name(),
            Self::Own(problem) => problem.code().into(),
            Self::Shown(_) | Self::NobodyReads => String::new(),
            Self::Interrupted => "interrupted".into(),
        }
    }

    /// What happened.
    pub fn message(&self) -> String {
        match self {
            Self::Protocol(error) => texts::message(error),
            Self::Advised(advised) => texts::message(&advised.error),
            Self::Own(problem) => problem.text().message,
            Self::Shown(text) => text.clone(),
            Self::NobodyReads => String::new(),
            Self::Interrupted => "interrupted; nothing was changed".into(),
        }
    }

    /// What happened and what to do about it, for a shell that has the hook.
    pub fn in_hook(&self) -> Text {
        match self {
            Self::Protocol(error) => texts::in_hook(error),
            Self::Advised(advised) => Text {
                message: texts::message(&advised.error),
                hint: advised.advice.text(),
            },
            Self::Own(problem) => problem.in_hook(),
            _ => Text {
                message: self.message(),
                hint: None,
            },
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Protocol(error) => texts::hint(error),
            Self::Advised(advised) => advised.advice.text(),
            Self::Own(problem) => problem.text().hint,
            Self::Shown(_) | Self::NobodyReads | Self::Interrupted => None,
        }
    }
}

impl From<CliProblem> for Failure {
    fn from(problem: CliProblem) -> Self {
        Self::Own(problem)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Protocol(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agents_errors_keep_their_code_and_status() {
        let failure = Failure::from(Error::Locked);
        assert_eq!(failure.code(), "locked");
        assert_eq!(failure.exit_status(), 3);
        assert!(
            failure
                .hint()
                .unwrap()
                .starts_with("unlock it with: kh unlock")
        );
    }
}
