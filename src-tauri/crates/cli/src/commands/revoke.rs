//! `kh revoke`: a key that is never used again.

use clap::Args;
use keyhaven_protocol::request::{RevokeRequest, ShowRequest};

use super::page;
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, TargetArgs};

/// Mark a key as revoked: no program receives it any more
///
/// All its versions are marked, and none comes back; kh set stores a new value. Nothing is
/// revoked at the provider: do that on its page.
///
/// Example:
///   kh revoke stripe -p shop -e dev
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RevokeArgs {
    #[command(flatten)]
    target: TargetArgs,
}

/// `kh revoke`
pub fn revoke(context: &Context, arguments: RevokeArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let target = target::named(context, &mut client, &arguments.target)?.target;
    let known = client.ask(ShowRequest { target })?;
    let name = escaped(&known.row.name);
    let question =
        format!("Mark all versions of {name} as revoked, so that no program receives it?");
    if !context.confirm(&question, CliProblem::NobodyRevokes)? {
        return Err(CliProblem::NotRevoked.into());
    }
    let revoked = client.ask(RevokeRequest {
        id: known.row.id,
        revision: known.row.revision,
    })?;
    if context.printer.json {
        return context.printer.document(&revoked);
    }
    context.printer.done(&format!(
        "Marked {name} as revoked; no program receives it until kh set stores a new value.\n\
         Nothing changed at the provider: revoke it {}.",
        page::place(&known)
    ))
}
