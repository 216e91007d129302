//! `kh restore`: a backup replaces the vault.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use keyhaven_client::{Answered, Client};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{RestoreBackupRequest, RestoredView};
use keyhaven_protocol::request::StatusRequest;

use super::backup::absolute;
use super::password::proof;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::progress;
use crate::session::{Context, UnlockSecret, right};
use crate::silence::while_working;
use crate::stdin::{line_from_stdin, optional_line_from_stdin};
use crate::texts::count;
use crate::{new_folder, prompt, recovery_key, texts};

/// Replace the vault with a backup
///
/// Asks for the password that was valid when the backup was made, and for the
/// password of the vault that is replaced if its header can be read. Shows a
/// new recovery key. The replaced vault is kept in its own folder. Asks for
/// confirmation on a terminal; scripts confirm by passing --password-stdin.
///
/// Example:
///   kh restore /media/stick/keys.khbackup
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Read the backup's master password from stdin, and on a second line that
    /// of the replaced vault, if it differs
    #[arg(long)]
    password_stdin: bool,
    /// Give the replaced vault's recovery key instead of its password
    #[arg(long)]
    recovery: bool,
}

/// Names in a list; the whole list is in the JSON.
const MOST_NAMES: usize = 20;

/// `kh restore`
pub fn restore(context: &Context, arguments: RestoreArgs) -> Result<(), Failure> {
    let file = absolute(&arguments.file)?;
    new_folder::expect_room(context)?;
    let mut client = context.agent_of_any_folder()?;
    may_replace(context, &mut client)?;
    let mut answered = match arguments.password_stdin {
        true => by_stdin(context, &mut client, &file, arguments.recovery)?,
        false => at_terminal(context, &mut client, &file, arguments.recovery)?,
    };
    let view = answered.answer;
    let key = recovery_key::take(&mut answered.segments, view.recovery_key)?;
    let key = recovery_key::text(&key)?;
    if context.printer.json {
        return context.printer.document(&serde_json::json!({
            "recovery_key": key,
            "made_at": view.made_at,
            "credentials": view.credentials,
            "replaced": view.replaced,
            "compared": view.compared,
            "notices": view.notices,
            "check": view.check,
            "missing": view.missing,
        }));
    }
    let text = restored(context, &view, key);
    context.printer.text(&text)
}

/// Sends the request, with the proof that the vault which is replaced may go.
fn send(
    context: &Context,
    client: &mut Client,
    file: &str,
    password: UnlockSecret,
    present: Option<UnlockSecret>,
) -> Result<Answered<RestoredView>, Error> {
    let mut segments = Segments::default();
    let password = segments.push(password.into_text().into());
    let present = present.map(|secret| proof(secret, &mut segments));
    let request = RestoreBackupRequest {
        file: file.into(),
        password,
        present,
    };
    progress::ask(&context.printer, client, "Restoring", request, &segments)
}

/// With the password of the backup in the first line of stdin and that of the vault that is
/// replaced in the second; without a second line both are the same.
fn by_stdin(
    context: &Context,
    client: &mut Client,
    file: &str,
    recovery: bool,
) -> Result<Answered<RestoredView>, Failure> {
    let password = UnlockSecret::Password(line_from_stdin()?);
    match send(context, client, file, password.duplicate(), None) {
        Err(Error::PresentProofNeeded) => {
            let present = match optional_line_from_stdin()? {
                Some(text) => UnlockSecret::new(text, recovery),
                None => password.duplicate(),
            };
            Ok(send(context, client, file, password, Some(present))?)
        }
        answered => Ok(answered?),
    }
}

/// Asks for both; each that is wrong may be typed again.
fn at_terminal(
    context: &Context,
    client: &mut Client,
    file: &str,
    recovery: bool,
) -> Result<Answered<RestoredView>, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyEntersBackupPassword.into());
    };
    let mut present = None;
    prompt::until_right(&mut tty, Error::WrongPassword, |tty| {
        let password = prompt::hidden(tty, "Master password of the backup")?;
        let password = UnlockSecret::Password(password);
        let mut send = |tty: &File, present| {
            while_working(tty, || {
                send(context, client, file, password.duplicate(), present)
            })
        };
        right(match send(tty, None)? {
            Err(Error::PresentProofNeeded) => with_present(tty, recovery, &mut present, send),
            answered => answered.map_err(Failure::from),
        })
    })
}

/// Sends the request with the secret of the vault that is replaced, which is kept once it was
/// right.
fn with_present<T>(
    tty: &mut File,
    recovery: bool,
    present: &mut Option<UnlockSecret>,
    mut send: impl FnMut(&File, Option<UnlockSecret>) -> Result<Result<T, Error>, Failure>,
) -> Result<T, Failure> {
    let (what, wrong) = match recovery {
        true => ("Recovery key", Error::MistypedRecoveryKey),
        false => ("Master password", Error::WrongPresentPassword),
    };
    let question = format!("{what} of the replaced vault");
    prompt::until_right(tty, wrong, |tty| {
        let given = match present.take() {
            Some(given) => given,
            None => UnlockSecret::new(prompt::hidden(tty, &question)?, recovery),
        };
        match send(tty, Some(given.duplicate()))? {
            Err(Error::WrongPresentPassword | Error::MistypedRecoveryKey) => Ok(None),
            answered => {
                *present = Some(given);
                Ok(Some(answered?))
            }
        }
    })
}

/// A vault does not go unasked where its owner can be asked, or said that nobody is to be.
fn may_replace(context: &Context, client: &mut Client) -> Result<(), Failure> {
    let status = client.ask(StatusRequest {})?;
    let is_script = context.terminal().is_none() && !context.no_input();
    if !status.initialised || is_script {
        return Ok(());
    }
    let question = format!(
        "Restore into {}? The present vault is kept next to it",
        status.folder
    );
    if context.confirm(&question, CliProblem::NobodyRestores)? {
        return Ok(());
    }
    Err(CliProblem::NothingRestored.into())
}

fn restored(context: &Context, view: &RestoredView, key: &str) -> String {
    let mut text = format!(
        "Restored the backup of {}, {}. The vault is unlocked.\n",
        context.calendar.local(view.made_at),
        count(view.credentials, "key")
    );
    for notice in &view.notices {
        text += &format!("Note: {}.\n", texts::notice(notice));
    }
    if let Some(replaced) = &view.replaced {
        text += &format!("The replaced vault is kept: kh --vault {replaced}\n");
        if !view.compared {
            text += "It was locked, so the backup was not compared with it.\n";
        }
    }
    if !view.check.is_empty() {
        text += "\nThese keys changed after the backup and now have the tag check: find out which value works.\n";
        text += &names(&view.check);
    }
    if !view.missing.is_empty() {
        text += "\nThese keys were added later and are not in the backup:\n";
        text += &names(&view.missing);
    }
    text += "\nThe previous recovery key no longer works.\n";
    text + &recovery_key::instructions(key)
}

pub fn lines(all: &[String]) -> String {
    let line = |one: &String| format!("  {}\n", crate::output::escaped(one));
    all.iter().map(line).collect()
}

fn names(all: &[String]) -> String {
    let mut text = lines(&all[..all.len().min(MOST_NAMES)]);
    if let Some(more) = all.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
        text += &format!("  and {more} more\n");
    }
    text
}
