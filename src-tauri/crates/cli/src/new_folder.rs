//! Whether a folder can become that of a new vault: looked at before an agent makes anything in
//! it, since a vault is not mixed into other files unasked.

use std::fs;

use keyhaven_rules::vault_files::{FoundFiles, found_in, is_own};

use crate::error::Failure;
use crate::folder::{is_for_others, names};
use crate::problem::CliProblem;
use crate::session::Context;

/// The vault's folder is missing, holds a vault or nothing else, or its owner has agreed.
///
/// # Errors
/// It holds other files.
pub fn expect_room(context: &Context) -> Result<(), Failure> {
    let folder = context.vault()?.folder;
    let (Some(names), Ok(found)) = (names(&folder), fs::metadata(&folder)) else {
        // The agent reports what is wrong with it.
        return Ok(());
    };
    let is_vault = found_in(names.iter()) == FoundFiles::Vault;
    if is_vault || names.iter().all(|name| is_own(name)) {
        return Ok(());
    }
    let path = folder.display().to_string();
    if is_for_others(&found) {
        return Err(CliProblem::FolderForOthers { path }.into());
    }
    let question = format!("{path} holds other files. Create the vault among them?");
    let refused = CliProblem::FolderInUse { path };
    if context.confirm(&question, refused.clone())? {
        return Ok(());
    }
    Err(refused.into())
}
