//! Which project, environment and credential a command means: those of its arguments, otherwise
//! those of the trusted project file.

use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::Client;
use keyhaven_client::project_file::{self, FoundProjectFile};
use keyhaven_protocol::project_file::ProjectFile;
use keyhaven_protocol::request::{EnvironmentsRequest, LaunchSource, Target, TrustedFilesRequest};
use keyhaven_protocol::view::Tier;
use keyhaven_protocol::{Error, Reference};

use crate::error::Failure;
use crate::session::Context;
use crate::texts;

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
    /// kh://PROJECT/ENV/NAME, or NAME with -p and -e
    #[arg(value_name = "REF")]
    pub reference: String,
    #[command(flatten)]
    pub location: LocationArgs,
}

const HINT: &str = "add -p PROJECT -e ENV";

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
        if let Some(place) = explicit(given)? {
            return Ok(place);
        }
        let Some(directory) = trusted_defaults(context, client)? else {
            return Err(Failure::usage("no project or environment given", HINT));
        };
        let environment = given.environment.clone().or(directory.environment);
        Ok(Self {
            project: directory.project,
            environment: environment
                .ok_or_else(|| Failure::usage("no environment given", "add -e ENV"))?,
        })
    }

    /// Whether its environment does not exist yet.
    pub fn is_new(&self, client: &mut Client) -> Result<bool, Failure> {
        let known = client.ask(EnvironmentsRequest {})?;
        Ok(!known.iter().any(|environment| {
            environment.project == self.project && environment.name == self.environment
        }))
    }

    /// Notes that a new environment counts as production if no tier was given.
    pub fn note_production(&self, context: &Context, client: &mut Client) -> Result<(), Failure> {
        let known = client.ask(EnvironmentsRequest {})?;
        let production = known.iter().any(|environment| {
            environment.project == self.project
                && environment.name == self.environment
                && environment.tier == Tier::Production
        });
        if production {
            context.printer.note(&format!(
                "{}/{} is new and counts as production; see: kh environment set --help",
                self.project, self.environment
            ));
        }
        Ok(())
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
    let reference = reference(&given.reference)?;
    let place = match reference.place {
        Some((project, environment)) => {
            if given.location.project.is_some() || given.location.environment.is_some() {
                let message = "the reference already names the project and environment";
                return Err(Failure::usage(message, "leave out -p and -e"));
            }
            ProjectEnvironment {
                project,
                environment,
            }
        }
        None => ProjectEnvironment::find(context, client, &given.location)?,
    };
    Ok(NamedCredential {
        target: place.named(reference.name),
        field: reference.field,
    })
}

/// A reference, or a bare name.
pub fn reference(text: &str) -> Result<Reference, Failure> {
    if text.starts_with("kh:") {
        return Reference::parse(text)
            .map_err(|error| Failure::usage(error.to_string(), "see: kh help references"));
    }
    if text.is_empty() {
        return Err(Failure::usage(
            "the name is empty",
            "see: kh help references",
        ));
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
pub fn launch_source(given: &LocationArgs) -> Result<LaunchSource, Failure> {
    if let Some(place) = explicit(given)? {
        return Ok(LaunchSource::Environment {
            project: place.project,
            environment: place.environment,
        });
    }
    let Some(found) = find_file()? else {
        let hint = "add -p PROJECT -e ENV, or write a .keyhaven.toml (kh help \
                    project-file)";
        return Err(Failure::usage("no project or environment given", hint));
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
        error @ Error::UnsafePath { .. } => Failure::own(
            "unsafe_path",
            6,
            texts::message(&error),
            "it must be a regular file that belongs to you and that nobody else can write to; see: chown, chmod go-w",
        ),
        error => error.into(),
    })
}

/// Parses a project file.
pub fn parsed(found: &FoundProjectFile) -> Result<ProjectFile, Failure> {
    found.parse().map_err(|error| {
        let hint = "fix that line; see: kh help project-file";
        Failure::own("malformed", 1, texts::message(&error), hint)
    })
}

/// A path as the vault stores it.
pub fn path_text(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(Into::into);
    text.ok_or_else(|| Failure::failed(format!("{} is not UTF-8", path.display()), ""))
}

/// The working directory of this process.
pub fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| Failure::system("the working directory", &error))
}

/// What `-p` and `-e` name; a project without an environment is an error.
pub fn explicit(given: &LocationArgs) -> Result<Option<ProjectEnvironment>, Failure> {
    match (&given.project, &given.environment) {
        (Some(project), Some(environment)) => Ok(Some(ProjectEnvironment {
            project: project.clone(),
            environment: environment.clone(),
        })),
        (Some(_), None) => Err(Failure::usage("no environment given", "add -e ENV")),
        (None, _) => Ok(None),
    }
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
            context.printer.note(&format!(
                "the project file is ignored: {}",
                failure.message()
            ));
            return Ok(None);
        }
    };
    let (path, sha256) = (found.path_text(), found.fingerprint());
    let trusted = client.ask(TrustedFilesRequest {})?;
    if trusted
        .iter()
        .any(|file| file.path == path && file.sha256 == sha256)
    {
        return parsed(&found).map(Some);
    }
    context.printer.note(&format!(
        "{path} is ignored because it is not trusted; trust it with: kh allow"
    ));
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
