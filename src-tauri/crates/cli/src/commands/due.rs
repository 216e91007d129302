//! `kh due`: what expires or is due for rotation.

use clap::Args;
use keyhaven_protocol::request::DueRequest;
use keyhaven_protocol::view::{DueKind, Moment};

use crate::dates;
use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::texts;
use crate::value_parsers::days;

/// List the keys that expire or are due for rotation, soonest first
///
/// Example:
///   kh due --within 14
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DueArgs {
    /// Number of days to look ahead
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = days)]
    within: u32,
}

/// `kh due`
pub fn due(context: &Context, arguments: DueArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let due = client.ask(DueRequest {
        within_days: arguments.within,
    })?;
    if context.printer.json {
        return context.printer.document(&due);
    }
    if due.is_empty() {
        let days = texts::count(arguments.within, "day");
        let sentence = format!("Nothing is due within {days}.");
        return context.printer.done(&sentence);
    }
    let mut table = Table::new([
        "DUE",
        "ON",
        "WHAT",
        "NAME",
        "PROJECT",
        "ENV",
        "SNOOZED UNTIL",
    ]);
    for item in &due {
        let tone = match item.in_days {
            ..0 => Tone::Hot,
            0..=7 => Tone::Warm,
            _ => Tone::Normal,
        };
        let on = match item.due {
            Moment::Date(date) => date.to_string(),
            Moment::Instant(instant) => context.calendar.local(instant),
        };
        let what = match item.what {
            DueKind::Expiry => "expires",
            DueKind::Rotation => "rotate",
        };
        let quiet = item.snoozed_until.map(|day| day.to_string());
        table.row([
            (&dates::due_words(item.in_days), tone),
            (&on, Tone::Normal),
            (what, Tone::Normal),
            (&item.credential.name, Tone::Normal),
            (&item.credential.project, Tone::Normal),
            (&item.credential.environment, Tone::Normal),
            (quiet.as_deref().unwrap_or_default(), Tone::Faint),
        ]);
    }
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}
