//! `kh due`: what expires, is due for rotation, or was replaced and is to be revoked.

use clap::Args;
use keyhaven_calendar::Names;
use keyhaven_client::Client;
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::request::{DueRequest, RotationsRequest};
use keyhaven_protocol::view::{DueKind, RotationStageView, RotationView};
use keyhaven_rules::days::MAX_DAYS;

use crate::dates;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::full_reference;
use crate::texts;
use crate::value_parsers::days;

/// List the keys to rotate or revoke and those that expire, soonest first
///
/// Examples:
///   kh due --within 14
///   kh due --ics > due.ics
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DueArgs {
    /// Look this many days ahead [default: 30; with --ics, all]
    #[arg(long, value_name = "DAYS", value_parser = days)]
    within: Option<u32>,
    /// Print an iCalendar file: a whole day for each date, with the lead times as alarms
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    /// Name the keys in the iCalendar file; otherwise it names none
    #[arg(long, requires = "ics")]
    names: bool,
}

/// Days to look ahead for the table.
const USUAL_DAYS: u32 = 30;

/// `kh due`
pub fn due(context: &Context, arguments: DueArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let usual = if arguments.ics { MAX_DAYS } else { USUAL_DAYS };
    let within_days = arguments.within.unwrap_or(usual);
    let due = client.ask(DueRequest { within_days })?;
    if arguments.ics {
        let names = match arguments.names {
            true => Names::Shown,
            false => Names::Hidden,
        };
        let file = keyhaven_calendar::file(&due, names, texts::language());
        return context.printer.out(file.as_bytes());
    }
    if context.printer.json {
        return context.printer.document(&due);
    }
    note_old_values(context, &mut client)?;
    if due.is_empty() {
        let days = texts::count(within_days, "day");
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
        let tone = dates::distance_tone(item.distance);
        let on = context.calendar.plain(item.due);
        let what = match item.what {
            DueKind::Expiry => "expires",
            DueKind::Rotation => "rotate",
            DueKind::Revocation => "revoke old",
        };
        let quiet = item.snoozed_until.map(|day| day.to_string());
        table.row([
            (&texts::due(item.distance.words), tone),
            (&on, Tone::Normal),
            (what, Tone::Normal),
            (&item.credential.name, Tone::Normal),
            (&item.credential.project, Tone::Normal),
            (&item.credential.environment, Tone::Normal),
            (quiet.as_deref().unwrap_or_default(), Tone::Faint),
        ]);
    }
    context.printer.text(&table.render(&context.printer))
}

/// Names the replaced keys that are to be revoked at their providers.
fn note_old_values(context: &Context, client: &mut Client) -> Result<(), Failure> {
    let open = client.ask(RotationsRequest::default())?;
    let over = |rotation: &&RotationView| rotation.stage == RotationStageView::GraceOver;
    for rotation in open.iter().filter(over) {
        let row = &rotation.credential;
        let page = || {
            Catalogue::builtin()
                .get(row.provider.as_deref()?)?
                .dashboard_address()
        };
        context.printer.note(&CliNotice::RevokeOld {
            name: row.name.clone(),
            page: page(),
            reference: full_reference(&row.project, &row.environment, &row.name),
        });
    }
    Ok(())
}
