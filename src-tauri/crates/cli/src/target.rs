//! Which project, environment and credential a command means: those of its arguments, otherwise
//! those of the trusted project file.

mod by_name;
mod new_location;

use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::Client;
use keyhaven_client::project_file::{self, FoundProjectFile};
use keyhaven_protocol::project_file::ProjectFile;
use keyhaven_protocol::request::{
    EnvironmentsRequest, FileTrustRequest, LaunchFile, LaunchSource, ShowRequest, Target,
};
use keyhaven_protocol::view::{CredentialView, EnvironmentView, FileTrustView, UntrustedReason};
use keyhaven_protocol::{Error, Reference, similar};

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::{CliProblem, SystemPart};
use crate::session::Context;
use by_name::by_name_alone;

pub use by_name::SearchedPlace;

/// Which project and environment.
#[derive(Debug, Clone, Default, Args)]
pub struct LocationArgs {
    /// The project
    #[arg(short, long, value_name = "PROJECT")]
    pub project: Option<String>,
    /// The environment
    #[arg(short, long = "env", value_name = "ENV")]
    pub environment: Option<String>,
}

/// Which credential.
#[derive(Debug, Clone, Args)]
pub struct TargetArgs {
    /// kh://PROJECT/ENVIRONMENT/NAME, or NAME with -p and -e
    #[arg(value_name = "REF")]
    pub reference: String,
    #[command(flatten)]
    pub location: LocationArgs,
}

/// A project and one of its environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectEnvironment {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
}

/// The credential that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCredential {
    /// Which credential.
    pub target: Target,
    /// Which field, if the reference names one.
    pub field: Option<String>,
}

impl ProjectEnvironment {
    /// The project and environment that a command means.
    pub fn find(
        context: &Context,
        client: &mut Client,
        given: &LocationArgs,
    ) -> Result<Self, Failure> {
        match explicit(given) {
            Ok(Some(place)) => return Ok(place),
            Ok(None) => {}
            Err(_) => return Err(no_environment(&environments(client), given)),
        }
        let Some(directory) = trusted_defaults(context, client)? else {
            return Err(CliProblem::NoLocation.into());
        };
        let environment = given.environment.clone().or(directory.environment);
        Ok(Self {
            project: directory.project,
            environment: environment.ok_or(CliProblem::NoEnvironmentGiven {
                project: None,
                environments: Vec::new(),
            })?,
        })
    }

    /// A credential in this environment.
    pub fn named(self, name: String) -> Target {
        Target::Named {
            project: self.project,
            environment: self.environment,
            name,
        }
    }
}

/// The credential a command means.
pub fn named(
    context: &Context,
    client: &mut Client,
    given: &TargetArgs,
) -> Result<NamedCredential, Failure> {
    named_among(context, client, given, &[SearchedPlace::Vault])
}

/// The credential a command means, where it may lie in one of several places.
pub fn named_among(
    context: &Context,
    client: &mut Client,
    given: &TargetArgs,
    places: &[SearchedPlace],
) -> Result<NamedCredential, Failure> {
    let reference = reference(&given.reference)?;
    let place = match reference.place {
        Some((project, environment)) => {
            if given.location.project.is_some() || given.location.environment.is_some() {
                return Err(CliProblem::LocationTwice.into());
            }
            ProjectEnvironment {
                project,
                environment,
            }
        }
        None => by_name_alone(context, client, &reference.name, &given.location, places)?,
    };
    Ok(NamedCredential {
        target: place.named(reference.name),
        field: reference.field,
    })
}

/// The credentials that a command means which takes several: each once.
pub fn each_named(
    context: &Context,
    client: &mut Client,
    references: &[String],
    location: &LocationArgs,
) -> Result<Vec<CredentialView>, Failure> {
    let mut found: Vec<CredentialView> = Vec::new();
    for reference in references {
        let given = TargetArgs {
            reference: reference.clone(),
            location: location.clone(),
        };
        let target = named(context, client, &given)?.target;
        let view = client.ask(ShowRequest { target })?;
        if found.iter().all(|known| known.row.id != view.row.id) {
            found.push(view);
        }
    }
    Ok(found)
}

/// A reference, with or without `kh://`, or a bare name.
pub fn reference(text: &str) -> Result<Reference, Failure> {
    if text.starts_with("kh:") {
        let parsed = Reference::parse(text).map_err(|error| CliProblem::BadReference {
            problem: error.problem(),
        });
        return Ok(parsed?);
    }
    // No name has a slash, so this can only be a place with a name.
    if text.split('/').count() >= 3 {
        return reference(&format!("kh://{text}"));
    }
    if text.is_empty() {
        return Err(CliProblem::EmptyName.into());
    }
    Ok(Reference {
        place: None,
        name: text.into(),
        field: None,
    })
}

/// The reference by which a credential can be named anywhere.
pub fn full_reference(project: &str, environment: &str, name: &str) -> String {
    let reference = Reference {
        place: Some((project.into(), environment.into())),
        name: name.into(),
        field: None,
    };
    reference.to_string()
}

/// The one source of a launch.
pub fn launch_source(context: &Context, given: &LocationArgs) -> Result<LaunchSource, Failure> {
    if let Some(place) = existing(context, given)? {
        return Ok(LaunchSource::Environment {
            project: place.project,
            environment: place.environment,
        });
    }
    let Some(found) = find_file()? else {
        return Err(CliProblem::NoLaunchLocation.into());
    };
    Ok(LaunchSource::ProjectFile {
        path: found.path_text(),
        content: found.content,
        environment: given.environment.clone(),
    })
}

