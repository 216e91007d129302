//! `import`: a foreign file, read here and never by the agent.

mod choices;
mod report;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::Client;
use keyhaven_client::import::{self, ImportOptions};
use keyhaven_exchange::{Format, MAX_BYTES, Malformed, Record};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{MAX_SEGMENT, Segment};
use keyhaven_protocol::problem::Expected;
use keyhaven_protocol::request::{ImportItem, ImportStep, ListRequest, NextExpiry};
use keyhaven_protocol::view::{FieldKind, ImportItemView, ImportOutcome, ImportReport};
use keyhaven_rules::variables;
use keyhaven_secret::{Secret, SecretBytes};

use super::marked;
use super::metadata::TierArg;
use super::next_expiry::NextExpiryArg;
use super::value;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::{CliProblem, Undone};
use crate::session::Context;
use crate::stdin::all_of_stdin;
use crate::target::{LocationArgs, ProjectEnvironment};
use crate::value_parsers::import_format;

/// Import keys from a .env file
///
/// Imports everything or nothing. Importing the same file again changes nothing.
/// Notes name the lines that a shell or another reader would take differently.
///
/// A file of no known format can be read as a .env file: you are asked, or name
/// the format.
///
/// Example:
///   kh import dotenv .env -p shop -e dev --dry-run
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, allow_missing_positional = true)]
pub struct ImportArgs {
    /// The format of the file [default: detected]
    #[arg(value_parser = import_format())]
    format: Option<Format>,
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
    /// Import the lines that can be read, and list the others
    #[arg(long)]
    skip_invalid: bool,
    /// Leave out keys whose name or variable the environment has from elsewhere
    #[arg(long)]
    skip_existing: bool,
    /// Import even if no backup can be written first
    #[arg(long)]
    no_backup: bool,
    /// Discard the oldest versions of keys whose older values take too much
    /// room
    #[arg(long)]
    discard_old: bool,
    /// Set the expiry of keys that have one and get a new value: YYYY-MM-DD,
    /// RFC 3339, a span such as 90d, none, or keep (the old value's) [default:
    /// ask; without a terminal or with --yes, keep a date that has not passed]
    #[arg(long, value_name = "DATE")]
    expires: Option<NextExpiryArg>,
}

/// `kh import`
pub fn import(context: &Context, arguments: ImportArgs) -> Result<(), Failure> {
    let bytes = Secret::new(read(&arguments.file)?);
    let bytes = choices::as_utf8(context, &arguments.file, bytes)?;
    let parse = match arguments.skip_invalid {
        true => keyhaven_exchange::read_valid,
        false => keyhaven_exchange::read,
    };
    // Exposed to be recognised and parsed.
    let format = match arguments.format {
        Some(format) => format,
        None => choices::detect(context, &arguments.file, bytes.expose())?,
    };
    let mut import =
        parse(format, bytes.expose()).map_err(|found| malformed(&arguments.file, found))?;
    drop(bytes);
    check_sizes(&import.records, &arguments.file)?;
    choose_kinds(&mut import.records, &arguments)?;

    let mut client = context.unlocked()?;
    let place = ProjectEnvironment::find(context, &mut client, &arguments.location)?;
    let mut records = std::mem::take(&mut import.records);
    choices::offer_aws_key(context, &mut client, &place, &arguments, &mut records)?;
    let existing = choices::leave_out_existing(&mut client, &place, &arguments, &mut records)?;
    confirm_marked(context, &mut client, &place, &arguments, &records)?;
    // Without keys nothing is created, and there is nothing to confirm.
    let new = match arguments.dry_run || records.is_empty() {
        true => None,
        false => place.expect_new(context, &mut client)?,
    };
    let expires = choices::next_expiry(context, &mut client, &place, &arguments, &records)?;
    let step = match arguments.dry_run {
        true => ImportStep::Preview,
        false => ImportStep::Apply,
    };
    let options = options(&place, &arguments, expires);
    let report = send(&mut client, &options, &records, step)?;
    if context.printer.json {
        return report::document(context, &report, &import, &existing);
    }
    report::print(context, &report, &records)?;
    report::note(context, &report, &import, &existing);
    report::note_expiries(context, &place, &report, expires);
    context.printer.done(&report::summary(&place, &report))?;
    value::warn_of_odd(context, odd_in(&report, &records));
    if let Some(new) = new.filter(|_| report.applied) {
        new.note(context);
        if arguments.tier.is_none() {
            place.note_production(context, &mut client)?;
        }
    }
    Ok(())
}

