//! `password` and `recovery`: what opens the vault.

use keyhaven_client::Client;
use keyhaven_client::{Answered, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::event::Progress;
use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_protocol::request::{
    ChangePasswordRequest, NewRecoveryKeyRequest, Proof, RecoveryKeyView, RekeyRequest,
};
use keyhaven_secret::{SecretBytes, SecretString};

use crate::command_line::{PasswordArgs, RecoveryArgs};
use crate::error::Failure;
use crate::output::plain;
use crate::prompt;
use crate::session::{Context, Opener, line_from_stdin};

/// `kh password`
pub fn password(context: &Context, arguments: PasswordArgs) -> Result<(), Failure> {
    let mut client = context.agent()?;
    let (old, new) = if arguments.password_stdin {
        let old = Opener::new(line_from_stdin()?, arguments.recovery);
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
    context.printer.done("The master password is changed.")?;
    context.printer.note(
        "the old password still opens old copies of this vault's header, and with one of them or \
         a backup today's vault; end that with: kh password --rekey",
    );
    Ok(())
}

fn rekey(
    context: &Context,
    client: &mut Client,
    old: Opener,
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
    let mut told = Told::new(context);
    let answered = client.ask_watched(request, &segments, &mut |progress| told.show(&progress));
    told.clear();
    let mut answered = answered?;
    let old = &answered.answer.old_backups;
    let key = take(&mut answered.segments, answered.answer.recovery_key)?;
    if context.printer.json {
        let document = serde_json::json!({ "recovery_key": text(&key)?, "old_backups": old });
        return context.printer.document(&document);
    }
    let mut said = String::from(
        "Everything is encrypted under a new key; the old password and the old recovery key open\n\
         nothing of it. They still open what was copied before. Delete what you do not need:\n\n",
    );
    for file in old {
        said += &format!("  {}\n", plain(file));
    }
    said += &format!("\n{}", recovery_text(text(&key)?));
    context.printer.out(said.as_bytes())
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
    let password = Opener::new(password, false);
    open(context, &mut client, &password)?;
    let (password, segments) = one_segment(password.into_text().into());
    let request = NewRecoveryKeyRequest { password };
    let answered = client.ask_with(request, &segments)?;
    show(
        context,
        answered,
        "The recovery key made before opens nothing any more.",
    )
}

/// A recovery key, once, on standard output.
fn show(
    context: &Context,
    mut answered: Answered<RecoveryKeyView>,
    first: &str,
) -> Result<(), Failure> {
    let key = take(&mut answered.segments, answered.answer.recovery_key)?;
    let key = text(&key)?;
    if context.printer.json {
        let document = serde_json::json!({ "recovery_key": key });
        return context.printer.document(&document);
    }
    let text = format!("{first}\n\n{}", recovery_text(key));
    context.printer.out(text.as_bytes())
}

fn take(segments: &mut Segments, at: Segment) -> Result<SecretBytes, Failure> {
    let key = segments.take(at);
    key.map_err(|_| Failure::defect("an answer with a recovery key"))
}

fn text(key: &SecretBytes) -> Result<&str, Failure> {
    // Exposed to be shown: it is shown once, here.
    std::str::from_utf8(key.expose()).map_err(|_| Failure::defect("the text of the recovery key"))
}

/// What is said with a recovery key.
pub fn recovery_text(key: &str) -> String {
    format!(
        "Recovery key, shown only this once:\n\n  {key}\n\n\
         Write it down and keep it apart from this machine: it opens the vault when the\n\
         master password is lost.\n"
    )
}

/// The old password or the recovery key, then the new password twice.
fn asked(context: &Context, recovery: bool) -> Result<(Opener, SecretString), Failure> {
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
    Ok((Opener::new(old, recovery), new))
}

fn nobody(what: &str) -> Failure {
    Failure::nobody_to_ask(what, "give it with --password-stdin, a line each")
}

/// A locked vault is opened with what was given anyway.
fn open(context: &Context, client: &mut Client, opener: &Opener) -> Result<(), Failure> {
    if client.agent().locked {
        let status = client.ask(keyhaven_protocol::request::StatusRequest {})?;
        if !status.initialised {
            return Err(Error::NoVault {
                folder: status.folder,
            }
            .into());
        }
        context.unlock(client, opener.duplicate())?;
    }
    Ok(())
}

fn proof(opener: Opener, segments: &mut Segments) -> Proof {
    match opener {
        Opener::Password(text) => Proof::Password(segments.push(text.into())),
        Opener::RecoveryKey(text) => Proof::RecoveryKey(segments.push(text.into())),
    }
}

/// How far a long request is, on the terminal's last line.
struct Told(Option<std::fs::File>);

impl Told {
    fn new(context: &Context) -> Self {
        let quiet = context.printer.quiet || context.printer.json;
        Self((!quiet).then(|| context.terminal()).flatten())
    }

    fn show(&mut self, progress: &Progress) {
        let (Some(tty), true) = (&mut self.0, progress.total > 0) else {
            return;
        };
        let percent = u64::from(progress.done) * 100 / u64::from(progress.total);
        // A terminal that went away needs no progress.
        let _ = prompt::say(tty, &format!("\rWorking: {percent} %"));
    }

    fn clear(&mut self) {
        if let Some(tty) = &mut self.0 {
            let _ = prompt::say(tty, "\r\x1b[K");
        }
    }
}
