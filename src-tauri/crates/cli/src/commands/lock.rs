//! `kh lock`.

use clap::Args;
use keyhaven_client::agent_process::{self, LockOutcome};
use keyhaven_client::session_from_environment;

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::session::Context;

/// Lock the vault
///
/// Example:
///   kh lock
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LockArgs {}

/// `kh lock`
pub fn lock(context: &Context, _: LockArgs) -> Result<(), Failure> {
    let place = context.vault()?;
    let outcome = agent_process::lock(&place, &session_from_environment())?;
    if outcome == LockOutcome::Ended {
        context.printer.note(&CliNotice::AgentMadeToEnd);
    }
    if context.printer.json {
        return context
            .printer
            .document(&serde_json::json!({ "locked": true }));
    }
    context.printer.done("The vault is locked.")
}
