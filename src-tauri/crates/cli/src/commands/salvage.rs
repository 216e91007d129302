//! `kh salvage`: a new vault from what a damaged one still holds.

use std::path::PathBuf;

use clap::Args;
use keyhaven_client::{Answered, Client};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{SalvageRequest, SalvageView};
use keyhaven_secret::SecretString;

use super::backup::absolute;
use super::restore::lines;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::progress;
use crate::session::{Context, right};
use crate::silence::while_working;
use crate::stdin::line_from_stdin;
use crate::texts::{self, count};
use crate::{new_password, prompt, recovery_key};

/// Copy what can still be read of a damaged vault into a new one
///
/// The damaged vault and its log stay unchanged.
///
/// Example:
///   kh salvage ~/keys-salvaged
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SalvageArgs {
    /// The folder of the new vault, empty or not yet existing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Read the old and the new master password from stdin, one per line
    #[arg(long)]
    password_stdin: bool,
}

/// `kh salvage`
pub fn salvage(context: &Context, arguments: SalvageArgs) -> Result<(), Failure> {
    let folder = absolute(&arguments.folder)?;
    let mut client = context.agent()?;
    context.initialised(&mut client)?;
    if !client.agent().locked {
        return Err(CliProblem::NothingToSalvage.into());
    }
    let mut answered = if arguments.password_stdin {
        let (old, new) = (line_from_stdin()?, new_password::from_stdin(context)?);
        send(context, &mut client, &folder, old, new)?
    } else {
        at_terminal(context, &mut client, &folder)?
    };
    let view = answered.answer;
    let key = recovery_key::take(&mut answered.segments, view.recovery_key)?;
    let key = recovery_key::text(&key)?;
    if context.printer.json {
        return context.printer.document(&serde_json::json!({
            "recovery_key": key,
            "folder": view.folder,
            "credentials": view.credentials,
            "versions": view.versions,
            "profiles": view.profiles,
            "lost": losses(&view),
            "changed": changes(&view),
        }));
    }
    context.printer.text(&salvaged(&view, key))
}

/// Asks for both passwords; the old one can be typed again where it is wrong.
fn at_terminal(
    context: &Context,
    client: &mut Client,
    folder: &str,
) -> Result<Answered<SalvageView>, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::NobodyEntersPasswords.into());
    };
    let mut chosen = None;
    prompt::until_right(&mut tty, Error::WrongPassword, |tty| {
        let old = prompt::hidden(tty, "Master password of the damaged vault")?;
        let new = new_password::once(tty, "Master password of the new vault", &mut chosen)?;
        let sent = while_working(tty, || send(context, client, folder, old, new))?;
        right(sent.map_err(Failure::from))
    })
}

fn send(
    context: &Context,
    client: &mut Client,
    folder: &str,
    old: SecretString,
    new: SecretString,
) -> Result<Answered<SalvageView>, Error> {
    let mut segments = Segments::default();
    let request = SalvageRequest {
        folder: folder.into(),
        password: segments.push(old.into()),
        new_password: segments.push(new.into()),
    };
    progress::ask(&context.printer, client, "Salvaging", request, &segments)
}

fn losses(view: &SalvageView) -> Vec<String> {
    view.lost.iter().map(texts::loss).collect()
}

fn changes(view: &SalvageView) -> Vec<String> {
    view.changed.iter().map(texts::change).collect()
}

fn salvaged(view: &SalvageView, key: &str) -> String {
    let profiles = match view.profiles {
        0 => String::new(),
        some => format!(" and {}", count(some, "profile")),
    };
    let mut text = format!(
        "Saved {} with {}{profiles} into a new vault: kh --vault {} unlock\n\
         The damaged vault and its log stay where they are.\n",
        count(view.credentials, "key"),
        count(view.versions, "value"),
        view.folder
    );
    if view.lost.is_empty() {
        text += "No losses found.\n";
    } else {
        text += "\nLost:\n";
        text += &lines(&losses(view));
    }
    if !view.changed.is_empty() {
        text += "\nChanged:\n";
        text += &lines(&changes(view));
    }
    text.push('\n');
    text + &recovery_key::instructions(key)
}
