//! `kh password`: a new master password, on request under a new vault key.

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{ChangePasswordRequest, Proof, RekeyRequest};
use keyhaven_secret::SecretString;

use crate::error::Failure;
use crate::output::escaped;
use crate::session::{Context, UnlockSecret, line_from_stdin};
use crate::{prompt, recovery_key};

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
    let (old, new) = if arguments.password_stdin {
        let old = UnlockSecret::new(line_from_stdin()?, arguments.recovery);
        (old, line_from_stdin()?)
    } else {
        asked(context, arguments.recovery)?
    };
    open(context, &mut client, &old)?;
    if arguments.rekey {
        return rekey(context, &mut client, old, new, arguments.no_backup);
    }
    let mut segments = Segments::default();
    let proof = proof(old, &mut segments);
    let password = segments.push(new.into());
    client.ask_with(ChangePasswordRequest { proof, password }, &segments)?;
    if context.printer.json {
        let document = serde_json::json!({ "changed": true });
        return context.printer.document(&document);
    }
    context.printer.done("The master password was changed.")?;
    context.printer.note(
        "the old password still unlocks old copies of this vault's header, and with one of them or \
         a backup also today's vault; prevent that with: kh password --rekey",
    );
    Ok(())
}

fn rekey(
    context: &Context,
    client: &mut Client,
    old: UnlockSecret,
    new: SecretString,
    without_backup: bool,
) -> Result<(), Failure> {
    let mut segments = Segments::default();
    let proof = proof(old, &mut segments);
    let password = segments.push(new.into());
    let request = RekeyRequest {
        proof,
        password,
        without_backup,
    };
    let mut progress = context.printer.progress("Encrypting");
    let answered = client.ask_watched(request, &segments, &mut |step| {
        progress.show(step.done, step.total);
    });
    drop(progress);
    let mut answered = answered?;
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
    context.printer.out(said.as_bytes())
}

/// The old password or the recovery key, then the new password twice.
fn asked(context: &Context, recovery: bool) -> Result<(UnlockSecret, SecretString), Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(nobody("the old and the new password"));
    };
    let question = if recovery {
        "Recovery key"
    } else {
        "Master password"
    };
    let old = prompt::hidden(&mut tty, question)?;
    let new = prompt::new_password(&mut tty, "New master password")?;
    Ok((UnlockSecret::new(old, recovery), new))
}

/// A locked vault is opened with what was given anyway.
pub fn open(context: &Context, client: &mut Client, secret: &UnlockSecret) -> Result<(), Failure> {
    if client.agent().locked {
        context.initialised(client)?;
        context.unlock(client, secret.duplicate())?;
    }
    Ok(())
}

fn proof(secret: UnlockSecret, segments: &mut Segments) -> Proof {
    match secret {
        UnlockSecret::Password(text) => Proof::Password(segments.push(text.into())),
        UnlockSecret::RecoveryKey(text) => Proof::RecoveryKey(segments.push(text.into())),
    }
}

pub fn nobody(what: &str) -> Failure {
    Failure::nobody_to_ask(what, "pass them with --password-stdin, one per line")
}
