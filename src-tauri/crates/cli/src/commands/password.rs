//! `kh password`: a new master password, on request under a new vault key.

use std::fs::File;

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{ChangePasswordRequest, Proof, RekeyRequest};
use keyhaven_secret::SecretString;

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::progress;
use crate::session::{Context, UnlockSecret, right, wrong};
use crate::silence::while_working;
use crate::stdin::line_from_stdin;
use crate::{new_password, prompt, recovery_key};

/// Change the master password
///
/// With --password-stdin, the first line is the old password (or the recovery
/// key) and the second line is the new one. The old password, together with an
/// old copy of the vault's header or a backup, still unlocks today's vault;
/// --rekey prevents that.
///
/// Examples:
///   kh password
///   kh password --recovery
///   kh password --rekey
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct PasswordArgs {
    /// Read the old and the new password from stdin, one per line
    #[arg(long)]
    password_stdin: bool,
    /// Give the recovery key instead of the old password
    #[arg(long)]
    recovery: bool,
    /// Re-encrypt everything under a new vault key, with a new recovery key
    #[arg(long)]
    rekey: bool,
    /// With --rekey: continue even if no backup can be written first
    #[arg(long, requires = "rekey")]
    no_backup: bool,
}

/// `kh password`
pub fn password(context: &Context, arguments: PasswordArgs) -> Result<(), Failure> {
    let mut client = context.agent()?;
    if arguments.rekey {
        return rekey(context, &mut client, &arguments);
    }
    with_passwords(context, &mut client, &arguments, |client, old, new| {
        let mut segments = Segments::default();
        let proof = proof(old, &mut segments);
        let password = segments.push(new.into());
        client.ask_with(ChangePasswordRequest { proof, password }, &segments)
    })?;
    if context.printer.json {
        let document = serde_json::json!({ "changed": true });
        return context.printer.document(&document);
    }
    context.printer.done("The master password was changed.")?;
    context.printer.note(&CliNotice::OldPassword);
    Ok(())
}

fn rekey(context: &Context, client: &mut Client, arguments: &PasswordArgs) -> Result<(), Failure> {
    let mut answered = with_passwords(context, client, arguments, |client, old, new| {
        let mut segments = Segments::default();
        let proof = proof(old, &mut segments);
        let password = segments.push(new.into());
        let request = RekeyRequest {
            proof,
            password,
            without_backup: arguments.no_backup,
        };
        progress::ask(&context.printer, client, "Encrypting", request, &segments)
    })?;
    let old = &answered.answer.old_backups;
    let key = recovery_key::take(&mut answered.segments, answered.answer.recovery_key)?;
    if context.printer.json {
        let document =
            serde_json::json!({ "recovery_key": recovery_key::text(&key)?, "old_backups": old });
        return context.printer.document(&document);
    }
    let mut said = String::from(
        "Everything is encrypted under a new vault key. The old password and the old recovery key\n\
         no longer unlock it. They still unlock earlier copies. Delete those you do not need:\n\n",
    );
    for file in old {
        said += &format!("  {}\n", escaped(file));
    }
    said += &format!(
        "\n{}",
        recovery_key::instructions(recovery_key::text(&key)?)
    );
    context.printer.text(&said)
}

/// Sends the old password or the recovery key, and the new password. At the terminal an old one
/// that is wrong can be typed again; the new one is asked for once.
fn with_passwords<T>(
    context: &Context,
    client: &mut Client,
    arguments: &PasswordArgs,
    mut send: impl FnMut(&mut Client, UnlockSecret, SecretString) -> Result<T, Error>,
) -> Result<T, Failure> {
    let recovery = arguments.recovery;
    if arguments.password_stdin {
        let old = UnlockSecret::new(line_from_stdin()?, recovery);
        let new = new_password::from_stdin(context)?;
        open(context, client, None, &old)?;
        return Ok(send(client, old, new)?);
    }
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyChangesPassword.into());
    };
    let question = match recovery {
        true => "Recovery key",
        false => "Master password",
    };
    let mut chosen = None;
    prompt::until_right(&mut tty, wrong(recovery), |tty| {
        let old = UnlockSecret::new(prompt::hidden(tty, question)?, recovery);
        if right(open(context, client, Some(tty), &old))?.is_none() {
            return Ok(None);
        }
        let new = new_password::once(tty, "New master password", &mut chosen)?;
        let sent = while_working(tty, || send(client, old, new))?;
        right(sent.map_err(Failure::from))
    })
}

/// A locked vault is opened with what was given anyway.
pub fn open(
    context: &Context,
    client: &mut Client,
    tty: Option<&File>,
    secret: &UnlockSecret,
) -> Result<(), Failure> {
    if !client.agent().locked {
        return Ok(());
    }
    context.initialised(client)?;
    match tty {
        Some(tty) => context.unlock_typed(client, tty, secret.duplicate()),
        None => context.unlock(client, secret.duplicate()),
    }?;
    Ok(())
}

/// The secret of an owner, as a request carries it.
pub fn proof(secret: UnlockSecret, segments: &mut Segments) -> Proof {
    match secret {
        UnlockSecret::Password(text) => Proof::Password(segments.push(text.into())),
        UnlockSecret::RecoveryKey(text) => Proof::RecoveryKey(segments.push(text.into())),
    }
}
