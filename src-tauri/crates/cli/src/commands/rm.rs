//! `kh rm`: moves credentials to the trash.

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::request::{RemoveRequest, ShowRequest};
use keyhaven_protocol::view::CredentialRow;

use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, LocationArgs, TargetArgs, full_reference};

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
    for row in rows(context, &mut client, arguments)? {
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

/// Each credential once.
fn rows(
    context: &Context,
    client: &mut Client,
    arguments: RemoveArgs,
) -> Result<Vec<CredentialRow>, Failure> {
    let mut rows: Vec<CredentialRow> = Vec::new();
    for reference in arguments.references {
        let target = TargetArgs {
            reference,
            location: arguments.location.clone(),
        };
        let named = target::named(context, client, &target)?;
        let target = named.target;
        let row = client.ask(ShowRequest { target })?.row;
        if rows.iter().all(|known| known.id != row.id) {
            rows.push(row);
        }
    }
    Ok(rows)
}
