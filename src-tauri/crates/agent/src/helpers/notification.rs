//! Notices to the person: their text, and how they are shown.
//!
//! The agent itself never talks to a bus: a helper process shows the notice, waits for the
//! click, and opens the window at the key. While locked, a notice names nothing.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use keyhaven_messages::{self as messages, Family, Language, Style};
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_rules::coded;
use keyhaven_rules::due::{DueKind, DueWords};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::AbortHandle;
use uuid::Uuid;

use crate::{child_process, guarded};

/// How long a notification service may take.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);
/// Names that a notice lists.
pub(crate) const MOST_NAMES: usize = 5;

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// One line.
    pub title: String,
    /// A few lines, plain text.
    pub body: String,
    /// Whether something ends within a day or has ended.
    pub urgent: bool,
    /// The credential a click opens, when it is about one and the vault is open; else a click
    /// leads to what is due.
    pub opens: Option<Uuid>,
    /// The number of the notice whose place it takes: what that said is no longer so.
    #[serde(default)]
    pub replaces: Option<u32>,
    /// It leaves the notice before it where it is.
    #[serde(skip)]
    pub is_separate: bool,
}

impl Notification {
    /// What a person asks for to see whether notices arrive.
    pub(crate) fn test(language: Language) -> Self {
        Self {
            title: NotificationText::TestTitle.text(language),
            body: NotificationText::TestBody.text(language),
            urgent: false,
            opens: None,
            replaces: None,
            is_separate: true,
        }
    }
}

/// What a notice is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    /// How many credentials.
    pub(crate) count: usize,
    /// How many of them have ended.
    pub(crate) expired: usize,
    /// How many end within a day.
    pub(crate) urgent: usize,
    /// The first few with their dates; empty unless notices may show names.
    pub(crate) names: Vec<NamedDue>,
    /// What happens and when, where it is about one.
    pub(crate) first: Option<DueText>,
    /// Whether the vault is locked.
    pub(crate) locked: bool,
    /// The one it is about.
    pub(crate) only: Option<Uuid>,
}

/// What happens to one credential, and how far away that is.
pub(crate) type DueText = (DueKind, DueWords);

/// A credential by name, with what happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedDue {
    /// Its name and place.
    pub(crate) name: String,
    /// What happens to it.
    pub(crate) due: DueText,
}

coded! {
    /// A part of the text of a notice.
    NotificationText as NOTIFICATION_TEXTS {
        /// The title.
        Title { /** Due keys. */ count: usize },
        /// Some have ended.
        Expired { /** How many. */ count: usize },
        /// Some end within a day.
        ExpiresSoon { /** How many. */ count: usize },
        /// The rest, where some end soon.
        Later { /** How many. */ count: usize },
        /// One expires.
        Expires { /** When. */ due: DueWords },
        /// One has expired.
        Ended { /** When. */ due: DueWords },
        /// One is to be rotated.
        Rotates { /** When. */ due: DueWords },
        /// The replaced value of one is to be revoked.
        Revocation { /** When. */ due: DueWords },
        /// One by its name.
        Named { /** Its name and place. */ name: String, /** What happens to it. */ says: String },
        /// More than are named.
        More { /** How many. */ count: usize },
        /// The vault must be unlocked to see which.
        Unlock,
        /// The title of a test.
        TestTitle,
        /// The body of a test.
        TestBody,
    }
}

impl NotificationText {
    const fn of((kind, due): DueText) -> Self {
        match (kind, due) {
            (
                _,
                DueWords::ExpiredUnderAnHour
                | DueWords::ExpiredHours { .. }
                | DueWords::ExpiredDays { .. },
            ) => Self::Ended { due },
            (DueKind::Expiry, _) => Self::Expires { due },
            (DueKind::Rotation, _) => Self::Rotates { due },
            (DueKind::Revocation, _) => Self::Revocation { due },
        }
    }

    fn text(&self, language: Language) -> String {
        messages::text(language, Style::Terminal, Family::Notification, self).message
    }

