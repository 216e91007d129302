//! `import`: a foreign file, read here and never by the agent.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::Client;
use keyhaven_client::import::{self, ImportTarget};
use keyhaven_exchange::{Format, Import, MAX_BYTES, Record};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{MAX_SEGMENT, Segment};
use keyhaven_protocol::request::{ImportItem, ImportStep};
use keyhaven_protocol::view::{FieldKind, ImportItemView, ImportOutcome, ImportReport};
use keyhaven_secret::{Secret, SecretBytes};
use serde::Serialize;

use super::metadata::TierArg;
use crate::error::Failure;
use crate::session::{Context, all_of_stdin};
use crate::style::Tone;
use crate::table::Table;
use crate::target::{LocationArgs, ProjectEnvironment};
use crate::value_parsers::import_format;

/// Import keys from a file of another program
///
/// Imports everything or nothing. Importing the same file again changes nothing.
///
/// Example:
///   kh import dotenv .env -p shop -e dev --dry-run
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ImportArgs {
    /// The format of the file
    #[arg(value_parser = import_format())]
    format: Format,
    /// The file, or - for stdin
    file: PathBuf,
    #[command(flatten)]
    location: LocationArgs,
    /// Set the tier of a new environment
    #[arg(long)]
    tier: Option<TierArg>,
    /// Show what would be imported without writing anything
    #[arg(long)]
    dry_run: bool,
    /// Store the value of KEY as plain (can be repeated)
    #[arg(long, value_name = "KEY")]
    plain: Vec<String>,
    /// Store the value of KEY as a secret (can be repeated)
    #[arg(long, value_name = "KEY")]
    secret: Vec<String>,
    /// Import even if no backup can be written first
    #[arg(long)]
    no_backup: bool,
}

/// What becomes of the file, as one document.
#[derive(Serialize)]
struct ImportDocument<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    left_out: Vec<LeftOutDocument<'a>>,
}

#[derive(Serialize)]
struct LeftOutDocument<'a> {
    what: &'a str,
    why: &'a str,
    line: u32,
}

/// `kh import`
pub fn import(context: &Context, arguments: ImportArgs) -> Result<(), Failure> {
    let name = arguments.file.display().to_string();
    let bytes = Secret::new(read(&arguments.file)?);
    // Exposed to be parsed.
    let mut import =
        keyhaven_exchange::read(arguments.format, bytes.expose()).map_err(|error| {
            Error::Malformed {
                file: name,
                line: error.line,
                column: error.column,
                expected: error.expected.into(),
            }
        })?;
    drop(bytes);
    check_sizes(&import.records, &arguments.file)?;
    choose_kinds(&mut import.records, &arguments)?;

    let mut client = context.unlocked()?;
    let place = ProjectEnvironment::find(context, &mut client, &arguments.location)?;
    let records = std::mem::take(&mut import.records);
    let unsaid = arguments.tier.is_none() && place.is_new(&mut client)?;
    let report = send(&mut client, &place, &arguments, records)?;
    if context.printer.json {
        return context.printer.document(&ImportDocument {
            report: &report,
            left_out: import
                .left_out
                .iter()
                .map(|left| LeftOutDocument {
                    what: &left.what,
                    why: left.why,
                    line: left.line,
                })
                .collect(),
        });
    }
    print(context, &place, &report, &import)?;
    if unsaid {
        place.note_production(context, &mut client)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return all_of_stdin(MAX_BYTES);
    }
    let broken = |error: std::io::Error| Failure::io(path.display(), &error);
    let mut bytes = Vec::new();
    File::open(path)
        .map_err(broken)?
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(broken)?;
    Ok(bytes)
}

fn check_sizes(records: &[Record], file: &Path) -> Result<(), Failure> {
    // Exposed for its length alone.
    let size = |record: &Record| record.value.expose().len();
    match records.iter().find(|record| size(record) > MAX_SEGMENT) {
        None => Ok(()),
        Some(record) => Err(Failure::failed(
            format!(
                "{}:{}: the value of {} has {} bytes, more than {MAX_SEGMENT}",
                file.display(),
                record.line,
                record.name,
                size(record)
            ),
            "nothing was imported; keep large files elsewhere and store only their encryption key",
        )),
    }
}

fn choose_kinds(records: &mut [Record], arguments: &ImportArgs) -> Result<(), Failure> {
    let chosen = [
        (&arguments.plain, FieldKind::Plain),
        (&arguments.secret, FieldKind::Secret),
    ];
    for (keys, kind) in chosen {
        for key in keys {
            let record = records.iter_mut().find(|record| record.name == *key);
            let Some(record) = record else {
                return Err(Failure::usage(
                    format!("the file has no key {key}"),
                    "see its keys with --dry-run",
                ));
            };
            record.kind = kind;
        }
    }
    Ok(())
}

