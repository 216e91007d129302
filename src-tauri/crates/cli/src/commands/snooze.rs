//! `kh snooze`: no reminders for a while.

use clap::Args;
use jiff::civil::Date;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{ShowRequest, SnoozeRequest};
use keyhaven_protocol::view::{CredentialState, CredentialView};

use crate::dates::DateArg;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, TargetArgs, full_reference};

/// Snooze the reminders of a key
///
/// A snooze ends at the expiry at the latest; an expired key cannot be snoozed.
///
/// Example:
///   kh snooze kh://shop/dev/stripe --until 1w
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SnoozeArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Snooze until this day: YYYY-MM-DD, 3d, 2w, or none to remind again
    #[arg(long, value_name = "DATE", default_value = "1w")]
    until: DateArg,
}

/// `kh snooze`
pub fn snooze(context: &Context, arguments: SnoozeArgs) -> Result<(), Failure> {
    let until = arguments.until.day(&context.calendar);
    if until.is_some_and(|day| day <= context.calendar.today()) {
        return Err(CliProblem::PastDay.into());
    }
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let target = named.target;
    let found = client.ask(ShowRequest { target })?;
    if until.is_some() && !is_ever_due(&found) {
        return never_due(context, found);
    }
    let row = found.row;
    let snoozed = client.ask(SnoozeRequest {
        id: row.id,
        revision: row.revision,
        until,
    });
    let stored = match snoozed {
        Err(cause @ Error::SnoozePastExpiry { .. }) => {
            let reference = full_reference(&row.project, &row.environment, &row.name);
            return Err(CliProblem::SnoozePastExpiry { cause, reference }.into());
        }
        other => other?,
    };
    if context.printer.json {
        return context.printer.document(&stored);
    }
    context.printer.done(&words(&stored, until))
}

/// Nothing is stored: there would be nothing to remind of later, either.
fn never_due(context: &Context, found: CredentialView) -> Result<(), Failure> {
    if context.printer.json {
        context.printer.document(&found)?;
    }
    let name = found.row.name;
    context.printer.note(&CliNotice::NeverDue { name });
    Ok(())
}

/// What was stored, which may be less than was asked for.
fn words(stored: &CredentialView, asked: Option<Date>) -> String {
    let name = escaped(&stored.row.name);
    match stored.snoozed_until {
        None => format!("{name} is no longer snoozed."),
        until if until == asked => format!("{name} is snoozed until {}.", shown(until)),
        until => format!(
            "{name} is snoozed until {}, when it expires: a snooze never lasts longer.",
            shown(until)
        ),
    }
}

fn shown(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn is_ever_due(view: &CredentialView) -> bool {
    let row = &view.row;
    let dated = row.expires.is_some() || row.rotation_due.is_some();
    dated && !row.plain && row.state != CredentialState::Revoked
}
