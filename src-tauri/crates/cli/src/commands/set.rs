//! `kh set`: a new value.

use clap::Args;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{SetRequest, ShowRequest};
use keyhaven_protocol::view::{CredentialView, FieldView};

use super::add::stored_words;
use super::fitting;
use super::next_expiry::{self, NextExpiryArg};
use super::rotation;
use super::value::{NeededField, ValueArgs, gather, into_request};
use crate::dates::DateArg;
use crate::error::Failure;
use crate::output::escaped;
use crate::prompt;
use crate::session::Context;
use crate::target::{self, TargetArgs, full_reference};

/// Set a new value. The old one is kept as the previous version
///
/// Example:
///   kh set stripe -p shop -e dev --stdin < new-key
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SetArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    value: ValueArgs,
    /// Set only this field; the others keep their values (can be repeated)
    #[arg(long, value_name = "F")]
    field: Vec<String>,
    /// Set the new value's expiry: YYYY-MM-DD, RFC 3339, a span such as 90d, none, or
    /// keep (the previous value's) [default: ask; without a terminal or with --yes,
    /// keep a date that has not passed]
    #[arg(long, value_name = "DATE")]
    expires: Option<NextExpiryArg>,
    /// Set the rotation date of the new value: YYYY-MM-DD or a span such as 90d. A date that
    /// the previous value had ends with it
    #[arg(long, value_name = "DATE")]
    rotate_on: Option<DateArg>,
    /// Discard the oldest versions if the older values take too much room
    #[arg(long)]
    discard_old: bool,
}

/// `kh set`
pub fn set(context: &Context, arguments: SetArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let known = client.ask(ShowRequest {
        target: named.target.clone(),
    })?;
    let chosen: Vec<String> = named.field.into_iter().chain(arguments.field).collect();
    let fields = chosen_fields(&known, &chosen)?;
    let wanted: Vec<NeededField> = fields
        .iter()
        .map(|field| NeededField {
            name: &field.name,
            kind: field.kind,
        })
        .collect();
    let values = gather(context, &arguments.value, &known.row.name, &wanted)?;
    let unfit = fitting::unfit(fields.iter().copied(), &values);
    let (values, segments) = into_request(&wanted, values);
    let expires = next_expiry::chosen(context, arguments.expires, &known)?;
    let mut request = SetRequest {
        target: named.target,
        revision: Some(known.row.revision),
        values,
        expires,
        rotate_on: arguments
            .rotate_on
            .and_then(|date| date.placed(&context.calendar)),
        discard_old: arguments.discard_old,
    };
    let stored = match client.ask_with(request.clone(), &segments) {
        Err(error @ Error::WouldDiscard { .. }) if may_discard(context, &error)? => {
            request.discard_old = true;
            client.ask_with(request, &segments)
        }
        answered => answered,
    };
    let stored = stored?.answer;
    if context.printer.json {
        return context.printer.document(&stored);
    }
    if stored.version == known.version {
        context
            .printer
            .done(&same_value(context, &known, &stored))?;
        return rotation::note_change(context, &known, &stored);
    }
    let replaced = stored_words("Replaced the value of", &stored);
    context.printer.done(&replaced)?;
    context
        .printer
        .done_if(version_words(context, &stored).as_deref())?;
    rotation::note_new_value(context, &known, &stored)?;
    next_expiry::note(context, expires, &known, &stored);
    fitting::note(context, &stored, unfit);
    Ok(())
}

fn same_value(context: &Context, known: &CredentialView, stored: &CredentialView) -> String {
    let name = escaped(&stored.row.name);
    match stored.row.expires {
        _ if stored.row.revision == known.row.revision => {
            format!("{name} has this value already; nothing was changed.")
        }
        Some(expires) => {
            let expires = context.calendar.expiry(expires);
            format!("{name} has this value already; its expiry is {expires} now.")
        }
        None => format!("{name} has this value already; it has no expiry now."),
    }
}

/// Which version is which, and the way back.
pub fn version_words(context: &Context, stored: &CredentialView) -> Option<String> {
    let (current, previous) = (stored.version?, stored.previous?);
    let until = previous
        .until
        .map(|until| format!(" until {}", context.calendar.local(until)))
        .unwrap_or_default();
    let number = previous.number;
    let row = &stored.row;
    let reference = full_reference(&row.project, &row.environment, &row.name);
    Some(format!(
        "Version {current} is in use; version {number} is the previous one{until}.\n\
         To go back: kh rollback {reference} --to {number}"
    ))
}

/// Whether an older version may go, where a person can be asked.
pub fn may_discard(context: &Context, refused: &Error) -> Result<bool, Failure> {
    let Error::WouldDiscard {
        name,
        version,
        until,
    } = refused
    else {
        return Ok(false);
    };
    let Some(mut tty) = context.terminal() else {
        return Ok(false);
    };
    if context.yes() {
        return Ok(true);
    }
    let question = format!(
        "The older values of {} take too much room. Discard version {version}, current until {}, \
         and those before it?",
        escaped(name),
        context.calendar.local(*until)
    );
    prompt::yes(&mut tty, &question)
}

/// The fields that get a value: those named, else all.
pub fn chosen_fields<'a>(
    known: &'a CredentialView,
    chosen: &[String],
) -> Result<Vec<&'a FieldView>, Failure> {
    if chosen.is_empty() {
        return Ok(known.field_list.iter().collect());
    }
    chosen
        .iter()
        .map(|name| {
            let found = known.field_list.iter().find(|field| field.name == *name);
            found.ok_or_else(|| {
                Error::NoField {
                    name: known.row.name.clone(),
                    field: name.clone(),
                    fields: known.field_list.iter().map(|f| f.name.clone()).collect(),
                }
                .into()
            })
        })
        .collect()
}
