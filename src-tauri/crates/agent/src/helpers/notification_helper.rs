//! The notice helper: `keyhaven-agent --notice`.
//!
//! A separate process with the user's bus. It shows what it reads from its standard
//! input, says whether a notification service took it, and waits for a click, which opens
//! the window.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use notify_rust::{
    Hint, Notification as DesktopNotification, NotificationResponse, Urgency, get_capabilities,
};
use uuid::Uuid;

use crate::child_process::READY;
use crate::helpers::notification::Notification;

/// The most text a notice has, in bytes.
const MOST_TEXT: u64 = 16 << 10;

/// Shows the notice on the input; `say` gets one line: `ready` and the notice's number, or what
/// went wrong. Returns
/// when the notice was clicked or closed.
pub fn show(input: impl Read, say: impl FnOnce(&str)) {
    let notice: Notification = match serde_json::from_reader(input.take(MOST_TEXT)) {
        Ok(notice) => notice,
        Err(_) => return say("no notice came"),
    };
    let capabilities = match get_capabilities() {
        Ok(capabilities) => capabilities,
        Err(error) => return say(&error.to_string()),
    };
    let shown = build(&notice, &capabilities).show();
    let handle = match shown {
        Ok(handle) => handle,
        Err(error) => return say(&error.to_string()),
    };
    say(&format!("{READY} {}", handle.id()));
    let clicked = |response: &NotificationResponse| {
        if matches!(
            response,
            NotificationResponse::Default | NotificationResponse::Action(_)
        ) {
            open_window(notice.opens);
        }
    };
    // The bus has gone: nobody can click any more.
    let _ = handle.wait_for_response(clicked);
}

fn build(notice: &Notification, capabilities: &[String]) -> DesktopNotification {
    let can = |what: &str| capabilities.iter().any(|capability| capability == what);
    let body = if can("body-markup") {
        escape(&notice.body)
    } else {
        notice.body.clone()
    };
    let mut built = DesktopNotification::new();
    built
        .appname("Keyhaven")
        .summary(&notice.title)
        .body(&body)
        .icon("keyhaven")
        .hint(Hint::DesktopEntry("keyhaven".into()))
        .urgency(if notice.urgent {
            Urgency::Critical
        } else {
            Urgency::Normal
        });
    if let Some(number) = notice.replaces {
        built.id(number);
    }
    if can("actions") {
        built.action("default", "Open");
    }
    built.finalize()
}

/// A name must not be taken for markup (Desktop Notifications Specification, Markup).
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Starts the window from this program's folder, showing the key, or what is due.
fn open_window(key: Option<Uuid>) {
    let Some(program) = window() else { return };
    let mut window = Command::new(program);
    let link = key.map_or_else(
        || "keyhaven://due".to_owned(),
        |key| format!("keyhaven://key/{key}"),
    );
    window
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // It lives on its own; where it cannot start, there is nobody to tell.
    let _ = window.spawn();
}

fn window() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.with_file_name("keyhaven");
    program.exists().then_some(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_taken_for_markup_and_actions_come_only_where_there_are_some() {
        let notice = Notification {
            title: "1 key is due".into(),
            body: "<b>&".into(),
            urgent: false,
            opens: None,
            replaces: Some(7),
            is_separate: false,
        };
        let rich = build(&notice, &["body-markup".into(), "actions".into()]);
        assert_eq!(rich.body, "&lt;b&gt;&amp;");
        assert_eq!(rich.actions, ["default", "Open"]);
        let plain = build(&notice, &[]);
        assert_eq!(plain.body, "<b>&");
        assert!(plain.actions.is_empty());
    }

    #[test]
    fn what_is_no_notice_is_not_shown() {
        let mut said = String::new();
        show(&b"{}"[..], |line| said.push_str(line));
        assert_eq!(said, "no notice came");
    }
}
