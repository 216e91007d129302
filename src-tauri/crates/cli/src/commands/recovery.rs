//! `kh recovery`: a new recovery key.

use clap::Args;
use keyhaven_client::{Answered, one_segment};
use keyhaven_protocol::request::{NewRecoveryKeyRequest, RecoveryKeyView};

use super::password::{nobody, open};
use crate::error::Failure;
use crate::session::{Context, UnlockSecret, line_from_stdin};
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
    let password = if arguments.password_stdin {
        line_from_stdin()?
    } else {
        let Some(mut tty) = context.terminal() else {
            return Err(nobody("the master password"));
        };
        prompt::hidden(&mut tty, "Master password")?
    };
    let password = UnlockSecret::new(password, false);
    open(context, &mut client, &password)?;
    let (password, segments) = one_segment(password.into_text().into());
    let request = NewRecoveryKeyRequest { password };
    let answered = client.ask_with(request, &segments)?;
    show(
        context,
        answered,
        "The previous recovery key no longer works.",
    )
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
    context.printer.out(text.as_bytes())
}
