//! `kh rename`: a new name for a credential.

use clap::Args;
use keyhaven_protocol::view::CredentialView;

use super::allow::changes;
use super::edit::{change, said};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::TargetArgs;

/// Rename a key
///
/// Profiles that name it are updated; project files and templates are not.
///
/// Example:
///   kh rename kh://shop/dev/stripe stripe-eu
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RenameArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The new name
    #[arg(value_name = "NEW")]
    new: String,
}

/// `kh rename`
pub fn rename(context: &Context, arguments: RenameArgs) -> Result<(), Failure> {
    if let Some((_, name)) = arguments.new.rsplit_once('/') {
        let name = (!name.is_empty()).then(|| name.into());
        return Err(CliProblem::NotANewName { name }.into());
    }
    let mut old = String::new();
    let changed = change(context, &arguments.target, |metadata, _| {
        old = std::mem::replace(&mut metadata.name, arguments.new.clone());
        Ok(())
    })?;
    let sentence = format!(
        "Renamed {} to {}.",
        escaped(&old),
        escaped(&changed.view.row.name)
    );
    said(context, &changed, &sentence)?;
    match changed.written {
        true => note_files(context, &changed.view, &old),
        false => Ok(()),
    }
}

/// Profiles follow a credential to its new name; a trusted file cannot.
fn note_files(context: &Context, view: &CredentialView, old: &str) -> Result<(), Failure> {
    let mut row = view.row.clone();
    row.name = old.into();
    for path in changes::naming(&mut context.unlocked()?, &row)? {
        let name = old.into();
        context.printer.note(&CliNotice::OldName { path, name });
    }
    Ok(())
}
