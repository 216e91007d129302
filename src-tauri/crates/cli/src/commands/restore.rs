//! `kh restore`: a backup replaces the vault.

use std::path::PathBuf;

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{RestoreBackupRequest, RestoredView};
use keyhaven_protocol::request::StatusRequest;

use super::backup::absolute;
use crate::error::Failure;
use crate::session::{Context, line_from_stdin};
use crate::texts::count;
use crate::{prompt, recovery_key};

/// Replace the vault with a backup
///
/// Asks for the password in force when the backup was made, and shows a new
/// recovery key. The replaced vault is kept in its own folder. Asks for
/// confirmation on a terminal; scripts confirm by passing --password-stdin.
///
/// Example:
///   kh restore /media/stick/keys.khbackup
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Read the backup's master password from stdin, one line
    #[arg(long)]
    password_stdin: bool,
}

/// Names in a list; the whole list is in the JSON.
const MOST_NAMES: usize = 20;

/// `kh restore`
pub fn restore(context: &Context, arguments: RestoreArgs) -> Result<(), Failure> {
    let file = absolute(&arguments.file)?;
    let mut client = context.agent()?;
    may_replace(context, &mut client)?;
    let password = if arguments.password_stdin {
        line_from_stdin()?
    } else {
        let Some(mut tty) = context.terminal() else {
            return Err(Failure::nobody_to_ask(
                "the password of the backup",
                "pass it with --password-stdin",
            ));
        };
        prompt::hidden(&mut tty, "Master password of the backup")?
    };
    let mut segments = Segments::default();
    let password = segments.push(password.into());
    let mut progress = context.printer.progress("Restoring");
    let request = RestoreBackupRequest { file, password };
    let answered = client.ask_watched(request, &segments, &mut |step| {
        progress.show(step.done, step.total);
    });
    drop(progress);
    let mut answered = answered?;
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
            "check": view.check,
            "missing": view.missing,
        }));
    }
    let text = restored(context, &view, key);
    context.printer.out(text.as_bytes())
}

/// A vault does not go unasked where its owner can be asked, or said that nobody is to be.
fn may_replace(context: &Context, client: &mut Client) -> Result<(), Failure> {
    let status = client.ask(StatusRequest {})?;
    let is_script = context.terminal().is_none() && !context.no_input();
    if !status.initialised || is_script {
        return Ok(());
    }
    let question = format!(
        "Replace the vault in {} with the backup? The replaced vault is kept",
        status.folder
    );
    if context.confirm(&question, "replace the vault with --yes")? {
        return Ok(());
    }
    Err(Failure::failed("nothing was restored", ""))
}

fn restored(context: &Context, view: &RestoredView, key: &str) -> String {
    let mut text = format!(
        "Restored the backup of {}, {}. The vault is unlocked.\n",
        context.calendar.local(view.made_at),
        count(view.credentials, "credential")
    );
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
