//! What is decided about a file before it is imported: its encoding, its format, values that are
//! one key together, and what the vault has from elsewhere.

use std::path::Path;

use keyhaven_client::Client;
use keyhaven_exchange::{AWS_NAME, AwsPart, Format, Record, TextEncoding, aws_key, join_aws_key};
use keyhaven_protocol::request::NextExpiry;
use keyhaven_protocol::view::{ImportItemView, ImportOutcome};
use keyhaven_secret::SecretBytes;
use serde::Serialize;

use super::{ImportArgs, preview};
use crate::commands::next_expiry;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::target::ProjectEnvironment;

/// The file as UTF-8; what is in another encoding is converted after a yes.
pub fn as_utf8(context: &Context, path: &Path, bytes: SecretBytes) -> Result<SecretBytes, Failure> {
    // Exposed to be recognised and converted.
    let Some(encoding) = TextEncoding::recognise(bytes.expose()) else {
        return Ok(bytes);
    };
    let file = path.display().to_string();
    let title = encoding.title().to_owned();
    let question = format!("{file} is {title}, not UTF-8. Convert it? The file stays as it is");
    let refused = CliProblem::OtherEncoding {
        file,
        encoding: title,
    };
    if !context.confirm(&question, refused.clone())? {
        return Err(refused.into());
    }
    encoding
        .to_utf8(bytes.expose())
        .ok_or_else(|| refused.into())
}

/// The format of a file for which none was named; a file of no known format is read as another
/// one after a yes.
pub fn detect(context: &Context, path: &Path, bytes: &[u8]) -> Result<Format, Failure> {
    let file = path.display().to_string();
    let formats = Format::ALL.map(|format| format.id().to_owned()).to_vec();
    let unknown = CliProblem::UnknownFormat {
        file: file.clone(),
        formats,
    };
    let name = path.file_name().unwrap_or(path.as_os_str());
    let found = Format::detect_or_ask(&name.to_string_lossy(), bytes, |offered| {
        let title = offered.title();
        let question = format!("The format of {file} is not known. Read it as a {title}?");
        context.confirm(&question, unknown.clone())
    })?;
    found.ok_or_else(|| unknown.into())
}

/// Offers to store an AWS key as one credential, where nothing of it is in the vault yet.
pub fn offer_aws_key(
    context: &Context,
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    records: &mut [Record],
) -> Result<(), Failure> {
    let Some(key) = aws_key(records.iter().map(|record| record.name.as_str())) else {
        return Ok(());
    };
    let report = preview(client, place, arguments, records)?;
    let is_new = |part: &AwsPart| {
        report
            .items
            .get(part.at)
            .is_some_and(|item| item.outcome == ImportOutcome::New)
    };
    if !key.iter().all(is_new) {
        return Ok(());
    }
    let names = key.iter().map(|part| records[part.at].name.as_str());
    let names: Vec<&str> = names.collect();
    let is_wanted = match context.terminal() {
        _ if context.yes() => true,
        Some(mut tty) if !arguments.dry_run => prompt::yes(
            &mut tty,
            &format!(
                "{} are one AWS key. Store them as one key named {AWS_NAME}, with {} fields?",
                names.join(", "),
                names.len()
            ),
        )?,
        _ => {
            let names = names.iter().map(ToString::to_string).collect();
            context.printer.note(&CliNotice::AwsKey { names });
            false
        }
    };
    if is_wanted {
        join_aws_key(records);
    }
    Ok(())
}

/// A value that is not imported because the vault has its name or variable from elsewhere.
#[derive(Debug, Serialize)]
pub struct ExistingValue {
    /// Its variable in the file.
    pub what: String,
    /// The credential in the way.
    pub with: String,
    /// Its line in the file.
    pub line: u32,
}

/// Takes out what is in conflict with credentials of another origin.
pub fn leave_out_existing(
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    records: &mut Vec<Record>,
) -> Result<Vec<ExistingValue>, Failure> {
    if !arguments.skip_existing {
        return Ok(Vec::new());
    }
    let report = preview(client, place, arguments, records)?;
    let mut existing = Vec::new();
    let mut items = report.items.iter();
    records.retain(|record| {
        let Some(ImportItemView {
            outcome: ImportOutcome::Conflict { with },
            ..
        }) = items.next()
        else {
            return true;
        };
        existing.push(ExistingValue {
            what: record
                .variable
                .clone()
                .unwrap_or_else(|| record.name.clone()),
            with: with.clone(),
            line: record.line,
        });
        false
    });
    Ok(existing)
}

/// The expiry of keys whose value is replaced: as said, else as a person at the terminal answers
/// where one of them has a date; none where nobody says.
pub fn next_expiry(
    context: &Context,
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &ImportArgs,
    records: &[Record],
) -> Result<Option<NextExpiry>, Failure> {
    let calendar = &context.calendar;
    if let Some(said) = arguments.expires {
        return Ok(Some(said.placed(calendar)));
    }
    if context.yes() || arguments.dry_run {
        return Ok(None);
    }
    let Some(mut tty) = context.terminal() else {
        return Ok(None);
    };
    let report = preview(client, place, arguments, records)?;
    let mut dates: Vec<String> = Vec::new();
    for item in &report.items {
        if let Some(expiry) = &item.expiry {
            let date = format!("{}: {}", item.name, calendar.expiry(expiry.before));
            if !dates.contains(&date) {
                dates.push(date);
            }
        }
    }
    if dates.is_empty() {
        return Ok(None);
    }
    let question = format!(
        "Keys that get a new value have an expiry ({}). And the new values': a date, none or keep: ",
        dates.join("; ")
    );
    next_expiry::answered(&mut tty, calendar, &question, None).map(Some)
}
