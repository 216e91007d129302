//! `kh backup`: copies of the vault.

use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackUpToRequest, BackupReason, BackupState, BackupView, BackupsRequest,
};

use crate::error::Failure;
use crate::prompt;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::texts::count;

/// Write the vault to one encrypted file and check it
///
/// Backups next to the vault are made daily, and before each import. An existing
/// file is replaced after a confirmation, or with --yes.
///
/// Examples:
///   kh backup /media/stick/keys.khbackup
///   kh backup --list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct BackupArgs {
    /// The file [default: a new one next to the vault]
    file: Option<PathBuf>,
    /// List the backups next to the vault
    #[arg(long, conflicts_with = "file")]
    list: bool,
}

/// `kh backup`
pub fn backup(context: &Context, arguments: BackupArgs) -> Result<(), Failure> {
    if arguments.list {
        return list(context);
    }
    if let Some(file) = &arguments.file {
        may_replace(context, file)?;
    }
    let mut client = context.unlocked()?;
    let mut progress = context.printer.progress("Writing");
    let mut watch = |step: keyhaven_protocol::event::Progress| progress.show(step.done, step.total);
    let segments = Segments::default();
    let written = match &arguments.file {
        Some(file) => {
            let file = absolute(file)?;
            client.ask_watched(BackUpToRequest { file }, &segments, &mut watch)
        }
        None => client.ask_watched(BackUpRequest {}, &segments, &mut watch),
    };
    drop(progress);
    let view = written?.answer;
    if context.printer.json {
        return context.printer.document(&view);
    }
    context.printer.done(&format!(
        "Wrote and checked a backup of {}, {}: {}",
        count(view.credentials, "credential"),
        size(view.size),
        view.file
    ))
}

/// An existing file is replaced only after a confirmation.
fn may_replace(context: &Context, file: &Path) -> Result<(), Failure> {
    if context.yes() || file.symlink_metadata().is_err() {
        return Ok(());
    }
    let there = format!("{} exists already", file.display());
    let replaced = match context.terminal() {
        Some(mut tty) => prompt::yes(&mut tty, &format!("{there}. Replace it?"))?,
        None => false,
    };
    if replaced {
        return Ok(());
    }
    let hint = "choose another file, or replace this one with --yes";
    Err(Failure::own("exists", 5, there, hint))
}

/// The absolute path, because the agent has another working directory.
pub fn absolute(path: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(path).map_err(|error| Failure::io(path.display(), &error))?;
    let text = whole.into_os_string().into_string();
    text.map_err(|path| {
        let path = PathBuf::from(path);
        Failure::usage(format!("{} is not UTF-8", path.display()), "")
    })
}

fn list(context: &Context) -> Result<(), Failure> {
    let backups = context.agent()?.ask(BackupsRequest {})?;
    if context.printer.json {
        return context.printer.document(&backups);
    }
    if backups.is_empty() {
        return context
            .printer
            .done("There are no backups next to the vault yet.");
    }
    let mut table = Table::new(["MADE", "WHY", "CREDENTIALS", "SIZE", "STATE", "FILE"]);
    for backup in &backups {
        let tone = match backup.state {
            BackupState::Damaged => Tone::Hot,
            BackupState::Authentic | BackupState::Unproved => Tone::Normal,
        };
        table.row([
            (&context.calendar.local(backup.made_at), Tone::Faint),
            (why(backup), Tone::Normal),
            (&backup.credentials.to_string(), Tone::Normal),
            (&size(backup.size), Tone::Normal),
            (state(backup.state), tone),
            (&backup.file, Tone::Faint),
        ]);
    }
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

const fn why(backup: &BackupView) -> &'static str {
    match backup.reason {
        BackupReason::Asked => "requested",
        BackupReason::Daily => "daily",
        BackupReason::Import => "before an import",
        BackupReason::Rekey => "before a re-key",
        BackupReason::Migration => "before a migration",
    }
}

const fn state(state: BackupState) -> &'static str {
    match state {
        BackupState::Authentic => "checked when made",
        BackupState::Unproved => "not proved",
        BackupState::Damaged => "damaged",
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_words() {
        assert_eq!(size(1), "1 KiB");
        assert_eq!(size(270_000), "264 KiB");
        assert_eq!(size(21_000_000), "20.0 MiB");
    }
}
