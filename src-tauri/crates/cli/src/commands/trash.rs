//! `kh trash`: what was removed.

use clap::{Args, Subcommand};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{EmptyTrashRequest, ListRequest, RestoreRequest, Target};
use keyhaven_protocol::view::CredentialRow;

use super::list;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, SearchedPlace, TargetArgs};
use crate::texts::count;

/// List the trash, restore keys from it, or empty it
///
/// Example:
///   kh trash restore kh://shop/dev/stripe
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct TrashArgs {
    #[command(subcommand)]
    action: Option<TrashAction>,
}

#[derive(Debug, Subcommand)]
enum TrashAction {
    /// List the keys in the trash
    ///
    /// Example:
    ///   kh trash list --json
    #[command(verbatim_doc_comment)]
    List,
    /// Restore a key
    ///
    /// Example:
    ///   kh trash restore kh://shop/dev/stripe
    #[command(verbatim_doc_comment)]
    Restore {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Erase everything in the trash for good, after a confirmation
    ///
    /// Example:
    ///   kh trash empty --yes
    #[command(verbatim_doc_comment)]
    Empty,
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

/// Names in a question.
const MOST_NAMED: usize = 8;

fn removed() -> ListRequest {
    ListRequest {
        removed: true,
        ..ListRequest::default()
    }
}

/// The names of what is erased, as far as a person reads them.
fn named(rows: &[CredentialRow]) -> String {
    let first = rows.iter().take(MOST_NAMED).map(|row| row.name.as_str());
    let names = first.collect::<Vec<_>>().join(", ");
    match rows.len().saturating_sub(MOST_NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

fn empty(context: &Context) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let rows = client.ask(removed())?;
    let there = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let question = format!("Erase {} for good: {}?", count(there, "key"), named(&rows));
    if there > 0 && !context.confirm(&question, CliProblem::NobodyEmptiesTrash)? {
        return Err(CliProblem::NothingErased.into());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let parts = EmptyTrashRequest::parts(&ids);
    let erased: u32 = parts.map(|part| client.ask(part)).sum::<Result<_, _>>()?;
    if context.printer.json {
        let document = serde_json::json!({ "erased": erased });
        return context.printer.document(&document);
    }
    context
        .printer
        .done(&format!("Erased {}.", count(erased, "key")))
}

fn restore(context: &Context, target: &TargetArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named_among(context, &mut client, target, &[SearchedPlace::Trash])?;
    let rows = client.ask(removed())?;
    let found = latest(&rows, &named.target).ok_or_else(|| CliProblem::NotInTrash {
        name: target.reference.clone(),
    })?;
    let restored = match client.ask(RestoreRequest { id: found.id }) {
        Err(cause @ (Error::Exists { .. } | Error::VariableTaken { .. })) => {
            return Err(CliProblem::InTheWay { cause }.into());
        }
        other => other?,
    };
    if context.printer.json {
        return context.printer.document(&restored);
    }
    let name = crate::output::escaped(&restored.row.name);
    context.printer.done(&format!("Restored {name}."))
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
