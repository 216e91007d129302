//! `inject`: a template with references becomes a file with values.
//!
//! The template is read once, and what was trusted or shown is what is filled. A value that
//! comes in is not read again, and one that could break out of the quotes around it comes in
//! only through a filter.

mod file_format;
mod filling;
mod template_file;

use std::path::PathBuf;

use clap::Args;
use keyhaven_client::{Client, private_file};
use keyhaven_protocol::Reference;
use keyhaven_protocol::request::{Choice, LaunchPurpose, LaunchSource, Overrides, Profile};
use keyhaven_protocol::view::FileTrustView;

use self::file_format::of_path;
use self::filling::{fill, numbered};
use super::launch::{ExpiredArg, LaunchOrder, resolve};
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, LocationArgs, ProjectEnvironment};

pub use template_file::TemplateFile;

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
    let trusted = match file.trust(&mut client)? {
        FileTrustView::Trusted { .. } => Some(file.as_launch_file()),
        FileTrustView::Untrusted { reason } => {
            file.note_meant(context);
            file.ask(context, &mut client, place.as_ref(), reason)?;
            None
        }
    };
    let order = LaunchOrder {
        client: Some(client),
        source: LaunchSource::References {
            project: place.as_ref().map(|place| place.project.clone()),
            environment: place.map(|place| place.environment),
            template: trusted,
        },
        choice: Choice {
            renamed: numbered(&references),
            ..Choice::default()
        },
        replaced: Vec::new(),
        room: None,
        files: Vec::new(),
        expect: None,
        template: Some(file.path().into()),
        helper: None,
        overrides: Overrides {
            expired: arguments.expired.map(Into::into),
            production: arguments.allow_production,
        },
        profile: Profile::default(),
    };
    let (mut launch, injected) = resolve(context, order, LaunchPurpose::Inject, None)?;
    let values = injected.into_iter().map(|one| (one.name, one.value));
    let becomes = arguments.output.as_deref().unwrap_or(&arguments.template);
    let format = of_path(becomes).or_else(|| of_path(&arguments.template));
    let written =
        fill(file.template(), &references, &values.collect(), format).and_then(|filled| {
            match &arguments.output {
                // Exposed to be written: this is what the command is for.
                Some(path) => private_file::write(path, filled.expose())
                    .map_err(|error| Failure::io(path.display(), &error)),
                None => context.printer.out(filled.expose()),
            }
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