/// The project file of the working directory.
pub fn find_file() -> Result<Option<FoundProjectFile>, Failure> {
    find_file_from(&working_directory()?)
}

/// The project file of a folder.
pub fn find_file_from(folder: &Path) -> Result<Option<FoundProjectFile>, Failure> {
    project_file::find(folder).map_err(|error| match error {
        cause @ Error::UnsafePath { .. } => CliProblem::UnsafeProjectFile { cause }.into(),
        error => error.into(),
    })
}

/// Parses a project file.
pub fn parsed(found: &FoundProjectFile) -> Result<ProjectFile, Failure> {
    let parsed = found.parse();
    parsed.map_err(|cause| CliProblem::MalformedProjectFile { cause }.into())
}

/// A path as the vault stores it.
pub fn path_text(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(Into::into);
    text.ok_or_else(|| {
        let path = path.display().to_string();
        CliProblem::PathNotUtf8 { path }.into()
    })
}

/// The working directory of this process.
pub fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| Failure::system(SystemPart::WorkingDirectory, &error))
}

/// What `-p` and `-e` name for a command that changes nothing there. An agent that runs knows
/// which environments a project has.
pub fn existing(
    context: &Context,
    given: &LocationArgs,
) -> Result<Option<ProjectEnvironment>, Failure> {
    explicit(given).map_err(|failure| match context.running() {
        Ok(Some(mut client)) => no_environment_of_known(&environments(&mut client), given),
        _ => failure,
    })
}

/// What `-p` and `-e` name; a project without an environment is an error.
fn explicit(given: &LocationArgs) -> Result<Option<ProjectEnvironment>, Failure> {
    match (&given.project, &given.environment) {
        (Some(project), Some(environment)) => Ok(Some(ProjectEnvironment {
            project: project.clone(),
            environment: environment.clone(),
        })),
        (Some(_), None) => Err(CliProblem::NoEnvironmentGiven {
            project: None,
            environments: Vec::new(),
        }
        .into()),
        (None, _) => Ok(None),
    }
}

/// A project was given alone: its environments are named.
fn no_environment(known: &[EnvironmentView], given: &LocationArgs) -> Failure {
    let project = given.project.clone().unwrap_or_default();
    let own = known.iter().filter(|one| one.project == project);
    let environments: Vec<String> = own.map(|one| one.name.clone()).collect();
    CliProblem::NoEnvironmentGiven {
        project: (!environments.is_empty()).then_some(project),
        environments,
    }
    .into()
}

/// The same where the project has to be there.
fn no_environment_of_known(known: &[EnvironmentView], given: &LocationArgs) -> Failure {
    let project = given.project.clone().unwrap_or_default();
    let mut projects = known.iter().map(|one| one.project.as_str());
    if known.is_empty() || projects.clone().any(|one| one == project) {
        return no_environment(known, given);
    }
    let similar = similar(&project, &mut projects);
    Error::NoProject { project, similar }.into()
}

/// What the agent knows, if it answers: this only makes an error clearer.
fn environments(client: &mut Client) -> Vec<EnvironmentView> {
    client.ask(EnvironmentsRequest {}).unwrap_or_default()
}

/// The defaults of the project file. One that is not trusted is ignored with a note.
fn trusted_defaults(
    context: &Context,
    client: &mut Client,
) -> Result<Option<ProjectFile>, Failure> {
    let found = match find_file() {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(None),
        Err(failure) => {
            let reason = failure.message();
            context
                .printer
                .note(&CliNotice::ProjectFileIgnored { reason });
            return Ok(None);
        }
    };
    let (path, sha256) = (found.path_text(), found.fingerprint());
    let file = LaunchFile {
        path: path.clone(),
        sha256,
    };
    let reason = match client.ask(FileTrustRequest { file })? {
        FileTrustView::Trusted { .. } => return parsed(&found).map(Some),
        FileTrustView::Untrusted { reason } => reason,
    };
    let malformed = parsed(&found).err().map(|failure| failure.message());
    let notice = match malformed.filter(|_| reason != UntrustedReason::Denied) {
        Some(reason) => CliNotice::ProjectFileIgnored { reason },
        None => CliNotice::ProjectFileUntrusted { path, reason },
    };
    context.printer.note(&notice);
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_references() {
        let bare = reference("a/b c").unwrap();
        assert_eq!(
            (bare.name.as_str(), bare.field, bare.place),
            ("a/b c", None, None)
        );
        let short = reference("shop/dev/aws/access_key_id").unwrap();
        assert_eq!(short, reference("kh://shop/dev/aws/access_key_id").unwrap());
        let relative = reference("kh:aws/access_key_id").unwrap();
        assert_eq!(relative.field.as_deref(), Some("access_key_id"));
        assert_eq!(reference("kh://a/b").unwrap_err().exit_status(), 2);
        assert_eq!(reference("").unwrap_err().exit_status(), 2);
        assert_eq!(full_reference("a b", "c", "d/e"), "kh://a%20b/c/d%2Fe");
    }

    #[test]
    fn a_project_without_an_environment_is_refused() {
        let given = LocationArgs {
            project: Some("a".into()),
            environment: None,
        };
        assert_eq!(explicit(&given).unwrap_err().exit_status(), 2);
        assert_eq!(explicit(&LocationArgs::default()), Ok(None));
    }
}
