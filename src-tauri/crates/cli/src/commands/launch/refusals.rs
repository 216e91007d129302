//! Which hint helps about a refused launch: the usual one of an error is for `kh run`, and other
//! commands have neither its options nor its file. The hook has its own hints (`.hint-hook`).

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{FILE_NAME, ProjectFile};
use keyhaven_protocol::request::{LaunchPurpose, LaunchSource};
use keyhaven_protocol::view::UntrustedReason;

use super::hints;
use crate::advice::LaunchAdvice;
use crate::error::Failure;
use crate::format::shells::argument;
use crate::problem::CliProblem;

/// A launch that was asked for, as far as hints depend on it.
#[derive(Debug)]
pub struct AskedLaunch<'a> {
    /// For what.
    pub purpose: LaunchPurpose,
    /// Where its variables come from.
    pub source: &'a LaunchSource,
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
                    path: argument(path).into_owned(),
                })
            }
            _ => None,
        }
    }

    /// What helps, where that is not the error's own hint.
    fn advice(&self, error: &Error) -> Option<LaunchAdvice> {
        match error {
            // None can allow what it does not set itself.
            Error::LoaderVariable {
                variable,
                credential: None,
            } => Some(self.set_outside(variable)),
            Error::TierRefused { .. } => self.of_tier(),
            Error::ScopeMissing { credential, .. } => self.of_scope(credential),
            Error::Expired { .. } => {
                let is_helper = self.purpose == LaunchPurpose::Helper;
                is_helper.then_some(LaunchAdvice::NewValue)
            }
            Error::FieldNeeded { name, fields } => Some(LaunchAdvice::NameField {
                name: name.clone(),
                field: fields.first().cloned().unwrap_or_default(),
            }),
            Error::KeyRenamed { .. } => {
                self.template.map(|path| LaunchAdvice::TrustTemplateAgain {
                    path: argument(path).into_owned(),
                })
            }
            // Its owner does not want it: each prompt would advise against that.
            Error::Untrusted {
                reason: UntrustedReason::Denied,
                ..
            } if self.purpose == LaunchPurpose::Hook => Some(LaunchAdvice::Nothing),
            Error::Invalid { problem } => self.of_problem(problem),
            _ => None,
        }
    }

    fn of_problem(&self, problem: &Problem) -> Option<LaunchAdvice> {
        match problem {
            Problem::NoEnvironmentNamed { .. } if self.purpose == LaunchPurpose::Hook => {
                Some(LaunchAdvice::NameEnvironment)
            }
            Problem::TooManyVariables { .. }
            | Problem::LaunchTooLarge { .. }
            | Problem::TooManyReferences { .. }
            | Problem::SetsNoVariable { .. }
            | Problem::VariableTwice { .. } => match self.purpose {
                LaunchPurpose::Hook => Some(LaunchAdvice::NarrowFile),
                LaunchPurpose::Inject => Some(LaunchAdvice::SplitTemplate),
                _ => None,
            },
            _ => None,
        }
    }

    /// A variable that is set without kh, and the file in which it stands until then.
    fn set_outside(&self, variable: &str) -> LaunchAdvice {
        let file = match self.source {
            LaunchSource::ProjectFile { content, .. } if names(content, variable) => {
                Some(FILE_NAME.into())
            }
            _ => None,
        };
        hints::set_outside(variable, Some(self.purpose), file)
    }

    fn of_tier(&self) -> Option<LaunchAdvice> {
        match self.source {
            LaunchSource::ProjectFile { .. } => None,
            LaunchSource::Profile { name } => {
                let profile = name.clone();
                Some(LaunchAdvice::AllowInProfile { profile })
            }
            _ => Some(LaunchAdvice::AllowOnce),
        }
    }

    fn of_scope(&self, credential: &str) -> Option<LaunchAdvice> {
        match self.source {
            LaunchSource::Profile { name: profile } => Some(LaunchAdvice::AddScope {
                credential: credential.into(),
                profile: profile.clone(),
            }),
            _ => None,
        }
    }
}

/// Whether a project file names this variable.
fn names(content: &str, variable: &str) -> bool {
    let file = ProjectFile::parse(content).ok();
    let variables = file.and_then(|file| file.variables).unwrap_or_default();
    variables.iter().any(|one| one.name == variable)
}

#[cfg(test)]
mod tests;
