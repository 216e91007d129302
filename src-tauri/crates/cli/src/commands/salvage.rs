//! `kh salvage`: a new vault from what a damaged one still holds.

use std::path::PathBuf;

use clap::Args;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{SalvageRequest, SalvageView};

use super::backup::absolute;
use super::restore::lines;
use crate::error::Failure;
use crate::session::{Context, line_from_stdin};
use crate::texts::{self, count};
use crate::{prompt, recovery_key};

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
        return Err(Failure::failed(
            "the vault is unlocked, so there is nothing to salvage",
            "check it with: kh verify, or lock it first with: kh lock",
        ));
    }
    let (old, new) = if arguments.password_stdin {
        (line_from_stdin()?, line_from_stdin()?)
    } else {
        let Some(mut tty) = context.terminal() else {
            return Err(Failure::nobody_to_ask(
                "the two passwords",
                "pass them with --password-stdin, one per line",
            ));
        };
        let old = prompt::hidden(&mut tty, "Master password of the damaged vault")?;
        (
            old,
            prompt::new_password(&mut tty, "Master password of the new vault")?,
        )
    };
    let mut segments = Segments::default();
    let request = SalvageRequest {
        folder,
        password: segments.push(old.into()),
        new_password: segments.push(new.into()),
    };
    let mut progress = context.printer.progress("Salvaging");
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
            "folder": view.folder,
            "credentials": view.credentials,
            "versions": view.versions,
            "profiles": view.profiles,
            "lost": losses(&view),
            "changed": changes(&view),
        }));
    }
    context.printer.out(salvaged(&view, key).as_bytes())
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
        count(view.credentials, "credential"),
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
