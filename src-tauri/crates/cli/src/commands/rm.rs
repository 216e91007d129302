//! `kh rm`: moves a credential to the trash.

use clap::Args;
use keyhaven_protocol::request::{RemoveRequest, ShowRequest};

use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, TargetArgs, full_reference};

/// Move a key to the trash
///
/// Example:
///   kh rm stripe -p shop -e dev
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RemoveArgs {
    #[command(flatten)]
    target: TargetArgs,
}

/// `kh rm`
pub fn rm(context: &Context, arguments: RemoveArgs) -> Result<(), Failure> {
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
        "Moved {} to the trash, where it stays for 30 days of use; restore it with: \
         kh trash restore {reference}",
        crate::output::escaped(&row.name)
    ))
}
