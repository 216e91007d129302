//! `inject`: a template with references becomes a file with values.
//!
//! The template is read once, and what was trusted or shown is what is filled. A value that
//! comes in is not read again, and one that could break out of the quotes around it comes in
//! only through a filter.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::{Client, private_file};
use keyhaven_protocol::project_file::{FillError, Template, TemplatePart, fingerprint};
use keyhaven_protocol::request::{
    Assignment, Choice, EnvironmentsRequest, LaunchPurpose, LaunchSource, Overrides, Profile,
    TrustedFilesRequest,
};
use keyhaven_protocol::view::{EnvironmentView, Tier};
use keyhaven_protocol::{Error, Reference};
use keyhaven_secret::SecretBytes;
use rustix::fs::{Mode, OFlags};

use super::launch::{ExpiredArg, LaunchOrder, resolve, suggestion_words};
use crate::error::Failure;
use crate::output::escaped;
use crate::prompt;
use crate::session::Context;
use crate::target::{self, LocationArgs, ProjectEnvironment};
use crate::texts;

/// Fill the references of a template and write a private file
///
/// The template holds references as {{kh://PROJECT/ENVIRONMENT/NAME|FILTER}}. A
/// value with a quote or a line break needs a filter: json (escaped, without the
/// quotes around it), url, base64, or raw to write it unchanged. Trust a template
/// with: kh allow FILE
///
/// Example:
///   kh inject -i config.template -o config.json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct InjectArgs {
    #[command(flatten)]
    location: LocationArgs,
    /// The template
    #[arg(short = 'i', long = "in", value_name = "TEMPLATE")]
    template: PathBuf,
    /// Write to FILE, readable only by you [default: stdout]
    #[arg(short, long = "out", value_name = "FILE")]
    output: Option<PathBuf>,
    /// What to do with expired keys, for this run only
    #[arg(long, value_name = "WHAT")]
    expired: Option<ExpiredArg>,
    /// Allow keys of a higher tier, for this run only
    #[arg(long)]
    allow_production: bool,
}

/// The largest template in bytes.
const MOST: u64 = 1 << 20;

/// A template as it was read.
pub struct TemplateFile {
    path: String,
    sha256: String,
    template: Template,
    inode: (u64, u64),
}

/// `kh inject`
pub fn inject(context: &Context, arguments: InjectArgs) -> Result<(), Failure> {
    let file = TemplateFile::read(&arguments.template)?;
    if arguments
        .output
        .as_deref()
        .is_some_and(|path| file.is(path))
    {
        return Err(Failure::usage(
            "the output file is the template itself",
            "choose another file with -o FILE",
        ));
    }
    let references = file.references();
    let mut client = context.unlocked()?;
    let place = match references.iter().any(|one| one.place.is_none()) {
        true => Some(ProjectEnvironment::find(
            context,
            &mut client,
            &arguments.location,
        )?),
        false => target::explicit(&arguments.location)?,
    };
    let trusted = file.trusted(&mut client)?;
    if trusted.is_none() {
        file.note_meant(context);
        file.ask(context, &mut client, place.as_ref())?;
    }
    let order = LaunchOrder {
        client,
        source: LaunchSource::References {
            project: place.as_ref().map(|place| place.project.clone()),
            environment: place.map(|place| place.environment),
        },
        choice: Choice {
            renamed: numbered(&references),
            ..Choice::default()
        },
        files: Vec::new(),
        overrides: Overrides {
            expired: arguments.expired.map(Into::into),
            production: arguments.allow_production || trusted == Some(true),
        },
        profile: Profile::default(),
    };
    let (mut launch, injected) = resolve(context, order, LaunchPurpose::Inject, None)?;
    let values = injected.into_iter().map(|one| (one.name, one.value));
    let written = file
        .filled(&references, &values.collect())
        .and_then(|filled| match &arguments.output {
            // Exposed to be written: this is what the command is for.
            Some(path) => private_file::write(path, filled.expose())
                .map_err(|error| Failure::io(path.display(), &error)),
            None => context.printer.out(filled.expose()),
        });
    if written.is_err() {
        launch.never_started();
    }
    written
}

/// Each reference under a name by which its value is found again.
fn numbered(references: &[Reference]) -> Vec<Assignment> {
    let numbered = references.iter().enumerate();
    numbered
        .map(|(at, reference)| Assignment {
            variable: variable(at),
            text: reference.to_string(),
        })
        .collect()
}

fn variable(at: usize) -> String {
    format!("R{at}")
}

