//! `kh snooze`: no reminders for a while.

use clap::Args;
use keyhaven_protocol::request::{ShowRequest, SnoozeRequest};

use crate::dates::DateArg;
use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, TargetArgs};

/// Snooze the reminders of a key
///
/// Example:
///   kh snooze kh://shop/dev/stripe --until 1w
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SnoozeArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Snooze until this day: YYYY-MM-DD, 3d, 1w, or none to remind again
    #[arg(long, value_name = "DATE")]
    until: DateArg,
}

/// `kh snooze`
pub fn snooze(context: &Context, arguments: SnoozeArgs) -> Result<(), Failure> {
    let until = arguments.until.day(&context.calendar);
    if until.is_some_and(|day| day < context.calendar.today()) {
        let hint = "choose a day in the future, or none to remind again";
        return Err(Failure::usage("that day is in the past", hint));
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
    let name = crate::output::escaped(&known.row.name);
    context.printer.done(&match known.snoozed_until {
        Some(day) => format!("{name} is snoozed until {day}."),
        None => format!("{name} is no longer snoozed."),
    })
}