    fn sentence(&self, language: Language) -> String {
        messages::text(language, Style::Sentence, Family::Notification, self).message
    }
}

impl NamedDue {
    fn line(&self, language: Language) -> String {
        let (name, says) = (self.name.clone(), NotificationText::of(self.due));
        let says = says.text(language);
        NotificationText::Named { name, says }.text(language)
    }
}

impl Subject {
    /// The notice in a language.
    pub(crate) fn notice(&self, language: Language) -> Notification {
        let title = NotificationText::Title { count: self.count };
        Notification {
            title: title.text(language),
            body: self.body(language),
            urgent: self.expired > 0 || self.urgent > 0,
            opens: self.only,
            replaces: None,
            is_separate: false,
        }
    }

    fn body(&self, language: Language) -> String {
        let mut lines = self.numbers(language);
        lines.extend(self.names.iter().map(|named| named.line(language)));
        let count = self.count.saturating_sub(self.names.len());
        if !self.names.is_empty() && count > 0 {
            lines.push(NotificationText::More { count }.text(language));
        } else if self.names.is_empty() && self.locked {
            lines.push(NotificationText::Unlock.text(language));
        }
        lines.join("\n")
    }

    /// How many have ended or end soon; of a single one, when.
    fn numbers(&self, language: Language) -> Vec<String> {
        if let Some(due) = self.first {
            let is_named = !self.names.is_empty();
            let line = || NotificationText::of(due).sentence(language);
            return (!is_named).then(line).into_iter().collect();
        }
        let count = self.expired;
        let expired = (count > 0).then(|| NotificationText::Expired { count }.text(language));
        let count = self.urgent;
        let soon = (count > 0).then(|| NotificationText::ExpiresSoon { count }.text(language));
        let mut ends: Vec<String> = expired.into_iter().chain(soon).collect();
        let count = self.count.saturating_sub(self.expired + self.urgent);
        if !ends.is_empty() && count > 0 {
            ends.push(NotificationText::Later { count }.text(language));
        }
        match ends.is_empty() {
            true => Vec::new(),
            false => vec![messages::list(language, &ends)],
        }
    }
}

/// The outcome of showing a notice: whether the person's desktop took it.
pub type ShowFuture<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

/// Shows notices.
pub trait Notifier: Send + Sync {
    /// Shows one in the user's session. False when no service took it.
    fn show<'a>(&'a self, notice: Notification, session: LocalSession) -> ShowFuture<'a>;
}

/// Shows notices on the desktop through a helper process of this program.
#[derive(Debug)]
pub struct DesktopNotifier {
    program: PathBuf,
    last: Mutex<LastNotice>,
}

/// The notice that a person may still see.
#[derive(Debug, Default)]
struct LastNotice {
    number: Option<u32>,
    /// Its helper, which waits for a click.
    helper: Option<AbortHandle>,
}

impl DesktopNotifier {
    /// `program` is `keyhaven-agent` itself.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            last: Mutex::default(),
        }
    }

    async fn show_on_bus(&self, notice: &Notification, session: &LocalSession) -> Option<()> {
        let mut helper = Command::from(child_process::command(&self.program, session));
        helper
            .arg("--notice")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut helper = helper.spawn().ok()?;
        let notice = Notification {
            replaces: (guarded(&self.last).number).filter(|_| !notice.is_separate),
            ..notice.clone()
        };
        let shown = tokio::time::timeout(SHOWN_WITHIN, hand_over(&mut helper, &notice));
        let said = shown.await.ok()??;
        let number = said.strip_prefix(child_process::READY)?.trim().parse();
        let ended = tokio::spawn(async move {
            // Clicked, closed or replaced: it is gone.
            let _ = helper.wait().await;
        });
        if !notice.is_separate {
            self.keep(number.ok(), ended.abort_handle());
        }
        Some(())
    }

    /// The helper of the notice before ends: its click would be answered twice.
    fn keep(&self, number: Option<u32>, helper: AbortHandle) {
        let helper = Some(helper);
        let before = std::mem::replace(&mut *guarded(&self.last), LastNotice { number, helper });
        if let Some(helper) = before.helper {
            helper.abort();
        }
    }
}

