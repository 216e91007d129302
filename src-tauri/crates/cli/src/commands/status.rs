//! `kh status`: with an agent or without one.

use clap::Args;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::StatusRequest;
use keyhaven_protocol::view::StatusView;
use serde::Serialize;

use crate::error::Failure;
use crate::session::Context;
use crate::texts::{self, count};

/// Show whether the vault is locked and what is due
///
/// Example:
///   kh status --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct StatusArgs {}

/// By these files a folder is known to hold a vault.
const HEADERS: [&str; 2] = ["header-a", "header-b"];

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
            context.printer.out(status_text(&status).as_bytes())
        }
        None => without_agent(context, &context.vault()?),
    }
}

/// The JSON of the status. A notice is named by its code, and a failed backup has its reason.
fn json(status: &StatusView) -> serde_json::Value {
    let mut document = serde_json::to_value(status).unwrap_or_default();
    for (at, notice) in status.notices.iter().enumerate() {
        let Some(shown) = document["notices"][at].as_object_mut() else {
            continue;
        };
        if let Some(code) = shown.remove("code") {
            shown.insert("notice".into(), code);
        }
        if let Notice::BackupFailed { cause } = notice {
            shown.remove("cause");
            shown.insert("problem".into(), texts::message(cause).into());
        }
    }
    document
}

fn without_agent(context: &Context, place: &VaultPaths) -> Result<(), Failure> {
    // Either copy of the header; whether it is sound only the agent can tell.
    let initialised = HEADERS
        .iter()
        .any(|copy| place.folder.join(copy).symlink_metadata().is_ok());
    let asleep = Asleep {
        initialised,
        locked: true,
        folder: place.folder_text(),
        agent: None,
    };
    if context.printer.json {
        return context.printer.document(&asleep);
    }
    let state = if initialised {
        "locked"
    } else {
        "not created yet; create it with: kh init"
    };
    let text = format!("Vault  {}, {state}\nAgent  not running\n", asleep.folder);
    context.printer.out(text.as_bytes())
}

fn status_text(status: &StatusView) -> String {
    let state = match (status.initialised, status.locked, status.locks_in_seconds) {
        (false, ..) => "not created yet; create it with: kh init".into(),
        (_, true, _) => "locked".into(),
        (.., None) => "unlocked".into(),
        (.., Some(seconds)) => {
            format!("unlocked, locks in {}", length(seconds))
        }
    };
    let mut text = format!("Vault  {}, {state}\n", status.folder);
    if !status.locked {
        text += &format!(
            "Holds  {} in {}, {} never used\n",
            count(status.credentials, "credential"),
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
    fn lengths_in_words() {
        assert_eq!(length(1), "1 second");
        assert_eq!(length(1800), "30 minutes");
        assert_eq!(length(61), "2 minutes");
        assert_eq!(length(7200), "2 hours");
        assert_eq!(length(299 * 60), "5 hours");
    }
}
