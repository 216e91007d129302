//! `kh backup`: copies of the vault.

use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackUpToRequest, BackupReason, BackupState, BackupView, BackupsRequest,
};

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::progress;
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
///   kh backup /media/stick
///   kh backup --list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct BackupArgs {
    /// The file, or a folder for a file named after the day
    /// [default: a new one next to the vault]
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
    let file = arguments.file.map(|path| in_folder(context, path));
    if let Some(file) = &file {
        may_replace(context, file)?;
    }
    let mut client = context.unlocked()?;
    let (printer, segments) = (&context.printer, Segments::default());
    let written = match &file {
        Some(file) => {
            let file = absolute(file)?;
            let request = BackUpToRequest { file };
            progress::ask(printer, &mut client, "Writing", request, &segments)
        }
        None => progress::ask(printer, &mut client, "Writing", BackUpRequest {}, &segments),
    };
    let view = written.map_err(not_replaced)?.answer;
    if context.printer.json {
        return context.printer.document(&view);
    }
    context.printer.done(&format!(
        "Wrote and verified a backup of {}, {}: {}",
        count(view.credentials, "key"),
        size(view.size),
        view.file
    ))
}

/// The usual hint is about restoring.
fn not_replaced(error: Error) -> Failure {
    match error {
        Error::NotABackup { path } => CliProblem::NotReplaced { path }.into(),
        error => error.into(),
    }
}

/// In a folder, a new file named after the day.
fn in_folder(context: &Context, path: PathBuf) -> PathBuf {
    if !path.is_dir() {
        return path;
    }
    let day = context.calendar.today();
    let mut file = path.join(format!("keyhaven-{day}.khbackup"));
    let mut number = 2;
    while file.symlink_metadata().is_ok() {
        file = path.join(format!("keyhaven-{day}-{number}.khbackup"));
        number += 1;
    }
    file
}

/// An existing file is replaced only after a confirmation.
fn may_replace(context: &Context, file: &Path) -> Result<(), Failure> {
    if context.yes() || file.symlink_metadata().is_err() {
        return Ok(());
    }
    let path = file.display().to_string();
    let exists = CliProblem::FileExists { path };
    let replaced = match context.terminal() {
        Some(mut tty) => prompt::yes(&mut tty, &format!("{}. Replace it?", exists.text().message))?,
        None => false,
    };
    if replaced {
        return Ok(());
    }
    Err(exists.into())
}

/// The absolute path, because the agent has another working directory.
pub fn absolute(path: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(path).map_err(|error| Failure::io(path.display(), &error))?;
    let text = whole.into_os_string().into_string();
    text.map_err(|path| {
        let path = PathBuf::from(path).display().to_string();
        CliProblem::GivenPathNotUtf8 { path }.into()
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
    context.printer.text(&table.render(&context.printer))
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
        BackupState::Authentic => "verified when made",
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