impl TemplateFile {
    /// Reads a template.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let io = |error: std::io::Error| Failure::io(path.display(), &error);
        let place = fs::canonicalize(path).map_err(io)?;
        let mut content = Vec::new();
        let file = open(&place).map_err(io)?;
        let found = file.metadata().map_err(io)?;
        if !found.is_file() {
            let message = format!("{} is not a regular file", path.display());
            return Err(Failure::failed(message, ""));
        }
        file.take(MOST + 1).read_to_end(&mut content).map_err(io)?;
        if content.len() as u64 > MOST {
            let message = format!("{} is larger than 1 MiB", path.display());
            return Err(Failure::failed(message, ""));
        }
        let sha256 = fingerprint(&content);
        let text = String::from_utf8(content)
            .map_err(|_| Failure::failed(format!("{} is not UTF-8", path.display()), ""))?;
        let path = target::path_text(&place)?;
        let template = Template::inside(&text).map_err(|(at, expected)| {
            let line = text[..at].matches('\n').count() + 1;
            let message = format!("{path}:{line}: expected {expected}");
            Failure::own("malformed", 1, message, "see: kh help references")
        })?;
        Ok(Self {
            path,
            sha256,
            template,
            inode: inode(&found),
        })
    }

    /// Whether it lies there, by whatever name.
    fn is(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|found| inode(&found) == self.inode)
    }

    /// Says what was probably to be a reference.
    pub fn note_meant(&self, context: &Context) {
        if let Some(words) = suggestion_words(&self.template) {
            context.printer.note(&words);
        }
    }

    /// Each reference once.
    fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for reference in self.template.references() {
            if !references.contains(reference) {
                references.push(reference.clone());
            }
        }
        references
    }

    /// Whether this content is trusted, and if so, whether production may come in.
    fn trusted(&self, client: &mut Client) -> Result<Option<bool>, Failure> {
        let files = client.ask(TrustedFilesRequest {})?;
        let mut same = files
            .iter()
            .filter(|file| file.path == self.path && file.sha256 == self.sha256);
        Ok(same.next().map(|file| file.allow_production))
    }

    /// Shows what the template asks for, and asks whether to give it.
    fn ask(
        &self,
        context: &Context,
        client: &mut Client,
        place: Option<&ProjectEnvironment>,
    ) -> Result<(), Failure> {
        if context.yes() {
            return Ok(());
        }
        let Some(mut tty) = context.terminal() else {
            let untrusted = Error::Untrusted {
                path: self.path.clone(),
            };
            return Err(Failure::own(
                "untrusted",
                6,
                texts::message(&untrusted),
                format!("read it, then trust it with: kh allow {}", self.path),
            ));
        };
        let environments = client.ask(EnvironmentsRequest {})?;
        prompt::say(&mut tty, &self.describe(place, &environments))?;
        if prompt::yes(&mut tty, "Fill the template?")? {
            return Ok(());
        }
        Err(Failure::failed("nothing was written", ""))
    }

    /// What the template asks for, with what is production marked.
    pub fn describe(
        &self,
        place: Option<&ProjectEnvironment>,
        environments: &[EnvironmentView],
    ) -> String {
        let mut text = format!("File         {}\nReferences\n", escaped(&self.path));
        for reference in self.references() {
            let mark = match production(&reference, place, environments) {
                true => "  ! production",
                false => "",
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {}{mark}", escaped(&reference.to_string()));
        }
        text
    }

    /// Whether it asks by name for what is production.
    pub fn in_production(&self, environments: &[EnvironmentView]) -> bool {
        let mut references = self.template.references();
        references.any(|one| production(one, None, environments))
    }

    /// What was read.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Its canonical path, and the SHA-256 of its content.
    pub fn identity(&self) -> (String, String) {
        (self.path.clone(), self.sha256.clone())
    }

    fn filled(
        &self,
        references: &[Reference],
        values: &HashMap<String, SecretBytes>,
    ) -> Result<SecretBytes, Failure> {
        let value = |reference: &Reference| {
            let at = references.iter().position(|one| one == reference);
            at.and_then(|at| values.get(&variable(at)))
                .ok_or_else(|| Failure::defect("a reference is missing in the answer"))
        };
        for part in &self.template.parts {
            if let TemplatePart::Reference {
                reference,
                filter: None,
            } = part
            {
                check_harmless(reference, value(reference)?)?;
            }
        }
        let filled = self
            .template
            .fill(|reference| Ok(value(reference)?.duplicate()));
        filled.map_err(|error| match error {
            FillError::NotText(error) => Failure::failed(error.to_string(), "use another filter"),
            FillError::Value(failure) => failure,
        })
    }
}

/// Opens without waiting for a FIFO's other end.
fn open(path: &Path) -> std::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

fn inode(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

fn production(
    reference: &Reference,
    place: Option<&ProjectEnvironment>,
    environments: &[EnvironmentView],
) -> bool {
    let (project, name) = match (&reference.place, place) {
        (Some((project, environment)), _) => (project, environment),
        (None, Some(place)) => (&place.project, &place.environment),
        (None, None) => return false,
    };
    environments.iter().any(|environment| {
        environment.project == *project
            && environment.name == *name
            && environment.tier == Tier::Production
    })
}

/// What could end the quotes or the line it comes into needs a filter.
fn check_harmless(reference: &Reference, value: &SecretBytes) -> Result<(), Failure> {
    // Exposed to be searched.
    let special = |byte: &u8| b"\n\r\0\"'`\\".contains(byte);
    if !value.expose().iter().any(special) {
        return Ok(());
    }
    Err(Failure::own(
        "filter_needed",
        1,
        format!("the value of {reference} contains a quote, a backslash or a line break"),
        format!(
            "nothing was written; add a filter: {{{{{reference}|json}}}}, url, \
             base64, or raw to write it unchanged"
        ),
    ))
}
