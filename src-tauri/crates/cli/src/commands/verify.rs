//! `verify` and `backup`: whether the vault is whole, and copies of it.

use std::path::{Path, PathBuf};

use keyhaven_client::Client;
use keyhaven_client::one_segment;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackUpToRequest, BackupReason, BackupState, BackupView, BackupsRequest,
    VaultPart, VerifyRequest, VerifyView,
};
use keyhaven_protocol::wording::count;
use keyhaven_secret::SecretString;

use crate::command_line::{BackupArgs, VerifyArgs};
use crate::error::Failure;
use crate::output::Tone;
use crate::prompt;
use crate::session::{Context, line_from_stdin};
use crate::table::Table;

/// `kh verify`
pub fn verify(context: &Context, arguments: VerifyArgs) -> Result<(), Failure> {
    let mut client = context.agent()?;
    let password = if arguments.password_stdin {
        Some(line_from_stdin()?)
    } else if client.agent().locked {
        context.initialised(&mut client)?;
        Some(master_password(context)?)
    } else {
        None
    };
    let view = ask(context, &mut client, password)?;
    if context.printer.json {
        context.printer.document(&view)?;
    } else {
        let text = report(context, &view);
        context.printer.out(text.as_bytes())?;
    }
    if view.findings.is_empty() {
        return Ok(());
    }
    let all = view.more.saturating_add(view.findings.len() as u32);
    Err(Failure::own(
        "damaged_data",
        7,
        format!("{} wrong with the vault", things(all)),
        way_out(&view),
    ))
}

fn master_password(context: &Context) -> Result<SecretString, Failure> {
    match context.terminal() {
        Some(mut tty) => prompt::hidden(&mut tty, "Master password"),
        None => Err(Failure::own(
            "locked",
            3,
            "the vault is locked",
            "give its password with --password-stdin, or unlock it with: kh unlock",
        )),
    }
}

fn ask(
    context: &Context,
    client: &mut Client,
    password: Option<SecretString>,
) -> Result<VerifyView, Failure> {
    let (password, segments) = match password {
        Some(password) => {
            let (at, segments) = one_segment(password.into());
            (Some(at), segments)
        }
        None => (None, Segments::default()),
    };
    let mut meter = context.printer.meter("Checking");
    let answered = client.ask_watched(VerifyRequest { password }, &segments, &mut |step| {
        meter.show(step.done, step.total);
    });
    drop(meter);
    Ok(answered?.answer)
}

fn things(number: u32) -> String {
    match number {
        1 => "1 thing is".into(),
        more => format!("{more} things are"),
    }
}

/// What to do about it: restore a backup if there is one, else save what can be read.
fn way_out(view: &VerifyView) -> String {
    let only_copies = view
        .findings
        .iter()
        .all(|finding| matches!(finding.part, VaultPart::Header));
    if only_copies && view.more == 0 && view.checked.iter().any(|part| part.intact) {
        return "nothing is lost: the next unlock writes a damaged copy of the header anew".into();
    }
    match &view.backup {
        Some(backup) => format!(
            "keep the folder as it is; restore with: kh restore {}, or save what can be read with: \
             kh salvage",
            backup.file
        ),
        None => "keep the folder as it is; restore a backup with: kh restore, or save what can be \
                 read with: kh salvage"
            .into(),
    }
}

fn report(context: &Context, view: &VerifyView) -> String {
    let mut table = Table::new(["PART", "CHECKED", "STATE"]);
    for part in &view.checked {
        let (state, tone) = if part.intact {
            ("intact", Tone::Plain)
        } else {
            ("damaged", Tone::Hot)
        };
        table.row([
            (part_word(part.part), Tone::Plain),
            (&part.things.to_string(), Tone::Faint),
            (state, tone),
        ]);
    }
    let mut text = table.render(&context.printer);
    for finding in &view.findings {
        text += &format!("{}: {}\n", part_word(finding.part), finding.what);
    }
    if view.more > 0 {
        text += &format!("and {} more\n", view.more);
    }
    if !view.findings.is_empty()
        && let Some(backup) = &view.backup
    {
        text += &format!(
            "The newest backup that is whole is of {}, with {}: {}\n",
            context.calendar.local(backup.made_at),
            count(backup.credentials, "credential"),
            backup.file
        );
    }
    text
}

const fn part_word(part: VaultPart) -> &'static str {
    match part {
        VaultPart::Header => "header",
        VaultPart::Anchor => "anchor",
        VaultPart::Pages => "pages",
        VaultPart::Rows => "rows",
        VaultPart::Values => "values",
        VaultPart::Derived => "derived",
        VaultPart::Log => "log",
    }
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
    let mut meter = context.printer.meter("Writing");
    let mut watch = |step: keyhaven_protocol::event::Progress| meter.show(step.done, step.total);
    let segments = Segments::default();
    let written = match &arguments.file {
        Some(file) => {
            let file = absolute(file)?;
            client.ask_watched(BackUpToRequest { file }, &segments, &mut watch)
        }
        None => client.ask_watched(BackUpRequest {}, &segments, &mut watch),
    };
    drop(meter);
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

/// A backup of before does not go unasked.
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
    let hint = "name another file, or replace this one with --yes";
    Err(Failure::own("exists", 5, there, hint))
}

/// As the agent can find it, whose working folder is another one.
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
            .done("There are no backups beside the vault yet.");
    }
    let mut table = Table::new(["MADE", "WHY", "CREDENTIALS", "SIZE", "STATE", "FILE"]);
    for backup in &backups {
        let tone = match backup.state {
            BackupState::Damaged => Tone::Hot,
            BackupState::Authentic | BackupState::Unproved => Tone::Plain,
        };
        table.row([
            (&context.calendar.local(backup.made_at), Tone::Faint),
            (why(backup), Tone::Plain),
            (&backup.credentials.to_string(), Tone::Plain),
            (&size(backup.size), Tone::Plain),
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
        BackupReason::Asked => "asked for",
        BackupReason::Daily => "daily",
        BackupReason::Import => "before an import",
        BackupReason::Rekey => "before a new key",
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

    #[test]
    fn the_way_out_names_the_backup_there_is() {
        let mut view = VerifyView {
            checked: Vec::new(),
            findings: vec![keyhaven_protocol::maintenance::FindingView {
                part: VaultPart::Rows,
                what: "x".into(),
            }],
            more: 0,
            backup: None,
        };
        assert!(way_out(&view).contains("kh restore, or"));
        view.backup = Some(BackupView {
            file: "/b/one.khbackup".into(),
            made_at: jiff::Timestamp::UNIX_EPOCH,
            reason: BackupReason::Daily,
            size: 1,
            credentials: 1,
            state: BackupState::Unproved,
        });
        assert!(way_out(&view).contains("kh restore /b/one.khbackup"));
        view.findings[0].part = VaultPart::Header;
        view.checked
            .push(keyhaven_protocol::maintenance::CheckedView {
                part: VaultPart::Rows,
                things: 1,
                intact: true,
            });
        assert!(way_out(&view).starts_with("nothing is lost"));
    }
}
