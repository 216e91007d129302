//! `kh verify`: whether the vault is intact.

use clap::Args;
use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{VaultPart, VerifyRequest, VerifyView};
use keyhaven_secret::SecretString;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::progress;
use crate::prompt;
use crate::session::{Context, right, wrong};
use crate::silence::while_working;
use crate::stdin::line_from_stdin;
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
    let is_open = !client.agent().locked;
    let view = if arguments.password_stdin {
        ask(context, &mut client, Some(line_from_stdin()?))?
    } else if client.agent().locked {
        context.initialised(&mut client)?;
        at_terminal(context, &mut client)?
    } else {
        ask(context, &mut client, None)?
    };
    if context.printer.json {
        context.printer.document(&json(&view))?;
    } else {
        let text = report(context, &view);
        context.printer.text(&text)?;
    }
    if view.findings.is_empty() {
        return Ok(());
    }
    Err(damaged(&view, is_open).into())
}

fn at_terminal(context: &Context, client: &mut Client) -> Result<VerifyView, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(CliProblem::Locked.into());
    };
    prompt::until_right(&mut tty, wrong(false), |tty| {
        let password = prompt::hidden(tty, "Master password")?;
        let verified = while_working(tty, || ask(context, client, Some(password)))?;
        right(verified.map_err(Failure::from))
    })
}

fn ask(
    context: &Context,
    client: &mut Client,
    password: Option<SecretString>,
) -> Result<VerifyView, Error> {
    let (password, segments) = match password {
        Some(password) => {
            let (at, segments) = one_segment(password.into());
            (Some(at), segments)
        }
        None => (None, Segments::default()),
    };
    let request = VerifyRequest { password };
    let answered = progress::ask(&context.printer, client, "Checking", request, &segments)?;
    Ok(answered.answer)
}

/// The JSON of a check: each finding also has its text, as `what`.
fn json(view: &VerifyView) -> serde_json::Value {
    let mut document = serde_json::to_value(view).unwrap_or_default();
    for (at, finding) in view.findings.iter().enumerate() {
        document["findings"][at]["what"] = texts::finding(&finding.finding).into();
    }
    document
}

/// What to do about it: restore a backup if there is one, else save what can be read.
fn damaged(view: &VerifyView, is_open: bool) -> CliProblem {
    let count = view.more.saturating_add(view.findings.len() as u32);
    let only_copies = view
        .findings
        .iter()
        .all(|finding| matches!(finding.part, VaultPart::Header));
    if only_copies && view.more == 0 && view.checked.iter().any(|part| part.intact) {
        return match is_open {
            true => CliProblem::HeaderNotWritten { count },
            false => CliProblem::DamagedHeaderCopy { count },
        };
    }
    let backup = view.backup.as_ref().map(|backup| backup.file.clone());
    CliProblem::Damaged { count, backup }
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
    for part in &view.healed {
        text += &format!(
            "{}: was missing or damaged, and has been written again\n",
            part_word(*part)
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
            count(backup.credentials, "key"),
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
    fn the_hint_names_the_backup_there_is() {
        let hint = |view: &VerifyView| damaged(view, false).text().hint.unwrap();
        let mut view = VerifyView {
            checked: Vec::new(),
            findings: vec![keyhaven_protocol::maintenance::FindingView {
                part: VaultPart::Rows,
                finding: keyhaven_protocol::finding::VerifyFinding::RowsChanged,
            }],
            more: 0,
            healed: Vec::new(),
            backup: None,
        };
        assert!(hint(&view).contains("kh restore, or"));
        view.backup = Some(BackupView {
            file: "/b/one.khbackup".into(),
            made_at: jiff::Timestamp::UNIX_EPOCH,
            reason: BackupReason::Daily,
            size: 1,
            credentials: 1,
            state: BackupState::Unproved,
        });
        assert!(hint(&view).contains("kh restore /b/one.khbackup"));
        view.findings[0].part = VaultPart::Header;
        view.checked
            .push(keyhaven_protocol::maintenance::CheckedView {
                part: VaultPart::Rows,
                things: 1,
                intact: true,
            });
        assert!(hint(&view).starts_with("the next unlock"));
        // While it is open they were to be written, and could not be.
        let hint = damaged(&view, true).text().hint.unwrap();
        assert!(hint.contains("kh backup FILE"), "{hint}");
    }
}
