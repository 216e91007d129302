//! `kh set`: a new value.

use clap::Args;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{SetRequest, ShowRequest};
use keyhaven_protocol::view::{CredentialView, FieldView};

use super::add::stored_words;
use super::value::{NeededField, ValueArgs, gather, into_request};
use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, TargetArgs};

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
    let (values, segments) = into_request(&wanted, values);
    let request = SetRequest {
        target: named.target,
        revision: Some(known.row.revision),
        values,
    };
    let stored = client.ask_with(request, &segments)?.answer;
    if context.printer.json {
        return context.printer.document(&stored);
    }
    if stored.row.revision == known.row.revision {
        let name = crate::output::escaped(&stored.row.name);
        let nothing = format!("{name} has this value already; nothing was changed.");
        return context.printer.done(&nothing);
    }
    context
        .printer
        .done(&stored_words("Replaced the value of", &stored))
}

/// The fields that get a value: those named, else all.
fn chosen_fields<'a>(
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
