//! `kh verify`: whether the vault is intact.

use clap::Args;
use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{VaultPart, VerifyRequest, VerifyView};
use keyhaven_secret::SecretString;

use crate::error::Failure;
use crate::prompt;
use crate::session::{Context, line_from_stdin};
use crate::style::Tone;
use crate::table::Table;
use crate::texts::{self, count};

/// Check the whole vault and report what is damaged
///
/// Also checks a vault that can no longer be unlocked: it asks for the password
/// and changes nothing.
///
/// Example:
///   kh verify --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct VerifyArgs {
    /// Read the master password from stdin, one line; needed only while locked
    #[arg(long)]
    password_stdin: bool,
}

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
        context.printer.document(&json(&view))?;
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
        format!("{} found in the vault", things(all)),
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
            "pass the password with --password-stdin, or unlock it with: kh unlock",
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
    let mut progress = context.printer.progress("Checking");
    let answered = client.ask_watched(VerifyRequest { password }, &segments, &mut |step| {
        progress.show(step.done, step.total);
    });
    drop(progress);
    Ok(answered?.answer)
}

/// The JSON of a check: each finding also has its text, as `what`.
fn json(view: &VerifyView) -> serde_json::Value {
    let mut document = serde_json::to_value(view).unwrap_or_default();
    for (at, finding) in view.findings.iter().enumerate() {
        document["findings"][at]["what"] = texts::finding(&finding.finding).into();
    }
    document
}

fn things(number: u32) -> String {
    match number {
        1 => "1 problem".into(),
        more => format!("{more} problems"),
    }
}

/// What to do about it: restore a backup if there is one, else save what can be read.
fn way_out(view: &VerifyView) -> String {
    let only_copies = view
        .findings
        .iter()
        .all(|finding| matches!(finding.part, VaultPart::Header));
    if only_copies && view.more == 0 && view.checked.iter().any(|part| part.intact) {
        return "nothing is lost: the next unlock restores the damaged copy of the header".into();
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
            ("intact", Tone::Normal)
        } else {
            ("damaged", Tone::Hot)
        };
        table.row([
            (part_word(part.part), Tone::Normal),
            (&part.things.to_string(), Tone::Faint),
            (state, tone),
        ]);
    }
    let mut text = table.render(&context.printer);
    for finding in &view.findings {
        text += &format!(
            "{}: {}\n",
            part_word(finding.part),
            texts::finding(&finding.finding)
        );
    }
    if view.more > 0 {
        text += &format!("and {} more\n", view.more);
    }
    if !view.findings.is_empty()
        && let Some(backup) = &view.backup
    {
        text += &format!(
            "The newest intact backup was made {} and has {}: {}\n",
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

#[cfg(test)]
mod tests {
    use keyhaven_protocol::maintenance::{BackupReason, BackupState, BackupView};

    use super::*;

    #[test]
    fn the_way_out_names_the_backup_there_is() {
        let mut view = VerifyView {
            checked: Vec::new(),
            findings: vec![keyhaven_protocol::maintenance::FindingView {
                part: VaultPart::Rows,
                finding: keyhaven_protocol::finding::VerifyFinding::RowsChanged,
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
