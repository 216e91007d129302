//! `kh init`: a new vault.

use clap::Args;
use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{InitRequest, StatusRequest};
use keyhaven_secret::SecretString;

use crate::error::Failure;
use crate::session::{Context, line_from_stdin};
use crate::{prompt, recovery_key};

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
    let mut client = context.agent()?;
    let status = client.ask(StatusRequest {})?;
    if status.initialised {
        return Err(Error::VaultExists {
            folder: status.folder,
        }
        .into());
    }
    let password = if arguments.password_stdin {
        line_from_stdin()?
    } else {
        new_password(context)?
    };
    let (password, segments) = one_segment(password.into());
    let mut answered = client.ask_with(InitRequest { password }, &segments)?;
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
    context.printer.out(text.as_bytes())
}

fn new_password(context: &Context) -> Result<SecretString, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(Failure::nobody_to_ask(
            "a master password",
            "pass it with --password-stdin",
        ));
    };
    prompt::new_password(&mut tty, "Master password")
}
