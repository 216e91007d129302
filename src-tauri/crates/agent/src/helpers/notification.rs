//! Notices to the person: their text, and how they are shown.
//!
//! The agent itself never talks to a bus: a helper process shows the notice, waits for the
//! click, and opens the window at the key. While locked, a notice names nothing.

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use keyhaven_protocol::request::Session;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::AbortHandle;
use uuid::Uuid;

use crate::{child_process, guarded};

/// How long a notification service may take.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);
/// Notices that wait for a click; an older one can no longer be clicked.
const MOST_WAITING: usize = 4;
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
    /// The credential a click opens, when it is about one and the vault is open.
    pub opens: Option<Uuid>,
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
    /// The names of the first few; empty unless notices may show names.
    pub(crate) names: Vec<String>,
    /// Whether the vault is locked.
    pub(crate) locked: bool,
    /// The one it is about.
    pub(crate) only: Option<Uuid>,
}

impl Subject {
    /// Words it.
    pub(crate) fn notice(&self) -> Notification {
        let mut facts = Vec::new();
        if self.expired > 0 {
            facts.push(format!("{} expired", self.expired));
        }
        if self.urgent > 0 {
            let verb = if self.urgent == 1 {
                "expires"
            } else {
                "expire"
            };
            facts.push(format!("{} {verb} within a day", self.urgent));
        }
        let mut body = facts.join(", ");
        if !self.names.is_empty() {
            let more = self.count.saturating_sub(self.names.len());
            let mut names = self.names.clone();
            if more > 0 {
                names.push(format!("and {more} more"));
            }
            join(&mut body, &names.join("\n"));
        } else if self.locked {
            join(&mut body, "Unlock to see which.");
        }
        let verb = if self.count == 1 {
            "key is"
        } else {
            "keys are"
        };
        Notification {
            title: format!("{} {verb} due", self.count),
            body,
            urgent: self.expired > 0 || self.urgent > 0,
            opens: self.only,
        }
    }
}

fn join(body: &mut String, line: &str) {
    if !body.is_empty() {
        body.push('\n');
    }
    body.push_str(line);
}

/// The outcome of showing a notice: whether the person's desktop took it.
pub type ShowFuture<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

/// Shows notices.
pub trait Notifier: Send + Sync {
    /// Shows one; `session` is where a person last sat. False when no service took it.
    fn show<'a>(&'a self, notice: Notification, session: Option<Session>) -> ShowFuture<'a>;
}

/// Shows notices on the desktop through a helper process of this program.
#[derive(Debug)]
pub struct DesktopNotifier {
    program: PathBuf,
    waiting: Mutex<VecDeque<AbortHandle>>,
}

impl DesktopNotifier {
    /// `program` is `keyhaven-agent` itself.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            waiting: Mutex::default(),
        }
    }

    async fn try_bus(&self, notice: &Notification, session: &Session) -> Option<()> {
        let mut helper = Command::from(child_process::command(&self.program, session));
        helper
            .arg("--notice")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut helper = helper.spawn().ok()?;
        let shown = tokio::time::timeout(SHOWN_WITHIN, hand_over(&mut helper, notice));
        if shown.await.ok()??.as_str() != child_process::READY {
            return None;
        }
        self.keep(helper);
        Some(())
    }

    fn keep(&self, mut helper: Child) {
        let task = tokio::spawn(async move {
            // Clicked, closed or replaced: it is gone.
            let _ = helper.wait().await;
        });
        let mut waiting = guarded(&self.waiting);
        waiting.retain(|helper| !helper.is_finished());
        if waiting.len() == MOST_WAITING
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.abort();
        }
        waiting.push_back(task.abort_handle());
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
    fn show<'a>(&'a self, notice: Notification, session: Option<Session>) -> ShowFuture<'a> {
        Box::pin(async move {
            let seat = session.unwrap_or_default();
            for session in child_process::buses(&seat) {
                if self.try_bus(&notice, &session).await.is_some() {
                    return true;
                }
            }
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_vault_names_nothing() {
        let subject = Subject {
            count: 2,
            urgent: 1,
            locked: true,
            ..Subject::default()
        };
        let notice = subject.notice();
        assert_eq!(notice.title, "2 keys are due");
        assert_eq!(notice.body, "1 expires within a day\nUnlock to see which.");
        assert!(notice.urgent);
    }

    #[test]
    fn names_are_few() {
        let names: Vec<String> = (1..=5).map(|number| format!("key {number}")).collect();
        let subject = Subject {
            count: 7,
            names,
            ..Subject::default()
        };
        let body = subject.notice().body;
        assert!(body.ends_with("key 5\nand 2 more"), "{body}");
        let one = Subject {
            count: 1,
            expired: 1,
            ..Subject::default()
        };
        assert_eq!(one.notice().title, "1 key is due");
        assert_eq!(one.notice().body, "1 expired");
    }
}
