//! The same change of several credentials: of all, or of none.

use keyhaven_protocol::request::{EditAllRequest, EditRequest};
use keyhaven_protocol::view::{CredentialView, Moment};

use super::{EditArgs, change_all, metadata_of};
use crate::commands::metadata::warn_of_past;
use crate::commands::rotation;
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target;
use crate::texts::count;

/// `kh edit REF REF...`
pub fn edit(
    context: &Context,
    arguments: &EditArgs,
    expires: Option<Moment>,
) -> Result<(), Failure> {
    if arguments.metadata.env_var.is_some() || !arguments.field.is_empty() {
        return Err(CliProblem::VariableForSeveralKeys.into());
    }
    let (references, location) = (&arguments.reference, &arguments.location);
    let mut client = context.unlocked()?;
    let known = target::each_named(context, &mut client, references, location)?;
    let mut edits = Vec::new();
    for view in &known {
        let before = metadata_of(view.clone());
        let mut metadata = before.clone();
        change_all(context, &mut metadata, None, arguments)?;
        if metadata != before {
            edits.push(EditRequest {
                id: view.row.id,
                revision: view.row.revision,
                metadata,
            });
        }
    }
    let changed = match edits.is_empty() {
        true => Vec::new(),
        false => client.ask(EditAllRequest { edits })?,
    };
    warn_of_past(context, expires);
    if context.printer.json {
        return context.printer.document(&present(known, changed));
    }
    context.printer.done(&sentence(known.len(), &changed))?;
    for view in &changed {
        let before = known.iter().find(|known| known.row.id == view.row.id);
        if let Some(before) = before {
            rotation::note_change(context, before, view)?;
        }
    }
    Ok(())
}

/// All that are meant, as they are now.
fn present(known: Vec<CredentialView>, mut changed: Vec<CredentialView>) -> Vec<CredentialView> {
    let now = known.into_iter().map(|view| {
        let at = changed.iter().position(|new| new.row.id == view.row.id);
        at.map_or(view, |at| changed.swap_remove(at))
    });
    now.collect()
}

fn sentence(known: usize, changed: &[CredentialView]) -> String {
    let number = |number: usize| count(u32::try_from(number).unwrap_or(u32::MAX), "key");
    if changed.is_empty() {
        return format!(
            "{} already {} this metadata; nothing was changed.",
            number(known),
            if known == 1 { "has" } else { "have" },
        );
    }
    let names: Vec<&str> = changed.iter().map(|view| view.row.name.as_str()).collect();
    let names = escaped(&names.join(", ")).into_owned();
    match known - changed.len() {
        0 => format!("Changed {}: {names}.", number(known)),
        same => format!(
            "Changed {}: {names}; {} already had this metadata.",
            number(changed.len()),
            number(same)
        ),
    }
}
