//! `kh init`: a new vault.

use clap::Args;
use keyhaven_client::{Answered, Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{InitRequest, RecoveryKeyView, StatusRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::SecretString;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::silence::while_working;
use crate::{new_folder, new_password, recovery_key};

/// Create a vault and show its recovery key once
///
/// Example:
///   kh init
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct InitArgs {
    /// Read the master password from stdin, one line
    #[arg(long)]
    password_stdin: bool,
}

/// `kh init`
pub fn init(context: &Context, arguments: InitArgs) -> Result<(), Failure> {
    new_folder::expect_room(context)?;
    let mut client = context.agent_of_any_folder()?;
    let status = client.ask(StatusRequest {})?;
    if let Some(problem) = unusable(&status) {
        return Err(problem.clone().into());
    }
    if status.initialised {
        return Err(Error::VaultExists {
            folder: status.folder,
        }
        .into());
    }
    let mut answered = if arguments.password_stdin {
        create(&mut client, new_password::from_stdin(context)?)?
    } else {
        at_terminal(context, &mut client)?
    };
    let key = recovery_key::take(&mut answered.segments, answered.answer.recovery_key)?;
    let key = recovery_key::text(&key)?;
    if context.printer.json {
        let document = serde_json::json!({ "folder": status.folder, "recovery_key": key });
        return context.printer.document(&document);
    }
    let text = format!(
        "Created a vault in {}.\n\n{}",
        status.folder,
        recovery_key::instructions(key)
    );
    context.printer.text(&text)
}

/// Why the vault that there is cannot be used.
fn unusable(status: &StatusView) -> Option<&Error> {
    status.notices.iter().find_map(|notice| match notice {
        Notice::Unusable { cause } => Some(&**cause),
        _ => None,
    })
}

fn at_terminal(
    context: &Context,
    client: &mut Client,
) -> Result<Answered<RecoveryKeyView>, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyChoosesPassword.into());
    };
    let password = new_password::ask(&mut tty, "Master password")?;
    Ok(while_working(&tty, || create(client, password))??)
}

fn create(client: &mut Client, password: SecretString) -> Result<Answered<RecoveryKeyView>, Error> {
    let (password, segments) = one_segment(password.into());
    client.ask_with(InitRequest { password }, &segments)
}
