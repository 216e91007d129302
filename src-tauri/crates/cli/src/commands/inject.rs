//! `inject`: a template with references becomes a file with values.
//!
//! The template is read once, and what was trusted or shown is what is filled. A value that
//! comes in is not read again, and one that could break out of the quotes around it comes in
//! only through a filter. A command's arguments, help and code are in one file, so this one is long.

mod file_format;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::project_file::expect_own_hands;
use keyhaven_client::{Client, private_file};
use keyhaven_protocol::project_file::{
    FileFormat, FillError, FilterError, Suggestion, Template, TemplatePart, ValueFilter,
    fingerprint,
};
use keyhaven_protocol::request::{
    Assignment, Choice, EnvironmentsRequest, FileTrustRequest, LaunchFile, LaunchPurpose,
    LaunchSource, Overrides, Profile,
};
use keyhaven_protocol::view::{EnvironmentView, FileTrustView, Tier, UntrustedReason};
use keyhaven_protocol::{Error, Reference};
use keyhaven_secret::SecretBytes;
use rustix::fs::{Mode, OFlags};

use self::file_format::{each_reference, keeps, of_path, quotes_twice};
use super::allow::contents::{MarkSummary, PRODUCTION};
use super::launch::{ExpiredArg, LaunchOrder, resolve};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::shortened;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::target::{self, LocationArgs, ProjectEnvironment};

/// Fill the references of a template and write a private file
///
/// The template holds references as {{kh://PROJECT/ENVIRONMENT/NAME|FILTER}}.
/// Filters: yaml, toml and sh (with quotes), json (without the quotes around it),
/// xml, properties, ini, url, base64, and raw to write a value unchanged. A value
/// needs one if it has a quote, a backslash or a line break, or if it would mean
/// something else in the file, by its extension: no in a .yaml file. Trust a
/// template with: kh allow FILE
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
    /// Allow, warn about or refuse expired keys, for this launch only
    #[arg(long, value_name = "WHAT")]
    expired: Option<ExpiredArg>,
    /// Allow keys of a higher tier, for this launch only
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
        return Err(CliProblem::OutputIsTemplate.into());
    }
    let references = file.references();
    let mut client = context.unlocked()?;
    let place = match references.iter().find(|one| one.place.is_none()) {
        Some(relative) => Some(place_of(context, &mut client, &arguments, relative)?),
        None => target::existing(context, &arguments.location)?,
    };
    let allow_production = match file.trust(&mut client)? {
        FileTrustView::Trusted { allow_production } => allow_production,
        FileTrustView::Untrusted { reason } => {
            file.note_meant(context);
            file.ask(context, &mut client, place.as_ref(), reason)?;
            false
        }
    };
    let order = LaunchOrder {
        client: Some(client),
        source: LaunchSource::References {
            project: place.as_ref().map(|place| place.project.clone()),
            environment: place.map(|place| place.environment),
        },
        choice: Choice {
            renamed: numbered(&references),
            ..Choice::default()
        },
        replaced: Vec::new(),
        room: None,
        files: Vec::new(),
        expect: None,
        template: Some(file.path.clone()),
        helper: None,
        overrides: Overrides {
            expired: arguments.expired.map(Into::into),
            production: arguments.allow_production || allow_production,
        },
        profile: Profile::default(),
    };
    let (mut launch, injected) = resolve(context, order, LaunchPurpose::Inject, None)?;
    let values = injected.into_iter().map(|one| (one.name, one.value));
    let becomes = arguments.output.as_deref().unwrap_or(&arguments.template);
    let format = of_path(becomes).or_else(|| of_path(&arguments.template));
    let written = file
        .filled(&references, &values.collect(), format)
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

