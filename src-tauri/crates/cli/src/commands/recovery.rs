//! `kh recovery`: a new recovery key.

use clap::Args;
use keyhaven_client::{Answered, Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{NewRecoveryKeyRequest, RecoveryKeyView};

use super::password::open;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::{Context, UnlockSecret, right, wrong};
use crate::silence::while_working;
use crate::stdin::line_from_stdin;
use crate::{prompt, recovery_key};

/// Create a new recovery key and show it once
///
/// The previous recovery key stops working.
///
/// Example:
///   kh recovery
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RecoveryArgs {
    /// Read the master password from stdin, one line
    #[arg(long)]
    password_stdin: bool,
}

/// `kh recovery`
pub fn recovery(context: &Context, arguments: RecoveryArgs) -> Result<(), Failure> {
    let mut client = context.agent()?;
    let answered = if arguments.password_stdin {
        let password = UnlockSecret::Password(line_from_stdin()?);
        open(context, &mut client, None, &password)?;
        make(&mut client, password)?
    } else {
        at_terminal(context, &mut client)?
    };
    show(
        context,
        answered,
        "The previous recovery key no longer works.",
    )
}

fn at_terminal(
    context: &Context,
    client: &mut Client,
) -> Result<Answered<RecoveryKeyView>, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyEntersPassword.into());
    };
    prompt::until_right(&mut tty, wrong(false), |tty| {
        let password = UnlockSecret::Password(prompt::hidden(tty, "Master password")?);
        if right(open(context, client, Some(tty), &password))?.is_none() {
            return Ok(None);
        }
        let made = while_working(tty, || make(client, password))?;
        right(made.map_err(Failure::from))
    })
}

fn make(client: &mut Client, password: UnlockSecret) -> Result<Answered<RecoveryKeyView>, Error> {
    let (password, segments) = one_segment(password.into_text().into());
    client.ask_with(NewRecoveryKeyRequest { password }, &segments)
}

/// A recovery key, once, on standard output.
fn show(
    context: &Context,
    mut answered: Answered<RecoveryKeyView>,
    first: &str,
) -> Result<(), Failure> {
    let key = recovery_key::take(&mut answered.segments, answered.answer.recovery_key)?;
    let key = recovery_key::text(&key)?;
    if context.printer.json {
        let document = serde_json::json!({ "recovery_key": key });
        return context.printer.document(&document);
    }
    let text = format!("{first}\n\n{}", recovery_key::instructions(key));
    context.printer.text(&text)
}
