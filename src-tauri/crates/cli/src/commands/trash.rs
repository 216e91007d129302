//! `rm` and `trash`: away, and back.

use keyhaven_protocol::request::{
    EmptyTrashRequest, ListRequest, RemoveRequest, RestoreRequest, ShowRequest, Target,
};
use keyhaven_protocol::wording::{self, count};
use keyhaven_protocol::{Error, view::CredentialRow};

use super::list;
use crate::command_line::{RemoveArgs, TargetArgs, TrashAction, TrashArgs};
use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, full_reference};

/// `kh rm`
pub fn remove(context: &Context, arguments: RemoveArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let known = client.ask(ShowRequest {
        target: named.target,
    })?;
    let row = known.row;
    client.ask(RemoveRequest {
        id: row.id,
        revision: row.revision,
    })?;
    let reference = full_reference(&row.project, &row.environment, &row.name);
    if context.printer.json {
        let document = serde_json::json!({ "id": row.id, "removed": reference });
        return context.printer.document(&document);
    }
    context.printer.done(&format!(
        "Moved {} to the trash, where it stays for 30 days of use; take it back with: \
         kh trash restore {reference}",
        crate::output::plain(&row.name)
    ))
}

/// `kh trash`
pub fn trash(context: &Context, arguments: TrashArgs) -> Result<(), Failure> {
    match arguments.action.unwrap_or(TrashAction::List) {
        TrashAction::List => {
            let mut client = context.unlocked()?;
            let rows = client.ask(removed())?;
            list::print(context, &rows, "The trash is empty.")
        }
        TrashAction::Restore { target } => restore(context, &target),
        TrashAction::Empty => empty(context),
    }
}

fn removed() -> ListRequest {
    ListRequest {
        removed: true,
        ..ListRequest::default()
    }
}

fn empty(context: &Context) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let rows = client.ask(removed())?;
    let there = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let question = format!("Erase {} for good?", count(there, "credential"));
    if there > 0
        && !context.confirm(&question, "look at it with kh trash, and repeat with --yes")?
    {
        return Err(Failure::failed("nothing was erased", ""));
    }
    let erased = client.ask(EmptyTrashRequest {})?;
    if context.printer.json {
        let document = serde_json::json!({ "erased": erased });
        return context.printer.document(&document);
    }
    context
        .printer
        .done(&format!("Erased {}.", count(erased, "credential")))
}

fn restore(context: &Context, target: &TargetArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, target)?;
    let rows = client.ask(removed())?;
    let found = latest(&rows, &named.target).ok_or_else(|| {
        let message = format!("there is no {} in the trash", target.reference);
        Failure::own(
            "no_credential",
            4,
            message,
            "see what there is with: kh trash",
        )
    })?;
    let restored = match client.ask(RestoreRequest { id: found.id }) {
        Err(error @ (Error::Exists { .. } | Error::VariableTaken { .. })) => {
            let hint = "rename or remove the one in its place first";
            return Err(Failure::own("exists", 5, wording::message(&error), hint));
        }
        other => other?,
    };
    if context.printer.json {
        return context.printer.document(&restored);
    }
    let name = crate::output::plain(&restored.row.name);
    context.printer.done(&format!("Took {name} back."))
}

/// Several of one name may lie there; ids are in the order of their making.
fn latest<'a>(rows: &'a [CredentialRow], target: &Target) -> Option<&'a CredentialRow> {
    rows.iter()
        .filter(|row| match target {
            Target::Id(id) => row.id == *id,
            Target::Named {
                project,
                environment,
                name,
            } => row.project == *project && row.environment == *environment && row.name == *name,
        })
        .max_by_key(|row| row.id)
}