/// Where the references without a place point to.
fn place_of(
    context: &Context,
    client: &mut Client,
    arguments: &InjectArgs,
    relative: &Reference,
) -> Result<ProjectEnvironment, Failure> {
    match ProjectEnvironment::find(context, client, &arguments.location) {
        Err(Failure::Own(CliProblem::NoLocation)) => {
            let reference = relative.to_string();
            let name = reference.trim_start_matches("kh:").to_owned();
            Err(CliProblem::NoTemplateLocation { reference, name }.into())
        }
        found => found,
    }
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
            let path = path.display().to_string();
            return Err(CliProblem::TemplateNotRegular { path }.into());
        }
        expect_own_hands(&file, path)?;
        file.take(MOST + 1).read_to_end(&mut content).map_err(io)?;
        if content.len() as u64 > MOST {
            let path = path.display().to_string();
            let limit_mib = MOST >> 20;
            return Err(CliProblem::TemplateTooLarge { path, limit_mib }.into());
        }
        let sha256 = fingerprint(&content);
        let text = String::from_utf8(content).map_err(|_| CliProblem::TemplateNotUtf8 {
            path: path.display().to_string(),
        })?;
        let path = target::path_text(&place)?;
        let template = Template::inside(&text).map_err(|(at, expected)| {
            let line = text[..at].matches('\n').count() + 1;
            CliProblem::MalformedTemplate {
                path: path.clone(),
                line,
                expected,
            }
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
        if let Some(Suggestion { written, reference }) = self.template.suggestion() {
            context
                .printer
                .note(&CliNotice::MeantReference { written, reference });
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

    /// What its owner has said about this content.
    fn trust(&self, client: &mut Client) -> Result<FileTrustView, Failure> {
        let file = LaunchFile {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
        };
        Ok(client.ask(FileTrustRequest { file })?)
    }

    /// Shows what the template asks for, and asks whether to give it.
    fn ask(
        &self,
        context: &Context,
        client: &mut Client,
        place: Option<&ProjectEnvironment>,
        reason: UntrustedReason,
    ) -> Result<(), Failure> {
        if context.yes() {
            return Ok(());
        }
        let Some(mut tty) = context.terminal() else {
            let path = self.path.clone();
            let cause = Error::Untrusted {
                path: path.clone(),
                reason,
            };
            return Err(CliProblem::UntrustedTemplate { cause, path }.into());
        };
        let environments = client.ask(EnvironmentsRequest {})?;
        let (text, marks) = self.describe(place, &environments);
        prompt::say(&mut tty, &marks.repeated_after(text))?;
        if prompt::yes(&mut tty, "Fill the template?")? {
            return Ok(());
        }
        Err(CliProblem::NothingWritten.into())
    }

    /// What the template asks for, with what is production marked.
    pub fn describe(
        &self,
        place: Option<&ProjectEnvironment>,
        environments: &[EnvironmentView],
    ) -> (String, MarkSummary) {
        let mut marks = MarkSummary::default();
        let mut text = format!("File         {}\nReferences\n", shortened(&self.path));
        for reference in self.references() {
            let shown = reference.to_string();
            let shown = shortened(&shown);
            // Writing to a String cannot fail.
            let _ = match production(&reference, place, environments) {
                true => {
                    marks.add(PRODUCTION, &shown);
                    writeln!(text, "  {shown}  ! {PRODUCTION}")
                }
                false => writeln!(text, "  {shown}"),
            };
        }
        (text, marks)
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
        format: Option<FileFormat>,
    ) -> Result<SecretBytes, Failure> {
        let value = |reference: &Reference| {
            let at = references.iter().position(|one| one == reference);
            at.and_then(|at| values.get(&variable(at)))
                .ok_or_else(|| Failure::defect("a reference is missing in the answer"))
        };
        each_reference(&self.template, |before, part| match part {
            TemplatePart::Literal(_) => Ok(()),
            TemplatePart::Reference { reference, filter } => {
                let (written, value) = (format, value(reference)?);
                check_place(written, before, (reference, *filter), value)
            }
        })?;
        let length = self.template.length(usize::MAX, |reference, filter| {
            let value = value(reference).map_err(FillError::Value)?;
            ValueFilter::written_length(filter, value).map_err(FillError::Filter)
        });
        let filled =
            length.and_then(|length| self.template.fill(length.unwrap_or_default(), value));
        filled.map_err(|error| match error {
            FillError::Filter(error) => refused(error).into(),
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

/// What could end the quotes or the line it comes into, or mean something else there, needs a
/// filter; and a filter that adds quotes needs a place without.
fn check_place(
    format: Option<FileFormat>,
    before: &str,
    (reference, filter): (&Reference, Option<ValueFilter>),
    value: &SecretBytes,
) -> Result<(), Failure> {
    let text = || reference.to_string();
    let problem = match (filter, format) {
        (Some(filter), Some(format)) if quotes_twice(format, before, filter) => {
            let filter = filter.name().into();
            CliProblem::FilterInQuotes { filter }
        }
        (None, None) if has_specials(value) => CliProblem::FilterNeeded { reference: text() },
        (None, Some(format)) if has_specials(value) || !keeps(format, before, value) => {
            let written = format!("{{{{{}|{}}}}}", reference, format.name());
            CliProblem::FormatFilterNeeded {
                reference: text(),
                format: format.title().into(),
                written: match format {
                    FileFormat::Json => format!("\"{written}\""),
                    _ => written,
                },
            }
        }
        _ => return Ok(()),
    };
    Err(problem.into())
}

fn has_specials(value: &SecretBytes) -> bool {
    // Exposed to be searched.
    let special = |byte: &u8| b"\n\r\0\"'`\\".contains(byte);
    value.expose().iter().any(special)
}

fn refused(error: FilterError) -> CliProblem {
    match error {
        FilterError::NotText(filter) => CliProblem::FilterNotText {
            filter: filter.name().into(),
        },
        FilterError::NoForm(filter) => CliProblem::FilterNoForm {
            filter: filter.name().into(),
        },
    }
}
