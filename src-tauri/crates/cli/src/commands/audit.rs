//! `audit`: the log.

use clap::Args;
use jiff::Timestamp;
use keyhaven_client::Client;
use keyhaven_protocol::maintenance::VerifyLogRequest;
use keyhaven_protocol::request::AuditRequest;
use keyhaven_protocol::view::{AuditEntryView, Moment};

use crate::dates::DateArg;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{self, LocationArgs, SearchedPlace, TargetArgs};
use crate::value_parsers::{from_one, since};

/// Show the audit log, or verify it
///
/// Example:
///   kh audit -p shop --action use.launch --since 2026-01-01
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AuditArgs {
    /// Show only entries about this key
    #[arg(value_name = "REF")]
    reference: Option<String>,
    #[command(flatten)]
    location: LocationArgs,
    /// Show only this action, such as credential.add, or its family, such as use
    #[arg(long)]
    action: Option<String>,
    /// Show only entries from this time on: YYYY-MM-DD, RFC 3339, or an age such as 7d
    #[arg(long, value_name = "DATE", value_parser = since)]
    since: Option<DateArg>,
    /// Show at most this many entries
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = from_one)]
    limit: u32,
    /// Check that no entry is missing or changed
    #[arg(long, conflicts_with_all = ["reference", "action", "since", "limit"])]
    verify: bool,
}

/// Names in a cell of the table.
const MOST_NAMES: usize = 3;

/// `kh audit`
pub fn audit(context: &Context, arguments: AuditArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    if arguments.verify {
        return verify(context, &mut client);
    }
    let mut request = AuditRequest {
        credential: None,
        project: None,
        environment: None,
        action: arguments.action,
        since: arguments
            .since
            .map(|since| start(context, since))
            .transpose()?,
        limit: arguments.limit,
    };
    match arguments.reference {
        Some(reference) => {
            let target = TargetArgs {
                reference,
                location: arguments.location,
            };
            let places = [SearchedPlace::Vault, SearchedPlace::Trash];
            let named = target::named_among(context, &mut client, &target, &places)?;
            request.credential = Some(named.target);
        }
        None => {
            request.project = arguments.location.project;
            request.environment = arguments.location.environment;
        }
    }
    let entries = client.ask(request)?;
    if context.printer.json {
        return context.printer.document(&entries);
    }
    if entries.is_empty() {
        return context.printer.done("The log has no matching entries.");
    }
    let table = table(context, &entries);
    context.printer.text(&table.render(&context.printer))
}

/// Whether the log is whole.
fn verify(context: &Context, client: &mut Client) -> Result<(), Failure> {
    let log = client.ask(VerifyLogRequest {})?;
    if context.printer.json {
        return context.printer.document(&log);
    }
    let cut = match log.first {
        1 => String::new(),
        first => format!(
            ", starting at entry {first}; older entries were removed according to the settings"
        ),
    };
    context
        .printer
        .done(&format!("The log is intact: {} entries{cut}.", log.entries))
}

/// Where a day begins here; an instant is itself. A number of days is looked back.
fn start(context: &Context, since: DateArg) -> Result<Timestamp, Failure> {
    let calendar = &context.calendar;
    let since = match since {
        DateArg::FromToday(span) => Some(Moment::Date(calendar.before(span.0))),
        since => since.placed(calendar),
    };
    match since {
        Some(Moment::Instant(instant)) => Ok(instant),
        Some(Moment::Date(date)) => calendar
            .start_of(date)
            .ok_or(CliProblem::DayOutOfRange.into()),
        None => Err(CliProblem::BadSince.into()),
    }
}

/// Entries of the log as a table.
pub fn table(context: &Context, entries: &[AuditEntryView]) -> Table<6> {
    let mut table = Table::new(["WHEN", "ACTION", "OUTCOME", "WHERE", "WHAT", "BY"]);
    for entry in entries {
        let place = match (&entry.project, &entry.environment) {
            (Some(project), Some(environment)) => format!("{project}/{environment}"),
            (Some(project), None) => project.clone(),
            _ => String::new(),
        };
        let tone = match entry.outcome.as_str() {
            "refused" | "failed" => Tone::Warm,
            _ => Tone::Normal,
        };
        let program = program(entry);
        table.row([
            (&context.calendar.local(entry.at), Tone::Faint),
            (&entry.action, Tone::Normal),
            (&outcome(entry), tone),
            (&place, Tone::Normal),
            (&subject(entry), Tone::Normal),
            (&format!("{program} ({})", entry.actor.pid), Tone::Faint),
        ]);
    }
    table
}

/// The program that asked, and for which other program or server it did.
fn program(entry: &AuditEntryView) -> String {
    let mut text = short(&entry.actor.program).to_owned();
    let detail = |key: &str| entry.detail.get(key);
    if let Some(helper) = detail("helper") {
        text += &format!(" {helper}");
    }
    if let Some(whom) = entry.claimed.program.as_ref().or(detail("host")) {
        text += &format!(" for {whom}");
    }
    text
}

/// How it ended, and how often where several are one entry.
fn outcome(entry: &AuditEntryView) -> String {
    match entry.detail.get("repeats").filter(|times| *times != "1") {
        Some(times) => format!("{}, {times} times", entry.outcome),
        None => entry.outcome.clone(),
    }
}

/// Which keys it is about, and of a refusal the file or variable.
fn subject(entry: &AuditEntryView) -> String {
    let names = some_names(&entry.credentials);
    let other = entry.detail.get("file").or(entry.detail.get("variable"));
    match other.filter(|_| entry.outcome == "refused") {
        Some(other) if names.is_empty() || names == *other => other.clone(),
        Some(other) => format!("{names} as {other}"),
        None => names,
    }
}

/// The first few names; the whole list is in the JSON.
fn some_names(names: &[String]) -> String {
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The last part of a program's path.
fn short(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_names_three_and_counts_the_rest() {
        let names: Vec<String> = (1..=34).map(|number| format!("K{number}")).collect();
        assert_eq!(some_names(&names), "K1, K2, K3 and 31 more");
        assert_eq!(some_names(&names[..3]), "K1, K2, K3");
        assert_eq!(some_names(&[]), "");
    }
}
