//! `kh unlock`: by password, by recovery key, or by the login keychain.

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{StatusRequest, UnlockByLoginRequest};
use keyhaven_protocol::view::StatusView;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::{Context, UnlockSecret};
use crate::stdin::line_from_stdin;
use crate::texts;

/// Unlock the vault
///
/// Example:
///   pass show keyhaven | kh unlock --password-stdin
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct UnlockArgs {
    /// Read the master password from stdin, one line
    #[arg(long)]
    password_stdin: bool,
    /// Unlock with the recovery key instead
    #[arg(long)]
    recovery: bool,
}

/// `kh unlock`
pub fn unlock(context: &Context, arguments: UnlockArgs) -> Result<(), Failure> {
    let mut client = context.agent()?;
    if !client.agent().locked {
        let status = client.ask(StatusRequest {})?;
        return said(context, &status, "The vault is already unlocked.");
    }
    let status = if arguments.password_stdin {
        context.initialised(&mut client)?;
        let secret = UnlockSecret::new(line_from_stdin()?, arguments.recovery);
        // One try, so the last one: the way on is named at once.
        context.unlock(&mut client, secret).map_err(|failure| {
            match failure == Error::WrongPassword.into() {
                true => CliProblem::WrongPasswords.into(),
                false => failure,
            }
        })?
    } else {
        match by_login(context, &mut client, arguments.recovery)? {
            Some(status) => status,
            None if context.terminal().is_none() => return Err(CliProblem::NobodyUnlocks.into()),
            None => context.ask_unlock_secret(&mut client, arguments.recovery)?,
        }
    };
    for notice in &status.notices {
        context.printer.note_text(&texts::notice(notice));
    }
    said(context, &status, "The vault is unlocked.")
}

/// By the login keychain, where its owner allowed that; where that fails the password is
/// requested.
fn by_login(
    context: &Context,
    client: &mut Client,
    recovery: bool,
) -> Result<Option<StatusView>, Failure> {
    if recovery {
        return Ok(None);
    }
    match client.ask(UnlockByLoginRequest {}) {
        Ok(status) => Ok(Some(status)),
        Err(Error::Locked | Error::NoVault { .. } | Error::OlderCopy { .. }) => Ok(None),
        Err(error @ Error::NoKeychain { .. }) => {
            context.printer.note_text(&texts::message(&error));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn said(context: &Context, status: &StatusView, sentence: &str) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(status);
    }
    context.printer.done(sentence)
}
