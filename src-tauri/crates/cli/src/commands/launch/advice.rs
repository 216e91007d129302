//! Which hint helps about a refused launch: the usual one of an error is for `kh run`, and other
//! commands have neither its options nor its file. The hook has its own hints (`.hint-hook`).

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::ProjectFile;
use keyhaven_protocol::request::{Choice, LaunchPurpose, LaunchSource};
use keyhaven_protocol::view::UntrustedReason;

use super::hints;
use crate::advice::LaunchAdvice;
use crate::error::Failure;
use crate::problem::CliProblem;

/// A launch that was asked for, as far as hints depend on it.
#[derive(Debug)]
pub struct AskedLaunch<'a> {
    /// For what.
    pub purpose: LaunchPurpose,
    /// Where its variables come from.
    pub source: &'a LaunchSource,
    /// Which of them.
    pub choices: &'a [&'a Choice],
    /// Variables that get files.
    pub files: &'a [String],
    /// The template that is filled.
    pub template: Option<&'a str>,
}

impl AskedLaunch<'_> {
    /// A refusal, with what helps about it here.
    pub fn explained(&self, error: Error) -> Failure {
        if let Some(instead) = self.instead(&error) {
            return instead.into();
        }
        match self.advice(&error) {
            Some(advice) => Failure::advised(error, advice),
            None => error.into(),
        }
    }

    /// The sentence in place of the error.
    fn instead(&self, error: &Error) -> Option<CliProblem> {
        match (error, self.source, self.template) {
            // That it was denied is all there is to say of one that its owner does not want.
            (
                Error::Untrusted {
                    reason: UntrustedReason::New | UntrustedReason::Changed,
                    ..
                },
                LaunchSource::ProjectFile { path, content, .. },
                _,
            ) => {
                let error = ProjectFile::parse(content).err()?;
                let cause = error.in_file(path);
                Some(CliProblem::MalformedProjectFile { cause })
            }
            (Error::Malformed { .. }, LaunchSource::ProjectFile { .. }, _) => {
                let cause = error.clone();
                Some(CliProblem::MalformedProjectFile { cause })
            }
            (Error::TierRefused { name, tier, .. }, _, Some(path)) => {
                Some(CliProblem::TemplateTierRefused {
                    name: name.clone(),
                    tier: *tier,
                    path: path.into(),
                })
            }
            _ => None,
        }
    }

    /// What helps, where that is not the error's own hint.
    fn advice(&self, error: &Error) -> Option<LaunchAdvice> {
        match error {
            Error::VariableRefused { credential, .. } => self.of_variable(credential.clone()),
            Error::LoaderVariable {
                variable,
                credential,
            } => self.of_loader(variable, credential.clone()),
            Error::TierRefused { .. } => self.of_tier(),
            Error::ScopeMissing { name, .. } => self.of_scope(name),
            Error::Expired { .. } => {
                let is_helper = self.purpose == LaunchPurpose::Helper;
                is_helper.then_some(LaunchAdvice::NewValue)
            }
            Error::ProductionNotAllowed { .. } => match self.purpose {
                LaunchPurpose::Inject | LaunchPurpose::Helper => Some(LaunchAdvice::AllowFile),
                _ => None,
            },
            Error::FieldNeeded { name, fields } => Some(LaunchAdvice::NameField {
                name: name.clone(),
                field: fields.first().cloned().unwrap_or_default(),
            }),
            // Its owner does not want it: each prompt would advise against that.
            Error::Untrusted {
                reason: UntrustedReason::Denied,
                ..
            } if self.purpose == LaunchPurpose::Hook => Some(LaunchAdvice::Nothing),
            Error::NoPrivateFile { .. } => match self.purpose {
                LaunchPurpose::Run | LaunchPurpose::Shell => None,
                _ => Some(LaunchAdvice::Nothing),
            },
            Error::Invalid { problem } => self.of_problem(problem),
            _ => None,
        }
    }

    fn of_problem(&self, problem: &Problem) -> Option<LaunchAdvice> {
        match problem {
            Problem::NoEnvironmentNamed { .. } => match self.has_options() {
                true => None,
                false => Some(LaunchAdvice::NameEnvironment),
            },
            Problem::TooManyVariables { .. }
            | Problem::LaunchTooLarge { .. }
            | Problem::TooManyReferences { .. }
            | Problem::SetsNoVariable { .. }
            | Problem::VariableTwice { .. } => match self.purpose {
                LaunchPurpose::Run | LaunchPurpose::Shell | LaunchPurpose::Env => None,
                LaunchPurpose::Hook => Some(LaunchAdvice::NarrowFile),
                LaunchPurpose::Inject => Some(LaunchAdvice::SplitTemplate),
                LaunchPurpose::Helper => Some(LaunchAdvice::Nothing),
            },
            _ => None,
        }
    }

    /// A variable that no program can be given.
    fn of_variable(&self, reference: Option<String>) -> Option<LaunchAdvice> {
        match self.purpose {
            LaunchPurpose::Inject | LaunchPurpose::Helper => {
                Some(LaunchAdvice::FillNothing { reference })
            }
            _ => None,
        }
    }

    /// A variable that changes how programs load code.
    fn of_loader(&self, variable: &str, reference: Option<String>) -> Option<LaunchAdvice> {
        let named = [variable.to_owned()];
        let is_lent = self.files.contains(&named[0])
            || !hints::lent(&named, self.source, self.choices).is_empty();
        if is_lent {
            return Some(hints::set_outside(variable, Some(self.purpose)));
        }
        self.of_variable(reference)
    }

    fn of_tier(&self) -> Option<LaunchAdvice> {
        match (self.purpose, self.source) {
            (LaunchPurpose::Helper, _) => Some(LaunchAdvice::Nothing),
            (LaunchPurpose::Hook, _) | (_, LaunchSource::ProjectFile { .. }) => None,
            (_, LaunchSource::Profile { name }) => {
                let profile = name.clone();
                Some(LaunchAdvice::AllowInProfile { profile })
            }
            _ => Some(LaunchAdvice::AllowOnce),
        }
    }

    fn of_scope(&self, name: &str) -> Option<LaunchAdvice> {
        match self.source {
            LaunchSource::Profile { name: profile } => Some(LaunchAdvice::AddScope {
                name: name.into(),
                profile: profile.clone(),
            }),
            _ => None,
        }
    }

    /// Whether its command has the options of `kh run` that say which variables a launch gets.
    fn has_options(&self) -> bool {
        match self.purpose {
            LaunchPurpose::Run | LaunchPurpose::Shell | LaunchPurpose::Env => true,
            LaunchPurpose::Inject | LaunchPurpose::Hook | LaunchPurpose::Helper => false,
        }
    }
}

#[cfg(test)]
mod tests;
