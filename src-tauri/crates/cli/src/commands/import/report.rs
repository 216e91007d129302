//! What became of an import: as a table with notes, and as one document.

use keyhaven_exchange::{Import, Malformed, Record};
use keyhaven_protocol::request::NextExpiry;
use keyhaven_protocol::view::{
    FieldKind, ImportExpiry, ImportItemView, ImportOutcome, ImportReport,
};
use serde::Serialize;

use super::choices::ExistingValue;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{ProjectEnvironment, full_reference};
use crate::texts;

/// What becomes of the file, as one document.
#[derive(Serialize)]
struct ImportDocument<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    left_out: Vec<LeftOutDocument<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped_lines: Vec<SkippedLineDocument>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    existing: &'a [ExistingValue],
}

#[derive(Serialize)]
struct SkippedLineDocument {
    line: u32,
    column: u32,
    why: String,
}

#[derive(Serialize)]
struct LeftOutDocument<'a> {
    what: &'a str,
    why: String,
    line: u32,
}

/// Prints the report as one document.
pub fn document(
    context: &Context,
    report: &ImportReport,
    import: &Import,
    existing: &[ExistingValue],
) -> Result<(), Failure> {
    let left_out = import.left_out.iter().map(|left| LeftOutDocument {
        what: &left.what,
        why: texts::left_out(&left.why),
        line: left.line,
    });
    context.printer.document(&ImportDocument {
        report,
        left_out: left_out.collect(),
        skipped_lines: import.skipped.iter().map(skipped_line).collect(),
        existing,
    })
}

/// Prints what becomes of each record.
pub fn print(context: &Context, report: &ImportReport, records: &[Record]) -> Result<(), Failure> {
    let mut table = Table::new(["NAME", "VARIABLE", "KIND", "PROVIDER", "BECOMES"]);
    for (item, record) in report.items.iter().zip(records) {
        let (becomes, tone) = becomes(context, item);
        let name = match &record.field {
            Some(field) => format!("{}/{field}", item.name),
            None => item.name.clone(),
        };
        table.row([
            (&name, Tone::Normal),
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
    if table.is_empty() || report.applied && context.printer.quiet {
        return Ok(());
    }
    context.printer.text(&table.render(&context.printer))
}

/// What is not imported as the file has it, or probably not as it was meant.
pub fn note(context: &Context, report: &ImportReport, import: &Import, existing: &[ExistingValue]) {
    for left in &import.left_out {
        context.printer.note(&CliNotice::LeftOut {
            line: left.line,
            name: left.what.clone(),
            left_out: left.why.clone(),
        });
    }
    for skipped in &import.skipped {
        context.printer.note(&CliNotice::SkippedLine {
            line: skipped.line,
            column: skipped.column,
            expected: skipped.expected.clone(),
        });
    }
    for ExistingValue { what, with, line } in existing {
        let (line, name, with) = (*line, what.clone(), with.clone());
        context
            .printer
            .note(&CliNotice::Existing { line, name, with });
    }
    if older(report) > 0 {
        context.printer.note(&CliNotice::OlderValues);
    }
}

fn skipped_line(skipped: &Malformed) -> SkippedLineDocument {
    SkippedLineDocument {
        line: skipped.line,
        column: skipped.column,
        why: texts::expected(&skipped.expected),
    }
}

/// What became of the expiry of keys that got a new value, where nobody had said what should.
pub fn note_expiries(
    context: &Context,
    place: &ProjectEnvironment,
    report: &ImportReport,
    said: Option<NextExpiry>,
) {
    if said.is_some() || !report.applied {
        return;
    }
    let mut noted: Vec<&str> = Vec::new();
    for item in &report.items {
        let Some(expiry) = &item.expiry else { continue };
        if noted.contains(&item.name.as_str()) {
            continue;
        }
        noted.push(&item.name);
        let name = item.name.clone();
        let reference = full_reference(&place.project, &place.environment, &name);
        let calendar = &context.calendar;
        context.printer.note(&match expiry.after {
            Some(_) => CliNotice::ImportExpiryKept {
                name,
                day: calendar.expiry(expiry.before),
                reference,
            },
            None => CliNotice::ImportExpiryForgotten {
                name,
                day: calendar.day(expiry.before).to_string(),
                reference,
            },
        });
    }
}

fn becomes(context: &Context, item: &ImportItemView) -> (String, Tone) {
    match &item.outcome {
        ImportOutcome::New => match item.rotate_every_days {
            None => ("new".into(), Tone::Normal),
            Some(days) => (format!("new, rotate every {days} days"), Tone::Normal),
        },
        ImportOutcome::Updated => (new_version(context, item), Tone::Warm),
        ImportOutcome::Unchanged => ("unchanged".into(), Tone::Faint),
        ImportOutcome::Older => ("older value, not imported".into(), Tone::Warm),
        ImportOutcome::Conflict { with } => {
            (format!("conflict: {with} has another origin"), Tone::Hot)
        }
    }
}

fn new_version(context: &Context, item: &ImportItemView) -> String {
    match &item.expiry {
        None => "new version".into(),
        Some(ImportExpiry { after: None, .. }) => "new version without an expiry".into(),
        Some(ImportExpiry {
            before,
            after: Some(after),
        }) => {
            let day = context.calendar.expiry(*after);
            match after == before {
                true => format!("new version, still expires {day}"),
                false => format!("new version, expires {day}"),
            }
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

/// The report in one sentence.
pub fn summary(place: &ProjectEnvironment, report: &ImportReport) -> String {
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