fn send(
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    records: Vec<Record>,
) -> Result<ImportReport, Failure> {
    let target = ImportTarget {
        project: place.project.clone(),
        environment: place.environment.clone(),
        tier: arguments.tier.map(Into::into),
        without_backup: arguments.no_backup,
    };
    let step = if arguments.dry_run {
        ImportStep::Preview
    } else {
        ImportStep::Apply
    };
    let records = records.into_iter().map(item);
    let report = import::send(&target, step, records, |request, segments| {
        Ok(client.ask_with(request, segments)?.answer)
    });
    Ok(report?)
}

fn item(record: Record) -> (ImportItem, SecretBytes) {
    let item = ImportItem {
        name: record.name,
        variable: record.variable,
        kind: record.kind,
        provider: record.provider,
        rotate_every_days: record.rotate_every_days,
        source_id: record.source_id,
        value: Segment(0),
    };
    (item, record.value)
}

fn print(
    context: &Context,
    place: &ProjectEnvironment,
    report: &ImportReport,
    import: &Import,
) -> Result<(), Failure> {
    let mut table = Table::new(["NAME", "VARIABLE", "KIND", "PROVIDER", "BECOMES"]);
    for item in &report.items {
        let (becomes, tone) = becomes(item);
        table.row([
            (&item.name, Tone::Normal),
            (item.variable.as_deref().unwrap_or_default(), Tone::Normal),
            (
                match item.kind {
                    FieldKind::Secret => "secret",
                    FieldKind::Plain => "plain",
                },
                Tone::Normal,
            ),
            (item.provider.as_deref().unwrap_or_default(), Tone::Normal),
            (&becomes, tone),
        ]);
    }
    if !(table.is_empty() || report.applied && context.printer.quiet) {
        context
            .printer
            .out(table.render(&context.printer).as_bytes())?;
    }
    for left in &import.left_out {
        context.printer.note(&format!(
            "line {}: {} is {}",
            left.line, left.what, left.why
        ));
    }
    if older(report) > 0 {
        context.printer.note(
            "an older value is one that the key had before, so its newer value is kept; \
             store the older one with kh set if you want it",
        );
    }
    context.printer.done(&summary(place, report))
}

fn becomes(item: &ImportItemView) -> (String, Tone) {
    match &item.outcome {
        ImportOutcome::New => match item.rotate_every_days {
            None => ("new".into(), Tone::Normal),
            Some(days) => (format!("new, rotate every {days} days"), Tone::Normal),
        },
        ImportOutcome::Updated => ("new version".into(), Tone::Warm),
        ImportOutcome::Unchanged => ("unchanged".into(), Tone::Faint),
        ImportOutcome::Older => ("older value, not imported".into(), Tone::Warm),
        ImportOutcome::Conflict { with } => {
            (format!("conflict: {with} has another origin"), Tone::Hot)
        }
    }
}

fn number(report: &ImportReport, wanted: fn(&ImportOutcome) -> bool) -> usize {
    let items = report.items.iter();
    items.filter(|item| wanted(&item.outcome)).count()
}

fn older(report: &ImportReport) -> usize {
    number(report, |outcome| matches!(outcome, ImportOutcome::Older))
}

fn summary(place: &ProjectEnvironment, report: &ImportReport) -> String {
    let number = |wanted| number(report, wanted);
    let new = number(|outcome| matches!(outcome, ImportOutcome::New));
    let updated = number(|outcome| matches!(outcome, ImportOutcome::Updated));
    let unchanged = number(|outcome| matches!(outcome, ImportOutcome::Unchanged));
    let conflicts = number(|outcome| matches!(outcome, ImportOutcome::Conflict { .. }));
    let place = format!("{}/{}", place.project, place.environment);
    let place = crate::output::escaped(&place);
    let mut counts = format!("{new} new, {updated} updated, {unchanged} unchanged");
    if older(report) > 0 {
        counts.push_str(&format!(", {} older", older(report)));
    }
    match (report.applied, conflicts) {
        (true, _) => format!("Imported into {place}: {counts}."),
        (false, 0) => format!("Nothing was written. Import into {place}: {counts}."),
        (false, _) => {
            format!("Nothing was written. Import into {place}: {counts}, {conflicts} in conflict.")
        }
    }
}
