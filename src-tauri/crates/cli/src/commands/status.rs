//! `kh status`: with an agent or without one.

use std::path::Path;

use clap::Args;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::StatusRequest;
use keyhaven_protocol::view::StatusView;
use keyhaven_rules::vault_files::{self, FoundFiles};
use serde::Serialize;

use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::texts::{self, count};

/// Show whether the vault is locked and what is due
///
/// Example:
///   kh status --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct StatusArgs {}

const NOT_CREATED: &str =
    "not created yet; create it with kh init, or bring one back with: kh restore FILE";

/// The status that is known without an agent.
#[derive(Serialize)]
struct Asleep {
    initialised: bool,
    locked: bool,
    folder: String,
    agent: Option<()>,
}

/// `kh status`
pub fn status(context: &Context, _: StatusArgs) -> Result<(), Failure> {
    match context.running()? {
        Some(mut client) => {
            let status = client.ask(StatusRequest {})?;
            if context.printer.json {
                return context.printer.document(&json(&status));
            }
            context.printer.text(&status_text(&status))
        }
        None => without_agent(context, &context.vault()?),
    }
}

/// The JSON of the status. A notice is named by its code, and what could not be written has its
/// reason.
fn json(status: &StatusView) -> serde_json::Value {
    let mut document = serde_json::to_value(status).unwrap_or_default();
    for (at, notice) in status.notices.iter().enumerate() {
        let Some(shown) = document["notices"][at].as_object_mut() else {
            continue;
        };
        if let Some(code) = shown.remove("code") {
            shown.insert("notice".into(), code);
        }
        if let Notice::BackupFailed { cause } | Notice::NotHealed { cause } = notice {
            shown.remove("cause");
            shown.insert("problem".into(), texts::message(cause).into());
        }
    }
    document
}

fn without_agent(context: &Context, place: &VaultPaths) -> Result<(), Failure> {
    // Whether it is sound only the agent can tell.
    let found = vault_files::found_in(names(&place.folder));
    let initialised = found != FoundFiles::None;
    let asleep = Asleep {
        initialised,
        locked: true,
        folder: place.folder_text(),
        agent: None,
    };
    if context.printer.json {
        return context.printer.document(&asleep);
    }
    let state = match found {
        FoundFiles::Vault => "locked",
        FoundFiles::WithoutHeader => {
            "damaged: both copies of its header are missing; see: kh verify"
        }
        FoundFiles::None => NOT_CREATED,
    };
    let text = format!(
        "Vault  {}, {state}\nAgent  not running\n",
        escaped(&asleep.folder)
    );
    context.printer.text(&text)
}

/// A folder that cannot be listed counts as one that holds nothing.
fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned())
}

fn status_text(status: &StatusView) -> String {
    let state = match (status.initialised, status.locked) {
        (false, _) => NOT_CREATED.into(),
        (true, true) => "locked".into(),
        (true, false) => unlocked_text(status.locks_in_seconds, status.locks_at_latest_in_seconds),
    };
    let mut text = format!("Vault  {}, {state}\n", escaped(&status.folder));
    if !status.locked {
        text += &format!(
            "Holds  {} in {}, {} never used\n",
            count(status.credentials, "key"),
            count(status.projects, "project"),
            status.never_used
        );
    }
    if status.initialised {
        text += &format!(
            "Due    {} overdue, {} within a week\n",
            status.overdue, status.due_this_week
        );
    }
    text += &format!(
        "Agent  pid {}, version {}\n",
        status.agent.pid, status.agent.version
    );
    for notice in &status.notices {
        text += &format!("Note   {}\n", texts::notice(notice));
    }
    text
}

/// When an unlocked vault locks itself, and when at the latest.
fn unlocked_text(unused: Option<u32>, latest: Option<u32>) -> String {
    match (unused, latest) {
        (None, _) => "unlocked".into(),
        (Some(unused), Some(latest)) if latest > unused => format!(
            "unlocked, locks in {}, at the latest in {}",
            length(unused),
            length(latest)
        ),
        (Some(unused), _) => format!("unlocked, locks in {}", length(unused)),
    }
}

fn length(seconds: u32) -> String {
    match seconds {
        0..60 => count(seconds, "second"),
        60..7200 => count(seconds.div_ceil(60), "minute"),
        _ => count(seconds.div_ceil(3600), "hour"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_time_is_shown_where_a_use_does_not_move_it() {
        assert_eq!(unlocked_text(None, None), "unlocked");
        assert_eq!(
            unlocked_text(Some(1800), None),
            "unlocked, locks in 30 minutes"
        );
        assert_eq!(
            unlocked_text(Some(1800), Some(7200)),
            "unlocked, locks in 30 minutes, at the latest in 2 hours"
        );
        assert_eq!(
            unlocked_text(Some(600), Some(600)),
            "unlocked, locks in 10 minutes"
        );
    }

    #[test]
    fn lengths_in_words() {
        assert_eq!(length(1), "1 second");
        assert_eq!(length(1800), "30 minutes");
        assert_eq!(length(61), "2 minutes");
        assert_eq!(length(7200), "2 hours");
        assert_eq!(length(299 * 60), "5 hours");
    }
}
