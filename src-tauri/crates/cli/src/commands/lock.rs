//! `kh lock`.

use clap::Args;
use keyhaven_protocol::request::LockRequest;

use crate::error::Failure;
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
    if let Some(mut client) = context.running()? {
        client.ask(LockRequest {})?;
    }
    if context.printer.json {
        return context
            .printer
            .document(&serde_json::json!({ "locked": true }));
    }
    context.printer.done("The vault is locked.")
}