async fn hand_over(helper: &mut Child, notice: &Notification) -> Option<String> {
    let mut pipe = helper.stdin.take()?;
    let text = serde_json::to_vec(notice).ok()?;
    pipe.write_all(&text).await.ok()?;
    drop(pipe);
    child_process::verdict(helper.stdout.take()?).await
}

impl Notifier for DesktopNotifier {
    fn show<'a>(&'a self, notice: Notification, session: LocalSession) -> ShowFuture<'a> {
        Box::pin(
            async move { session.has_bus() && self.show_on_bus(&notice, &session).await.is_some() },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_notice_has_a_text() {
        let codes = NOTIFICATION_TEXTS.iter().copied();
        let found = messages::differences(Family::Notification, codes);
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn a_locked_vault_names_nothing() {
        let subject = Subject {
            count: 2,
            urgent: 1,
            locked: true,
            ..Subject::default()
        };
        let notice = subject.notice(Language::ENGLISH);
        assert_eq!(notice.title, "2 keys are due");
        assert_eq!(
            notice.body,
            "1 expires within a day, 1 later\nUnlock to see which."
        );
        assert!(notice.urgent);
    }

    #[test]
    fn its_numbers_add_up() {
        let body = |count, expired, urgent| {
            let subject = Subject {
                count,
                expired,
                urgent,
                ..Subject::default()
            };
            subject.notice(Language::ENGLISH).body
        };
        assert_eq!(body(3, 1, 1), "1 expired, 1 expires within a day, 1 later");
        assert_eq!(body(2, 1, 1), "1 expired, 1 expires within a day");
        assert_eq!(body(4, 1, 0), "1 expired, 3 later");
        assert_eq!(body(2, 0, 0), "");
    }

    #[test]
    fn one_key_has_its_date_in_hours() {
        let body = |due, locked| {
            let subject = Subject {
                count: 1,
                first: Some(due),
                locked,
                ..Subject::default()
            };
            subject.notice(Language::ENGLISH).body
        };
        let soon = (DueKind::Expiry, DueWords::InHours { hours: 1 });
        assert_eq!(body(soon, false), "Expires in 1 hour.");
        assert_eq!(body(soon, true), "Expires in 1 hour.\nUnlock to see which.");
        let ended = (DueKind::Expiry, DueWords::ExpiredHours { hours: 1 });
        assert_eq!(body(ended, false), "Expired 1 hour ago.");
        let late = (DueKind::Rotation, DueWords::OverdueDays { days: 5 });
        assert_eq!(body(late, false), "Rotation 5 days overdue.");
        let named = Subject {
            count: 1,
            first: Some(soon),
            names: vec![NamedDue {
                name: "stripe (shop/dev)".into(),
                due: soon,
            }],
            ..Subject::default()
        };
        assert_eq!(
            named.notice(Language::ENGLISH).body,
            "stripe (shop/dev): expires in 1 hour"
        );
    }

    #[test]
    fn names_are_few() {
        let named = |number| NamedDue {
            name: format!("key {number}"),
            due: (DueKind::Rotation, DueWords::InDays { days: 3 }),
        };
        let names: Vec<NamedDue> = (1..=5).map(named).collect();
        let subject = Subject {
            count: 7,
            names,
            ..Subject::default()
        };
        let body = subject.notice(Language::ENGLISH).body;
        assert!(
            body.ends_with("key 5: rotation in 3 days\nand 2 more"),
            "{body}"
        );
        let one = Subject {
            count: 1,
            expired: 1,
            ..Subject::default()
        };
        assert_eq!(one.notice(Language::ENGLISH).title, "1 key is due");
        assert_eq!(one.notice(Language::ENGLISH).body, "1 expired");
    }
}
