//! `kh rollback`: an older version is used again.

use clap::Args;
use keyhaven_protocol::request::{RollBackRequest, ShowRequest};

use super::next_expiry::{self, NextExpiryArg};
use super::rotation;
use super::set::version_words;
use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::target::{self, TargetArgs};

/// Go back to an earlier version of a key
///
/// The version in use becomes the previous one. Nothing changes at the provider. kh history
/// lists the versions.
///
/// Example:
///   kh rollback stripe -p shop -e dev --to 3
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RollbackArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The version to use again
    #[arg(long, value_name = "N")]
    to: u32,
    /// Set its expiry: YYYY-MM-DD, RFC 3339, a span such as 90d, none, or keep [default: keep]
    #[arg(long, value_name = "DATE")]
    expires: Option<NextExpiryArg>,
}

/// `kh rollback`
pub fn rollback(context: &Context, arguments: RollbackArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let target = target::named(context, &mut client, &arguments.target)?.target;
    let known = client.ask(ShowRequest { target })?;
    let expires = arguments.expires.map(|said| said.placed(&context.calendar));
    let now = client.ask(RollBackRequest {
        id: known.row.id,
        revision: known.row.revision,
        version: arguments.to,
        expires,
        ended: None,
    })?;
    if context.printer.json {
        return context.printer.document(&now);
    }
    if now.row.revision == known.row.revision {
        let (name, version) = (escaped(&known.row.name), arguments.to);
        let sentence = format!("Version {version} of {name} is in use; nothing was changed.");
        return context.printer.done(&sentence);
    }
    context
        .printer
        .done_if(version_words(context, &now).as_deref())?;
    rotation::note_change(context, &known, &now)?;
    next_expiry::note(context, expires, &known, &now);
    Ok(())
}
