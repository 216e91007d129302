//! `kh rm`: moves credentials to the trash.

use clap::Args;
use keyhaven_protocol::request::RemoveRequest;

use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, LocationArgs, full_reference};

/// Move keys to the trash
///
/// All of them are looked up before the first one is moved. With --json the answer is
/// an array, also for one.
///
/// Example:
///   kh rm stripe sendgrid -p shop -e dev
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RemoveArgs {
    /// kh://PROJECT/ENVIRONMENT/NAME, or NAME with -p and -e (can be repeated)
    #[arg(value_name = "REF", required = true)]
    references: Vec<String>,
    #[command(flatten)]
    location: LocationArgs,
}

/// `kh rm`
pub fn rm(context: &Context, arguments: RemoveArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let mut removed = Vec::new();
    let named = target::each_named(
        context,
        &mut client,
        &arguments.references,
        &arguments.location,
    )?;
    for row in named.into_iter().map(|view| view.row) {
        client.ask(RemoveRequest {
            id: row.id,
            revision: row.revision,
        })?;
        let reference = full_reference(&row.project, &row.environment, &row.name);
        let name = crate::output::escaped(&row.name);
        if !context.printer.json {
            context.printer.done(&format!(
                "Moved {name} to the trash, where it is kept for 30 days on which the vault is used; restore it \
                 with: kh trash restore {reference}"
            ))?;
        }
        removed.push(serde_json::json!({ "id": row.id, "removed": reference }));
    }
    match context.printer.json {
        true => context.printer.document(&removed),
        false => Ok(()),
    }
}
