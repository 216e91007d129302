//! `init`, `unlock`, `lock`, `status`.

use keyhaven_client::Client;
use keyhaven_client::one_segment;
use keyhaven_protocol::request::{InitRequest, LockRequest, StatusRequest, UnlockByLoginRequest};
use keyhaven_protocol::view::{Notice, StatusView};
use keyhaven_protocol::wording::{self, count};
use keyhaven_protocol::{Error, paths::VaultPaths};
use keyhaven_secret::SecretString;
use serde::Serialize;

use crate::command_line::{InitArgs, LockArgs, StatusArgs, UnlockArgs};
use crate::commands::password::recovery_text;
use crate::error::Failure;
use crate::prompt;
use crate::session::{Context, Opener, line_from_stdin};

/// By these files a folder is known to hold a vault.
const HEADERS: [&str; 2] = ["header-a", "header-b"];

/// `kh init`
pub fn init(context: &Context, arguments: InitArgs) -> Result<(), Failure> {
    let mut client = context.agent()?;
    let status = client.ask(StatusRequest {})?;
    if status.initialised {
        return Err(Error::VaultExists {
            folder: status.folder,
        }
        .into());
    }
    let password = if arguments.password_stdin {
        line_from_stdin()?
    } else {
        new_password(context)?
    };
    let (password, segments) = one_segment(password.into());
    let mut answered = client.ask_with(InitRequest { password }, &segments)?;
    let key = answered
        .segments
        .take(answered.answer.recovery_key)
        .map_err(|_| Failure::defect("the answer to init"))?;
    // Exposed to be shown: it is shown once, here.
    let key = std::str::from_utf8(key.expose())
        .map_err(|_| Failure::defect("the text of the recovery key"))?;
    if context.printer.json {
        let document = serde_json::json!({ "folder": status.folder, "recovery_key": key });
        return context.printer.document(&document);
    }
    let text = format!(
        "Created a vault in {}.\n\n{}",
        status.folder,
        recovery_text(key)
    );
    context.printer.out(text.as_bytes())
}

fn new_password(context: &Context) -> Result<SecretString, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(Failure::nobody_to_ask(
            "a master password",
            "give it with --password-stdin",
        ));
    };
    prompt::new_password(&mut tty, "Master password")
}

/// `kh unlock`
pub fn unlock(context: &Context, arguments: UnlockArgs) -> Result<(), Failure> {
    context.expect_a_folder()?;
    let mut client = context.agent()?;
    if !client.agent().locked {
        let status = client.ask(StatusRequest {})?;
        return said(context, &status, "The vault is unlocked already.");
    }
    let status = if arguments.password_stdin {
        let status = client.ask(StatusRequest {})?;
        if !status.initialised {
            return Err(Error::NoVault {
                folder: status.folder,
            }
            .into());
        }
        let opener = Opener::new(line_from_stdin()?, arguments.recovery);
        context.unlock(&mut client, opener)?
    } else {
        match by_login(context, &mut client, arguments.recovery)? {
            Some(status) => status,
            None => context.ask_opener(&mut client, arguments.recovery)?,
        }
    };
    for notice in &status.notices {
        context.printer.note(&notice_words(notice));
    }
    said(context, &status, "The vault is unlocked.")
}

/// By the login keychain, where its owner allowed that; where that fails the password is
/// asked for.
fn by_login(
    context: &Context,
    client: &mut Client,
    recovery: bool,
) -> Result<Option<StatusView>, Failure> {
    if recovery {
        return Ok(None);
    }
    match client.ask(UnlockByLoginRequest {}) {
        Ok(status) => Ok(Some(status)),
        Err(Error::Locked | Error::NoVault { .. } | Error::OlderCopy { .. }) => Ok(None),
        Err(error @ Error::NoKeychain { .. }) => {
            context.printer.note(&wording::message(&error));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn said(context: &Context, status: &StatusView, sentence: &str) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(status);
    }
    context.printer.done(sentence)
}

/// `kh lock`
pub fn lock(context: &Context, _: LockArgs) -> Result<(), Failure> {
    if let Some(mut client) = context.running()? {
        client.ask(LockRequest {})?;
    }
    if context.printer.json {
        return context
            .printer
            .document(&serde_json::json!({ "locked": true }));
    }
    context.printer.done("The vault is locked.")
}

/// What can be said without an agent.
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
                return context.printer.document(&status);
            }
            context.printer.out(status_text(&status).as_bytes())
        }
        None => without_agent(context, &context.vault()?),
    }
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
            format!("unlocked, locks itself in {}", length(seconds))
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
        text += &format!("Note   {}\n", notice_words(notice));
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

/// A notice in words, without a final full stop.
pub fn notice_words(notice: &Notice) -> String {
    match notice {
        Notice::HeaderHealed => {
            "one copy of the vault's header was damaged and was written anew from the other".into()
        }
        Notice::AnchorSlotLost => "the vault's last stop was unclean; nothing was lost".into(),
        Notice::LastSeenUnavailable => {
            "what was last seen of this vault could not be read or kept; whether this copy is old is \
             not known"
                .into()
        }
        Notice::Recovered => {
            "the vault was opened with the recovery key; set a new master password with: kh password \
             --recovery"
                .into()
        }
        Notice::ScheduleDamaged => {
            "the file of reminders was damaged; they paused until this unlock".into()
        }
        Notice::BackupFailed { problem } => {
            format!("the daily backup could not be written: {problem}; it is tried again")
        }
        Notice::MemoryNotLocked => {
            "keys may be swapped to disk: the limit on locked memory is too low".into()
        }
        Notice::NotificationsUnavailable => "no service for notices answers on this desktop".into(),
        Notice::PresenceWatcherFailed => {
            "sleep and a locked screen are not heard any more, so the vault locks by time alone; \
             lock and unlock it to listen again"
                .into()
        }
        Notice::Expired { name } => format!("{name} has expired and was handed out all the same"),
        Notice::LeftOut { name, reason } => format!("{name} was left out: {reason}"),
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
