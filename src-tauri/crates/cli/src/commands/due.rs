//! `due` and `snooze`.

use keyhaven_protocol::request::{DueRequest, ShowRequest, SnoozeRequest};
use keyhaven_protocol::view::{DueKind, Moment};

use crate::command_line::{DueArgs, SnoozeArgs};
use crate::dates;
use crate::error::Failure;
use crate::output::Tone;
use crate::session::Context;
use crate::table::Table;
use crate::target;

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
        let days = keyhaven_protocol::wording::count(arguments.within, "day");
        let sentence = format!("Nothing is due within {days}.");
        return context.printer.done(&sentence);
    }
    let mut table = Table::new(["DUE", "ON", "WHAT", "NAME", "PROJECT", "ENV", "QUIET UNTIL"]);
    for item in &due {
        let tone = match item.in_days {
            ..0 => Tone::Hot,
            0..=7 => Tone::Warm,
            _ => Tone::Plain,
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
            (&on, Tone::Plain),
            (what, Tone::Plain),
            (&item.credential.name, Tone::Plain),
            (&item.credential.project, Tone::Plain),
            (&item.credential.environment, Tone::Plain),
            (quiet.as_deref().unwrap_or_default(), Tone::Faint),
        ]);
    }
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

/// `kh snooze`
pub fn snooze(context: &Context, arguments: SnoozeArgs) -> Result<(), Failure> {
    let until = arguments.until.day(&context.calendar);
    if until.is_some_and(|day| day < context.calendar.today()) {
        let hint = "choose a day to come, or none to end the quiet";
        return Err(Failure::usage("that day is over", hint));
    }
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let row = client
        .ask(ShowRequest {
            target: named.target.clone(),
        })?
        .row;
    client.ask(SnoozeRequest {
        id: row.id,
        revision: row.revision,
        until,
    })?;
    // The agent may have shortened it: a snooze never reaches past the expiry.
    let known = client.ask(ShowRequest {
        target: named.target,
    })?;
    if context.printer.json {
        return context.printer.document(&known);
    }
    let name = crate::output::plain(&known.row.name);
    context.printer.done(&match known.snoozed_until {
        Some(day) => format!("{name} is quiet until {day}."),
        None => format!("{name} reminds again."),
    })
}