/// What a person should see of the values that come in.
fn odd_in(report: &ImportReport, records: &[Record]) -> Vec<CliNotice> {
    let comes_in = |(item, _): &(&ImportItemView, _)| {
        !matches!(
            item.outcome,
            ImportOutcome::Unchanged | ImportOutcome::Older
        )
    };
    let incoming = report.items.iter().zip(records).filter(comes_in);
    let incoming = incoming.map(|(_, record)| (record.name.as_str(), record.kind, &record.value));
    value::odd_in(incoming)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        return all_of_stdin(MAX_BYTES);
    }
    let broken = |error: std::io::Error| Failure::io(path.display(), &error);
    let file = File::open(path).map_err(broken)?;
    let length = file.metadata().map_err(broken)?.len();
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_BYTES {
        return Err(too_large(path));
    }
    // Allocated once: no copy is left by growing. A pipe has no length.
    let mut bytes = Vec::with_capacity(length + 1);
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(broken)?;
    if bytes.len() > MAX_BYTES {
        return Err(too_large(path));
    }
    Ok(bytes)
}

fn too_large(path: &Path) -> Failure {
    let limit = format!("{} MiB", MAX_BYTES >> 20);
    let found = Malformed {
        line: 1,
        column: 1,
        expected: Expected::SmallerFile { limit },
    };
    malformed(path, found)
}

fn check_sizes(records: &[Record], file: &Path) -> Result<(), Failure> {
    // Exposed for its length alone.
    let size = |record: &Record| record.value.expose().len();
    match records.iter().find(|record| size(record) > MAX_SEGMENT) {
        None => Ok(()),
        Some(record) => Err(CliProblem::ImportValueTooLong {
            file: file.display().to_string(),
            line: record.line,
            name: record.name.clone(),
            size: size(record),
            limit: MAX_SEGMENT,
        }
        .into()),
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
                let key = key.clone();
                return Err(CliProblem::NoKeyInFile { key }.into());
            };
            record.kind = kind;
        }
    }
    Ok(())
}

/// Asks about variables that no credential of the environment fills yet; a dry run only names
/// them.
fn confirm_marked(
    context: &Context,
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    records: &[Record],
) -> Result<(), Failure> {
    let variables = || records.iter().filter_map(|one| one.variable.as_deref());
    if variables().all(|variable| variables::mark(variable).is_none()) {
        return Ok(());
    }
    let rows = client.ask(ListRequest {
        project: Some(place.project.clone()),
        environment: Some(place.environment.clone()),
        ..ListRequest::default()
    })?;
    let filled = |variable: &&str| {
        let mut filled = rows.iter().flat_map(|row| &row.variables);
        filled.any(|known| known == variable)
    };
    let new = variables().filter(|variable| !filled(variable));
    if arguments.dry_run {
        marked::note(context, new);
        return Ok(());
    }
    marked::confirm(context, new, Undone::Imported)
}

fn options(
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    expires: Option<NextExpiry>,
) -> ImportOptions {
    ImportOptions {
        project: place.project.clone(),
        environment: place.environment.clone(),
        tier: arguments.tier.map(Into::into),
        without_backup: arguments.no_backup,
        discard_old: arguments.discard_old,
        expires,
    }
}

/// What would become of the records.
fn preview(
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    records: &[Record],
) -> Result<ImportReport, Failure> {
    let options = options(place, arguments, None);
    send(client, &options, records, ImportStep::Preview)
}

fn send(
    client: &mut Client,
    options: &ImportOptions,
    records: &[Record],
    step: ImportStep,
) -> Result<ImportReport, Failure> {
    let records = records.iter().map(item);
    let report = import::send(options, step, records, |request, segments| {
        Ok(client.ask_with(request, segments)?.answer)
    });
    Ok(report?)
}

fn item(record: &Record) -> (ImportItem, SecretBytes) {
    let item = ImportItem {
        name: record.name.clone(),
        field: record.field.clone(),
        variable: record.variable.clone(),
        kind: record.kind,
        provider: record.provider.clone(),
        rotate_every_days: record.rotate_every_days,
        source_id: record.source_id.clone(),
        value: Segment(0),
    };
    (item, record.value.duplicate())
}

/// A file that cannot be read, with what helps: the line can be left out where it is one line.
fn malformed(path: &Path, found: Malformed) -> Failure {
    let is_too_large = match found.expected {
        Expected::Utf8 => Some(false),
        Expected::SmallerFile { .. } | Expected::FewerAssignments { .. } => Some(true),
        _ => None,
    };
    let cause = Error::Malformed {
        file: path.display().to_string(),
        line: found.line,
        column: found.column,
        expected: found.expected,
    };
    match is_too_large {
        Some(is_too_large) => CliProblem::ImportFile {
            cause,
            is_too_large,
        },
        None => CliProblem::ImportLine { cause },
    }
    .into()
}
